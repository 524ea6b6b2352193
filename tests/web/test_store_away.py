"""The store cannot be reached: people and devices are told to try again, nothing else falls over (503)."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient

from server.app import create_app
from server.config import Config
from server.usecases.accounts import sign_in
from server.web.current import SESSION_COOKIE
from sync.ports import StoreUnavailable
from tests.fixtures import office
from tests.fixtures.acting import Acting
from tests.web.conftest import PASSWORD, form, path

DEVICE = "device-0001"


class Away:
    """A switch: while it is on, nothing of the store can be reached."""

    def __init__(self) -> None:
        self.is_on = False


@pytest.fixture
def away(acting: Acting, monkeypatch: pytest.MonkeyPatch) -> Away:
    """Give the switch."""
    switch = Away()

    def cut(owner: type, name: str) -> None:
        call = getattr(owner, name)

        def cut_off(self: Any, *given: Any, **named: Any) -> Any:
            if switch.is_on:
                raise StoreUnavailable("CouchDB at http://couchdb.office:5984 does not answer")
            return call(self, *given, **named)

        monkeypatch.setattr(owner, name, cut_off)

    database = type(acting.services.store.database("records"))
    for name in ("get", "get_many", "put", "bulk", "all", "find", "changes", "info"):
        cut(database, name)
    return switch


@pytest.fixture
def browser(acting: Acting) -> FlaskClient:
    """Give the director's browser, enrolled as a device, on the whole application."""
    app = create_app(Config(data=acting.services.data_dir, secret="x" * 32), acting.services)
    client = app.test_client()
    session = sign_in(acting.services, office.DIRECTOR, PASSWORD)
    assert session is not None
    client.set_cookie(SESSION_COOKIE, session.token)
    client.environ_base["HTTP_X_CONGVAN_DEVICE"] = DEVICE
    assert client.post("/sync/devices", json={"device_id": DEVICE, "name": "Máy tính"}).status_code == 201
    return client


def test_a_page_says_so_and_asks_again_by_itself(acting: Acting, away: Away, browser: FlaskClient) -> None:
    document_id = acting.registers()
    away.is_on = True
    for address in ("/inbox", path(document_id), "/login", "/incoming"):
        answer = browser.get(address)
        assert (answer.status_code, answer.headers["Refresh"]) == (503, answer.headers["Retry-After"]), address
        assert "tự động tải lại" in answer.text
        assert "couchdb.office" not in answer.text
    browser.set_cookie("locale", "en")
    assert "loads again by itself" in browser.get("/inbox").text
    away.is_on = False
    assert browser.get("/inbox").status_code == 200


def test_a_form_can_be_sent_again_and_counts_once(acting: Acting, away: Away, browser: FlaskClient) -> None:
    document_id = acting.registers()
    comment = form(1, text="Khẩn trương")
    away.is_on = True
    answer = browser.post(path(document_id, "add-comment"), data=comment)
    assert (answer.status_code, answer.headers.get("Refresh")) == (503, None)
    assert "chỉ được ghi nhận một lần" in answer.text
    away.is_on = False
    assert [browser.post(path(document_id, "add-comment"), data=comment).status_code for _ in range(2)] == [303, 303]
    assert acting.record(document_id)["version"] == 2


@pytest.mark.parametrize(
    ("method", "address"), [("GET", "/sync/inbox/_changes"), ("GET", "/sync/snapshot"), ("POST", "/sync/actions")]
)
def test_a_device_is_told_to_try_again(away: Away, browser: FlaskClient, method: str, address: str) -> None:
    away.is_on = True
    answer = browser.open(
        address, method=method, json={"device_id": DEVICE, "actions": []} if method == "POST" else None
    )
    assert (answer.status_code, answer.get_json()["error"]) == (503, "unavailable")
    assert "tự động gửi lại" in answer.get_json()["reason"]
    assert int(answer.headers["Retry-After"]) > 0
    away.is_on = False
    assert browser.get("/sync/inbox/_changes").status_code == 200
