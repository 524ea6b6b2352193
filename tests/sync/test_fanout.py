"""The fan-out: everybody concerned gets the card, nobody else does, and nothing is written for nothing."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from server.domain.instants import parse, written
from server.domain.office import office_from
from server.usecases import saved_views
from sync import fanout_inboxes
from sync.fanout import Fanout
from sync.fanout_office import compare
from tests.fixtures import office, stores
from tests.fixtures.acting import Acting, open_office
from tests.fixtures.office import (
    CLERK,
    DEPUTY,
    DIRECTOR,
    IT_HEAD,
    IT_SPECIALIST,
    IT_UNIT,
    NOBODY,
    POST_HEAD,
    POST_SPECIALIST,
    PRESS_HEAD,
)


@pytest.fixture(params=["embedded", pytest.param("couchdb", marks=pytest.mark.couchdb)])
def acting(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Acting]:
    """Give the office at work, with its inboxes told once."""
    monkeypatch.setenv(stores.SWITCH, request.param)
    found = open_office(tmp_path)
    # one that goes by the test's clock
    found.services = replace(found.services, fanout=Fanout(found.services))
    found.services.fanout.catch_up()
    yield found
    found.services.close()


def inbox(acting: Acting, person_id: str) -> Any:
    """Give a person's inbox."""
    return acting.services.store.database(f"inbox_{person_id}")


def cards(acting: Acting, person_id: str) -> dict[str, Any]:
    """Give what an inbox holds of documents."""
    kinds = ("incoming", "outgoing", "case_file")
    return {doc["_id"]: doc for doc in inbox(acting, person_id).all() if doc.get("kind") in kinds}


def without_rev(document: dict[str, Any]) -> dict[str, Any]:
    """Give a document without its revision."""
    return {key: value for key, value in document.items() if key != "_rev"}


def assigned(acting: Acting) -> str:
    """Register a document that the director gives to the IT division; gives its id."""
    document_id = acting.registers()
    acting.does(DIRECTOR, "Assign", document_id, lead=f"unit:{IT_UNIT}", directive="Chủ trì")
    acting.services.fanout.catch_up()
    return document_id


def sequences(acting: Acting) -> dict[str, str]:
    """Give the sequence of every inbox."""
    store = acting.services.store
    return {name: store.database(name).info()["update_seq"] for name in store.names("inbox_")}


def test_those_concerned_get_the_card_as_it_is_read(acting: Acting) -> None:
    document_id = assigned(acting)
    for person_id in (DIRECTOR, IT_HEAD):
        card = cards(acting, person_id)[document_id]
        assert without_rev(card) == acting.card(person_id, document_id)
    for person_id in (NOBODY, PRESS_HEAD, POST_SPECIALIST, IT_SPECIALIST):
        assert cards(acting, person_id) == {}


def test_a_receipt_comes_to_its_author_only(acting: Acting) -> None:
    document_id = acting.registers()
    receipt = acting.does(DIRECTOR, "AddComment", document_id, text="Khẩn trương")
    acting.services.fanout.catch_up()
    kept = inbox(acting, DIRECTOR).get(f"receipt:{receipt['action_id']}")
    signed = acting.services.signer.signed(receipt)
    assert without_rev(kept) == {"_id": f"receipt:{receipt['action_id']}", "kind": "receipt", **signed}
    assert inbox(acting, CLERK).get(f"receipt:{receipt['action_id']}") is None


def test_a_refused_act_of_a_device_is_receipted_too(acting: Acting) -> None:
    receipt = acting.does(NOBODY, "AddComment", acting.registers(), text="Tôi xem được không", device_id="device-0001")
    assert receipt["status"] == "refused"
    acting.services.fanout.catch_up()
    assert inbox(acting, NOBODY).get(f"receipt:{receipt['action_id']}")["reason"] == "not_found"
    assert cards(acting, NOBODY) == {}


