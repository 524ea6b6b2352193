"""Delegations, ủy quyền: asking for one, a leader's permission, ending it, and the office being told (Article 11)."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Blueprint, make_response, redirect, request
from werkzeug.wrappers import Response

from server.domain.commands import verb
from server.usecases import delegating
from server.web import acts, current
from server.web.context import page
from server.web.forms import kinds_of

blueprint = Blueprint("delegations", __name__)

ON_ONE = ("PermitDelegation", "RefuseDelegation", "EndDelegation")
DONE = {verb(command): command for command in ("RequestDelegation", *ON_ONE)}


@blueprint.get("/delegations")
def delegations() -> Response:
    """Show the delegations that concern the reader, and those that the office is told of."""
    done = request.args.get("done", "")
    return _page(notice=current.text(f"delegations.done.{done}") if done in DONE else "")


@blueprint.post("/delegations")
def request_delegation() -> Response:
    """Ask for a delegation, or give the form back."""
    act = acts.send("RequestDelegation", None, kinds_of("RequestDelegation"))
    if act.is_done or current.wants_json():
        return _answer(act)
    return acts.answered(_page(form=act.filled(), form_errors=act.faults(), status=act.status), act.receipt)


def _answer(act: acts.Act) -> Response:
    if current.wants_json():
        return acts.json_answer(act)
    return acts.answered(redirect(_done(act), 303), act.receipt)


def _done(act: acts.Act, _key: str = "") -> str:
    return f"/delegations?done={verb(act.command)}"


def _page(
    *,
    form: dict[str, Any] | None = None,
    form_errors: dict[str, str] | None = None,
    notice: str = "",
    is_fault: bool = False,
    status: int = 200,
) -> Response:
    office, person_id, at = current.office(), current.person_id(), current.now()
    html = page(
        "pages/delegations.html",
        **delegating.lists(current.services(), person_id, at),
        candidates=delegating.candidates(office, person_id, at),
        form=form or {},
        form_errors=form_errors or {},
        notice=notice,
        is_fault=is_fault,
        new_action_id=str(uuid.uuid4()),
    )
    return make_response(html, status)


acts.add_command_routes(blueprint, "/delegations", "delegation", ON_ONE, done=_done, page=_page)
