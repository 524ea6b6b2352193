"""File bodies in the embedded store: rows of 1 MiB, written a few at a time so that no slow upload holds the writer."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import BinaryIO

from sync.ports import NotFound, OpenBody
from sync.stores.bodies import CHUNK_BYTES, ChunkStream, check_only, checked_chunks, instant
from sync.stores.documents import check_body
from sync.stores.embedded_connections import Readers, Writer

ABANDONED_AFTER = timedelta(days=1)


class EmbeddedFiles:
    """File bodies in the SQLite file; see `sync.ports.FileStore`.

    A body has no hash, and so cannot be found, until its last row is written.
    """

    def __init__(self, writer: Writer, readers: Readers) -> None:
        """Share the store's connections."""
        self._writer = writer
        self._readers = readers

    def put(self, sha256: str, stream: BinaryIO, size: int, media_type: str) -> bool:
        """Store a body; True when new."""
        check_body(sha256, size, media_type)
        if self.exists(sha256):
            check_only(stream, sha256, size)
            return False
        body = self._writer.run(lambda connection: _begin(connection, size, media_type))
        try:
            for number, chunk in enumerate(checked_chunks(stream, sha256, size)):
                self._append(body, number, chunk)
            is_new = self._writer.run(lambda connection: _finish(connection, body, sha256))
        except BaseException:
            self._writer.run(lambda connection: _remove(connection, body))
            raise
        return is_new

    def open(self, sha256: str, start: int = 0, stop: int | None = None) -> OpenBody:
        """Open a body, or a part of it, for reading."""
        row = self._find(sha256)
        if row is None:
            raise NotFound(sha256)
        body, size, media_type = row
        end = size if stop is None else min(stop, size)
        return OpenBody(ChunkStream(self._chunks(body, sha256, max(start, 0), end)), size, media_type)

    def exists(self, sha256: str) -> bool:
        """Tell whether the body is stored whole."""
        return self._find(sha256) is not None

    def delete(self, sha256: str) -> None:
        """Remove a body."""
        row = self._find(sha256)
        if row is not None:
            self._writer.run(lambda connection: _remove(connection, row[0]))

    def all_hashes(self, stored_before: str | None = None) -> Iterator[str]:
        """Give the hashes stored, in order."""
        last = ""
        while True:
            with self._readers.reading() as connection:
                rows = connection.execute(
                    "SELECT sha256 FROM bodies WHERE sha256 > ? AND (? IS NULL OR stored_at < ?)"
                    " ORDER BY sha256 LIMIT 1000",
                    (last, stored_before, stored_before),
                ).fetchall()
            if not rows:
                return
            yield from (sha256 for (sha256,) in rows)
            last = rows[-1][0]

    def _find(self, sha256: str) -> tuple[int, int, str] | None:
        """Look up a whole body: number, size, media type."""
        with self._readers.reading() as connection:
            row: tuple[int, int, str] | None = connection.execute(
                "SELECT body, size, media_type FROM bodies WHERE sha256 = ?", (sha256,)
            ).fetchone()
        return row

    def _append(self, body: int, number: int, chunk: bytes) -> None:
        """Write one chunk; each is a commit of its own, so other writers come in between."""
        self._writer.run(
            lambda connection: (
                connection.execute(
                    "INSERT INTO body_chunks(body, number, data) VALUES (?, ?, ?)", (body, number, chunk)
                ).rowcount
            )
        )

    def _chunks(self, body: int, sha256: str, start: int, stop: int) -> Iterator[bytes]:
        """Read the bytes [start, stop) chunk by chunk, holding no connection in between."""
        for number in range(start // CHUNK_BYTES, (max(stop, start) + CHUNK_BYTES - 1) // CHUNK_BYTES):
            with self._readers.reading() as connection:
                row = connection.execute(
                    "SELECT data FROM body_chunks WHERE body = ? AND number = ?", (body, number)
                ).fetchone()
            if row is None:
                raise NotFound(f"{sha256} was removed while it was read")
            begin = number * CHUNK_BYTES
            part = row[0][max(start - begin, 0) : stop - begin]
            if part:
                yield part


def remove_abandoned_uploads(connection: sqlite3.Connection) -> None:
    """Remove what uploads that ended with their process left behind."""
    before = instant(datetime.now(UTC) - ABANDONED_AFTER)
    rows = connection.execute("SELECT body FROM bodies WHERE sha256 IS NULL AND stored_at < ?", (before,)).fetchall()
    for (body,) in rows:
        _remove(connection, body)


def _begin(connection: sqlite3.Connection, size: int, media_type: str) -> int:
    """Make the row of a body that is still without a hash; give its number."""
    cursor = connection.execute(
        "INSERT INTO bodies(sha256, size, media_type, stored_at) VALUES (NULL, ?, ?, ?)",
        (size, media_type, instant(datetime.now(UTC))),
    )
    assert cursor.lastrowid is not None
    return cursor.lastrowid


def _finish(connection: sqlite3.Connection, body: int, sha256: str) -> bool:
    """Give a body its hash; False, and away with it, when another upload of the same was faster."""
    is_there = connection.execute("SELECT 1 FROM bodies WHERE sha256 = ?", (sha256,)).fetchone()
    if is_there:
        _remove(connection, body)
        return False
    connection.execute(
        "UPDATE bodies SET sha256 = ?, stored_at = ? WHERE body = ?",
        (sha256, instant(datetime.now(UTC)), body),
    )
    return True


def _remove(connection: sqlite3.Connection, body: int) -> None:
    """Remove a body and its chunks."""
    connection.execute("DELETE FROM body_chunks WHERE body = ?", (body,))
    connection.execute("DELETE FROM bodies WHERE body = ?", (body,))
