"""A history that was changed after it was written is found, wherever that was; receipts are held against it."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest

from server.domain.history_chain import first_broken, linked
from server.usecases import proofs
from tests.fixtures import office
from tests.fixtures.acting import Acting

Record = dict[str, Any]


@pytest.fixture
def record(acting: Acting, assigned: str) -> Record:
    """Give a document with a history of four events."""
    for text in ("Ý kiến một", "Ý kiến hai"):
        acting.does(office.IT_HEAD, "AddComment", assigned, text=text)
    return acting.record(assigned)


def change_word(record: Record) -> None:
    record["events"][1]["data"]["directive"] = "Phối hợp"


def change_author(record: Record) -> None:
    record["events"][1]["actor_id"] = office.DEPUTY


def take_out(record: Record) -> None:
    del record["events"][1]
    for version, event in enumerate(record["events"], 1):
        event["version"] = version
    record["version"] -= 1


def put_in(record: Record) -> None:
    record["events"].insert(1, {**record["events"][2], "version": 2})


def exchange(record: Record) -> None:
    events = record["events"]
    events[2], events[3] = {**events[3], "version": 3}, {**events[2], "version": 4}


def cut_off(record: Record) -> None:
    del record["events"][-1]


def cut_off_with_version(record: Record) -> None:
    del record["events"][-1]
    record["version"] -= 1


def take_digest(record: Record) -> None:
    for event in record["events"]:
        del event["sha256"]


def rewrite_all(record: Record) -> None:
    """Change a word and write all digests anew, as one who knows the rule would."""
    change_word(record)
    events, record["events"] = record["events"], []
    for event in events:
        record["events"].append(linked(record, event))


def rewrite_one(record: Record) -> None:
    """Change a word, and write its own digest and receipt anew: the event after it was bound to what stood there."""
    change_word(record)
    first, second, *_ = record["events"]
    changed = linked({**record, "events": [first]}, second)
    record["events"][1] = changed
    record["receipts"][changed["action_id"]]["history_sha256"] = changed["sha256"]


@pytest.mark.parametrize(
    ("tamper", "version"),
    [
        (change_word, 2),
        (change_author, 2),
        (take_out, 2),
        (put_in, 2),
        (exchange, 3),
        (cut_off, 4),
        (cut_off_with_version, 4),
        (take_digest, 1),
        (rewrite_all, 2),
        (rewrite_one, 3),
    ],
)
def test_a_changed_history_is_found_where_it_was_changed(
    record: Record, tamper: Callable[[Record], None], version: int
) -> None:
    assert first_broken(record) is None
    changed = copy.deepcopy(record)
    tamper(changed)
    assert first_broken(changed) == version


def test_a_history_is_bound_to_its_record(acting: Acting, record: Record) -> None:
    other = acting.record(acting.registers())
    assert first_broken({**record, "_id": other["_id"]}) == 1


def test_an_older_history_goes_on_with_digests(acting: Acting, record: Record) -> None:
    """What was written before there were digests is bound by none, and what follows is."""
    older = copy.deepcopy(record)
    take_digest(older)
    for receipt in older["receipts"].values():
        del receipt["history_sha256"]
    acting.services.records.put(older)
    assert first_broken(acting.record(record["_id"])) is None
    acting.does(office.IT_HEAD, "AddComment", record["_id"], text="Ý kiến ba")
    mixed = acting.record(record["_id"])
    assert first_broken(mixed) is None
    mixed["events"][4]["data"]["text"] = "Khác"
    assert first_broken(mixed) == 5
    del mixed["events"][4]["sha256"]  # as if it were an older one; its receipt knows better
    assert first_broken(mixed) == 5


def test_a_receipt_names_the_event_that_came_of_its_act(acting: Acting, record: Record) -> None:
    for event in record["events"]:
        receipt = record["receipts"][event["action_id"]]
        assert (receipt["history_sha256"], receipt["version"]) == (event["sha256"], event["version"])
    refused = acting.does(office.NOBODY, "AddComment", record["_id"], text="Thử")
    assert refused["history_sha256"] is None


def test_every_history_of_the_office_is_checked(acting: Acting, record: Record) -> None:
    acting.does(office.ADMINISTRATOR, "LockAccount", f"person:{office.IT_SPECIALIST}", reason="Nghỉ việc")
    found = {one.record_id: one.first_broken for one in proofs.histories(acting.services)}
    assert found == {record["_id"]: None, f"person:{office.IT_SPECIALIST}": None}
    change_word(record)
    acting.services.records.put(record)
    account = acting.services.accounts.get(f"person:{office.IT_SPECIALIST}")
    assert account is not None
    account["events"][0]["actor_id"] = office.CLERK
    acting.services.accounts.put(account)
    found = {one.record_id: one.first_broken for one in proofs.histories(acting.services)}
    assert found == {record["_id"]: 2, f"person:{office.IT_SPECIALIST}": 1}
