"""Everything in an inbox in one answer, for a device that has nothing yet.

NDJSON: the first line is `{"since", "count"}`, each further line one document (`_id` and `_rev` included). A device
that gets fewer lines than `count` begins again: the answer was cut off, or documents were deleted meanwhile. `since` is
the sequence before reading began: what changes meanwhile comes again with the first pull from there.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator

from sync.gateway_answers import encoded
from sync.ports import Database

PAGE = 500
FLUSH_FROM_BYTES = 64 * 1024
COMPRESS_LEVEL = 1
GZIP_WINDOW = 16 + zlib.MAX_WBITS


def lines(inbox: Database) -> Iterator[bytes]:
    """Give the lines of a snapshot, a page of documents at a time."""
    info = inbox.info()
    yield encoded({"since": info["update_seq"], "count": info["doc_count"]}) + b"\n"
    last_id: str | None = None
    while True:
        page = inbox.all(start_after=last_id, limit=PAGE)
        if page:
            yield b"".join(encoded(document) + b"\n" for document in page)
            last_id = page[-1]["_id"]
        if len(page) < PAGE:
            return


def compressed(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Compress a stream of chunks with gzip, in pieces that are worth sending."""
    compressor = zlib.compressobj(COMPRESS_LEVEL, zlib.DEFLATED, GZIP_WINDOW)
    pending = bytearray()
    for chunk in chunks:
        pending += compressor.compress(chunk)
        if len(pending) >= FLUSH_FROM_BYTES:
            yield bytes(pending)
            pending.clear()
    pending += compressor.flush()
    yield bytes(pending)