def test_who_no_longer_may_gets_a_tombstone(acting: Acting) -> None:
    document_id = assigned(acting)
    since = inbox(acting, IT_HEAD).info()["update_seq"]
    receipt = acting.does(IT_HEAD, "ReturnAssignment", document_id, reason="Không thuộc chức năng của phòng")
    assert receipt["status"] == "applied", receipt
    acting.services.fanout.catch_up()
    assert document_id not in cards(acting, IT_HEAD)
    told = {change.id: change.deleted for change in inbox(acting, IT_HEAD).changes(since).results}
    assert told[document_id] is True
    # and what comes back is there again, as one branch
    acting.does(DIRECTOR, "Assign", document_id, lead=f"unit:{IT_UNIT}", directive="Vẫn giao CNTT")
    acting.services.fanout.catch_up()
    assert document_id in cards(acting, IT_HEAD)
    assert inbox(acting, IT_HEAD).revisions([document_id])[document_id]["start"] >= 3


def test_a_draft_refreshes_the_card_of_what_it_answers(acting: Acting) -> None:
    document_id = assigned(acting)
    acting.does(IT_HEAD, "Assign", document_id, lead=f"person:{IT_SPECIALIST}", directive="Dự thảo")
    draft_id = acting.drafts(document_id)
    acting.services.fanout.catch_up()
    (link,) = cards(acting, DIRECTOR)[document_id]["links"]
    assert (link["_id"], link["state"]) == (draft_id, "drafting")
    sha256 = acting.record(draft_id)["versions"][0]["sha256"]
    acting.does(IT_SPECIALIST, "SubmitDraft", draft_id, to_person=IT_HEAD, version_sha256=sha256)
    acting.services.fanout.catch_up()
    assert cards(acting, DIRECTOR)[document_id]["links"][0]["state"] == "with_division"
    assert set(cards(acting, IT_HEAD)) == {document_id, draft_id}


def test_what_did_not_change_is_not_written(acting: Acting) -> None:
    document_id = assigned(acting)
    before = sequences(acting)
    acting.services.fanout.catch_up()
    acting.services.store.database("fanout").bulk(
        [{**doc, "seq": "0"} for doc in acting.services.store.database("fanout").all("checkpoint:")]
    )
    # from the beginning again, also by a fan-out that remembers nothing: the same documents, none written
    Fanout(acting.services).catch_up()
    assert sequences(acting) == before
    assert document_id in cards(acting, DIRECTOR)


def test_an_account_in_good_standing_has_directory_and_profile(acting: Acting) -> None:
    directory = inbox(acting, DIRECTOR).get("directory:office")
    assert {person["person_id"] for person in directory["people"]} >= {CLERK, DIRECTOR, IT_HEAD}
    assert inbox(acting, DIRECTOR).get("profile:me")["name"] == office.name_of(DIRECTOR)
    # who has no role is told about nobody
    assert inbox(acting, NOBODY).get("directory:office")["people"] == []


def change_person(acting: Acting, person_id: str, **changes: Any) -> None:
    """Change an account as an administrator does."""
    accounts = acting.services.accounts
    accounts.put({**accounts.get(f"person:{person_id}"), **changes})


def test_a_locked_person_keeps_nothing_and_gets_it_all_back_when_unlocked(acting: Acting) -> None:
    document_id = assigned(acting)
    receipt = acting.does(IT_HEAD, "AddComment", document_id, text="Đã nhận")
    acting.services.fanout.catch_up()
    before = {doc["_id"]: without_rev(doc) for doc in inbox(acting, IT_HEAD).all()}
    assert f"receipt:{receipt['action_id']}" in before
    change_person(acting, IT_HEAD, is_active=False, inactive_from_at=acting.clock.now())
    acting.services.fanout.catch_up()
    assert inbox(acting, IT_HEAD).all() == []
    # nothing comes in while locked
    acting.does(DIRECTOR, "AddComment", document_id, text="Đang khóa")
    acting.services.fanout.catch_up()
    assert inbox(acting, IT_HEAD).all() == []
    change_person(acting, IT_HEAD, is_active=True, inactive_from_at=None)
    acting.services.fanout.catch_up()
    after = {doc["_id"]: without_rev(doc) for doc in inbox(acting, IT_HEAD).all()}
    assert after.keys() == before.keys()
    assert after[document_id] == acting.card(IT_HEAD, document_id)


