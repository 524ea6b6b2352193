"""The ĐẾN stamp: 35 × 50 mm, with its five fields, where it covers nothing (decree 30/2020, Appendix IV.V)."""

from __future__ import annotations

import contextlib
import io
from pathlib import Path
from typing import Any

import pypdf
import pytest
from PIL import Image, ImageDraw

from server.adapters import apart, arrival_stamp
from server.adapters.arrival_stamp import stamp
from server.adapters.typesetting import fonts
from server.adapters.typesetting_stamp import draw_stamp
from server.domain.errors import DomainError
from tests.adapters.test_pdf_facts import shared
from tests.adapters.test_typesetting import DECISION, LETTER
from tests.fixtures import pdfs

MM = 72 / 25.4
WIDTH, HEIGHT = 50 * MM, 35 * MM
FIELDS = {
    "agency": "SỞ THÔNG TIN VÀ TRUYỀN THÔNG",
    "arrived": "ĐẾN",
    "number_label": "Số:",
    "number": "1234",
    "day_label": "Ngày:",
    "day": "23/11/2026",
    "passed_to_label": "Chuyển:",
    "passed_to": "Phòng CNTT, Phòng BCVT",
    "case_file_label": "Số và ký hiệu HS:",
    "case_file": "01.CNTT",
}


def letter(document: dict[str, Any] = LETTER) -> bytes:
    """Typeset a document."""
    out = io.BytesIO()
    fonts().typeset(document, out)
    return out.getvalue()


def stamped(folder: Path, body: bytes, fields: dict[str, str] = FIELDS) -> tuple[bytes, dict[str, Any]]:
    """Return the stamped copy, and where the stamp is."""
    source, target = folder / "source.pdf", folder / "target.pdf"
    source.write_bytes(body)
    place = stamp(source, target, fields)
    assert source.read_bytes() == body
    return target.read_bytes(), place


def text_of(body: bytes, page: int = 0) -> str:
    return " ".join(pypdf.PdfReader(io.BytesIO(body)).pages[page].extract_text().split())


def begun_at(body: bytes) -> list[tuple[float, float]]:
    """Return where each piece of text of the first page begins."""
    found: list[tuple[float, float]] = []

    def note(text: str, cm: Any, tm: Any, *_: Any) -> None:
        if text.strip():
            found.append((tm[4] * cm[0] + cm[4], tm[5] * cm[3] + cm[5]))

    pypdf.PdfReader(io.BytesIO(body)).pages[0].extract_text(visitor_text=note)
    return found


def test_it_is_35_by_50_millimetres_and_has_its_five_fields() -> None:
    files = {style: str(path) for style, path in fonts().files.items()}
    drawn = draw_stamp(FIELDS, files)
    box = pypdf.PdfReader(io.BytesIO(drawn)).pages[0].mediabox
    assert (float(box.width), float(box.height)) == pytest.approx((WIDTH, HEIGHT), abs=0.1)
    text = text_of(drawn)
    for words in ("SỞ THÔNG TIN VÀ TRUYỀN THÔNG", "ĐẾN", "Số: 1234", "Ngày: 23/11/2026", "Số và ký hiệu HS: 01.CNTT"):
        assert words in text
    assert "Chuyển: Phòng CNTT, Phòng BCVT" in text
    assert draw_stamp(FIELDS, files) == drawn


def test_what_is_too_long_is_set_smaller_and_then_cut(tmp_path: Path) -> None:
    long = {**FIELDS, "agency": "TRUNG TÂM CÔNG NGHỆ THÔNG TIN VÀ TRUYỀN THÔNG TỈNH " * 3, "passed_to": "Phòng, " * 200}
    body, _ = stamped(tmp_path, letter(), long)
    assert "…" in text_of(body)
    assert "Số: 1234" in text_of(body)


@pytest.mark.parametrize("document", [LETTER, DECISION, {**LETTER, "body": ["Nội dung của công văn. " * 60]}])
def test_no_text_is_under_it(tmp_path: Path, document: dict[str, Any]) -> None:
    body = letter(document)
    copy, place = stamped(tmp_path, body)
    assert place["is_free"]
    x, y = place["x"], place["y"]
    assert 0 <= x <= 595 - WIDTH
    assert 0 <= y <= 842 - HEIGHT
    under = [at for at in begun_at(body) if x <= at[0] <= x + WIDTH and y <= at[1] <= y + HEIGHT]
    assert under == []
    assert text_of(body) in text_of(copy)


def test_it_stands_by_the_number_and_symbol_when_there_is_room(tmp_path: Path) -> None:
    _, place = stamped(tmp_path, letter(DECISION))
    # in the upper half of the sheet, near the head
    assert place["y"] > 842 * 0.4


