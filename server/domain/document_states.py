"""In which states of a document a command makes sense, whoever gives it: the table beside that of `permissions`."""

from __future__ import annotations

ALL_INCOMING = frozenset({"registered", "presented", "assigned", "in_progress", "concluded", "withdrawn"})
ALL_OUTGOING = frozenset({"drafting", "returned", "with_division", "with_leader", "approved", "withdrawn"})
STATES: dict[str, dict[str, frozenset[str]]] = {
    "incoming": {
        "PresentToLeader": frozenset({"registered", "presented"}),
        "AddScan": frozenset({"registered", "presented", "assigned", "in_progress", "concluded"}),
        "Assign": frozenset({"presented", "assigned", "in_progress"}),
        "TakeOn": frozenset({"presented", "assigned", "in_progress"}),
        "ReturnAssignment": frozenset({"assigned", "in_progress"}),
        "RequestExtension": frozenset({"assigned", "in_progress"}),
        "DecideExtension": frozenset({"presented", "assigned", "in_progress"}),
        "RequestExcuse": frozenset({"assigned", "in_progress"}),
        "DecideExcuse": frozenset({"presented", "assigned", "in_progress"}),
        "HandOver": frozenset({"assigned", "in_progress"}),
        "Urge": frozenset({"assigned", "in_progress"}),
        "AddComment": frozenset({"registered", "presented", "assigned", "in_progress", "concluded", "withdrawn"}),
        "StartDraft": frozenset({"presented", "assigned", "in_progress"}),
        "Conclude": frozenset({"presented", "assigned", "in_progress"}),
        "WithdrawDocument": frozenset({"registered", "presented", "assigned", "in_progress"}),
        "Follow": ALL_INCOMING,
        "UndoAct": frozenset({"presented", "assigned", "in_progress", "concluded"}),
        "RequestRepair": frozenset({"assigned", "in_progress", "concluded"}),
        "ConfirmRepair": frozenset({"presented", "assigned", "in_progress", "concluded"}),
        "RefuseRepair": frozenset({"presented", "assigned", "in_progress", "concluded"}),
        "CarryOutRepair": frozenset({"assigned", "in_progress", "concluded"}),
        "AcknowledgeRepair": ALL_INCOMING,
        "RequestCorrection": ALL_INCOMING - {"withdrawn"},
        "PermitCorrection": ALL_INCOMING,
        "RefuseCorrection": ALL_INCOMING,
        "CarryOutCorrection": ALL_INCOMING,
        "AcknowledgeCorrection": ALL_INCOMING,
        "ResolveConflict": ALL_INCOMING,
        "AcknowledgeReview": ALL_INCOMING,
        "RemindReview": ALL_INCOMING,
        "RemindDue": frozenset({"assigned", "in_progress"}),
    },
    "outgoing": {
        "AddComment": frozenset({"drafting", "returned", "with_division", "with_leader", "approved", "withdrawn"}),
        "AddVersion": frozenset({"drafting", "returned"}),
        "SubmitDraft": frozenset({"drafting", "returned"}),
        "SubmitToLeader": frozenset({"with_division", "drafting", "returned"}),
        "ReturnDraft": frozenset({"with_division", "with_leader"}),
        "Approve": frozenset({"with_leader"}),
        "WithdrawDocument": frozenset({"drafting", "returned", "with_division", "with_leader"}),
        "Follow": ALL_OUTGOING,
        "ResolveConflict": ALL_OUTGOING,
        "AcknowledgeReview": ALL_OUTGOING,
        "RemindReview": ALL_OUTGOING,
    },
    "case_file": {
        "FileDocument": frozenset({"open"}),
        "UnfileDocument": frozenset({"open"}),
        "CloseCaseFile": frozenset({"open"}),
        "ReopenCaseFile": frozenset({"closed"}),
    },
}
"""Kind → command → states of the record in which it makes sense."""
