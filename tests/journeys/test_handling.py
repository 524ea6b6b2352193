"""Handling an incoming document after it was registered: own words for each, more time, a colleague instead, urging.

Articles 9.3 to 9.5, 13 and 15, on phones and desktops, with and without a network.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.fixtures import office
from tests.journeys.people import Person
from tests.journeys.test_main_story import TITLE, registers
from tests.journeys.test_offline_story import all_sent

pytestmark = [pytest.mark.chromium, pytest.mark.timeout(300)]
IT, POST = f"unit:{office.IT_UNIT}", f"unit:{office.POST_UNIT}"


def test_two_divisions_at_once_each_with_words_of_its_own(
    person: Callable[..., Person], letter: Callable[[str], Path]
) -> None:
    registers(person(office.CLERK).signs_in(), letter("van ban den"))
    director = person(office.DIRECTOR, on_phone=True).signs_in().is_installed()
    director.opens_document(TITLE)
    form = director.form("assign")
    # nothing is passed on before the entry is confirmed
    expect(form.locator("[name=is_entry_confirmed]")).to_have_attribute("required", "")
    form.locator("[name=field]").select_option("cds")
    form.locator("[name=is_entry_confirmed]").check()
    form.locator("[name=directive]").fill("Cùng xử lý")
    form.locator("[data-fill=assign-due_on]").nth(2).click()
    due_on = form.locator("[name=due_on]").input_value()
    assert due_on
    for target in (IT, POST):
        form.locator(f"input[name=simultaneous][value='{target}']").check()
    row = form.locator(".who-row", has=director.page.locator(f"input[value='{POST}']"))
    row.locator(".own-words summary").click()
    row.locator("textarea").fill("Chỉ góp ý phần bưu chính")
    director.goes_offline()
    form.locator("button[type=submit]").click()
    director.sees("Chỉ góp ý phần bưu chính")
    director.comes_online().opens("/inbox")
    all_sent(director)
    for head, words in ((office.IT_HEAD, "Cùng xử lý"), (office.POST_HEAD, "Chỉ góp ý phần bưu chính")):
        page = person(head).signs_in().opens_document(TITLE).page
        expect(page.locator(".order")).to_contain_text(words)


def test_more_time_is_asked_for_and_granted_in_the_field(
    person: Callable[..., Person], letter: Callable[[str], Path]
) -> None:
    registers(person(office.CLERK).signs_in(), letter("van ban den"))
    director = person(office.DIRECTOR).signs_in()
    director.opens_document(TITLE).sends("assign", directive="CNTT chủ trì", lead=IT, due_on="2030-12-04")
    director.sees("CNTT chủ trì")
    head = person(office.IT_HEAD, on_phone=True).signs_in().is_installed()
    to_duc = {"lead": f"person:{office.IT_SPECIALIST}", "due_on": "2030-12-02"}
    head.opens_document(TITLE).sends("assign", directive="Đức dự thảo", **to_duc).sees("Đức dự thảo")

    specialist = person(office.IT_SPECIALIST, on_phone=True).signs_in().is_installed()
    specialist.opens_document(TITLE).goes_offline()
    specialist.sends("request_extension", due_on="2030-12-03", reason="Chờ số liệu của huyện")
    specialist.sees("đang chờ quyết định")
    specialist.comes_online().opens("/inbox")
    all_sent(specialist)

    head.opens("/inbox")
    expect(head.page.locator("#rows")).to_contain_text("Đề nghị gia hạn", timeout=20_000)
    head.opens_document(TITLE).goes_offline()
    head.sends("decide_extension", is_granted="1", note="Đồng ý")
    head.comes_online().opens("/inbox")
    all_sent(head)
    specialist.opens_document(TITLE)
    expect(specialist.page.locator(".order")).to_contain_text("Đã được gia hạn", timeout=20_000)


def test_work_goes_to_a_colleague_who_is_then_urged(
    person: Callable[..., Person], letter: Callable[[str], Path]
) -> None:
    registers(person(office.CLERK).signs_in(), letter("van ban den"))
    director = person(office.DIRECTOR).signs_in()
    straight = {"lead": f"person:{office.IT_SPECIALIST}", "direct_reason": "Việc gấp trong ngày"}
    director.opens_document(TITLE).sends("assign", directive="Đức làm ngay", **straight).sees("Đức làm ngay")
    specialist = person(office.IT_SPECIALIST, on_phone=True).signs_in()
    specialist.opens_document(TITLE)
    specialist.sends("hand_over", to_person=office.SECOND_IT_SPECIALIST, reason="Đi công tác")
    specialist.sees("Bạn vừa chuyển cho đồng nghiệp").sees("Không còn việc phải xử lý")
    director.opens("/inbox?folder=watching").opens_document_here(TITLE)
    director.sends("urge", grade="urge", text="Báo cáo trước 17 giờ").sees("Báo cáo trước 17 giờ")
    colleague = person(office.SECOND_IT_SPECIALIST, on_phone=True).signs_in()
    expect(colleague.page.locator("#rows")).to_contain_text("Đã đôn đốc 1 lần", timeout=20_000)
    colleague.opens_document(TITLE)
    expect(colleague.page.locator(".order")).to_contain_text("Báo cáo trước 17 giờ")
    # the head was passed over, and knows of it
    head = person(office.IT_HEAD).signs_in()
    head.opens("/inbox?folder=watching").opens_document_here(TITLE).sees("Đức làm ngay")


def test_work_is_handed_over_and_urged_without_a_network(
    person: Callable[..., Person], letter: Callable[[str], Path]
) -> None:
    registers(person(office.CLERK).signs_in(), letter("van ban den"))
    director = person(office.DIRECTOR, on_phone=True).signs_in().is_installed()
    straight = {"lead": f"person:{office.IT_SPECIALIST}", "direct_reason": "Việc gấp trong ngày"}
    director.opens_document(TITLE).sends("assign", directive="Đức làm ngay", **straight).sees("Đức làm ngay")
    specialist = person(office.IT_SPECIALIST, on_phone=True).signs_in().is_installed()
    specialist.opens_document(TITLE).goes_offline()
    specialist.sends("hand_over", to_person=office.SECOND_IT_SPECIALIST, reason="Đi công tác")
    specialist.sees("Đi công tác")
    # out of the director's sight so far: the one who is urged is whoever has it when the urging arrives
    director.opens("/inbox?folder=watching").opens_document_here(TITLE).goes_offline()
    director.sends("urge", grade="final", text="Báo cáo trước 17 giờ").sees("Báo cáo trước 17 giờ")
    for one in (specialist, director):
        one.comes_online().opens("/inbox")
        all_sent(one)
    colleague = person(office.SECOND_IT_SPECIALIST, on_phone=True).signs_in()
    expect(colleague.page.locator("#rows")).to_contain_text("Đã đôn đốc 1 lần", timeout=20_000)
    colleague.opens_document(TITLE)
    expect(colleague.page.locator(".order")).to_contain_text("Báo cáo trước 17 giờ")
    specialist.opens("/inbox").sees("Không còn việc phải xử lý")
