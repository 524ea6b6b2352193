"""Registering an incoming document, vào sổ: file first, fields proposed from it, then the number (Article 9.1)."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, abort, redirect, request
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as BaseResponse

from server.domain.errors import DomainError
from server.domain.findings import Finding
from server.usecases import refusals
from server.web import acts, current, register_form, uploads
from server.web.context import page
from server.web.documents import card_of, path_of
from server.web.errors import error_text, status_of
from server.web.files import send_body
from server.web.forms import REGISTER_FIELDS, read_fields

blueprint = Blueprint("registering", __name__)


@blueprint.get("/incoming/new")
def new() -> Response:
    """Show the empty form; filled with what a refused entry of the reader's had, when that is done anew."""
    refused = refusals.refused_act(current.services(), current.person_id(), request.args.get("from", ""))
    if refused is None or refused["verb"] != "register_incoming":
        return register_form.answer(register_form.empty())
    given = {**register_form.empty(), **refused["fields"], "replaces": refused["action_id"]}
    file = uploads.kept(MultiDict({"file_sha256": (given["file"] or {}).get("sha256", "")}), "file")
    fault = error_text(refused["reason"], refused["details"])
    field = refused["details"].get("field")
    return register_form.answer(given, file, faults={field if field in REGISTER_FIELDS else "sender": fault})


@blueprint.post("/incoming/read")
def read() -> Response:
    """Take in the PDF and propose what could be read from it; what was typed stays."""
    given = read_fields(request.form, REGISTER_FIELDS)
    try:
        upload = uploads.of_form("file", is_reading=True, is_paper=True)
        if upload is None:
            raise DomainError("required", field="file")
    except uploads.SecretFile as stopped:
        return _bare(given, stopped)
    except DomainError as error:
        return _file_fault(given, error, uploads.kept(request.form, "file"))
    found = upload.facts.proposals() if upload.facts else {}
    if upload.pages:
        found["page_count"] = Finding(str(upload.pages), "high")
    filled, marks = register_form.propose(given, found)
    meeting_on = found["meeting_on"].value if "meeting_on" in found else ""
    if not filled["subject"]:
        filled["subject"] = register_form.suggested(filled, meeting_on)
    return register_form.answer(filled, upload, marks=marks, meeting_on=meeting_on)


def _bare(given: dict[str, Any], stopped: uploads.SecretFile) -> Response:
    """Give the form back for a bare entry: the file was marked as a state secret, and nothing of it is kept."""
    found = stopped.facts.proposals() if stopped.facts else {}
    found["confidentiality"] = Finding(stopped.level, "high")
    bare = register_form.without_content({**given, "confidentiality": "normal"})
    filled, marks = register_form.propose(bare, found, register_form.FORMAL)
    return register_form.answer(filled, marks=marks, secret_level=stopped.level, status=422)


def _file_fault(given: dict[str, Any], error: DomainError, file: uploads.Upload | None = None) -> Response:
    faults = {"file": error_text(error.code, error.details)}
    return register_form.answer(given, file, faults=faults, status=status_of(error.code))


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
    if act.receipt["reason"] == "secret_stamp":
        level = act.receipt["details"]["level"]
        bare = register_form.without_content({**act.fields, "confidentiality": level})
        response = register_form.answer(bare, secret_level=level, status=act.status)
    else:
        response = register_form.answer(act.fields, file, faults=act.faults(), status=act.status)
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
    except uploads.SecretFile as stopped:
        return _bare(given, stopped)
    except DomainError as error:
        return _file_fault(given, error)
    suggested = register_form.suggested(given, request.form.get("meeting_on", ""))
    return register_form.answer({**given, "subject": suggested or given["subject"]}, file)
