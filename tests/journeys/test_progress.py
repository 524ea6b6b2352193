"""The board of progress on a phone and on a desktop: a leader looks from all units into one, a head at the own one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.fixtures import office
from tests.journeys.people import Person, axe_findings
from tests.journeys.test_main_story import TITLE, registers

pytestmark = [pytest.mark.chromium, pytest.mark.timeout(300)]
TOO_WIDE = "() => document.scrollingElement.scrollWidth - document.scrollingElement.clientWidth"
BAR = "(rects) => rects.map((one) => one.getBoundingClientRect().width)"


def looks_right(one: Person) -> None:
    """Expect a page that axe finds nothing on, and that does not scroll sideways."""
    one.page.wait_for_load_state()
    assert axe_findings(one.page) == []
    assert one.page.evaluate(TOO_WIDE) <= 0


def test_a_leader_looks_into_a_unit_and_its_head_at_the_same(
    person: Callable[..., Person], letter: Callable[[str], Path]
) -> None:
    registers(person(office.CLERK).signs_in(), letter("van ban den"))
    director = person(office.DIRECTOR, on_phone=True).signs_in()
    director.opens_document(TITLE).sends("assign", directive="Tham mưu", lead=f"unit:{office.IT_UNIT}").sees("Tham mưu")

    # from the menu, on a phone: every unit a paragraph, with a bar
    director.opens("/inbox").page.locator("[popovertarget=menu]").click()
    director.page.locator("#menu a[href='/progress']").click()
    expect(director.page.locator("h1")).to_have_text("Tiến độ xử lý")
    row = director.page.locator(".board tbody tr", has=director.page.locator(f"a[href='/progress/{office.IT_UNIT}']"))
    expect(row).to_contain_text("1 Đang mở")
    expect(row).not_to_contain_text("Quá hạn", use_inner_text=True)
    assert max(row.locator("svg rect:not(.load-bed)").evaluate_all(BAR)) > 200
    looks_right(director)
    row.locator("a").click()
    expect(director.page.locator("h1")).to_have_text("Phòng Công nghệ thông tin")
    expect(director.page.locator("table.listed")).to_contain_text(TITLE)
    looks_right(director)
    director.page.locator(".board a", has_text=office.name_of(office.IT_HEAD)).click()
    expect(director.page.locator("#documents")).to_contain_text(office.name_of(office.IT_HEAD))
    director.page.locator("table.listed a", has_text=TITLE).click()
    expect(director.page.locator("#document h1")).to_contain_text(TITLE)

    desk = person(office.DIRECTOR).signs_in().opens("/progress")
    expect(desk.page.locator(".board thead")).to_contain_text("Sắp đến hạn")
    looks_right(desk)

    head = person(office.IT_HEAD).signs_in()
    head.page.locator("#menu a[href='/progress']").click()
    expect(head.page.locator("h1")).to_have_text("Tiến độ xử lý: Phòng Công nghệ thông tin")
    expect(head.page.locator("table.listed")).to_contain_text("Chờ tiếp nhận")
    looks_right(head)
    head.opens_document(TITLE).sends("take_on", note="Tôi trực tiếp làm").sees("Tôi trực tiếp làm")
    head.opens("/progress")
    expect(head.page.locator("table.listed .tag", has_text="Đang xử lý")).to_have_count(1)

    specialist = person(office.IT_SPECIALIST).signs_in()
    expect(specialist.page.locator("a[href='/progress']")).to_have_count(0)
