"""A device's outbox: sent again, out of order, cut off, with a wrong clock, for what one may not see; nothing lost."""

from __future__ import annotations

import itertools
import json
import threading
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from server.domain.instants import parse
from server.domain.versions import APP_VERSION
from sync.actions import MAX_ACTIONS, TOGETHER, in_chain_order, in_groups, is_harmless
from sync.devices import Devices
from sync.fanout import Fanout
from sync.gateway import create_gateway
from tests.fixtures.acting import Acting, new_action_id, open_office
from tests.fixtures.office import CLERK, DIRECTOR, IT_HEAD, IT_SPECIALIST, IT_UNIT, NOBODY, UNKNOWN_PERSON
from tests.sync.conftest import device_of, identity_of_headers


class Outboxes:
    """The office at work, and devices that send what their people did."""

    def __init__(self, acting: Acting) -> None:
        """Serve the office's gateway."""
        acting.services = replace(acting.services, fanout=Fanout(acting.services))
        self.acting = acting
        self.devices = Devices(acting.services.store)
        self.app = Flask(__name__)
        self.app.register_blueprint(create_gateway(acting.services, acting.services.fanout, identity_of_headers))
        self.app.testing = True

    def action(self, command: str, document_id: str | None = None, seen: int = 99, **fields: Any) -> dict[str, Any]:
        """Give an action as a device queues it."""
        envelope = {key: fields.pop(key) for key in ("action_id", "after", "acted_at", "device_id") if key in fields}
        if command == "Assign":
            fields = {"is_entry_confirmed": True, **fields}
        return {
            "app_version": APP_VERSION,
            "action_id": new_action_id(),
            "command": command,
            "document_id": document_id,
            "seen_version": seen,
            "acted_at": self.acting.clock.now(),
            "after": None,
            "fields": fields,
            **envelope,
        }

    def post(self, person_id: str, body: Any, device_id: str | None = None) -> Any:
        """Send a body from an enrolled device; gives the answer."""
        device_id = device_id or device_of(person_id)
        self.devices.enrol(person_id, device_id, "Phone", "tests", self.acting.clock.now())
        if not isinstance(body, bytes):
            body = json.dumps({"device_id": device_id, **body}).encode()
        headers = {"X-Test-Person": person_id, "X-Congvan-Device": device_id}
        return self.app.test_client().post("/sync/actions", data=body, headers=headers)

    def pull(self, person_id: str, since: str = "0") -> list[dict[str, Any]]:
        """Ask for what is new; gives the changes."""
        headers = {"X-Test-Person": person_id, "X-Congvan-Device": device_of(person_id)}
        response = self.app.test_client().get(f"/sync/inbox/_changes?since={since}", headers=headers)
        assert response.status_code == 200, response.text
        found: list[dict[str, Any]] = response.json["results"]
        return found

    def send(self, person_id: str, *actions: dict[str, Any]) -> list[dict[str, Any]]:
        """Send actions and pull, as a device does; gives the receipts."""
        response = self.post(person_id, {"actions": list(actions)})
        assert response.status_code == 200, response.text
        self.pull(person_id)
        found: list[dict[str, Any]] = response.json["receipts"]
        return found

    def events(self, document_id: str) -> list[dict[str, Any]]:
        """Give a document's history."""
        return list(self.acting.record(document_id)["events"])


@pytest.fixture
def outboxes(tmp_path: Path) -> Iterator[Outboxes]:
    """Give the office with its gateway."""
    acting = open_office(tmp_path)
    yield Outboxes(acting)
    acting.services.close()


def test_an_action_is_carried_out_and_its_card_is_there_at_once(outboxes: Outboxes) -> None:
    document_id = outboxes.acting.registers()
    action = outboxes.action("Assign", document_id, 1, lead=f"unit:{IT_UNIT}", directive="Chủ trì")
    (receipt,) = outboxes.send(DIRECTOR, action)
    assert (receipt["action_id"], receipt["status"]) == (action["action_id"], "applied")
    store = outboxes.acting.services.store
    assert store.database(f"inbox_{IT_HEAD}").get(document_id)["my_assignment"]["directive"] == "Chủ trì"
    assert store.database(f"inbox_{DIRECTOR}").get(f"receipt:{action['action_id']}")["status"] == "applied"
    event = outboxes.events(document_id)[-1]
    assert event["is_offline"] is True
    assert event["device_id"] == device_of(DIRECTOR)


