"""What the board of progress counts: places, and the sums of those for a unit or a person (Article 13.4)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from server.domain.progress import FINISHED, OPEN

EVERYWHERE = ""
"""In place of a unit: the whole department, in which each document counts once."""


class Who(NamedTuple):
    """Whom a part was given to; of a unit's, whoever received for it then."""

    person_id: str
    is_units: bool = False


ALL = Who("")
"""In place of a person: the whole unit, which counts documents and not parts."""


class Place(NamedTuple):
    """Where work counts: `state` of `OPEN`, `FINISHED` or, with `is_draft`, of a draft; `day` as in a part."""

    who: Who
    state: str
    day: str | None
    is_draft: bool = False


@dataclass(slots=True)
class Scorecard:
    """Work of a unit, in documents, or of a person, in parts: open, and finished within the days looked at.

    `drafts`: state → how many, and the day since which the oldest of them lies there.
    """

    waiting: int = 0
    in_hand: int = 0
    returned: int = 0
    overdue: int = 0
    due_soon: int = 0
    in_time: int = 0
    late: int = 0
    no_deadline: int = 0
    drafts: dict[str, tuple[int, str]] = field(default_factory=dict)

    @property
    def open(self) -> int:
        """Return how much is open."""
        return self.waiting + self.in_hand + self.returned

    @property
    def draft_count(self) -> int:
        """Return how many drafts there are."""
        return sum(count for count, _ in self.drafts.values())

    @property
    def in_time_percent(self) -> int | None:
        """Return how many of a hundred with a deadline were finished in time; None where there were none."""
        counted = self.in_time + self.late
        return self.in_time * 100 // counted if counted else None

    @property
    def is_empty(self) -> bool:
        """Tell whether there is nothing at all."""
        return not (self.open or self.in_time or self.late or self.no_deadline or self.drafts)

    def add(self, place: Place, count: int, today: str, soon_until: str) -> None:
        """Count what is in a place; `soon_until` is the last day on which a deadline is near."""
        if place.is_draft:
            before, since_on = self.drafts.get(place.state, (0, str(place.day)))
            self.drafts[place.state] = (before + count, min(since_on, str(place.day)))
            return
        setattr(self, place.state, getattr(self, place.state) + count)
        if place.state in OPEN and place.day:
            self.overdue += count if place.day < today else 0
            self.due_soon += count if today <= place.day <= soon_until else 0

    def merge(self, other: Scorecard) -> None:
        """Add what another has: both are of one person."""
        for name in (*OPEN, *FINISHED, "overdue", "due_soon"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        for state, (count, since_on) in other.drafts.items():
            before, earliest = self.drafts.get(state, (0, since_on))
            self.drafts[state] = (before + count, min(earliest, since_on))
