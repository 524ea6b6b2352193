"""The registers as they are printed: cover, ten and seven columns, rows, what is struck through (Appendix IV)."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pypdf
import pytest

from server.adapters.typesetting import fonts
from server.adapters.typesetting_registers import FORMS, typeset_register
from server.adapters.typesetting_slip import typeset_slip

COVER = {
    "parent": "UBND TỈNH GIA LAI",
    "agency": "SỞ THÔNG TIN VÀ TRUYỀN THÔNG",
    "title": "SỔ ĐĂNG KÝ VĂN BẢN ĐẾN",
    "year": "Năm: 2026",
    "days": "Từ ngày 02/01/2026 đến ngày 23/11/2026",
    "numbers": "Từ số 01 đến số 40",
    "volume": "Quyển số: 03",
    "secret": "",
}


def row(number: int, *, sender: Any = None, subject: str = "UBND tỉnh mời họp", is_struck: bool = False) -> list[Any]:
    cells = [
        [["23/11/2026", False]],
        [[f"{number:02d}", False]],
        sender or [["UBND tỉnh", False]],
        [[f"{number}/UBND-KGVX", False]],
        [["20/11/2026", False]],
        [["Công văn", False], [subject, False]],
        [["Phòng CNTT", False]],
        [["23/11/2026", False]],
        [],
    ]
    return [[[text, is_struck or was] for text, was in cell] for cell in cells] + [[["Ghi chú", False]]]


def printed(
    folder: Path, rows: list[Any], form: str = "register", paper: str = "A4"
) -> tuple[pypdf.PdfReader, list[int]]:
    entries, target, told = folder / "rows", folder / "out.pdf", []
    entries.write_text("".join(json.dumps(one) + "\n" for one in rows), "utf-8")
    pages = typeset_register(
        entries, target, form=form, cover=COVER, paper=paper, fonts=fonts().files, on_progress=told.append
    )
    reader = pypdf.PdfReader(io.BytesIO(target.read_bytes()))
    assert len(reader.pages) == pages
    return reader, told


def text_of(page: Any) -> str:
    return " ".join(page.extract_text().split())


def lines_drawn(page: Any) -> list[tuple[float, float, float, float]]:
    """Return the straight lines of a page, from and to."""
    found: list[tuple[float, float, float, float]] = []
    at: list[float] = []

    def note(operator: bytes, operands: Any, *_: Any) -> None:
        nonlocal at
        if operator == b"m":
            at = [float(one) for one in operands]
        elif operator == b"l" and at:
            found.append((*at, *(float(one) for one in operands)))  # type: ignore[arg-type]

    page.extract_text(visitor_operand_before=note)
    return found


def test_the_cover_and_the_first_page_say_what_the_form_asks(tmp_path: Path) -> None:
    reader, _ = printed(tmp_path, [row(1)])
    for page in reader.pages[:2]:
        assert text_of(page) == " ".join(text for text in COVER.values() if text)


def test_the_register_has_the_decree_s_ten_columns_on_every_page(tmp_path: Path) -> None:
    reader, _ = printed(tmp_path, [row(number) for number in range(1, 41)])
    heads = "Ngày đến|Số đến|Tác giả|Số, ký hiệu văn bản|Ngày tháng văn bản|Tên loại và trích yếu nội dung văn bản|"
    heads += "Đơn vị hoặc người nhận|Ngày chuyển|Ký nhận|Ghi chú"
    assert [column.head for column in FORMS["register"]] == heads.split("|")
    body = reader.pages[2:]
    assert len(body) > 1
    for number, page in enumerate(body, 1):
        text = text_of(page)
        assert text.startswith(f"{number} ")
        assert "(1) (2) (3) (4) (5) (6) (7) (8) (9) (10)" in text
        assert "Tác giả" in text
        assert (float(page.mediabox.width) > float(page.mediabox.height)) is True
    whole = "".join("".join(text_of(page).split()) for page in body)
    assert [number for number in range(1, 41) if f"{number:02d}UBNDtỉnh{number}/UBND-KGVX" not in whole] == []


def test_the_other_register_has_its_seven(tmp_path: Path) -> None:
    cells = [[["01", False]], [["Công văn 1/UBND", False]], [["Phòng CNTT", False]], [["05/12/2026", False]]]
    reader, _ = printed(tmp_path, [[*cells, [["Đã kết thúc", False]], [["12/STTTT", False]], []]], form="tracking")
    text = text_of(reader.pages[2])
    assert "(1) (2) (3) (4) (5) (6) (7) 01" in text
    for head in ("Thời hạn giải quyết", "Tiến độ giải quyết", "Số, ký hiệu văn bản trả lời"):
        assert head in text


def test_what_stood_before_is_struck_through_and_still_legible(tmp_path: Path) -> None:
    plain, _ = printed(tmp_path, [row(1, sender=[["Sở Nội vụ", False], ["Sở Tài chính", False]])])
    before = len(lines_drawn(plain.pages[2]))
    struck, _ = printed(tmp_path, [row(1, sender=[["Sở Nội vụ", True], ["Sở Tài chính", False]])])
    assert len(lines_drawn(struck.pages[2])) == before + 1
    assert "Sở Nội vụ" in text_of(struck.pages[2])
    withdrawn, _ = printed(tmp_path, [row(1, is_struck=True)])
    # all nine values of the entry, and not the note
    assert len(lines_drawn(withdrawn.pages[2])) == before + 9


def test_an_entry_longer_than_a_page_goes_on_on_the_next(tmp_path: Path) -> None:
    words = [f"chữ{number}" for number in range(1500)]
    reader, _ = printed(tmp_path, [row(1, subject=" ".join(words)), row(2)])
    whole = " ".join(text_of(page) for page in reader.pages[2:])
    assert [word for word in words if word not in whole] == []
    assert " 2/UBND-KGVX" in whole


def test_a_number_without_a_space_is_broken_within_its_column(tmp_path: Path) -> None:
    one = row(1)
    one[3] = [["123456789/2026/NĐ-CP-UBND-KGVX-VHXH-TTTT-CNTT-CDS", False]]
    reader, _ = printed(tmp_path, [one])
    right: list[float] = []
    reader.pages[2].extract_text(
        visitor_text=lambda text, _cm, tm, *_: right.append(tm[4]) if "NĐ-CP" in text else None
    )
    assert "123456789/2026/" in text_of(reader.pages[2])
    assert "CDS" in text_of(reader.pages[2])


def test_a_long_volume_tells_how_far_it_is(tmp_path: Path) -> None:
    _, told = printed(tmp_path, [row(number) for number in range(1, 301)], paper="A3")
    assert told == sorted(told)
    assert told[0] > 0
    assert told[-1] <= 300


@pytest.mark.parametrize("paper", ["A4", "A3"])
def test_the_sheet_is_the_one_chosen(tmp_path: Path, paper: str) -> None:
    reader, _ = printed(tmp_path, [row(1)], paper=paper)
    sizes = {"A4": (842, 595), "A3": (1191, 842)}
    box = reader.pages[2].mediabox
    assert (round(float(box.width)), round(float(box.height))) == sizes[paper]


def test_the_slip_has_its_three_parts_and_room_to_write_where_nobody_spoke(tmp_path: Path) -> None:
    said = {
        "who": "Trần Quốc Bảo, Giám đốc đã chuyển xử lý:",
        "said": "Giao tham mưu",
        "lines": ["Chủ trì: Phòng CNTT"],
    }
    words = {
        "agency": COVER["agency"],
        "nation": "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "motto": "Độc lập - Tự do - Hạnh phúc",
        "place_and_date": "Gia Lai, ngày 23 tháng 11 năm 2026",
        "title": "Phiếu giải quyết văn bản đến",
        "about": "Công văn số 12/UBND, ngày 20 tháng 11 năm 2026, của UBND tỉnh",
        "subject": "UBND tỉnh mời họp",
        "arrival": "Số đến: 01",
        "parts": [
            {"head": "Ý kiến của lãnh đạo cơ quan, tổ chức", "entries": [{**said, "when": "ngày 23 tháng 11"}]},
            {"head": "Ý kiến của lãnh đạo đơn vị", "entries": []},
            {"head": "Ý kiến đề xuất của người giải quyết", "entries": []},
        ],
    }
    typeset_slip(tmp_path / "slip.pdf", words, fonts().files)
    [page] = pypdf.PdfReader(tmp_path / "slip.pdf").pages
    text = text_of(page)
    parts = ("PHIẾU GIẢI QUYẾT VĂN BẢN ĐẾN", "1. Ý kiến của lãnh đạo cơ quan", "Giao tham mưu", "- Chủ trì: Phòng CNTT")
    places = [text.index(part) for part in (*parts, "2. Ý kiến của lãnh đạo đơn vị", "3. Ý kiến đề xuất")]
    assert places == sorted(places)
    assert len(lines_drawn(page)) >= 10