def test_a_role_that_goes_and_comes_moves_documents(acting: Acting) -> None:
    document_id = assigned(acting)
    assert document_id not in cards(acting, POST_HEAD)
    change_person(acting, POST_HEAD, unit_id=IT_UNIT)
    acting.services.fanout.catch_up()
    assert document_id in cards(acting, POST_HEAD)
    change_person(acting, POST_HEAD, roles=[])
    acting.services.fanout.catch_up()
    assert cards(acting, POST_HEAD) == {}
    assert inbox(acting, POST_HEAD).get("profile:me")["roles"] == []


def test_a_role_that_ends_by_the_clock_takes_its_documents_along(acting: Acting) -> None:
    document_id = acting.registers()
    until_at = written(parse(acting.clock.now()) + timedelta(hours=2))
    role = {"role": "division_head", "from_at": office.NOW_AT, "until_at": until_at}
    change_person(acting, POST_HEAD, unit_id=IT_UNIT, roles=[role])
    acting.does(DIRECTOR, "Assign", document_id, lead=f"unit:{IT_UNIT}", directive="Chủ trì")
    acting.services.fanout.catch_up()
    assert document_id in cards(acting, POST_HEAD)
    acting.clock.move(hours=3)
    acting.services.fanout.catch_up()
    assert cards(acting, POST_HEAD) == {}


def test_a_new_name_reaches_old_cards(acting: Acting) -> None:
    document_id = assigned(acting)
    change_person(acting, DIRECTOR, name="Trần Quốc Bảo Anh")
    acting.services.fanout.catch_up()
    stop = threading.Event()
    runner = threading.Thread(target=acting.services.fanout.run, args=(stop,))
    store = acting.services.store
    runner.start()
    try:
        since = "0"
        while cards(acting, IT_HEAD)[document_id]["leader_name"] != "Trần Quốc Bảo Anh":
            changes = store.database(f"inbox_{IT_HEAD}").changes(since, wait_s=10)
            assert changes.results, "no card came"
            since = changes.last_seq
    finally:
        stop.set()
        runner.join()


def test_the_views_of_a_person_come_to_their_inbox_and_are_told_once(
    acting: Acting, monkeypatch: pytest.MonkeyPatch
) -> None:
    late = {"name": "Việc trễ", "folder": "todo", "list": "overdue", "query": ""}
    saved_views.keep(acting.services, DIRECTOR, late)
    acting.services.fanout.catch_up()
    assert inbox(acting, DIRECTOR).get("views:me")["views"] == [late]
    assert inbox(acting, DEPUTY).get("views:me") is None
    read: list[Any] = []
    monkeypatch.setattr(fanout_inboxes, "read", lambda _store, wanted: read.append(wanted))
    acting.services.fanout.catch_up()
    assert read == []
    monkeypatch.undo()
    # who is locked out keeps nothing, and has it all back afterwards
    change_person(acting, DIRECTOR, is_active=False)
    acting.services.fanout.catch_up()
    assert inbox(acting, DIRECTOR).all() == []
    change_person(acting, DIRECTOR, is_active=True)
    acting.services.fanout.catch_up()
    assert inbox(acting, DIRECTOR).get("views:me")["views"] == [late]


def run_until(acting: Acting, is_done: Callable[[], bool]) -> None:
    """Let a new process's fan-out run until something is so."""
    stop, store = threading.Event(), acting.services.store
    since = store.updates().last_seq
    runner = threading.Thread(target=Fanout(acting.services).run, args=(stop,))
    runner.start()
    try:
        while not is_done():
            updates = store.updates(since, 10)
            assert updates.names, "nothing was written"
            since = updates.last_seq
    finally:
        stop.set()
        runner.join()


