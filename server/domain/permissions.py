"""Who may do what: the table of commands and predicates, and who may see a document.

`GRANTS` can be printed (docs/permissions): a command without a row is denied. Predicates look at the record as it stood
at the version the person saw and at the roles as they stood at the moment of acting, never at today's. A delegate may
what the delegator may (Articles 4.5, 11): own authority comes first, and none is passed on a second time.
"""

from __future__ import annotations

from collections.abc import Callable

from server.domain import office as roles
from server.domain.catalogues import is_secret
from server.domain.commands import BY_WHAT_STANDS, VERBS
from server.domain.document_states import STATES
from server.domain.mending_rights import (
    asked_for_correction,
    asked_for_repair,
    confirms_repair,
    corrects_as,
    has,
    refuses_repair,
    repairs_flows,
)
from server.domain.parts import (
    decides_excuse,
    decides_extension,
    distributes,
    has_deadline,
    holds_given_row,
    holds_own_row,
    holds_row,
    is_of_headed_unit,
    is_staff,
    owes_answer_oneself,
    row_for,
)
from server.domain.records import custody_at, reviews_at, rows_concerning
from server.domain.review_owners import owns_review, wrote_held_act
from server.domain.standing import Standing
from server.domain.undoing import UNDOABLE, undoable

__all__ = ["Standing", "owns_review"]

WORKING_ROLES = ("lead", "simultaneous", "collaborate")
DELEGABLE_KINDS = frozenset({"incoming", "outgoing"})
UNDELEGATED = frozenset(
    {
        "RegisterIncoming",
        "AddScan",
        "CreateCaseFile",
        "RequestCorrection",
        "CarryOutCorrection",
        "AcknowledgeCorrection",
        "UndoAct",
        "RequestRepair",
        "AcknowledgeRepair",
        "Follow",
    }
)
"""What stays with the person: an entry of a book, a case file of one's own, and taking back one's own acts."""


def urges(who: Standing) -> bool:
    """Tell whether the person may urge: who distributes the document, and the chief of office."""
    return distributes(who) or has(roles.CHIEF_OF_OFFICE)(who)


def holds_draft_as(*held: str) -> Callable[[Standing], bool]:
    """Return the predicate for holding a draft in one of the roles."""

    def holds_draft(who: Standing) -> bool:
        custody = custody_at(who.record, who.version)
        if custody is None or custody["role"] not in held or not is_staff(who):
            return False
        if custody["person_id"] == who.person_id:
            return custody["role"] != "leader" or who.office.is_leader(who.person_id, who.at)
        if custody["role"] == "division":
            return who.office.heads(who.person_id, custody["unit_id"], who.at)
        return custody["role"] == "leader" and who.office.is_leader(who.person_id, who.at)

    return holds_draft


def heads_own_draft(who: Standing) -> bool:
    """Tell whether the drafter is head of the drafting unit, who submits to the leader without another step."""
    custody = custody_at(who.record, who.version)
    return (
        holds_draft_as("drafter")(who)
        and custody is not None
        and who.office.heads(who.person_id, custody["unit_id"], who.at)
    )


def withdraws(who: Standing) -> bool:
    """Tell whether the person may take the document back: a leader, a clerk; of a draft its drafter or the head."""
    if not is_staff(who):
        return False
    if who.office.is_leader(who.person_id, who.at):
        return who.record["kind"] in ("incoming", "outgoing")
    if who.record["kind"] == "incoming":
        return has(roles.CLERK)(who)
    return who.record.get("drafter_id") == who.person_id or who.office.heads(
        who.person_id, who.record.get("unit_id"), who.at
    )


def delegated(who: Standing) -> list[Standing]:
    """Return the standings of those for whom the person may act: on no secret document and in nobody's case files."""
    givers = who.office.delegators_of(who.person_id, who.at)
    if not givers or who.record["kind"] not in DELEGABLE_KINDS or not is_staff(who):
        return []
    if is_secret(who.record.get("confidentiality", "normal")):
        return []
    return [who._replace(person_id=giver) for giver in givers]


def has_had_work(who: Standing) -> bool:
    """Tell whether a part of the work is with the person, or was until they finished it."""
    row = row_for(who)
    return is_staff(who) and row is not None and row["role"] != "leader"


def keeps_case_file(who: Standing) -> bool:
    """Tell whether the case file is the person's own."""
    return is_staff(who) and who.record.get("owner_id") == who.person_id


def acted_last(who: Standing) -> bool:
    """Tell whether the last thing that happened to the document, beside words, was done by the person."""
    last = undoable(who.record, who.person_id)
    if last is None or not is_staff(who):
        return False
    # who has no longer the right to the act takes none back by it
    return may(UNDOABLE[last["event"]], who._replace(version=last["version"] - 1))


def is_the_clock(who: Standing) -> bool:
    """Tell whether a job acts and nobody of the office."""
    return who.person_id == roles.CLOCK


def may_see(who: Standing) -> bool:
    """Tell whether the person may read the document, in their own right or in that of a delegator."""
    return may_see_oneself(who) or (is_staff(who) and any(may_see_oneself(one) for one in delegated(who)))


def may_see_oneself(who: Standing) -> bool:
    """Tell whether the person may read the document: addressed by it, or overseeing all of them."""
    person = who.office.person(who.person_id)
    if person is None or not person.was_active(who.at):
        return False
    held = person.roles(who.at)
    if not held & roles.STAFF_ROLES:
        return False
    if who.record["kind"] == "case_file":
        return who.record["owner_id"] == who.person_id or roles.LEADER in held
    if is_secret(who.record.get("confidentiality", "normal")):
        return who.record["kind"] == "incoming" and roles.CLERK in held
    if roles.LEADER in held or roles.CHIEF_OF_OFFICE in held:
        return True
    if who.record["kind"] == "incoming" and roles.CLERK in held:
        return True
    return is_addressed(who)


