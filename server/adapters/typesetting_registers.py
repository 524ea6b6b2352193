"""Typesets the registers of incoming documents (decree 30/2020, Appendix IV.VI and VIII): cover, head, columns, rows.

Rows come one by one from a file of JSON lines, so that a volume costs the memory of its pages. Values that were
corrected and entries that were taken back are struck through. Measures are millimetres and points.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from fpdf import FPDF

from server.adapters import apart

MARGIN, BOUND = 12.0, 20.0
"""Edges of the sheet, and the one at which it is bound."""
SIZE, HEAD_SIZE = 10.5, 10.5
LEADING = 4.4
PAD = 1.1
COVER = (120.0, 124.0)
"""Width and height of the frame on the cover, in the proportions of the form."""
TELL_EVERY = 50


class Column(NamedTuple):
    """A column of a form: the words of its head, its share of the width, how its cells stand."""

    head: str
    share: float
    align: str = "L"


FORMS: Mapping[str, tuple[Column, ...]] = {
    "register": (
        Column("Ngày đến", 7.6, "C"),
        Column("Số đến", 5.2, "C"),
        Column("Tác giả", 12),
        Column("Số, ký hiệu văn bản", 12.5),
        Column("Ngày tháng văn bản", 7.6, "C"),
        Column("Tên loại và trích yếu nội dung văn bản", 23.5),
        Column("Đơn vị hoặc người nhận", 10),
        Column("Ngày chuyển", 7.6, "C"),
        Column("Ký nhận", 6.5),
        Column("Ghi chú", 7.5),
    ),
    "tracking": (
        Column("Số đến", 6, "C"),
        Column("Tên loại, số, ký hiệu, ngày, tháng và tên cơ quan, tổ chức ban hành văn bản", 31),
        Column("Đơn vị hoặc người nhận", 15),
        Column("Thời hạn giải quyết", 10, "C"),
        Column("Tiến độ giải quyết", 14),
        Column("Số, ký hiệu văn bản trả lời", 13),
        Column("Ghi chú", 11),
    ),
}
"""The columns of the decree, words and order."""
LIMITS = apart.Budget(seconds=300.0, memory=1024 * 1024 * 1024)


def typeset_register(
    rows: Path,
    target: Path,
    *,
    form: str,
    cover: Mapping[str, str],
    paper: str,
    fonts: Mapping[str, Path],
    on_progress: apart.Tell,
) -> int:
    """Write a volume as PDF, in a process of its own, and return how many pages it has.

    `rows`: a file with a row a line, each a list of cells, each a list of [text, is struck]. Raises `DomainError`.
    """
    files = {style: str(path) for style, path in fonts.items()}
    arguments = {
        "rows": str(rows), "target": str(target), "form": form, "cover": dict(cover), "paper": paper, "fonts": files,
    }  # fmt: skip
    return int(apart.run(set_volume, arguments, LIMITS, on_progress=on_progress)["pages"])


def set_volume(tell: apart.Tell, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Do it. Runs apart."""
    cover = arguments["cover"]
    book = Volume(arguments["fonts"], arguments["paper"], FORMS[arguments["form"]])
    book.set_title(f"{' '.join(cover['title'].split())} - {cover['volume']}")
    book.put_cover(cover)
    book.begin_rows()
    with open(arguments["rows"], encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            book.put_row(json.loads(line))
            if number % TELL_EVERY == 0:
                tell(number)
    with open(arguments["target"], "wb") as out:
        out.write(book.output())
    return {"pages": book.page_no()}


class Volume(FPDF):
    """Rows under the head of a form's columns, page after page."""

    def __init__(self, fonts: Mapping[str, str], paper: str, columns: Sequence[Column]) -> None:
        super().__init__(orientation="landscape", format=paper, unit="mm")
        for style, path in fonts.items():
            self.add_font("tinos", style, path)
        self.set_auto_page_break(False)
        self.set_lang("vi")
        self.c_margin = 0
        self._columns = columns
        whole = sum(column.share for column in columns)
        self._widths = [column.share / whole * (self.w - MARGIN - BOUND) for column in columns]
        self._known: dict[str, float] = {}
        self._bottom = self.h - MARGIN - 4
        self._top = 0.0
        self._first_row_page = 0
        self.set_creation_date(datetime(2020, 3, 5, tzinfo=UTC))

    def put_cover(self, words: Mapping[str, str]) -> None:
        """Set the cover, and the first page, which is the same."""
        for is_cover in (True, False):
            self.add_page()
            self._put_title(words, is_framed=is_cover)

    def _put_title(self, words: Mapping[str, str], *, is_framed: bool) -> None:
        width, height = COVER
        left, top = (self.w - width) / 2, (self.h - height) / 2
        if is_framed:
            self.set_line_width(1.4)
            self.rect(left, top, width, height)
        for share, key, style, size in COVER_LINES:
            y = top + share * height
            for line in self._wrapped(words.get(key, ""), width - 14, style, size):
                self.set_font("tinos", style, size)
                self.set_xy(left, y)
                self.cell(width, size * 0.42, line, align="C")
                y += size * 0.46

    def begin_rows(self) -> None:
        """Open the first page of entries."""
        self._first_row_page = self.page_no() + 1
        self._open_page()

    def _open_page(self) -> None:
        self.add_page()
        self.set_line_width(0.2)
        self.set_font("tinos", "", 11)
        self.set_xy(BOUND, 5)
        self.cell(self.w - MARGIN - BOUND, 5, str(self.page_no() - self._first_row_page + 1), align="C")
        heads = [
            self._wrapped(column.head, width - 2 * PAD, "B", HEAD_SIZE)
            for column, width in zip(self._columns, self._widths, strict=True)
        ]
        height = max(len(head) for head in heads) * LEADING + 2 * PAD
        top = self._top_of_page()
        self.set_font("tinos", "B", HEAD_SIZE)
        y = self._boxes(top, height)
        for x, width, head in zip(self._lefts(), self._widths, heads, strict=True):
            from_y = top + (height - len(head) * LEADING) / 2
            for number, line in enumerate(head):
                self.set_xy(x, from_y + number * LEADING)
                self.cell(width, LEADING, line, align="C")
        self.set_font("tinos", "", HEAD_SIZE)
        under = self._boxes(y, LEADING + PAD)
        for number, (x, width) in enumerate(zip(self._lefts(), self._widths, strict=True), 1):
            self.set_xy(x, y + PAD / 2)
            self.cell(width, LEADING, f"({number})", align="C")
        self._top = under
        self.set_font("tinos", "", SIZE)

    def _top_of_page(self) -> float:
        """Return where the head of the columns begins."""
        return MARGIN

    def _lefts(self) -> Iterator[float]:
        x = BOUND
        for width in self._widths:
            yield x
            x += width

    def _boxes(self, y: float, height: float) -> float:
        """Draw a row's boxes and return where the next row begins."""
        for x, width in zip(self._lefts(), self._widths, strict=True):
            self.rect(x, y, width, height)
        return y + height

    def put_row(self, cells: Sequence[Sequence[tuple[str, bool]]]) -> None:
        """Set one entry; one that is longer than what is left of a page begins on the next, and may go on again."""
        wrapped = [
            [
                (line, is_struck)
                for text, is_struck in cell
                for line in self._wrapped(text, width - 2 * PAD, "", SIZE)
                if text
            ]
            for cell, width in zip(cells, self._widths, strict=True)
        ]
        left = max(1, *(len(cell) for cell in wrapped))
        start = 0
        while left > 0:
            room = int((self._bottom - self._top - 2 * PAD) / LEADING)
            whole_page = int((self._bottom - 2 * MARGIN - 24) / LEADING)
            if room < 1 or (room < left and start == 0 and left <= whole_page):
                self._open_page()
                continue
            taken = min(left, room)
            height = taken * LEADING + 2 * PAD
            for x, width, cell, column in zip(self._lefts(), self._widths, wrapped, self._columns, strict=True):
                for number, (line, is_struck) in enumerate(cell[start : start + taken]):
                    self._line(
                        line, is_struck, x + PAD, self._top + PAD + number * LEADING, width - 2 * PAD, column.align
                    )
            self._top = self._boxes(self._top, height)
            start += taken
            left -= taken

    def _line(self, line: str, is_struck: bool, x: float, y: float, width: float, align: str) -> None:
        own = self._length(line, "", SIZE)
        if align == "C":
            x += (width - own) / 2
        self.text(x, y + LEADING * 0.76, line)
        if is_struck:
            self.line(x, y + LEADING * 0.55, x + own, y + LEADING * 0.55)

    def _wrapped(self, text: str, width: float, style: str, size: float) -> list[str]:
        """Break a text into lines; a word that is longer than a line is broken too."""
        lines: list[str] = []
        space = self._length(" ", style, size)
        for paragraph in text.split("\n"):
            line, used = "", 0.0
            for word in paragraph.split():
                for position, part in enumerate(self._parts(word, width, style, size)):
                    own = self._length(part, style, size)
                    if line and (position or used + space + own > width):
                        lines.append(line)
                        line, used = "", 0.0
                    line, used = (f"{line} {part}", used + space + own) if line else (part, own)
            lines.append(line)
        return lines

    def _parts(self, word: str, width: float, style: str, size: float) -> list[str]:
        if self._length(word, style, size) <= width:
            return [word]
        parts, part = [], ""
        for letter in word:
            if part and self._length(part + letter, style, size, is_kept=False) > width:
                # a number and symbol is broken behind one of its signs where there is one
                cut = max(part.rfind("/"), part.rfind("-")) + 1 or len(part)
                parts.append(part[:cut])
                part = part[cut:]
            part += letter
        return [*parts, part]

    def _length(self, text: str, style: str, size: float, *, is_kept: bool = True) -> float:
        key = f"{style}{size}|{text}"
        if key not in self._known:
            # asked for once each: the same words come again and again in a book
            before = (self.font_style, self.font_size_pt) if self.font_family else None
            self.set_font("tinos", style, size)
            length = self.get_string_width(text)
            if before is not None:
                self.set_font("tinos", *before)
            if not is_kept or len(self._known) > 50_000:
                return length
            self._known[key] = length
        return self._known[key]


COVER_LINES = (
    (0.05, "parent", "", 12),
    (0.11, "agency", "B", 12),
    (0.29, "title", "B", 15),
    (0.455, "secret", "B", 13),
    (0.53, "year", "I", 14),
    (0.65, "days", "I", 14),
    (0.71, "numbers", "I", 14),
    (0.88, "volume", "B", 14),
)
"""Where each line of the cover stands, in parts of the frame's height."""
