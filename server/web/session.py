"""Signing in and out, and who speaks in a request (Articles 3, 17)."""

from __future__ import annotations

from typing import Any, NamedTuple
from urllib.parse import quote

from flask import Blueprint, current_app, make_response, redirect, request
from werkzeug.wrappers import Response

from server.adapters.catalogues import LOCALES
from server.domain.office import ADMINISTRATOR
from server.ports import WriteConflict
from server.usecases import accounts, devices
from server.web import current
from server.web.context import page
from server.web.security import is_https

blueprint = Blueprint("session", __name__)

ATTEMPTS = 5
DEVICES_NOTED = 8
NOTED_KEPT = 10_000
LONGEST_DEVICE_ID = 64
DEVICE_HEADER = "X-Congvan-Device"
LONGEST_LOGIN = 100
LONGEST_PASSWORD = 1000
YEAR_S = 365 * 24 * 3600
HOME = "/inbox"
DEMO_PEOPLE = "CONGVAN_DEMO_PEOPLE"
"""Key of the config: whom a demonstration offers to sign in as, [{login, name, position, unit, password}]."""


class Speaker(NamedTuple):
    """Who speaks, in the shape that the gateway judges (`sync.gate.Identity`)."""

    person_id: str
    device_id: str | None
    is_administrator: bool
    must_change_password: bool = False


@blueprint.get("/login")
def login() -> Response:
    """Show the form to sign in with."""
    after = safe_next(request.args.get("next", ""))
    if current.session() is not None:
        return redirect(after, 303)
    return _form(after)


@blueprint.post("/login")
def log_in() -> Response:
    """Sign in; the answer does not tell an unknown name from a wrong password."""
    form = request.form
    after = safe_next(form.get("next", ""))
    login_name, password = form.get("login", "")[:LONGEST_LOGIN], form.get("password", "")[:LONGEST_PASSWORD]
    found = _sign_in(login_name, password) if login_name.strip() and password else None
    if found is None:
        key = "errors.sign_in_failed" if login_name.strip() and password else "errors.sign_in_incomplete"
        return _form(after, login_name, current.text(key), 401)
    _end_own_session()
    response = redirect(after, 303)
    response.set_cookie(
        current.SESSION_COOKIE,
        found.token,
        max_age=accounts.SESSION_DAYS * 24 * 3600,
        secure=is_https(),
        httponly=True,
        samesite="Lax",
    )
    return response


@blueprint.post("/logout")
def log_out() -> Response:
    """End the session, on the server and in the browser."""
    _end_own_session()
    response = redirect("/login", 303)
    response.delete_cookie(current.SESSION_COOKIE, secure=is_https(), httponly=True, samesite="Lax")
    return response


@blueprint.post("/login/language")
def choose_language() -> Response:
    """Keep the language that was chosen before signing in."""
    response = redirect(f"/login?next={quote(safe_next(request.form.get('next', '')))}", 303)
    chosen = request.form.get("locale", "")
    if chosen in LOCALES:
        response.set_cookie(current.LOCALE_COOKIE, chosen, max_age=YEAR_S, secure=is_https(), samesite="Lax")
    return response


def _form(after: str, login_name: str = "", error: str = "", status: int = 200) -> Response:
    html = page(
        "pages/login.html",
        next=after,
        form={"login": login_name},
        form_errors={},
        error=error,
        demo_people=current_app.config.get(DEMO_PEOPLE),
        languages=[code for code in LOCALES if code != current.locale()],
    )
    return make_response(html, status)


def _sign_in(login_name: str, password: str) -> accounts.Session | None:
    for _ in range(ATTEMPTS):
        try:
            return accounts.sign_in(current.services(), login_name, password)
        except WriteConflict:  # another attempt on the same name was counted at this moment
            continue
    return None


def _end_own_session() -> None:
    token = request.cookies.get(current.SESSION_COOKIE, "")
    if token:
        try:
            accounts.sign_out(current.services(), token)
        except WriteConflict:
            accounts.sign_out(current.services(), token)


def safe_next(asked: str) -> str:
    """Return a path of ours to go on to; the inbox for anything else."""
    is_path = asked.startswith("/") and not asked.startswith(("//", "/\\", "/login", "/logout", "/password"))
    return asked if is_path and asked.isprintable() and "\\" not in asked else HOME


def identity() -> Speaker | None:
    """Tell the gateway who speaks; the device that speaks is noted, so that revoking it ends this session."""
    found = current.session()
    if found is None:
        return None
    note_device(request.headers.get(DEVICE_HEADER, ""))
    return Speaker(found.person_id, None, ADMINISTRATOR in current.roles(), current.must_change_password())


def note_device(device_id: str) -> None:
    """Write down that this session is used on a device; told again, it costs nothing."""
    found = current.session()
    noted = current.parts().noted_devices
    if found is None or not device_id or len(device_id) > LONGEST_DEVICE_ID or (found.session_id, device_id) in noted:
        return
    sessions = current.services().sessions
    document = sessions.get(found.session_id)
    if document is None:
        return
    known = document.get("device_ids", [])
    try:
        if device_id not in known:
            sessions.put({**document, "device_ids": [*known, device_id][-DEVICES_NOTED:]})
    except WriteConflict:
        return  # noted by another request at this moment, or at the next one
    if len(noted) >= NOTED_KEPT:
        noted.clear()
    noted.add((found.session_id, device_id))


def own_device_ids() -> list[str]:
    """Return the devices that this session was used on."""
    found = current.session()
    document = current.services().sessions.get(found.session_id) if found else None
    return list((document or {}).get("device_ids", []))


def end_sessions_of_device(device: dict[str, Any]) -> int:
    """End every session that was used on a device that was revoked; returns how many."""
    services = current.services()
    return devices.end_sessions(services.sessions, device, services.clock.now())