def test_what_a_device_did_is_told_when_it_pulls_and_not_while_it_sends(outboxes: Outboxes) -> None:
    inbox = outboxes.acting.services.store.database(f"inbox_{DIRECTOR}")
    outboxes.acting.registers()
    since = inbox.info()["update_seq"]
    document_id = outboxes.acting.registers()
    action = outboxes.action("AddComment", document_id, text="Một")
    assert outboxes.post(DIRECTOR, {"actions": [action]}).status_code == 200
    assert inbox.get(document_id) is None
    told = [change["id"] for change in outboxes.pull(DIRECTOR, since)]
    assert {document_id, f"receipt:{action['action_id']}"} <= set(told)


def test_sent_again_it_gets_the_same_receipts_and_is_done_once(outboxes: Outboxes) -> None:
    document_id = outboxes.acting.registers()
    actions = [
        outboxes.action("AddComment", document_id, text="Một"),
        outboxes.action("AddComment", document_id, text=""),  # refused: required
        outboxes.action("Approve", document_id, version_sha256="a" * 64),  # refused by the domain
        outboxes.action("Dance", document_id),  # no such command
    ]
    first = outboxes.send(DIRECTOR, *actions)
    assert [receipt["status"] for receipt in first] == ["applied", "refused", "refused", "refused"]
    outboxes.acting.clock.move(days=2)
    assert outboxes.send(DIRECTOR, *actions) == first
    # also twice in one batch
    assert outboxes.send(DIRECTOR, actions[0], actions[3], actions[0]) == [first[0], first[3], first[0]]
    assert [event["event"] for event in outboxes.events(document_id)].count("Commented") == 1


def test_what_was_taken_keeps_its_receipt_from_whichever_device_it_comes(outboxes: Outboxes) -> None:
    """Seed 195 of the simulator: a form was carried out, its answer lost, and the device enrolled under another id."""
    acting = outboxes.acting
    document_id = acting.registers()
    done = acting.does(DIRECTOR, "AddComment", document_id, text="Một", action_id="act-da-nhan-0001")
    assert done["status"] == "applied"
    action = outboxes.action(
        "AddComment", document_id, text="Một", action_id=done["action_id"], device_id="another-0001"
    )
    (receipt,) = outboxes.send(DIRECTOR, action)
    assert (receipt["status"], receipt["version"]) == ("applied", done["version"])
    other = outboxes.action("AddComment", document_id, text="Hai", device_id="another-0001")
    (refused,) = outboxes.send(DIRECTOR, other)
    assert (refused["status"], refused["reason"]) == ("refused", "not_this_device")


def test_a_reordered_batch_is_taken_in_the_order_of_its_chain(outboxes: Outboxes) -> None:
    document_id = outboxes.acting.registers()
    chain = [outboxes.action("AddComment", document_id, text=f"Lời thứ {n}") for n in range(4)]
    for before, after in itertools.pairwise(chain):
        after["after"] = before["action_id"]
    receipts = outboxes.send(DIRECTOR, chain[2], chain[0], chain[3], chain[1])
    assert [receipt["status"] for receipt in receipts] == ["applied"] * 4
    assert [receipt["action_id"] for receipt in receipts] == [chain[n]["action_id"] for n in (2, 0, 3, 1)]
    texts = [event["data"].get("text") for event in outboxes.events(document_id)]
    assert texts[-4:] == [f"Lời thứ {n}" for n in range(4)]


