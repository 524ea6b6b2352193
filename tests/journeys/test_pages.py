"""Every page on a phone and on a desktop: axe finds nothing, the page runs without a script error."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.fixtures import office
from tests.journeys.people import Person, axe_findings
from tests.journeys.test_main_story import DRAFT, TITLE, registers

pytestmark = [pytest.mark.chromium, pytest.mark.timeout(300)]
PAGES = {
    office.CLERK: ["/incoming/new", "/recognition", "/incoming", "/incoming/subjects", "/outgoing", "/inbox"],
    office.DIRECTOR: [
        *("/inbox", "/reviews", "/outbox", "/case-files", "/assign", "/devices", "/settings", "/install", "/incoming"),
        *("/outgoing", "/delegations", "/password"),
    ],
    office.ADMINISTRATOR: [
        "/inbox",
        "/recognition",
        "/people",
        "/units",
        "/work-calendar?year=2026&day=2026-12-05",
        "/nothing-here",
    ],
    office.NOBODY: ["/inbox", "/incoming"],
}


@pytest.mark.parametrize("on_phone", [True, False], ids=["phone", "desktop"])
def test_axe_finds_nothing(person: Callable[..., Person], letter: Callable[[str], Path], on_phone: bool) -> None:
    findings: dict[str, list[str]] = {}

    def look(one: Person, name: str) -> None:
        one.page.wait_for_load_state()
        findings[name] = axe_findings(one.page)
        if folder := os.environ.get("CONGVAN_SHOTS"):
            device = "phone" if on_phone else "desktop"
            one.page.screenshot(path=f"{folder}/{name.strip('/').replace('/', '-') or 'root'}-{device}.png")

    clerk = person(office.CLERK, on_phone=on_phone)
    clerk.opens("/login")
    look(clerk, "/login")
    clerk.signs_in()
    registers(clerk, letter("van ban den"))
    look(clerk, "/registered")
    seats = {office.CLERK: clerk}
    for person_id, paths in PAGES.items():
        one = seats.get(person_id) or person(person_id, on_phone=on_phone).signs_in()
        seats[person_id] = one
        for path in paths:
            one.opens(path)
            look(one, f"{person_id}{path}")
    director = seats[office.DIRECTOR].opens_document(TITLE)
    look(director, "document")
    director.form("assign")
    look(director, "assign")
    straight = {"lead": f"person:{office.IT_SPECIALIST}", "direct_reason": "Việc gấp"}
    director.opens_document(TITLE).sends("assign", directive="Làm", **straight).sees("Làm")
    specialist = person(office.IT_SPECIALIST, on_phone=on_phone).signs_in().opens_document(TITLE)
    specialist.form("start_draft")
    look(specialist, "start_draft")
    specialist.opens_document(TITLE).sends("start_draft", subject=DRAFT, type="BC", file=letter("lan dau"))
    specialist.sees(DRAFT)
    specialist.opens_document(DRAFT)
    look(specialist, "draft")
    specialist.form("submit_draft")
    look(specialist, "submit_draft")
    found = {name: rows for name, rows in findings.items() if rows}
    assert found == {}


def test_a_phone_page_never_scrolls_sideways(person: Callable[..., Person], letter: Callable[[str], Path]) -> None:
    clerk = person(office.CLERK, on_phone=True).signs_in()
    registers(clerk, letter("van ban den"))
    too_wide = "() => document.scrollingElement.scrollWidth - document.scrollingElement.clientWidth"
    for person_id, others in ((office.DIRECTOR, ["/offline"]), (office.ADMINISTRATOR, [])):
        one = person(person_id, on_phone=True).signs_in()
        for path in (*PAGES[person_id], *others):
            one.opens(path)
            assert one.page.evaluate(too_wide) <= 0, path
