"""Registering an incoming document, vào sổ: file first, fields proposed from it, then the number (Article 9.1)."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Blueprint, Response, abort, make_response, redirect, request
from werkzeug.wrappers import Response as BaseResponse

from server.domain.catalogues import DOCUMENT_TYPES, is_secret
from server.domain.errors import DomainError
from server.domain.subjects import check_subject, suggest_subject
from server.usecases import read as reading
from server.web import acts, current, uploads
from server.web.context import directory, page
from server.web.documents import card_of, path_of
from server.web.errors import error_text, status_of
from server.web.files import send_body
from server.web.forms import REGISTER_FIELDS, read_fields

blueprint = Blueprint("registering", __name__)

TEMPLATE = "pages/incoming_new.html"
PROPOSED = ("sender", "number", "document_on", "type", "original_subject", "urgency", "confidentiality", "due_on")
UNTOUCHED = {"urgency": "normal", "confidentiality": "normal"}
"""What the empty form chooses already, which a proposal may take the place of."""


@blueprint.get("/incoming/new")
def new() -> Response:
    """Show the empty form."""
    return _form({"arrived_on": current.today(), **UNTOUCHED})


@blueprint.post("/incoming/read")
def read() -> Response:
    """Take in the PDF and propose what could be read from it; what was typed stays."""
    given = read_fields(request.form, REGISTER_FIELDS)
    try:
        upload = uploads.of_form("file", is_reading=True, is_paper=True)
        if upload is None:
            raise DomainError("required", field="file")
    except DomainError as error:
        faults = {"file": error_text(error.code, error.details)}
        return _form(given, uploads.kept(request.form, "file"), faults=faults, status=status_of(error.code))
    found = upload.facts.proposals() if upload.facts else {}
    proposals = {
        name: found[name].confidence
        for name in PROPOSED
        if name in found and given[name] in (None, "", UNTOUCHED.get(name, ""))
    }
    filled = {**given, **{name: found[name].value for name in proposals}}
    meeting_on = found["meeting_on"].value if "meeting_on" in found else ""
    if not filled["subject"]:
        filled["subject"] = _suggested(filled, meeting_on)
    return _form(filled, upload, proposals=proposals, meeting_on=meeting_on)


@blueprint.get("/incoming/read/<sha256>")
def preview(sha256: str) -> Response:
    """Send the file that the reader has uploaded and not yet registered."""
    known = current.services().files.get(f"file:{sha256}") if uploads.SHA256.fullmatch(sha256) else None
    is_own = known is not None and current.person_id() in known.get("uploaded_by", [])
    return send_body(sha256, known if is_own else None)


@blueprint.post("/incoming")
def register() -> BaseResponse:
    """Register the document, or give the form back with what is wrong."""
    if request.form.get("use_suggested"):
        return _with_suggestion()
    act = acts.send("RegisterIncoming", None, REGISTER_FIELDS)
    if current.wants_json():
        return acts.json_answer(act)
    if act.is_done:
        return acts.answered(redirect(f"{path_of(act.receipt['document_id'])}/registered", 303), act.receipt)
    file = act.upload or uploads.kept(request.form, "file")
    response = _form(act.fields, file, faults=act.faults(), duplicate=_duplicate(act.receipt), status=act.status)
    return acts.answered(response, act.receipt)


@blueprint.get("/incoming/<key>/registered")
def registered(key: str) -> str:
    """Show a clerk the number that a document was given, to be written on the paper, and lead on to the next."""
    card = card_of(f"incoming:{key}")
    if card is None or not card["arrival"]["number"]:
        abort(404)
    return page(
        "pages/incoming_registered.html",
        card=card,
        label=card["arrival"]["label"] or str(card["arrival"]["number"]),
        arrived_on=card["arrival"]["arrived_on"],
    )


def _with_suggestion() -> Response:
    """Give the form back with the suggested subject taken over; nothing is registered."""
    given = read_fields(request.form, REGISTER_FIELDS)
    try:
        file = uploads.of_form("file", is_paper=True)
    except DomainError as error:
        return _form(given, faults={"file": error_text(error.code, error.details)}, status=status_of(error.code))
    suggested = _suggested(given, request.form.get("meeting_on", ""))
    return _form({**given, "subject": suggested or given["subject"]}, file)


def _form(
    form: dict[str, Any],
    file: uploads.Upload | None = None,
    *,
    faults: dict[str, str] | None = None,
    proposals: dict[str, str] | None = None,
    duplicate: dict[str, Any] | None = None,
    meeting_on: str = "",
    status: int = 200,
) -> Response:
    """Answer the form; always with a new action id, since the last one is spent."""
    meeting_on = meeting_on or request.form.get("meeting_on", "")
    subject, original = form.get("subject") or "", form.get("original_subject") or ""
    html = page(
        TEMPLATE,
        form={key: value for key, value in form.items() if key != "file"},
        form_errors=faults or {},
        file=file.shown() if file else None,
        proposals=proposals or {},
        duplicate=duplicate,
        subject_warnings=check_subject(subject, original) if subject else [],
        suggested_subject=_suggested(form, meeting_on),
        meeting_on=meeting_on,
        is_secret=is_secret(form.get("confidentiality") or "normal"),
        directory=directory(),
        new_action_id=str(uuid.uuid4()),
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


def _duplicate(receipt: dict[str, Any]) -> dict[str, Any] | None:
    """Return the earlier registration that a refusal names, as far as the reader may see it."""
    if receipt["reason"] != "duplicate":
        return None
    document_id = receipt["details"]["document_id"]
    card = reading.card(current.services(), current.person_id(), document_id)
    if card is None:
        return None
    return {
        "_id": document_id,
        "title": card["title"],
        "number": card["number"],
        "arrival_label": card["arrival"]["label"],
        "arrived_on": card["arrival"]["arrived_on"],
    }