def test_a_draft_does_not_overtake_what_its_author_did_on_the_document_before(outboxes: Outboxes) -> None:
    """Seed 429 of the simulator: the first of a batch was left out, and the rest was taken without it."""
    document_id = outboxes.acting.registers()
    outboxes.acting.does(DIRECTOR, "Assign", document_id, lead=f"person:{IT_SPECIALIST}", directive="Tham mưu")
    fields = {"subject": "Báo cáo kết quả chuyển đổi số năm 2026 của Sở", "type": "BC"}
    file = outboxes.acting.has_file(IT_SPECIALIST, "Dự thảo")
    first = outboxes.action("TakeOn", document_id)
    draft = outboxes.action("StartDraft", document_id, **fields, file=file, after=first["action_id"])
    last = outboxes.action("AddComment", document_id, text="Đã dự thảo", after=draft["action_id"])
    held = outboxes.send(IT_SPECIALIST, draft, last)
    assert [(one["status"], one["reason"]) for one in held] == [("held", "predecessor_missing")] * 2
    assert outboxes.acting.services.records.get(f"outgoing:{draft['action_id']}") is None
    taken = outboxes.send(IT_SPECIALIST, first, draft, last)
    assert [one["status"] for one in taken] == ["applied"] * 3
    names = [event["event"] for event in outboxes.acting.record(document_id)["events"]]
    assert names[-2:] == ["TakenOn", "Commented"]


def test_what_lacks_its_predecessor_is_held_and_taken_when_it_comes(outboxes: Outboxes) -> None:
    document_id = outboxes.acting.registers()
    first = outboxes.action("AddComment", document_id, text="Trước")
    second = outboxes.action("AddComment", document_id, text="Sau", after=first["action_id"])
    third = outboxes.action("AddComment", document_id, text="Sau nữa", after=second["action_id"])
    held = outboxes.send(DIRECTOR, second, third)
    assert [(one["status"], one["reason"]) for one in held] == [("held", "predecessor_missing")] * 2
    assert len(outboxes.events(document_id)) == 1
    assert [one["status"] for one in outboxes.send(DIRECTOR, second, third, first)] == ["applied"] * 3
    # and a later batch may go on from there
    fourth = outboxes.action("AddComment", document_id, text="Thêm", after=third["action_id"])
    assert outboxes.send(DIRECTOR, fourth)[0]["status"] == "applied"


def test_a_chain_goes_on_from_a_draft_to_what_it_answers(outboxes: Outboxes) -> None:
    document_id = outboxes.acting.registers()
    outboxes.acting.does(DIRECTOR, "Assign", document_id, lead=f"person:{IT_SPECIALIST}", directive="Dự thảo")
    file = outboxes.acting.has_file(IT_SPECIALIST, "Dự thảo")
    draft = outboxes.action("StartDraft", document_id, 2, subject="Báo cáo kết quả thực hiện", type="BC", file=file)
    comment = outboxes.action("AddComment", document_id, 2, text="Đã dự thảo", after=draft["action_id"])
    submit = outboxes.action(
        "SubmitDraft", f"outgoing:{draft['action_id']}", 1, after=draft["action_id"],
        to_person=IT_HEAD, version_sha256=file["sha256"],
    )  # fmt: skip
    statuses = [one["status"] for one in outboxes.send(IT_SPECIALIST, comment, submit, draft)]
    assert statuses == ["applied"] * 3
    # the same in two batches, the second one before the fan-out has told anybody anything
    again = outboxes.action("StartDraft", document_id, 3, subject="Báo cáo bổ sung số liệu", type="BC", file=file)
    outboxes.send(IT_SPECIALIST, again)
    later = outboxes.action("AddComment", document_id, 3, text="Lần nữa", after=again["action_id"])
    outboxes.acting.services.store.drop(f"inbox_{IT_SPECIALIST}")
    assert outboxes.send(IT_SPECIALIST, later)[0]["status"] == "applied"


def test_a_document_one_may_not_see_looks_like_none(outboxes: Outboxes) -> None:
    document_id = outboxes.acting.registers()
    for seen in (0, 1, 99):
        there = outboxes.action("AddComment", document_id, seen, text="Thử")
        absent = outboxes.action("AddComment", "incoming:act-no-such-document", seen, text="Thử")
        given = outboxes.send(NOBODY, there, absent)
        assert [(one["status"], one["reason"], one["details"], one["version"]) for one in given] == [
            ("refused", "not_found", {}, None)
        ] * 2
        assert given[0].keys() == given[1].keys()
    assert len(outboxes.events(document_id)) == 1


