"""How the embedded store writes a document: revisions, tombstones and ancestry as CouchDB has them.

A revision is `<generation>-<hash>`; the hash covers the parent, so equal histories have equal revisions. The hashes
of the ancestors are kept, newest first, so that a replication client can tell an update from a fork.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from sync.ports import ANCESTRY_LIMIT, Document, Lineage, Written
from sync.stores.documents import check_document, encode_fields

HASH_BYTES = 16


@dataclass(frozen=True, slots=True)
class Draft:
    """A document ready to be written: checked and encoded before the writer's turn."""

    id: str
    parent: str | None
    is_deleted: bool
    body: str


def draft(doc: Document) -> Draft:
    """Check and encode a document, or raise ValueError."""
    doc_id, rev, is_deleted = check_document(doc)
    return Draft(doc_id, rev, is_deleted, encode_fields(doc))


def write_drafts(connection: sqlite3.Connection, name: str, family: str, drafts: Sequence[Draft]) -> list[Written]:
    """Write to the database `name` (made when missing) inside the caller's transaction."""
    db = database_id(connection, name, family)
    (seq,) = connection.execute("SELECT last FROM sequence").fetchone()
    first = seq
    alive = dead = 0
    answers: list[Written] = []
    done: set[str] = set()
    for new in drafts:
        row = connection.execute(
            "SELECT rev, deleted, ancestry FROM docs WHERE db = ? AND id = ?", (db, new.id)
        ).fetchone()
        rev, was_deleted, ancestry = row or (None, 0, b"")
        if not _may_follow(new, rev, bool(was_deleted)) or new.id in done:
            answers.append(Written(new.id, None, "conflict"))
            continue
        done.add(new.id)
        seq += 1
        digest = _digest(rev, new)
        next_rev = f"{generation(rev) + 1}-{digest.hex()}"
        connection.execute(
            "INSERT INTO docs(db, id, family, seq, deleted, rev, body, ancestry) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
            " ON CONFLICT(db, id) DO UPDATE SET seq = excluded.seq, deleted = excluded.deleted,"
            " rev = excluded.rev, body = excluded.body, ancestry = excluded.ancestry",
            (
                db,
                new.id,
                family,
                seq,
                int(new.is_deleted),
                next_rev,
                new.body,
                digest + ancestry[: HASH_BYTES * (ANCESTRY_LIMIT - 1)],
            ),
        )
        alive += int(not new.is_deleted) - int(rev is not None and not was_deleted)
        dead += int(new.is_deleted) - int(bool(was_deleted))
        answers.append(Written(new.id, next_rev))
    if seq > first:
        connection.execute("UPDATE sequence SET last = ?", (seq,))
        connection.execute(
            "UPDATE databases SET last_seq = ?, docs = docs + ?, tombstones = tombstones + ? WHERE db = ?",
            (seq, alive, dead, db),
        )
    return answers


def database_id(connection: sqlite3.Connection, name: str, family: str) -> int:
    """Find a database's number, making the database when it is missing."""
    connection.execute("INSERT INTO databases(name, family) VALUES (?, ?) ON CONFLICT(name) DO NOTHING", (name, family))
    (db,) = connection.execute("SELECT db FROM databases WHERE name = ?", (name,)).fetchone()
    return int(db)


def lineage(rev: str, deleted: int, ancestry: bytes) -> Lineage:
    """Unpack the ancestry of a document."""
    hashes = [ancestry[at : at + HASH_BYTES].hex() for at in range(0, len(ancestry), HASH_BYTES)]
    return {"rev": rev, "deleted": bool(deleted), "start": generation(rev), "ancestry": hashes}


def generation(rev: str | None) -> int:
    """Give the number before the hyphen; 0 before the first revision."""
    return 0 if rev is None else int(rev.split("-", 1)[0])


def _may_follow(new: Draft, rev: str | None, was_deleted: bool) -> bool:
    """Tell whether a write names the revision it finds; over a tombstone it need not name any."""
    if new.parent is not None:
        return new.parent == rev
    return rev is None or was_deleted


def _digest(parent: str | None, new: Draft) -> bytes:
    """Hash a revision."""
    hashed = hashlib.blake2b(digest_size=HASH_BYTES)
    for part in (parent or "", "deleted" if new.is_deleted else "", new.body):
        hashed.update(part.encode())
        hashed.update(b"\0")
    return hashed.digest()
