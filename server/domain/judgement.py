"""Whether an act may be: the right to it as it stood when it was done, then what others did meanwhile (Article 12).

What a device says of version and instant is evidence, not proof: it is held against what the record knows of both.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TypeVar

from server.domain import conflicts
from server.domain.catalogues import is_secret
from server.domain.commands import AcknowledgeReview, AddComment, Command, RemindReview, ResolveConflict
from server.domain.conflicts import CLEAN, HARD, Verdict
from server.domain.context import Context
from server.domain.errors import DomainError
from server.domain.permissions import Standing, may, may_see, row_for
from server.domain.records import Record, events_since, shown_at

Act = TypeVar("Act", bound=Command)


def not_before_seen(command: Act, record: Record) -> Act:
    """Return the command with the instant it counts for: nobody acts on a version before it was there to be seen."""
    return replace(command, acted_at=max(command.acted_at, shown_at(record, command)))


def judge(command: Command, record: Record, context: Context) -> Verdict:
    """Judge authority as it stood, then what happened meanwhile. Raises not_found, not_allowed."""
    name = type(command).__name__
    is_current = command.seen_version >= record["version"]
    now = Standing(record, command.actor_id, context.office, command.acted_at)
    then = now if is_current else now._replace(version=command.seen_version)
    had = may(name, then) or _had_after_own_act(name, command, now)
    if not may_see(now) and not (command.seen_version and had):
        raise DomainError("not_found")
    # a secret document is a bare entry of the register. Who saw no version that gave the right needs it here and now:
    # the role of yesterday and the document of today together are nobody's right
    has = may(name, now) and may(name, now._replace(at=context.received_at))
    if is_secret(record.get("confidentiality", "normal")) or not (had or has):
        raise DomainError("not_allowed", command=name)
    meanwhile = events_since(record, command.seen_version, command)
    if isinstance(command, AddComment | ResolveConflict | AcknowledgeReview | RemindReview) or is_current:
        return conflicts.classify(command, meanwhile, None)
    verdict = conflicts.classify(command, meanwhile, row_for(then))
    if verdict.severity == CLEAN and not may(name, now):
        # what gave the authority has gone, though no row of the table says by which event
        return Verdict(HARD, "no_longer_yours", verdict.events)
    return verdict


def require_right_now(command: Command, record: Record, context: Context) -> None:
    """Keep what agrees with others' acts from taking effect by a hand that has lost the right. Raises wrong_state.

    A comment takes effect on nothing, and stands even when its author has lost sight of the document meanwhile.
    """
    now = Standing(record, command.actor_id, context.office, command.acted_at)
    if not (isinstance(command, AddComment) or may(type(command).__name__, now)):
        raise DomainError("wrong_state", state=record["state"])


def _had_after_own_act(name: str, command: Command, now: Standing) -> bool:
    """Tell whether the device's own last act on the document left the person the right, as its screen showed it."""
    own = [
        event["version"]
        for event in now.record["events"]
        if command.device_id and (event["device_id"], event["actor_id"]) == (command.device_id, command.actor_id)
    ]
    return bool(own) and may(name, now._replace(version=own[-1]))