@pytest.mark.parametrize(
    ("moved", "synced", "counts"),
    [
        ({"hours": -2}, None, "claimed"),  # done in the field two hours ago
        ({"days": -400}, None, "enrolled"),  # before the device was there nobody acted on it
        ({"days": 1}, None, "received"),  # a clock a day ahead
        ({"days": -1}, {"hours": -3}, "synced"),  # a clock a day behind, though it synced three hours ago
        ({"days": 400}, {"hours": -3}, "received"),
    ],
)
def test_a_wrong_clock_is_bounded_and_kept_as_evidence(
    outboxes: Outboxes, moved: dict[str, int], synced: dict[str, int] | None, counts: str
) -> None:
    document_id = outboxes.acting.registers()
    clock, devices = outboxes.acting.clock, outboxes.devices
    device_id = device_of(DIRECTOR)
    enrolled_at = clock.now()
    devices.enrol(DIRECTOR, device_id, "", "", enrolled_at)
    clock.move(hours=4)
    synced_at = None
    if synced:
        synced_at = clock.move(**synced)
        devices.touch(devices.get(device_id) or {}, synced_at)
        clock.move(**{key: -value for key, value in synced.items()})
    now_at = clock.now()
    claimed_at = clock.move(**moved)
    clock.move(**{key: -value for key, value in moved.items()})
    outboxes.send(DIRECTOR, outboxes.action("AddComment", document_id, text="Ý kiến", acted_at=claimed_at))
    event = outboxes.events(document_id)[-1]
    if counts == "received":
        assert now_at <= event["at"] <= event["received_at"]
    else:
        assert event["at"] == {"claimed": claimed_at, "synced": synced_at, "enrolled": enrolled_at}[counts]
    assert event.get("claimed_at", event["at"]) == claimed_at
    assert parse(event["at"]) <= parse(event["received_at"])


@pytest.mark.parametrize("place", ["person_id", "actor_id"])
def test_another_person_s_actions_are_refused_whole(outboxes: Outboxes, place: str) -> None:
    document_id = outboxes.acting.registers()
    own, foreign = (outboxes.action("AddComment", document_id, text="Ý kiến") for _ in range(2))
    foreign[place] = CLERK
    response = outboxes.post(DIRECTOR, {"actions": [own, foreign]})
    assert (response.status_code, response.json["error"]) == (403, "another_person")
    response = outboxes.post(DIRECTOR, {"actions": [own], "person_id": CLERK})
    assert response.status_code == 403
    assert len(outboxes.events(document_id)) == 1


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"null", 403),
        (b'{"device_id":"device-of-bao"}', 400),
        (b'{"device_id":"device-of-bao","actions":{}}', 400),
        (b'{"device_id":"device-of-bao","actions":[1]}', 400),
        (b'{"device_id":"device-of-bao","actions":[{"action_id":"x"}]}', 400),
        (b'{"device_id":"device-of-bao","actions":[{"action_id":"../../../x1"}]}', 400),
        (b'{"device_id":"device-of-bao","actions":' + b"[" * 100_000, 400),
        (b'{"device_id":"another-device","actions":[]}', 403),
        (b" " * (4 * 1024 * 1024 + 1), 413),
    ],
)
def test_what_is_no_batch_is_refused_whole(outboxes: Outboxes, body: bytes, status: int) -> None:
    assert outboxes.post(DIRECTOR, body).status_code == status


def test_too_many_actions_at_once_are_refused_whole(outboxes: Outboxes) -> None:
    document_id = outboxes.acting.registers()
    actions = [outboxes.action("AddComment", document_id, text="x") for _ in range(MAX_ACTIONS + 1)]
    assert outboxes.post(DIRECTOR, {"actions": actions}).status_code == 413
    assert len(outboxes.events(document_id)) == 1


def test_a_batch_cut_off_anywhere_does_nothing_and_can_be_sent_again(outboxes: Outboxes) -> None:
    document_id = outboxes.acting.registers()
    actions = [outboxes.action("AddComment", document_id, text="Ý kiến") for _ in range(3)]
    whole = json.dumps({"device_id": device_of(DIRECTOR), "actions": actions}).encode()
    for length in range(0, len(whole), 97):
        assert outboxes.post(DIRECTOR, whole[:length]).status_code == 400
    assert len(outboxes.events(document_id)) == 1
    assert [one["status"] for one in outboxes.send(DIRECTOR, *actions)] == ["applied"] * 3


