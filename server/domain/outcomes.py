"""The table of outcomes: what becomes of an act that was made before its author knew what else had happened.

docs/sync.md is printed from here. What happened to the document is judged by `conflicts.TABLE` and by the states in
which a command makes sense (`document_states.STATES`); what happened to people is told by `PEOPLE`. Every cell is
played through the write path in tests/usecases (`test_outcomes.py`, `test_outcomes_of_people.py`).
"""

from __future__ import annotations

from typing import NamedTuple

from server.domain.conflicts import CLEAN, STATUS, TABLE
from server.domain.document_states import STATES

STATE_AFTER: dict[str, dict[str, str | None]] = {
    "incoming": {
        "Commented": None,
        "Presented": "presented",
        "ScanAdded": None,
        "Assigned": "assigned",
        "TakenOn": "in_progress",
        "AssignmentReturned": "presented",
        "HandedOver": "assigned",
        "ExtensionRequested": None,
        "ExtensionDecided": None,
        "ExcuseRequested": None,
        "ExcuseDecided": None,
        "Urged": None,
        "Concluded": "concluded",
        "Withdrawn": "withdrawn",
        "Followed": None,
        "DueReminded": None,
        "ActUndone": "presented",
        "RepairRequested": None,
        "RepairConfirmed": None,
        "RepairRefused": None,
        "Repaired": "assigned",
        "CorrectionRequested": None,
        "CorrectionPermitted": None,
        "CorrectionRefused": None,
        "Corrected": None,
    },
    "outgoing": {
        "Commented": None,
        "Followed": None,
        "VersionAdded": "returned",
        "DraftSubmitted": "with_division",
        "SubmittedToLeader": "with_leader",
        "DraftReturned": "returned",
        "Approved": "approved",
        "Withdrawn": "withdrawn",
    },
}
"""Kind → event that others can cause → the state it leaves the document in; None: as it was."""
_ASKING = ("RequestExtension", "DecideExtension", "RequestExcuse", "DecideExcuse")
NOT_ALONE: dict[str, frozenset[str]] = {
    "ActUndone": frozenset({"DecideExtension", "DecideExcuse"}),
    "DueReminded": frozenset({"PresentToLeader"}),
    "RepairRequested": frozenset({"PresentToLeader"}),
    "RepairConfirmed": frozenset({"PresentToLeader"}),
    "RepairRefused": frozenset({"PresentToLeader"}),
    "Repaired": frozenset({"PresentToLeader"}),
    "Presented": frozenset({"ReturnAssignment", *_ASKING, "HandOver", "Urge"}),
    "AssignmentReturned": frozenset({"PresentToLeader"}),
    "HandedOver": frozenset({"PresentToLeader"}),
    "ExtensionRequested": frozenset({"PresentToLeader"}),
    "ExtensionDecided": frozenset({"PresentToLeader", "RequestExtension"}),
    "ExcuseRequested": frozenset({"PresentToLeader"}),
    "ExcuseDecided": frozenset({"PresentToLeader", "RequestExcuse"}),
    "Urged": frozenset({"PresentToLeader"}),
    "DraftSubmitted": frozenset({"SubmitToLeader", "Approve"}),
    "DraftReturned": frozenset({"AddVersion", "SubmitDraft"}),
}
"""Event → commands that meet it only after another event of their row, which decides: it needs that one's state."""


class Outcome(NamedTuple):
    """What a receipt says."""

    status: str
    reason: str | None = None


OWED = {("Conclude", "ExcuseRequested"): Outcome("refused", "answer_needed")}
"""Command and event → what becomes of the command for a reason that is no conflict: who asks still owes the answer."""


class Cause(NamedTuple):
    """What happened to a person or unit meanwhile, whose act it bears upon, and what becomes of the act.

    `before`: the act was done before it happened, and arrives after; `after`: it was done after. Both by the instant
    that counts (docs/sync.md, Time and authority).
    """

    name: str
    whose: str
    before: Outcome
    after: Outcome


APPLIED = Outcome("applied")
FROM_A_DEVICE = Outcome("refused", "online_only")
"""What becomes of the commands `ONLINE_ONLY` that a device sends, whatever happened meanwhile."""


class Arrival(NamedTuple):
    """What becomes of a command `BY_WHAT_STANDS`, or on the yearly list, by what it finds when a device brings it."""

    command: str
    meanwhile: str
    outcome: Outcome


