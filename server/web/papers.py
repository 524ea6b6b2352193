"""What was scanned or photographed comes with a form as one file or several, and becomes one PDF (Article 9.1).

Pages keep the order in which the files were chosen; photographs taken one by one follow them. A single PDF is taken as
it is, with its hash and its signatures.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path, PurePath
from typing import BinaryIO, cast

from flask import request
from werkzeug.datastructures import FileStorage

from server.adapters import paper
from server.domain.catalogues import is_secret
from server.domain.errors import DomainError

FILES_AT_MOST = 60
COMMANDS = frozenset({"RegisterIncoming", "AddScan"})
"""Whose forms take paper; a draft is written, and comes as a PDF."""


def chosen(name: str) -> list[FileStorage]:
    """Return the files of a form in the order of their pages."""
    found = [*request.files.getlist(name), *request.files.getlist(f"{name}_photo")]
    return [one for one in found if one.filename]


def refuse_secret() -> None:
    """Keep the file of a secret document from being stored at all; its form says so beside the confidentiality."""
    if is_secret(request.form.get("confidentiality") or "normal"):
        raise DomainError("secret_has_content", field="confidentiality")


def is_to_be_gathered(files: Sequence[FileStorage]) -> bool:
    """Tell whether something has to be made of the files; a single one that is no picture stays as it is."""
    return len(files) > 1 or (len(files) == 1 and paper.is_picture(cast(BinaryIO, files[0].stream)))


@contextmanager
def gathered(
    files: Sequence[FileStorage], field: str, limit: int, clean_name: Callable[[str], str]
) -> Iterator[tuple[BinaryIO, str]]:
    """Give the one PDF that the files make, as a stream on disk, and a name for it; `limit` in bytes of all of them.

    Raises `DomainError` paper_…, pdf_… with the field and, where one file is at fault, its `file_name`.
    """
    if len(files) > FILES_AT_MOST:
        raise DomainError("paper_too_many_files", field=field, limit=FILES_AT_MOST)
    streams = [cast(BinaryIO, one.stream) for one in files]
    total = sum(stream.seek(0, os.SEEK_END) for stream in streams)
    if total > limit:
        raise DomainError("paper_too_large", field=field, limit=limit // (1024 * 1024), size=total)
    with tempfile.TemporaryDirectory(prefix="congvan-paper-") as folder:
        sheets = []
        for number, (file, stream) in enumerate(zip(files, streams, strict=True)):
            path = Path(folder) / f"{number}"
            stream.seek(0)
            with path.open("wb") as copy:
                shutil.copyfileobj(stream, copy, 1 << 20)
            sheets.append(paper.Sheet(path, clean_name(file.filename or "")))
        target = Path(folder) / "whole.pdf"
        try:
            paper.gather(sheets, target)
        except DomainError as error:
            error.details["field"] = field
            raise
        with target.open("rb") as whole:
            yield whole, f"{PurePath(sheets[0].name).stem}.pdf"