def test_a_batch_that_breaks_off_inside_the_server_is_finished_when_sent_again(
    outboxes: Outboxes, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sync import intake
    from sync.ports import StoreUnavailable

    document_id = outboxes.acting.registers()
    actions = [outboxes.action("AddComment", document_id, text=f"Ý kiến {n}") for n in range(3)]
    handle, count = intake.handle, 0

    def handle_some(*given: Any, **named: Any) -> Any:
        nonlocal count
        count += 1
        if count == 3:
            raise StoreUnavailable("disk full")
        return handle(*given, **named)

    monkeypatch.setattr(intake, "handle", handle_some)
    assert outboxes.post(DIRECTOR, {"actions": actions}).status_code == 503
    assert [one["status"] for one in outboxes.send(DIRECTOR, *actions)] == ["applied"] * 3
    texts = [event["data"].get("text") for event in outboxes.events(document_id)[1:]]
    assert texts == ["Ý kiến 0", "Ý kiến 1", "Ý kiến 2"]


def test_a_batch_and_acts_at_the_office_on_the_same_documents_all_arrive(outboxes: Outboxes) -> None:
    """A batch keeps the store for itself, an act at the office its document: neither waits for the other for ever."""
    document_ids = [outboxes.acting.registers() for _ in range(4)]
    batches = [
        [outboxes.action("AddComment", document_id, text="Từ xa") for document_id in document_ids * 8] for _ in range(4)
    ]
    receipts: list[dict[str, Any]] = []

    def sends(batch: list[dict[str, Any]]) -> None:
        receipts.extend(outboxes.post(DIRECTOR, {"actions": batch}).json["receipts"])

    def writes(document_id: str) -> None:
        receipts.extend(outboxes.acting.does(CLERK, "AddComment", document_id, text="Tại chỗ") for _ in range(40))

    outboxes.post(DIRECTOR, {"actions": []})  # the device is there before its batches are
    works = [partial(sends, batch) for batch in batches] + [partial(writes, one) for one in document_ids]
    threads = [threading.Thread(target=work, daemon=True) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not any(thread.is_alive() for thread in threads)
    assert {one["status"] for one in receipts} <= {"applied", "merged"}
    assert len(receipts) == 4 * 32 + 4 * 40
    for document_id in document_ids:
        assert sum(event["event"] == "Commented" for event in outboxes.events(document_id)) == 4 * 8 + 40


def test_what_changes_the_office_is_kept_by_itself_and_the_rest_in_groups() -> None:
    names = ["AddComment"] * (TOGETHER + 2) + ["EndDelegation", "EndDelegation"] + ["AddComment", 7, ["EndDelegation"]]
    actions = [{"action_id": f"act-{n:05d}", "command": name} for n, name in enumerate(names)]
    groups = list(in_groups(actions, {"EndDelegation": object}))
    assert [len(group) for group in groups] == [TOGETHER, 2, 1, 1, 3]
    assert [action for group in groups for action in group] == actions
    assert list(in_groups([], ())) == []


def test_one_action_that_trips_the_server_keeps_none_of_the_others(
    outboxes: Outboxes, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sync import intake

    document_id = outboxes.acting.registers()
    actions = [outboxes.action("AddComment", document_id, text=text) for text in ("Một", "Lỗi", "Ba")]
    handle = intake.handle

    def handle_or_trip(command: Any, *given: Any, **named: Any) -> Any:
        if command.text == "Lỗi":
            raise KeyError("rows")
        return handle(command, *given, **named)

    monkeypatch.setattr(intake, "handle", handle_or_trip)
    assert [one["status"] for one in outboxes.send(DIRECTOR, *actions)] == ["applied", "held", "applied"]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"command": "DropEverything"}, "unknown_command"),
        ({"command": 7}, "unknown_command"),
        ({"command": {"$gt": ""}}, "unknown_command"),
        ({"fields": {"text": "a", "role": "leader"}}, "unknown_field"),
        ({"fields": {"text": {"$gt": ""}}}, "bad_value"),
        ({"fields": []}, "required"),
        ({"fields": "text"}, "bad_value"),
        ({"fields": {"text": "x" * 4001}}, "too_long"),
        ({"fields": {"text": "\ud800"}}, "bad_value"),
        ({"fields": {"text": [[[[[[[[[[[["x"]]]]]]]]]]]]}}, "bad_value"),
        ({"seen_version": 2**60}, "bad_value"),
        ({"acted_at": "yesterday"}, "bad_instant"),
        ({"acted_at": None}, "bad_instant"),
        ({"document_id": "accounts/person:bao"}, "not_found"),
        ({"document_id": 5}, "not_found"),
        ({"after": {"$ne": 1}}, "bad_action_id"),
        ({"device_id": "another-device-0001"}, "not_this_device"),
    ],
)
def test_what_is_no_command_is_refused_with_its_reason_and_kept(
    outboxes: Outboxes, change: dict[str, Any], reason: str
) -> None:
    document_id = outboxes.acting.registers()
    bad = {**outboxes.action("AddComment", document_id, text="Ý kiến"), **change}
    good = outboxes.action("AddComment", document_id, text="Ý kiến khác")
    receipts = outboxes.send(DIRECTOR, bad, good)
    assert [one["status"] for one in receipts] == ["refused", "applied"]
    assert receipts[0]["reason"] == reason
    kept = outboxes.acting.services.records.get(f"refusal:{bad['action_id']}")
    assert kept["actor_id"] == DIRECTOR
    assert outboxes.acting.services.signer.signed(kept["receipt"]) == receipts[0]
    shown = outboxes.acting.services.store.database(f"inbox_{DIRECTOR}").get(f"receipt:{bad['action_id']}")
    assert shown["reason"] == reason
    assert outboxes.send(DIRECTOR, bad)[0] == receipts[0]