NOT_LAST, NOT_OPEN = Outcome("refused", "undo_not_last"), Outcome("refused", "repair_not_open")
WRONG_STATE = Outcome("refused", "wrong_state")
ARRIVALS: tuple[Arrival, ...] = (
    Arrival("UndoAct", "nothing", APPLIED),
    Arrival("UndoAct", "commented", APPLIED),
    Arrival("UndoAct", "opened", Outcome("refused", "undo_too_late")),
    Arrival("UndoAct", "acted_upon", NOT_LAST),
    Arrival("UndoAct", "done_elsewhere", NOT_LAST),
    Arrival("UndoAct", "closed", Outcome("refused", "case_file_closed")),
    Arrival("UndoAct", "role_ended", APPLIED),
    Arrival("RequestRepair", "nothing", APPLIED),
    Arrival("RequestRepair", "asked_elsewhere", Outcome("refused", "repair_open")),
    Arrival("RequestRepair", "opened_again", Outcome("refused", "repair_not_finished")),
    Arrival("RequestRepair", "withdrawn", WRONG_STATE),
    Arrival("RequestRepair", "role_ended", APPLIED),
    Arrival("ConfirmRepair", "nothing", APPLIED),
    Arrival("ConfirmRepair", "done_elsewhere", NOT_OPEN),
    Arrival("ConfirmRepair", "refused", NOT_OPEN),
    Arrival("ConfirmRepair", "withdrawn", NOT_OPEN),
    Arrival("ConfirmRepair", "role_ended", APPLIED),
    Arrival("RefuseRepair", "nothing", APPLIED),
    Arrival("RefuseRepair", "done_elsewhere", NOT_OPEN),
    Arrival("RefuseRepair", "confirmed", NOT_OPEN),
    Arrival("RefuseRepair", "role_ended", APPLIED),
    Arrival("CarryOutRepair", "nothing", APPLIED),
    Arrival("CarryOutRepair", "done_elsewhere", NOT_OPEN),
    Arrival("CarryOutRepair", "refused", NOT_OPEN),
    Arrival("CarryOutRepair", "withdrawn", WRONG_STATE),
    Arrival("CarryOutRepair", "role_ended", APPLIED),
    Arrival("AcknowledgeRepair", "nothing", APPLIED),
    Arrival("AcknowledgeRepair", "withdrawn", APPLIED),
    Arrival("UnfileDocument", "nothing", APPLIED),
    Arrival("UnfileDocument", "done_elsewhere", Outcome("refused", "not_filed")),
    Arrival("UnfileDocument", "closed", WRONG_STATE),
    Arrival("CloseCaseFile", "nothing", APPLIED),
    Arrival("CloseCaseFile", "done_elsewhere", WRONG_STATE),
    Arrival("ReopenCaseFile", "nothing", APPLIED),
    Arrival("ReopenCaseFile", "done_elsewhere", WRONG_STATE),
    Arrival("SetPlanEntry", "nothing", APPLIED),
    Arrival("SetPlanEntry", "done_elsewhere", APPLIED),
    Arrival("SetPlanEntry", "role_ended", Outcome("refused", "not_found")),
    Arrival("RemovePlanEntry", "nothing", APPLIED),
    Arrival("RemovePlanEntry", "done_elsewhere", Outcome("refused", "no_plan_entry")),
)
"""`role_ended`: after it was done; the right to it is that of the instant at which it was done. What the office governs
itself by needs it when it comes as well."""
REROUTED = Outcome("merged", "unit_merged_meanwhile")
PEOPLE: tuple[Cause, ...] = (
    Cause("nothing", "author", APPLIED, APPLIED),
    Cause("role_ended", "author", APPLIED, Outcome("refused", "not_found")),
    Cause("account_locked", "author", APPLIED, Outcome("refused", "not_found")),
    Cause("delegation_begun", "delegate", Outcome("refused", "not_found"), APPLIED),
    Cause("delegation_begun", "delegator", APPLIED, APPLIED),
    Cause("delegation_ended", "delegate", APPLIED, Outcome("refused", "not_allowed")),
    Cause("unit_merged", "head", APPLIED, APPLIED),
    Cause("unit_merged", "sender", REROUTED, REROUTED),
)
"""What was done with authority counts; what was done without it is refused with its reason."""


def commands_on(kind: str) -> list[str]:
    """Return the commands that can meet somebody else's act on a document of a kind, in the order of the table."""
    return [name for name in TABLE if name in STATES[kind]]


def outcome(kind: str, command: str, event: str) -> Outcome | None:
    """Return what becomes of a command that meets an event; None when they cannot meet."""
    if command in NOT_ALONE.get(event, ()):
        return None
    if (command, event) in OWED:
        return OWED[command, event]
    severity, reason = TABLE.get(command, {}).get(event, (CLEAN, None))
    state = STATE_AFTER[kind][event]
    if severity == CLEAN and state is not None and state not in STATES[kind][command]:
        # nothing to hold: what the act wants is over, whoever did it
        return Outcome("refused", "wrong_state")
    return Outcome(STATUS[severity], reason)
