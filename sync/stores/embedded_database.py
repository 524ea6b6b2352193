"""One database of the embedded store: reading by id, by index and by change; writing through the shared writer."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sync.ports import (
    BEGINNING,
    Change,
    Changes,
    Conflict,
    Document,
    Info,
    Lineage,
    NotFound,
    Range,
    Scalar,
    Written,
)
from sync.stores.documents import check_id, encode_fields
from sync.stores.embedded_revisions import database_id, draft, lineage, write_drafts
from sync.stores.indexes import checked_query, family_of, find_index, sql_select

if TYPE_CHECKING:
    from sync.stores.embedded import EmbeddedStore

LOOKUP_AT_ONCE = 500


class EmbeddedDatabase:
    """A database in the SQLite file; see `sync.ports.Database`."""

    def __init__(self, store: EmbeddedStore, name: str) -> None:
        """Belong to a store."""
        self._store = store
        self._name = name
        self._family = family_of(name)

    @property
    def name(self) -> str:
        """The name."""
        return self._name

    def get(self, doc_id: str) -> Document | None:
        """Read a document; None when it is missing or deleted."""
        return self.get_many([doc_id]).get(doc_id)

    def get_many(self, doc_ids: Iterable[str]) -> dict[str, Document]:
        """Read several documents by id; missing and deleted ones are left out."""
        rows = self._rows_of("id, rev, deleted, body", doc_ids, "AND deleted = 0")
        return {row[0]: _document(*row) for row in rows}

    def put(self, doc: Document) -> str:
        """Write a document and give its new revision."""
        [written] = self.bulk([doc])
        if written.rev is None:
            raise Conflict(written.id)
        return written.rev

    def delete(self, doc_id: str, rev: str) -> str:
        """Leave a tombstone and give its revision."""
        if self.get(doc_id) is None:
            raise NotFound(doc_id)
        return self.put({"_id": doc_id, "_rev": rev, "_deleted": True})

    def bulk(self, docs: Sequence[Document]) -> list[Written]:
        """Write several documents, each by itself."""
        return self._store.bulk_many({self._name: docs})[self._name]

    def all(
        self,
        prefix: str = "",
        *,
        start_after: str | None = None,
        limit: int | None = None,
        descending: bool = False,
    ) -> list[Document]:
        """Read documents by id in byte order."""
        where, values = ["db = ?", "deleted = 0"], [*self._db()]
        if prefix:
            where.append("id >= ? AND id <= ?")
            values += [prefix, prefix + "\U0010ffff"]
        if start_after is not None:
            where.append("id < ?" if descending else "id > ?")
            values.append(start_after)
        return self._documents(
            f"SELECT id, rev, deleted, body FROM docs WHERE {' AND '.join(where)}"
            f" ORDER BY id {'DESC' if descending else 'ASC'} LIMIT ?",
            [*values, -1 if limit is None else limit],
        )

    def find(
        self,
        index: str,
        equals: Mapping[str, Scalar] | None = None,
        *,
        ranges: Mapping[str, Range] | None = None,
        any_of: Mapping[str, Sequence[Scalar]] | None = None,
        descending: bool = False,
        limit: int | None = None,
        skip: int = 0,
    ) -> list[Document]:
        """Read documents through a declared index."""
        query = checked_query(
            find_index(self._name, index),
            equals,
            ranges,
            any_of,
            descending=descending,
            limit=limit,
            skip=skip,
        )
        if query.is_empty:
            return []
        return self._documents(*sql_select(query, self._db()[0]))

    def changes(
        self,
        since: str = BEGINNING,
        limit: int | None = None,
        wait_s: float = 0.0,
        include_docs: bool = False,
    ) -> Changes:
        """Tell what changed after `since`, waiting when nothing did."""
        if limit is not None and limit < 1:
            raise ValueError("limit must be positive")
        start = self._store.sequence_after(since)
        for _ in self._store.waiting(self._name, wait_s):
            page = self._changes_page(start, limit, include_docs)
            if page.results:
                break
        return page

    def info(self) -> Info:
        """Give the counts and the current sequence."""
        with self._store.readers.reading() as connection:
            row = connection.execute(
                "SELECT docs, tombstones, last_seq FROM databases WHERE name = ?", (self._name,)
            ).fetchone()
        docs, tombstones, seq = row or (0, 0, 0)
        return {
            "db_name": self._name,
            "doc_count": docs,
            "doc_del_count": tombstones,
            "update_seq": str(seq),
        }

    def revisions(self, doc_ids: Iterable[str]) -> dict[str, Lineage]:
        """Give the lineage of documents, tombstones included."""
        rows = self._rows_of("id, rev, deleted, ancestry", doc_ids)
        return {doc_id: lineage(rev, deleted, ancestry) for doc_id, rev, deleted, ancestry in rows}

    def conflicts(self, doc_id: str) -> list[str]:
        """Give no losing leaves: with one writer there are none."""
        check_id(doc_id)
        return []

    def local_get(self, local_id: str) -> Document | None:
        """Read a `_local/` document."""
        with self._store.readers.reading() as connection:
            row = connection.execute(
                "SELECT revision, body FROM local_docs WHERE db = (SELECT db FROM databases WHERE name = ?) AND id = ?",
                (self._name, check_id(local_id)),
            ).fetchone()
        if row is None:
            return None
        return {"_id": f"_local/{local_id}", "_rev": f"0-{row[0]}", **json.loads(row[1])}

    def local_put(self, local_id: str, doc: Document) -> str:
        """Write a `_local/` document; the last writer wins."""
        check_id(local_id)
        body = encode_fields(doc)

        def write(connection: sqlite3.Connection) -> int:
            db = database_id(connection, self._name, self._family)
            connection.execute(
                "INSERT INTO local_docs(db, id, revision, body) VALUES (?, ?, 1, ?)"
                " ON CONFLICT(db, id) DO UPDATE SET revision = revision + 1, body = excluded.body",
                (db, local_id, body),
            )
            (revision,) = connection.execute(
                "SELECT revision FROM local_docs WHERE db = ? AND id = ?", (db, local_id)
            ).fetchone()
            return int(revision)

        return f"0-{self._store.writer.run(write)}"

    def drafts_writer(self, docs: Sequence[Document]) -> _Writing:
        """Check and encode documents now, to be written in the writer's turn."""
        return _Writing(self._name, self._family, docs)

    def _changes_page(self, start: int, limit: int | None, include_docs: bool) -> Changes:
        """Read one page of changes."""
        body = "body" if include_docs else "NULL"
        with self._store.readers.reading() as connection:
            db = self._db(connection)
            rows = connection.execute(
                f"SELECT seq, id, rev, deleted, {body} FROM docs WHERE db = ? AND seq > ? ORDER BY seq LIMIT ?",
                (*db, start, -1 if limit is None else limit),
            ).fetchall()
            last = rows[-1][0] if rows else start
            pending = 0
            if limit is not None and len(rows) == limit:
                (pending,) = connection.execute(
                    "SELECT count(*) FROM docs WHERE db = ? AND seq > ?", (*db, last)
                ).fetchone()
        results = [
            Change(str(seq), doc_id, rev, bool(deleted), text and _document(doc_id, rev, deleted, text))
            for seq, doc_id, rev, deleted, text in rows
        ]
        return Changes(results, str(last), pending)

    def _db(self, connection: sqlite3.Connection | None = None) -> tuple[Any]:
        """Look up the database's number; -1 when another process dropped it, which no row has."""
        if connection is None:
            with self._store.readers.reading() as own:
                return self._db(own)
        row = connection.execute("SELECT db FROM databases WHERE name = ?", (self._name,)).fetchone()
        return row or (-1,)

    def _rows_of(self, columns: str, doc_ids: Iterable[str], more: str = "") -> Iterator[Any]:
        """Read columns of the documents with these ids."""
        wanted = [check_id(doc_id) for doc_id in dict.fromkeys(doc_ids)]
        for at in range(0, len(wanted), LOOKUP_AT_ONCE):
            some = wanted[at : at + LOOKUP_AT_ONCE]
            marks = ",".join("?" * len(some))
            with self._store.readers.reading() as connection:
                rows = connection.execute(
                    f"SELECT {columns} FROM docs WHERE db = ? AND id IN ({marks}) {more}",
                    (*self._db(connection), *some),
                ).fetchall()
            yield from rows

    def _documents(self, statement: str, values: Sequence[Any]) -> list[Document]:
        """Read whole documents."""
        with self._store.readers.reading() as connection:
            return [_document(*row) for row in connection.execute(statement, values).fetchall()]


class _Writing:
    """The drafts of one database, as a job for the writer."""

    def __init__(self, name: str, family: str, docs: Sequence[Document]) -> None:
        """Encode the documents."""
        self._name = name
        self._family = family
        self._drafts = [draft(doc) for doc in docs]

    def __call__(self, connection: sqlite3.Connection) -> list[Written]:
        """Write them inside the caller's transaction."""
        return write_drafts(connection, self._name, self._family, self._drafts)


def _document(doc_id: str, rev: str, deleted: int, body: str) -> Document:
    """Put a stored document together."""
    doc: Document = {"_id": doc_id, "_rev": rev}
    if deleted:
        doc["_deleted"] = True
    doc.update(json.loads(body))
    return doc
