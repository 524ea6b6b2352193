"""Whether somebody else's act stands in the way of an act that was made without seeing it.

`TABLE` says, for a command and an event that happened meanwhile, how they go together; docs/sync.md prints it.
`clean`: both stand. `soft`: both stand, and the receipt says so (`merged`). `hard`: a person decides (`needs_review`).
Nothing is ever decided by who wrote last.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from server.domain.commands import Command
from server.domain.records import Event

CLEAN, SOFT, HARD = "clean", "soft", "hard"
RANK = {CLEAN: 0, SOFT: 1, HARD: 2}
STATUS = {CLEAN: "applied", SOFT: "merged", HARD: "needs_review"}
"""What the receipt of an act says, by how the act goes together with the rest."""


class Verdict(NamedTuple):
    """How an act goes together with what happened meanwhile; `events` are those that matter."""

    severity: str
    reason: str | None = None
    events: tuple[Event, ...] = ()


_OF_A_ROW = {
    "Assigned": (SOFT, "assigned_meanwhile"),
    "AssignmentReturned": (SOFT, "returned_meanwhile"),
    "HandedOver": (SOFT, "handed_over_meanwhile"),
    "Concluded": (SOFT, "concluded_meanwhile"),
    "Withdrawn": (SOFT, "withdrawn_meanwhile"),
    "ActUndone": (SOFT, "undone_meanwhile"),
    "Repaired": (SOFT, "repaired_meanwhile"),
}
"""What is asked of a part is for who has it: where that changed, the request and its answer stay in the history."""
_OF_AN_EXCUSE = {
    **_OF_A_ROW,
    "ExcuseRequested": (SOFT, "excuse_requested_meanwhile"),
    "ExcuseDecided": (SOFT, "excuse_decided_meanwhile"),
}
TABLE: Mapping[str, Mapping[str, tuple[str, str]]] = {
    "PresentToLeader": {
        "Presented": (HARD, "presented_meanwhile"),
        "Withdrawn": (HARD, "withdrawn_meanwhile"),
        "ActUndone": (HARD, "undone_meanwhile"),
    },
    "Assign": {
        "Presented": (HARD, "presented_meanwhile"),
        "Assigned": (HARD, "assigned_meanwhile"),
        "TakenOn": (HARD, "taken_on_meanwhile"),
        "AssignmentReturned": (HARD, "returned_meanwhile"),
        "Concluded": (HARD, "concluded_meanwhile"),
        "Withdrawn": (HARD, "withdrawn_meanwhile"),
        "ActUndone": (HARD, "undone_meanwhile"),
        "Repaired": (HARD, "repaired_meanwhile"),
    },
    "TakeOn": {
        "Presented": (HARD, "presented_meanwhile"),
        "Assigned": (HARD, "assigned_meanwhile"),
        "TakenOn": (SOFT, "taken_on_meanwhile"),
        "AssignmentReturned": (HARD, "returned_meanwhile"),
        "Concluded": (HARD, "concluded_meanwhile"),
        "HandedOver": (HARD, "handed_over_meanwhile"),
        "Withdrawn": (HARD, "withdrawn_meanwhile"),
        "ActUndone": (HARD, "undone_meanwhile"),
        "Repaired": (HARD, "repaired_meanwhile"),
    },
    "ReturnAssignment": {
        "Assigned": (HARD, "assigned_meanwhile"),
        "TakenOn": (HARD, "taken_on_meanwhile"),
        "AssignmentReturned": (SOFT, "returned_meanwhile"),
        "Concluded": (HARD, "concluded_meanwhile"),
        "HandedOver": (HARD, "handed_over_meanwhile"),
        "Withdrawn": (HARD, "withdrawn_meanwhile"),
        "ActUndone": (HARD, "undone_meanwhile"),
        "Repaired": (HARD, "repaired_meanwhile"),
    },
    "RequestExtension": {**_OF_A_ROW, "ExtensionRequested": (SOFT, "extension_requested_meanwhile")},
    "DecideExtension": {
        **_OF_A_ROW,
        "ExtensionRequested": (SOFT, "extension_requested_meanwhile"),
        "ExtensionDecided": (SOFT, "extension_decided_meanwhile"),
    },
    "RequestExcuse": _OF_AN_EXCUSE,
    "DecideExcuse": _OF_AN_EXCUSE,
    "HandOver": {
        "Assigned": (HARD, "assigned_meanwhile"),
        "AssignmentReturned": (HARD, "returned_meanwhile"),
        "HandedOver": (HARD, "handed_over_meanwhile"),
        "Concluded": (HARD, "concluded_meanwhile"),
        "Withdrawn": (HARD, "withdrawn_meanwhile"),
        "ActUndone": (HARD, "undone_meanwhile"),
        "Repaired": (HARD, "repaired_meanwhile"),
    },
    "Urge": {
        "AssignmentReturned": (SOFT, "returned_meanwhile"),
        "Concluded": (SOFT, "concluded_meanwhile"),
        "Withdrawn": (SOFT, "withdrawn_meanwhile"),
    },
    "Conclude": {
        "Presented": (HARD, "presented_meanwhile"),
        "Assigned": (HARD, "assigned_meanwhile"),
        "AssignmentReturned": (HARD, "returned_meanwhile"),
        "Concluded": (SOFT, "concluded_meanwhile"),
        "HandedOver": (HARD, "handed_over_meanwhile"),
        "Withdrawn": (HARD, "withdrawn_meanwhile"),
        "ActUndone": (HARD, "undone_meanwhile"),
        "Repaired": (HARD, "repaired_meanwhile"),
    },
    "StartDraft": {
        "Presented": (SOFT, "presented_meanwhile"),
        "AssignmentReturned": (SOFT, "returned_meanwhile"),
        "Concluded": (SOFT, "concluded_meanwhile"),
        "HandedOver": (SOFT, "handed_over_meanwhile"),
        "Withdrawn": (SOFT, "withdrawn_meanwhile"),
        "ActUndone": (SOFT, "undone_meanwhile"),
        "Repaired": (SOFT, "repaired_meanwhile"),
    },
    "AddComment": {
        "Concluded": (SOFT, "concluded_meanwhile"),
        "Approved": (SOFT, "approved_meanwhile"),
        "Withdrawn": (SOFT, "withdrawn_meanwhile"),
    },
    "AddVersion": {
        "VersionAdded": (HARD, "version_added_meanwhile"),
        "DraftSubmitted": (HARD, "submitted_meanwhile"),
        "SubmittedToLeader": (HARD, "submitted_meanwhile"),
        "Approved": (HARD, "approved_meanwhile"),
        "Withdrawn": (HARD, "withdrawn_meanwhile"),
    },
    "SubmitDraft": {
        "VersionAdded": (HARD, "version_added_meanwhile"),
        "DraftSubmitted": (HARD, "submitted_meanwhile"),
        "SubmittedToLeader": (HARD, "submitted_meanwhile"),
        "Approved": (HARD, "approved_meanwhile"),
        "Withdrawn": (HARD, "withdrawn_meanwhile"),
    },
    "SubmitToLeader": {
        "VersionAdded": (HARD, "version_added_meanwhile"),
        "SubmittedToLeader": (HARD, "submitted_meanwhile"),
        "DraftReturned": (HARD, "draft_returned_meanwhile"),
        "Approved": (HARD, "approved_meanwhile"),
        "Withdrawn": (HARD, "withdrawn_meanwhile"),
    },
    "ReturnDraft": {
        "VersionAdded": (HARD, "version_added_meanwhile"),
        "SubmittedToLeader": (HARD, "submitted_meanwhile"),
        "DraftSubmitted": (HARD, "submitted_meanwhile"),
        "DraftReturned": (SOFT, "draft_returned_meanwhile"),
        "Approved": (HARD, "approved_meanwhile"),
        "Withdrawn": (HARD, "withdrawn_meanwhile"),
    },
    "Approve": {
        "VersionAdded": (HARD, "version_added_meanwhile"),
        "DraftReturned": (HARD, "draft_returned_meanwhile"),
        "SubmittedToLeader": (HARD, "submitted_meanwhile"),
        "Approved": (HARD, "approved_meanwhile"),
        "Withdrawn": (HARD, "withdrawn_meanwhile"),
    },
    # That a registration was wrong stays true whoever got the document meanwhile; but work that has begun, words that
    # were not read, and another's agreement are not ended unseen
    "WithdrawDocument": {
        "Presented": (SOFT, "presented_meanwhile"),
        "Assigned": (SOFT, "assigned_meanwhile"),
        "TakenOn": (HARD, "taken_on_meanwhile"),
        "AssignmentReturned": (SOFT, "returned_meanwhile"),
        "HandedOver": (SOFT, "handed_over_meanwhile"),
        "Concluded": (HARD, "concluded_meanwhile"),
        "VersionAdded": (HARD, "version_added_meanwhile"),
        "DraftSubmitted": (SOFT, "submitted_meanwhile"),
        "SubmittedToLeader": (HARD, "submitted_meanwhile"),
        "DraftReturned": (SOFT, "draft_returned_meanwhile"),
        "Approved": (HARD, "approved_meanwhile"),
        "Withdrawn": (SOFT, "withdrawn_meanwhile"),
        "ActUndone": (SOFT, "undone_meanwhile"),
        "Repaired": (SOFT, "repaired_meanwhile"),
    },
}
"""Command → event meanwhile → (severity, reason). An event without an entry is clean."""


def classify(command: Command, meanwhile: Iterable[Event], row: Mapping[str, Any] | None) -> Verdict:
    """Judge an act against what others did meanwhile; `row` is the assignment that it acts upon, if any."""
    entries = TABLE.get(type(command).__name__, {})
    worst = Verdict(CLEAN)
    for event in meanwhile:
        severity, reason = entries.get(event["event"], (CLEAN, ""))
        if severity == CLEAN or not _touches(event, row):
            continue
        if severity == HARD and _agrees(command, event):
            severity = SOFT
        if RANK[severity] > RANK[worst.severity]:
            worst = Verdict(severity, reason, (event,))
        elif severity == worst.severity:
            worst = worst._replace(events=(*worst.events, event))
    return worst


def _touches(event: Event, row: Mapping[str, Any] | None) -> bool:
    """Tell whether an event concerns the same assignment; work in a sibling's branch disturbs nobody."""
    acted_upon = event["data"].get("row_id")
    if row is None or acted_upon is None:
        return True
    reached = (acted_upon, *event["data"].get("ended_rows", ()), *event["data"].get("excused_rows", ()))
    return row["assignment_id"] in reached


