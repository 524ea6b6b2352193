"""The form in which an incoming document is registered: what it proposes, warns of, and still lacks (Article 9.1)."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from flask import Response, make_response, request

from server.domain.catalogues import INCOMING_TYPES, SOURCES, is_secret
from server.domain.dossiers import is_dossier
from server.domain.duplicates import Candidate, Earlier
from server.domain.findings import Finding
from server.domain.registration import CONTENT, prescribed
from server.domain.subjects import check_subject, suggest_subject
from server.usecases import alarms
from server.usecases import read as reading
from server.web import current, uploads
from server.web.context import directory, page

TEMPLATE = "pages/incoming_new.html"
PROPOSED = (
    "sender", "number", "document_on", "type", "original_subject", "urgency", "due_on",
    "signer_position", "signer_name", "to_places", "page_count", "language",
)  # fmt: skip
"""Fields that reading a file may fill."""
EXPECTED = (
    "sender",
    "number",
    "document_on",
    "type",
    "original_subject",
    "signer_position",
    "signer_name",
    "to_places",
)
"""Fields that every document has: it is said of them when they could not be read."""
FORMAL = ("sender", "number", "document_on", "type", "confidentiality")
"""What a bare entry of a secret document may take from what was read."""
MARKS = ("high", "low", "none")
UNTOUCHED = {"urgency": "normal", "confidentiality": "normal", "source": "paper", "language": "Tiếng Việt"}
"""What the empty form chooses already, which a proposal may take the place of."""
MORE = (
    "document_code", "signer_position", "signer_name", "to_places", "page_count", "language", "expires_on", "note",
)  # fmt: skip
"""Fields in the part of the form that is folded while it is empty."""


def empty() -> dict[str, Any]:
    """Return what the form holds before anything is filled in."""
    return {"arrived_on": current.today(), **UNTOUCHED}


def without_content(form: Mapping[str, Any]) -> dict[str, Any]:
    """Return a form with nothing but what a bare entry of a secret document may say."""
    return {name: "" if name in CONTENT else value for name, value in form.items() if name != "file"}


def propose(
    given: Mapping[str, Any], found: Mapping[str, Finding], names: tuple[str, ...] = PROPOSED
) -> tuple[dict[str, Any], dict[str, str]]:
    """Return the form filled with what was found where nothing was typed, and each field's mark: high, low, none."""
    is_free = {name: given[name] in (None, "", UNTOUCHED.get(name, "")) for name in names}
    filled = {**given, **{name: found[name].value for name in names if name in found and is_free[name]}}
    marks: dict[str, str] = {name: found[name].confidence for name in names if name in found and is_free[name]}
    if "confidentiality" in found and given["confidentiality"] in ("", "normal") and "confidentiality" not in names:
        marks["confidentiality"] = "low"  # words of secrecy inside a line are a hint; what is stamped was stopped
    marks |= {name: "none" for name in EXPECTED if name in names and name not in found and is_free[name]}
    return filled, marks


def answer(
    form: Mapping[str, Any],
    file: uploads.Upload | None = None,
    *,
    faults: Mapping[str, str] | None = None,
    marks: Mapping[str, str] | None = None,
    meeting_on: str = "",
    secret_level: str = "",
    status: int = 200,
) -> Response:
    """Answer the form; always with a new action id, since the last one is spent."""
    meeting_on = meeting_on or request.form.get("meeting_on", "")
    subject, original = form.get("subject") or "", form.get("original_subject") or ""
    faults = faults or {}
    marks = _kept_marks(form) if marks is None else marks
    is_closed = is_secret(form.get("confidentiality") or "normal")
    html = page(
        TEMPLATE,
        form={
            "replaces": request.form.get("replaces", "")[:100],
            **{key: value for key, value in form.items() if key != "file"},
        },
        form_errors=faults,
        file=file.shown() if file else None,
        marks=marks,
        kept_marks=" ".join(f"{name}:{mark}" for name, mark in marks.items()),
        duplicates=[told for earlier in _earlier(form, file) if (told := _told(earlier))],
        subject_warnings=check_subject(subject, original) if subject and not is_closed else [],
        suggested_subject=offered if (offered := suggested(form, meeting_on)) != subject else "",
        is_dossier=not is_closed and is_dossier(subject, original),
        meeting_on=meeting_on,
        is_secret=is_closed,
        secret_level=secret_level,
        sources=SOURCES,
        prescribed=" ".join(prescribed("normal")),
        lacking=[name for name in prescribed(form.get("confidentiality") or "normal") if not form.get(name)],
        prescribed_count=len(prescribed(form.get("confidentiality") or "normal")),
        is_more_open=any(_is_told(form, name) or name in faults for name in MORE),
        directory=directory(),
        new_action_id=str(uuid.uuid4()),
    )
    return make_response(html, status)


def suggested(form: Mapping[str, Any], meeting_on: str) -> str:
    """Return a fuller subject built from the fields; nothing when there is no matter to speak of."""
    matter = form.get("original_subject") or form.get("subject") or ""
    if not matter.strip():
        return ""
    return suggest_subject(
        {
            "sender": form.get("sender") or "",
            "type": form.get("type") or "",
            "type_name": INCOMING_TYPES.get(form.get("type") or "", ""),
            "original_subject": matter,
            "meeting_on": meeting_on,
            "due_on": form.get("due_on") or "",
        }
    )


def _kept_marks(form: Mapping[str, Any]) -> dict[str, str]:
    """Return the marks that came back with the form: those of fields that somebody changed are gone."""
    pairs = [pair.partition(":") for pair in request.form.get("marks", "")[:1000].split()]
    known = {name: mark for name, _, mark in pairs if name in (*PROPOSED, "confidentiality") and mark in MARKS}
    return {name: mark for name, mark in known.items() if mark != "none" or not form.get(name)}


def _is_told(form: Mapping[str, Any], name: str) -> bool:
    return form.get(name) not in (None, "", UNTOUCHED.get(name, ""))


def _earlier(form: Mapping[str, Any], file: uploads.Upload | None) -> tuple[Earlier, ...]:
    """Return earlier registrations of what the form describes."""
    candidate = Candidate(
        sender=form.get("sender") or "",
        number=form.get("number") or "",
        document_on=form.get("document_on") or None,
        document_code=form.get("document_code") or "",
        sha256=file.reference["sha256"] if file else "",
    )
    return alarms.earlier(candidate, current.services())


def _told(earlier: Earlier) -> dict[str, Any] | None:
    """Return an earlier registration and what hit it, as far as the reader may see it."""
    card = reading.card(current.services(), current.person_id(), earlier.record["_id"])
    if card is None:
        return None
    return {
        "_id": card["_id"],
        "title": card["title"],
        "number": card["number"],
        "sender": card["sender"],
        "arrival_label": card["arrival"]["label"],
        "arrived_on": card["arrival"]["arrived_on"],
        "checks": earlier.checks,
    }
