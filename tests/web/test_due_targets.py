"""The page of deadlines by urgency: seen by the office, changed by leaders and the chief of office."""

from __future__ import annotations

from tests.fixtures import office
from tests.web.conftest import Pages, controls, form, section

PAGE = "/due-targets"
SET = "/due-targets/set-due-targets"
SAID = {"normal": "10", "urgent": "3", "very_urgent": "1", "express": "0"}


def test_the_chief_of_office_says_them_and_everybody_sees_what_they_come_to(pages: Pages) -> None:
    browser = pages.browser(office.CHIEF_OF_OFFICE)
    assert f'href="{PAGE}"' in browser.get("/work-calendar").text
    before = browser.get(PAGE)
    assert {name: controls(before)[name] for name in SAID} == {**dict.fromkeys(SAID, "0"), "normal": ""}
    answer = browser.post(SET, data=form(0, **SAID))
    assert answer.headers["Location"] == f"{PAGE}?done=1"
    assert "Đã đặt hạn xử lý" in browser.get(answer.headers["Location"]).text
    table = section(pages.browser(office.IT_SPECIALIST).get(PAGE).text, "<tbody>", "</tbody>")
    assert ">10</td><td>08/12/2026" in table
    assert "Trong ngày</td><td>23/11/2026" in table


def test_the_form_comes_back_with_what_is_wrong(pages: Pages) -> None:
    browser = pages.browser(office.DIRECTOR)
    for changes in ({"urgent": "20"}, {"express": ""}, {"normal": "61"}):
        given = {**SAID, **changes}
        answer = browser.post(SET, data=form(0, **given))
        assert answer.status_code == 422, changes
        assert 'aria-invalid="true"' in answer.text
        assert {name: controls(answer)[name] for name in SAID} == given
    assert pages.acting.services.accounts.get("due_targets:office") is None


def test_others_look_or_see_nothing(pages: Pages) -> None:
    for person_id in (office.CLERK, office.IT_HEAD, office.IT_SPECIALIST):
        browser = pages.browser(person_id)
        assert "set-due-targets" not in browser.get(PAGE).text
        assert browser.post(SET, data=form(0, **SAID)).status_code == 403
    for person_id in (office.NOBODY, office.ADMINISTRATOR):
        browser = pages.browser(person_id)
        assert browser.get(PAGE).status_code == 403
        assert browser.post(SET, data=form(0, **SAID)).status_code == 403