def test_a_page_full_of_text_is_stamped_where_the_custom_is(tmp_path: Path) -> None:
    full = pdfs.simple("\n".join(["x" * 95] * 58))
    copy, place = stamped(tmp_path, full)
    assert not place["is_free"]
    assert 842 - 90 * MM < place["y"] < 842 - HEIGHT
    assert "Số: 1234" in text_of(copy)


@pytest.mark.parametrize("top", [300, 900])
def test_a_scan_is_stamped_on_paper_that_is_white(tmp_path: Path, top: int) -> None:
    page = Image.new("L", (1240, 1754), 244)
    pen = ImageDraw.Draw(page)
    for line in range(80, 1700, 40):
        # text over the whole sheet, but for a window on the right
        right = 520 if top <= line <= top + 330 else 1180
        pen.rectangle((60, line, right, line + 18), fill=30)
    out = io.BytesIO()
    page.save(out, "PDF", resolution=150)
    _, place = stamped(tmp_path, out.getvalue())
    assert place["is_free"]
    dots = 1754 / 842
    window = (520, 1240, top, top + 370)
    left, upper = place["x"] * dots, 1754 - (place["y"] + HEIGHT) * dots
    assert window[0] <= left
    assert window[2] - 40 <= upper
    assert upper + HEIGHT * dots <= window[3] + 40


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_a_turned_page_is_stamped_upright(tmp_path: Path, turn: int) -> None:
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(letter()))
    writer.pages[0].rotate(turn)
    out = io.BytesIO()
    writer.write(out)
    copy, place = stamped(tmp_path, out.getvalue())
    page = pypdf.PdfReader(io.BytesIO(copy)).pages[0]
    assert page.rotation == 0
    assert place["x"] + WIDTH <= float(page.mediabox.right) + 0.5
    assert "Số: 1234" in text_of(copy)


def test_other_pages_are_as_they_were(tmp_path: Path) -> None:
    copy, _ = stamped(tmp_path, pdfs.simple("Trang", pages=3))
    reader = pypdf.PdfReader(io.BytesIO(copy))
    assert len(reader.pages) == 3
    assert "1234" not in text_of(copy, 1) + text_of(copy, 2)


def test_the_regulation_and_its_scan_are_stamped(tmp_path: Path) -> None:
    for name in ("243-QD-STTTT.pdf", "243-QD-STTTT-scan.pdf", "nd30-2020.pdf"):
        _, place = stamped(tmp_path, shared(name).read_bytes())
        assert place["is_free"], name


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (pdfs.not_a_pdf, "pdf_broken"),
        (pdfs.encrypted, "pdf_encrypted"),
        (pdfs.scrambled, "pdf_broken"),
        (pdfs.circular_pages, "pdf_broken"),
        (pdfs.empty, "pdf_broken"),
    ],
)
def test_a_bad_file_is_refused_with_its_reason(tmp_path: Path, make: Any, code: str) -> None:
    with pytest.raises(DomainError) as caught:
        stamped(tmp_path, make())
    assert caught.value.code == code
    assert not (tmp_path / "target.pdf").exists() or (tmp_path / "target.pdf").stat().st_size == 0


def test_a_page_without_text_or_picture_is_stamped_where_the_custom_is(tmp_path: Path) -> None:
    copy, place = stamped(tmp_path, pdfs.without_text())
    assert not place["is_free"]
    assert "Số: 1234" in text_of(copy)


def test_a_page_that_swells_to_gigabytes_is_refused_or_stamped_unread(tmp_path: Path) -> None:
    with contextlib.suppress(DomainError):
        _, place = stamped(tmp_path, pdfs.swelling(1024**3))
        assert not place["is_free"]


def test_a_page_that_takes_too_long_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(arrival_stamp, "LIMITS", apart.Budget(seconds=0.5))
    with pytest.raises(DomainError) as caught:
        stamped(tmp_path, pdfs.slow())
    assert (caught.value.code, caught.value.details) == ("pdf_broken", {"why": "time"})


def test_no_frame_of_another_mark_is_under_it(tmp_path: Path) -> None:
    plain = letter({**LETTER, "urgency": ""})
    frames: list[list[float]] = []

    def note(operator: bytes, operands: Any, cm: Any, _tm: Any) -> None:
        if operator == b"re":
            frames.append([float(one) + shift for one, shift in zip(operands[:2], cm[4:6], strict=True)])
            frames.append([frames[-1][0] + float(operands[2]), frames[-1][1] + float(operands[3])])

    urgent = letter()
    pypdf.PdfReader(io.BytesIO(urgent)).pages[0].extract_text(visitor_operand_before=note)
    assert frames
    _, place = stamped(tmp_path, urgent)
    x, y = place["x"], place["y"]
    assert place["is_free"]
    assert [at for at in frames if x <= at[0] <= x + WIDTH and min(y, y + HEIGHT) <= at[1] <= max(y, y + HEIGHT)] == []
    assert stamped(tmp_path, plain)[1]["is_free"]