def test_cards_of_an_earlier_form_are_written_anew(acting: Acting, monkeypatch: pytest.MonkeyPatch) -> None:
    document_id = assigned(acting)
    acting.services.fanout.catch_up()
    card = inbox(acting, IT_HEAD).get(document_id)
    inbox(acting, IT_HEAD).put({key: value for key, value in card.items() if key != "list"})
    run_until(acting, lambda: cards(acting, IT_HEAD)[document_id].get("list") == "waiting")
    state = acting.services.store.database("fanout")
    run_until(acting, lambda: state.get("checkpoint:accounts")["refresh_after"] is None)
    card = inbox(acting, IT_HEAD).get(document_id)
    inbox(acting, IT_HEAD).put({**card, "list": "of an earlier form"})
    monkeypatch.setattr("sync.fanout.CARD_FORM", 99)
    run_until(acting, lambda: cards(acting, IT_HEAD)[document_id]["list"] == "waiting")


def test_running_brings_what_others_commit(acting: Acting) -> None:
    stop = threading.Event()
    runner = threading.Thread(target=acting.services.fanout.run, args=(stop,))
    runner.start()
    try:
        since = inbox(acting, DIRECTOR).info()["update_seq"]
        document_id = acting.registers()
        told: list[str] = []
        while document_id not in told:
            changes = inbox(acting, DIRECTOR).changes(since, wait_s=10)
            assert changes.results, "no card came"
            told += [change.id for change in changes.results]
            since = changes.last_seq
    finally:
        stop.set()
        runner.join()


class KilledError(Exception):
    """Stands for the process ending."""


@pytest.mark.parametrize("writes", range(6))
def test_interrupted_anywhere_it_goes_on_and_leaves_no_card_behind(
    acting: Acting, monkeypatch: pytest.MonkeyPatch, writes: int
) -> None:
    document_id = acting.registers()
    acting.does(DIRECTOR, "Assign", document_id, lead=f"unit:{IT_UNIT}", directive="Chủ trì")
    left, is_inside = writes, False

    def counting(write: Callable[..., Any]) -> Callable[..., Any]:
        def counted(self: Any, given: Any) -> Any:
            nonlocal left, is_inside
            if is_inside:  # one kind of write in terms of another is one write
                return write(self, given)
            if left == 0:
                raise KilledError
            left -= 1
            is_inside = True
            try:
                return write(self, given)
            finally:
                is_inside = False

        return counted

    store = acting.services.store
    for owner, name in (
        (type(store), "bulk_many"),
        (type(store.database("fanout")), "bulk"),
        (type(store.database("fanout")), "put"),
    ):
        monkeypatch.setattr(owner, name, counting(getattr(owner, name)))
    was_killed = False
    try:
        acting.services.fanout.catch_up()
    except KilledError:
        was_killed = True
    monkeypatch.undo()
    assert was_killed == (writes < 4), "the writes are: ledger, inboxes, ledger, checkpoint"
    # meanwhile the document was taken away from the division again
    acting.does(IT_HEAD, "ReturnAssignment", document_id, reason="Không thuộc chức năng")
    Fanout(acting.services).catch_up()
    assert document_id not in cards(acting, IT_HEAD)
    assert without_rev(cards(acting, DIRECTOR)[document_id]) == acting.card(DIRECTOR, document_id)


def test_two_fan_outs_at_once_end_with_the_newest_card(acting: Acting, monkeypatch: pytest.MonkeyPatch) -> None:
    document_id = assigned(acting)
    first, second = acting.services.fanout, Fanout(acting.services)
    acting.does(DIRECTOR, "AddComment", document_id, text="Lần một")
    read, is_first = fanout_inboxes.read, True

    def read_then_be_overtaken(*given: Any) -> Any:
        nonlocal is_first
        if is_first:
            is_first = False
            # the first has made its cards; before it reads the inboxes, another process does all of it, and more
            acting.does(IT_HEAD, "ReturnAssignment", document_id, reason="Không thuộc chức năng")
            second.catch_up()
        return read(*given)

    monkeypatch.setattr(fanout_inboxes, "read", read_then_be_overtaken)
    first.catch_up()
    assert without_rev(cards(acting, DIRECTOR)[document_id]) == acting.card(DIRECTOR, document_id)
    assert document_id not in cards(acting, IT_HEAD)


