"""Templates of transfers that a person keeps by name: whom it goes to, and with which words (Article 9.3)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from flask import Blueprint, make_response, redirect, request
from werkzeug.wrappers import Response

from server.domain.errors import DomainError
from server.usecases import saved_views
from server.web import current
from server.web.context import directory, page
from server.web.errors import error_text
from server.web.forms import kinds_of, read_fields

blueprint = Blueprint("transfers", __name__)

RECIPIENTS = ("lead", "simultaneous", "collaborating", "informed")
KINDS = {name: kind for name, kind in kinds_of("Assign").items() if name in (*RECIPIENTS, "directive")}
DIRECTIVE_LIMIT = 4000
MOST_RECIPIENTS = 100
TARGET_LIMIT = 80


@blueprint.get("/transfers")
def transfers() -> Response:
    """Show the reader's templates, and the form of a new one."""
    return _page({}, {})


@blueprint.post("/transfers")
def keep() -> Response:
    """Keep a template by its name, or give the form back."""
    given = {**read_fields(request.form, KINDS), "name": request.form.get("name", "")[:500]}
    ticks = _ticks(given)
    try:
        if not ticks or len(ticks) > MOST_RECIPIENTS:
            raise DomainError("no_recipient", field="lead")
        if len(given["directive"]) > DIRECTIVE_LIMIT:
            raise DomainError("too_long", field="directive", limit=DIRECTIVE_LIMIT)
        template = {"name": given["name"], "ticks": json.dumps(ticks), "directive": given["directive"]}
        saved_views.keep(current.services(), current.person_id(), template, saved_views.TRANSFERS)
    except DomainError as error:
        faults = {str(error.details.get("field", "name")): error_text(error.code, error.details)}
        return _page(given, faults, 422)
    current.nudge()
    return redirect("/transfers", 303)


@blueprint.post("/transfers/forget")
def forget() -> Response:
    """Forget a template by its name."""
    name = request.form.get("name", "")
    saved_views.forget(current.services(), current.person_id(), name, saved_views.TRANSFERS)
    current.nudge()
    return redirect("/transfers", 303)


def _ticks(given: Mapping[str, Any]) -> list[dict[str, str]]:
    """Return what is ticked in the list of recipients: the name of each box and its target."""
    chosen = [(name, [given[name]] if isinstance(given[name], str) else given[name]) for name in RECIPIENTS]
    return [
        {"name": name, "value": one} for name, targets in chosen for one in targets if one and len(one) <= TARGET_LIMIT
    ]


def _page(form: dict[str, Any], faults: dict[str, str], status: int = 200) -> Response:
    office, at, person_id = current.office(), current.now(), current.person_id()
    kept = saved_views.views_of(current.services(), person_id, saved_views.TRANSFERS)
    html = page(
        "pages/transfers.html",
        templates=[{**one, "recipients": _named(one)} for one in kept],
        scope="office" if office.is_leader(person_id, at) else f"unit:{office.unit_of(person_id, at)}",
        directory={**directory(), "transfers": []},
        form=form,
        form_errors=faults,
    )
    return make_response(html, status)


def _named(template: Mapping[str, str]) -> list[dict[str, str]]:
    """Return the recipients of a template with their roles, as they are shown."""
    roles = {"collaborating": "collaborate", "informed": "inform"}
    return [
        {"role": roles.get(one["name"], one["name"]), "name": current.office().name_of_target(one["value"])}
        for one in json.loads(template["ticks"])
    ]
