"""The yearly list of case files: seen by all, kept by clerk and chief of office (decree 30/2020 Article 28)."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Blueprint, make_response, redirect, request
from werkzeug.wrappers import Response

from server.domain.catalogues import RETENTIONS
from server.web import acts, current
from server.web.context import page
from server.web.forms import kinds_of
from server.web.work_calendar import YEARS, year_of

blueprint = Blueprint("file_plan", __name__)

SET_KINDS = kinds_of("SetPlanEntry")
REMOVE_KINDS = kinds_of("RemovePlanEntry")
DONE = ("set", "removed")
FIELDS = ("code", "title", "retention", "unit_id")


@blueprint.get("/file-plan")
def file_plan() -> Response:
    """Show a year's list, unit by unit; `?code=` is the entry that the form begins with."""
    year = year_of(request.args.get("year", ""))
    entry = current.office().plan_entry(str(year), request.args.get("code", ""))
    form = {name: getattr(entry, name) for name in FIELDS} if entry else {}
    done = request.args.get("done", "")
    return _page(year, form=form, notice=current.text(f"file_plan.done.{done}") if done in DONE else "")


@blueprint.post("/file-plan/<key>/set-plan-entry")
def set_plan_entry(key: str) -> Response:
    """Make or change an entry."""
    return _answer(acts.send("SetPlanEntry", f"file_plan:{key}", SET_KINDS), key, "set")


@blueprint.post("/file-plan/<key>/remove-plan-entry")
def remove_plan_entry(key: str) -> Response:
    """Take an entry away."""
    return _answer(acts.send("RemovePlanEntry", f"file_plan:{key}", REMOVE_KINDS), key, "removed")


def _answer(act: acts.Act, key: str, done: str) -> Response:
    if current.wants_json():
        return acts.json_answer(act)
    if act.is_done:
        return acts.answered(redirect(f"/file-plan?year={key}&done={done}", 303), act.receipt)
    return acts.answered(_page(year_of(key), form=act.filled(), faults=act.faults(), status=act.status), act.receipt)


def _page(
    year: int, *, form: dict[str, Any], faults: dict[str, str] | None = None, notice: str = "", status: int = 200
) -> Response:
    office = current.office()
    entries = office.file_plans.get(str(year), ())
    units = [unit for unit in office.units.values() if any(one.unit_id == unit.unit_id for one in entries)]
    groups = [("", "", [one for one in entries if not one.unit_id])]
    groups += [(unit.unit_id, unit.name, [one for one in entries if one.unit_id == unit.unit_id]) for unit in units]
    stored = current.services().accounts.get(f"file_plan:{year}") or {}
    html = page(
        "pages/file_plan.html",
        year=year,
        years=[one for one in (year - 1, year + 1) if one in YEARS],
        groups=[
            {
                "unit_id": unit_id,
                "name": name,
                "entries": [{"code": one.code, "title": one.title, "retention": one.retention} for one in found],
            }
            for unit_id, name, found in groups
            if found
        ],
        units=[{"unit_id": one.unit_id, "name": one.name} for one in office.units_standing(current.now())],
        retentions=list(RETENTIONS),
        may_plan=current.may_govern("SetPlanEntry"),
        version=stored.get("version", 0),
        form=form,
        form_errors=faults or {},
        notice=notice,
        new_action_id=str(uuid.uuid4()),
    )
    return make_response(html, status)