def test_a_write_between_reading_and_writing_is_seen(acting: Acting, monkeypatch: pytest.MonkeyPatch) -> None:
    document_id = assigned(acting)
    second = Fanout(acting.services)
    acting.does(DIRECTOR, "AddComment", document_id, text="Lần một")
    write, is_first = fanout_inboxes.write, True

    def be_overtaken_then_write(*given: Any) -> Any:
        nonlocal is_first
        if is_first:
            is_first = False
            acting.does(IT_HEAD, "ReturnAssignment", document_id, reason="Không thuộc chức năng")
            second.catch_up()
        return write(*given)

    monkeypatch.setattr(fanout_inboxes, "write", be_overtaken_then_write)
    acting.services.fanout.catch_up()
    assert without_rev(cards(acting, DIRECTOR)[document_id]) == acting.card(DIRECTOR, document_id)
    assert document_id not in cards(acting, IT_HEAD)


def test_rebuilding_heals_an_inbox(acting: Acting) -> None:
    document_id = assigned(acting)
    own = inbox(acting, IT_HEAD)
    right = without_rev(own.get(document_id))
    own.put({**own.get(document_id), "title": "Sai lệch"})
    own.put({"_id": "incoming:act-that-never-was", "kind": "incoming"})
    own.delete("profile:me", own.get("profile:me")["_rev"])
    seq = inbox(acting, DIRECTOR).info()["update_seq"]
    acting.services.fanout.rebuild(IT_HEAD)
    assert set(cards(acting, IT_HEAD)) == {document_id}
    assert without_rev(own.get(document_id)) == right
    assert own.get("profile:me")["person_id"] == IT_HEAD
    assert inbox(acting, DIRECTOR).info()["update_seq"] == seq


def test_a_secret_document_reaches_no_device(acting: Acting) -> None:
    document_id = acting.registers(confidentiality="secret", subject="", leader_id="", number="01/TM")
    acting.services.fanout.catch_up()
    for person_id in (CLERK, DIRECTOR, DEPUTY):
        assert document_id not in cards(acting, person_id)


def test_one_document_for_everybody_is_one_bulk_write(acting: Acting, monkeypatch: pytest.MonkeyPatch) -> None:
    document_id = acting.registers()
    acting.services.fanout.catch_up()
    everybody = [person for person in office.EVERYBODY if person not in (DIRECTOR, NOBODY, office.ADMINISTRATOR)]
    acting.does(DIRECTOR, "Assign", document_id, informed=[f"person:{one}" for one in everybody], directive="Để biết")
    store = acting.services.store
    bulk_many, spread = type(store).bulk_many, []

    def noted(self: Any, docs: Any) -> Any:
        spread.append(len([name for name in docs if name.startswith("inbox_")]))
        return bulk_many(self, docs)

    monkeypatch.setattr(type(store), "bulk_many", noted)
    acting.services.fanout.catch_up()
    assert [count for count in spread if count] == [len(everybody) + 1]
    assert all(document_id in cards(acting, person) for person in everybody)


def test_a_neighbour_told_of_meanwhile_is_not_overwritten(acting: Acting, monkeypatch: pytest.MonkeyPatch) -> None:
    document_id = assigned(acting)
    acting.does(IT_HEAD, "Assign", document_id, lead=f"person:{IT_SPECIALIST}", directive="Dự thảo")
    draft_id = acting.drafts(document_id)
    acting.services.fanout.catch_up()
    sha256 = acting.record(draft_id)["versions"][0]["sha256"]
    acting.does(IT_SPECIALIST, "SubmitDraft", draft_id, to_person=IT_HEAD, version_sha256=sha256)
    second, read, is_first = Fanout(acting.services), fanout_inboxes.read, True

    def read_then_be_overtaken(*given: Any) -> Any:
        nonlocal is_first
        if is_first:
            is_first = False
            # the incoming document's card is made anew for its link only, from the record as it was before this
            acting.does(DIRECTOR, "AddComment", document_id, text="Khẩn trương")
            second.catch_up()
        return read(*given)

    monkeypatch.setattr(fanout_inboxes, "read", read_then_be_overtaken)
    acting.services.fanout.catch_up()
    assert without_rev(cards(acting, DIRECTOR)[document_id]) == acting.card(DIRECTOR, document_id)


