"""What the use cases need of the world outside, as protocols: collections of documents, a clock, ids.

`sync.ports.Database` satisfies `Collection`. `Services` is made once, in `server.app`, and handed to whoever acts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from server.domain.office import Office

Document = dict[str, Any]


class WriteConflict(Exception):  # noqa: N818 - the name says what is the matter
    """A document changed since it was read: read again and decide again."""


class Unavailable(Exception):  # noqa: N818 - the name says what is the matter
    """The store cannot be reached or cannot write: to be tried again; whether the last write took effect is unknown."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """Bounds on one field of an index; the shape of `sync.ports.Range`."""

    at_least: str | float | None = None
    above: str | float | None = None
    at_most: str | float | None = None
    below: str | float | None = None


class Collection(Protocol):
    """The part of a database that use cases use; `sync.ports` says what each call promises."""

    def get(self, doc_id: str) -> Document | None:
        """Read a document; None when missing."""

    def get_many(self, doc_ids: Iterable[str]) -> dict[str, Document]:
        """Read several documents by id."""

    def put(self, doc: Document) -> str:
        """Write a document on top of its `_rev`; raises `WriteConflict`."""

    def all(
        self, prefix: str = "", *, start_after: str | None = None, limit: int | None = None, descending: bool = False
    ) -> list[Document]:
        """Read documents by id."""

    def find(
        self,
        index: str,
        equals: Mapping[str, Any] | None = None,
        *,
        ranges: Mapping[str, Any] | None = None,
        any_of: Mapping[str, Sequence[Any]] | None = None,
        descending: bool = False,
        limit: int | None = None,
        skip: int = 0,
    ) -> list[Document]:
        """Read documents through a declared index."""


class Clock(Protocol):
    """The server's time."""

    def now(self) -> str:
        """Return the instant, ISO UTC with milliseconds."""


class Directory(Protocol):
    """The office as accounts tell it, kept in memory and refreshed when accounts change."""

    def office(self) -> Office:
        """Return the office of this moment."""


class Passwords(Protocol):
    """Password hashing."""

    def hash(self, password: str) -> str:
        """Return a salted hash."""

    def fits(self, password_hash: str | None, password: str) -> bool:
        """Tell whether a password fits; takes as long when there is no hash to compare with."""


class ReceiptSigner(Protocol):
    """Signs receipts in the name of the office's server."""

    def signed(self, receipt: Mapping[str, Any]) -> Document:
        """Return a final receipt with `signature`, `{key_id, value}`, always the same; any other as it is."""

    def public_keys(self) -> list[Document]:
        """Return the keys that check them, past ones too: `{key_id, algorithm, public_key, since, is_current}`."""


@dataclass(frozen=True)
class Services:
    """Everything that a use case may call. `lock` serialises acts on one document within this process."""

    records: Collection
    registers: Collection
    accounts: Collection
    sessions: Collection
    files: Collection
    audit: Collection
    directory: Directory
    clock: Clock
    passwords: Passwords
    new_id: Callable[[], str]
    lock: Callable[[str], AbstractContextManager[Any]]
    signer: ReceiptSigner
    store: Any
    data_dir: Path
    review_days: int = 2
    """Working days in which a conflict is to be decided."""
    held_hours: int = 24
    """Hours after which an act may be sent without the predecessor that does not come."""
