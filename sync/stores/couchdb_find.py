"""Asking CouchDB's Mango indexes so that the answer is exact.

CouchDB compares by ICU collation, under which different strings can be equal (a letter with its mark composed or
not); what it finds is a superset, and is checked here by code point. It also answers 25 documents unless told
otherwise, and falls back to reading everything when it does not like an index unless that is forbidden.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from sync.ports import Document
from sync.stores.couchdb_client import CouchClient
from sync.stores.indexes import Query, mango_selector

PAGE = 500


def find(client: CouchClient, full_name: str, query: Query) -> list[Document]:
    """Answer a query in the index's order."""
    if query.is_empty:
        return []
    # CouchDB may skip for us only when it cannot count a document that we would leave out.
    skip_there = query.skip if _is_exact(query) else 0
    skip_here = query.skip - skip_there
    stop = None if query.limit is None else skip_here + query.limit
    matching = (doc for doc in _pages(client, full_name, query, skip_there, stop) if query.matches(doc))
    return list(islice(matching, skip_here, stop))


def _pages(client: CouchClient, full_name: str, query: Query, skip: int, wanted: int | None) -> Iterator[Document]:
    """Read page after page; the caller stops when it has enough."""
    way = "desc" if query.descending else "asc"
    size = PAGE if wanted is None else min(PAGE, wanted)
    bookmark: str | None = None
    while True:
        answer = client.read(
            client.api.post_find,
            db=full_name,
            selector=mango_selector(query),
            sort=[{name: way} for name in query.index.fields],
            use_index=[query.index.name, query.index.name],
            allow_fallback=False,
            limit=size,
            skip=skip if bookmark is None else None,
            bookmark=bookmark,
        )
        yield from answer["docs"]
        if len(answer["docs"]) < size:
            return
        bookmark = answer["bookmark"]


def _is_exact(query: Query) -> bool:
    """Tell whether CouchDB's comparison of these operands is the same as ours."""
    operands = [*query.equals.values(), *(value for values in query.any_of.values() for value in values)]
    return not query.ranges and all(
        not isinstance(value, str) or (value.isascii() and value.isprintable()) for value in operands
    )
