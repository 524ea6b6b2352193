"""Whether an act may be: the right to it as it stood when it was done, then what others did meanwhile (Article 12).

What a device says of version and instant is evidence, not proof: it is held against what the record knows of both.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TypeVar

from server.domain import assigning, conflicts, repairs
from server.domain.catalogues import is_secret
from server.domain.commands import (
    BY_WHAT_STANDS,
    ONLINE_ONLY,
    AcknowledgeReview,
    AddComment,
    Assign,
    Command,
    DecideExcuse,
    DecideExtension,
    RemindReview,
    ResolveConflict,
    Urge,
    WithdrawDocument,
)
from server.domain.conflicts import CLEAN, HARD, SOFT, Verdict
from server.domain.context import Context
from server.domain.document_states import STATES
from server.domain.errors import DomainError
from server.domain.mending_rights import had_part
from server.domain.office_permissions import may_govern, may_know_of
from server.domain.parts import row_acted_upon
from server.domain.permissions import Standing, acting_as, may, may_see
from server.domain.records import Record, events_since, open_reviews, shown_at
from server.domain.repair_commands import ConfirmRepair, RefuseRepair, UndoAct
from server.domain.review_owners import review_owner
from server.domain.row_requests import EXCUSES, EXTENSIONS, row_asked

Act = TypeVar("Act", bound=Command)


def not_before_seen(command: Act, record: Record) -> Act:
    """Return the command with the instant it counts for: nobody acts on a version before it was there to be seen."""
    return replace(command, acted_at=max(command.acted_at, shown_at(record, command)))


def with_authority(command: Act, record: Record, context: Context) -> Act:
    """Return the command with the delegator in whose place its author acts; nobody's, where own authority suffices."""
    now = Standing(record, command.actor_id, context.office, command.acted_at)
    if isinstance(command, ResolveConflict):
        return replace(command, on_behalf_of=_owner_acted_for(command, now))
    for who in (now, now._replace(version=command.seen_version)):
        found = acting_as(type(command).__name__, who)
        if found is not None:
            return replace(command, on_behalf_of=None if found.person_id == command.actor_id else found.person_id)
    return command


def _owner_acted_for(command: ResolveConflict, now: Standing) -> str | None:
    """Return the delegator whose decision a conflict is; None when it is the author's own, or another's."""
    reviews = [one for one in open_reviews(now.record) if one["review_id"] == command.review_id]
    owners = [review_owner(now.record, one, now.office, now.at) for one in reviews]
    return next((one for one in owners if one in now.office.delegators_of(now.person_id, now.at)), None)


def judge(command: Command, record: Record, context: Context) -> Verdict:
    """Judge authority as it stood, then what happened meanwhile. Raises not_found, not_allowed."""
    if command.database == "accounts":
        return _judge_governing(command, record, context)
    name = type(command).__name__
    if name in BY_WHAT_STANDS:
        return _judge_as_it_stands(command, record, context)
    is_current = command.seen_version >= record["version"]
    now = Standing(record, command.actor_id, context.office, command.acted_at)
    then = now if is_current else now._replace(version=command.seen_version)
    had = may(name, then) or _had_after_own_act(name, command, now)
    if not may_see(now) and not (command.seen_version and (had or _saw_as_delegate(command, then))):
        raise DomainError("not_found")
    # a secret document is a bare entry of the register. Who saw no version that gave the right needs it here and now:
    # the role of yesterday and the document of today together are nobody's right
    has = may(name, now) and may(name, now._replace(at=context.received_at))
    if is_secret(record.get("confidentiality", "normal")) or not (had or has):
        if isinstance(command, ResolveConflict) and command.review_id in _decided(record):
            # decided elsewhere meanwhile, by the same person or another: there is nothing that is not allowed
            raise DomainError("no_such_review", field="review_id")
        raise DomainError("not_allowed", command=name)
    meanwhile = events_since(record, command.seen_version, command)
    if isinstance(command, AddComment | ResolveConflict | AcknowledgeReview | RemindReview) or is_current:
        return _with_units(conflicts.classify(command, meanwhile, None), command, context)
    if isinstance(command, WithdrawDocument | Urge):
        row = None  # these are about everybody's part, not the author's alone
    elif isinstance(command, DecideExtension | DecideExcuse):
        key = EXTENSIONS if isinstance(command, DecideExtension) else EXCUSES
        row = row_asked(record, key, command.request_id)
    else:
        row = row_acted_upon(name, acting_as(name, then) or then)
    verdict = conflicts.classify(command, meanwhile, row)
    if verdict.severity == CLEAN and not may(name, now):
        # what gave the authority has gone, though no row of the table says by which event
        return Verdict(HARD, "no_longer_yours", verdict.events)
    return _with_units(verdict, command, context)


