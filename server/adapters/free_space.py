"""Where on a page there is room for a stamp: its text is looked at, and the free place nearest to the wished one taken.

Measures are points from the lower left corner, as in the PDF itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

MM = 72 / 25.4
STEP = MM
EDGE = 5 * MM
"""Printers leave this much of a sheet white."""
GAP = 0.8 * MM
CELLS = 2000
"""Rows and columns that a sheet is looked at in, at most."""
LETTERS_AT_MOST = 20_000
TALLEST = 400
"""Height of letters beyond which it is no text but what seems to be some."""
FRAMES_AT_MOST = 5_000
FRAME_WIDTH, FRAME_HEIGHT = 70 * MM, 20 * MM
"""Frames up to this size are stamps and marks, which are not to be stamped over either."""
ACROSS = 120
"""Into how many dots a scan's width is gathered to look for ink."""
INK = 28
"""How much darker than the paper a dot with ink in it is, of 255."""
NUMBER_LINE = re.compile(r"^\s*(số|so)\s*:", re.IGNORECASE)
HEAD = 0.55
"""The number and symbol stand in the head of a page: above this part of its height."""


class Box(NamedTuple):
    """A rectangle."""

    left: float
    bottom: float
    right: float
    top: float


class Run(NamedTuple):
    """Some text and where it stands."""

    text: str
    box: Box


def runs_of(page: Any) -> list[Run]:
    """Return the text of a pypdf page with its places; widths are estimated on the wide side."""
    found: list[Run] = []
    letters, before, begun = 0, None, ""

    def note(text: str, cm: Sequence[float], tm: Sequence[float], _font: Any, size: float) -> None:
        nonlocal letters, before, begun
        letters += len(text)
        line = text.strip("\n").split("\n")[-1]
        here = (*cm, *tm)
        # what is written on without moving is told with the place where its line began
        begun = begun + line if here == before else line
        before = here
        if letters <= LETTERS_AT_MOST and begun.strip():
            found.extend(_placed(begun, cm, tm, size))

    def note_frame(operator: bytes, operands: Sequence[Any], cm: Sequence[float], _tm: Any) -> None:
        if operator == b"re" and len(found) < FRAMES_AT_MOST:
            found.extend(_framed([float(one) for one in operands], cm))

    page.extract_text(visitor_text=note, visitor_operand_before=note_frame)
    return found if letters else []


def _framed(at: Sequence[float], cm: Sequence[float]) -> Iterator[Run]:
    """Yield the place of a drawn frame, as around KHẨN; a large one is the ground that something stands on."""
    left, bottom, width, height = at
    corners = [_times((1, 0, 0, 1, x, y), cm)[4:] for x in (left, left + width) for y in (bottom, bottom + height)]
    box = Box(*(min(side) for side in zip(*corners, strict=True)), *(max(side) for side in zip(*corners, strict=True)))
    if box.right - box.left < FRAME_WIDTH and box.top - box.bottom < FRAME_HEIGHT:
        yield Run("", box)


def _placed(line: str, cm: Sequence[float], tm: Sequence[float], size: float) -> Iterator[Run]:
    a, b, c, d, e, f = _times(tm, cm)
    height = abs(size) * max(abs(d), abs(b), 0.01)
    if height > TALLEST:
        return
    width = sum(_width(letter) for letter in line) * abs(size) * max(abs(a), abs(c), 0.01)
    if abs(a) >= abs(b):
        box = Box(e, f - 0.28 * height, e + width, f + 0.85 * height) if a >= 0 else Box(e - width, f, e, f + height)
    else:
        # text that runs up or down
        box = Box(e - height, f, e + height, f + width) if b > 0 else Box(e - height, f - width, e + height, f)
    yield Run(line, box)


