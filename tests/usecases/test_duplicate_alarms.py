"""The four alarms of a document that is there already (decree 30/2020 Appendix VI III.1)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from server.usecases.files import note_file
from tests.fixtures import office
from tests.fixtures.acting import Acting

SUBJECT = "UBND tỉnh yêu cầu báo cáo kết quả chuyển đổi số năm 2026 trước ngày 05/12/2026"
TEXT = " ".join(f"đoạn{number} nội{number % 7} dung{number % 11}" for number in range(120))


def registers(acting: Acting, **fields: Any) -> dict[str, Any]:
    """Let the clerk try to register, and return the receipt."""
    given = {"sender": "UBND tỉnh Gia Lai", "subject": SUBJECT, **fields}
    return acting.does(office.CLERK, "RegisterIncoming", **given)


def has_text(acting: Acting, name: str, text: str) -> dict[str, Any]:
    """Note a file with a text as uploads do, and return the reference to it."""
    reference = acting.has_file(office.CLERK, name)
    facts = {"pages": 1, "text": text}
    files = acting.services.files
    kept = {"sha256": reference["sha256"], "size": reference["size"], "media_type": reference["media_type"]}
    note_file(files, office.CLERK, acting.clock.now(), facts=facts, **kept)
    return reference


def checks(receipt: dict[str, Any]) -> list[list[str]]:
    """Return which checks each of the earlier documents met."""
    assert (receipt["status"], receipt["reason"]) == ("refused", "duplicate"), receipt
    return [one["checks"] for one in receipt["details"]["documents"]]


def test_the_document_id_repeats(acting: Acting) -> None:
    registers(acting, document_code="000.00.15.H27-2026-0001", number="1/UBND")
    assert checks(registers(acting, document_code=" 000.00.15.h27-2026-0001", number="2/UBND")) == [["document_code"]]
    assert registers(acting, document_code="000.00.15.H27-2026-0002", number="3/UBND")["status"] == "applied"


@pytest.mark.parametrize(
    ("first_on", "second_on", "is_hit"),
    [
        ("2026-11-20", "2026-11-20", True),
        ("2026-11-20", "2026-03-02", True),
        ("2026-11-20", None, True),
        (None, "2026-11-20", True),
        ("2025-11-20", "2026-11-20", False),
    ],
)
def test_number_symbol_and_agency_repeat_within_a_year(
    acting: Acting, first_on: str | None, second_on: str | None, is_hit: bool
) -> None:
    registers(acting, number="15/UBND-KGVX", document_on=first_on)
    again = registers(acting, number="15 / ubnd-kgvx", document_on=second_on)
    assert (again["status"] == "refused") is is_hit
    assert registers(acting, number="15/UBND-NC", document_on=second_on)["status"] == "applied"
    other = registers(acting, sender="Sở Y tế", number="15/UBND-KGVX", document_on=second_on)
    assert other["status"] == "applied"


def test_the_file_is_the_same(acting: Acting) -> None:
    file = has_text(acting, "bản quét", "ngắn")
    first = registers(acting, number="1/UBND", file=file)["document_id"]
    again = registers(acting, sender="Ủy ban nhân dân tỉnh", number="I/UBND", file=file)
    assert checks(again) == [["file"]]
    assert again["details"]["documents"][0]["document_id"] == first


def test_the_text_is_nearly_the_same(acting: Acting) -> None:
    registers(acting, number="1/UBND", file=has_text(acting, "bản giấy", TEXT))
    other = has_text(acting, "bản điện tử", TEXT.replace("đoạn7 ", "sửa "))
    assert checks(registers(acting, sender="UBND", number="01/UBND", file=other)) == [["text"]]
    unlike = has_text(acting, "văn bản khác", TEXT.replace("đoạn", "khác"))
    assert registers(acting, number="2/UBND", file=unlike)["status"] == "applied"


def test_all_that_hit_are_told_of_the_surest_first_and_the_reason_is_kept(acting: Acting) -> None:
    file = has_text(acting, "bản quét", TEXT)
    by_file = registers(acting, number="1/UBND", file=file)["document_id"]
    by_number = registers(acting, number="2/UBND")["document_id"]
    again = registers(acting, number="2/UBND", file=file)
    told = [(one["document_id"], one["checks"]) for one in again["details"]["documents"]]
    assert told == [(by_number, ["number"]), (by_file, ["file"])]
    confirmed = registers(acting, number="2/UBND", file=file, duplicate_reason="Bản thay thế")
    kept = acting.record(confirmed["document_id"])["confirmations"]
    assert [(one["check"], one["reason"], len(one["documents"])) for one in kept] == [("duplicate", "Bản thay thế", 2)]
    card = acting.card(office.DIRECTOR, confirmed["document_id"])
    assert card is not None
    assert card["confirmations"] == [{"check": "duplicate", "reason": "Bản thay thế"}], "others' ids are not told"


def test_a_reason_for_no_warning_is_not_kept(acting: Acting) -> None:
    receipt = registers(acting, number="1/UBND", duplicate_reason="không trùng", subject_reason="không thiếu")
    assert acting.record(receipt["document_id"])["confirmations"] == []


def test_one_that_was_withdrawn_makes_room(acting: Acting) -> None:
    file = has_text(acting, "bản quét", TEXT)
    wrong = registers(acting, number="1/UBND", document_code="A1", file=file)["document_id"]
    acting.does(office.CLERK, "WithdrawDocument", wrong, reason="Vào sổ nhầm")
    assert registers(acting, number="1/UBND", document_code="A1", file=file)["status"] == "applied"


def test_of_clerks_who_register_the_same_document_at_once_one_does_and_the_others_are_told(acting: Acting) -> None:
    def register(at: int) -> dict[str, Any]:
        return registers(acting, number="77/UBND-KGVX", document_on="2026-11-20", action_id=f"act-same-{at:04d}")

    with ThreadPoolExecutor(8) as pool:
        receipts = list(pool.map(register, range(8)))
    assert sorted(one["status"] for one in receipts) == ["applied", *["refused"] * 7]
    assert len(acting.services.records.all("incoming:")) == 1
