"""Door two: the queued actions of a device, each into the same command that a form makes, and to the same use case.

Nothing that a person did offline is dropped (Article 9 has every handling recorded): what cannot be carried out is kept
with its reason, and every action gets a receipt, the same one however often it is sent.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from typing import Any

from server.domain import versions
from server.domain.commands import Command
from server.domain.errors import DomainError
from server.domain.office_commands import OFFICE_COMMANDS
from server.domain.payloads import RECORD_ID, build
from server.domain.signed_forms import act_sha256
from server.ports import Services, WriteConflict
from server.usecases.handle import earlier_receipt, handle
from server.usecases.refusals import refusal_id
from sync import device_keys, gate
from sync.actions import Batch, BatchRefused, Payload, in_chain_order, in_groups, is_harmless, read_batch
from sync.holding import Waiting
from sync.ports import Document, StoreError

log = logging.getLogger(__name__)
Receipt = dict[str, Any]
HELD_KINDS = ("incoming", "outgoing", "case_file")
KEPT_CHARACTERS = 64 * 1024
ATTEMPTS = 5


def receive(services: Services, identity: gate.Identity, payload: object, *, device: Document) -> list[Receipt]:
    """Take a batch from an enrolled device; give a receipt for each action, in the order they were sent.

    Actions are taken in the order of their chain (`after`), whatever order they came in, several with one commit.
    Raises BatchRefused when the batch as a whole cannot be taken, and the store's errors when it breaks off: then some
    may be done, and the same batch is sent again.
    """
    batch = read_batch(payload)
    if not _is_own(batch, identity):
        raise BatchRefused("another_person", 403)
    receipts: dict[str, Receipt] = {}
    waiting = Waiting(device, services)
    for group in in_groups(in_chain_order(batch.actions), by_itself=OFFICE_COMMANDS):
        with services.store.together() if len(group) > 1 else nullcontext() as is_alone:
            # where nobody else can write there is nothing to queue up for, and queueing could be for ever
            own = replace(services, lock=_no_lock) if is_alone else services
            for action in group:
                receipts[action["action_id"]] = waiting.noted(_take(action, own, identity, waiting, receipts))
    waiting.write_down()
    return [receipts[action["action_id"]] for action in batch.actions]


def _no_lock(_key: str) -> AbstractContextManager[None]:
    return nullcontext()


def _is_own(batch: Batch, identity: gate.Identity) -> bool:
    claims = [batch.person_id]
    for action in batch.actions:
        claims += [action.get("actor_id"), action.get("person_id")]
    return all(gate.speaks_for(identity, claim) for claim in claims)


def _take(
    action: Payload, services: Services, identity: gate.Identity, waiting: Waiting, done: Mapping[str, Receipt]
) -> Receipt:
    """Carry out one action, or keep it as refused."""
    received_at, device = services.clock.now(), waiting.device
    try:
        if not versions.is_understood(versions.version_of(action)):
            held = _answer(action, identity, device, "held", received_at, "app_too_old")
            return _earlier_receipt(action, services, identity) or held
        command = _command(action, identity, device, received_at)
    except DomainError as error:
        # what was taken already keeps its receipt, in whatever form or from whichever device it comes again
        earlier = _earlier_receipt(action, services, identity)
        return earlier or _refuse(action, error, services, identity, device, received_at)
    try:
        if device.get("key_id") and command.device_signature is None:
            return _not_signed(command, action, services, identity, device, received_at)
        receipt = _in_chain(replace(command, is_forced=False), action, services, identity, device, done)
        if command.is_forced and receipt["reason"] == "predecessor_missing" and waiting.may_force(command.action_id):
            receipt = handle(replace(command, after=None), services, keep_refused=True)
        return receipt
    except (StoreError, OSError):
        raise
    except Exception:
        # One action that trips the server must not keep the others of this device from being taken.
        log.exception("action %s (%s) failed", command.action_id, type(command).__name__)
        return _answer(action, identity, device, "held", received_at, "busy")


def _in_chain(
    command: Command,
    action: Payload,
    services: Services,
    identity: gate.Identity,
    device: Document,
    done: Mapping[str, Receipt],
) -> Receipt:
    """Carry out a command behind its predecessor, or hold it until that one is there."""
    predecessor = done.get(command.after or "")
    if predecessor is not None and predecessor["status"] == "held":
        return _answer(action, identity, device, "held", services.clock.now(), "predecessor_missing")
    unchained = replace(command, after=None)
    receipt = handle(command if predecessor is None else unchained, services, keep_refused=True)
    # mostly the predecessor is in the same record; only otherwise is it looked for elsewhere
    if receipt["reason"] == "predecessor_missing" and _is_receipted(command, services, identity):
        receipt = handle(unchained, services, keep_refused=True)
    return receipt


def _earlier_receipt(action: Payload, services: Services, identity: gate.Identity) -> Receipt | None:
    """Give the receipt of an action that was taken before it came in a form that cannot be read (any more)."""
    action_id, document_id = action["action_id"], action.get("document_id")
    made = [f"{kind}:{action_id}" for kind in HELD_KINDS]
    ids = [refusal_id(action_id), *made]
    if isinstance(document_id, str) and RECORD_ID.fullmatch(document_id):
        ids.append(document_id)
    for record in services.records.get_many(ids).values():
        receipt: Receipt | None = record.get("receipt") or (record.get("receipts") or {}).get(action_id)
        if receipt is not None and receipt["actor_id"] == identity.person_id:
            return receipt
    return None


def _command(action: Payload, identity: gate.Identity, device: Document, received_at: str) -> Command:
    """Read an action; the instant it counts for is bounded by what the server knows. Raises DomainError."""
    if not is_harmless(action):
        raise DomainError("bad_value", field="payload")
    if action.get("device_id") not in (None, device["device_id"]):
        raise DomainError("not_this_device")
    # what was signed is the act as it was sent, in whatever form
    command = build(versions.upgraded(action), actor_id=identity.person_id, is_offline=True)
    claimed_at = command.acted_at
    revoked_at = device.get("revoked_at")
    if revoked_at is not None and claimed_at > revoked_at:
        raise DomainError("not_this_device")
    known_at = device.get("last_sync_at") or device["enrolled_at"]  # before that it had nothing to act on
    acted_at = bounded(claimed_at, known_at, received_at)
    return replace(
        command,
        acted_at=acted_at,
        claimed_at=claimed_at,
        device_id=device["device_id"],
        action_sha256=act_sha256(action, device["device_id"]),
        device_signature=device_keys.signature_of(action, device),
    )


def bounded(claimed_at: str, known_at: str, received_at: str) -> str:
    """Give the instant that counts: the device's word, but not before it last synced and not after the receipt."""
    return min(max(claimed_at, known_at), received_at)


