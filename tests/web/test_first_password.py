"""A one-time password opens one thing: the page on which it is changed. On both doors."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from server.app import create_app
from server.config import Config
from server.usecases.accounts import sign_in
from server.usecases.office_import import renew_password
from server.web.access import ACCESS, PUBLIC
from server.web.current import SESSION_COOKIE
from tests.fixtures import office
from tests.fixtures.acting import Acting
from tests.web.conftest import Pages, form, path

OWN = "mat-khau-cua-rieng-toi"
DEVICE = "device-dien-thoai"
REACHED = {"first_password.form", "first_password.change"}


@pytest.fixture
def given(acting: Acting) -> str:
    """Give the clerk's one-time password."""
    password = renew_password(acting.services, office.CLERK)
    assert password is not None
    return password


@pytest.fixture
def app(acting: Acting, tmp_path: Path, given: str) -> Flask:
    """Give both doors."""
    assert given
    config = Config(data=tmp_path, secret="x" * 32)
    return create_app(config, acting.services)


def browser_of(app: Flask, acting: Acting, password: str) -> FlaskClient:
    """Return the clerk's browser, signed in."""
    session = sign_in(acting.services, office.CLERK, password)
    assert session is not None
    client = app.test_client()
    client.set_cookie(SESSION_COOKIE, session.token)
    return client


def change(browser: FlaskClient, old: str, new: str, **fields: str) -> Any:
    """Send the form."""
    return browser.post("/password", data={"current_password": old, "new_password": new, **fields})


def test_signing_in_leads_to_the_change_and_from_there_on(pages: Pages, given: str) -> None:
    browser = pages.browser()
    answer = browser.post("/login", data={"login": office.CLERK, "password": given, "next": "/incoming/new"})
    answer = browser.get(answer.headers["Location"])
    assert (answer.status_code, answer.headers["Location"]) == (303, "/password?next=/incoming/new")
    shown = browser.get(answer.headers["Location"]).text
    assert "Đổi mật khẩu lần đầu" in shown
    assert office.name_of(office.CLERK) not in shown, "nothing of the frame leads anywhere"
    answer = change(browser, given, OWN, next="/incoming/new")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/incoming/new")
    assert browser.get("/incoming/new").status_code == 200
    assert browser.get("/password").headers["Location"] == "/settings"
    again = pages.browser()
    assert again.post("/login", data={"login": office.CLERK, "password": OWN}).headers["Location"] == "/inbox"
    assert again.get("/inbox").status_code == 200
    assert pages.browser().post("/login", data={"login": office.CLERK, "password": given}).status_code == 401


def test_a_bad_new_password_comes_back_with_the_reason(pages: Pages, given: str) -> None:
    browser = browser_of(pages.app, pages.acting, given)
    for old, new, said in (
        ("sai", OWN, "hiện tại không đúng"),
        (given, "ngan", "ít nhất 10"),
        (given, given, "phải khác mật khẩu hiện tại"),
    ):
        answer = change(browser, old, new, next="/reviews")
        assert answer.status_code == 422
        assert said in answer.text
        assert 'name="next" value="/reviews"' in answer.text
    assert browser.get("/inbox").headers["Location"] == "/password?next=/inbox"


def test_with_a_one_time_password_no_page_and_no_form_is_open(pages: Pages, given: str) -> None:
    document_id = pages.presented()
    pages.catch_up()
    record = pages.acting.record(document_id)
    browser = browser_of(pages.app, pages.acting, given)
    adapter = pages.app.url_map.bind("localhost")
    asked = 0
    for rule in pages.app.url_map.iter_rules():
        if ACCESS[rule.endpoint] == PUBLIC or rule.endpoint in REACHED:
            continue
        values = {
            "key": document_id.split(":")[1],
            "kind": "incoming",
            "sha256": "0" * 64,
            "device_id": DEVICE,
            "job_id": "0" * 32,
            "action_id": "act-khong-co-0001",
        }
        address = adapter.build(rule.endpoint, {name: values[name] for name in rule.arguments})
        for method in (rule.methods or set()) & {"GET", "POST"}:
            answer = browser.open(address, method=method, data=form(1, text="x") if method == "POST" else None)
            asked += 1
            if method == "GET":
                assert answer.headers["Location"].startswith("/password?next="), address
            else:
                assert answer.status_code == 401, address
            assert record["subject"] not in answer.text
    assert asked > 30
    assert pages.acting.record(document_id)["version"] == record["version"]
    htmx = browser.post(path(document_id, "add-comment"), data={"text": "x"}, headers={"HX-Request": "true"})
    assert htmx.headers["HX-Redirect"].startswith("/password")
    assert browser.post("/logout").headers["Location"] == "/login"


@pytest.mark.parametrize("after", ["//evil.example", "/password?next=/password"])
def test_after_the_change_nobody_is_led_to_another_site_or_in_a_circle(pages: Pages, given: str, after: str) -> None:
    browser = browser_of(pages.app, pages.acting, given)
    assert change(browser, given, OWN, next=after).headers["Location"] == "/inbox"


def test_a_device_gets_nothing_until_the_password_is_changed(app: Flask, acting: Acting, given: str) -> None:
    browser = browser_of(app, acting, given)
    headers = {"X-Congvan-Device": DEVICE}
    body = {"device_id": DEVICE, "name": "Điện thoại"}
    asked = [
        browser.post("/sync/devices", json=body),
        browser.get("/sync/devices"),
        browser.get("/sync/"),
        browser.get("/sync/inbox", headers=headers),
        browser.get("/sync/inbox/_changes?feed=longpoll", headers=headers),
        browser.get("/sync/snapshot", headers=headers),
        browser.post("/sync/actions", json={"device_id": DEVICE, "actions": []}, headers=headers),
        browser.put("/sync/files/" + "0" * 64, data=b"x", headers=headers),
    ]
    assert {(answer.status_code, answer.json["error"]) for answer in asked} == {(401, "password_change_needed")}
    assert change(browser, given, OWN).status_code == 303
    assert browser.post("/sync/devices", json=body).status_code == 201
    assert browser.get("/sync/inbox", headers=headers).status_code == 200


def test_a_password_of_one_s_own_asks_for_nothing(pages: Pages) -> None:
    browser = pages.browser(office.DIRECTOR)
    assert browser.get("/inbox").status_code == 200
    assert browser.get("/password").headers["Location"] == "/settings"