def is_addressed(who: Standing) -> bool:
    """Tell whether the document concerns the person by name or through the unit that they head."""
    record = who.record
    rows = rows_concerning(record, who.version)
    if any(row["person_id"] == who.person_id or is_of_headed_unit(row, who) for row in rows):
        return True
    if record.get("leader_id") == who.person_id or record.get("drafter_id") == who.person_id:
        return True
    if any(row["person_id"] == who.person_id for row in record.get("custody", [])):
        return True
    if any(
        row["role"] == "division" and who.office.heads(who.person_id, row["unit_id"], who.at)
        for row in record.get("custody", [])
    ):
        return True
    return owns_review(who) or any(review["author_id"] == who.person_id for review in reviews_at(record, who.version))


GRANTS: dict[str, tuple[Callable[[Standing], bool], ...]] = {
    "RegisterIncoming": (has(roles.CLERK),),
    "PresentToLeader": (has(roles.CLERK), has(roles.CHIEF_OF_OFFICE)),
    "AddScan": (has(roles.CLERK),),
    "Assign": (distributes,),
    "TakeOn": (holds_row,),
    "ReturnAssignment": (holds_given_row,),
    "RequestExtension": (has_deadline,),
    "DecideExtension": (decides_extension,),
    "RequestExcuse": (owes_answer_oneself,),
    "DecideExcuse": (decides_excuse,),
    "HandOver": (holds_own_row,),
    "Urge": (urges,),
    "AddComment": (may_see_oneself,),
    "StartDraft": (holds_row,),
    "AddVersion": (holds_draft_as("drafter"),),
    "SubmitDraft": (holds_draft_as("drafter"),),
    "SubmitToLeader": (holds_draft_as("division"), heads_own_draft),
    "ReturnDraft": (holds_draft_as("division", "leader"),),
    "Approve": (holds_draft_as("leader"),),
    "Conclude": (holds_row,),
    "WithdrawDocument": (withdraws,),
    "RequestCorrection": (has(roles.CLERK),),
    "PermitCorrection": (corrects_as(roles.IT_HEAD, of_secrets=roles.LEADER),),
    "RefuseCorrection": (corrects_as(roles.IT_HEAD, of_secrets=roles.LEADER),),
    "CarryOutCorrection": (corrects_as(roles.ADMINISTRATOR, of_secrets=roles.CLERK),),
    "AcknowledgeCorrection": (asked_for_correction,),
    "UndoAct": (acted_last,),
    "RequestRepair": (has_had_work,),
    "ConfirmRepair": (confirms_repair,),
    "RefuseRepair": (refuses_repair,),
    "CarryOutRepair": (repairs_flows,),
    "AcknowledgeRepair": (asked_for_repair,),
    "Follow": (may_see_oneself,),
    "CreateCaseFile": (is_staff,),
    "FileDocument": (keeps_case_file,),
    "UnfileDocument": (keeps_case_file,),
    "CloseCaseFile": (keeps_case_file,),
    "ReopenCaseFile": (keeps_case_file,),
    "ResolveConflict": (owns_review,),
    "AcknowledgeReview": (wrote_held_act,),
    "RemindReview": (is_the_clock,),
    "RemindDue": (is_the_clock,),
}
"""Command → predicates of which one must hold."""

NOT_OFFERED = BY_WHAT_STANDS | {"AcknowledgeReview", "RemindReview", "RemindDue"}
"""Commands that are no action on a document's page, which devices show too: they have a page, a notice, the clock."""


def may(command: str, who: Standing) -> bool:
    """Tell whether the person may give a command, for themselves or for a delegator; unknown commands are denied."""
    return acting_as(command, who) is not None


def acting_as(command: str, who: Standing) -> Standing | None:
    """Return as whom the person may give a command: as themselves, else as a delegator; None when they may not."""
    predicates = GRANTS.get(command, ())
    others = [] if command in UNDELEGATED else delegated(who)
    return next((one for one in (who, *others) if any(predicate(one) for predicate in predicates)), None)


def seen_as(who: Standing) -> Standing:
    """Return as whom the person has the document in the inbox: as a delegator when it addresses only that one."""
    if is_addressed(who):
        return who
    return next((one for one in delegated(who) if is_addressed(one)), who)


def allowed_actions(who: Standing) -> list[str]:
    """Return the verbs open to the person now, in the order of the commands."""
    record = who.record
    if is_secret(record.get("confidentiality", "normal")):
        return []
    possible = STATES[record["kind"]]
    open_now = [name for name in VERBS.values() if record["state"] in possible.get(name, ()) and may(name, who)]
    if "AddScan" in open_now and record["files"]:
        open_now.remove("AddScan")
    row = row_for(acting_as("TakeOn", who) or who) if record["kind"] == "incoming" else None
    if row is not None and row["state"] == "taken_on" and "TakeOn" in open_now:
        open_now.remove("TakeOn")
    return [name for name, command in VERBS.items() if command in open_now and command not in NOT_OFFERED]


def assign_scope(who: Standing) -> str | None:
    """Return where the person may assign to: the whole office (leaders), one's own unit, or nowhere."""
    assigner = acting_as("Assign", who)
    if assigner is None:
        return None
    if who.office.is_leader(assigner.person_id, who.at):
        return "office"
    unit_id = who.office.unit_of(assigner.person_id, who.at)
    return f"unit:{unit_id}" if unit_id else None
