"""The first sign-in with a one-time password (Article 17): it is changed before anything else can be done."""

from __future__ import annotations

from flask import Blueprint, make_response, redirect, request
from werkzeug.wrappers import Response

from server.usecases import passwords
from server.web import current
from server.web.context import page
from server.web.session import safe_next

blueprint = Blueprint("first_password", __name__)


@blueprint.get("/password")
def form() -> Response:
    """Show the form; who has a password of their own finds it among the settings."""
    if not current.must_change_password():
        return redirect("/settings", 303)
    return _page(request.args.get("next", ""))


@blueprint.post("/password")
def change() -> Response:
    """Change the one-time password and go on to where the reader wanted to be."""
    session, asked = current.session(), request.form
    assert session is not None
    fault = passwords.change(
        current.services(), session, asked.get("current_password", ""), asked.get("new_password", "")
    )
    if fault is None:
        return redirect(safe_next(asked.get("next", "")), 303)
    field = "current_password" if fault == "wrong_password" else "new_password"
    text = current.text(f"errors.{fault}", limit=passwords.SHORTEST)
    return _page(asked.get("next", ""), {field: text}, 422)


def _page(after: str, form_errors: dict[str, str] | None = None, status: int = 200) -> Response:
    html = page("pages/first_password.html", next=after, login=current.person_id(), form_errors=form_errors or {})
    return make_response(html, status)
