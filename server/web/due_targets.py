"""By when documents are handled, by urgency: seen by the office, said by leaders and the chief of office."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Blueprint, make_response, redirect, request
from werkzeug.wrappers import Response

from server.domain.catalogues import URGENCIES
from server.domain.due_targets import RECORD_ID, target_of, targets_of
from server.web import acts, current
from server.web.context import page
from server.web.forms import kinds_of

blueprint = Blueprint("due_targets", __name__)

KINDS = kinds_of("SetDueTargets")
ADDRESS = "/due-targets"


@blueprint.get(ADDRESS)
def due_targets() -> Response:
    """Show the targets, and what they come to for a document of today."""
    notice = current.text("due_targets.done") if request.args.get("done") else ""
    return _page(dict(targets_of(current.office())), notice=notice)


@blueprint.post(f"{ADDRESS}/set-due-targets")
def set_due_targets() -> Response:
    """Say them anew, or give the form back."""
    act = acts.send("SetDueTargets", RECORD_ID, KINDS)
    if current.wants_json():
        return acts.json_answer(act)
    if act.is_done:
        return acts.answered(redirect(f"{ADDRESS}?done=1", 303), act.receipt)
    return acts.answered(_page(act.filled(), faults=act.faults(), status=act.status), act.receipt)


def _page(
    form: dict[str, Any], *, faults: dict[str, str] | None = None, notice: str = "", status: int = 200
) -> Response:
    office = current.office()
    stored = current.services().accounts.get(RECORD_ID) or {}
    targets = targets_of(office)
    html = page(
        "pages/due_targets.html",
        rows=[
            {"urgency": one, "days": targets.get(one), "on": target_of(one, current.today(), office)}
            for one in reversed(URGENCIES)
        ],
        form=form,
        form_errors=faults or {},
        version=stored.get("version", 0),
        may_set=current.may_govern("SetDueTargets"),
        notice=notice,
        new_action_id=str(uuid.uuid4()),
    )
    return make_response(html, status)
