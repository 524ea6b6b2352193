"""Corrections of the book as people read them: those that wait for the reader, and what became of the others.

Whoever decides or carries out a correction sees it and nothing else of the document (Article 14.2).
"""

from __future__ import annotations

from typing import Any

from server.domain import corrections
from server.domain.mending_entries import entry_frame
from server.domain.mending_notices import ACT_OF_STATE
from server.domain.permissions import Standing, may
from server.domain.records import Record
from server.ports import Services

OPEN_LIMIT = 100
PAST_LIMIT = 30
Entry = dict[str, Any]
ACTS = ACT_OF_STATE["correction"]
ALSO = {corrections.REQUESTED: ("RefuseCorrection",)}
"""State → what else can be done besides what has to be."""


def lists(services: Services, person_id: str, at: str) -> dict[str, list[Entry]]:
    """Return `waiting` (for the reader), `open` (for somebody else) and `past`, the latest first in each."""
    entries = [
        _entry(one, record, Standing(record, person_id, services.directory.office(), at))
        for record in _records(services)
        for one in record["corrections"]
        if _concerns(Standing(record, person_id, services.directory.office(), at))
    ]
    latest = sorted(entries, key=lambda one: (one["at"], one["correction_id"]), reverse=True)
    return {
        "waiting": [one for one in latest if one["actions"]],
        "open": [one for one in latest if one["is_open"] and not one["actions"]],
        "past": [one for one in latest if not one["is_open"] and not one["actions"]][:PAST_LIMIT],
    }


def _records(services: Services) -> list[Record]:
    """Return the entries with a correction: every open one, and the latest of the others."""
    found: list[Record] = []
    for state in (corrections.REQUESTED, corrections.PERMITTED):
        found += services.records.find("by_correction", {"correction_state": state}, limit=OPEN_LIMIT)
    for state in (corrections.REFUSED, corrections.DONE, corrections.LAPSED):
        found += services.records.find("by_correction", {"correction_state": state}, descending=True, limit=PAST_LIMIT)
    return found


def _concerns(who: Standing) -> bool:
    """Tell whether the person has a part in correcting the entry, or keeps the book that it is in."""
    return any(may(name, who) for name in ("RequestCorrection", *ACTS.values()))


def _entry(correction: dict[str, Any], record: Record, who: Standing) -> Entry:
    """Return what is shown of a correction: chosen key by key, so that nothing else of the document is among it."""
    state = correction["state"]
    wanted = [ACTS[state], *ALSO.get(state, ())] if state in corrections.OPEN else []
    if correction["asked_by"] == who.person_id and not (wanted or correction["is_acknowledged"]):
        wanted = ["AcknowledgeCorrection"]
    return {
        **corrections.entry(correction, who.office),
        **entry_frame(correction, record, who, wanted),
        "is_open": state in corrections.OPEN,
    }