def _not_signed(
    command: Command,
    action: Payload,
    services: Services,
    identity: gate.Identity,
    device: Document,
    received_at: str,
) -> Receipt:
    """Refuse an act that its device did not sign, although it could; what was taken already keeps its receipt."""
    earlier = earlier_receipt(command, services)
    if earlier is not None:
        return earlier
    if device_keys.may_be_on_the_way(device, received_at):
        return _answer(action, identity, device, "held", received_at, "bad_signature")
    return _refuse(action, DomainError("bad_signature"), services, identity, device, received_at)


def _is_receipted(command: Command, services: Services, identity: gate.Identity) -> bool:
    """Tell whether the predecessor was taken earlier, on this document or (as a draft from it) on another."""
    inbox = services.store.database(gate.inbox_name(identity.person_id))
    if inbox.get(f"receipt:{command.after}") is not None:
        return True
    made = services.records.get_many([f"{kind}:{command.after}" for kind in HELD_KINDS])
    receipts = [(record.get("receipts") or {}).get(command.after) for record in made.values()]
    return any(receipt is not None and receipt["actor_id"] == identity.person_id for receipt in receipts)


def _refuse(
    action: Payload,
    error: DomainError,
    services: Services,
    identity: gate.Identity,
    device: Document,
    received_at: str,
) -> Receipt:
    """Keep an action that is no command, with its reason; sent again it gets the receipt of the first time."""
    receipt = _answer(action, identity, device, "refused", received_at, error.code, error.details)
    refusal: Document = {
        "_id": refusal_id(action["action_id"]),
        "kind": "refusal",
        "actor_id": identity.person_id,
        "command": _kept(action),
        "receipt": receipt,
        "updated_at": received_at,
    }
    for _attempt in range(ATTEMPTS):
        earlier = services.records.get(refusal["_id"])
        if earlier is not None and earlier["actor_id"] == identity.person_id:
            kept: Receipt = earlier["receipt"]
            return kept
        if earlier is not None:  # the id is another person's; theirs stays
            return {**receipt, "reason": "bad_action_id", "details": {}}
        try:
            services.records.put(refusal)
        except WriteConflict:
            continue
        return receipt
    return {**receipt, "status": "held", "reason": "busy"}


def _kept(action: Payload) -> Document:
    """Give an action in a form that any store takes, its own words included."""
    if is_harmless(action) and isinstance(action.get("fields") or {}, Mapping):
        return {**action, "fields": dict(action.get("fields") or {})}
    text = json.dumps(action)  # as ASCII: also what is no Unicode can be written down
    return {
        "action_id": action["action_id"],
        "command": _text(action.get("command")),
        "document_id": _text(action.get("document_id")),
        "fields": {},
        "as_sent": text[:KEPT_CHARACTERS],
    }


def _answer(
    action: Payload,
    identity: gate.Identity,
    device: Document,
    status: str,
    received_at: str,
    reason: str,
    details: Mapping[str, Any] | None = None,
) -> Receipt:
    """Give a receipt for an action that did not reach the use case, in the shape of all receipts."""
    return {
        "action_id": action["action_id"],
        "command": _text(action.get("command")),
        "actor_id": identity.person_id,
        "device_id": device["device_id"],
        "status": status,
        "reason": reason,
        "details": dict(details or {}),
        "document_id": _text(action.get("document_id")) or None,
        "version": None,
        "acted_at": _text(action.get("acted_at")),
        "received_at": received_at,
        "action_sha256": act_sha256(action, device["device_id"]) if is_harmless(action) else None,
        "history_sha256": None,
    }


def _text(value: object) -> str:
    return value[:200].encode("ascii", "replace").decode() if isinstance(value, str) else ""
