"""What a request has at hand: the services, the configuration, who is signed in, the time, the language."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from flask import current_app, g, has_request_context, request

from server.adapters import catalogues
from server.config import Config
from server.domain import office_permissions
from server.domain.instants import day_of
from server.domain.office import Office, Person
from server.domain.permissions import Standing
from server.ports import Services
from server.usecases.accounts import Session, session_of
from server.usecases.progress_following import Following
from server.web.tallies import Tallies, Tally

EXTENSION = "congvan"
SESSION_COOKIE = "congvan_session"
LOCALE_COOKIE = "locale"
THEME_COOKIE = "theme"
THEMES = ("auto", "light", "dark")


@dataclass(frozen=True)
class Parts:
    """What `server.web.register` was given."""

    services: Services
    config: Config
    nudge: Callable[[], None]
    tallies: Tallies
    progress: Following
    noted_devices: set[tuple[str, str]] = field(default_factory=set)
    """Pairs of session and device that are known to be written down."""


def parts() -> Parts:
    """Return what the pages of this application work with."""
    found: Parts = current_app.extensions[EXTENSION]
    return found


def services() -> Services:
    """Return the services."""
    return parts().services


def nudge() -> None:
    """Let inboxes catch up with what was just written, if that takes no more than a moment."""
    parts().nudge()


def now() -> str:
    """Return the instant of this request, the same one all through it."""
    if "now" not in g:
        g.now = services().clock.now()
    found: str = g.now
    return found


def today() -> str:
    """Return today's date in Vietnam."""
    return day_of(now())


def session() -> Session | None:
    """Return the session of this request's cookie, while it is valid."""
    if "session" not in g:
        token = request.cookies.get(SESSION_COOKIE, "")
        g.session = session_of(services(), token) if token else None
    found: Session | None = g.session
    return found


def office() -> Office:
    """Return the office of this moment."""
    return services().directory.office()


def person() -> Person | None:
    """Return who is signed in."""
    found = session()
    return office().person(found.person_id) if found else None


def person_id() -> str:
    """Return the id of who is signed in; only behind a login."""
    found = session()
    if found is None:
        raise RuntimeError("asked for the person on a page for everybody")
    return found.person_id


def must_change_password() -> bool:
    """Tell whether who is signed in has to change a one-time password before anything else."""
    found = person()
    return found is not None and found.must_change_password


def tally() -> Tally:
    """Return the counts of the reader's inbox, asked for once in a request."""
    if "tally" not in g:
        g.tally = parts().tallies.of(person_id())
    found: Tally = g.tally
    return found


def roles() -> frozenset[str]:
    """Return the roles of who is signed in, now."""
    found = person()
    return found.roles(now()) if found else frozenset()


def may_govern(command: str) -> bool:
    """Tell whether who is signed in may give a command on the office itself."""
    return office_permissions.may_govern(command, Standing({}, person_id(), office(), now()))


def locale() -> str:
    """Return the language of this request: the cookie's, the person's, Vietnamese."""
    if not has_request_context():
        return catalogues.LOCALES[0]
    if "locale" not in g:
        asked = request.cookies.get(LOCALE_COOKIE, "")
        found = person() if asked not in catalogues.LOCALES else None
        asked = found.locale if found else asked
        g.locale = asked if asked in catalogues.LOCALES else catalogues.LOCALES[0]
    chosen: str = g.locale
    return chosen


def theme() -> str:
    """Return the colours asked for: auto, light or dark."""
    asked = request.cookies.get(THEME_COOKIE, "")
    return asked if asked in THEMES else THEMES[0]


def text(key: str, **values: Any) -> str:
    """Return a message in the language of this request."""
    return catalogues.translate(catalogues.load(locale()), key, values)


def has_text(key: str) -> bool:
    """Tell whether the catalogues have a message."""
    return key in catalogues.load(locale())


def wants_fragment() -> bool:
    """Tell whether htmx asks for a part of a page; a history restore or a boosted link wants all of it."""
    headers = request.headers
    return "HX-Request" in headers and "HX-Boosted" not in headers and "HX-History-Restore-Request" not in headers


def wants_json() -> bool:
    """Tell whether the client asks for JSON rather than a page."""
    accepted = request.headers.get("Accept", "")
    return "application/json" in accepted and "text/html" not in accepted
