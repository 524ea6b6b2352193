"""Typesets a case file: the contents list of decree 30/2020, Appendix V.IV, and behind it every document's pages.

Documents are strangers' files: all of it runs apart (`server.adapters.apart`). A file that cannot be opened is named in
the contents list, and the others are there.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from server.adapters import apart
from server.adapters.typesetting_registers import BOUND, LEADING, MARGIN, Column, Volume

COLUMNS = (
    Column("STT", 4, "C"),
    Column("Số, ký hiệu văn bản", 12),
    Column("Ngày tháng năm văn bản", 9, "C"),
    Column("Tên loại và trích yếu nội dung văn bản", 30),
    Column("Tác giả văn bản", 16),
    Column("Tờ số/ Trang số", 7, "C"),
    Column("Ghi chú", 11),
)
"""The columns of the decree, words and order."""
NOTES = 6
"""The column that says what is the matter with a file."""
LIMITS = apart.Budget(seconds=300.0, memory=1024 * 1024 * 1024)


def typeset_case_file(
    target: Path,
    *,
    head: Mapping[str, str],
    rows: Sequence[Mapping[str, Any]],
    broken: str,
    fonts: Mapping[str, Path],
    on_progress: apart.Tell,
) -> int:
    """Write a case file as one PDF, in a process of its own, and return how many pages it has.

    `head`: title, code, subject, year. `rows`: `cells` (texts, in the order of the columns), `path` of the document's
    PDF or None, `name` for the outline. `broken`: the note of a file that cannot be opened. Raises `DomainError`.
    """
    arguments = {
        "target": str(target),
        "head": dict(head),
        "rows": [{**row, "path": str(row["path"]) if row["path"] else None} for row in rows],
        "broken": broken,
        "fonts": {style: str(path) for style, path in fonts.items()},
    }
    return int(apart.run(set_case_file, arguments, LIMITS, on_progress=on_progress)["pages"])


def set_case_file(tell: apart.Tell, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Do it. Runs apart."""
    import pikepdf

    rows, opened = arguments["rows"], []
    for row in rows:
        pages = _opened(row["path"])
        if pages is None and row["path"]:
            row["cells"][NOTES] = arguments["broken"]
        opened.append(pages)
    whole = pikepdf.open(io.BytesIO(_contents(arguments["head"], rows, arguments["fonts"])))
    marks = [pikepdf.OutlineItem(arguments["head"]["title"], 0)]
    for number, (row, pages) in enumerate(zip(rows, opened, strict=True), 1):
        if pages is not None:
            marks.append(pikepdf.OutlineItem(row["name"], len(whole.pages)))
            whole.pages.extend(pages.pages)
        tell(number)
    with whole.open_outline() as outline:
        outline.root.extend(marks)
    whole.save(arguments["target"], deterministic_id=True)
    return {"pages": len(whole.pages)}


def _opened(path: str | None) -> Any:
    """Return the pages of a PDF, copied once already; None when there is none, or they cannot be had."""
    import pikepdf

    if not path:
        return None
    copied = pikepdf.Pdf.new()
    try:
        copied.pages.extend(pikepdf.open(path).pages)
    except Exception:  # whatever a strange file provokes in its reader is the file's fault
        return None
    return copied if len(copied.pages) else None


def _contents(head: Mapping[str, str], rows: Sequence[Mapping[str, Any]], fonts: Mapping[str, str]) -> bytes:
    book = _List(fonts, head)
    book.set_title(head["title"])
    book.begin_rows()
    for row in rows:
        book.put_row([[(line, False) for line in cell.split("\n")] for cell in row["cells"]])
    return bytes(book.output())


class _List(Volume):
    """The contents list being set."""

    def __init__(self, fonts: Mapping[str, str], head: Mapping[str, str]) -> None:
        super().__init__(fonts, "A4", COLUMNS)
        self._head = head

    def _top_of_page(self) -> float:
        """Set title, code and year over the first page's rows."""
        if self.page_no() > 1:
            return MARGIN
        y = MARGIN
        width = self.w - MARGIN - BOUND
        for key, style, size in (("title", "B", 14), ("code", "", 12), ("subject", "B", 12), ("year", "", 12)):
            for line in self._wrapped(self._head[key], width - 20, style, size):
                self.set_font("tinos", style, size)
                self.set_xy(BOUND, y)
                self.cell(width, LEADING * 1.3, line, align="C")
                y += LEADING * 1.4
        return y + LEADING
