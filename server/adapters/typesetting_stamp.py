"""Draws the ĐẾN stamp, 35 mm × 50 mm (decree 30/2020, Appendix IV.V), as a page of just that size."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from fpdf import FPDF

WIDTH, HEIGHT = 50.0, 35.0
INK = (190, 20, 30)
LEFT_PART = 13.5
AGENCY_HEIGHT = 7.5
SMALLEST = 5.0
LINES = (
    ("number", LEFT_PART, AGENCY_HEIGHT + 1.2),
    ("day", LEFT_PART, AGENCY_HEIGHT + 7.6),
    ("passed_to", 1.8, AGENCY_HEIGHT + 14.0),
    ("case_file", 1.8, AGENCY_HEIGHT + 20.6),
)
"""Where each line stands."""


def draw_stamp(fields: Mapping[str, str], fonts: Mapping[str, str]) -> bytes:
    """Return the stamp as PDF; the same fields give the same bytes."""
    page = FPDF(format=(WIDTH, HEIGHT), unit="mm")
    for style, path in fonts.items():
        page.add_font("tinos", style, path)
    page.set_creation_date(datetime(2020, 3, 5, tzinfo=UTC))
    page.set_margin(0)
    page.set_auto_page_break(False)
    page.c_margin = 0
    page.add_page()
    page.set_draw_color(*INK)
    page.set_text_color(*INK)
    page.set_line_width(0.5)
    page.rect(0.4, 0.4, WIDTH - 0.8, HEIGHT - 0.8)
    _fit(page, fields["agency"], 1.5, 1.2, WIDTH - 3, AGENCY_HEIGHT - 1.4, "B", 8.5, "C")
    page.set_line_width(0.3)
    page.line(0.4, AGENCY_HEIGHT, WIDTH - 0.4, AGENCY_HEIGHT)
    page.set_font("tinos", "B", 12)
    page.set_xy(1.5, AGENCY_HEIGHT + 1)
    page.cell(LEFT_PART - 2, 12, fields["arrived"])
    for key, x, y in LINES:
        _line(page, fields[f"{key}_label"], fields[key], x, y, WIDTH - x - 1.8)
    return bytes(page.output())


def _line(page: FPDF, label: str, value: str, x: float, y: float, width: float) -> None:
    """Set a label and its value on a dotted line; what is not known yet is left to be written by hand."""
    page.set_font("tinos", "B", 10)
    own = page.get_string_width(label) + 0.8
    page.set_xy(x, y)
    page.cell(own, 5, label)
    page.set_line_width(0.2)
    page.set_dash_pattern(dash=0.2, gap=0.8)
    page.line(x + own, y + 4.6, x + width, y + 4.6)
    page.set_dash_pattern()
    _fit(page, value, x + own, y - 0.4, width - own, 5.4, "", 10, "L")


def _fit(
    page: FPDF, text: str, x: float, y: float, width: float, height: float, style: str, size: float, align: str
) -> None:
    """Set a text into a box, as large as it fits; what does not fit at the smallest size is cut short."""
    if not text:
        return
    while True:
        page.set_font("tinos", style, size)
        leading = size * 1.12 / page.k
        lines = page.multi_cell(width, leading, text, align=align, dry_run=True, output="LINES")
        if len(lines) * leading <= height or size <= SMALLEST:
            break
        size -= 0.5
    room = max(1, int(height / leading))
    if len(lines) > room:
        lines = [*lines[: room - 1], lines[room - 1].rstrip()[:-1] + "…"]
    top = y + max(0.0, height - len(lines) * leading) / 2
    for number, line in enumerate(lines):
        page.set_xy(x, top + number * leading)
        page.cell(width, leading, line, align=align)
