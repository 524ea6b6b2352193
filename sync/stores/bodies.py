"""File bodies on their way: checked while they come in, handed out in pieces, never whole in memory."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator
from datetime import datetime
from typing import BinaryIO

from sync.ports import BodyRefused

CHUNK_BYTES = 1024 * 1024


def checked_chunks(stream: BinaryIO, sha256: str, size: int) -> Iterator[bytes]:
    """Give the stream in chunks of exactly `CHUNK_BYTES` (the last one may be shorter).

    The last chunk comes only after length and hash have been found right; raises `BodyRefused` instead.
    """
    digest = hashlib.sha256()
    left = size
    while True:
        chunk = _read_fully(stream, min(CHUNK_BYTES, left))
        left -= len(chunk)
        digest.update(chunk)
        if left and len(chunk) < CHUNK_BYTES:
            raise BodyRefused("truncated")
        if not left:
            if stream.read(1):
                raise BodyRefused("too_long")
            if digest.hexdigest() != sha256:
                raise BodyRefused("hash_mismatch")
            if chunk:
                yield chunk
            return
        yield chunk


def check_only(stream: BinaryIO, sha256: str, size: int) -> None:
    """Read a stream to its end, or raise `BodyRefused`."""
    for _ in checked_chunks(stream, sha256, size):
        pass


class ChunkStream(io.RawIOBase):
    """A readable file over an iterator of chunks; iterating gives the chunks, not lines."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        """Take over the iterator; closing the stream closes it."""
        super().__init__()
        self._chunks = chunks
        self._rest = memoryview(b"")

    def readable(self) -> bool:
        """Say that this can be read."""
        return True

    def readinto(self, buffer: bytearray | memoryview, /) -> int:  # type: ignore[override]
        """Fill the buffer from one chunk; 0 at the end."""
        if not self._rest:
            self._rest = memoryview(next(self._chunks, b""))
        taken = min(len(buffer), len(self._rest))
        buffer[:taken] = self._rest[:taken]
        self._rest = self._rest[taken:]
        return taken

    def __iter__(self) -> ChunkStream:
        """Iterate over chunks."""
        return self

    def __next__(self) -> bytes:
        """Give the next chunk."""
        chunk = bytes(self._rest) or next(self._chunks, b"")
        self._rest = memoryview(b"")
        if not chunk:
            raise StopIteration
        return chunk

    def close(self) -> None:
        """Let go of what the chunks come from."""
        close = getattr(self._chunks, "close", None)
        if close is not None and not self.closed:
            close()
        super().close()


def instant(moment: datetime) -> str:
    """Write an instant as the records do: ISO, UTC, milliseconds."""
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"


def _read_fully(stream: BinaryIO, size: int) -> bytes:
    """Read `size` bytes, fewer only at the end: a socket gives what it has."""
    parts: list[bytes] = []
    while size > 0:
        part = stream.read(size)
        if not part:
            break
        parts.append(part)
        size -= len(part)
    return b"".join(parts)
