"""One database of CouchDB behind the port. A database that is not there reads as empty and is made by a write."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal

from sync.ports import (
    BEGINNING,
    Change,
    Changes,
    Document,
    Info,
    Lineage,
    NotFound,
    Range,
    Scalar,
    StoreUnavailable,
    Written,
)
from sync.stores.couchdb_client import DatabaseMissing
from sync.stores.couchdb_designs import design_count
from sync.stores.couchdb_find import find
from sync.stores.documents import check_document, check_id, encode, encode_fields
from sync.stores.indexes import checked_query, find_index

if TYPE_CHECKING:
    from sync.stores.couchdb import CouchStore

PAGE = 500
DESIGN = "_design/"
_ERRORS: dict[str, Literal["conflict", "rejected"]] = {"conflict": "conflict", "forbidden": "rejected"}


class CouchDatabase:
    """A database on the CouchDB server; see `sync.ports.Database`."""

    def __init__(self, store: CouchStore, name: str, full_name: str) -> None:
        """Belong to a store."""
        self._store = store
        self._client = store.client
        self._name = name
        self._db = full_name

    @property
    def name(self) -> str:
        """The name without the store's prefix."""
        return self._name

    def get(self, doc_id: str) -> Document | None:
        """Read a document; None when it is missing or deleted."""
        try:
            found: Document = self._client.read(self._client.api.get_document, db=self._db, doc_id=check_id(doc_id))
        except NotFound:
            return None
        return found

    def get_many(self, doc_ids: Iterable[str]) -> dict[str, Document]:
        """Read several documents by id; missing and deleted ones are left out."""
        found: dict[str, Document] = {}
        for some in _portions([check_id(doc_id) for doc_id in dict.fromkeys(doc_ids)]):
            rows = self._rows(keys=some, include_docs=True)
            found.update((row["id"], row["doc"]) for row in rows if row.get("doc"))
        return found

    def put(self, doc: Document) -> str:
        """Write a document and give its new revision."""
        doc_id = check_document(doc)[0]
        # The body goes as bytes of our own encoding: what JSON cannot say is refused here, before it is sent.
        answer = self._write(
            self._client.api.put_document,
            doc_id=doc_id,
            document=encode(doc).encode(),
            content_type="application/json",
        )
        self._store.bell.committed([self._name])
        return str(answer["rev"])

    def delete(self, doc_id: str, rev: str) -> str:
        """Leave a tombstone and give its revision."""
        if self.get(doc_id) is None:
            raise NotFound(doc_id)
        return self.put({"_id": doc_id, "_rev": rev, "_deleted": True})

    def bulk(self, docs: Sequence[Document]) -> list[Written]:
        """Write several documents, each by itself."""
        written = self.bulk_quietly(self.checked(docs))
        if any(one.rev is not None for one in written):
            self._store.bell.committed([self._name])
        return written

    def checked(self, docs: Sequence[Document]) -> list[str]:
        """Check and encode documents for `bulk_quietly`, or raise ValueError."""
        return [encode(doc) for doc in docs if check_document(doc)]

    def bulk_quietly(self, encoded: Sequence[str]) -> list[Written]:
        """Write encoded documents without telling those who wait."""
        if not encoded:
            return []
        body = f'{{"docs":[{",".join(encoded)}]}}'.encode()
        return [_written(row) for row in self._write(self._client.api.post_bulk_docs, bulk_docs=body)]

    def all(
        self,
        prefix: str = "",
        *,
        start_after: str | None = None,
        limit: int | None = None,
        descending: bool = False,
    ) -> list[Document]:
        """Read documents by id in byte order."""
        found: list[Document] = []
        while limit is None or len(found) < limit:
            bounds = _bounds(prefix, start_after, descending)
            if bounds is None:
                break
            size = PAGE if limit is None else min(PAGE, limit - len(found) + 1)
            rows = self._rows(
                start_key=bounds[0], end_key=bounds[1], descending=descending, limit=size, include_docs=True
            )
            found += [row["doc"] for row in rows if not _is_left_out(row["id"], start_after)]
            if len(rows) < size:
                break
            start_after = rows[-1]["id"]
        return found if limit is None else found[:limit]

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
        declared = find_index(self._name, index)
        query = checked_query(declared, equals, ranges, any_of, descending=descending, limit=limit, skip=skip)
        try:
            return find(self._client, self._db, query, self._store.workers)
        except DatabaseMissing:
            return []

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
        for _ in self._store.waiting(self._name, wait_s):
            page = self._changes_page(since, limit, include_docs)
            since = page.last_seq
            if page.results:
                break
        return page

    def info(self) -> Info:
        """Give the counts and the current sequence."""
        try:
            info = self._client.read(self._client.api.get_database_information, db=self._db)
        except DatabaseMissing:
            return {"db_name": self._name, "doc_count": 0, "doc_del_count": 0, "update_seq": BEGINNING}
        return {
            "db_name": self._name,
            "doc_count": max(info["doc_count"] - design_count(self._name), 0),
            "doc_del_count": info["doc_del_count"],
            "update_seq": info["update_seq"],
        }

    def revisions(self, doc_ids: Iterable[str]) -> dict[str, Lineage]:
        """Give the lineage of documents, tombstones included."""
        found: dict[str, Lineage] = {}
        for some in _portions([check_id(doc_id) for doc_id in dict.fromkeys(doc_ids)]):
            wanted = [{"id": doc_id} for doc_id in some]
            try:
                answer = self._client.read(self._client.api.post_bulk_get, db=self._db, docs=wanted, revs=True)
            except DatabaseMissing:
                return {}
            for entry in answer["results"]:
                leaves = [leaf["ok"] for leaf in entry["docs"] if "ok" in leaf]
                if leaves:
                    found[entry["id"]] = _lineage(max(leaves, key=_precedence))
        return found

    def conflicts(self, doc_id: str) -> list[str]:
        """Give the losing leaf revisions of a document."""
        try:
            found = self._client.read(
                self._client.api.get_document, db=self._db, doc_id=check_id(doc_id), conflicts=True
            )
        except NotFound:
            return []
        return list(found.get("_conflicts", []))

    def local_get(self, local_id: str) -> Document | None:
        """Read a `_local/` document."""
        try:
            found: Document = self._client.read(
                self._client.api.get_local_document, db=self._db, doc_id=check_id(local_id)
            )
        except NotFound:
            return None
        return found

    def local_put(self, local_id: str, doc: Document) -> str:
        """Write a `_local/` document; the last writer wins."""
        answer = self._write(
            self._client.api.put_local_document,
            doc_id=check_id(local_id),
            document=encode_fields(doc).encode(),
            content_type="application/json",
        )
        return str(answer["rev"])

    def _write(self, operation: Callable[..., Any], /, **arguments: Any) -> Any:
        """Write, making the database first when it turns out to be missing."""
        try:
            return self._client.write(operation, db=self._db, **arguments)
        except DatabaseMissing:
            self._store.make(self._name)
            return self._client.write(operation, db=self._db, **arguments)

    def _rows(self, **arguments: Any) -> list[dict[str, Any]]:
        """Ask `_all_docs`."""
        try:
            answer = self._client.read(self._client.api.post_all_docs, db=self._db, **arguments)
        except DatabaseMissing:
            return []
        return list(answer["rows"])

    def _changes_page(self, since: str, limit: int | None, include_docs: bool) -> Changes:
        """Read changes until the page is full or there are no more: design documents take places in it."""
        results: list[Change] = []
        while True:
            left = None if limit is None else limit - len(results)
            try:
                answer = self._client.read(
                    self._client.api.post_changes,
                    db=self._db,
                    since=since,
                    limit=left,
                    include_docs=include_docs,
                )
            except DatabaseMissing:
                return Changes(results, BEGINNING, 0)
            results += [_change(row) for row in answer["results"] if not row["id"].startswith(DESIGN)]
            since = answer["last_seq"]
            if not answer["pending"] or len(results) == limit:
                return Changes(results, since, answer["pending"])