def _agrees(command: Command, event: Event) -> bool:
    """Tell whether two acts say the same or do not stand in each other's way."""
    name, data = type(command).__name__, event["data"]
    if name == "Assign" and event["event"] == "Assigned":
        ours, theirs = _handlers(command.own_values()), _handlers(data)
        return not ours or not theirs or ours == theirs
    if name in ("SubmitToLeader", "SubmitDraft") and event["event"] in (
        "SubmittedToLeader",
        "DraftSubmitted",
    ):
        wanted = {"SubmitToLeader": "leader_id", "SubmitDraft": "to_person"}[name]
        same_kind = event["event"] == {"SubmitToLeader": "SubmittedToLeader", "SubmitDraft": "DraftSubmitted"}[name]
        values = command.own_values()
        return same_kind and (values[wanted], values["version_sha256"]) == (data["person_id"], data["sha256"])
    if name == "HandOver" and event["event"] == "HandedOver":
        return bool(command.own_values()["to_person"] == data["person_id"])
    if name == "Approve" and event["event"] == "Approved":
        return bool(command.own_values()["version_sha256"] == data["sha256"])
    if event["event"] == "Presented":
        # to the leader that is meant, or whose decision it is
        return bool(command.own_values().get("leader_id", command.authority_id) == data["leader_id"])
    return False


def _handlers(values: Mapping[str, Any]) -> set[str]:
    """Return the targets that must handle the document, as against those who help or are told."""
    return {target for target in (values.get("lead", ""), *values.get("simultaneous", ())) if target}
