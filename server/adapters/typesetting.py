"""Typesets official documents as PDF in the form of decree 30/2020/NĐ-CP, Phụ lục I (A4, boxes 1-13).

Used for the demo's files and by the tests; registers, the slip and the stamp are in `typesetting_*`. The same document
always gives the same bytes: dates come from the document, never from a clock. Sizes are millimetres and points; numbers
in comments are boxes of the decree.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any, BinaryIO

from fpdf import FPDF
from fpdf.enums import XPos, YPos

from server.adapters.typesetting_parts import STYLES, Column, cut_font, find_fonts, place_and_date

LEFT, RIGHT, TOP, BOTTOM = 30.0, 18.0, 20.0, 20.0
WIDTH = 210.0 - LEFT - RIGHT
AGENCY_WIDTH = 68.0
NATION_WIDTH = WIDTH - AGENCY_WIDTH
BODY, LEADING, INDENT, GAP = 14.0, 1.22, 10.0, 2.2
URGENCY_STAMPS = {
    "urgent": ("KHẨN", 20.0),
    "very_urgent": ("THƯỢNG KHẨN", 40.0),
    "express": ("HỎA TỐC", 30.0),
}
STAMP_RED = (214, 22, 22)


class Typesetter:
    """Holds the fonts, cut once to the Vietnamese repertoire, for any number of documents."""

    def __init__(self, fonts: Path | None = None) -> None:
        """Prepare fonts from a folder (flat, or as in the npm package)."""
        source = fonts or find_fonts()
        self._folder = tempfile.TemporaryDirectory(prefix="congvan-fonts-")
        self.files: dict[str, Path] = {}
        for style, name in STYLES.items():
            found = next(source.rglob(f"Tinos_{name}.ttf"))
            self.files[style] = cut_font(found, Path(self._folder.name) / f"{name}.ttf")

    def typeset(self, document: Mapping[str, Any], out: BinaryIO) -> None:
        """Write one document as PDF; all keys optional but `agency`, `subject`, `body`.

        parent, agency, number (with symbol, "" for a draft), place, date (ISO or ""), type (code), type_name,
        subject, urgency, to [str], authority (of a decision), bases [str],
        body [str | {"centre": str} | {"table": {columns, widths, align, rows}} | {"annex": [str]}],
        signature {authority [str], name, is_signed}, recipients [str], drafter, address, circulation.
        """
        page = _Page(self.files)
        page.begin(document)
        page.put_head(document)
        page.put_title(document)
        page.put_content(document)
        page.put_closing(document)
        out.write(bytes(page.output()))


@cache
def fonts() -> Typesetter:
    """Return the typesetter of this process, whose fonts are cut when they are first needed."""
    return Typesetter()


class _Page(FPDF):
    """One document being set."""

    def __init__(self, fonts: Mapping[str, Path]) -> None:
        super().__init__(format="A4", unit="mm")
        for style, path in fonts.items():
            self.add_font("tinos", style, path)
        self.set_margins(LEFT, TOP, RIGHT)
        self.set_auto_page_break(True, BOTTOM)
        self.c_margin = 0

    def header(self) -> None:
        """Number pages in the top margin, from the second."""
        if self.page_no() > 1:
            self.set_font("tinos", "", 13)
            self.set_xy(LEFT, 10)
            self.cell(WIDTH, 6, str(self.page_no()), align="C")
            self.set_xy(LEFT, TOP)

    def begin(self, document: Mapping[str, Any]) -> None:
        """Set the metadata and open the first page."""
        signed_on = date.fromisoformat(document.get("date") or "2026-01-01")
        self.set_creation_date(datetime(signed_on.year, signed_on.month, signed_on.day, 1, tzinfo=UTC))
        self.set_title(document["subject"])
        self.set_author(document["agency"])
        self.set_lang("vi")
        self.add_page()

    def put_head(self, document: Mapping[str, Any]) -> None:
        """Set boxes 1 to 4 (nation, agency, number, place), 5b (V/v), 10b and 11 (stamps), 13 (address)."""
        if document.get("address"):
            self._address(document["address"])
        left = self._column(LEFT, AGENCY_WIDTH, TOP)
        if document.get("parent"):
            left.line(document["parent"], "", 12)
        left.line(document["agency"], "B", 12)
        left.rule(24)
        right = self._column(LEFT + AGENCY_WIDTH, NATION_WIDTH, TOP)
        right.line("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "B", 12)
        right.line("Độc lập - Tự do - Hạnh phúc", "B", 13)
        self.set_font("tinos", "B", 13)
        right.rule(self.get_string_width("Độc lập - Tự do - Hạnh phúc"))
        left.y = right.y = max(left.y, right.y) + 2.5
        left.line(f"Số: {document.get('number') or '       /'}", "", 13)
        if document.get("type") == "CV":
            left.y += 1
            left.line(f"V/v {document['subject']}", "", 12)
        right.line(place_and_date(document), "I", 13.5)
        if stamp := URGENCY_STAMPS.get(document.get("urgency", "")):
            left.stamp(stamp[0], stamp[1], STAMP_RED)
        if circulation := document.get("circulation"):
            right.stamp(circulation, 58, (0, 0, 0))
        self.set_xy(LEFT, max(left.y, right.y) + 5)

    def put_title(self, document: Mapping[str, Any]) -> None:
        """Set type and summary (5a), or the addressees of a letter (9a)."""
        block = self._column(LEFT, WIDTH, self.y)
        if document.get("type") != "CV":
            block.line(document["type_name"].upper(), "B", 14)
            block.line(document["subject"], "B", 14, inset=12)
            block.rule(55)
            block.y += 3
        if document.get("authority"):
            block.line(document["authority"], "B", 14)
            block.y += 2
        self.set_xy(LEFT, block.y)
        self._addressees(document.get("to") or [])

    def _addressees(self, names: Sequence[str]) -> None:
        if not names:
            return
        self.set_font("tinos", "", BODY)
        if len(names) == 1:
            self.set_x(LEFT + 12)
            self.multi_cell(WIDTH - 24, 6.2, f"Kính gửi: {names[0]}", align="C")
        else:
            left = LEFT + 28
            self.set_x(left)
            self.cell(0, 6.2, "Kính gửi:", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
            for position, name in enumerate(names):
                end = "." if position == len(names) - 1 else ";"
                self.set_x(left + 22)
                self.multi_cell(WIDTH - 50, 6.2, f"- {name}{end}", align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        self.set_xy(LEFT, self.y + 4 + (6.2 if len(names) == 1 else 0))

    def put_content(self, document: Mapping[str, Any]) -> None:
        """Set the legal bases in italics and the body (6)."""
        for basis in document.get("bases") or []:
            self._paragraph(basis, "I")
        body = document["body"]
        annex_from = next((i for i, b in enumerate(body) if isinstance(b, Mapping) and "annex" in b), len(body))
        self._annex = body[annex_from:]
        for position, block in enumerate(body[:annex_from]):
            if position == annex_from - 1 and isinstance(block, str):
                self._keep_with_signature(block, document)
            self._block(block)

    def _block(self, block: str | Mapping[str, Any]) -> None:
        if isinstance(block, str):
            self._paragraph(block)
        elif "table" in block:
            self._table(block["table"])
        elif "annex" in block:
            self.add_page()
            title = self._column(LEFT, WIDTH, self.y)
            for number, line in enumerate(block["annex"]):
                title.line(line, "B" if number < 2 else "I", 14)
            self.set_xy(LEFT, title.y + 3)
        else:
            centred = self._column(LEFT, WIDTH, self.y + 1)
            centred.line(block["centre"], "B", BODY)
            self.set_xy(LEFT, centred.y + 2)

    def _paragraph(self, text: str, style: str = "") -> None:
        with (
            self.text_columns(text_align="J", line_height=LEADING) as column,
            column.paragraph(first_line_indent=INDENT, bottom_margin=GAP) as paragraph,
        ):
            for number, part in enumerate(text.split("**")):
                if part:
                    self.set_font("tinos", "B" + style if number % 2 else style, BODY)
                    paragraph.write(part)
        self.set_x(LEFT)

    def _table(self, table: Mapping[str, Any]) -> None:
        self.set_font("tinos", "", 12)
        widths = tuple(table["widths"])
        with self.table(col_widths=widths, line_height=5.4, padding=0.8, text_align=table["align"]) as grid:
            for row in [table["columns"], *table["rows"]]:
                cells = grid.row()
                for value in row:
                    cells.cell(value)
        self.set_xy(LEFT, self.y + 3)

    def _keep_with_signature(self, last: str, document: Mapping[str, Any]) -> None:
        self.set_font("tinos", "", BODY)
        text_height = self.multi_cell(WIDTH, BODY * LEADING / self.k, last, dry_run=True, output="HEIGHT")
        recipients = 8 + 4.6 * len(document.get("recipients") or [])
        if self.will_page_break(text_height + max(45, recipients)):
            self.add_page()

    def put_closing(self, document: Mapping[str, Any]) -> None:
        """Set the signature (7), the recipients (9b); then the annexes."""
        signature = document.get("signature") or {}
        top = self.y + 4
        if self.will_page_break(45):
            self.add_page()
            top = self.y
        right = self._column(LEFT + 78, WIDTH - 78, top)
        for line in signature.get("authority") or []:
            right.line(line, "B", 13.5)
        right.y += 9
        right.line("(Đã ký)" if signature.get("is_signed") else " ", "I", 12)
        right.y += 7
        right.line(signature.get("name", ""), "B", 14)
        left = self._column(LEFT, 74, top)
        left.line("Nơi nhận:", "BI", 12, align="L")
        for recipient in document.get("recipients") or []:
            left.line(f"- {recipient}", "", 11, align="L")
        if document.get("drafter"):
            left.line(document["drafter"], "", 11, align="L")
        self.set_xy(LEFT, max(left.y, right.y))
        for block in self._annex:
            self._block(block)

    def _address(self, text: str) -> None:
        self.set_auto_page_break(False)
        self.set_line_width(0.25)
        self.line(LEFT, 280, LEFT + WIDTH, 280)
        self.set_font("tinos", "", 11)
        self.set_xy(LEFT, 280.5)
        self.cell(WIDTH, 5, text, align="C")
        self.set_auto_page_break(True, BOTTOM)

    def _column(self, x: float, width: float, y: float) -> Column:
        return Column(self, x, width, y)
