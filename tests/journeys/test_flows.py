"""The flows of Article 9 as they stand, and what goes wrong in them: help, return, undoing, repair, case files.

Desktops and phones, with and without a network; two divisions at once are in `test_handling`.
"""

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
IT, POST, PRESS = (f"unit:{one}" for one in (office.IT_UNIT, office.POST_UNIT, office.PRESS_UNIT))
SPECIALIST = f"person:{office.POST_SPECIALIST}"


def test_one_leads_another_helps_and_both_keep_it_in_a_file_of_their_own(
    person: Callable[..., Person], letter: Callable[[str], Path]
) -> None:
    """Articles 9.3, 9.4 and 9.6: a division leads, another collaborates; an answer is asked for."""
    registers(person(office.CLERK).signs_in(), letter("van ban den"))
    director = person(office.DIRECTOR, on_phone=True).signs_in().opens_document(TITLE)
    words = {"directive": "CNTT chủ trì, BCVT phối hợp", "is_answer_required": True}
    director.sends("assign", lead=IT, collaborating=[POST], **words).sees("CNTT chủ trì, BCVT phối hợp")
    helper = person(office.POST_HEAD, on_phone=True).signs_in().is_installed()
    helper.opens_document(TITLE).goes_offline()
    helper.sends("conclude", new_case_file_title="Hồ sơ phối hợp năm 2026", result="Đã góp ý")
    helper.sees("Đã góp ý").comes_online().opens("/inbox")
    all_sent(helper)
    lead = person(office.IT_HEAD).signs_in().opens_document(TITLE)
    expect(lead.page.locator(".order")).to_contain_text("Phải trả lời")
    lead.sends("conclude", new_case_file_title="Hồ sơ chủ trì năm 2026")
    lead.sees("chưa có văn bản trả lời được duyệt")
    is_excused(lead, director)
    lead.sends("conclude", new_case_file_title="Hồ sơ chủ trì năm 2026").sees("đã kết thúc")
    for one, title in ((lead, "Hồ sơ chủ trì năm 2026"), (helper, "Hồ sơ phối hợp năm 2026")):
        one.opens("/case-files")
        expect(one.page.locator("section", has_text=title).locator(".items a", has_text=TITLE)).to_be_visible(
            timeout=20_000
        )


def is_excused(who: Person, director: Person) -> None:
    """Let who owes an answer ask to be excused, and the director agree on the phone, without a network."""
    who.opens_document(TITLE).form("conclude").get_by_role("button", name="Đề nghị miễn trả lời").click()
    sheet = who.page.locator("#act-request-excuse")
    sheet.locator("[name=reason]").fill("Đã báo cáo trực tiếp tại cuộc họp")
    sheet.locator("button[type=submit]").click()
    who.sees("Đã đề nghị miễn trả lời, đang chờ quyết định.")
    director.is_installed().opens("/inbox")
    expect(director.page.locator(".row", has_text="Đề nghị miễn trả lời")).to_be_visible(timeout=30_000)
    director.opens_document(TITLE).goes_offline()
    director.sends("decide_excuse", is_granted="1", note="Đồng ý, lưu hồ sơ").sees("Đồng ý, lưu hồ sơ")
    director.comes_online().opens("/inbox")
    all_sent(director)
    who.opens_document(TITLE).sees("Đã được miễn trả lời.")


def test_straight_to_a_specialist_who_gives_it_back(
    person: Callable[..., Person], letter: Callable[[str], Path]
) -> None:
    """Articles 9.5 and 9.4: directly, with a reason; the head is told; the return shows in the director's list."""
    registers(person(office.CLERK).signs_in(), letter("van ban den"))
    director = person(office.DIRECTOR, on_phone=True).signs_in().is_installed()
    director.opens_document(TITLE)
    director.sends("assign", lead=SPECIALIST, directive="Trường xử lý ngay", direct_reason="Việc gấp trong ngày")
    director.sees("Trường xử lý ngay")
    head = person(office.POST_HEAD).signs_in()
    head.opens("/inbox?folder=watching").opens_document_here(TITLE)
    specialist = person(office.POST_SPECIALIST, on_phone=True).signs_in().is_installed()
    specialist.opens_document(TITLE).goes_offline()
    specialist.sends("return_assignment", reason="Nội dung thuộc lĩnh vực báo chí").sees(
        "Nội dung thuộc lĩnh vực báo chí"
    )
    specialist.comes_online().opens("/inbox")
    all_sent(specialist)
    director.opens("/inbox")
    expect(director.page.locator(".lists .chip", has_text="Bị trả lại")).to_contain_text("1", timeout=30_000)


