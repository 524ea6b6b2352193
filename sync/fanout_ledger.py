"""What the fan-out remembers of each record: who may hold a card of it, and which receipts went out.

One document per record in database `fanout`. Holders are noted before their card is written and forgotten after its
tombstone is, so that whatever is interrupted, nobody keeps a card that they may no longer have.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sync.ports import Database, Document

Entry = dict[str, Any]
"""`holders` and `receipted`: sorted lists of person and action ids; `named_by`: the drafts that relate to the record;
`shown`: what neighbours' cards tell of it."""


class Ledger:
    """The entries of database `fanout`."""

    def __init__(self, database: Database) -> None:
        """Keep entries in a database."""
        self._database = database

    def read(self, record_ids: Iterable[str]) -> dict[str, Entry]:
        """Give the entries of records; an empty one for a record not seen before."""
        found = self._database.get_many([_id_of(record_id) for record_id in record_ids])
        return {
            record_id: found.get(_id_of(record_id))
            or {"_id": _id_of(record_id), "holders": [], "receipted": [], "named_by": [], "shown": None}
            for record_id in record_ids
        }

    def write(self, entries: dict[str, Entry], changes: Mapping[str, Entry]) -> set[str]:
        """Write the changed fields of entries, in place; give the records whose entry somebody else wrote meanwhile.

        Merging keeps everybody's holders: one too many costs a look, one too few would leave a card behind.
        """
        met: set[str] = set()
        pending = {
            record_id: {**entries[record_id], **changed}
            for record_id, changed in changes.items()
            if any(entries[record_id].get(field) != value for field, value in changed.items())
        }
        while pending:
            order = list(pending)
            answers = self._database.bulk([pending[record_id] for record_id in order])
            overtaken = []
            for record_id, answer in zip(order, answers, strict=True):
                if answer.rev is None:
                    overtaken.append(record_id)
                else:
                    entries[record_id] = {**pending[record_id], "_rev": answer.rev}
            met |= set(overtaken)
            theirs = self.read(overtaken)
            pending = {record_id: _merged(pending[record_id], theirs[record_id]) for record_id in overtaken}
        return met


def _merged(ours: Entry, theirs: Entry) -> Document:
    return {
        **theirs,
        "shown": ours["shown"],
        "holders": sorted({*ours["holders"], *theirs["holders"]}),
        "receipted": sorted({*ours["receipted"], *theirs["receipted"]}),
        "named_by": sorted({*ours.get("named_by", ()), *theirs.get("named_by", ())}),
    }


def _id_of(record_id: str) -> str:
    return f"audience:{record_id}"
