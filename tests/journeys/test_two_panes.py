"""Reading on a wide screen: the list stays, the document opens beside it; addresses and going back work."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.fixtures import office
from tests.journeys.people import Person, axe_findings
from tests.journeys.test_main_story import TITLE, registers

pytestmark = [pytest.mark.chromium, pytest.mark.timeout(300)]
WIDE = {"width": 1440, "height": 900}
OTHER = "UBND tỉnh mời họp giao ban chuyển đổi số ngày 30/12/2099 tại Hội trường 2"


def test_documents_are_read_beside_the_list(person: Callable[..., Person], letter: Callable[[str], Path]) -> None:
    clerk = person(office.CLERK).signs_in()
    registers(clerk, letter("mot"))
    clerk.opens("/incoming/new")
    page = clerk.page
    for name, value in {"sender": "UBND tỉnh Gia Lai", "number": "9/GM-UBND", "subject": OTHER}.items():
        page.locator(f"[name={name}]").fill(value)
    page.locator("select[name=leader_id]").select_option(office.DIRECTOR)
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/registered")

    director = person(office.DIRECTOR)
    page = director.page
    page.set_viewport_size(WIDE)
    director.signs_in().is_installed()
    inbox = page.url
    heading, first = page.locator("#pane #document h1"), page.locator(".row-title a", has_text=TITLE)
    first.click()
    expect(heading).to_contain_text(TITLE)
    expect(first).to_have_attribute("aria-current", "true")
    expect(page.locator("#pane canvas")).to_be_visible()
    assert axe_findings(page) == []
    opened = page.url
    page.locator(".row-title a", has_text=OTHER).click()
    expect(heading).to_contain_text(OTHER)
    page.go_back()
    expect(heading).to_contain_text(TITLE)
    page.go_back()
    expect(heading).to_have_count(0)
    assert page.url == inbox

    director.goes_offline()
    page.goto(opened)
    expect(heading).to_contain_text(TITLE)
    page.locator("#pane #act-add-comment textarea").fill("Đọc ngoài mạng")
    page.locator("#pane #act-add-comment textarea").press("Control+Enter")
    expect(page.locator("#pane .is-pending")).to_contain_text("Đọc ngoài mạng")
    expect(page.locator("#pane .page .page")).to_have_count(0)
    director.comes_online()
    expect(page.locator("#pane .is-pending")).to_have_count(0)
    expect(page.locator("#pane")).to_contain_text("Đọc ngoài mạng")
    expect(first).to_have_attribute("aria-current", "true")

    page.set_viewport_size({"width": 1000, "height": 800})
    page.reload()
    page.wait_for_url("**/incoming/**")
    expect(page.locator("#document h1")).to_contain_text(TITLE)


def test_the_pane_is_left_and_entered_with_keys(person: Callable[..., Person], letter: Callable[[str], Path]) -> None:
    registers(person(office.CLERK).signs_in(), letter("mot"))
    director = person(office.DIRECTOR)
    page = director.page
    page.set_viewport_size(WIDE)
    director.signs_in()
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.locator("#pane #document")).to_be_visible()
    expect(page.locator(".row-title a")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#pane")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator(".row-title a")).to_be_focused()
