"""What somebody gains by naming another version, another instant or another's act: nothing."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from server.domain.errors import DomainError
from server.domain.payloads import build
from server.usecases import cleaning
from server.usecases.handle import handle
from tests.fixtures import office
from tests.fixtures.acting import Acting, new_action_id

PHONE = "device-dien-thoai"
IT = f"unit:{office.IT_UNIT}"
POST = f"unit:{office.POST_UNIT}"


@pytest.fixture
def assigned(acting: Acting) -> str:
    """Give a document that the director assigned to the IT division, and its head to a specialist."""
    document_id = acting.registers()
    acting.does(office.DIRECTOR, "Assign", document_id, lead=IT, directive="Tham mưu")
    acting.does(office.IT_HEAD, "Assign", document_id, lead=f"person:{office.IT_SPECIALIST}", directive="Dự thảo")
    return document_id


@pytest.fixture
def with_division(acting: Acting, assigned: str) -> str:
    """Give a draft that lies with the head of the division."""
    draft_id = acting.drafts(assigned)
    acting.does(
        office.IT_SPECIALIST, "SubmitDraft", draft_id, to_person=office.IT_HEAD, version_sha256=sha256(acting, draft_id)
    )
    return draft_id


@pytest.fixture
def with_leader(acting: Acting, with_division: str) -> str:
    """Give a draft that lies with the director."""
    acts = {"leader_id": office.DIRECTOR, "version_sha256": sha256(acting, with_division)}
    assert acting.does(office.IT_HEAD, "SubmitToLeader", with_division, **acts)["status"] == "applied"
    return with_division


def sha256(acting: Acting, draft_id: str) -> str:
    """Return the hash of a draft's current version."""
    return str(acting.record(draft_id)["versions"][-1]["sha256"])


def approval(acting: Acting, draft_id: str) -> dict[str, Any]:
    """Return the fields that approve the current version."""
    return {"version_sha256": sha256(acting, draft_id), "is_content_approved": True, "is_form_approved": True}


def becomes(acting: Acting, person_id: str, *roles: str, **changes: Any) -> None:
    """End a person's roles now, and give others."""
    person = acting.services.accounts.get(f"person:{person_id}")
    at = acting.clock.now()
    ended = [{**role, "until_at": role.get("until_at") or at} for role in person["roles"]]
    given = [{"role": role, "from_at": at, "until_at": None} for role in roles]
    acting.services.accounts.put({**person, "roles": [*ended, *given], **changes})


def is_locked_out(acting: Acting, person_id: str) -> None:
    """Lock an account now."""
    person = acting.services.accounts.get(f"person:{person_id}")
    changes = {"is_active": False, "inactive_from_at": acting.clock.now()}
    acting.services.accounts.put({**person, **changes})


def outcome(receipt: dict[str, Any]) -> tuple[str, str | None]:
    """Return what a receipt says."""
    return receipt["status"], receipt["reason"]


@pytest.mark.parametrize("seen", [0, 1, 99])
def test_the_role_of_yesterday_does_nothing_to_the_draft_of_today(acting: Acting, assigned: str, seen: int) -> None:
    past = acting.clock.now()
    becomes(acting, office.DEPUTY, "specialist")
    draft_id = acting.drafts(assigned)
    acts = {"to_person": office.IT_HEAD, "version_sha256": sha256(acting, draft_id)}
    acting.does(office.IT_SPECIALIST, "SubmitDraft", draft_id, **acts)
    acts = {"leader_id": office.DIRECTOR, "version_sha256": sha256(acting, draft_id)}
    acting.does(office.IT_HEAD, "SubmitToLeader", draft_id, **acts)
    receipt = acting.does(
        office.DEPUTY, "Approve", draft_id, seen=seen, device_id=PHONE, acted_at=past, **approval(acting, draft_id)
    )
    assert receipt["status"] == "refused"
    assert acting.record(draft_id)["state"] == "with_leader"


