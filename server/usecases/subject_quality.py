"""How well subjects are written, clerk by clerk (Article 9.1): what was registered, and what was thin about it.

Counted of what was registered not long ago: the books are read from their latest number down to the first day looked
at. State secrets have no subject here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from server.domain import corrections
from server.domain.instants import day_of
from server.domain.office import Office
from server.domain.permissions import Standing, may_see
from server.domain.records import Record
from server.domain.subjects import THIN
from server.ports import Bounds, Services
from server.usecases.progress_following import counted_since

BATCH = 200
SHOWN = 20


@dataclass(slots=True)
class SubjectCard:
    """What one clerk registered: how many, how many thin in which way (by code of `THIN`), how many corrected since."""

    registered: int = 0
    thin: int = 0
    corrected: int = 0
    by_code: dict[str, int] = field(default_factory=lambda: dict.fromkeys(THIN, 0))

    @property
    def good(self) -> int:
        """Return how many were not thin in any way."""
        return self.registered - self.thin

    @property
    def good_percent(self) -> int | None:
        """Return how many of a hundred were good; None where there were none."""
        return self.good * 100 // self.registered if self.registered else None

    def add(self, warnings: list[str], *, is_corrected: bool) -> None:
        """Count one subject."""
        self.registered += 1
        self.corrected += is_corrected
        self.thin += bool(warnings)
        for code in warnings:
            self.by_code[code] += 1


def quality(services: Services, office: Office, person_id: str, at: str, clerk_id: str = "") -> dict[str, Any]:
    """Return the card of everybody who registered (or of one clerk alone), and the latest thin subjects.

    `{"cards": {person_id: SubjectCard}, "whole": SubjectCard, "thin": [{"record", "clerk_id", "warnings", "reason"}]}`.
    """
    cards: dict[str, SubjectCard] = {}
    whole, thin = SubjectCard(), list[dict[str, Any]]()
    for record in _recent(services, at):
        registered_by = record["events"][0]["actor_id"]
        if clerk_id not in ("", registered_by) or not may_see(Standing(record, person_id, office, at)):
            continue
        said = next((one for one in record["confirmations"] if one["check"] == "subject"), None)
        warnings = [code for code in (said["warnings"] if said else []) if code in THIN]
        is_corrected = "subject" in corrections.struck_values(record)
        for card in (cards.setdefault(registered_by, SubjectCard()), whole):
            card.add(warnings, is_corrected=is_corrected)
        if said and warnings and len(thin) < SHOWN:
            thin.append({"record": record, "clerk_id": registered_by, "warnings": warnings, "reason": said["reason"]})
    return {"cards": cards, "whole": whole, "thin": thin}


def _recent(services: Services, at: str) -> Iterator[Record]:
    """Yield what was registered since the first day looked at and stands, the latest first."""
    today = day_of(at)
    since = counted_since(today)
    for year in sorted({today[:4], since[:4]}, reverse=True):
        below: int | None = None
        while True:
            batch = services.records.find(
                "by_kind_arrival",
                {"kind": "incoming", "book": f"den-{year}"},
                ranges={"arrival_number": Bounds(above=0, below=below)},
                descending=True,
                limit=BATCH,
            )
            recent = [one for one in batch if day_of(one["events"][0]["received_at"]) >= since]
            yield from (one for one in recent if one["state"] != "withdrawn")
            if len(recent) < BATCH:
                break
            below = batch[-1]["arrival_number"]