def test_a_transfer_is_undone_until_it_was_seen_and_mended_afterwards(
    person: Callable[..., Person], letter: Callable[[str], Path]
) -> None:
    """Article 12.4: the head takes a transfer back; the next one was seen, and goes the way of a repair."""
    registers(person(office.CLERK).signs_in(), letter("van ban den"))
    person(office.DIRECTOR).signs_in().opens_document(TITLE).sends("assign", lead=POST, directive="BCVT xử lý").sees(
        "BCVT xử lý"
    )
    head = person(office.POST_HEAD).signs_in().opens_document(TITLE)
    head.sends("assign", lead=f"person:{office.SECOND_POST_SPECIALIST}", directive="Chuyển nhầm người")
    expect(head.page.locator(".undo")).to_contain_text("Bạn vừa chuyển xử lý")
    head.page.locator(".undo button").click()
    head.sees("Thao tác được hoàn tác: đã chuyển xử lý")
    head.sends("assign", lead=SPECIALIST, directive="Trường dự thảo").sees("Trường dự thảo")
    specialist = person(office.POST_SPECIALIST, on_phone=True).signs_in().is_installed()
    specialist.opens_document(TITLE)
    seen = head.page.locator("#seen")
    head.opens(head.page.url.removeprefix(head.server.url))
    expect(seen.locator("li", has_text=office.name_of(office.POST_SPECIALIST))).to_contain_text(
        "Đã xem", timeout=20_000
    )
    head.page.locator(".undo button").click()
    head.sees("đã có người liên quan xem văn bản")

    specialist.page.locator("a[href$='/repair']").click()
    form = specialist.page.locator("form[action$='/request-repair']")
    expect(form).to_be_visible()
    assert axe_findings(specialist.page) == []
    form.locator("[name=target]").select_option(PRESS)
    form.locator("[name=reason]").fill("Nội dung thuộc lĩnh vực báo chí")
    form.locator("button[type=submit]").click()
    specialist.sees("Đã gửi đề nghị khắc phục")
    head.opens("/repairs")
    entry = head.page.locator("#waiting li", has_text="Nội dung thuộc lĩnh vực báo chí")
    entry.locator("summary", has_text="Xác nhận").click()
    entry.locator("form button[type=submit]").first.click()
    head.sees("Đã xác nhận")
    it_head = person(office.IT_HEAD).signs_in().opens("/repairs")
    assert TITLE not in it_head.page.locator("main").inner_text()
    it_head.page.locator("#waiting button", has_text="Thực hiện khắc phục").click()
    it_head.sees("Đã khắc phục")
    person(office.PRESS_HEAD).signs_in().opens_document(TITLE).sees("Trường dự thảo")
    specialist.opens("/inbox")
    specialist.sees("đã khắc phục luồng xử lý")


def test_what_is_followed_stays_in_sight_in_the_field(
    person: Callable[..., Person], letter: Callable[[str], Path]
) -> None:
    """Articles 12.2 and 13.1: the head follows what was passed on, without a network."""
    registers(person(office.CLERK).signs_in(), letter("van ban den"))
    person(office.DIRECTOR).signs_in().opens_document(TITLE).sends("assign", lead=POST, directive="BCVT xử lý").sees(
        "BCVT xử lý"
    )
    head = person(office.POST_HEAD, on_phone=True).signs_in().is_installed()
    head.opens_document(TITLE)
    head.sends("assign", lead=SPECIALIST, directive="Trường dự thảo").sees("Trường dự thảo")
    head.opens("/inbox?folder=watching").opens_document_here(TITLE).goes_offline()
    head.page.locator("form.follow button").click()
    expect(head.page.locator("form.follow button")).to_contain_text("Bỏ theo dõi")
    head.comes_online().opens("/inbox")
    all_sent(head)
    head.opens("/inbox?folder=watching&list=followed")
    expect(head.page.locator("#rows .row")).to_have_count(1, timeout=20_000)
