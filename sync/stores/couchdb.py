"""The CouchDB store: the databases of an office on a CouchDB 3 server or cluster, each named with a prefix."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from typing import TypeVar

from sync.ports import NOW, Document, FileStore, NotFound, StoreUnavailable, Updates, Written
from sync.stores.couchdb_client import CouchClient
from sync.stores.couchdb_database import CouchDatabase
from sync.stores.couchdb_designs import create_guarded, ensure_database
from sync.stores.couchdb_feed import UpdatesFeed
from sync.stores.couchdb_files import CouchFiles
from sync.stores.documents import check_name
from sync.stores.wakeups import Bell

FILE_BODIES = "file_bodies"
GLOBAL_CHANGES = "_global_changes"
AT_ONCE = 16

Result = TypeVar("Result")


class CouchStore:
    """A store on a CouchDB server; see `sync.ports.Store`."""

    def __init__(self, url: str, prefix: str) -> None:
        """Connect, and see that the server can do what is needed."""
        check_name(prefix)
        self._prefix = prefix
        self.client = CouchClient(url)
        self.bell = Bell()
        self._feed = UpdatesFeed(self.client, self.bell, self._own_name)
        self._made: set[str] = set()
        self._lock = threading.Lock()
        self._workers: ThreadPoolExecutor | None = None
        self._files = CouchFiles(self.client, prefix + FILE_BODIES)
        self.check()
        self._make_global_changes()

    @property
    def files(self) -> FileStore:
        """The file bodies."""
        return self._files

    def check(self) -> None:
        """Raise `StoreUnavailable` when the server cannot be used as it must be."""
        info = self.client.read(self.client.api.get_server_information)
        if (
            not isinstance(info, dict)
            or info.get("couchdb") != "Welcome"
            or not str(info.get("version", "")).startswith("3.")
        ):
            raise StoreUnavailable(f"the server at {self.client.address} is not a CouchDB 3.x")
        session = self.client.get("/_session")
        if "_admin" not in session.get("userCtx", {}).get("roles", []):
            raise StoreUnavailable(
                f"the user of COUCHDB_URL must be an administrator of the CouchDB at {self.client.address}"
            )

    def database(self, name: str) -> CouchDatabase:
        """Give a database; it is created when missing."""
        if check_name(name) not in self._made:
            self.make(name)
        return self._database(name)

    def make(self, name: str) -> None:
        """Make a database and its design documents when they are not there."""
        ensure_database(self.client, self._prefix + name, name)
        self._made.add(name)

    def names(self, prefix: str = "") -> list[str]:
        """Give the names of existing databases that start with `prefix`, sorted."""
        first = self._prefix + prefix
        found = self.client.read(
            self.client.api.get_all_dbs,
            start_key=json.dumps(first),
            end_key=json.dumps(first + "\U0010ffff"),
        )
        names = (self._own_name(full_name) for full_name in found)
        return sorted(name for name in names if name is not None and name.startswith(prefix))

    def drop(self, name: str) -> None:
        """Remove a database and everything in it."""
        self._made.discard(name)
        try:
            self.client.write(self.client.api.delete_database, db=self._prefix + name)
        except NotFound:
            return

    def bulk_many(self, docs: Mapping[str, Sequence[Document]]) -> dict[str, list[Written]]:
        """Write documents to several databases at the same time."""
        encoded = {name: self._database(check_name(name)).checked(docs[name]) for name in docs}
        written, failures = self._at_once({name: partial(self._write, name, encoded[name]) for name in docs})
        self.bell.committed(
            name for name, answers in written.items() if any(answer.rev is not None for answer in answers)
        )
        if failures:
            raise failures[0]
        return written

    def read_many(self, wanted: Mapping[str, Iterable[str]]) -> dict[str, dict[str, Document]]:
        """Read documents by id from several databases at the same time."""
        found, failures = self._at_once(
            {name: partial(self._database(check_name(name)).get_many, list(ids)) for name, ids in wanted.items()}
        )
        if failures:
            raise failures[0]
        return found

    def together(self) -> AbstractContextManager[bool]:
        """Say that each write stands by itself here."""
        return nullcontext(False)

    def updates(self, since: str = NOW, wait_s: float = 0.0) -> Updates:
        """Tell which databases changed after `since`; waits when none did."""
        for _ in self.waiting(None, wait_s):
            names, since = self._feed.updates(since)
            if names:
                break
        return Updates(names, since)

    def on_commit(self, callback: Callable[[frozenset[str]], None]) -> Callable[[], None]:
        """Call back after each write through this object."""
        return self.bell.on_commit(callback)

    def close(self) -> None:
        """Wake everybody who waits and close the connections."""
        self.bell.close()
        self._feed.stop()
        if self._workers is not None:
            self._workers.shutdown()
        self.client.close()

    def waiting(self, name: str | None, wait_s: float) -> Iterator[None]:
        """Give turns to look as `Bell.turns` does, hearing other processes too."""
        if wait_s > 0:
            self._feed.start()
        yield from self.bell.turns(name, wait_s)

    def workers(self) -> ThreadPoolExecutor:
        """Give the threads for requests at the same time; a request in one of them must not wait for another."""
        with self._lock:
            if self._workers is None:
                self._workers = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="couchdb")
            return self._workers

    def _write(self, name: str, encoded: Sequence[str]) -> list[Written]:
        """Write to one of several databases; the first time it is made, and its guard and indexes looked after."""
        return self.database(name).bulk_quietly(encoded)

    def _at_once(self, work: Mapping[str, Callable[[], Result]]) -> tuple[dict[str, Result], list[BaseException]]:
        """Do requests at the same time, some at once; gives the answers by name, and what failed."""
        futures = {name: self.workers().submit(do) for name, do in work.items()}
        failures = [failure for future in futures.values() if (failure := future.exception()) is not None]
        return {name: future.result() for name, future in futures.items() if future.exception() is None}, failures

    def _database(self, name: str) -> CouchDatabase:
        """Give a database that is made when it is first written to."""
        return CouchDatabase(self, name, self._prefix + name)

    def _own_name(self, full_name: str) -> str | None:
        """Take the prefix off; None for what is not a database of documents of this store."""
        name = full_name.removeprefix(self._prefix)
        return None if name in {full_name, FILE_BODIES} else name

    def _make_global_changes(self) -> None:
        """Make the database without which CouchDB does not tell which databases changed."""
        try:
            self.client.read(self.client.api.get_database_information, db=GLOBAL_CHANGES)
        except NotFound:
            create_guarded(self.client, GLOBAL_CHANGES)
