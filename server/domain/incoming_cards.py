"""What a card says of an incoming document beyond what all cards say: arrival, assignments, case file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from server.domain import corrections, repairs
from server.domain.assignments import deadline_of, owes_answer
from server.domain.assignments import row as assignment
from server.domain.catalogues import is_secret
from server.domain.document_states import STATES
from server.domain.office import Office
from server.domain.parts import row_for
from server.domain.permissions import Standing, may
from server.domain.records import Assignment, Record, rows_concerning
from server.domain.row_requests import EXCUSES, EXTENSIONS, requests_of
from server.domain.scans import awaits_scan
from server.domain.undoing import undoable

DESCRIBED = ("source", "document_code", "language", "signer_position", "signer_name", "to_places")
"""Texts of decree 30/2020 Appendix VI that a card has as they were registered."""


def shared(record: Record, office: Office, links: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return the keys that everybody's card of an incoming document adds."""
    return {
        "number": record["number"],
        "sender": record["sender"],
        "document_on": record["document_on"],
        "original_subject": record["original_subject"],
        **{name: record.get(name) or "" for name in DESCRIBED},
        "is_due_by_urgency": record.get("is_due_by_urgency", False) and record["due_on"] is not None,
        "is_provincial_task": record.get("is_provincial_task", False),
        "page_count": record.get("page_count"),
        "expires_on": record.get("expires_on"),
        "confirmations": [{"check": one["check"], "reason": one["reason"]} for one in record.get("confirmations", [])],
        "arrival": {
            "book": record["book"],
            "number": record["arrival_number"],
            "label": f"{record['arrival_number']:02d}",
            "arrived_on": record["arrived_on"],
        },
        "awaits_scan": awaits_scan(record),
        "leader_id": record["leader_id"],
        "leader_name": office.name_of(record["leader_id"]),
        "entry_confirmed_by_name": office.name_of(record.get("entry_confirmed_by")),
        "assignments": _tree(record, office),
        "corrections": [corrections.entry(one, office) for one in record.get("corrections", [])],
        "repairs": [repairs.entry(one, record, office) for one in record.get("repairs", [])],
        "case_file": next((link for link in links if link["relation"] == "case_file"), None),
    }


def personal(who: Standing) -> dict[str, Any]:
    """Return the keys that depend on who looks."""
    row = row_for(who)
    return {"my_assignment": _my_assignment(row, who.record, who.office) if row else None}


def mending(who: Standing) -> dict[str, Any]:
    """Return what the person may do about a flow gone wrong: `undo` (the act, or None), and `may_ask_repair`."""
    record, last = who.record, None
    if not is_secret(record["confidentiality"]) and may("UndoAct", who):
        last = undoable(record, who.person_id)
    may_ask = record["state"] in STATES["incoming"]["RequestRepair"] and may("RequestRepair", who)
    return {
        "undo": last and {"action_id": last["action_id"], "event": last["event"]},
        "may_ask_repair": may_ask and repairs.open_one(record) is None,
    }


def _my_assignment(row: Assignment, record: Record, office: Office) -> dict[str, Any]:
    return {
        "assignment_id": row["assignment_id"],
        "role": row["role"],
        "directive": row["directive"],
        "due_on": row["due_on"],
        "assigned_by_name": office.name_of(row["assigned_by"]),
        "state": row["state"],
        "needs_answer": owes_answer(record, row),
        **_pressing(row, record, office),
    }


def _pressing(row: Assignment, record: Record, office: Office) -> dict[str, Any]:
    """Return the last requests, urging and reminder of a row, None where there was none."""
    urged = row.get("urged")
    if urged:
        kept = {key: urged[key] for key in ("count", "grade", "text", "at")}
        urged = {**kept, "by_name": office.name_of(urged["by"])}
    reminded = row.get("reminded")
    if reminded and reminded["due_on"] != deadline_of(record, row):
        reminded = None  # of a deadline that is another by now
    extension = _last_request(row, EXTENSIONS, office)
    return {"extension": extension, "excuse": _last_request(row, EXCUSES, office), "urged": urged, "reminded": reminded}


def _last_request(row: Assignment, key: str, office: Office) -> dict[str, Any] | None:
    found = next(reversed(requests_of(row, key)), None)
    if found is None:
        return None
    kept = {name: found[name] for name in ("request_id", "due_on", "reason", "state") if name in found}
    return {**kept, "asked_by_name": office.name_of(found["asked_by"])}


def _tree(record: Record, office: Office) -> list[dict[str, Any]]:
    """Return the standing assignments below the leader, parents before children; of a withdrawn one the last."""
    standing = rows_concerning(record)
    roots = {row["assignment_id"] for row in standing if row["role"] == "leader"}
    children: dict[str | None, list[Assignment]] = {}
    for row in standing:
        children.setdefault(row["parent_id"], []).append(row)
    listed: list[dict[str, Any]] = []

    def below(parent_id: str, depth: int) -> None:
        for row in children.get(parent_id, []):
            listed.append(
                {
                    "assignment_id": row["assignment_id"],
                    "parent_id": None if parent_id in roots else parent_id,
                    "depth": depth,
                    "role": row["role"],
                    "unit_id": row["unit_id"],
                    "unit_name": office.unit_name(row["unit_id"]),
                    "is_unit": row["target"].startswith("unit:"),
                    "person_id": row["person_id"],
                    "person_name": office.name_of(row["person_id"]),
                    "directive": row["directive"],
                    "due_on": row["due_on"],
                    "is_past_parent": _is_past_parent(row, record),
                    "state": row["state"],
                    "needs_answer": owes_answer(record, row),
                    "assigned_by_name": office.name_of(row["assigned_by"]),
                    "assigned_at": row["assigned_at"],
                    **_pressing(row, record, office),
                }
            )
            below(row["assignment_id"], depth + 1)

    for root in sorted(roots):
        below(root, 0)
    return listed


def _is_past_parent(row: Mapping[str, Any], record: Record) -> bool:
    """Tell whether a row may take longer than the one that it came from."""
    above = assignment(record, row["parent_id"]) if row["parent_id"] else None
    due_on = above["due_on"] if above and above["role"] != "leader" else None
    return bool(due_on and row["due_on"] and row["due_on"] > due_on)
