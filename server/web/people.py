"""The people of the office for the administrator: locking accounts, giving and ending roles (Articles 3, 12, 16)."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Blueprint, make_response, request
from werkzeug.wrappers import Response

from server.domain.commands import verb
from server.domain.office import ROLES, Grant, Office
from server.ports import Document
from server.web import acts, current
from server.web.context import page
from server.web.lists import has_words, words_of

blueprint = Blueprint("people", __name__)

COMMANDS = ("LockAccount", "UnlockAccount", "GrantRole", "EndRole")
DONE = {verb(command) for command in COMMANDS}


@blueprint.get("/people")
def people() -> Response:
    """List the people, those whose name, position, unit or login has the words."""
    done = request.args.get("done", "")
    return _page(notice=current.text(f"people.done.{done}") if done in DONE else "")


def _page(*, notice: str = "", is_fault: bool = False, status: int = 200) -> Response:
    query, office, at = request.args.get("query", "")[:200].strip(), current.office(), current.now()
    entries = [_entry(one, office, at) for one in current.services().accounts.all("person:")]
    words = words_of(query)
    shown = [one for one in entries if has_words(" ".join(one[key] for key in SEARCHED), words)]
    html = page(
        "pages/people.html",
        people=sorted(shown, key=lambda one: (one["unit_name"], one["name"])),
        roles=ROLES,
        query=query,
        notice=notice,
        is_fault=is_fault,
        new_action_id=str(uuid.uuid4()),
    )
    return make_response(html, status)


SEARCHED = ("name", "position", "unit_name", "login")


def _entry(document: Document, office: Office, at: str) -> dict[str, Any]:
    """Return what is shown of an account: chosen key by key, so that nothing secret is among it."""
    grants = [Grant(row["role"], row["from_at"], row.get("until_at")) for row in document.get("roles", [])]
    held = {grant.role for grant in grants if grant.is_valid(at)}
    return {
        "key": document["person_id"],
        "version": document.get("version", 0),
        "name": document["name"],
        "position": document.get("position", ""),
        "unit_name": office.unit_name(document.get("unit_id")),
        "login": document.get("login", ""),
        "is_active": bool(document.get("is_active")),
        "inactive_from_at": document.get("inactive_from_at"),
        "lock_reason": document.get("lock_reason", ""),
        "is_me": document["person_id"] == current.person_id(),
        "roles": [
            {"role": one.role, "from_at": one.from_at, "until_at": one.until_at, "is_held": one.is_valid(at)}
            for one in sorted(grants, key=lambda one: one.from_at)
        ],
        "free_roles": [role for role in ROLES if role not in held],
    }


acts.add_command_routes(
    blueprint,
    "/people",
    "person",
    COMMANDS,
    done=lambda act, key: f"/people?done={verb(act.command)}#person-{key}",
    page=_page,
)
