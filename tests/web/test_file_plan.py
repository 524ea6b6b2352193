"""The page of the yearly list of case files."""

from __future__ import annotations

from tests.fixtures import office
from tests.web.conftest import Pages, form

ENTRY = {"code": "01.CNTT", "title": "Hồ sơ chuyển đổi số", "retention": "20_years", "unit_id": office.IT_UNIT}
SET = "/file-plan/2026/set-plan-entry"


def test_the_clerk_keeps_it_and_a_specialist_opens_a_file_by_it(pages: Pages) -> None:
    clerk, specialist = pages.browser(office.CLERK), pages.browser(office.IT_SPECIALIST)
    answer = clerk.post(SET, data=form(0, **ENTRY))
    assert answer.headers["Location"] == "/file-plan?year=2026&done=set"
    page = specialist.get("/file-plan?year=2026").text
    assert "01.CNTT" in page
    assert "set-plan-entry" not in page
    offered = specialist.get("/case-files").text
    assert "01.CNTT · Hồ sơ chuyển đổi số" in offered
    opened = specialist.post("/case-files", data=form(0, title="", notation="", retention="", plan_code="01.CNTT"))
    assert opened.status_code == 303
    pages.catch_up()
    assert "Hồ sơ chuyển đổi số</a>" in specialist.get("/case-files").text
    begun = clerk.get("/file-plan?year=2026&code=01.CNTT").text
    assert 'value="Hồ sơ chuyển đổi số"' in begun
    removed = clerk.post("/file-plan/2026/remove-plan-entry", data=form(1, code="01.CNTT"))
    assert removed.headers["Location"] == "/file-plan?year=2026&done=removed"
    assert "Chưa có danh mục hồ sơ" in specialist.get("/file-plan?year=2026").text


def test_what_is_wrong_comes_back_filled(pages: Pages) -> None:
    answer = pages.browser(office.CLERK).post(SET, data=form(0, **{**ENTRY, "title": ""}))
    assert answer.status_code == 422
    assert 'value="01.CNTT"' in answer.text


def test_nobody_else_keeps_it(pages: Pages) -> None:
    for person_id in (office.IT_HEAD, office.NOBODY, office.ADMINISTRATOR):
        assert pages.browser(person_id).post(SET, data=form(0, **ENTRY)).status_code == 403
    assert pages.browser(office.NOBODY).get("/file-plan").status_code == 403
