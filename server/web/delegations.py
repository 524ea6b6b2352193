"""Delegations, ủy quyền: asking for one, a leader's permission, ending it, and the office being told (Article 11)."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from flask import Blueprint, make_response, redirect, request
from werkzeug.wrappers import Response

from server.domain.commands import verb
from server.usecases import delegating
from server.web import acts, current
from server.web.context import page
from server.web.errors import error_text
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
    act = _send("RequestDelegation", None)
    if act.is_done or current.wants_json():
        return _answer(act)
    return acts.answered(_page(form=act.filled(), form_errors=act.faults(), status=act.status), act.receipt)


def _command_view(command: str) -> Callable[[str], Response]:
    def take(key: str) -> Response:
        act = _send(command, f"delegation:{key}")
        if act.is_done or current.wants_json():
            return _answer(act)
        notice = error_text(act.receipt["reason"], act.receipt["details"])
        return acts.answered(_page(notice=notice, is_fault=True, status=act.status), act.receipt)

    return take


for name in ON_ONE:
    slug = verb(name).replace("_", "-")
    blueprint.add_url_rule(f"/delegations/<key>/{slug}", verb(name), _command_view(name), methods=["POST"])


def _send(command: str, document_id: str | None) -> acts.Act:
    kinds = kinds_of(command)
    return acts.send(command, document_id, kinds)


def _answer(act: acts.Act) -> Response:
    if current.wants_json():
        return acts.json_answer(act)
    return acts.answered(redirect(f"/delegations?done={verb(act.command)}", 303), act.receipt)


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
