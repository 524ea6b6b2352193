"""Registering an incoming document, vào sổ: file first, fields proposed from it, then the number (Article 9.1)."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Blueprint, make_response, redirect, request
from werkzeug.wrappers import Response

from server.domain.catalogues import DOCUMENT_TYPES
from server.domain.errors import DomainError
from server.domain.subjects import check_subject, suggest_subject
from server.usecases import read as reading
from server.web import acts, current, uploads
from server.web.context import directory, page
from server.web.documents import path_of
from server.web.errors import error_text, status_of
from server.web.forms import REGISTER_FIELDS, read_fields

blueprint = Blueprint("registering", __name__)

TEMPLATE = "pages/incoming_new.html"
PROPOSED = ("sender", "number", "document_on", "type", "original_subject", "urgency", "confidentiality", "due_on")
UNTOUCHED = {"type": ("", "CV"), "urgency": ("", "normal"), "confidentiality": ("", "normal")}
"""Values that the empty form has already, which a proposal may take the place of."""


@blueprint.get("/incoming/new")
def new() -> Response:
    """Show the empty form, and after a registration what was registered."""
    blank = {"arrived_on": current.today(), "type": "CV", "urgency": "normal", "confidentiality": "normal"}
    return _form(blank, registered=_registered(request.args.get("registered", "")))


@blueprint.post("/incoming/new/read")
def read() -> Response:
    """Take in the PDF and propose what could be read from it; what was typed stays."""
    given = read_fields(request.form, REGISTER_FIELDS)
    try:
        upload = uploads.of_form("file", is_reading=True)
        if upload is None:
            raise DomainError("required", field="file")
    except DomainError as error:
        fault = {"file": error_text(error.code, error.details)}
        return _form(given, file=uploads.kept(request.form, "file"), form_errors=fault, status=status_of(error.code))
    found = upload.facts.proposals() if upload.facts else {}
    filled = dict(given)
    proposals: dict[str, Any] = {}
    for name in PROPOSED:
        if name in found and given.get(name) in (None, *UNTOUCHED.get(name, ("",))):
            filled[name] = found[name].value
            proposals[name] = {"value": found[name].value, "confidence": found[name].confidence}
    meeting_on = found["meeting_on"].value if "meeting_on" in found else ""
    if not filled["subject"]:
        suggested = _suggested(filled, meeting_on)
        if suggested:
            filled["subject"] = suggested
            proposals["subject"] = {"value": suggested, "confidence": "low"}
    return _form(filled, file=upload, proposals=proposals, meeting_on=meeting_on, has_text=_has_text(upload))


@blueprint.post("/incoming")
def register() -> Response:
    """Register the document, or give the form back with what is wrong."""
    act = acts.send("RegisterIncoming", None, REGISTER_FIELDS)
    if current.wants_json():
        return acts.json_answer(act)
    if act.is_done:
        document_id = act.receipt["document_id"]
        is_next = request.form.get("then") == "next"
        receipt = f"{path_of(document_id)}?receipt={act.receipt['action_id']}"
        return acts.answered(redirect(f"/incoming/new?registered={document_id}" if is_next else receipt, 303), act.receipt)
    upload = act.upload or uploads.kept(request.form, "file")
    response = _form(
        {**act.fields, "file": None},
        file=upload,
        form_errors=act.faults(),
        duplicate=_duplicate(act.receipt),
        warnings=act.receipt["details"].get("warnings", []),
        status=act.status,
    )
    return acts.answered(response, act.receipt)


def _form(form: dict[str, Any], *, file: uploads.Upload | None = None, status: int = 200, **own: Any) -> Response:
    """Answer the form; always with a new action id, since the last one is spent."""
    meeting_on = own.pop("meeting_on", "") or request.form.get("meeting_on", "")
    given: dict[str, Any] = {
        "form_errors": {},
        "proposals": {},
        "duplicate": None,
        "registered": None,
        "warnings": check_subject(form["subject"], form.get("original_subject", "")) if form.get("subject") else [],
        "has_text": True,
        **own,
    }
    html = page(
        TEMPLATE,
        form=form,
        file=file.shown() if file else None,
        directory=directory(),
        catalogues=reading.catalogues(),
        suggested_subject=_suggested(form, meeting_on),
        meeting_on=meeting_on,
        new_action_id=str(uuid.uuid4()),
        **given,
    )
    return make_response(html, status)


def _suggested(form: dict[str, Any], meeting_on: str) -> str:
    """Return a fuller subject built from the fields; nothing when there is no matter to speak of."""
    matter = form.get("original_subject") or form.get("subject") or ""
    if not matter.strip():
        return ""
    return suggest_subject(
        {
            "sender": form.get("sender") or "",
            "type": form.get("type") or "",
            "type_name": DOCUMENT_TYPES.get(form.get("type") or "", ""),
            "original_subject": matter,
            "meeting_on": meeting_on,
            "due_on": form.get("due_on") or "",
        }
    )


def _has_text(upload: uploads.Upload) -> bool:
    """Tell whether the PDF has text; a scan has none, and the form then says so."""
    return bool(upload.facts and upload.facts.text.strip())


def _duplicate(receipt: dict[str, Any]) -> dict[str, Any] | None:
    """Return the earlier registration that a refusal names, with its address."""
    if receipt["reason"] != "duplicate":
        return None
    return _registered(receipt["details"]["document_id"])


def _registered(document_id: str) -> dict[str, Any] | None:
    """Return how to name a registered document, if the reader may see it."""
    card = reading.card(current.services(), current.person_id(), document_id) if document_id else None
    if card is None or card["kind"] != "incoming":
        return None
    return {
        "href": path_of(document_id),
        "label": card["arrival"]["label"],
        "arrived_on": card["arrival"]["arrived_on"],
        "title": card["title"],
        "number": card["number"],
        "sender": card["sender"],
    }
