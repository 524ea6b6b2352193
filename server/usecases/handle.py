"""The only write path: a command from whichever door becomes a receipt, exactly once.

Receipts: `applied`; `merged` (others acted meanwhile, both stand); `needs_review` (a person decides); `refused`; `held`
(its predecessor has not arrived: send it again with it, nothing was stored). State, history and receipt are one
document, in the database that the command names, and one conditional write, so applying twice is impossible; who loses
the race reads and decides again.
"""

from __future__ import annotations

import random
import time
from typing import Any

from server.domain import aggregate, judgement, reviews
from server.domain.catalogues import is_secret
from server.domain.commands import (
    AcknowledgeReview,
    Command,
    Conclude,
    RegisterIncoming,
    RemindReview,
    ResolveConflict,
    StartDraft,
)
from server.domain.conflicts import CLEAN, HARD, SOFT, STATUS, Verdict
from server.domain.context import Context
from server.domain.errors import DomainError
from server.domain.office_permissions import may_govern
from server.domain.payloads import payload_of
from server.domain.permissions import Standing, may
from server.domain.records import Event, Record, event_of
from server.domain.registration import CONTENT, REASONS
from server.ports import Collection, Services, WriteConflict
from server.usecases import filing, gather, refusals, registering
from server.usecases.receipts import Receipt, receipt_of
from server.usecases.refusals import refusal_id

ATTEMPTS = 10
PAUSE_S = 0.002


def handle(command: Command, services: Services, *, keep_refused: bool = False) -> Receipt:
    """Carry out a command and return its receipt; the same `action_id` always gets the same one.

    A refused act is kept when `keep_refused` (acts from a device's queue). A form goes back to its author, who corrects
    it and sends it anew: only with what it was refused is remembered. Never raises `DomainError`. Raises what the store
    raises when it cannot be reached.
    """
    with services.lock(command.record_id or command.action_id):
        for attempt in range(ATTEMPTS):
            try:
                return refusals.noting(_once(command, services, keep_refused), command, services)
            except WriteConflict:
                # another process was faster: let it finish, then decide again on what it left
                time.sleep(random.uniform(0, PAUSE_S * 2**attempt))
    return receipt_of(command, "held", services.clock.now(), reason="busy")


def earlier_receipt(command: Command, services: Services) -> Receipt | None:
    """Return the receipt that an act has had already; None when it has had none."""
    found = services.records.get_many(_ids(command))
    return _earlier_receipt(command, found.get(command.record_id or ""), found.get(refusal_id(command.action_id)))


def _once(command: Command, services: Services, keep_refused: bool) -> Receipt:
    received_at = services.clock.now()
    found = services.records.get_many(_ids(command))
    record = found.get(command.record_id or "")
    if command.database != "records":
        stored = _home(command, services).get(command.record_id or "") or aggregate.empty(command.record_id)
        record = aggregate.opened(stored) if stored else None
    earlier = _earlier_receipt(command, record, found.get(refusal_id(command.action_id)))
    earlier = earlier or refusals.of_form(command, found)
    if earlier is not None:
        return earlier
    try:
        if not command.makes and _lacks_predecessor(command, record, found):
            return receipt_of(command, "held", received_at, reason="predecessor_missing")
        context = gather.context(command, services, received_at, record)
        if command.makes:
            answered = context.records.get(command.document_id or "")
            if answered is not None and _lacks_predecessor(command, dict(answered), found):
                # a draft is a record of its own, but it comes behind what its author did on the document before
                return receipt_of(command, "held", received_at, reason="predecessor_missing")
            return _make(command, services, context)
        if record is None:
            raise DomainError("not_found")
        if command.database == "records":
            command = judgement.not_before_seen(command, record)
        return _change(command, services, context, record)
    except DomainError as error:
        receipt = receipt_of(command, "refused", received_at, reason=error.code, details=error.details)
        if not keep_refused:
            refusals.remember_form(command, receipt, services, found)
        else:
            services.records.put(
                {
                    "_id": refusal_id(command.action_id),
                    "kind": "refusal",
                    "actor_id": command.actor_id,
                    "command": _kept(command),
                    "receipt": receipt,
                    "updated_at": received_at,
                }
            )
        return receipt


def _home(command: Command, services: Services) -> Collection:
    """Return the database of the record that a command writes."""
    return services.accounts if command.database == "accounts" else services.records


def _kept(command: Command) -> dict[str, Any]:
    """Return a refused act as it is kept; of a secret document nothing is, beyond what its bare entry would have."""
    payload = payload_of(command)
    if isinstance(command, RegisterIncoming) and is_secret(command.confidentiality):
        payload["fields"] |= {name: None if name == "file" else "" for name in (*CONTENT, *REASONS)}
    return payload


def _ids(command: Command) -> list[str]:
    ids = [command.record_id or "", refusal_id(command.action_id)]
    if not command.is_offline:
        ids.append(refusals.form_id(command.action_id))
    if command.after:
        ids.append(refusal_id(command.after))
    return [one for one in ids if one]


