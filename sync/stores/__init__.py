"""The stores: two adapters of `sync.ports`, chosen by configuration."""

from __future__ import annotations

from pathlib import Path

from sync.ports import Store

DEFAULT_PREFIX = "congvan_"


def open_store(couchdb_url: str | None, data_dir: Path, prefix: str = DEFAULT_PREFIX) -> Store:
    """Open CouchDB when a URL is given, else the embedded store in `data_dir` (made when missing).

    `prefix` goes before every database name on CouchDB. Raises `StoreUnavailable` with a message for the
    operator.
    """
    if couchdb_url:
        from sync.stores.couchdb import CouchStore

        return CouchStore(couchdb_url, prefix)
    from sync.stores.embedded import EmbeddedStore

    return EmbeddedStore(data_dir / "congvan.sqlite3")
