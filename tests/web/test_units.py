"""The administrator's page of units, and everybody else before its door."""

from __future__ import annotations

from tests.fixtures import office
from tests.web.conftest import Pages, form, section

WHY = "Quyết định số 12/QĐ-UBND"


def test_the_administrator_merges_a_unit_into_another(pages: Pages) -> None:
    document_id = pages.presented()
    to = f"unit:{office.POST_UNIT}"
    pages.acting.does(office.DIRECTOR, "Assign", document_id, lead=to, directive="Chủ trì")
    browser = pages.browser(office.ADMINISTRATOR)
    assert 'href="/units"' in browser.get("/inbox").text
    row = section(browser.get("/units").text, f'id="unit-{office.POST_UNIT}"', "</details>")
    assert office.name_of(office.POST_HEAD) in row
    address = f"/units/{office.POST_UNIT}/merge-unit"
    # the form comes back as it was filled
    refused = browser.post(address, data=form(0, into=office.POST_UNIT, reason=WHY))
    assert refused.status_code == 422
    assert "không thể sáp nhập vào chính nó" in refused.text
    assert WHY in section(refused.text, f'id="unit-{office.POST_UNIT}"', "</details>")
    answer = browser.post(address, data=form(0, into=office.IT_UNIT, reason=WHY))
    assert answer.headers["Location"] == f"/units?done=1#unit-{office.POST_UNIT}"
    row = section(browser.get("/units?done=1").text, f'id="unit-{office.POST_UNIT}"', "</li>")
    assert "Sáp nhập vào" in row
    assert WHY in row
    assert "merge-unit" not in row
    # forms name the unit no longer, and the other one's head has the document
    pages.catch_up()
    assert document_id in pages.browser(office.IT_HEAD).get("/inbox").text
    other = pages.presented(number="14/UBND-NC")
    assert to not in pages.browser(office.DIRECTOR).get(f"/{other.replace(':', '/')}").text


def test_the_leadership_is_not_offered_for_merging(pages: Pages) -> None:
    browser = pages.browser(office.ADMINISTRATOR)
    assert f"/units/{office.LEADERSHIP_UNIT}/merge-unit" not in browser.get("/units").text
    answer = browser.post(f"/units/{office.LEADERSHIP_UNIT}/merge-unit", data=form(0, into=office.IT_UNIT, reason=WHY))
    assert answer.status_code == 422


def test_nobody_else_is_let_in(pages: Pages) -> None:
    for person_id in (office.DIRECTOR, office.IT_HEAD, office.CLERK, office.NOBODY):
        browser = pages.browser(person_id)
        assert browser.get("/units").status_code == 403
        assert 'href="/units"' not in browser.get("/inbox").text
        data = form(0, into=office.IT_UNIT, reason=WHY)
        assert browser.post(f"/units/{office.POST_UNIT}/merge-unit", data=data).status_code == 403
    assert pages.browser().get("/units").status_code in (302, 303, 401)
    kept = pages.acting.services.accounts.get(f"unit:{office.POST_UNIT}")
    assert kept is not None
    assert "events" not in kept