def test_the_role_of_yesterday_does_not_reach_what_came_after_the_version_seen(
    acting: Acting, with_division: str
) -> None:
    past = acting.clock.now()
    becomes(acting, office.DEPUTY, "specialist")
    acts = {"leader_id": office.DIRECTOR, "version_sha256": sha256(acting, with_division)}
    acting.does(office.IT_HEAD, "SubmitToLeader", with_division, **acts)
    approving = {"device_id": PHONE, "acted_at": past, **approval(acting, with_division)}
    receipt = acting.does(office.DEPUTY, "Approve", with_division, seen=1, **approving)
    assert receipt["status"] == "refused"
    assert acting.record(with_division)["reviews"] == []


def test_deciding_one_s_own_conflict_gives_no_right_that_has_ended(acting: Acting, with_leader: str) -> None:
    seen, old = acting.record(with_leader)["version"], approval(acting, with_leader)
    past = acting.clock.now()
    acting.does(office.DIRECTOR, "ReturnDraft", with_leader, reason="Bổ sung", return_to="drafter")
    file = acting.has_file(office.IT_SPECIALIST, "Bản hai")
    acting.does(office.IT_SPECIALIST, "AddVersion", with_leader, file=file)
    acts = {"to_person": office.IT_HEAD, "version_sha256": sha256(acting, with_leader)}
    acting.does(office.IT_SPECIALIST, "SubmitDraft", with_leader, **acts)
    acts = {"leader_id": office.DIRECTOR, "version_sha256": sha256(acting, with_leader)}
    acting.does(office.IT_HEAD, "SubmitToLeader", with_leader, **acts)
    becomes(acting, office.DEPUTY, "specialist")
    held = acting.does(office.DEPUTY, "Approve", with_leader, seen=seen, device_id=PHONE, acted_at=past, **old)
    assert held["status"] == "needs_review"
    decision = {"review_id": held["action_id"], "version_sha256": sha256(acting, with_leader)}
    mine = acting.does(office.DEPUTY, "ResolveConflict", with_leader, choice="ours", **decision)
    assert outcome(mine) == ("refused", "wrong_state")
    assert acting.record(with_leader)["state"] == "with_leader"
    ended = acting.does(office.DEPUTY, "ResolveConflict", with_leader, choice="theirs", **decision)
    assert outcome(ended) == ("applied", None)


def test_a_leader_does_not_take_a_draft_from_the_division_that_another_leader_gave_it_to(
    acting: Acting, with_leader: str
) -> None:
    seen = acting.record(with_leader)["version"]
    acting.does(office.DIRECTOR, "ReturnDraft", with_leader, reason="Sửa", return_to="division")
    receipt = acting.does(
        office.DEPUTY, "ReturnDraft", with_leader, seen=seen, device_id=PHONE, reason="Trả", return_to="drafter"
    )
    assert outcome(receipt) == ("merged", "draft_returned_meanwhile")
    assert acting.record(with_leader)["state"] == "with_division"
    assert acting.card(office.IT_HEAD, with_leader)["timeline"][-1]["text"] == "Trả"


def test_nobody_approves_another_version_in_the_author_s_name(acting: Acting, with_leader: str) -> None:
    seen, old = acting.record(with_leader)["version"], approval(acting, with_leader)
    acting.does(office.DEPUTY, "ReturnDraft", with_leader, reason="Bổ sung", return_to="drafter")
    file = acting.has_file(office.IT_SPECIALIST, "Bản hai")
    acting.does(office.IT_SPECIALIST, "AddVersion", with_leader, file=file)
    for person_id, command, acts in (
        (office.IT_SPECIALIST, "SubmitDraft", {"to_person": office.IT_HEAD}),
        (office.IT_HEAD, "SubmitToLeader", {"leader_id": office.SECOND_DEPUTY}),
    ):
        acting.does(person_id, command, with_leader, version_sha256=sha256(acting, with_leader), **acts)
    held = acting.does(office.DIRECTOR, "Approve", with_leader, seen=seen, device_id=PHONE, **old)
    assert held["status"] == "needs_review"
    is_locked_out(acting, office.DIRECTOR)
    decision = {"review_id": held["action_id"], "version_sha256": sha256(acting, with_leader)}
    receipt = acting.does(office.SECOND_DEPUTY, "ResolveConflict", with_leader, choice="ours", **decision)
    assert receipt["status"] == "refused"
    assert not any(one["person_id"] == office.DIRECTOR for one in acting.record(with_leader)["approvals"])


