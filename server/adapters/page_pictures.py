"""Tells a scanned page from one that was written: what picture covers it, how finely, how little text it has.

A stamp of a signature or a scanner's own line leaves a few words on a page that is a picture all the same; the last
page of a letter may be nearly empty and is none.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from server.domain.scans import LEAST_DPI

LARGE_PX = 700
"""A picture with both sides at least this long can be a page: A5 at 100 dpi is longer."""
FEW_LETTERS = 200
"""Letters up to which a page with a large picture counts as having no text of its own."""
POINTS_PER_INCH = 72.0
FORM_DEPTH = 3
XOBJECTS_READ = 50


class Picture(NamedTuple):
    """The largest picture of a page: its pixels, and how many of them an inch of the page gets."""

    width: int
    height: int
    dpi: int


def picture_of(page: Any) -> Picture | None:
    """Return the largest picture of a pypdf page; None when there is no large one, or it cannot be told."""
    try:
        sides = max(_sizes(page, FORM_DEPTH), key=lambda size: size[0] * size[1], default=None)
        box = page.mediabox
        page_sides = sorted((float(box.width), float(box.height)))
    except Exception:  # a strange page is no scan; what reads it may still succeed
        return None
    if sides is None or min(sides) < LARGE_PX or page_sides[0] <= 0:
        return None
    # it touches at least one pair of edges, whichever way it is turned
    fineness = max(px / (points / POINTS_PER_INCH) for px, points in zip(sorted(sides), page_sides, strict=True))
    return Picture(*sides, round(min(fineness, 100_000)))


def bare_pages(texts: Sequence[str], pictures: Sequence[Picture | None]) -> list[int]:
    """Return the numbers of the pages whose text is still to be read off a picture.

    Where no page says anything, they all are: such a file may be drawn with lines instead of letters.
    """
    letters = [sum(letter.isalnum() for letter in text) for text in texts]
    if not any(letters):
        return list(range(1, len(texts) + 1))
    return [
        number
        for number, (count, picture) in enumerate(zip(letters, pictures, strict=True), 1)
        if picture is not None and count <= FEW_LETTERS
    ]


def coarse_pages(bare: Sequence[int], pictures: Sequence[Picture | None]) -> list[int]:
    """Return the scanned pages that have fewer dots for an inch than the decree asks for."""
    found = [(number, pictures[number - 1]) for number in bare]
    return [number for number, picture in found if picture is not None and picture.dpi < LEAST_DPI]


def _sizes(holder: Any, depth: int) -> list[tuple[int, int]]:
    """Return the pixel sizes of the pictures that a page, or a form on it, names."""
    resources = holder.get("/Resources")
    named = resources.get_object().get("/XObject") if resources is not None else None
    found: list[tuple[int, int]] = []
    for value in list(named.get_object().values())[:XOBJECTS_READ] if named is not None else ():
        one = value.get_object()
        if one.get("/Subtype") == "/Image":
            found.append((int(one["/Width"]), int(one["/Height"])))
        elif one.get("/Subtype") == "/Form" and depth:
            found += _sizes(one, depth - 1)
    return found
