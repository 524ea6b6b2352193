"""A posted form becomes a command, the command a receipt, the receipt an answer: door one.

The same for every command: `send` never decides anything, and never raises for what a person got wrong.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, jsonify, make_response, redirect, request
from werkzeug.wrappers import Response

from server.domain import payloads
from server.domain.commands import verb
from server.domain.errors import DomainError
from server.domain.office_commands import ALL_COMMANDS
from server.domain.signed_forms import RECEIPT_FIELDS
from server.usecases import read
from server.usecases.handle import handle
from server.usecases.receipts import Receipt
from server.web import current, papers, uploads
from server.web.errors import RECEIPT_HEADER, error_text, status_of
from server.web.forms import kinds_of, of_today, read_envelope, read_fields

EVENT = "congvan:receipt"
TOLD = (*RECEIPT_FIELDS, "signature")
DONE = frozenset({"applied", "merged", "needs_review"})


@dataclass(frozen=True, slots=True)
class Act:
    """One command that was sent: its fields as they were given, the file taken in, and the receipt."""

    command: str
    fields: dict[str, Any]
    upload: uploads.Upload | None
    receipt: Receipt
    replaces: str | None = None

    @property
    def is_done(self) -> bool:
        """Tell whether the act was taken, if only for a decision."""
        return self.receipt["status"] in DONE

    @property
    def status(self) -> int:
        """Return the HTTP status of the receipt."""
        return 200 if self.is_done else status_of(self.receipt["reason"])

    def filled(self) -> dict[str, Any]:
        """Return the form as it was sent, for another attempt: without its action id, which is spent."""
        file = self.upload.shown() if self.upload else None
        return {**self.fields, "file": file, "replaces": self.replaces}

    def faults(self) -> dict[str, str]:
        """Return the error beside its field; the first field takes what belongs to none."""
        if self.is_done:
            return {}
        own = list(ALL_COMMANDS[self.command].own_fields())
        details = self.receipt["details"]
        field = details.get("field")
        return {field if field in own else own[0]: error_text(self.receipt["reason"], details)}


def send(command: str, document_id: str | None, kinds: Mapping[str, str]) -> Act:
    """Read the posted form, send the command, and let inboxes catch up when it was done."""
    fields = read_fields(of_today(command, request.form), kinds)
    envelope = read_envelope(request.form)
    envelope["action_id"] = envelope["action_id"] or str(uuid.uuid4())
    upload: uploads.Upload | None = None
    try:
        for name in (name for name, kind in kinds.items() if kind == "file"):
            upload = uploads.of_form(name, is_paper=command in papers.COMMANDS)
            fields[name] = upload.reference if upload else None
        built = payloads.build(
            {
                **envelope,
                "command": command,
                "document_id": document_id,
                "acted_at": current.services().clock.now(),
                "device_id": None,
                "fields": fields,
            },
            actor_id=current.person_id(),
        )
        receipt = handle(built, current.services())
    except DomainError as error:
        receipt = refused(command, envelope["action_id"], document_id, error)
    act = Act(command, fields, upload, receipt, envelope["replaces"])
    if act.is_done:
        uploads.name_document(act.upload, receipt["document_id"])
        current.nudge()
    return act


def send_one(
    command: str, document_id: str, fields: Mapping[str, Any], *, action_id: str, seen_version: str
) -> Receipt:
    """Send one of several acts that a form makes in one go, and return its receipt; inboxes are not told yet."""
    payload = {
        "action_id": action_id,
        "command": command,
        "document_id": document_id,
        "seen_version": seen_version,
        "acted_at": current.services().clock.now(),
        "fields": dict(fields),
    }
    try:
        return handle(payloads.build(payload, actor_id=current.person_id()), current.services())
    except DomainError as error:
        return refused(command, action_id, document_id, error)


def refused(command: str, action_id: str, document_id: str | None, error: DomainError) -> Receipt:
    """Return the receipt of a form that could not even become a command."""
    at = current.now()
    return {
        "action_id": action_id,
        "command": command,
        "actor_id": current.person_id(),
        "device_id": None,
        "status": "refused",
        "reason": error.code,
        "details": error.details,
        "document_id": document_id,
        "version": None,
        "acted_at": at,
        "received_at": at,
        "action_sha256": None,
    }


def notice_of(receipt: Mapping[str, Any]) -> str:
    """Return the sentence that tells the author what became of the act."""
    words = current.text(f"receipts.{receipt['status']}")
    reason = receipt.get("reason")
    if reason and current.has_text(f"conflicts.reason.{reason}"):
        return f"{words} {current.text(f'conflicts.reason.{reason}')}"
    return words


def answered(response: Response, receipt: Mapping[str, Any]) -> Response:
    """Write the receipt into an answer's headers: for the worker, and as an event for scripts of the page."""
    response.headers[RECEIPT_HEADER] = str(receipt["status"])
    signed = current.services().signer.signed(receipt)
    response.headers["HX-Trigger"] = json.dumps({EVENT: {key: signed.get(key) for key in TOLD}})
    return response


def json_answer(act: Act) -> Response:
    """Answer with the receipt and the fresh card."""
    document_id = act.receipt["document_id"]
    card = read.card(current.services(), current.person_id(), document_id) if document_id else None
    return answered(make_response(jsonify({"receipt": act.receipt, "card": card}), act.status), act.receipt)


def add_command_routes(
    blueprint: Blueprint,
    path: str,
    kind: str,
    commands: Iterable[str],
    *,
    done: Callable[[Act, str], str],
    page: Callable[..., Response],
) -> None:
    """Hang a route on a blueprint for each command, `<path>/<key>/<verb>`, on records `<kind>:<key>`.

    `done` gives the address to go on to; `page` shows what the command was given on, with why it was refused.
    """
    for command in commands:
        view = _command_view(command, kind, done, page)
        slug = verb(command).replace("_", "-")
        blueprint.add_url_rule(f"{path}/<key>/{slug}", verb(command), view, methods=["POST"])


def _command_view(
    command: str, kind: str, done: Callable[[Act, str], str], page: Callable[..., Response]
) -> Callable[[str], Response]:
    kinds = kinds_of(command)

    def take(key: str) -> Response:
        act = send(command, f"{kind}:{key}", kinds)
        if current.wants_json():
            return json_answer(act)
        if act.is_done:
            return answered(redirect(done(act, key), 303), act.receipt)
        notice = error_text(act.receipt["reason"], act.receipt["details"])
        return answered(page(notice=notice, is_fault=True, status=act.status), act.receipt)

    return take