@pytest.mark.parametrize("how", ["locked", "administrator only"])
def test_a_conflict_whose_owner_is_gone_falls_to_the_next(acting: Acting, assigned: str, how: str) -> None:
    seen = acting.record(assigned)["version"] - 1
    held = acting.does(
        office.IT_DEPUTY_HEAD, "Assign", assigned, seen=seen, device_id=PHONE, directive="Nam làm",
        lead=f"person:{office.SECOND_IT_SPECIALIST}",
    )  # fmt: skip
    assert held["status"] == "needs_review"
    assert acting.card(office.DIRECTOR, assigned)["reviews"][0]["is_mine"]
    if how == "locked":
        is_locked_out(acting, office.DIRECTOR)
    else:
        becomes(acting, office.DIRECTOR, "administrator")
    review = acting.card(office.CHIEF_OF_OFFICE, assigned)["reviews"][0]
    assert (review["owner_id"], review["is_mine"]) == (office.CHIEF_OF_OFFICE, True)
    assert "resolve_conflict" in acting.card(office.CHIEF_OF_OFFICE, assigned)["allowed_actions"]
    acts = {"review_id": held["action_id"], "choice": "theirs"}
    assert outcome(acting.does(office.DEPUTY, "ResolveConflict", assigned, **acts)) == ("refused", "not_allowed")
    assert outcome(acting.does(office.CHIEF_OF_OFFICE, "ResolveConflict", assigned, **acts)) == ("applied", None)


def test_a_comment_made_while_the_work_was_one_s_own_is_kept(acting: Acting, assigned: str) -> None:
    seen = acting.record(assigned)["version"]
    acting.does(office.DIRECTOR, "Assign", assigned, lead=POST, directive="Chuyển BCVT chủ trì")
    assert acting.card(office.IT_SPECIALIST, assigned) is None
    receipt = acting.does(office.IT_SPECIALIST, "AddComment", assigned, seen=seen, device_id=PHONE, text="Đã khảo sát")
    assert outcome(receipt) == ("applied", None)
    assert acting.card(office.POST_HEAD, assigned)["timeline"][-1]["text"] == "Đã khảo sát"
    assert acting.card(office.IT_SPECIALIST, assigned) is None


def test_nobody_does_anything_to_a_secret_document(acting: Acting, assigned: str) -> None:
    bare = {"subject": "", "leader_id": "", "confidentiality": "secret"}
    secret_id = acting.registers(**bare)
    acts: tuple[tuple[str, dict[str, Any]], ...] = (
        ("PresentToLeader", {"leader_id": office.DIRECTOR}),
        ("AddComment", {"text": "Nội dung mật"}),
    )
    for command, fields in acts:
        assert outcome(acting.does(office.CLERK, command, secret_id, **fields)) == ("refused", "not_allowed")
        assert outcome(acting.does(office.DIRECTOR, command, secret_id, **fields)) == ("refused", "not_found")
    assert [event["event"] for event in acting.record(secret_id)["events"]] == ["Registered"]
    acting.does(office.DIRECTOR, "Assign", assigned, collaborating=[f"person:{office.CLERK}"], directive="Giúp")
    file = acting.has_file(office.CLERK, "Dự thảo")
    draft = {"subject": "Trả lời UBND tỉnh", "type": "CV", "file": file}
    related = acting.does(office.CLERK, "StartDraft", assigned, related=[secret_id], **draft)
    assert outcome(related) == ("refused", "not_found")


def test_what_was_wrongly_said_of_a_secret_document_is_not_kept(acting: Acting) -> None:
    receipt = acting.does(
        office.CLERK, "RegisterIncoming", device_id=PHONE, sender="Công an tỉnh", subject="Kế hoạch mật",
        note="Nội dung mật", confidentiality="secret",
    )  # fmt: skip
    # a device is not where a secret document is entered at all
    assert outcome(receipt) == ("refused", "secret_online_only")
    kept = acting.services.records.get(f"refusal:{receipt['action_id']}")
    assert (kept["command"]["fields"]["sender"], kept["receipt"]) == ("Công an tỉnh", receipt)
    assert "mật" not in str(kept["command"]["fields"])


