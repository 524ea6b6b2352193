"""Reads facts from PDF files of strangers: pages, text, metadata (Article 9.1 fills the fields from them).

A PDF can be made to loop, to swell or to break its reader, so pypdf runs apart (`server.adapters.apart`). Everything
wrong becomes a `DomainError`.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from server.adapters.apart import Budget, Died, run_apart
from server.domain.errors import DomainError
from server.domain.findings import Finding
from server.domain.reading import read_first_page


@dataclass(frozen=True)
class PdfLimits:
    """What a PDF may cost: bytes and pages of the file; seconds, bytes of memory, characters of text for the reader."""

    size: int = 50 * 1024 * 1024
    pages: int = 2_000
    seconds: float = 20.0
    memory: int = 768 * 1024 * 1024
    text: int = 400_000


@dataclass(frozen=True)
class PdfFacts:
    """What a PDF says; `is_text_complete` is false when a limit ended the reading early."""

    pages: int
    text: str
    first_page_text: str
    metadata: Mapping[str, str] = field(default_factory=dict)
    is_encrypted: bool = False
    is_text_complete: bool = True
    bare_pages: tuple[int, ...] = ()
    """Pages, from 1, that are a picture with no text of their own: to be recognised."""
    coarse_pages: tuple[int, ...] = ()
    """Of these, those scanned below 200 dpi (decree 30/2020 Appendix I asks for it)."""

    def proposals(self) -> dict[str, Finding]:
        """Return what can be proposed for the register; see `server.domain.reading`."""
        return read_first_page(self.first_page_text, self.text[len(self.first_page_text) :])


def read_pdf(source: Path | str | BinaryIO, limits: PdfLimits | None = None) -> PdfFacts:
    """Read one PDF from a path or a binary stream.

    Raises DomainError: pdf_empty, pdf_not_pdf, pdf_too_large {limit}, pdf_encrypted, pdf_broken {why},
    pdf_too_many_pages {pages, limit}. `why` is structure, time or memory.
    """
    limits = limits or PdfLimits()
    with _as_path(source, limits.size) as path:
        _check_outside(path, limits)
        answer = _read_apart(path, limits)
    if code := answer.get("code"):
        raise DomainError(code, **answer.get("details", {}))
    answer |= {name: tuple(answer.get(name, ())) for name in ("bare_pages", "coarse_pages")}
    return PdfFacts(**answer)


def _check_outside(path: Path, limits: PdfLimits) -> None:
    size = path.stat().st_size
    if size == 0:
        raise DomainError("pdf_empty")
    if size > limits.size:
        raise DomainError("pdf_too_large", limit=limits.size, size=size)
    with path.open("rb") as file:
        if b"%PDF-" not in file.read(1024):
            raise DomainError("pdf_not_pdf")
        file.seek(max(0, size - 2048))
        if b"%%EOF" not in file.read():
            raise DomainError("pdf_broken", why="structure")


@contextmanager
def _as_path(source: Path | str | BinaryIO, limit: int) -> Iterator[Path]:
    if isinstance(source, str | Path):
        yield Path(source)
        return
    with tempfile.NamedTemporaryFile(prefix="congvan-", suffix=".pdf") as copy:
        while (piece := source.read(1 << 20)) and copy.tell() <= limit:
            copy.write(piece)
        copy.flush()
        yield Path(copy.name)


def _read_apart(path: Path, limits: PdfLimits) -> dict[str, Any]:
    """Run the reader in a process of its own and return its answer, or what became of it."""
    budget = Budget(limits.seconds, limits.memory, 16 * limits.text + 1_000_000)
    try:
        return run_apart(_read_inside, (str(path), limits), budget)
    except Died as died:
        return _broken(died.why)


def _broken(why: str) -> dict[str, Any]:
    return {"code": "pdf_broken", "details": {"why": why}}


def _read_inside(path: str, limits: PdfLimits) -> dict[str, Any]:
    import time

    import pypdf
    from pypdf.errors import LimitReachedError

    from server.adapters.page_pictures import bare_pages, coarse_pages, picture_of

    reader = pypdf.PdfReader(path, strict=False)
    is_encrypted = reader.is_encrypted
    # An owner's password alone forbids printing, not reading: every viewer opens such a file
    if is_encrypted and not reader.decrypt(""):
        return {"code": "pdf_encrypted"}
    pages = len(reader.pages)
    if pages == 0:
        return _broken("structure")
    if pages > limits.pages:
        return {"code": "pdf_too_many_pages", "details": {"pages": pages, "limit": limits.pages}}
    until = time.monotonic() + limits.seconds / 2
    texts: list[str] = []
    pictures: list[Any] = []
    length = 0
    is_complete = True
    for page in reader.pages:
        if length >= limits.text or time.monotonic() > until:
            is_complete = False
            break
        try:
            texts.append(clean_text(page.extract_text() or "")[: limits.text - length])
        except LimitReachedError:
            return _broken("memory")
        length += len(texts[-1])
        pictures.append(picture_of(page))
    bare = bare_pages(texts, pictures)
    return {
        "pages": pages,
        "text": "\n".join(texts),
        "first_page_text": texts[0],
        "metadata": _metadata(reader.metadata or {}),
        "is_encrypted": is_encrypted,
        "is_text_complete": is_complete,
        "bare_pages": bare,
        "coarse_pages": coarse_pages(bare, pictures),
    }


def _metadata(info: Mapping[str, Any]) -> dict[str, str]:
    wanted = {"/Title": "title", "/Author": "author", "/Producer": "producer", "/CreationDate": "created"}
    return {name: clean_text(str(info[key]))[:500] for key, name in wanted.items() if info.get(key)}


def clean_text(text: str) -> str:
    """Drop control characters and lone surrogates, which no JSON or database should meet."""
    kept = "".join(letter if letter >= " " or letter == "\n" else " " for letter in text.replace("\r", "\n"))
    return kept.encode("utf-8", "ignore").decode("utf-8")