def _with_units(verdict: Verdict, command: Command, context: Context) -> Verdict:
    """Say that a unit was merged since its name was chosen: the one in its place receives for it."""
    if verdict.severity != CLEAN or not isinstance(command, Assign):
        return verdict
    is_merged = any(assigning.standing(target, context) != target for target in command.targets())
    return Verdict(SOFT, "unit_merged_meanwhile") if is_merged else verdict


def require_right_now(command: Command, record: Record, context: Context) -> None:
    """Keep what agrees with others' acts from taking effect by a hand that has lost the right. Raises wrong_state.

    A comment takes effect on nothing, and stands even when its author has lost sight of the document meanwhile.
    """
    now = Standing(record, command.actor_id, context.office, command.acted_at)
    if not (isinstance(command, AddComment) or may(type(command).__name__, now)):
        raise DomainError("wrong_state", state=record["state"])


def _judge_governing(command: Command, record: Record, context: Context) -> Verdict:
    """Judge an act on the office itself: by the office as it is, then and now. Raises not_found, not_allowed."""
    now = Standing(record, command.actor_id, context.office, context.received_at)
    if not may_know_of(now):
        raise DomainError("not_found")
    name = type(command).__name__
    if not (may_govern(name, now) and may_govern(name, now._replace(at=command.acted_at))):
        raise DomainError("not_allowed", command=name)
    return Verdict(CLEAN)


def _judge_as_it_stands(command: Command, record: Record, context: Context) -> Verdict:
    """Judge an act by the right to it when it was done, on what stands when it comes.

    Who has a part in correcting an entry need not be anybody who may see the document (Article 14.2). Raises not_found,
    online_only, not_allowed, undo_not_last.
    """
    name = type(command).__name__
    at = context.received_at if name in ONLINE_ONLY else command.acted_at
    now = Standing(record, command.actor_id, context.office, at)
    # of a secret document there is the entry in its book alone, and that can be wrong like any other
    is_closed = is_secret(record.get("confidentiality", "normal")) and name not in ONLINE_ONLY
    is_allowed = may(name, now) and not is_closed
    if not is_allowed:
        _require_not_over(command, now)
    if not (may_see(now) or is_allowed):
        raise DomainError("not_found")
    if command.is_offline and name in ONLINE_ONLY:
        raise DomainError("online_only", command=name)
    if not is_allowed:
        raise DomainError("not_allowed", command=name)
    return Verdict(CLEAN)


def _require_not_over(command: Command, now: Standing) -> None:
    """Say that what was theirs to take back or to mend is over, instead of that they may not.

    Raises undo_not_last, repair_not_open, wrong_state.
    """
    if isinstance(command, UndoAct):
        actors = {one["action_id"]: one["actor_id"] for one in now.record["events"]}
        # an act that never took effect is nobody's to take back either: refused, or held for a decision
        is_void = command.undone not in actors and may_see(now)
        if actors.get(command.undone) == now.person_id or is_void:
            raise DomainError("undo_not_last", field="undone")
    if isinstance(command, ConfirmRepair | RefuseRepair):
        found = repairs.find(now.record, command.repair_id)
        if found is not None and had_part(found, now):
            raise DomainError("repair_not_open", field="repair_id")
    state = now.record["state"]
    if may_see(now) and state not in STATES[now.record["kind"]].get(type(command).__name__, ()):
        raise DomainError("wrong_state", state=state)


def _decided(record: Record) -> set[str]:
    return {one["review_id"] for one in record.get("reviews", []) if one["state"] != "open"}


def _saw_as_delegate(command: Command, then: Standing) -> bool:
    """Tell whether the version can have been on the author's screen through a delegation that is over.

    Then the refusal may say what is the matter: it tells of no document that its author did not know.
    """
    shown = shown_at(then.record, command)
    terms = [one.term() for one in then.office.delegations.get(then.person_id, ())]
    return any(may_see(then._replace(at=max(shown, term[0]))) for term in terms if term and term[1] <= command.acted_at)


def _had_after_own_act(name: str, command: Command, now: Standing) -> bool:
    """Tell whether the device's own last act on the document left the person the right, as its screen showed it."""
    own = [
        event["version"]
        for event in now.record["events"]
        if command.device_id and (event["device_id"], event["actor_id"]) == (command.device_id, command.actor_id)
    ]
    return bool(own) and may(name, now._replace(version=own[-1]))
