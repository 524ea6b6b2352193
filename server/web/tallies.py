"""How many cards each folder of an inbox holds, kept up by following its changes instead of counting each time."""

from __future__ import annotations

import threading
from collections import Counter, OrderedDict
from dataclasses import dataclass, field
from typing import Any

BEGINNING = "0"
PAGE = 1000
KEPT = 300
"""People whose tally is kept in memory; the one not asked for longest is dropped."""
FOLDERS = ("todo", "watching", "done")


@dataclass(slots=True)
class Tally:
    """One inbox: `since` is how far its changes were followed, `folders` the folder of each card."""

    since: str = BEGINNING
    folders: dict[str, str] = field(default_factory=dict)
    reviews: dict[str, int] = field(default_factory=dict)
    """Documents with open conflicts, and how many of these the person decides."""
    told: dict[str, dict[str, Any]] = field(default_factory=dict)
    """The notices that the person has not acknowledged."""
    counts: Counter[str] = field(default_factory=Counter)
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def review_count(self) -> int:
        """Return how many conflicts wait for the person's decision."""
        return sum(self.reviews.values())

    @property
    def correction_count(self) -> int:
        """Return how many notices are of corrections of the book."""
        return sum(notice.get("about") == "correction" for notice in self.told.values())

    @property
    def notices(self) -> list[dict[str, Any]]:
        """Return what the person is to be told, the latest first."""
        return sorted(self.told.values(), key=lambda notice: (notice["at"], notice["_id"]), reverse=True)

    def by_folder(self) -> dict[str, int]:
        """Return the number of cards in each folder."""
        return {folder: self.counts[folder] for folder in FOLDERS}

    def follow(self, inbox: Any) -> None:
        """Take in what changed since the last time."""
        while True:
            changes = inbox.changes(self.since, limit=PAGE, include_docs=True)
            for change in changes.results:
                self._note(change.id, None if change.deleted else change.doc)
            self.since = changes.last_seq
            if not changes.results or not changes.pending:
                return

    def _note(self, document_id: str, card: dict[str, Any] | None) -> None:
        before = self.folders.pop(document_id, None)
        if before is not None:
            self.counts[before] -= 1
        self.reviews.pop(document_id, None)
        self.told.pop(document_id, None)
        if card is None:
            return
        if card.get("kind") == "notice":
            self.told[document_id] = card
        folder = card.get("folder")
        if folder in FOLDERS:
            self.folders[document_id] = folder
            self.counts[folder] += 1
        reviews = card.get("reviews")
        if reviews:
            self.reviews[document_id] = sum(bool(review["is_mine"]) for review in reviews)


class Tallies:
    """The tallies of the people who are at work."""

    def __init__(self, store: Any) -> None:
        """Follow the inboxes of a store."""
        self._store = store
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, Tally] = OrderedDict()

    def of(self, person_id: str) -> Tally:
        """Return a person's tally, up to date."""
        with self._lock:
            tally = self._kept.setdefault(person_id, Tally())
            self._kept.move_to_end(person_id)
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        with tally.lock:
            tally.follow(self._store.database(f"inbox_{person_id}"))
        return tally
