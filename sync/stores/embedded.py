"""The embedded store: all databases and file bodies of an office in one SQLite file, nothing to install.

Durable (`synchronous = FULL`, write-ahead log), for any number of threads and for several processes on one machine.
Why not another embedded database: docs/adr/0002-embedded-store.md.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

from sync.ports import NOW, Document, FileStore, StoreUnavailable, Updates, Written
from sync.stores.documents import check_name
from sync.stores.embedded_connections import Readers, Watcher, Writer, connect, reporting
from sync.stores.embedded_database import EmbeddedDatabase
from sync.stores.embedded_files import EmbeddedFiles, remove_abandoned_uploads
from sync.stores.embedded_revisions import database_id
from sync.stores.indexes import declared_indexes, family_of, sql_create_index, sql_index_name
from sync.stores.wakeups import Bell

SCHEMA_VERSION = 1

_SCHEMA = """
CREATE TABLE databases(
    db INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE, family TEXT NOT NULL,
    last_seq INTEGER NOT NULL DEFAULT 0, docs INTEGER NOT NULL DEFAULT 0, tombstones INTEGER NOT NULL DEFAULT 0);
CREATE TABLE sequence(last INTEGER NOT NULL);
INSERT INTO sequence VALUES (0);
CREATE TABLE docs(
    db INTEGER NOT NULL, id TEXT NOT NULL, family TEXT NOT NULL, seq INTEGER NOT NULL, deleted INTEGER NOT NULL,
    rev TEXT NOT NULL, body TEXT NOT NULL, ancestry BLOB NOT NULL, PRIMARY KEY(db, id));
CREATE UNIQUE INDEX docs_by_seq ON docs(db, seq);
CREATE TABLE local_docs(
    db INTEGER NOT NULL, id TEXT NOT NULL, revision INTEGER NOT NULL, body TEXT NOT NULL, PRIMARY KEY(db, id));
CREATE TABLE bodies(
    body INTEGER PRIMARY KEY AUTOINCREMENT, sha256 TEXT UNIQUE, size INTEGER NOT NULL, media_type TEXT NOT NULL,
    stored_at TEXT NOT NULL);
CREATE TABLE body_chunks(
    body INTEGER NOT NULL, number INTEGER NOT NULL, data BLOB NOT NULL, PRIMARY KEY(body, number));
