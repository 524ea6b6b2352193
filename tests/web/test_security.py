"""What every answer and every write is held to."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask

from server.web.security import POLICY
from server.web.session import identity
from tests.fixtures import office
from tests.web.conftest import Pages, form, path, pdf

POLICY_OF_WORKER = Path(__file__).resolve().parents[2] / "pwa" / "content_policy.json"


@pytest.mark.parametrize(
    ("headers", "is_taken"),
    [
        ({}, True),
        ({"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"}, True),
        ({"Origin": "http://localhost"}, True),
        ({"Origin": "http://evil.example"}, False),
        ({"Origin": "http://localhost:8081"}, False),
        ({"Origin": "https://localhost"}, False),
        ({"Origin": "null"}, False),
        ({"Sec-Fetch-Site": "cross-site"}, False),
        ({"Sec-Fetch-Site": "same-site"}, False),
        ({"Origin": "http://localhost", "Sec-Fetch-Site": "cross-site"}, False),
    ],
)
def test_writes_are_taken_from_our_own_pages_only(pages: Pages, headers: dict[str, str], is_taken: bool) -> None:
    document_id = pages.presented()
    director = pages.browser(office.DIRECTOR)
    answer = director.post(path(document_id, "add-comment"), data=form(1, text="Ai gửi?"), headers=headers)
    assert answer.status_code == (303 if is_taken else 403)
    assert pages.acting.record(document_id)["version"] == (2 if is_taken else 1)
    sign_in = pages.browser().post("/login", data={}, headers=headers)
    assert sign_in.status_code == (401 if is_taken else 403)


def test_behind_a_proxy_only_the_public_address_is_ours(make_app: Callable[..., Flask]) -> None:
    browser = make_app(public_url="https://congvan.example").test_client()
    assert browser.post("/login", headers={"Origin": "https://congvan.example"}).status_code == 401
    assert browser.post("/login", headers={"Origin": "http://localhost"}).status_code == 403


def test_every_page_has_the_policy_that_the_worker_sends_too(pages: Pages) -> None:
    assert "; ".join(json.loads(POLICY_OF_WORKER.read_text("utf-8"))) == POLICY
    for answer in (
        pages.browser().get("/login"),
        pages.browser(office.CLERK).get("/inbox"),
        pages.browser().get("/nix"),
    ):
        assert answer.headers["Content-Security-Policy"] == POLICY
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Cache-Control"] == "no-store"
        assert not re.search(r"<script(?![^>]*src=)|\son\w+=|style=", answer.text)


def test_what_is_far_too_large_is_refused_before_it_is_read(pages: Pages) -> None:
    clerk = pages.browser(office.CLERK)
    large = clerk.post("/incoming", data={"note": "x" * (3 * 1024 * 1024)})
    assert large.status_code == 413
    assert "quá lớn" in large.text
    stranger = pages.browser().post("/login", data={"login": pdf(bytes(3 * 1024 * 1024))})
    assert stranger.status_code == 413
    many = clerk.post(
        "/incoming", data={f"field{number}": "x" for number in range(2000)}, content_type="multipart/form-data"
    )
    assert many.status_code == 413


def test_revoking_a_device_ends_the_sessions_used_on_it(pages: Pages) -> None:
    phone, desk = pages.browser(office.DEPUTY), pages.browser(office.DEPUTY)
    devices = pages.acting.services.store.database("devices")
    device_id = "device-dien-thoai-1"
    devices.put(
        {
            "_id": f"device:{device_id}",
            "kind": "device",
            "device_id": device_id,
            "person_id": office.DEPUTY,
            "name": "Chrome · Android",
            "enrolled_at": office.NOW_AT,
        }
    )

    def speak() -> dict[str, str]:
        speaker = identity()
        assert speaker is not None
        return {"person_id": speaker.person_id}

    pages.app.view_functions["settings.offline"] = speak
    assert phone.get("/offline", headers={"X-Congvan-Device": device_id}).json == {"person_id": office.DEPUTY}
    listed = phone.get("/devices").text
    assert "Chrome · Android" in listed
    assert pages.browser(office.DIRECTOR).post(f"/devices/{device_id}/revoke").status_code == 404
    assert desk.post(f"/devices/{device_id}/revoke").status_code == 303
    assert devices.get(f"device:{device_id}")["revoked_by"] == office.DEPUTY
    assert phone.get("/inbox").status_code == 303
    assert desk.get("/inbox").status_code == 200


def test_a_failure_is_a_page_without_its_cause(pages: Pages) -> None:
    def fail() -> str:
        raise RuntimeError("the secret cause")

    pages.app.view_functions["inbox.inbox"] = fail
    pages.app.config["PROPAGATE_EXCEPTIONS"] = False
    answer = pages.browser(office.CLERK).get("/inbox")
    assert answer.status_code == 500
    assert "the secret cause" not in answer.text
    assert "Hệ thống gặp lỗi" in answer.text
