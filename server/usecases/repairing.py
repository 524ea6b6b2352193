"""Flows that went wrong as people read of them: those that wait for the reader, and what became of the others (12.4).

Whoever carries out a repair sees it and nothing else of the document.
"""

from __future__ import annotations

from typing import Any

from server.domain import repairs
from server.domain.catalogues import is_secret
from server.domain.commands import verb
from server.domain.mending_notices import ACT_OF_STATE
from server.domain.permissions import Standing, may, may_see
from server.domain.records import Record
from server.ports import Services

OPEN_LIMIT = 100
PAST_LIMIT = 30
Entry = dict[str, Any]
ACTS = ACT_OF_STATE["repair"]


def lists(services: Services, person_id: str, at: str) -> dict[str, list[Entry]]:
    """Return `waiting` (for the reader), `open` (for somebody else) and `past`, the latest first in each."""
    office = services.directory.office()
    entries = [
        _entry(one, record, who)
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
        found += services.records.find("by_repair", {"repair_state": state}, limit=OPEN_LIMIT)
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


def _entry(repair: dict[str, Any], record: Record, who: Standing) -> Entry:
    """Return what is shown of a repair: chosen key by key, so that nothing else of the document is among it."""
    state = repair["state"]
    is_own = repair["asked_by"] == who.person_id
    wanted: list[str] = []
    if state in repairs.OPEN:
        wanted = [ACTS[state], "RefuseRepair"]
    elif is_own and not repair["is_acknowledged"]:
        wanted = ["AcknowledgeRepair"]
    return {
        **repairs.entry(repair, record, who.office),
        "key": record["_id"].partition(":")[2],
        "version": record["version"],
        "label": f"{record['arrival_number']:02d}",
        "year": record["book"][-4:],
        "is_open": state in repairs.OPEN,
        "is_own": is_own,
        "may_open": may_see(who),
        "actions": [verb(name) for name in wanted if may(name, who)],
        "at": repair["done_at"] or repair["decided_at"] or repair["asked_at"],
    }
