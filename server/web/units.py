"""The units of the office for the administrator: who heads them, how many work there, merging (Articles 12, 13)."""

from __future__ import annotations

import uuid
from collections import Counter
from typing import Any

from flask import Blueprint, make_response, redirect, request
from werkzeug.wrappers import Response

from server.ports import Document
from server.web import acts, current
from server.web.context import page
from server.web.errors import error_text
from server.web.forms import kinds_of

blueprint = Blueprint("units", __name__)

KINDS = kinds_of("MergeUnit")


@blueprint.get("/units")
def units() -> Response:
    """List the units: those that stand, and below them those that were merged."""
    return _page(notice=current.text("units.done") if "done" in request.args else "")


@blueprint.post("/units/<key>/merge-unit")
def merge_unit(key: str) -> Response:
    """Merge a unit into another."""
    act = acts.send("MergeUnit", f"unit:{key}", KINDS)
    if current.wants_json():
        return acts.json_answer(act)
    if act.is_done:
        return acts.answered(redirect(f"/units?done=1#unit-{key}", 303), act.receipt)
    notice = error_text(act.receipt["reason"], act.receipt["details"])
    given = {"key": key, **{name: request.form.get(name, "") for name in KINDS}}
    return acts.answered(_page(notice=notice, is_fault=True, given=given, status=act.status), act.receipt)


def _page(
    *, notice: str = "", is_fault: bool = False, given: dict[str, str] | None = None, status: int = 200
) -> Response:
    at = current.now()
    office = current.office()
    sizes = Counter(office.unit_of(key, at) for key, person in office.people.items() if person.was_active(at))
    entries = [_entry(one, sizes) for one in current.services().accounts.all("unit:")]
    html = page(
        "pages/units.html",
        units=sorted(entries, key=lambda one: (one["merged_at"] is not None, one["name"])),
        notice=notice,
        is_fault=is_fault,
        given=given or {},
        new_action_id=str(uuid.uuid4()),
    )
    return make_response(html, status)


def _entry(document: Document, sizes: Counter[str]) -> dict[str, Any]:
    office, key = current.office(), document["unit_id"]
    return {
        "key": key,
        "version": document.get("version", 0),
        "name": document["name"],
        "symbol": document.get("symbol", ""),
        "head_name": office.name_of(document.get("head_id")),
        "has_head": bool(document.get("head_id")),
        "size": sizes[key],
        "is_leadership": office.leads_department(key, current.now()),
        "merged_at": document.get("merged_at"),
        "into_name": office.units[document["merged_into"]].name if document.get("merged_into") else "",
        "reason": document.get("merge_reason", ""),
    }
