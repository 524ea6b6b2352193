"""The storage port: what Congvan needs of a document database, and no more.

Two adapters keep it (`sync.stores.embedded`, `sync.stores.couchdb`), held to one contract suite in
tests/contract. The limits below are what both were measured to keep; see docs/adr/0002-embedded-store.md.

* Sequence numbers are opaque strings: hand back what you were given, never compare or order them. "0" is the
  beginning, "now" is this moment. A change may be told twice; it is never left out.
* Revisions are opaque strings except for the number before the hyphen; hashes differ between stores.
* Sort and range only over numbers, ISO dates and lowercase ASCII of one shape; booleans only by equality.
* No integer beyond 2^53, no object or array as an operand.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from types import TracebackType
from typing import Any, BinaryIO, Literal, NamedTuple, Protocol, TypedDict

from server.ports import Unavailable, WriteConflict

Document = dict[str, Any]
"""A JSON object. Carries `_id`, and `_rev` once stored; `_deleted: true` marks a tombstone."""

Scalar = str | int | float | bool | None
"""What may stand as an operand of `find`."""

BEGINNING = "0"
NOW = "now"
ANCESTRY_LIMIT = 1000
"""How many revision hashes of a document are kept (CouchDB's own default)."""


class StoreError(Exception):
    """Anything the store reports; subclasses say what."""


class Conflict(StoreError, WriteConflict):  # noqa: N818 - the name says what is the matter
    """The document has another revision than the one given; read it again and decide again."""

    def __init__(self, doc_id: str) -> None:
        """Remember which document it was."""
        super().__init__(f"document update conflict: {doc_id}")
        self.doc_id = doc_id


class NotFound(StoreError):  # noqa: N818 - the name says what is the matter
    """There is no such document or file body."""


class Rejected(StoreError):  # noqa: N818 - the name says what is the matter
    """A rule in the database itself (validate_doc_update) forbids this document."""


class StoreUnavailable(StoreError, Unavailable):  # noqa: N818 - the name says what is the matter
    """The store cannot be reached or cannot write; whether the last write took effect is unknown."""


class BodyRefused(StoreError):  # noqa: N818 - the name says what is the matter
    """A file body is not what was announced; nothing of it was kept.

    `reason` is "hash_mismatch", "truncated" (fewer bytes than announced) or "too_long".
    """

    def __init__(self, reason: Literal["hash_mismatch", "truncated", "too_long"]) -> None:
        """Remember the reason code."""
        super().__init__(f"file body refused: {reason}")
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Written:
    """The fate of one document of a bulk write: `rev` when it was written, else `error`.

    `error` is "conflict" or "rejected" (see `Conflict` and `Rejected`).
    """

    id: str
    rev: str | None
    error: Literal["conflict", "rejected"] | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """The latest state of one document that changed.

    `doc` is there when it was asked for; of a deleted document it is the tombstone (`_id`, `_rev`,
    `_deleted`, and whatever fields the deleting write carried).
    """

    seq: str
    id: str
    rev: str
    deleted: bool
    doc: Document | None = None


@dataclass(frozen=True, slots=True)
class Changes:
    """A page of changes, oldest first; `last_seq` is where to go on.

    `pending` is how many are left after it; while any are, CouchDB may count design documents among them.
    """

    results: list[Change]
    last_seq: str
    pending: int


@dataclass(frozen=True, slots=True)
class Updates:
    """Which databases of the store changed (names without the store's prefix), and where to go on."""

    names: frozenset[str]
    last_seq: str


@dataclass(frozen=True, slots=True)
class Range:
    """Bounds on one field; a bound that is None does not bound."""

    at_least: str | float | None = None
    above: str | float | None = None
    at_most: str | float | None = None
    below: str | float | None = None


class Lineage(TypedDict):
    """A document's winning revision and its ancestors, as a replication client needs them.

    `ancestry` holds the hashes, newest first; the first one has the generation `start`, so CouchDB's
    `_revisions` is `{"start": start, "ids": ancestry}`.
    """

    rev: str
    deleted: bool
    start: int
    ancestry: list[str]


class Info(TypedDict):
    """Facts about one database; design documents are not counted."""

    db_name: str
    doc_count: int
    doc_del_count: int
    update_seq: str


class BodyStream(Protocol):
    """A file body being read: `read(n)` as of a file, or iterate for chunks of up to 1 MiB. Close it."""

    def read(self, size: int = -1, /) -> bytes | None:
        """Give up to `size` bytes (all that is left when negative), `b""` at the end."""

    def __iter__(self) -> Iterator[bytes]:
        """Give the rest in chunks."""

    def close(self) -> None:
        """Let go of what the reading holds."""

    def __enter__(self) -> BodyStream:
        """Close at the end of a `with` block."""

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> None:
        """Close."""


class OpenBody(NamedTuple):
    """An opened file body; `size` is that of the whole body in bytes, also when only a part is read."""

    stream: BodyStream
    size: int
    media_type: str


class FileStore(Protocol):
    """File bodies by the lowercase hex SHA-256 of their content. Never holds a whole body in memory."""

    def put(self, sha256: str, stream: BinaryIO, size: int, media_type: str) -> bool:
        """Store `size` bytes read from `stream`; True when new, False when it was there already.

        The stream is read and checked even when the body is there already, so that knowing a hash is never
        enough to be taken for having the file. All or nothing. Raises `BodyRefused`, or ValueError on a
        malformed hash or media type.
        """

    def open(self, sha256: str, start: int = 0, stop: int | None = None) -> OpenBody:
        """Open a body for reading, or the bytes [start, stop) of it. Raises `NotFound`."""

    def exists(self, sha256: str) -> bool:
        """Tell whether the body is stored whole."""

    def delete(self, sha256: str) -> None:
        """Remove a body; no error when it is not there."""

    def all_hashes(self, stored_before: str | None = None) -> Iterator[str]:
        """Give the hashes stored, in order, optionally only those stored before an instant.

        For clean-up of bodies that no record names: leave young ones alone, their record may be on the way.
        """


class Database(Protocol):
    """One database of JSON documents."""

    @property
    def name(self) -> str:
        """The name without the store's prefix."""

    def get(self, doc_id: str) -> Document | None:
        """Read a document; None when it is missing or deleted."""

    def get_many(self, doc_ids: Iterable[str]) -> dict[str, Document]:
        """Read several documents by id; missing and deleted ones are left out."""

    def put(self, doc: Document) -> str:
        """Write a document and give its new revision; durable on return.

        `doc` has `_id`, and for an update the `_rev` that was read. Without `_rev` it creates, also over a
        tombstone (the ancestry goes on). `doc` is not changed. Raises `Conflict`, `Rejected`, and ValueError
        for a malformed document.
        """

    def delete(self, doc_id: str, rev: str) -> str:
        """Leave a tombstone and give its revision. Raises `Conflict`; `NotFound` when missing or deleted."""

    def bulk(self, docs: Sequence[Document]) -> list[Written]:
        """Write several documents, each by itself as `put` does; the answers are in the same order.

        The same id twice in one call: the first one wins, the second is a conflict.
        """

    def all(
        self,
        prefix: str = "",
        *,
        start_after: str | None = None,
        limit: int | None = None,
        descending: bool = False,
    ) -> list[Document]:
        """Read documents by id in byte order: those with the prefix, beyond `start_after`."""

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
        """Read documents through a declared index, sorted by its fields in order, then by id.

        Only documents that have every field of the index are in it (null counts as having it). Conditions are
        only on the index's fields; make the leading ones `equals` for speed, and go on by a range rather than
        by a large `skip`. Raises ValueError for what is not promised.
        """

    def changes(
        self,
        since: str = BEGINNING,
        limit: int | None = None,
        wait_s: float = 0.0,
        include_docs: bool = False,
    ) -> Changes:
        """Tell what changed after `since`, each document once in its latest state, oldest change first.

        When nothing did, waits up to `wait_s` seconds for a change by anybody, without load on the store.
        """

    def info(self) -> Info:
        """Give the counts and the current sequence."""

    def revisions(self, doc_ids: Iterable[str]) -> dict[str, Lineage]:
        """Give the lineage of documents, tombstones included; ids never written are left out."""

    def conflicts(self, doc_id: str) -> list[str]:
        """Give the losing leaf revisions of a document; only a CouchDB cluster can have any."""

    def local_get(self, local_id: str) -> Document | None:
        """Read a `_local/` document (a checkpoint), which is never in changes, `all` or `find`."""

    def local_put(self, local_id: str, doc: Document) -> str:
        """Write a `_local/` document; the last writer wins. `local_id` is given without "_local/"."""


class Store(Protocol):
    """All databases of one office, and the file bodies."""

    @property
    def files(self) -> FileStore:
        """The file bodies."""

    def check(self) -> None:
        """Raise `StoreUnavailable`, with a message for the operator, when the store cannot be used."""

    def database(self, name: str) -> Database:
        """Give a database; it is created when missing. Names match `[a-z][a-z0-9_-]*`."""

    def names(self, prefix: str = "") -> list[str]:
        """Give the names of existing databases that start with `prefix`, sorted."""

    def drop(self, name: str) -> None:
        """Remove a database and everything in it; no error when missing."""

    def bulk_many(self, docs: Mapping[str, Sequence[Document]]) -> dict[str, list[Written]]:
        """Write documents to several databases (by name), each document as `Database.bulk` does.

        One transaction on the embedded store; on CouchDB concurrent bulk writes, of which some may be done
        when another raises: writers must be able to repeat the whole.
        """

    def read_many(self, wanted: Mapping[str, Iterable[str]]) -> dict[str, dict[str, Document]]:
        """Read documents by id from several databases (by name), each as `Database.get_many` does.

        None is created: one that is missing has none of them. On CouchDB concurrent requests.
        """

    def together(self) -> AbstractContextManager[bool]:
        """Keep what this thread writes during a `with` block with one commit, and give whether this store can do that.

        Where it can, other writers wait until the block ends, its own reading sees what it wrote, others see it
        afterwards, and when it raises nothing of it is kept: take no lock in it that a writer may hold. On CouchDB each
        write stands by itself, as ever.
        """

    def updates(self, since: str = NOW, wait_s: float = 0.0) -> Updates:
        """Tell which databases changed after `since`, by any process; waits up to `wait_s` when none did.

        Start with `updates()` for the sequence of this moment (it names nothing), then go on from `last_seq`.
        """

    def on_commit(self, callback: Callable[[frozenset[str]], None]) -> Callable[[], None]:
        """Call back with the databases' names after each write through this object; gives the way to stop it.

        The callback runs in the writing thread: it must be quick and must not raise.
        """

    def close(self) -> None:
        """Wake everybody who waits and let go of files, threads and connections."""
