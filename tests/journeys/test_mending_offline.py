"""Mended and kept in the field: an act taken back, a repair, a case file closed, the yearly list (9.6, 12.4)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.fixtures import office
from tests.journeys.people import Person, axe_findings
from tests.journeys.test_main_story import TITLE, registers
from tests.journeys.test_offline_story import all_sent

pytestmark = [pytest.mark.chromium, pytest.mark.timeout(300)]
POST = f"unit:{office.POST_UNIT}"


def sent(person: Person) -> None:
    """Have the network again, and everything delivered."""
    person.comes_online().opens("/inbox")
    all_sent(person)


def test_what_was_assigned_without_a_network_is_taken_back_before_it_is_sent(
    person: Callable[..., Person], letter: Callable[[str], Path]
) -> None:
    registers(person(office.CLERK).signs_in(), letter("van ban den"))
    director = person(office.DIRECTOR, on_phone=True).signs_in().is_installed()
    director.opens_document(TITLE).goes_offline()
    director.sends("assign", directive="Bưu chính chủ trì", lead=POST).sees("Bưu chính chủ trì")
    director.page.locator("form.undo button").click()
    expect(director.page.locator("form.undo")).to_have_count(0)
    director.sees("đã hoàn tác")
    assert axe_findings(director.page) == []
    sent(director)
    expect(director.page.locator(".lists .chip", has_text="Chờ tiếp nhận")).to_contain_text("1", timeout=20_000)
    head = person(office.POST_HEAD).signs_in()
    head.sees("Không còn việc phải xử lý")


def test_a_repair_is_asked_for_confirmed_and_carried_out_in_the_field(
    person: Callable[..., Person], letter: Callable[[str], Path]
) -> None:
    registers(person(office.CLERK).signs_in(), letter("van ban den"))
    director = person(office.DIRECTOR).signs_in()
    director.opens_document(TITLE).sends("assign", directive="Bưu chính chủ trì", lead=POST).sees("Bưu chính chủ trì")
    head = person(office.POST_HEAD, on_phone=True).signs_in().is_installed()
    head.opens_document(TITLE).sends("assign", directive="Chi dự thảo", lead=f"person:{office.POST_SPECIALIST}")
    head.sees("Chi dự thảo")

    specialist = person(office.POST_SPECIALIST, on_phone=True).signs_in().is_installed()
    specialist.opens_document(TITLE).goes_offline()
    specialist.page.locator("a[href$='/repair']").first.click()
    form = specialist.page.locator("form[action$='/request-repair']")
    form.locator("[name=wanted][value=reroute]").check()
    form.locator("[name=target]").select_option(f"unit:{office.PRESS_UNIT}")
    form.locator("[name=reason]").fill("Việc của phòng Báo chí")
    assert axe_findings(specialist.page) == []
    form.locator("button[type=submit]").click()
    expect(specialist.page.locator("#repairs")).to_contain_text("Việc của phòng Báo chí")
    assert axe_findings(specialist.page) == []
    sent(specialist)

    head.opens("/inbox")
    expect(head.page.locator(".notices")).to_contain_text("khắc phục", timeout=20_000)
    head.goes_offline().opens("/repairs").sees("Việc của phòng Báo chí")
    head.page.locator("summary", has_text="Xác nhận").click()
    assert axe_findings(head.page) == []
    head.page.locator("form[action$='/confirm-repair'] button").click()
    expect(head.page.locator("#waiting")).to_contain_text("Không có")
    head.sees("Việc của phòng Báo chí")
    sent(head)

    mender = person(office.IT_HEAD, on_phone=True).signs_in().is_installed()
    expect(mender.page.locator(".notices")).to_contain_text("khắc phục", timeout=20_000)
    mender.goes_offline().opens("/repairs")
    mender.page.locator("form[action$='/carry-out-repair'] button").click()
    expect(mender.page.locator("#waiting")).to_contain_text("Không có")
    sent(mender)
    press = person(office.PRESS_HEAD).signs_in()
    press.opens_document(TITLE).sees("Chi dự thảo")
    specialist.opens("/inbox")
    expect(specialist.page.locator(".notices")).to_contain_text("khắc phục", timeout=20_000)


def test_a_case_file_is_read_and_closed_in_the_field(
    person: Callable[..., Person], letter: Callable[[str], Path]
) -> None:
    registers(person(office.CLERK).signs_in(), letter("van ban den"))
    director = person(office.DIRECTOR, on_phone=True).signs_in().is_installed()
    director.opens_document(TITLE).sends("conclude", new_case_file_title="Hồ sơ chuyển đổi số", result="Đã rõ").sees(
        "Đã rõ"
    )
    director.opens("/case-files")
    expect(director.page.locator("#case-files")).to_contain_text("Hồ sơ chuyển đổi số", timeout=20_000)
    director.goes_offline().page.locator("#case-files a", has_text="Hồ sơ chuyển đổi số").first.click()
    director.sees(TITLE)
    assert axe_findings(director.page) == []
    director.page.locator("summary", has_text="Kết thúc").click()
    director.page.locator("form[action$='/close-case-file'] button").click()
    director.sees("Đã kết thúc")
    sent(director)
    director.opens("/case-files").page.locator("#case-files a", has_text="Hồ sơ chuyển đổi số").first.click()
    director.sees("Mở lại hồ sơ")


def test_the_yearly_list_is_kept_in_the_field(person: Callable[..., Person]) -> None:
    clerk = person(office.CLERK, on_phone=True).signs_in().is_installed()
    clerk.goes_offline().opens("/file-plan")
    clerk.page.locator("#plan summary").click()
    form = clerk.page.locator("#plan form")
    for name, value in {"code": "01.CNTT", "title": "Hồ sơ chuyển đổi số năm 2026"}.items():
        form.locator(f"[name={name}]").fill(value)
    form.locator("[name=unit_id]").select_option(office.IT_UNIT)
    assert axe_findings(clerk.page) == []
    form.locator("button[type=submit]").click()
    clerk.sees("Hồ sơ chuyển đổi số năm 2026").sees("Chờ gửi")
    assert axe_findings(clerk.page) == []
    sent(clerk)
    specialist = person(office.IT_SPECIALIST).signs_in().opens("/file-plan")
    specialist.sees("Hồ sơ chuyển đổi số năm 2026")
