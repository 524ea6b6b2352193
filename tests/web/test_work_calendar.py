"""The page of working days: seen by everybody of the office, marked by the administrator alone."""

from __future__ import annotations

from tests.fixtures import office
from tests.web.conftest import Pages, form, path, section

WHY = "Thông báo số 6150/TB-BLĐTBXH"
MARK = "/work-calendar/2026/mark-day"


def test_the_administrator_swaps_a_day_and_deadlines_follow(pages: Pages) -> None:
    browser = pages.browser(office.ADMINISTRATOR)
    assert 'href="/work-calendar"' in browser.get("/inbox").text
    before = browser.get("/work-calendar?year=2026").text
    assert "Quốc khánh" in before
    assert "2026-12-05" not in section(before, 'aria-labelledby="marks-title"', "</section>")
    answer = browser.post(MARK, data=form(0, day="2026-12-05", is_working="1", reason=WHY))
    assert answer.headers["Location"] == "/work-calendar?year=2026&done=marked"
    row = section(browser.get("/work-calendar?year=2026&done=marked").text, 'id="day-2026-12-05"', "</li>")
    assert WHY in row
    assert "Ngày làm việc bù" in row
    assert pages.acting.services.directory.office().calendar.after("2026-12-04", 1) == "2026-12-05"
    # and taken back
    answer = browser.post("/work-calendar/2026/unmark-day", data=form(1, day="2026-12-05"))
    assert answer.status_code == 303
    assert pages.acting.services.directory.office().calendar.after("2026-12-04", 1) == "2026-12-07"
    kept = pages.acting.services.accounts.get("calendar:2026")
    assert kept is not None
    assert [event["event"] for event in kept["events"]] == ["DayMarked", "DayUnmarked"]


def test_the_form_comes_back_with_what_is_wrong(pages: Pages) -> None:
    browser = pages.browser(office.ADMINISTRATOR)
    for fields, told in (
        ({"day": "2026-09-02", "is_working": "0"}, "đã là loại ngày đó"),
        ({"day": "2027-03-06", "is_working": "1"}, "không hợp lệ"),
        ({"day": "hôm nay", "is_working": "1"}, "không hợp lệ"),
    ):
        refused = browser.post(MARK, data=form(0, reason=WHY, **fields))
        assert refused.status_code in (400, 422), fields
        assert told in refused.text, fields
        assert WHY in section(refused.text, 'id="mark"', "</form>")
    assert browser.post("/work-calendar/2026/unmark-day", data=form(0, day="2026-09-02")).status_code == 422
    for key in ("1999", "x", "2026-1"):
        refused = browser.post(f"/work-calendar/{key}/mark-day", data=form(0, day="2026-12-05", reason=WHY))
        assert refused.status_code >= 400
    assert pages.acting.services.accounts.get("calendar:2026") is None


def test_a_day_is_chosen_in_the_year(pages: Pages) -> None:
    shown = section(
        pages.browser(office.ADMINISTRATOR).get("/work-calendar?year=2026&day=2026-12-05").text, 'id="mark"', "</form>"
    )
    assert 'value="2026-12-05"' in shown
    assert pages.browser(office.ADMINISTRATOR).get("/work-calendar?year=99999999&day=' or 1").status_code == 200


def test_others_look_and_do_not_mark(pages: Pages) -> None:
    for person_id in (office.DIRECTOR, office.CLERK, office.IT_SPECIALIST):
        browser = pages.browser(person_id)
        shown = browser.get("/work-calendar?year=2026").text
        assert "Giỗ Tổ" in shown
        assert "mark-day" not in shown
        assert browser.post(MARK, data=form(0, day="2026-12-05", is_working="1", reason=WHY)).status_code == 403
    assert pages.browser(office.NOBODY).get("/work-calendar").status_code == 403
    assert pages.browser(office.NOBODY).post(MARK, data=form(0, day="2026-12-05", reason=WHY)).status_code == 403
    assert pages.browser().get("/work-calendar").status_code in (302, 303, 401)
    assert pages.acting.services.accounts.get("calendar:2026") is None


def test_a_deadline_on_a_day_off_is_said_to_be_one(pages: Pages) -> None:
    saturday = pages.presented(due_on="2026-12-05")
    friday = pages.presented(due_on="2026-12-04")
    director = pages.browser(office.DIRECTOR)
    assert "Hạn vào ngày nghỉ" in director.get(path(saturday)).text
    assert "Hạn vào ngày nghỉ" not in director.get(path(friday)).text
    marked = {"day": "2026-12-05", "is_working": True, "reason": "Làm bù"}
    assert pages.acting.does(office.ADMINISTRATOR, "MarkDay", "calendar:2026", **marked)["status"] == "applied"
    assert "Hạn vào ngày nghỉ" not in director.get(path(saturday)).text
