"""Corrections and prints of the book in a browser, on a phone and on a desk: axe finds nothing, nothing is cut."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page

from tests.fixtures import office
from tests.journeys.people import axe_findings
from tests.web.conftest import Pages, path
from tests.web.test_desk_in_chromium import served
from tests.web.test_printing import SELECTION, wait_for

pytestmark = [pytest.mark.chromium, pytest.mark.timeout(180)]
PHONE, DESK = {"width": 390, "height": 844}, {"width": 1280, "height": 900}


def addresses(pages: Pages) -> dict[str, list[str]]:
    """Let the office work, and return which pages of whom are looked at."""
    acting = pages.acting
    corrected, asked, struck = pages.presented(number="12/UBND-KGVX"), pages.presented(), pages.presented()
    acting.corrects(corrected, number="21/UBND-KGVX", sender="Ủy ban nhân dân tỉnh Gia Lai", document_on=None)
    acting.corrects(struck, strikes_number=True)
    wanted = acting.entry(asked, number="99/UBND-NC", type="GM", reason="Văn bản giấy ghi số 99, loại Giấy mời")
    acting.does(office.CLERK, "RequestCorrection", asked, **wanted)
    permitted = pages.presented()
    named = acting.does(
        office.CLERK, "RequestCorrection", permitted, **acting.entry(permitted, sender="Sở Nội vụ", reason="Ghi nhầm")
    )
    acting.does(office.IT_HEAD, "PermitCorrection", permitted, correction_id=named["action_id"], note="Thực hiện ngay")
    pages.catch_up()
    clerk = pages.browser(office.CLERK)
    job = clerk.post("/registers", data=SELECTION).headers["Location"]
    wait_for(lambda: "/pdf" in clerk.get(job).text)
    return {
        office.CLERK: [
            "/corrections",
            path(asked, "correction"),
            path(corrected),
            "/incoming",
            "/registers?form=register&year=2026",
            job,
            "/inbox",
        ],
        office.IT_HEAD: ["/corrections", "/inbox"],
        office.ADMINISTRATOR: ["/corrections", "/inbox"],
    }


def is_cut(page: Page) -> bool:
    """Tell whether the page is wider than the screen."""
    return bool(page.evaluate("document.documentElement.scrollWidth > innerWidth"))


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_the_pages_are_whole_and_axe_finds_nothing(pages: Pages, browser: Browser, size: dict[str, int]) -> None:
    findings = {}
    for person_id, shown in addresses(pages).items():
        client = pages.browser(person_id)
        context = browser.new_context(bypass_csp=True, service_workers="block", viewport=size)
        context.route("**/*", served(client))
        page = context.new_page()
        for address in shown:
            page.goto(f"http://congvan.test{address}")
            findings[f"{person_id}{address}"] = [*axe_findings(page), *(["cut"] if is_cut(page) else [])]
        context.close()
    assert {name: rows for name, rows in findings.items() if rows} == {}
