"""Which entries a printed volume has, and what stands in the decree's columns (decree 30/2020 Article 22.3.b)."""

from __future__ import annotations

from typing import Any

import pytest

from server.usecases import register_print
from server.usecases.register_print import REGISTER, TRACKING, Selection
from tests.fixtures import office
from tests.fixtures.acting import Acting

BOOK = "den-2026"


def words(key: str, **values: Any) -> str:
    """Give a message as its key and values, a date as it is."""
    return str(values["value"]) if key == "date" else f"{key}{''.join(f' {value}' for value in values.values())}"


def rows(acting: Acting, form: str = REGISTER, book: str = BOOK, by: str = office.CLERK, **part: Any) -> list[Any]:
    return list(register_print.rows(acting.services, form, Selection(book, **part), by, acting.clock.now(), words))


def volumes(acting: Acting, size: int, **part: Any) -> list[dict[str, Any]]:
    return register_print.volumes(acting.services, Selection(BOOK, **part), size, office.CLERK, acting.clock.now())


def test_a_row_says_what_the_ten_columns_ask(acting: Acting) -> None:
    document_id = acting.registers(number="12/UBND-KGVX")
    fields = {"lead": f"unit:{office.IT_UNIT}", "collaborating": [f"unit:{office.POST_UNIT}"]}
    acting.does(office.DIRECTOR, "Assign", document_id, directive="Tham mưu", **fields)
    [row] = rows(acting)
    assert row == [
        [("2026-11-23", False)],
        [("01", False)],
        [("UBND tỉnh Gia Lai", False)],
        [("12/UBND-KGVX", False)],
        [("2026-11-20", False)],
        [
            ("Công văn", False),
            ("UBND tỉnh yêu cầu báo cáo kết quả chuyển đổi số năm 2026 trước ngày 05/12/2026", False),
        ],
        [("Phòng CNTT", False)],
        [("2026-11-23", False)],
        [],
        [],
    ]


def test_corrected_values_stand_struck_beside_the_new_ones(acting: Acting) -> None:
    document_id = acting.registers(number="12/UBND-KGVX", type="CV")
    acting.corrects(document_id, number="21/UBND-KGVX", type="GM", document_on=None)
    acting.corrects(document_id, number="22/UBND-KGVX")
    [row] = rows(acting)
    assert row[3] == [("12/UBND-KGVX", True), ("21/UBND-KGVX", True), ("22/UBND-KGVX", False)]
    assert row[4] == [("2026-11-20", True), ("", False)]
    assert row[5][:2] == [("Công văn", True), ("Giấy mời", False)]
    assert row[9] == [("print.note.corrected 2026-11-23", False)] * 2
    [other] = rows(acting, TRACKING)
    assert ("12/UBND-KGVX", True) in other[1]
    assert other[1][-1] == ("Giấy mời 22/UBND-KGVX, UBND tỉnh Gia Lai", False)


@pytest.mark.parametrize(("is_struck", "note"), [(False, "print.note.withdrawn"), (True, "print.note.number_struck")])
def test_an_entry_that_was_taken_back_is_struck_with_its_reason(acting: Acting, is_struck: bool, note: str) -> None:
    document_id = acting.registers()
    if is_struck:
        acting.corrects(document_id, strikes_number=True)
        reason = "Ghi nhầm khi vào sổ"
    else:
        reason = "Vào sổ hai lần"
        acting.does(office.CLERK, "WithdrawDocument", document_id, reason=reason)
    for form in (REGISTER, TRACKING):
        [row] = rows(acting, form)
        assert all(is_through for cell in row[:-1] for text, is_through in cell if text)
        assert row[-1] == [(f"{note} {reason}", False)]


