"""The administrator's page of accounts and roles, and everybody else before its door."""

from __future__ import annotations

from server.domain.office import ROLES
from tests.fixtures import office
from tests.web.conftest import HASH, Pages, form, section


def test_the_administrator_locks_with_a_reason_and_opens_again(pages: Pages) -> None:
    document_id = pages.presented()
    director = pages.browser(office.DIRECTOR)
    assert director.get("/inbox").status_code == 200
    browser = pages.browser(office.ADMINISTRATOR)
    assert 'href="/people"' in browser.get("/inbox").text
    page = browser.get("/people").text
    assert HASH not in page
    assert "argon2" not in page
    row = section(page, f'id="person-{office.DIRECTOR}"', "</details>")
    assert "Lãnh đạo Sở: từ" in row
    address = f"/people/{office.DIRECTOR}/lock-account"
    assert browser.post(address, data=form(0, reason="")).status_code == 422
    assert browser.post(address, data=form(0, reason="Đình chỉ công tác")).status_code == 303
    assert director.get("/inbox").status_code in (302, 303, 401)
    row = section(browser.get("/people?query=giám đốc").text, f'id="person-{office.DIRECTOR}"', "</details>")
    assert "Đã khóa" in row
    assert "Đình chỉ công tác" in row
    assert HASH not in browser.get("/people").text
    assert browser.post(f"/people/{office.DIRECTOR}/unlock-account", data=form(1, note="")).status_code == 303
    # the old session stays ended; a new one sees what was there
    assert director.get("/inbox").status_code in (302, 303, 401)
    assert document_id in pages.browser(office.DIRECTOR).get("/inbox").text


def test_roles_are_given_and_ended_and_their_dates_are_shown(pages: Pages) -> None:
    browser = pages.browser(office.ADMINISTRATOR)
    address = f"/people/{office.NOBODY}"
    answer = browser.post(f"{address}/grant-role", data=form(0, role="specialist"))
    assert answer.headers["Location"] == f"/people?done=grant_role#person-{office.NOBODY}"
    assert "Chuyên viên: từ 23/11/2026" in section(browser.get("/people").text, f'id="person-{office.NOBODY}"', "</ul>")
    assert pages.browser(office.NOBODY).get("/delegations").status_code == 200
    assert browser.post(f"{address}/end-role", data=form(1, role="specialist")).status_code == 303
    shown = section(browser.get("/people").text, f'id="person-{office.NOBODY}"', "</ul>")
    assert "Chuyên viên: từ 23/11/2026 đến 23/11/2026" in shown
    assert pages.browser(office.NOBODY).get("/delegations").status_code == 403


def test_one_s_own_account_is_not_offered_for_locking(pages: Pages) -> None:
    browser = pages.browser(office.ADMINISTRATOR)
    assert f"/people/{office.ADMINISTRATOR}/lock-account" not in browser.get("/people").text
    answer = browser.post(f"/people/{office.ADMINISTRATOR}/lock-account", data=form(0, reason="Thử"))
    assert answer.status_code == 422
    assert "Không thể tự khóa" in answer.text


def test_search_narrows_the_list(pages: Pages) -> None:
    browser = pages.browser(office.ADMINISTRATOR)
    found = browser.get(f"/people?query={office.name_of(office.CLERK)}").text
    assert f'id="person-{office.CLERK}"' in found
    assert f'id="person-{office.DIRECTOR}"' not in found
    assert "Không tìm thấy người nào" in browser.get("/people?query=zzzz").text


def test_nobody_else_is_let_in(pages: Pages) -> None:
    addresses = ("lock-account", "unlock-account", "grant-role", "end-role")
    for person_id in (office.DIRECTOR, office.IT_HEAD, office.CLERK, office.NOBODY):
        browser = pages.browser(person_id)
        assert browser.get("/people").status_code == 403
        assert 'href="/people"' not in browser.get("/inbox").text
        for slug in addresses:
            data = form(0, reason="Tôi muốn", role="leader")
            assert browser.post(f"/people/{office.IT_SPECIALIST}/{slug}", data=data).status_code == 403
    assert pages.browser().get("/people").status_code in (302, 303, 401)
    assert "events" not in pages.acting.services.accounts.get(f"person:{office.IT_SPECIALIST}")


def test_every_role_has_a_name(pages: Pages) -> None:
    page = pages.browser(office.ADMINISTRATOR).get("/people").text
    for role in ROLES:
        assert f"people.role.{role}" not in page
