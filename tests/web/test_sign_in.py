"""Signing in and out: one answer for every failure, a cookie that scripts and other sites cannot use."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from server.app import create_app
from server.config import Config
from server.demo.sign_ins import password_of
from server.web.current import SESSION_COOKIE
from tests.fixtures import office
from tests.fixtures.acting import Acting
from tests.web.conftest import PASSWORD, Pages, path


def sign_in(browser: Any, login: str, password: str = PASSWORD, **fields: str) -> Any:
    return browser.post("/login", data={"login": login, "password": password, **fields})


def test_a_person_signs_in_reads_and_signs_out(pages: Pages) -> None:
    browser = pages.browser()
    answer = browser.get("/inbox?folder=done")
    assert answer.status_code == 303
    assert answer.headers["Location"] == "/login?next=/inbox%3Ffolder%3Ddone"
    answer = sign_in(browser, office.IT_SPECIALIST.upper() + " ", next="/inbox?folder=done")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/inbox?folder=done")
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Secure" not in cookie
    assert office.name_of(office.IT_SPECIALIST) in browser.get("/inbox").text
    assert browser.get("/login").headers["Location"] == "/inbox"

    token = browser.get_cookie(SESSION_COOKIE).value
    assert browser.post("/logout").headers["Location"] == "/login"
    assert browser.get_cookie(SESSION_COOKIE) is None
    browser.set_cookie(SESSION_COOKIE, token)
    assert browser.get("/inbox").status_code == 303, "the session is over on the server too"


def test_every_failure_has_the_same_answer(pages: Pages) -> None:
    answers = [
        sign_in(pages.browser(), login, password)
        for login, password in (
            (office.CLERK, "sai-mat-khau"),
            (office.UNKNOWN_PERSON, PASSWORD),
            (office.CLERK, PASSWORD + "x" * 2000),
        )
    ]
    assert [answer.status_code for answer in answers] == [401, 401, 401]
    texts = {answer.text.replace(office.UNKNOWN_PERSON, office.CLERK) for answer in answers}
    assert len(texts) == 1
    assert "mật khẩu không đúng" in texts.pop()
    assert sign_in(pages.browser(), "", "").status_code == 401


def test_who_was_locked_out_has_no_session_left(pages: Pages) -> None:
    browser = pages.browser(office.IT_SPECIALIST)
    assert browser.get("/inbox").status_code == 200
    accounts = pages.acting.services.accounts
    person = accounts.find("by_person", {"kind": "person", "person_id": office.IT_SPECIALIST})[0]
    accounts.put({**person, "is_active": False, "inactive_from_at": "2026-01-01T00:00:00.000Z"})
    assert browser.get("/inbox").status_code == 303
    assert sign_in(pages.browser(), office.IT_SPECIALIST).status_code == 401


def test_the_cookie_is_secure_behind_https(make_app: Callable[..., Flask]) -> None:
    browser = make_app(public_url="https://congvan.example").test_client()
    answer = sign_in(browser, office.CLERK)
    assert "Secure" in answer.headers["Set-Cookie"]


@pytest.mark.parametrize(
    "evil",
    [
        "https://evil.example",
        "//evil.example",
        "/\\evil.example",
        "\\evil",
        "javascript:alert(1)",
        "/a\r\nb",
        "/logout",
    ],
)
def test_nobody_is_led_to_another_site(pages: Pages, evil: str) -> None:
    assert sign_in(pages.browser(), office.CLERK, next=evil).headers["Location"] == "/inbox"


def test_a_form_sent_after_the_session_ended_says_so_for_worker_and_page(pages: Pages) -> None:
    address = path(pages.presented(), "add-comment")
    plain = pages.browser().post(address, data={"text": "x"})
    assert plain.status_code == 401
    htmx = pages.browser().post(
        address,
        data={"text": "x"},
        headers={"HX-Request": "true", "HX-Current-URL": "http://localhost/incoming/abc?form=assign"},
    )
    assert htmx.status_code == 401
    assert htmx.headers["HX-Redirect"] == "/login?next=/incoming/abc%3Fform%3Dassign"
    assert pages.browser().get("/inbox", headers={"Accept": "application/json"}).status_code == 401


def test_changing_the_password_asks_for_the_old_one_and_ends_other_sessions(pages: Pages) -> None:
    here, there = pages.browser(office.CLERK), pages.browser(office.CLERK)

    def change(old: str, new: str) -> Any:
        return here.post("/settings/password", data={"current_password": old, "new_password": new})

    assert "hiện tại không đúng" in change("sai", "mot-mat-khau-moi").text
    assert "ít nhất 10" in change(PASSWORD, "ngan").text
    assert there.get("/inbox").status_code == 200
    assert change(PASSWORD, "mot-mat-khau-moi").status_code == 303
    assert here.get("/inbox").status_code == 200
    assert there.get("/inbox").status_code == 303
    assert sign_in(pages.browser(), office.CLERK).status_code == 401
    assert sign_in(pages.browser(), office.CLERK, "mot-mat-khau-moi").status_code == 303


def test_the_language_is_chosen_before_signing_in(pages: Pages) -> None:
    browser = pages.browser()
    assert "Đăng nhập" in browser.get("/login").text
    answer = browser.post("/login/language", data={"locale": "en", "next": "/reviews"})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/login?next=/reviews")
    assert "Sign in" in browser.get(answer.headers["Location"]).text
    assert browser.post("/login/language", data={"locale": "xx", "next": "//evil"}).headers["Location"] == (
        "/login?next=/inbox"
    )
    assert "Sign in" in browser.get("/login").text


@pytest.mark.parametrize(("mode", "is_offered"), [("demo", True), ("development", False), ("production", False)])
def test_only_a_demonstration_offers_its_people(acting: Acting, tmp_path: Path, mode: Any, is_offered: bool) -> None:
    password = password_of(tmp_path)
    config = Config(mode=mode, data=tmp_path, secret="x" * 40, public_url="http://localhost")
    text = create_app(config, acting.services).test_client().get("/login").text
    assert (password in text, f'value="{office.DIRECTOR}"' in text) == (is_offered, is_offered)
