"""Arrival numbers: without gap or repeat, whatever is repeated, raced or interrupted (Article 9.1)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from server.usecases.registering import repair_books
from sync.stores.embedded_database import EmbeddedDatabase
from tests.fixtures import office
from tests.fixtures.acting import Acting

_PUT = EmbeddedDatabase.put


def numbers(acting: Acting) -> list[int]:
    """Return the arrival numbers given, sorted."""
    return sorted(one["arrival_number"] for one in acting.services.records.all("incoming:"))


def test_fifty_registrations_at_once_are_numbered_one_to_fifty(acting: Acting) -> None:
    with ThreadPoolExecutor(10) as pool:
        list(pool.map(lambda n: acting.registers(number=f"{n}/CV-TEST", action_id=f"act-race-{n:04d}"), range(50)))
    assert numbers(acting) == list(range(1, 51))


def test_a_crash_between_the_book_and_the_record_is_repaired(acting: Acting, monkeypatch: pytest.MonkeyPatch) -> None:
    acting.registers()
    records = acting.services.records
    monkeypatch.setattr(type(records), "put", _dies)
    with pytest.raises(KeyboardInterrupt):
        acting.registers(action_id="act-interrupted", number="99/UBND-VX")
    monkeypatch.undo()
    assert numbers(acting) == [1]
    assert repair_books(acting.services) == 1
    assert numbers(acting) == [1, 2]
    assert repair_books(acting.services) == 0
    # the clerk's browser sends it again: same number, no second entry
    again = acting.registers(action_id="act-interrupted", number="99/UBND-VX")
    assert acting.record(again)["arrival_number"] == 2
    assert acting.record(acting.registers())["arrival_number"] == 3


def test_a_crash_is_repaired_by_the_next_registration(acting: Acting, monkeypatch: pytest.MonkeyPatch) -> None:
    records = acting.services.records
    monkeypatch.setattr(type(records), "put", _dies)
    with pytest.raises(KeyboardInterrupt):
        acting.registers(action_id="act-interrupted")
    monkeypatch.undo()
    acting.registers()
    assert numbers(acting) == [1, 2]


def _dies(self: EmbeddedDatabase, doc: dict[str, object]) -> str:
    """Stand for a process killed before it writes a record; number books are still written."""
    if str(doc["_id"]).startswith("incoming:"):
        raise KeyboardInterrupt
    return _PUT(self, doc)


def test_the_books_of_two_years_and_of_secrets_count_for_themselves(acting: Acting) -> None:
    acting.registers()
    secret = acting.does(
        office.CLERK,
        "RegisterIncoming",
        sender="Công an tỉnh",
        number="07/CAT-PA05",
        document_on="2026-11-20",
        confidentiality="secret",
    )
    assert secret["status"] == "applied", secret
    found = acting.record(secret["document_id"])
    assert (found["book"], found["arrival_number"]) == ("den-mat-2026", 1)
    acting.clock.move(days=60)
    assert acting.record(acting.registers(due_on=None))["arrival_number"] == 1


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"subject": "Nội dung mật"}, "secret_has_content"),
        ({"leader_id": office.DIRECTOR}, "secret_not_transferable"),
    ],
)
def test_a_secret_document_keeps_nothing_but_its_entry(acting: Acting, changes: dict[str, str], reason: str) -> None:
    receipt = acting.does(
        office.CLERK,
        "RegisterIncoming",
        **{"sender": "Công an tỉnh", "number": "07/CAT", "confidentiality": "secret", **changes},
    )
    assert (receipt["status"], receipt["reason"]) == ("refused", reason)


def test_the_same_document_again_is_warned_about_and_names_the_first(acting: Acting) -> None:
    first = acting.registers(number="15/UBND-KGVX")
    again = {"sender": "UBND Tỉnh  Gia Lai", "number": "15/ubnd-kgvx"}
    fields = {"document_on": "2026-11-20", "subject": "UBND tỉnh mời họp ngày 25/11/2026 về chuyển đổi số"}
    warned = acting.does(office.CLERK, "RegisterIncoming", **fields, **again)
    assert (warned["status"], warned["reason"]) == ("refused", "duplicate")
    assert warned["details"]["document_id"] == first
    assert numbers(acting) == [1]
    confirmed = acting.does(office.CLERK, "RegisterIncoming", **fields, **again, duplicate_reason="Bản đính chính")
    assert confirmed["status"] == "applied"
    assert acting.record(confirmed["document_id"])["confirmations"] == [
        {
            "check": "duplicate",
            "reason": "Bản đính chính",
            "documents": [{"document_id": first, "arrival_number": 1, "checks": ["number"]}],
        }
    ]


def test_a_thin_subject_is_refused_until_confirmed_and_takes_no_number(acting: Acting) -> None:
    fields = {
        "sender": "UBND tỉnh",
        "number": "16/GM-UBND",
        "subject": "V/v Mời họp",
        "original_subject": "V/v Mời họp",
    }
    refused = acting.does(office.CLERK, "RegisterIncoming", **fields)
    assert (refused["status"], refused["reason"]) == ("refused", "subject_too_thin")
    assert refused["details"]["warnings"]
    receipt = acting.does(office.CLERK, "RegisterIncoming", **fields, subject_reason="Giấy mời không ghi nội dung")
    assert receipt["status"] == "applied"
    kept = acting.record(receipt["document_id"])["confirmations"]
    assert [(one["check"], one["reason"]) for one in kept] == [("subject", "Giấy mời không ghi nội dung")]
    assert "stock_phrase" in kept[0]["warnings"]
    assert numbers(acting) == [1]


@pytest.mark.parametrize("person_id", [office.DIRECTOR, office.IT_SPECIALIST, office.ADMINISTRATOR, office.NOBODY])
def test_only_clerks_register(acting: Acting, person_id: str) -> None:
    receipt = acting.does(person_id, "RegisterIncoming", sender="X", subject="UBND tỉnh mời họp ngày 25/11/2026")
    assert (receipt["status"], receipt["reason"]) == ("refused", "not_allowed")


def test_a_file_of_somebody_else_cannot_be_taken_by_its_hash(acting: Acting) -> None:
    stolen = acting.has_file(office.DIRECTOR, "chỉ của giám đốc")
    receipt = acting.does(
        office.CLERK,
        "RegisterIncoming",
        sender="UBND tỉnh",
        subject="UBND tỉnh mời họp ngày 25/11/2026 về chuyển đổi số",
        file=stolen,
    )
    assert (receipt["status"], receipt["reason"]) == ("refused", "file_missing")
