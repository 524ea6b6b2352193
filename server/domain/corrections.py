"""Correcting a wrong entry of the arrival book: a clerk asks, the head of IT permits, the administrator does it (14.2).

In the book of secret documents a leader permits it, and a clerk does it: there nobody else reads an entry.
What was entered stays beside what stands now, struck through in the book. An arrival number is never changed: it can
only be struck, which takes the registration back, and it stays used (decree 30/2020 Article 22.2).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from server.domain import mending_steps
from server.domain.catalogues import INCOMING_TYPES, is_secret
from server.domain.context import Context
from server.domain.correction_commands import (
    AcknowledgeCorrection,
    CarryOutCorrection,
    PermitCorrection,
    RefuseCorrection,
    RequestCorrection,
)
from server.domain.document_states import STATES
from server.domain.errors import DomainError
from server.domain.office import Office
from server.domain.records import Event, Record
from server.domain.registration import CONTENT, check_duplicates, check_subject_of, repeated, thin_subject

Correction = dict[str, Any]
Decision = tuple[str, str, dict[str, Any]]

FIELDS = ("sender", "number", "document_on", "arrived_on", "type", "subject", "original_subject")
"""What of an entry can be corrected, in the order in which it is shown."""
NEVER_EMPTY = frozenset({"sender", "arrived_on", "type", "subject"})
DAYS = frozenset({"document_on", "arrived_on"})
IDENTIFYING = frozenset({"sender", "number", "document_on"})
"""By what an earlier registration of the same document is told."""
REQUESTED, PERMITTED, REFUSED, DONE, LAPSED = "requested", "permitted", "refused", "done", "lapsed"
OPEN = frozenset({REQUESTED, PERMITTED})
EVENTS = frozenset(
    {"CorrectionRequested", "CorrectionPermitted", "CorrectionRefused", "Corrected", "CorrectionAcknowledged"}
)


def open_one(record: Record) -> Correction | None:
    """Return the correction that somebody has yet to decide or to carry out; there is one at most."""
    return mending_steps.first_in(record.get("corrections", []), OPEN)


def find(record: Record, correction_id: str) -> Correction | None:
    """Return a correction of the entry by its id."""
    return mending_steps.named(record.get("corrections", []), "correction_id", correction_id)


def _request(record: Record, command: RequestCorrection, context: Context) -> Decision:
    if open_one(record) is not None:
        raise DomainError("correction_open", field="reason")
    wanted = command.own_values()
    if is_secret(record["confidentiality"]) and any(wanted[name] for name in CONTENT if name in wanted):
        raise DomainError("secret_has_content", field="subject")
    changes = {
        name: {"old": record[name], "new": wanted[name]}
        for name in FIELDS
        if (wanted[name] or None) != (record[name] or None)
    }
    if command.strikes_number:
        if changes:
            raise DomainError("correction_strikes_only", field="strikes_number")
        if record["state"] not in STATES["incoming"]["WithdrawDocument"]:
            raise DomainError("wrong_state", state=record["state"])
    elif not changes:
        raise DomainError("correction_changes_nothing", field="reason")
    else:
        _check(record, changes, context)
    confirmations = _confirmations(changes, command, context)
    return (
        "CorrectionRequested",
        context.received_at,
        {
            "correction_id": command.action_id,
            "changes": changes,
            "strikes_number": command.strikes_number,
            "reason": command.reason,
            "confirmations": confirmations,
        },
    )


def _confirmations(changes: Mapping[str, Any], command: RequestCorrection, context: Context) -> list[dict[str, Any]]:
    """Return what the entry as it will be is warned about, each with the reason. Raises subject_too_thin, duplicate."""
    found: list[dict[str, Any]] = []
    if changes.keys() & {"subject", "original_subject"}:
        check_subject_of(command)
        found += thin_subject(command)
    if changes.keys() & IDENTIFYING:
        check_duplicates(command, context)
        found += repeated(command, context)
    return found


def _check(record: Record, changes: Mapping[str, Any], context: Context) -> None:
    """Check the entry as it will be, as a registration is checked."""
    for name, change in changes.items():
        if not change["new"] and name in NEVER_EMPTY:
            raise DomainError("required", field=name)
    after = {name: changes[name]["new"] if name in changes else record[name] for name in FIELDS}
    if "type" in changes and after["type"] not in INCOMING_TYPES:
        raise DomainError("bad_value", field="type", value=after["type"])
    if after["arrived_on"][:4] != record["arrived_on"][:4]:
        # the number is one of that year's book
        raise DomainError("arrival_in_other_year", field="arrived_on")
    if after["arrived_on"] > context.today:
        raise DomainError("document_in_future", field="arrived_on")
    if after["document_on"] and after["document_on"] > after["arrived_on"]:
        raise DomainError("document_in_future", field="document_on" if "document_on" in changes else "arrived_on")


def _permit(record: Record, command: PermitCorrection, context: Context) -> Decision:
    _waiting(record, command.correction_id, REQUESTED)
    data = {"correction_id": command.correction_id, "note": command.note}
    return "CorrectionPermitted", context.received_at, data


def _refuse(record: Record, command: RefuseCorrection, context: Context) -> Decision:
    _waiting(record, command.correction_id, REQUESTED)
    data = {"correction_id": command.correction_id, "reason": command.reason}
    return "CorrectionRefused", context.received_at, data


def _carry_out(record: Record, command: CarryOutCorrection, context: Context) -> Decision:
    found = _waiting(record, command.correction_id, PERMITTED)
    data: dict[str, Any] = {"correction_id": command.correction_id}
    if not found["strikes_number"]:
        return "Corrected", context.received_at, {**data, "changes": found["changes"]}
    if record["state"] not in STATES["incoming"]["WithdrawDocument"]:
        raise DomainError("wrong_state", state=record["state"])
    # a registration without its number is none: everything that goes for a withdrawn one goes for it
    return "Withdrawn", context.received_at, {**data, "reason": found["reason"], "from_state": record["state"]}


def _acknowledge(record: Record, command: AcknowledgeCorrection, context: Context) -> Decision:
    found = find(record, command.correction_id)
    mending_steps.to_acknowledge(found, command.actor_id, OPEN, code="correction_not_open", field="correction_id")
    return "CorrectionAcknowledged", context.received_at, {"correction_id": command.correction_id}


def _waiting(record: Record, correction_id: str, state: str) -> Correction:
    return mending_steps.in_state(
        find(record, correction_id), (state,), code="correction_not_open", field="correction_id"
    )


DECISIONS: dict[str, Callable[[Record, Any, Context], Decision]] = {
    "RequestCorrection": _request,
    "PermitCorrection": _permit,
    "RefuseCorrection": _refuse,
    "CarryOutCorrection": _carry_out,
    "AcknowledgeCorrection": _acknowledge,
}


def evolve(record: Record, event: Event) -> None:
    """Carry an event of a correction out on the record."""
    data = event["data"]
    if event["event"] == "CorrectionRequested":
        asked = mending_steps.asked_by(event)
        record.setdefault("corrections", []).append({**data, **asked, "state": REQUESTED})
    else:
        found = find(record, data["correction_id"]) or {}
        match event["event"]:
            case "CorrectionPermitted":
                found.update(state=PERMITTED, **mending_steps.decided(event, data["note"]))
            case "CorrectionRefused":
                found.update(state=REFUSED, **mending_steps.decided(event, data["reason"]))
            case "Corrected":
                found.update(state=DONE, **mending_steps.done(event))
                record.update({name: change["new"] for name, change in data["changes"].items()})
            case "CorrectionAcknowledged":
                found["is_acknowledged"] = True
    _note_state(record)


def end_with_entry(record: Record, event: Event) -> None:
    """End the open correction with a registration that was taken back: done, when that is what was asked for."""
    found = open_one(record)
    if found is None:
        return
    if event["data"].get("correction_id") == found["correction_id"]:
        found.update(state=DONE, **mending_steps.done(event))
    else:
        found["state"] = LAPSED
    _note_state(record)


def _note_state(record: Record) -> None:
    """Enter what an index finds the record by: the state of the last correction."""
    record["correction_state"] = record["corrections"][-1]["state"]


def done(record: Record) -> Iterator[Correction]:
    """Yield the corrections that were carried out, the oldest first."""
    return (one for one in record.get("corrections", []) if one["state"] == DONE)


def struck_values(record: Record) -> dict[str, list[Any]]:
    """Return what stood in each corrected field before, the oldest first: it is shown struck through."""
    struck: dict[str, list[Any]] = {}
    for one in done(record):
        for name, change in one["changes"].items():
            struck.setdefault(name, []).append(change["old"])
    return struck


def is_number_struck(record: Record) -> bool:
    """Tell whether the arrival number was struck by a correction."""
    return any(one["strikes_number"] for one in done(record))


def shown_changes(changes: Mapping[str, Any]) -> list[dict[str, str]]:
    """Return changes as they are shown: types by their names, in the order of the entry."""
    return [
        {"field": name, **{side: _shown(name, changes[name][side]) for side in ("old", "new")}}
        for name in FIELDS
        if name in changes
    ]


def _shown(name: str, value: Any) -> str:
    return INCOMING_TYPES.get(value, value or "") if name == "type" else str(value or "")


def entry(correction: Correction, office: Office) -> dict[str, Any]:
    """Return how a correction is shown: what was asked for, and who asked, decided and did it when."""
    return {
        **{key: correction[key] for key in ("correction_id", "state", "strikes_number", "reason", "decision")},
        **{key: correction[key] for key in ("asked_at", "decided_at", "done_at")},
        "changes": shown_changes(correction["changes"]),
        "confirmations": [
            {key: one[key] for key in ("check", "reason")} for one in correction.get("confirmations", [])
        ],
        "asked_by_name": office.name_of(correction["asked_by"]),
        "decided_by_name": office.name_of(correction["decided_by"]),
        "done_by_name": office.name_of(correction["done_by"]),
    }