def test_another_person_s_action_id_gives_nothing_away(outboxes: Outboxes) -> None:
    document_id = outboxes.acting.registers()
    own = outboxes.action("AddComment", document_id, text="Chỉ giám đốc biết")
    refused = outboxes.action("Dance", document_id)
    outboxes.send(DIRECTOR, own, refused)
    stolen = outboxes.action("AddComment", document_id, text="Thử", action_id=own["action_id"])
    stolen_refusal = outboxes.action("Dance", document_id, action_id=refused["action_id"])
    for receipt in outboxes.send(NOBODY, stolen, stolen_refusal):
        assert receipt["status"] == "refused"
        assert receipt["actor_id"] != DIRECTOR
        assert "Chỉ giám đốc" not in json.dumps(receipt, ensure_ascii=False)


def test_an_unknown_account_has_no_effect(outboxes: Outboxes) -> None:
    document_id = outboxes.acting.registers()
    (receipt,) = outboxes.send(UNKNOWN_PERSON, outboxes.action("AddComment", document_id, text="Thử"))
    assert (receipt["status"], receipt["reason"]) == ("refused", "not_found")


def test_the_order_of_a_chain_never_loses_or_doubles_an_action() -> None:
    circle = [
        {"action_id": "a", "after": "c"},
        {"action_id": "b", "after": "a"},
        {"action_id": "c", "after": "b"},
        {"action_id": "d", "after": "d"},
        {"action_id": "e", "after": 5},
        {"action_id": "a", "after": None},
    ]
    assert sorted(action["action_id"] for action in in_chain_order(circle)) == ["a", "b", "c", "d", "e"]
    long = [{"action_id": str(n), "after": str(n + 1)} for n in range(3000)]
    assert [action["action_id"] for action in in_chain_order(long)] == [str(n) for n in range(2999, -1, -1)]


@pytest.mark.parametrize("value", ["\udc00", 2**53 + 2, -(2**54), 1e300, [[[[[[[[[[[1]]]]]]]]]]], {"\ud83d": 1}])
def test_what_no_store_takes_is_harmful(value: Any) -> None:
    assert not is_harmless({"fields": value})
    assert is_harmless({"fields": ["😀", 2**53, None, True, {"a": [1.5]}]})