def test_a_withdrawn_document_moves_to_what_is_done_and_comes_to_nobody_new(acting: Acting) -> None:
    document_id = assigned(acting)
    assert cards(acting, IT_HEAD)[document_id]["folder"] == "todo"
    acting.does(CLERK, "WithdrawDocument", document_id, reason="Văn bản gửi nhầm")
    acting.services.fanout.catch_up()
    for person_id in (DIRECTOR, IT_HEAD):
        card = cards(acting, person_id)[document_id]
        assert (card["folder"], card["state"], card["timeline"][-1]["text"]) == (
            "done",
            "withdrawn",
            "Văn bản gửi nhầm",
        )
        assert without_rev(card) == acting.card(person_id, document_id)
    for person_id in (NOBODY, CLERK, DEPUTY, IT_SPECIALIST, PRESS_HEAD):
        assert cards(acting, person_id) == {}


def delegated(acting: Acting, **term: str) -> str:
    """Let the head of IT delegate to a specialist, with the director's permission; gives the delegation's id."""
    term = {"from_at": "2026-11-23", "until_at": "2026-11-24", "reason": "Đi công tác", **term}
    asked = acting.does(IT_HEAD, "RequestDelegation", to_person=IT_SPECIALIST, **term)
    acting.services.fanout.catch_up()
    assert cards(acting, IT_SPECIALIST) == {}
    assert acting.does(DIRECTOR, "PermitDelegation", asked["document_id"])["status"] == "applied"
    acting.services.fanout.catch_up()
    return str(asked["document_id"])


def test_a_delegate_has_the_delegator_s_open_documents_until_it_is_ended(acting: Acting) -> None:
    document_id = assigned(acting)
    done_id = acting.registers()
    acting.does(DIRECTOR, "Assign", done_id, lead=f"unit:{IT_UNIT}", directive="Lưu")
    acting.does(IT_HEAD, "Conclude", done_id, new_case_file_title="Hồ sơ lưu")
    delegation_id = delegated(acting)
    card = cards(acting, IT_SPECIALIST)[document_id]
    assert (card["acting_for"], card["folder"]) == (office.name_of(IT_HEAD), "todo")
    assert cards(acting, IT_SPECIALIST).keys() == {document_id}
    for person_id in (NOBODY, POST_HEAD, POST_SPECIALIST, PRESS_HEAD):
        assert cards(acting, person_id) == {}
    # what comes while it lasts comes to both
    later_id = assigned(acting)
    assert cards(acting, IT_SPECIALIST).keys() == {document_id, later_id}
    since = inbox(acting, IT_SPECIALIST).info()["update_seq"]
    acting.does(IT_HEAD, "EndDelegation", delegation_id)
    acting.services.fanout.catch_up()
    assert cards(acting, IT_SPECIALIST) == {}
    told = {change.id: change.deleted for change in inbox(acting, IT_SPECIALIST).changes(since).results}
    assert (told[document_id], told[later_id]) == (True, True)
    assert cards(acting, IT_HEAD).keys() >= {document_id, later_id}


def test_a_delegation_begins_and_ends_by_the_clock(acting: Acting) -> None:
    document_id = assigned(acting)
    delegated(acting, from_at="2026-11-24")
    assert cards(acting, IT_SPECIALIST) == {}
    acting.clock.move(hours=16)
    acting.services.fanout.catch_up()
    assert document_id in cards(acting, IT_SPECIALIST)
    acting.clock.move(hours=24)
    acting.services.fanout.catch_up()
    assert cards(acting, IT_SPECIALIST) == {}
    assert document_id in cards(acting, IT_HEAD)


