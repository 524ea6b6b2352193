"""The fixed office behind door one: a Flask test client for each person, over a real embedded store."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from server import web
from server.adapters.passwords import cheap_passwords
from server.config import Config
from server.usecases.accounts import sign_in
from server.web.current import SESSION_COOKIE
from tests.fixtures import office, pdfs
from tests.fixtures.acting import Acting, new_action_id, open_office

PASSWORD = "mat-khau-thu-nghiem"
TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
HASH = cheap_passwords().hash(PASSWORD)


class Pages:
    """The application, and browsers of people who are signed in."""

    def __init__(self, acting: Acting, app: Flask, nudges: list[str]) -> None:
        self.acting = acting
        self.app = app
        self.nudges = nudges

    def browser(self, person_id: str | None = None) -> FlaskClient:
        """Return a browser; with a person, one who is signed in."""
        client = self.app.test_client()
        if person_id:
            session = sign_in(self.acting.services, person_id, PASSWORD)
            assert session is not None, person_id
            client.set_cookie(SESSION_COOKIE, session.token)
        return client

    def presented(self, **changes: Any) -> str:
        """Register a document for the director, as the clerk, and return its id."""
        return self.acting.registers(**changes)

    def drafted(self) -> tuple[str, str]:
        """Bring a document to a draft with its specialist; return both ids."""
        document_id = self.presented()
        self.acting.does(office.DIRECTOR, "Assign", document_id, lead=f"unit:{office.IT_UNIT}", directive="Tham mưu")
        to = f"person:{office.IT_SPECIALIST}"
        self.acting.does(office.IT_HEAD, "Assign", document_id, lead=to, directive="Dự thảo")
        return document_id, self.acting.drafts(document_id)

    def catch_up(self) -> None:
        """Bring every inbox up to what is committed."""
        self.acting.services.fanout.catch_up()


def path(document_id: str, verb: str = "") -> str:
    """Return the address of a document, or of a command on it."""
    address = "/" + document_id.replace(":", "/")
    return f"{address}/{verb}" if verb else address


def form(seen: int, action_id: str | None = None, **fields: Any) -> dict[str, Any]:
    """Return a command's form as a browser posts it."""
    return {"action_id": action_id or new_action_id(), "seen_version": str(seen), "after": "", **fields}


def pdf(body: bytes | None = None, name: str = "van-ban.pdf") -> tuple[io.BytesIO, str]:
    """Return a file part of a form."""
    return io.BytesIO(pdfs.simple() if body is None else body), name


class Controls(HTMLParser):
    """Collects what the inputs, selected options and textareas of a page hold, by name."""

    def __init__(self) -> None:
        super().__init__()
        self.values: dict[str, str] = {}
        self._name = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "input" and given.get("type") not in ("file", "checkbox", "radio", "search"):
            self.values[given.get("name") or ""] = given.get("value") or ""
        elif tag == "textarea":
            self._name = given.get("name") or ""
            self.values[self._name] = ""
        elif tag == "select":
            self._select = given.get("name") or ""
        elif tag == "option" and "selected" in given:
            self.values[self._select] = given.get("value") or ""

    def handle_data(self, data: str) -> None:
        if self._name:
            self.values[self._name] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._name = ""


def controls(response: TestResponse) -> dict[str, str]:
    """Return what the controls of a page hold."""
    parser = Controls()
    parser.feed(response.text)
    return parser.values


def section(html: str, start: str, end: str = "</form>") -> str:
    """Return a part of a page, from a mark on."""
    found = re.search(re.escape(start) + r".*?" + re.escape(end), html, re.DOTALL)
    assert found, f"no {start} in the page"
    return found[0]


@pytest.fixture
def acting(tmp_path: Path) -> Iterator[Acting]:
    """Give the office, with passwords that fit."""
    found = open_office(tmp_path)
    accounts = found.services.accounts
    for document in accounts.all("person:"):
        accounts.put({**document, "password_hash": HASH})
    yield found
    found.services.close()


@pytest.fixture
def nudges() -> list[str]:
    """Give the list of nudges."""
    return []


@pytest.fixture
def make_app(acting: Acting, nudges: list[str], tmp_path: Path) -> Callable[..., Flask]:
    """Give the way to make an application with some configuration."""

    def make(**configuration: Any) -> Flask:
        app = Flask("server", static_folder=None, template_folder=str(TEMPLATES))
        app.testing = True
        config = Config(data=tmp_path, secret="x" * 32, **configuration)
        app.config.update(CONGVAN=config, SECRET_KEY=config.secret, PROPAGATE_EXCEPTIONS=True)

        def nudge() -> None:
            nudges.append("nudge")
            acting.services.fanout.catch_up()

        web.register(app, acting.services, nudge=nudge)
        return app

    return make


@pytest.fixture
def pages(acting: Acting, make_app: Callable[..., Flask], nudges: list[str]) -> Pages:
    """Give the pages and people's browsers."""
    return Pages(acting, make_app(), nudges)
