"""Flows that went wrong as people read of them: those that wait for the reader, and what became of the others (12.4).

Whoever carries out a repair sees it and nothing else of the document.
"""

from __future__ import annotations

from typing import Any

from server.domain import repairs
from server.domain.catalogues import is_secret
from server.domain.permissions import Standing, may
from server.domain.records import Record
from server.domain.repair_entries import repair_entry
from server.ports import Services

BATCH = 100
PAST_LIMIT = 30
Entry = dict[str, Any]


def lists(services: Services, person_id: str, at: str) -> dict[str, list[Entry]]:
    """Return `waiting` (for the reader), `open` (for somebody else) and `past`, the latest first in each."""
    office = services.directory.office()
    entries = [
        repair_entry(one, record, who)
        for record in _records(services)
        for who in [Standing(record, person_id, office, at)]
        for one in record["repairs"]
        if _concerns(one, who)
    ]
    latest = sorted(entries, key=lambda one: (one["at"], one["repair_id"]), reverse=True)
    return {
        "waiting": [one for one in latest if one["actions"]],
        "open": [one for one in latest if one["is_open"] and not one["actions"]],
        "past": [one for one in latest if not one["is_open"] and not one["actions"]][:PAST_LIMIT],
    }


def _records(services: Services) -> list[Record]:
    """Return the documents with a repair: every open one, and the latest of the others."""
    found: list[Record] = []
    for state in (repairs.REQUESTED, repairs.CONFIRMED):
        skip = 0
        while batch := services.records.find("by_repair", {"repair_state": state}, limit=BATCH, skip=skip):
            found += batch
            skip += len(batch)
            if len(batch) < BATCH:
                break
    for state in (repairs.REFUSED, repairs.DONE, repairs.LAPSED):
        found += services.records.find("by_repair", {"repair_state": state}, descending=True, limit=PAST_LIMIT)
    return found


def _concerns(repair: dict[str, Any], who: Standing) -> bool:
    """Tell whether the person asked, heads the unit from which it was asked for, or mends flows for the office."""
    if is_secret(who.record.get("confidentiality", "normal")):
        return False
    if repair["asked_by"] == who.person_id or may("CarryOutRepair", who) or may("ConfirmRepair", who):
        return True
    return who.office.heads(who.person_id, repair["unit_id"], who.at)