"""


class EmbeddedStore:
    """A store in one file; see `sync.ports.Store`."""

    def __init__(self, path: Path) -> None:
        """Open the file, making it and its folder when missing, and bring its indexes up to date."""
        self._path = path
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StoreUnavailable(f"the data folder {path.parent} cannot be made: {error}") from error
        with reporting(path):
            _prepare(path)
            self.writer = Writer(path)
        self.readers = Readers(path, self.writer.open_connection)
        self.bell = Bell()
        self._watcher = Watcher(path, self.bell)
        self._known: set[str] = set()
        self._untold = threading.local()
        self._files = EmbeddedFiles(self.writer, self.readers)

    @property
    def files(self) -> FileStore:
        """The file bodies."""
        return self._files

    def check(self) -> None:
        """Raise `StoreUnavailable` when the file cannot be read and written."""
        self.writer.run(lambda connection: connection.execute("UPDATE sequence SET last = last"))

    def database(self, name: str) -> EmbeddedDatabase:
        """Give a database; it is created when missing."""
        if check_name(name) not in self._known:
            if name not in self.names(name):
                self.writer.run(lambda connection: database_id(connection, name, family_of(name)))
            self._known.add(name)
        return EmbeddedDatabase(self, name)

    def names(self, prefix: str = "") -> list[str]:
        """Give the names of existing databases that start with `prefix`, sorted."""
        with self.readers.reading() as connection:
            rows = connection.execute(
                "SELECT name FROM databases WHERE substr(name, 1, ?) = ? ORDER BY name", (len(prefix), prefix)
            ).fetchall()
        return [name for (name,) in rows]

    def drop(self, name: str) -> None:
        """Remove a database and everything in it."""

        def remove(connection: sqlite3.Connection) -> None:
            for table in ("docs", "local_docs", "databases"):
                connection.execute(f"DELETE FROM {table} WHERE db = (SELECT db FROM databases WHERE name = ?)", (name,))

        self.writer.run(remove)
        self._known.discard(name)

    def bulk_many(self, docs: Mapping[str, Sequence[Document]]) -> dict[str, list[Written]]:
        """Write documents to several databases in one transaction."""
        writings = {name: EmbeddedDatabase(self, check_name(name)).drafts_writer(docs[name]) for name in docs}
        written = self.writer.run(lambda connection: {name: write(connection) for name, write in writings.items()})
        self._tell(name for name, answers in written.items() if any(answer.rev is not None for answer in answers))
        return written

    def read_many(self, wanted: Mapping[str, Iterable[str]]) -> dict[str, dict[str, Document]]:
        """Read documents by id from several databases."""
        return {name: EmbeddedDatabase(self, check_name(name)).get_many(ids) for name, ids in wanted.items()}

    @contextmanager
    def together(self) -> Iterator[bool]:
        """Keep what this thread writes with one commit."""
        if self.writer.is_together:
            yield True
            return
        self._untold.names = set()
        try:
            with self.writer.together():
                yield True
            names = self._untold.names
        finally:
            self._untold.names = None
        self.bell.committed(names)

    def _tell(self, names: Iterable[str]) -> None:
        """Tell of a write, when it is committed."""
        untold: set[str] | None = getattr(self._untold, "names", None)
        if untold is None:
            self.bell.committed(names)
        else:
            untold.update(names)

    def updates(self, since: str = NOW, wait_s: float = 0.0) -> Updates:
        """Tell which databases changed after `since`; waits when none did."""
        start = self.sequence_after(since)
        if since == NOW:
            return Updates(frozenset(), str(start))
        for _ in self.waiting(None, wait_s):
            with self.readers.reading() as connection:
                rows = connection.execute(
                    "SELECT name, last_seq FROM databases WHERE last_seq > ?", (start,)
                ).fetchall()
            if rows:
                break
        return Updates(frozenset(name for name, _ in rows), str(max((seq for _, seq in rows), default=start)))

    def on_commit(self, callback: Callable[[frozenset[str]], None]) -> Callable[[], None]:
        """Call back after each write through this object."""
        return self.bell.on_commit(callback)

    def close(self) -> None:
        """Wake everybody who waits and close the file."""
        self.bell.close()
        self._watcher.close()
        self.readers.close()
        self.writer.close()

    def sequence_after(self, since: str) -> int:
        """Read a sequence; one that this file never gave (it was restored from a backup) starts anew."""
        with self.readers.reading() as connection:
            (last,) = connection.execute("SELECT last FROM sequence").fetchone()
        if since == NOW:
            return int(last)
        if not (since.isascii() and since.isdigit()):
            raise ValueError(f"not a sequence of this store: {since!r}")
        return int(since) if int(since) <= last else 0

    def waiting(self, name: str | None, wait_s: float) -> Iterator[None]:
        """Give turns to look as `Bell.turns` does, hearing other processes too."""
        if wait_s <= 0:
            yield
            return
        with self._watcher.watching():
            yield from self.bell.turns(name, wait_s)


def _prepare(path: Path) -> None:
    """Make the tables, and the indexes as they are declared now."""
    with closing(connect(path)) as connection:
        # Another process may be opening the same new file: the lock below makes one of them wait for the other.
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("BEGIN IMMEDIATE")
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        if version > SCHEMA_VERSION:
            raise StoreUnavailable(f"the data file {path} was written by a newer version of Congvan")
        if version == 0:
            for statement in _SCHEMA.split(";\n"):
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
        _match_indexes(connection)
        remove_abandoned_uploads(connection)
        connection.execute("COMMIT")


def _match_indexes(connection: sqlite3.Connection) -> None:
    """Make declared indexes that are missing, drop those no longer declared, and re-sort databases into families."""
    for db, name, family in connection.execute("SELECT db, name, family FROM databases").fetchall():
        if family != family_of(name):
            connection.execute("UPDATE databases SET family = ? WHERE db = ?", (family_of(name), db))
            connection.execute("UPDATE docs SET family = ? WHERE db = ?", (family_of(name), db))
    wanted = {sql_index_name(index): index for family in declared_indexes().values() for index in family.values()}
    present = {
        name
        for (name,) in connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'index' AND substr(name, 1, 3) = 'ix_'"
        ).fetchall()
    }
    for name in present - wanted.keys():
        connection.execute(f"DROP INDEX {name}")
    for name in wanted.keys() - present:
        connection.execute(sql_create_index(wanted[name]))
