"""Every address is accounted for: a row in the table of access, a route for every command, a short public list."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask

from server import web
from server.config import Config
from server.domain.commands import BY_WHAT_STANDS, COMMANDS, ONLINE_ONLY, verb
from server.domain.office_commands import OFFICE_COMMANDS
from server.web.access import ACCESS, GATEWAY, PUBLIC
from server.web.forms import COMMAND_ROUTES, kinds_of

PUBLIC_ENDPOINTS = {
    "session.login",
    "session.log_in",
    "session.log_out",
    "session.choose_language",
    "settings.offline",
    "settings.install",
}


@pytest.fixture
def app() -> Flask:
    """Give the application with nothing behind it."""
    made = Flask("server", static_folder=None)
    made.config["CONGVAN"] = Config(data=Path("nowhere"))
    services: Any = SimpleNamespace(store=None)
    web.register(made, services, nudge=lambda: None)
    return made


def test_every_endpoint_has_a_row_and_every_row_an_endpoint(app: Flask) -> None:
    endpoints = {rule.endpoint for rule in app.url_map.iter_rules()}
    assert {one for one in endpoints if one.split(".")[0] != GATEWAY} == set(ACCESS)


def test_the_public_list_is_short() -> None:
    assert {endpoint for endpoint, rule in ACCESS.items() if rule == PUBLIC} == PUBLIC_ENDPOINTS


def test_every_command_has_a_route_that_takes_its_form(app: Flask) -> None:
    posts = {rule.rule for rule in app.url_map.iter_rules() if "POST" in (rule.methods or set())}
    for route in COMMAND_ROUTES:
        assert route.path.replace("<id>", "<key>") in posts, route
        assert dict(route.fields) == kinds_of(route.command), f"the table and {route.command} name different fields"
    endpoints = {rule.endpoint.partition(".")[2] for rule in app.url_map.iter_rules() if "POST" in (rule.methods or ())}
    assert {verb(command) for command in {*OFFICE_COMMANDS, *ONLINE_ONLY}} <= endpoints
    kept_offline = {route.command for route in COMMAND_ROUTES}
    assert kept_offline - set(OFFICE_COMMANDS) | {"AddScan", "RemindReview", "RemindDue"} | ONLINE_ONLY == set(COMMANDS)
    assert kept_offline >= BY_WHAT_STANDS - ONLINE_ONLY
    assert not kept_offline & ONLINE_ONLY
    assert {"/incoming", "/incoming/<key>/add-scan"} <= posts


def test_an_endpoint_without_a_row_is_denied(app: Flask) -> None:
    app.add_url_rule("/forgotten", "forgotten", lambda: "open to all")
    app.jinja_loader = None
    with app.test_request_context("/forgotten"), pytest.raises(Exception, match="403"):
        app.preprocess_request()
