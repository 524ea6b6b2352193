"""Asking CouchDB's Mango indexes so that the answer is exact.

CouchDB compares by ICU collation, under which different strings can be equal (a letter with its mark composed or
not); what it finds is a superset, and is checked here by code point. It also answers 25 documents unless told
otherwise, and falls back to reading everything when it does not like an index unless that is forbidden.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from dataclasses import replace
from itertools import chain, islice
from typing import Any

from sync.ports import Document, Scalar
from sync.stores.couchdb_client import CouchClient
from sync.stores.indexes import Query, mango_selector

PAGE = 500


def find(client: CouchClient, full_name: str, query: Query, workers: Callable[[], Executor]) -> list[Document]:
    """Answer a query in the index's order; `workers` are asked for when there is a lot to do at the same time."""
    if query.is_empty:
        return []
    # CouchDB must not skip for us: it would count documents that are left out here.
    stop = None if query.limit is None else query.skip + query.limit

    def matching(part: Query) -> Iterator[Document]:
        return (doc for doc in _pages(client, full_name, part, stop) if part.matches(doc))

    parts = _narrow(query)
    if len(parts) > 1 and stop is None:
        return [*chain.from_iterable(workers().map(lambda part: list(matching(part)), parts))][query.skip :]
    return list(islice((doc for part in parts for doc in matching(part)), query.skip, stop))


def _narrow(query: Query) -> list[Query]:
    """Ask for each of several values by itself when that keeps the order.

    For `$or` and `$in` CouchDB reads all of the index that the fields before leave open.
    """
    if len(query.any_of) != 1:
        return [query]
    [(name, values)] = query.any_of.items()
    before = query.index.fields[: query.index.fields.index(name)]
    if not all(field in query.equals for field in before):
        return [query]
    by_rank = {_rank(value): value for value in values}
    ordered = [by_rank[rank] for rank in sorted(by_rank, reverse=query.descending)]
    return [replace(query, equals={**query.equals, name: value}, any_of={}) for value in ordered]


def _rank(value: Scalar) -> tuple[int, Any]:
    """Order values as indexes do: null, booleans, numbers, strings."""
    if value is None:
        return 0, 0
    if isinstance(value, bool):
        return 1, value
    return (3, value) if isinstance(value, str) else (2, value)


def _pages(client: CouchClient, full_name: str, query: Query, wanted: int | None) -> Iterator[Document]:
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
            bookmark=bookmark,
        )
        yield from answer["docs"]
        if len(answer["docs"]) < size:
            return
        bookmark = answer["bookmark"]