def _portions(ids: list[str]) -> Iterator[list[str]]:
    """Cut a list of ids into requests of a bearable size."""
    return (ids[at : at + PAGE] for at in range(0, len(ids), PAGE))


def _bounds(prefix: str, start_after: str | None, descending: bool) -> tuple[str | None, str | None] | None:
    """Give start and end key (start_after itself still included), or None when nothing is between them."""
    low: str | None = prefix or None
    high: str | None = prefix + "\U0010ffff" if prefix else None
    if start_after is not None:
        if descending:
            high = min(high or start_after, start_after, key=str.encode)
        else:
            low = max(low or start_after, start_after, key=str.encode)
    if low is not None and high is not None and low.encode() > high.encode():
        return None
    return (high, low) if descending else (low, high)


def _is_left_out(doc_id: str, start_after: str | None) -> bool:
    """Tell whether a row is no document of ours, or the one after which to start."""
    return doc_id == start_after or doc_id.startswith(DESIGN)


def _written(row: dict[str, Any]) -> Written:
    """Read one answer of a bulk write."""
    if "error" not in row:
        return Written(row["id"], row["rev"])
    error = _ERRORS.get(row["error"])
    if error is None:
        raise StoreUnavailable(f"CouchDB did not write {row['id']}: {row['error']}: {row.get('reason')}")
    return Written(row["id"], None, error)


def _change(row: dict[str, Any]) -> Change:
    """Read one row of the changes feed."""
    return Change(row["seq"], row["id"], row["changes"][0]["rev"], bool(row.get("deleted")), row.get("doc"))


def _precedence(leaf: dict[str, Any]) -> tuple[bool, int, str]:
    """Order leaves as CouchDB chooses the winner: not deleted, then longest, then by hash."""
    generation, _, digest = leaf["_rev"].partition("-")
    return not leaf.get("_deleted", False), int(generation), digest


def _lineage(leaf: dict[str, Any]) -> Lineage:
    """Read the ancestry of a leaf."""
    revisions = leaf["_revisions"]
    return {
        "rev": leaf["_rev"],
        "deleted": bool(leaf.get("_deleted")),
        "start": revisions["start"],
        "ancestry": revisions["ids"],
    }
