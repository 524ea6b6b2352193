"""Puts the ĐẾN stamp on the first page of a copy of a PDF (decree 30/2020 Article 21.1, Appendix IV.V).

The registered file stays as it came, byte by byte: the copy is made when it is asked for. The PDF is a stranger's, so
it is opened in a process of its own (`apart`).
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from server.adapters import apart
from server.adapters.free_space import MM, Box, Run, dark_runs, place_for, runs_of
from server.adapters.typesetting import fonts
from server.domain.errors import DomainError

WIDTH_MM, HEIGHT_MM = 50.0, 35.0
LIMITS = apart.Budget(seconds=20.0)


def stamp(source: Path, target: Path, fields: Mapping[str, str]) -> dict[str, Any]:
    """Write a copy of `source` with the stamp on it; return `{"x", "y", "is_free"}`, its lower left corner in points.

    `fields`: agency, arrived, number, day, passed_to, case_file, and the words before them (`*_label`). Raises
    `DomainError` pdf_encrypted, pdf_broken {why}.
    """
    files = {style: str(path) for style, path in fonts().files.items()}
    arguments = {"source": str(source), "target": str(target), "fields": dict(fields), "fonts": files}
    return apart.run(stamped, arguments, LIMITS)


def stamped(_tell: apart.Tell, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Do it. Runs apart."""
    import io

    import pypdf

    from server.adapters.typesetting_stamp import draw_stamp

    reader = pypdf.PdfReader(arguments["source"], strict=False)
    if reader.is_encrypted and not reader.decrypt(""):
        raise DomainError("pdf_encrypted")
    writer = pypdf.PdfWriter(clone_from=reader)
    page = writer.pages[0]
    if page.rotation:
        page.transfer_rotation_to_content()
    box = page.cropbox
    sheet = Box(float(box.left), float(box.bottom), float(box.right), float(box.top))
    unit = MM / float(page.get("/UserUnit", 1) or 1)
    width, height = WIDTH_MM * unit, HEIGHT_MM * unit
    x, y, is_free = place_for(sheet, _runs(page, sheet), width, height)
    drawn = draw_stamp(arguments["fields"], arguments["fonts"])
    mark = pypdf.PdfReader(io.BytesIO(drawn)).pages[0]
    scale = unit / MM
    page.merge_transformed_page(mark, pypdf.Transformation().scale(scale).translate(x, y), over=True)
    with open(arguments["target"], "wb") as out:
        writer.write(out)
    return {"x": x, "y": y, "is_free": is_free}


def _runs(page: Any, sheet: Box) -> list[Run]:
    """Return what is on the page with its place: its text, or the ink of a scan; nothing when neither can be told."""
    try:
        return runs_of(page) or _ink(page, sheet)
    except Exception:  # a page whose text trips the reader can still be stamped
        return []


def _ink(page: Any, sheet: Box) -> list[Run]:
    """Return the places of ink on a page that one picture fills."""
    pictures = [one.image for one in page.images]
    if len(pictures) != 1 or pictures[0] is None:
        return []
    grey = pictures[0].convert("L")
    page_ratio = (sheet.right - sheet.left) / (sheet.top - sheet.bottom)
    is_whole = abs(grey.width / grey.height / page_ratio - 1) < 0.05
    return dark_runs(grey, sheet) if is_whole else []