def test_a_new_process_finds_delegations_that_began_while_none_looked(acting: Acting) -> None:
    document_id = assigned(acting)
    asked = acting.does(IT_HEAD, "RequestDelegation", to_person=IT_SPECIALIST, from_at="2026-11-23",
        until_at="2026-11-24", reason="Đi công tác")  # fmt: skip
    acting.does(DIRECTOR, "PermitDelegation", asked["document_id"])
    Fanout(acting.services).catch_up()
    assert document_id in cards(acting, IT_SPECIALIST)
    acting.does(IT_HEAD, "EndDelegation", asked["document_id"])
    Fanout(acting.services).catch_up()
    assert cards(acting, IT_SPECIALIST) == {}


def test_a_delegation_that_ended_while_the_clock_stood_still_moves_the_delegate() -> None:
    people = office.documents()
    given = {"_id": "delegation:d-1", "kind": "delegation", "from_person": IT_HEAD, "to_person": IT_SPECIALIST}
    given |= {"from_at": "2026-11-20", "until_at": "2026-11-30"}
    none, asked = office_from(people), office_from([*people, given])
    permitted = office_from([*people, {**given, "permitted_at": "2026-11-20"}])
    ended = office_from([*people, {**given, "permitted_at": "2026-11-20", "ended_at": "2026-11-21"}])
    assert compare(none, asked, []).moved == frozenset()
    assert compare(asked, permitted, []).moved == {IT_SPECIALIST}
    assert compare(permitted, ended, []).moved == {IT_SPECIALIST}
    # a process that has just begun knows of none before
    assert compare(None, ended, ["delegation:d-1"]).moved == {IT_SPECIALIST}


def test_locking_empties_the_inbox_and_opening_fills_it_again(acting: Acting) -> None:
    document_id = assigned(acting)
    acting.does(office.ADMINISTRATOR, "LockAccount", f"person:{IT_HEAD}", seen=0, reason="Chuyển công tác")
    acting.services.fanout.catch_up()
    assert inbox(acting, IT_HEAD).all() == []
    acting.does(office.ADMINISTRATOR, "UnlockAccount", f"person:{IT_HEAD}", seen=1)
    acting.services.fanout.catch_up()
    assert document_id in cards(acting, IT_HEAD)
    # with the role goes what came by it
    acting.does(office.ADMINISTRATOR, "EndRole", f"person:{office.IT_DEPUTY_HEAD}", seen=0, role="deputy_division_head")
    assert document_id in cards(acting, office.IT_DEPUTY_HEAD)
    acting.services.fanout.catch_up()
    assert document_id not in cards(acting, office.IT_DEPUTY_HEAD)


def test_a_merged_unit_s_documents_come_to_the_other_s_head(acting: Acting) -> None:
    document_id = assigned(acting)
    assert document_id not in cards(acting, POST_HEAD)
    acting.does(office.ADMINISTRATOR, "MergeUnit", f"unit:{IT_UNIT}", seen=0, into=office.POST_UNIT, reason="QĐ 12")
    acting.services.fanout.catch_up()
    assert without_rev(cards(acting, POST_HEAD)[document_id]) == acting.card(POST_HEAD, document_id)
    directory = inbox(acting, DIRECTOR).get("directory:office")
    assert IT_UNIT not in {unit["unit_id"] for unit in directory["units"]}
    units = {one["person_id"]: one["unit_id"] for one in directory["people"]}
    assert units[IT_HEAD] == office.POST_UNIT
    assert inbox(acting, IT_HEAD).get("profile:me")["unit_id"] == office.POST_UNIT
    # a process that has just begun knows of no office before
    now = acting.services.directory.office()
    assert {POST_HEAD, IT_HEAD} <= compare(None, now, [f"unit:{IT_UNIT}"]).moved


def test_a_delegator_s_lost_roles_take_the_documents_from_the_delegate_too(acting: Acting) -> None:
    document_id = assigned(acting)
    delegated(acting)
    acting.services.fanout.catch_up()
    assert document_id in cards(acting, IT_SPECIALIST)
    # found by the simulator, seeds 101 and 141
    for role in ("division_head", "it_head"):
        acting.does(office.ADMINISTRATOR, "EndRole", f"person:{IT_HEAD}", role=role)
    acting.services.fanout.catch_up()
    assert acting.card(IT_SPECIALIST, document_id) is None
    assert document_id not in cards(acting, IT_SPECIALIST)
