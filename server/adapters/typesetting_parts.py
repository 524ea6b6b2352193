"""Parts that the typesetter sets documents from: fonts, centred columns, the line of place and date."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from fontTools import subset
from fpdf import FPDF
from fpdf.enums import XPos, YPos

# Cutting a font is told glyph by glyph at INFO, which no operator wants to read
logging.getLogger("fontTools").setLevel(logging.WARNING)
STYLES = {"": "400Regular", "B": "700Bold", "I": "400Regular_Italic", "BI": "700Bold_Italic"}
FONT_FOLDERS = ("static/build/fonts/tinos", "node_modules/@expo-google-fonts/tinos")
# What the documents may contain: Latin with every Vietnamese letter, punctuation, a few signs
REPERTOIRE = [
    *range(0x20, 0x180),
    0x1A0,
    0x1A1,
    0x1AF,
    0x1B0,
    *range(0x1E00, 0x1F00),
    *range(0x2010, 0x2060),
    0x20AB,
]


def find_fonts(root: Path | None = None) -> Path:
    """Return the folder of the Tinos files, built or from the npm package; FileNotFoundError without."""
    base = root or Path(__file__).resolve().parents[2]
    for name in FONT_FOLDERS:
        if any((base / name).rglob("Tinos_400Regular.ttf")):
            return base / name
    raise FileNotFoundError("Tinos_400Regular.ttf")


class Column:
    """Lines set one under another, centred within a width."""

    def __init__(self, page: FPDF, x: float, width: float, y: float) -> None:
        self.page, self.x, self.width, self.y = page, x, width, y

    def line(self, text: str, style: str, size: float, align: str = "C", inset: float = 0) -> None:
        """Set a text of one or more lines."""
        self.page.set_font("tinos", style, size)
        self.page.set_xy(self.x + inset, self.y)
        self.page.multi_cell(
            self.width - 2 * inset,
            size * 1.16 / self.page.k,
            text,
            align=align,
            new_x=XPos.LEFT,
            new_y=YPos.NEXT,
        )
        self.y = self.page.y

    def rule(self, length: float) -> None:
        """Draw a centred rule under the last line."""
        middle = self.x + self.width / 2
        self.page.set_line_width(0.25)
        self.page.line(middle - length / 2, self.y + 0.9, middle + length / 2, self.y + 0.9)
        self.y += 1.2

    def stamp(self, text: str, length: float, colour: tuple[int, int, int]) -> None:
        """Draw a framed word, 8 mm high."""
        self.y += 2
        self.page.set_draw_color(*colour)
        self.page.set_text_color(*colour)
        self.page.set_line_width(0.5)
        self.page.rect(self.x + (self.width - length) / 2, self.y, length, 8)
        self.page.set_font("tinos", "B", 13)
        self.page.set_xy(self.x, self.y)
        self.page.cell(self.width, 8, text, align="C")
        self.page.set_draw_color(0)
        self.page.set_text_color(0)
        self.y += 8


def place_and_date(document: Mapping[str, Any]) -> str:
    """Return "Gia Lai, ngày 05 tháng 01 năm 2026"; day below 10 and months 1 and 2 with a leading zero."""
    place = document.get("place") or "Gia Lai"
    if not document.get("date"):
        return f"{place}, ngày      tháng      năm {document.get('year', '')}"
    day = date.fromisoformat(document["date"])
    month = f"{day.month:02d}" if day.month <= 2 else str(day.month)
    return f"{place}, ngày {day.day:02d} tháng {month} năm {day.year}"


def cut_font(source: Path, target: Path) -> Path:
    """Write the font with the Vietnamese repertoire only, so that each document is set and cut fast."""
    options = subset.Options(recommended_glyphs=True, hinting=False, layout_features=[], name_IDs=["*"])
    font = subset.load_font(str(source), options)
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=REPERTOIRE)
    cutter.subset(font)
    subset.save_font(font, str(target), options)
    return target
