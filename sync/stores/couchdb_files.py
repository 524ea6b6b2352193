"""File bodies as attachments in CouchDB, streamed both ways.

One multipart request writes the document and its attachment together, so a body is there whole or not at all; it
breaks off before the last bytes when the hash is wrong, and CouchDB drops what it got. The attachment is declared as
plain bytes (the media type is a field) because CouchDB would compress text, and then serve neither ranges nor sizes.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import BinaryIO

from sync.ports import Conflict, NotFound, OpenBody, StoreUnavailable
from sync.stores.bodies import CHUNK_BYTES, ChunkStream, check_only, checked_chunks, instant
from sync.stores.couchdb_client import CouchClient, DatabaseMissing
from sync.stores.couchdb_designs import create_guarded
from sync.stores.documents import check_body

ATTACHMENT = "body"
PAGE = 500


class CouchFiles:
    """File bodies on the CouchDB server; see `sync.ports.FileStore`."""

    def __init__(self, client: CouchClient, full_name: str) -> None:
        """Use the database of that name, which is made by the first write."""
        self._client = client
        self._db = full_name

    def put(self, sha256: str, stream: BinaryIO, size: int, media_type: str) -> bool:
        """Store a body; True when new."""
        check_body(sha256, size, media_type)
        if self.exists(sha256):
            check_only(stream, sha256, size)
            return False
        self._make()
        chunks = checked_chunks(stream, sha256, size)
        boundary = secrets.token_hex(16)
        upload = _Multipart(boundary, _fields(size, media_type), chunks, size)
        try:
            self._client.write(
                self._client.api.put_document,
                db=self._db,
                doc_id=sha256,
                document=upload,
                content_type=f'multipart/related; boundary="{boundary}"',
            )
        except (Conflict, StoreUnavailable):
            if upload.failure is not None:
                raise upload.failure from None  # it was the client's side that broke off, not CouchDB's
            # Another upload of the same may have been faster; what we were given must be right all the same.
            for _ in chunks:
                pass
            if self.exists(sha256):
                return False
            raise
        return True

    def open(self, sha256: str, start: int = 0, stop: int | None = None) -> OpenBody:
        """Open a body, or a part of it, for reading."""
        doc = self._client.read(self._client.api.get_document, db=self._db, doc_id=sha256)
        size = int(doc["size"])
        begin, end = max(start, 0), size if stop is None else min(stop, size)
        return OpenBody(ChunkStream(self._chunks(sha256, begin, end)), size, doc["media_type"])

    def exists(self, sha256: str) -> bool:
        """Tell whether the body is stored whole."""
        return self._rev(sha256) is not None

    def delete(self, sha256: str) -> None:
        """Remove a body."""
        rev = self._rev(sha256)
        if rev is not None:
            self._client.write(self._client.api.delete_document, db=self._db, doc_id=sha256, rev=rev)

    def all_hashes(self, stored_before: str | None = None) -> Iterator[str]:
        """Give the hashes stored, in order."""
        last = ""
        while True:
            try:
                answer = self._client.read(
                    self._client.api.post_all_docs,
                    db=self._db,
                    start_key=last + "\0" if last else None,
                    include_docs=True,
                    limit=PAGE,
                )
            except DatabaseMissing:
                return
            for row in answer["rows"]:
                if stored_before is None or row["doc"]["stored_at"] < stored_before:
                    yield row["id"]
            if len(answer["rows"]) < PAGE:
                return
            last = answer["rows"][-1]["id"]

    def _rev(self, sha256: str) -> str | None:
        """Look up the revision of a body's document."""
        try:
            doc = self._client.read(self._client.api.get_document, db=self._db, doc_id=sha256)
        except NotFound:
            return None
        return str(doc["_rev"])

    def _make(self) -> None:
        """Make the database when it is missing."""
        try:
            self._client.read(self._client.api.get_database_information, db=self._db)
        except NotFound:
            create_guarded(self._client, self._db)

    def _chunks(self, sha256: str, start: int, stop: int) -> Iterator[bytes]:
        """Read the bytes [start, stop) as they arrive."""
        if start >= stop:
            return
        response = self._client.read(
            self._client.api.get_attachment,
            db=self._db,
            doc_id=sha256,
            attachment_name=ATTACHMENT,
            range=f"bytes={start}-{stop - 1}",
            stream=True,
        )
        try:
            yield from response.iter_content(CHUNK_BYTES)
        finally:
            response.close()


class _Multipart:
    """A document with one attachment as a request body: a file to read from, of a known length."""

    def __init__(self, boundary: str, fields: dict[str, object], chunks: Iterator[bytes], size: int) -> None:
        """Frame the chunks."""
        self.failure: Exception | None = None
        head = (
            f"--{boundary}\r\nContent-Type: application/json\r\n\r\n{json.dumps(fields)}\r\n"
            f"--{boundary}\r\nContent-Type: application/octet-stream\r\n\r\n"
        ).encode()
        tail = f"\r\n--{boundary}--".encode()
        self._length = len(head) + size + len(tail)
        self._parts = self._all(head, chunks, tail)
        self._rest = memoryview(b"")

    def __len__(self) -> int:
        """Give the length of the request body, for its Content-Length."""
        return self._length

    def read(self, size: int = -1) -> bytes:
        """Give the next bytes."""
        if not self._rest:
            self._rest = memoryview(next(self._parts, b""))
        taken = len(self._rest) if size < 0 else size
        part, self._rest = bytes(self._rest[:taken]), self._rest[taken:]
        return part

    def _all(self, head: bytes, chunks: Iterator[bytes], tail: bytes) -> Iterator[bytes]:
        """Put the parts in order, remembering what went wrong with the chunks."""
        yield head
        try:
            yield from chunks
        except Exception as failure:
            self.failure = failure
            raise
        yield tail


def _fields(size: int, media_type: str) -> dict[str, object]:
    """Make the document of a body."""
    stub = {"follows": True, "content_type": "application/octet-stream", "length": size}
    return {
        "size": size,
        "media_type": media_type,
        "stored_at": instant(datetime.now(UTC)),
        "_attachments": {ATTACHMENT: stub},
    }
