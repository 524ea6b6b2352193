"""The reader's settings (language, colours), and pages for everybody: offline, how to install."""

from __future__ import annotations

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response

from server.adapters.catalogues import LOCALES
from server.web import current
from server.web.context import page
from server.web.security import is_https
from server.web.session import safe_next

blueprint = Blueprint("settings", __name__)

YEAR_S = 365 * 24 * 3600


@blueprint.get("/settings")
def settings() -> str:
    """Show the settings."""
    return page("pages/settings.html", locales=LOCALES, themes=current.THEMES)


@blueprint.post("/settings")
def change() -> Response:
    """Keep the settings that were sent in cookies, and go back."""
    response = redirect(safe_next(request.form.get("next", "") or "/settings"), 303)
    chosen = ((current.LOCALE_COOKIE, LOCALES), (current.THEME_COOKIE, current.THEMES))
    for name, values in chosen:
        value = request.form.get(name, "")
        if value in values:
            # not HttpOnly: scripts of the page read and write the theme
            response.set_cookie(name, value, max_age=YEAR_S, secure=is_https(), samesite="Lax")
    return response


@blueprint.get("/offline")
def offline() -> str:
    """Say that a page is not on this device."""
    return page("pages/offline.html")


@blueprint.get("/install")
def install() -> str:
    """Say how the app is installed."""
    return page("pages/install.html")