def test_work_is_not_given_to_somebody_who_cannot_do_it(acting: Acting) -> None:
    document_id = acting.registers()
    for person_id in (office.NOBODY, office.ADMINISTRATOR):
        receipt = acting.does(office.DIRECTOR, "Assign", document_id, lead=f"person:{person_id}", directive="Làm")
        assert outcome(receipt) == ("refused", "person_inactive")


def test_a_conclusion_has_one_receipt(acting: Acting, assigned: str) -> None:
    receipt = acting.does(office.IT_SPECIALIST, "Conclude", assigned, new_case_file_title="Hồ sơ")
    kept = [one for record in acting.services.records.all() for one in record["receipts"].values()]
    assert [one for one in kept if one["action_id"] == receipt["action_id"]] == [receipt]


def test_the_refused_act_of_somebody_else_blocks_nobody(acting: Acting, assigned: str) -> None:
    theirs = acting.does(office.PRESS_HEAD, "AddComment", assigned, device_id=PHONE, text="Kín")
    assert outcome(theirs) == ("refused", "not_found")
    mine = acting.does(
        office.PRESS_DEPUTY_HEAD, "AddComment", assigned, device_id="device-0002", text="x",
        action_id=theirs["action_id"],
    )  # fmt: skip
    assert outcome(mine) == ("refused", "bad_action_id")


def test_the_same_registration_at_another_process_meanwhile_takes_no_second_number(acting: Acting) -> None:
    """Between looking for the act and reading the book, another process registers it, and one more."""
    services = acting.services
    payload = {
        "action_id": new_action_id(), "command": "RegisterIncoming", "acted_at": acting.clock.now(),
        "fields": {"sender": "UBND tỉnh", "subject": "UBND tỉnh yêu cầu báo cáo chuyển đổi số trước ngày 05/12/2026"},
    }  # fmt: skip
    command = build(payload, actor_id=office.CLERK)
    book_of_another, told = services.registers.get, []

    class Registers:
        """The registers, at which somebody else was a moment earlier."""

        def __getattr__(self, name: str) -> Any:
            return getattr(services.registers, name)

        def get(self, doc_id: str) -> Any:
            """Read a book, right after the others wrote it."""
            if not told:
                told.append(handle(command, services))
                acting.registers()
            return book_of_another(doc_id)

    ours = handle(command, replace(services, registers=Registers()))
    assert ours == told[0]
    numbers = sorted(record["arrival_number"] for record in services.records.all("incoming:"))
    assert numbers == [1, 2]
    assert services.registers.get("book:den-2026")["next_number"] == 3


@pytest.mark.parametrize("file", ["text", 7, ["list"], {"sha256": {}}, {"other": 1}])
def test_cleaning_goes_on_whatever_was_refused(acting: Acting, file: Any) -> None:
    command = {"action_id": "act-kept-as-sent", "command": "AddVersion", "fields": {"file": file}}
    acting.services.records.put(
        {"_id": "refusal:act-kept-as-sent", "kind": "refusal", "actor_id": office.CLERK, "command": command}
    )
    assert cleaning.unnamed_files(acting.services) == 0


@pytest.mark.parametrize(
    "at",
    ["2026-11-22T99:99:99Z", "2026-11-22T24:00:00Z", "2026-02-30T00:00:00Z", "２０２６-11-22T00:00:00Z"],
)
def test_an_instant_that_is_none_is_refused(at: str) -> None:
    payload = {"action_id": new_action_id(), "command": "TakeOn", "document_id": None, "acted_at": at}
    with pytest.raises(DomainError) as raised:
        build(payload, actor_id=office.CLERK)
    assert raised.value.code == "bad_instant"


@pytest.mark.parametrize("day", ["2026-W47-1", "2026-327", "20261122"])
def test_a_date_in_another_writing_is_refused(day: str) -> None:
    fields = {"directive": "Làm", "lead": IT, "due_on": day}
    payload = {"action_id": new_action_id(), "command": "Assign", "acted_at": office.NOW_AT, "fields": fields}
    with pytest.raises(DomainError) as raised:
        build(payload, actor_id=office.DIRECTOR)
    assert raised.value.code == "bad_date"
