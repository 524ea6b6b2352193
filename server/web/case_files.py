"""Work case files, hồ sơ công việc: the reader's own, and opening a new one (Articles 2, 9.6)."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Blueprint, make_response, redirect, request
from werkzeug.wrappers import Response

from server.usecases import read, refusals
from server.web import acts, current
from server.web.context import own_case_files, page
from server.web.forms import routes_of

blueprint = Blueprint("case_files", __name__)

ROUTE = next(route for route in routes_of("case_file") if route.command == "CreateCaseFile")


@blueprint.get("/case-files")
def case_files() -> Response:
    """Show the reader's case files; the form has what a refused act of theirs had, when one is done anew."""
    refused = refusals.refused_act(current.services(), current.person_id(), request.args.get("from", ""))
    if refused is None or refused["verb"] != ROUTE.verb:
        return _page({}, {})
    return _page({**refused["fields"], "replaces": refused["action_id"]}, {})


@blueprint.post(ROUTE.path)
def create_case_file() -> Response:
    """Open a case file, or give the form back."""
    act = acts.send(ROUTE.command, None, ROUTE.fields)
    if current.wants_json():
        return acts.json_answer(act)
    if act.is_done:
        return acts.answered(redirect("/case-files", 303), act.receipt)
    return acts.answered(_page(act.filled(), act.faults(), act.status), act.receipt)


def _page(form: dict[str, Any], form_errors: dict[str, str], status: int = 200) -> Response:
    html = page(
        "pages/case_files.html",
        case_files=own_case_files(),
        file_plan=read.file_plan(current.office(), current.person_id(), current.now()),
        form=form,
        form_errors=form_errors,
        new_action_id=str(uuid.uuid4()),
    )
    return make_response(html, status)
