"""Refused acts. Those of devices are kept with what was written, shown to their author alone, and done anew from there.

Of a form that was refused, which its author has back, it is remembered for a while with what: when the network brings
the same form a second time, it is not judged by what has changed since.
"""

from __future__ import annotations

import hashlib
from contextlib import suppress
from typing import Any

from server.domain.commands import Command, verb
from server.domain.errors import DomainError
from server.domain.payloads import payload_of, readable_fields
from server.domain.signed_forms import canonical
from server.domain.versions import upgraded
from server.ports import Services, Unavailable, WriteConflict
from server.usecases.receipts import Receipt

DONE = frozenset({"applied", "merged", "needs_review"})
ATTEMPTS = 5


def refusal_id(action_id: str) -> str:
    """Return the id under which a refused act is kept."""
    return f"refusal:{action_id}"


def refused_acts(services: Services, person_id: str, limit: int = 200) -> list[dict[str, Any]]:
    """Return a person's refused acts with their reasons, the latest first."""
    kept = services.records.find("by_actor", {"kind": "refusal", "actor_id": person_id}, descending=True, limit=limit)
    return [_shown(one) for one in kept]


def refused_act(services: Services, person_id: str, action_id: str) -> dict[str, Any] | None:
    """Return one refused act of the person's own; None when it is absent or another's."""
    kept = services.records.get(refusal_id(action_id)) if action_id else None
    if kept is None or kept.get("kind") != "refusal" or kept["actor_id"] != person_id:
        return None
    return _shown(kept)


def form_id(action_id: str) -> str:
    """Return the id under which it is remembered with what a form was refused."""
    return f"refused_form:{action_id}"


def remember_form(command: Command, receipt: Receipt, services: Services, found: dict[str, Any]) -> None:
    """Remember with what a form was refused; `found` has what was remembered of it before, by id.

    Where it cannot be written the form goes back to its author all the same: what they wrote is worth more than this.
    """
    earlier = found.get(form_id(command.action_id))
    kept = {
        **({"_rev": earlier["_rev"]} if earlier else {}),
        "_id": form_id(command.action_id),
        "kind": "refused_form",
        "content_sha256": _content_sha256(command),
        "receipt": receipt,
        "updated_at": receipt["received_at"],
    }
    with suppress(Unavailable):
        services.records.put(kept)


def of_form(command: Command, found: dict[str, Any]) -> Receipt | None:
    """Return with what the same form was refused before: not one that was corrected, nor what a device brings."""
    kept = found.get(form_id(command.action_id))
    if kept is None or kept["receipt"]["actor_id"] != command.actor_id:
        return None
    receipt: Receipt = kept["receipt"]
    return receipt if kept["content_sha256"] == _content_sha256(command) else None


def _content_sha256(command: Command) -> str:
    """Return the digest (lowercase hex) of what was written, whenever it came."""
    content = {key: value for key, value in payload_of(command).items() if key != "acted_at"}
    return hashlib.sha256(canonical(content).encode()).hexdigest()


def noting(receipt: Receipt, command: Command, services: Services) -> Receipt:
    """Note on a refused act that it was done anew, now that it was, and pass the receipt on.

    Repeating it changes nothing, so what was interrupted is made up for when the act is sent again.
    """
    if command.replaces and receipt["status"] in DONE:
        _mark_replaced(command.replaces, command, services)
    return receipt


def _mark_replaced(action_id: str, command: Command, services: Services) -> None:
    for _attempt in range(ATTEMPTS):
        kept = services.records.get(refusal_id(action_id))
        if kept is None or kept["actor_id"] != command.actor_id or kept.get("replaced_by"):
            return
        try:
            services.records.put({**kept, "replaced_by": command.action_id})
        except WriteConflict:
            continue
        return


def _shown(kept: dict[str, Any]) -> dict[str, Any]:
    """Return how pages show a refused act; `document_id` is the document whose form it was written in."""
    command = _in_form_of_today(kept["command"])
    name = command.get("command")
    return {
        **kept["receipt"],
        "document_id": command.get("document_id") or None,
        "verb": verb(name) if isinstance(name, str) else "",
        "fields": readable_fields(name, command.get("fields")),
        "replaced_by": kept.get("replaced_by"),
    }


def _in_form_of_today(command: dict[str, Any]) -> dict[str, Any]:
    try:
        return upgraded(command)
    except DomainError:  # it was refused for naming no version
        return command
