"""Both stores for the one contract suite; the CouchDB half runs when COUCHDB_URL names a server (an admin's URL)."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from sync.ports import Database, Store
from sync.stores import open_store
from tests.fixtures.stores import remove_databases

COUCHDB_URL = os.environ.get("COUCHDB_URL")

NO_COUCHDB = "COUCHDB_URL is not set: the CouchDB half of the contract needs a real CouchDB 3.x"

Opener = Callable[[], Store]


@pytest.fixture(
    params=["embedded", pytest.param("couchdb", marks=pytest.mark.skipif(not COUCHDB_URL, reason=NO_COUCHDB))]
)
def open_again(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Opener]:
    """Open the same data once more, as another process would; everything is closed and removed at the end."""
    prefix = f"t{secrets.token_hex(6)}_"
    url = COUCHDB_URL if request.param == "couchdb" else None
    opened: list[Store] = []

    def open_it() -> Store:
        opened.append(open_store(url, tmp_path, prefix))
        return opened[-1]

    yield open_it
    for store in opened:
        with suppress(Exception):
            store.close()
    if url:
        remove_databases(url, prefix)


@pytest.fixture
def store(open_again: Opener) -> Store:
    """Give an empty store."""
    return open_again()


@pytest.fixture
def records(store: Store) -> Database:
    """Give the database `records`, which has declared indexes."""
    return store.database("records")


@pytest.fixture
def couch(tmp_path: Path) -> Iterator[Store]:
    """Give an empty store on CouchDB, for what only CouchDB can get wrong."""
    if not COUCHDB_URL:
        pytest.skip(NO_COUCHDB)
    prefix = f"t{secrets.token_hex(6)}_"
    store = open_store(COUCHDB_URL, tmp_path, prefix)
    yield store
    store.close()
    remove_databases(COUCHDB_URL, prefix)
