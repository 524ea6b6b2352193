"""A file that comes with a form: checked, named by its content, put into the file store, noted with its facts.

The body is on disk while it is looked at, never whole in memory. What was taken in once comes back with the
form as hidden inputs (`file_sha256`, perhaps `file_name`), and is believed only from whoever uploaded it.
"""

from __future__ import annotations

import hashlib
import os
import re
from dataclasses import dataclass
from typing import Any, BinaryIO, cast

from flask import request
from werkzeug.datastructures import MultiDict

from server.domain.errors import DomainError
from server.domain.stamps import secrecy
from server.usecases import recognizing
from server.usecases.files import facts_of, note_file
from server.web import current, papers

PDF = "application/pdf"
CHUNK = 1 << 20
NAME_LIMIT = 200
SHA256 = re.compile(r"[0-9a-f]{64}")
UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f\u202a-\u202e\u2066-\u2069]")


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that is in the store: how commands refer to it, its pages, and what was read from it just now."""

    reference: dict[str, Any]
    pages: int | None
    facts: Any = None
    coarse_pages: tuple[int, ...] = ()
    """Pages scanned below 200 dpi."""
    recognition: dict[str, Any] | None = None
    """How far the recognition of its pages is (server/usecases/recognizing.py); None: it has text of its own."""

    def shown(self) -> dict[str, Any]:
        """Return what the form shows of it, and carries along."""
        shown = {"pages": self.pages, "coarse_pages": list(self.coarse_pages), "progress": self.recognition}
        return {**self.reference, **shown}


def of_form(name: str, *, is_reading: bool = False, is_paper: bool = False) -> Upload | None:
    """Return the file of a form: the one chosen now, or the one taken in with an earlier attempt.

    `is_reading` reads the PDF again even if it is known; `is_paper` makes one PDF of several files and of pictures.
    Raises `DomainError` pdf_…, paper_… with the field.
    """
    chosen = papers.chosen(name)
    if not chosen:
        return kept(request.form, name)
    if is_paper:
        papers.refuse_secret()
    if is_paper and papers.is_to_be_gathered(chosen):
        limit = current.parts().config.max_upload_bytes
        with papers.gathered(chosen, name, limit, clean_name) as (whole, title):
            return _take(whole, title, name, is_reading)
    return _take(cast(BinaryIO, chosen[0].stream), clean_name(chosen[0].filename or ""), name, is_reading)


def kept(form: MultiDict[str, str], name: str) -> Upload | None:
    """Return the file that a form's hidden inputs name, if this person uploaded it."""
    sha256 = form.get(f"{name}_sha256", "")
    if not SHA256.fullmatch(sha256):
        return None
    known = current.services().files.get(f"file:{sha256}")
    if known is None or current.person_id() not in known.get("uploaded_by", []):
        return None
    return _upload(sha256, clean_name(form.get(f"{name}_name") or known.get("name", "")), known)


def name_document(upload: Upload | None, document_id: str | None) -> None:
    """Note with a scan in the queue which document it has become the file of."""
    if upload is not None and upload.recognition and document_id:
        recognizing.name_document(current.services().files, upload.reference["sha256"], document_id)


def clean_name(name: str) -> str:
    """Return a file's name without folders and without characters that only mislead."""
    last = re.split(r"[\\/]", UNPRINTABLE.sub("", name))[-1].strip().lstrip(".")
    return last[-NAME_LIMIT:] or "van-ban.pdf"


def _take(stream: BinaryIO, name: str, field: str, is_reading: bool) -> Upload:
    person_id, services = current.person_id(), current.services()
    size = stream.seek(0, os.SEEK_END)
    limit = current.parts().config.max_upload_bytes
    if size > limit:
        raise DomainError("pdf_too_large", field=field, limit=limit, size=size)
    sha256 = _hash_of(stream)
    known = services.files.get(f"file:{sha256}")
    facts = None
    if is_reading or known is None or not known.get("pages"):
        facts = _read_pdf(stream, limit, field)
    _stop_if_secret((facts.first_page_text if facts else (known or {}).get("text")) or "", facts, field)
    stream.seek(0)
    services.store.files.put(sha256, stream, size, PDF)
    known_facts = facts_of(facts) if facts is not None else None
    noted = note_file(
        services.files, person_id, current.now(), sha256=sha256, size=size, media_type=PDF, name=name, facts=known_facts
    )
    return _upload(sha256, name, noted, facts)


class SecretFile(DomainError):  # noqa: N818 - the name says what is the matter
    """A file stamped as a state secret was brought: nothing of it is kept; what it said goes back to who brought it."""

    def __init__(self, level: str, facts: Any, field: str) -> None:
        """Keep the level of the stamp, and what was read."""
        super().__init__("secret_stamp", level=level, field=field)
        self.level = level
        self.facts = facts


def _stop_if_secret(first_page: str, facts: Any, field: str) -> None:
    if level := secrecy(first_page):
        raise SecretFile(level, facts, field)


def _upload(sha256: str, name: str, known: dict[str, Any], facts: Any = None) -> Upload:
    reference = {"sha256": sha256, "name": name, "size": known["size"], "media_type": known["media_type"]}
    progress = recognizing.progress_of(known)
    if progress and progress["state"] == recognizing.DONE and known.get("first_page_text"):
        facts = recognizing.RecognizedFacts(known)
    coarse = tuple(known.get("coarse_pages") or ())
    return Upload(reference, known.get("pages"), facts, coarse, progress)


def _hash_of(stream: BinaryIO) -> str:
    stream.seek(0)
    digest = hashlib.sha256()
    while piece := stream.read(CHUNK):
        digest.update(piece)
    return digest.hexdigest()


def _read_pdf(stream: BinaryIO, limit: int, field: str) -> Any:
    from server.adapters.pdf_facts import PdfLimits, read_pdf

    stream.seek(0)
    try:
        return read_pdf(stream, PdfLimits(size=limit))
    except DomainError as error:
        error.details["field"] = field
        raise
