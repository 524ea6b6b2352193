"""Corrections of the arrival book: asking for one, deciding it, carrying it out (Article 14.2).

These pages are the server's own: an entry of the book is mended with a network or not at all.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from flask import Blueprint, abort, make_response, redirect, request
from werkzeug.wrappers import Response

from server.domain.commands import verb
from server.domain.correction_commands import CORRECTION_COMMANDS
from server.domain.mending_entries import entry_name
from server.usecases import correcting
from server.web import acts, current
from server.web.context import directory, page
from server.web.documents import card_of
from server.web.forms import kinds_of

blueprint = Blueprint("corrections", __name__)

ON_ONE = ("PermitCorrection", "RefuseCorrection", "CarryOutCorrection", "AcknowledgeCorrection")
DONE = {verb(command.__name__) for command in CORRECTION_COMMANDS}


@blueprint.get("/corrections")
def corrections() -> Response:
    """Show the corrections that the reader has a part in."""
    done = request.args.get("done", "")
    return _page(notice=current.text(f"corrections.done.{done}") if done in DONE else "")


@blueprint.get("/incoming/<key>/correction")
def correction(key: str) -> Response:
    """Show the form in which a clerk asks for a correction, filled with the entry as it is."""
    return _form(key, {})


@blueprint.post("/incoming/<key>/request-correction")
def request_correction(key: str) -> Response:
    """Ask for a correction, or give the form back."""
    act = acts.send("RequestCorrection", f"incoming:{key}", kinds_of("RequestCorrection"))
    if act.is_done or current.wants_json():
        return _answer(act)
    details = act.receipt["details"]
    form = _form(key, act.filled(), form_errors=act.faults(), status=act.status, details=details)
    return acts.answered(form, act.receipt)


def _answer(act: acts.Act) -> Response:
    if current.wants_json():
        return acts.json_answer(act)
    return acts.answered(redirect(_done(act), 303), act.receipt)


def _done(act: acts.Act, _key: str = "") -> str:
    return f"/corrections?done={verb(act.command)}"


def _form(
    key: str,
    form: dict[str, Any],
    *,
    form_errors: dict[str, str] | None = None,
    status: int = 200,
    details: Mapping[str, Any] | None = None,
) -> Response:
    card = card_of(f"incoming:{key}")
    if card is None or card["state"] == "withdrawn":
        abort(404)
    entry = {
        **{name: card[name] for name in ("sender", "number", "document_on", "type", "original_subject")},
        "subject": card["title"],
        "arrived_on": card["arrival"]["arrived_on"],
    }
    html = page(
        "pages/correction_new.html",
        card=card,
        form={**entry, **form},
        form_errors=form_errors or {},
        types=directory()["catalogues"]["incoming_types"],
        warnings=(details or {}).get("warnings", []),
        duplicates=_earlier((details or {}).get("documents", [])),
        is_open=any(one["state"] in ("requested", "permitted") for one in card["corrections"]),
        new_action_id=str(uuid.uuid4()),
    )
    return make_response(html, status)


def _earlier(documents: Sequence[Mapping[str, Any]]) -> list[dict[str, str]]:
    """Return how earlier registrations are named: no more of them than the book's own line says."""
    keys = [one["document_id"] for one in documents]
    found = current.services().records.get_many(keys)
    return [{"document_id": key, **entry_name(found[key])} for key in keys if key in found]


def _page(*, notice: str = "", is_fault: bool = False, status: int = 200) -> Response:
    html = page(
        "pages/corrections.html",
        **correcting.lists(current.services(), current.person_id(), current.now()),
        notice=notice,
        is_fault=is_fault,
        new_action_id=str(uuid.uuid4()),
    )
    return make_response(html, status)


acts.add_command_routes(blueprint, "/incoming", "incoming", ON_ONE, done=_done, page=_page)
