"""Typesets the slip that goes with an incoming document (decree 30/2020, Appendix IV.VII)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from fpdf import FPDF
from fpdf.enums import XPos, YPos

from server.adapters import apart
from server.adapters.typesetting_parts import Column

LEFT, RIGHT, TOP, BOTTOM = 30.0, 15.0, 20.0, 20.0
WIDTH = 210.0 - LEFT - RIGHT
AGENCY_WIDTH = 70.0
LEADING = 6.4
EMPTY_LINES = 5
LIMITS = apart.Budget(seconds=20.0)


def typeset_slip(target: Path, words: Mapping[str, Any], fonts: Mapping[str, Path]) -> None:
    """Write the slip as PDF, in a process of its own.

    `words`: agency, nation, motto, place_and_date, title, about, subject, arrival, and `parts`, each
    `{"head", "entries"}` with entries `{"who", "said", "lines", "when"}`. Raises `DomainError`.
    """
    files = {style: str(path) for style, path in fonts.items()}
    apart.run(set_slip, {"target": str(target), "words": dict(words), "fonts": files}, LIMITS)


def set_slip(_tell: apart.Tell, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Do it. Runs apart."""
    words = arguments["words"]
    slip = _Slip(arguments["fonts"])
    slip.set_title(words["title"])
    slip.put_head(words)
    for number, part in enumerate(words["parts"], 1):
        slip.put_part(number, part)
    with open(arguments["target"], "wb") as out:
        out.write(slip.output())
    return {"pages": slip.page_no()}


class _Slip(FPDF):
    """One slip being set."""

    def __init__(self, fonts: Mapping[str, str]) -> None:
        super().__init__(format="A4", unit="mm")
        for style, path in fonts.items():
            self.add_font("tinos", style, path)
        self.set_margins(LEFT, TOP, RIGHT)
        self.set_auto_page_break(True, BOTTOM)
        self.set_lang("vi")
        self.set_creation_date(datetime(2020, 3, 5, tzinfo=UTC))
        self.c_margin = 0
        self.add_page()

    def put_head(self, words: Mapping[str, Any]) -> None:
        """Set agency and nation, place and date, the title, and which document it is about."""
        left = Column(self, LEFT, AGENCY_WIDTH, TOP)
        left.line(words["agency"], "B", 12)
        left.rule(24)
        right = Column(self, LEFT + AGENCY_WIDTH, WIDTH - AGENCY_WIDTH, TOP)
        right.line(words["nation"], "B", 12)
        right.line(words["motto"], "B", 13)
        self.set_font("tinos", "B", 13)
        right.rule(self.get_string_width(words["motto"]))
        right.y += 4
        right.line(words["place_and_date"], "I", 13)
        block = Column(self, LEFT, WIDTH, max(left.y, right.y) + 8)
        block.line(words["title"].upper(), "B", 14)
        block.line(words["about"], "", 13, inset=8)
        if words["subject"]:
            block.line(words["subject"], "", 13, inset=8)
        block.rule(40)
        block.y += 2
        block.line(words["arrival"], "I", 12)
        self.set_xy(LEFT, block.y + 6)

    def put_part(self, number: int, part: Mapping[str, Any]) -> None:
        """Set what some have said, or room to write where nobody has."""
        if self.will_page_break(3 * LEADING):
            self.add_page()
        self._text(f"{number}. {part['head']}", "")
        for entry in part["entries"]:
            self._text(entry["who"], "")
            if entry["said"]:
                self._text(entry["said"], "", indent=6)
            for line in entry["lines"]:
                self._text(f"- {line}", "", indent=6)
            self._text(entry["when"], "I", align="R")
        if not part["entries"]:
            self._room()
        self.set_y(self.y + 5)

    def _text(self, text: str, style: str, *, indent: float = 0, align: str = "L") -> None:
        self.set_font("tinos", style, 13)
        self.set_x(LEFT + indent)
        self.multi_cell(WIDTH - indent, LEADING, text, align=align, new_x=XPos.LMARGIN, new_y=YPos.NEXT)

    def _room(self) -> None:
        if self.will_page_break(EMPTY_LINES * 8):
            self.add_page()
        self.set_line_width(0.2)
        self.set_dash_pattern(dash=0.3, gap=0.9)
        for _ in range(EMPTY_LINES):
            self.set_y(self.y + 8)
            self.line(LEFT, self.y, LEFT + WIDTH, self.y)
        self.set_dash_pattern()
