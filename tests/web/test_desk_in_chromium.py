"""The desk, the notices, the outbox and a form done anew, as a browser shows them: axe finds nothing."""

from __future__ import annotations

import mimetypes
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Browser, Route

from server.usecases import reminding
from tests.fixtures import office
from tests.journeys.people import axe_findings
from tests.web.conftest import Pages, path
from tests.web.test_conflict_desk import PHONE, hold

pytestmark = [pytest.mark.chromium, pytest.mark.timeout(120)]
ROOT = Path(__file__).resolve().parents[2]


def served(client: FlaskClient) -> Callable[[Route], None]:
    """Return what answers a browser with the pages of one person, and with the built styles and scripts."""

    def answer(route: Route) -> None:
        asked = urlsplit(route.request.url)
        if asked.path.startswith("/static/"):
            file = ROOT / asked.path.lstrip("/")
            media_type = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
            route.fulfill(body=file.read_bytes() if file.exists() else b"", content_type=media_type)
            return
        of_htmx = {name: value for name, value in route.request.headers.items() if name.startswith("hx-")}
        response = client.get(f"{asked.path}?{asked.query}", headers=of_htmx)
        route.fulfill(status=response.status_code, headers=dict(response.headers), body=response.data)

    return answer


def test_axe_finds_nothing(pages: Pages, browser: Browser) -> None:
    document_id, _ = hold(pages)
    hold(pages, "Việc hai")
    acting = pages.acting
    kept = acting.does(office.DIRECTOR, "Assign", document_id, device_id=PHONE, directive="Lời", lead="unit:khong-co")
    acting.clock.move(days=3)
    reminding.overdue_reviews(acting.services)
    pages.catch_up()
    anew = f"{path(document_id)}?from={kept['action_id']}&form="
    findings = {}
    shown = {
        office.DIRECTOR: ["/reviews", "/outbox", f"{anew}assign", f"{anew}nothing"],
        office.IT_HEAD: ["/inbox", "/outbox"],
    }
    for person_id, addresses in shown.items():
        client = pages.browser(person_id)
        context = browser.new_context(bypass_csp=True, service_workers="block")
        context.route("**/*", served(client))
        page = context.new_page()
        for address in addresses:
            page.goto(f"http://congvan.test{address}")
            findings[f"{person_id}{address}"] = axe_findings(page)
            if address == "/reviews":
                assert page.locator("input[name=review]").count() == 2
        context.close()
    assert {name: rows for name, rows in findings.items() if rows} == {}