def _earlier_receipt(command: Command, record: Record | None, refusal: dict[str, Any] | None) -> Receipt | None:
    if record is not None:
        receipt: Receipt | None = record["receipts"].get(command.action_id)
        if receipt is not None and receipt["actor_id"] == command.actor_id:
            return receipt
        if receipt is not None or command.makes:
            # somebody else's action_id: say no more than that it cannot be used
            return receipt_of(command, "refused", receipt["received_at"] if receipt else "", reason="bad_action_id")
    if refusal is not None:
        kept: Receipt = refusal["receipt"]
        if refusal["actor_id"] == command.actor_id:
            return kept
        return receipt_of(command, "refused", kept["received_at"], reason="bad_action_id")
    return None


def _lacks_predecessor(command: Command, record: Record | None, found: dict[str, Any]) -> bool:
    """Tell whether the device's previous act on this document is still on its way."""
    if not command.after or refusal_id(command.after) in found:
        return False
    return record is None or command.after not in record["receipts"]


def _make(command: Command, services: Services, context: Context) -> Receipt:
    """Make a new record; the number of an incoming document is taken with it."""
    if isinstance(command, StartDraft):
        answered = context.records.get(command.document_id or "")
        if answered is None:
            raise DomainError("not_found")
        command = judgement.not_before_seen(command, dict(answered))
        verdict = judgement.judge(command, dict(answered), context)
        if verdict.severity == HARD:
            # a draft takes nothing from anybody: it is kept, and its author is told
            verdict = verdict._replace(severity=SOFT)
        command = judgement.with_authority(command, dict(answered), context)
    else:
        verdict = Verdict(CLEAN)
        who = Standing({"kind": command.makes}, command.actor_id, context.office, command.acted_at)
        allowed = may if command.database == "records" else may_govern
        if not allowed(type(command).__name__, who):
            raise DomainError("not_allowed", command=type(command).__name__)
    if isinstance(command, RegisterIncoming):
        return registering.register(command, services, context)
    record, event = aggregate.make(command, context)
    return _store(command, services, record, [event], verdict)


def _change(command: Command, services: Services, context: Context, record: Record) -> Receipt:
    verdict = judgement.judge(command, record, context)
    if command.database == "accounts":
        return _store(command, services, record, [aggregate.decide(record, command, context)], verdict)
    command = judgement.with_authority(command, record, context)
    if verdict.severity == HARD:
        difference = gather.difference(command, record, services)
        return _store(command, services, record, [reviews.hold(record, command, verdict, context, difference)], verdict)
    if isinstance(command, ResolveConflict):
        return _store(command, services, record, _resolution(command, services, record, context), verdict)
    if isinstance(command, AcknowledgeReview | RemindReview):
        return _store(command, services, record, [reviews.noted(record, command, context)], verdict)
    try:
        judgement.require_right_now(command, record, context)
        event = aggregate.decide(record, command, context)
    except DomainError:
        if verdict.severity != SOFT:
            raise
        # what the act wanted is there already, by somebody else's hand: its words are kept
        event = event_of(
            command, "ActMerged", context.received_at, {"command": type(command).__name__, **command.own_values()}
        )
    else:
        _open_case_file(command, services, context, record, event)
    return _store(command, services, record, [event], verdict)


def _open_case_file(command: Command, services: Services, context: Context, record: Record, event: Event) -> None:
    """Make the case file into which a document is concluded, or put it into one that the document does not name."""
    if not isinstance(command, Conclude):
        return
    is_beside = event["data"]["role"] == "collaborate" or record["case_file_id"] is not None
    if command.new_case_file_title:
        registering.open_case_file(command, services, context, [record["_id"]] if is_beside else [])
    elif is_beside and record["case_file_id"] != command.case_file_id:
        filing.file_concluded(command, services, context)


def _resolution(command: ResolveConflict, services: Services, record: Record, context: Context) -> list[Event]:
    review = reviews.find_open(record, command, context.office)
    events = [reviews.resolved(command, review, context)]
    if command.choice != "theirs":
        act = reviews.held_command(record, command, review)
        # a decision revives no authority: whose act it is must be able to do it today
        author = Standing(record, act.actor_id, context.office, context.received_at)
        if not may(type(act).__name__, author):
            raise DomainError("wrong_state", state=record["state"])
        act = judgement.with_authority(act, record, context)
        carried_out = aggregate.decide(record, act, context)
        _open_case_file(act, services, context, record, carried_out)
        # the act is the author's, its receipt is the owner's: the held act has had its own
        events.append({**carried_out, "action_id": command.action_id, "device_id": command.device_id})
    return events


def _store(command: Command, services: Services, record: Record, events: list[Event], verdict: Verdict) -> Receipt:
    """Write state, history and receipt in one conditional write."""
    for event in events:
        record = aggregate.apply(record, event)
    receipt = receipt_of(
        command, STATUS[verdict.severity], events[-1]["received_at"], reason=verdict.reason, record_id=record["_id"],
        version=record["version"], history_sha256=record["events"][-1]["sha256"],
    )  # fmt: skip
    record["receipts"][command.action_id] = receipt
    _home(command, services).put(record)
    return receipt
