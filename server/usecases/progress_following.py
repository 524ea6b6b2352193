"""The board of progress kept up in memory: built once from what is open, then by following the changes of the records.

Nothing is read a second time that has not changed. The board is no record: another process has its own, and one that
ends loses nothing.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

from server.domain.instants import begin_of, day_of
from server.domain.office import Office
from server.domain.progress import DRAFT_STATES
from server.domain.progress_board import Board, standing_units
from server.ports import Bounds

PAGE = 200
DAYS = 30
"""Calendar days back, today counted, within which finished work is counted."""
OPEN_STATES = (
    ("incoming", "assigned"),
    ("incoming", "in_progress"),
    *(("outgoing", state) for state in DRAFT_STATES),
)
"""Kind and state of records in which somebody may have work."""


def counted_since(today: str) -> str:
    """Return the first day of those in which finished work, or what was registered, is counted."""
    return (date.fromisoformat(today) - timedelta(days=DAYS - 1)).isoformat()


class Following:
    """The board of one application; used from any thread."""

    def __init__(self, store: Any) -> None:
        """Follow the records of a store; nothing is read yet."""
        self._store = store
        self._lock = threading.Lock()
        self._board = Board()
        self._since: str | None = None

    @contextmanager
    def board(self, office: Office, at: str) -> Iterator[Board]:
        """Give the board, up to date, for as long as a `with` block lasts: nobody else has it meanwhile."""
        since_on = counted_since(day_of(at))
        with self._lock:
            records = self._store.database("records")
            if self._since is None:
                self._board = Board()  # of one that was half built, what was finished since would not be known
            self._board.settle(standing_units(office, at), since_on)
            if self._since is None:
                self._build(records, since_on)
            self._follow(records)
            yield self._board

    def _build(self, records: Any, since_on: str) -> None:
        """Read what is open and what was finished not long ago: not all that was ever registered."""
        # asked before anything is read: what changes meanwhile is followed afterwards, a second time at worst
        since = records.info()["update_seq"]
        for kind, state in OPEN_STATES:
            self._read(records, kind, state, "")
        self._read(records, "incoming", "concluded", begin_of(since_on))
        self._since = since

    def _read(self, records: Any, kind: str, state: str, at_least: str) -> None:
        """Take in the records of a state, from an instant on.

        A page begins with the instant at which the one before ended: several may have changed then.
        """
        limit = PAGE
        while True:
            ranges = {"updated_at": Bounds(at_least=at_least)}
            page = records.find("by_kind_state", {"kind": kind, "state": state}, ranges=ranges, limit=limit)
            for record in page:
                self._board.note(record["_id"], record)
            if len(page) < limit:
                return
            limit = limit * 2 if page[-1]["updated_at"] == at_least else PAGE
            at_least = page[-1]["updated_at"]

    def _follow(self, records: Any) -> None:
        """Take in what changed since the last time."""
        while True:
            changes = records.changes(self._since, limit=PAGE, include_docs=True)
            for change in changes.results:
                self._board.note(change.id, None if change.deleted else change.doc)
            self._since = changes.last_seq
            if not changes.results or not changes.pending:
                return
