"""Files that devices bring: resumable, checked against their hash, then handed to the file store.

A field connection breaks often: what arrived stays in a partial file, `offset` says where to go on, and only a body
whose SHA-256 is the announced one ever becomes a file. Partial files are per person, and thrown away when stale.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, BinaryIO, Literal

from server.domain.errors import DomainError
from server.domain.stamps import secrecy
from server.usecases.files import facts_of, note_file
from sync import gate
from sync.ports import Database, Document, Store

LARGEST_BYTES = 50 * 1024 * 1024
PARTIALS_PER_PERSON = 20
PARTIAL_BYTES_PER_PERSON = 200 * 1024 * 1024
STALE_AFTER_S = 7 * 24 * 3600
CHUNK = 1024 * 1024

Facts = Callable[[BinaryIO, str], Mapping[str, Any]]
"""(body, media type) → what is known of a file, such as `pages` and `text`; never raises for a strange file."""

Outcome = Literal["stored", "more", "wrong_offset", "too_large", "hash_mismatch", "too_many", "bad_length", "busy"]

SIGNATURES = (
    (b"%PDF-", "application/pdf"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"PK\x03\x04", "application/zip"),
)


@dataclass(frozen=True, slots=True)
class Progress:
    """What became of a piece: `offset` is how many bytes of the body are here."""

    outcome: Outcome
    offset: int


def pdf_facts(body: BinaryIO, media_type: str) -> Mapping[str, Any]:
    """Give pages and text of a PDF, or as `problem` the code of what is wrong with it."""
    if media_type != "application/pdf":
        return {}
    from server.adapters.pdf_facts import read_pdf  # late: it starts a process of its own

    try:
        facts = read_pdf(body)
    except DomainError as error:
        return {"pages": None, "text": "", "problem": error.code}
    if secrecy(facts.first_page_text):
        return {"pages": None, "text": "", "problem": "secret_stamp"}
    return facts_of(facts)


class Uploads:
    """Resumable uploads into a store's files and its `files` database."""

    def __init__(
        self,
        store: Store,
        folder: Path,
        *,
        now: Callable[[], str],
        facts: Facts | None = None,
        largest_bytes: int = LARGEST_BYTES,
    ) -> None:
        """Keep partial files below `folder`; `facts` reads a whole body for the metadata."""
        self._store = store
        self._metadata: Database = store.database("files")
        self._folder = folder
        self._now = now
        self._facts = facts
        self.largest_bytes = largest_bytes

    def metadata(self, sha256: str) -> Document | None:
        """Read what is known of a file that is there whole."""
        return self._metadata.get(f"file:{sha256}")

    def is_whole(self, person_id: str, sha256: str) -> bool:
        """Tell whether this person has brought the whole file; another's upload is not told of."""
        return gate.may_use_file(person_id, self.metadata(sha256), (), sha256)

    def offset(self, person_id: str, sha256: str) -> int:
        """Give how many bytes of an unfinished file are here."""
        try:
            return self._partial(person_id, sha256).stat().st_size
        except FileNotFoundError:
            return 0

    def receive(self, person_id: str, sha256: str, offset: int, total: int | None, body: IO[bytes]) -> Progress:
        """Append a piece that begins at `offset`; with `total` reached, verify and store the file.

        A piece that breaks off (`body` ends early or raises OSError) keeps what came. Without `total` the piece is the
        rest of the file.
        """
        if self.is_whole(person_id, sha256):
            return Progress("stored", (self.metadata(sha256) or {}).get("size", 0))
        if offset > self.largest_bytes or (total or 0) > self.largest_bytes:
            return Progress("too_large", self.offset(person_id, sha256))
        path = self._partial(person_id, sha256)
        if not path.exists() and self._is_crowded(path.parent):
            return Progress("too_many", 0)
        path.parent.mkdir(parents=True, exist_ok=True)
        with _locked(path) as partial:
            if partial is None:
                return Progress("busy", self.offset(person_id, sha256))
            size = partial.seek(0, os.SEEK_END)
            if offset != size:
                return Progress("wrong_offset", size)
            limit = self.largest_bytes if total is None else total
            size, is_too_long = _append(partial, body, size, limit)
            if is_too_long:
                partial.truncate(offset)
                return Progress("too_large" if total is None else "bad_length", offset)
            if total is not None and size < total:
                return Progress("more", size)
            return self._finish(person_id, sha256, partial, path, size)

    def forget_stale(self, now_s: float | None = None) -> int:
        """Remove partial files that nobody went on with for a week; give how many. For a scheduled job."""
        removed = 0
        limit = (time.time() if now_s is None else now_s) - STALE_AFTER_S
        for path in self._folder.glob("*/*"):
            try:
                if path.stat().st_mtime < limit:
                    path.unlink()
                    removed += 1
            except FileNotFoundError:
                continue
        return removed

    def _finish(self, person_id: str, sha256: str, partial: BinaryIO, path: Path, size: int) -> Progress:
        if size == 0 or _hash_of(partial) != sha256:
            path.unlink(missing_ok=True)
            return Progress("hash_mismatch", 0)
        partial.seek(0)
        media_type = _media_type(partial)
        partial.seek(0)
        known = self.metadata(sha256)
        facts = None if known else self._facts(partial, media_type) if self._facts else {}
        if (facts or known or {}).get("problem") != "secret_stamp":
            # of a state secret no body is kept, only why it was not
            partial.seek(0)
            self._store.files.put(sha256, partial, size, media_type)
        note_file(self._metadata, person_id, self._now(), sha256=sha256, size=size, media_type=media_type, facts=facts)
        path.unlink(missing_ok=True)
        return Progress("stored", size)

    def _partial(self, person_id: str, sha256: str) -> Path:
        if not gate.PERSON_ID.fullmatch(person_id) or not gate.SHA256.fullmatch(sha256):
            raise ValueError("not a person id or not a content hash")
        return self._folder / person_id / sha256

    def _is_crowded(self, folder: Path) -> bool:
        sizes = [path.stat().st_size for path in folder.glob("*")] if folder.exists() else []
        return len(sizes) >= PARTIALS_PER_PERSON or sum(sizes) >= PARTIAL_BYTES_PER_PERSON


@contextmanager
def _locked(path: Path) -> Iterator[BinaryIO | None]:
    """Open a partial file for this request alone; None when another one is writing it."""
    with path.open("a+b") as partial:
        try:
            fcntl.flock(partial, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            yield None
            return
        if not path.exists():  # finished by another request between opening and locking
            yield None
            return
        yield partial


def _append(partial: BinaryIO, body: IO[bytes], size: int, limit: int) -> tuple[int, bool]:
    """Append up to `limit` bytes in all; give the size reached and whether there was more."""
    while True:
        try:
            chunk = body.read(CHUNK)
        except OSError:  # the connection broke; what came is kept
            chunk = b""
        if not chunk:
            break
        if size + len(chunk) > limit:
            return size, True
        partial.write(chunk)
        size += len(chunk)
    partial.flush()
    os.fsync(partial.fileno())
    return size, False


def _hash_of(partial: BinaryIO) -> str:
    partial.seek(0)
    digest = hashlib.sha256()
    while chunk := partial.read(CHUNK):
        digest.update(chunk)
    return digest.hexdigest()


def _media_type(partial: BinaryIO) -> str:
    """Tell the media type from the body itself; what the sender says is not believed."""
    start = partial.read(1024)
    for signature, media_type in SIGNATURES:
        if signature in (start if signature == b"%PDF-" else start[: len(signature)]):
            return media_type
    return "application/octet-stream"