def dark_runs(picture: Any, sheet: Box) -> list[Run]:
    """Return where a picture that fills the sheet, a scan, has ink, as places without words.

    `picture` is in shades of grey, a PIL image.
    """
    small = picture.reduce(max(1, picture.width // ACROSS))
    paper = sorted(small.getdata())[len(small.getdata()) * 3 // 4]
    wide, high = (sheet.right - sheet.left) / small.width, (sheet.top - sheet.bottom) / small.height
    found = []
    for number, shade in enumerate(small.getdata()):
        if shade < paper - INK:
            row, column = divmod(number, small.width)
            left, top = sheet.left + column * wide, sheet.top - row * high
            found.append(Run("", Box(left, top - high, left + wide, top)))
    return found


def _times(m: Sequence[float], n: Sequence[float]) -> tuple[float, float, float, float, float, float]:
    return (
        m[0] * n[0] + m[1] * n[2],
        m[0] * n[1] + m[1] * n[3],
        m[2] * n[0] + m[3] * n[2],
        m[2] * n[1] + m[3] * n[3],
        m[4] * n[0] + m[5] * n[2] + n[4],
        m[4] * n[1] + m[5] * n[3] + n[5],
    )


def _width(letter: str) -> float:
    """Return how wide a letter is at most in the fonts of official writing, in parts of its size."""
    if letter.isspace():
        return 0.28
    return 0.76 if letter.isupper() else 0.52


def place_for(sheet: Box, runs: Sequence[Run], width: float, height: float) -> tuple[float, float, bool]:
    """Return the lower left corner for a stamp, and whether nothing is under it.

    Wished for is the place under the number and symbol; where that is full, the nearest free one; where none is free,
    or nothing is known of what the page shows, as with a scan, the wished place itself.
    """
    left, top = _wished(sheet, runs)
    if runs:
        free = _free_corners(sheet, [run.box for run in runs], width, height)
        best = min(free, key=lambda at: abs(at[0] - left) + abs(at[1] + height - top), default=None)
        if best is not None:
            return *best, True
    wished = min(max(left, sheet.left + EDGE), sheet.right - EDGE - width)
    return wished, max(sheet.bottom, min(top, sheet.top - EDGE) - height), False


def _free_corners(sheet: Box, boxes: Sequence[Box], width: float, height: float) -> Iterator[tuple[float, float]]:
    """Yield the lower left corners at which a stamp is on no box; the sheet is laid out in cells, which are counted."""
    columns, rows = int((sheet.right - sheet.left) / STEP), int((sheet.top - sheet.bottom) / STEP)
    if not (0 < columns <= CELLS and 0 < rows <= CELLS):
        return
    taken = [[0] * (columns + 1) for _ in range(rows + 1)]
    for box in boxes:
        lowest, highest = _cells(box.bottom - sheet.bottom, box.top - sheet.bottom, rows)
        first, last = _cells(box.left - sheet.left, box.right - sheet.left, columns)
        for row in range(lowest, highest):
            taken[row + 1][first + 1 : last + 1] = [1] * max(0, last - first)
    for row in range(1, rows + 1):
        before = 0
        for column in range(1, columns + 1):
            before += taken[row][column]
            taken[row][column] = before + taken[row - 1][column]
    edge, wide, high = int(EDGE / STEP) + 1, int(width / STEP) + 1, int(height / STEP) + 1
    for row in range(edge, rows - edge - high + 1):
        for column in range(edge, columns - edge - wide + 1):
            right, top = column + wide, row + high
            if taken[top][right] - taken[row][right] - taken[top][column] + taken[row][column] == 0:
                yield sheet.left + column * STEP, sheet.bottom + row * STEP


def _cells(begin: float, end: float, count: int) -> tuple[int, int]:
    """Return the first cell that a stretch touches, with the gap around it, and the one after the last."""
    first, last = int((begin - GAP) // STEP), int((end + GAP) // STEP) + 1
    return min(max(first, 0), count), min(max(last, 0), count)


def _wished(sheet: Box, runs: Sequence[Run]) -> tuple[float, float]:
    """Return the upper left corner of the place that the stamp has by custom: under the number and symbol."""
    head = sheet.bottom + HEAD * (sheet.top - sheet.bottom)
    middle = (sheet.left + sheet.right) / 2
    numbers = [
        run.box for run in runs if NUMBER_LINE.match(run.text) and run.box.bottom > head and run.box.left < middle
    ]
    if numbers:
        number = max(numbers, key=lambda box: box.top)
        return sheet.left + 20 * MM, number.bottom - GAP
    return sheet.left + 20 * MM, sheet.top - 45 * MM
