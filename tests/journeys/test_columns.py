"""Lists in columns: chosen once, the same without a network, walked through with keys, readable on a phone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.fixtures import office
from tests.journeys.people import Person, axe_findings
from tests.journeys.test_many_documents import TITLES, registers_all

pytestmark = [pytest.mark.chromium, pytest.mark.timeout(300)]
LISTED = "table.listed tbody tr"


def test_lists_are_shown_in_columns(person: Callable[..., Person], letter: Callable[[str], Path]) -> None:
    registers_all(person(office.CLERK).signs_in(), letter("van ban den"))
    desk = person(office.DIRECTOR).signs_in().is_installed()
    expect(desk.page.locator("#rows > li")).to_have_count(3, timeout=30_000)
    desk.page.locator(".columns > summary").click()
    assert axe_findings(desk.page) == []
    for name in ("arrived_on", "latest", "document_on"):
        desk.page.locator(f".columns input[value={name}]").uncheck()
    desk.page.locator(".columns button", has_text="Hiện thành bảng").click()
    expect(desk.page.locator(LISTED)).to_have_count(3, timeout=30_000)
    expect(desk.page.locator("table.listed thead")).to_contain_text("Đang xử lý")
    assert axe_findings(desk.page) == []

    # the same on the device, without a network, once it has heard of it
    desk.page.wait_for_function("() => document.querySelector('#net-status[data-local=yes]')")
    desk.goes_offline().opens("/inbox")
    expect(desk.page.locator(LISTED)).to_have_count(3)
    desk.page.keyboard.press("j")
    desk.page.keyboard.press("j")
    desk.page.keyboard.press("Enter")
    expect(desk.page.locator("#document h1")).to_contain_text(TITLES[1])
    desk.comes_online()

    phone = person(office.DIRECTOR, on_phone=True).signs_in().is_installed()
    expect(phone.page.locator(LISTED).first).to_contain_text(TITLES[0])
    phone.page.wait_for_function("() => document.querySelector('table.listed').scrollWidth <= innerWidth")
    assert axe_findings(phone.page) == []

    desk.opens("/inbox").page.locator(".columns > summary").click()
    desk.page.locator(".columns button", has_text="Trở lại dạng danh sách").click()
    expect(desk.page.locator("#rows > li")).to_have_count(3, timeout=30_000)
