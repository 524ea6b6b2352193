"""The reader's settings (language, colours), and pages for everybody: offline, how to install."""

from __future__ import annotations

from flask import Blueprint, make_response, redirect, request
from werkzeug.wrappers import Response

from server.adapters.catalogues import LOCALES
from server.usecases import passwords
from server.web import current
from server.web.context import page
from server.web.security import is_https

blueprint = Blueprint("settings", __name__)

YEAR_S = 365 * 24 * 3600


@blueprint.get("/settings")
def settings() -> Response:
    """Show the settings."""
    return _page(saved="saved" in request.args)


@blueprint.post("/settings")
def change() -> Response:
    """Keep the settings that were sent in cookies, and go back."""
    response = redirect("/settings?saved=1", 303)
    chosen = ((current.LOCALE_COOKIE, LOCALES), (current.THEME_COOKIE, current.THEMES))
    for name, values in chosen:
        value = request.form.get(name, "")
        if value in values:
            # not HttpOnly: scripts of the page read and write the theme
            response.set_cookie(name, value, max_age=YEAR_S, secure=is_https(), samesite="Lax")
    return response


@blueprint.post("/settings/password")
def change_password() -> Response:
    """Change the reader's own password; every other session of theirs ends."""
    session = current.session()
    assert session is not None
    fault = passwords.change(
        current.services(), session, request.form.get("current_password", ""), request.form.get("new_password", "")
    )
    if fault is None:
        return redirect("/settings?saved=1", 303)
    field = "current_password" if fault == "wrong_password" else "new_password"
    return _page(form_errors={field: current.text(f"errors.{fault}", limit=passwords.SHORTEST)}, status=422)


def _page(*, saved: bool = False, form_errors: dict[str, str] | None = None, status: int = 200) -> Response:
    html = page("pages/settings.html", languages=LOCALES, saved=saved, form_errors=form_errors or {})
    return make_response(html, status)


@blueprint.get("/offline")
def offline() -> str:
    """Say that a page is not on this device."""
    return page("pages/offline.html")


@blueprint.get("/install")
def install() -> str:
    """Say how the app is installed."""
    return page("pages/install_help.html")
