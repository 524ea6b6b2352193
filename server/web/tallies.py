"""How many cards each folder and list of an inbox holds, kept up by following its changes instead of counting anew."""

from __future__ import annotations

import threading
from collections import Counter, OrderedDict
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from server.domain.lists import DUE_SOON, LISTS, OVERDUE

BEGINNING = "0"
PAGE = 1000
KEPT = 300
"""People whose tally is kept in memory; the one not asked for longest is dropped."""
FOLDERS = ("todo", "watching", "done")


class Place(NamedTuple):
    """Where a card is: its folder, its list there, and the day by which something is due."""

    folder: str
    list: str
    due_on: str | None


@dataclass(slots=True)
class Tally:
    """One inbox: `since` is how far its changes were followed, `places` where each card is."""

    since: str = BEGINNING
    places: dict[str, Place] = field(default_factory=dict)
    reviews: dict[str, int] = field(default_factory=dict)
    """Documents with open conflicts, and how many of these the person decides."""
    told: dict[str, dict[str, Any]] = field(default_factory=dict)
    """The notices that the person has not acknowledged."""
    counts: Counter[Place] = field(default_factory=Counter)
    """Cards in each place: few places, however many cards."""
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def review_count(self) -> int:
        """Return how many conflicts wait for the person's decision."""
        return sum(self.reviews.values())

    def told_about(self, what: str) -> int:
        """Return how many notices are of corrections of the book, or of repairs of a flow."""
        return sum(notice.get("about") == what for notice in self.told.values())

    @property
    def notices(self) -> list[dict[str, Any]]:
        """Return what the person is to be told, the latest first."""
        return sorted(self.told.values(), key=lambda notice: (notice["at"], notice["_id"]), reverse=True)

    def by_folder(self) -> dict[str, int]:
        """Return the number of cards in each folder."""
        return {name: sum(count for place, count in self.counts.items() if place.folder == name) for name in FOLDERS}

    def by_list(self, folder: str, today: str, soon_until: str) -> dict[str, int]:
        """Return the number of cards in each list of a folder, overdue ones and those due soon among them.

        What is done asks for nothing more: it has no lists.
        """
        if folder == "done":
            return {}
        inside = [(place, count) for place, count in self.counts.items() if place.folder == folder]
        due = [(str(place.due_on), count) for place, count in inside if place.due_on]
        found = {
            OVERDUE: sum(count for day, count in due if day < today),
            DUE_SOON: sum(count for day, count in due if today <= day <= soon_until),
            **{name: 0 for name, its_folder in LISTS.items() if its_folder == folder},
        }
        for place, count in inside:
            if place.list in found:
                found[place.list] += count
        return found

    def overdue_count(self, today: str) -> int:
        """Return how many cards that ask something of the person are past their day."""
        return self.by_list("todo", today, today)[OVERDUE]

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
        before = self.places.pop(document_id, None)
        if before is not None:
            self._count(before, -1)
        self.reviews.pop(document_id, None)
        self.told.pop(document_id, None)
        if card is None:
            return
        if card.get("kind") == "notice":
            self.told[document_id] = card
        folder = card.get("folder")
        if folder in FOLDERS:
            place = Place(folder, card.get("list") or "", card.get("due_on"))
            self.places[document_id] = place
            self._count(place, 1)
        reviews = card.get("reviews")
        if reviews:
            self.reviews[document_id] = sum(bool(review["is_mine"]) for review in reviews)

    def _count(self, place: Place, step: int) -> None:
        """Count a card in or out; a place that nothing is in any more is forgotten."""
        self.counts[place] += step
        if not self.counts[place]:
            del self.counts[place]


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
