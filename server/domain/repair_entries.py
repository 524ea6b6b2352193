"""A repair as whoever has a part in it is shown it: chosen key by key, nothing else of a document is among it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from server.domain import repairs
from server.domain.mending_entries import entry_frame
from server.domain.permissions import Standing
from server.domain.records import Record

ACT_OF_STATE: Mapping[str, str] = {repairs.REQUESTED: "ConfirmRepair", repairs.CONFIRMED: "CarryOutRepair"}
"""State in which a repair is open → what has to be done."""


def repair_entry(repair: Mapping[str, Any], record: Record, who: Standing) -> dict[str, Any]:
    """Return what a person is shown of a repair: what was asked for, by whom, what became of it, `actions` (verbs)."""
    state = repair["state"]
    is_own = repair["asked_by"] == who.person_id
    wanted: list[str] = []
    if state in repairs.OPEN:
        wanted = [ACT_OF_STATE[state], "RefuseRepair"]
    elif is_own and not repair["is_acknowledged"]:
        wanted = ["AcknowledgeRepair"]
    return {
        **repairs.entry(repair, record, who.office),
        **entry_frame(repair, record, who, wanted),
        "is_open": state in repairs.OPEN,
        "is_own": is_own,
    }