def test_the_other_register_tells_deadline_progress_and_reply(acting: Acting) -> None:
    document_id = acting.registers(number="12/UBND-KGVX")
    to = f"person:{office.IT_SPECIALIST}"
    acting.does(office.DIRECTOR, "Assign", document_id, lead=f"unit:{office.IT_UNIT}", directive="Tham mưu")
    acting.does(office.IT_HEAD, "Assign", document_id, lead=to, directive="Dự thảo")
    acting.drafts(document_id)
    [row] = rows(acting, TRACKING)
    assert row[0] == [("01", False)]
    assert row[1] == [("Công văn 12/UBND-KGVX, 2026-11-20, UBND tỉnh Gia Lai", False)]
    assert row[3] == [("2026-12-05", False)]
    assert row[4] == [("states.incoming.assigned", False)] or row[4] == [("states.incoming.in_progress", False)]
    assert row[5] == [("print.note.reply_drafted", False)]


def test_secret_entries_are_in_their_own_book_and_for_clerks_alone(acting: Acting) -> None:
    acting.registers()
    fields = {"sender": "Công an tỉnh", "number": "07/CAT", "confidentiality": "secret"}
    assert acting.does(office.CLERK, "RegisterIncoming", **fields)["status"] == "applied"
    assert "Công an tỉnh" not in str(rows(acting))
    assert "Công an tỉnh" in str(rows(acting, book="den-mat-2026"))
    for person_id in (office.DIRECTOR, office.CHIEF_OF_OFFICE, office.ADMINISTRATOR, office.NOBODY):
        assert rows(acting, book="den-mat-2026", by=person_id) == []
    assert rows(acting, by=office.NOBODY) == []


def test_a_range_of_numbers_is_divided_into_volumes(acting: Acting) -> None:
    for number in range(7):
        acting.registers(number=f"{number}/UBND")
        if number == 3:
            acting.clock.move(days=1)
    found = volumes(acting, 3)
    assert [(one["volume"], one["first"], one["last"], one["count"]) for one in found] == [
        (1, 1, 3, 3),
        (2, 4, 6, 3),
        (3, 7, 7, 1),
    ]
    assert (found[0]["from_on"], found[0]["to_on"]) == ("2026-11-23", "2026-11-23")
    assert (found[1]["from_on"], found[1]["to_on"]) == ("2026-11-23", "2026-11-24")
    assert [(one["first"], one["last"]) for one in volumes(acting, 2, first=3, last=6)] == [(3, 4), (5, 6)]
    assert volumes(acting, 3, first=8) == []
    assert [row[1][0][0] for row in rows(acting, first=3, last=5)] == ["03", "04", "05"]


def test_a_range_of_days_takes_the_entries_that_arrived_then(acting: Acting) -> None:
    for number in range(6):
        acting.registers(number=f"{number}/UBND")
        acting.clock.move(days=1)
    found = volumes(acting, 2, from_on="2026-11-24", to_on="2026-11-26")
    assert [(one["first"], one["last"], one["count"]) for one in found] == [(2, 3, 2), (4, 4, 1)]
    assert (found[0]["from_on"], found[-1]["to_on"]) == ("2026-11-24", "2026-11-26")
    assert len(rows(acting, from_on="2026-11-24", to_on="2026-11-26")) == 3


def test_more_entries_than_are_read_at_once_are_all_there(acting: Acting, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(register_print, "BATCH", 3)
    for number in range(8):
        acting.registers(number=f"{number}/UBND")
    assert [row[1][0][0] for row in rows(acting)] == [f"{number:02d}" for number in range(1, 9)]


def test_the_cover_has_what_the_form_asks(acting: Acting) -> None:
    acting.registers()
    [volume] = volumes(acting, 100)
    cover = register_print.cover(REGISTER, Selection(BOOK), volume, words)
    assert cover["year"] == "print.book.year 2026"
    assert cover["days"] == "print.book.days 2026-11-23 2026-11-23"
    assert cover["numbers"] == "print.book.numbers 01 01"
    assert cover["volume"] == "print.book.volume 01"
    assert register_print.cover(TRACKING, Selection(BOOK), volume, words)["numbers"] == ""
    assert register_print.cover(REGISTER, Selection("den-mat-2026"), volume, words)["secret"] == "print.book.secret"
