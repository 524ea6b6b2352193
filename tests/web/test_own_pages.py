"""A person's own pages: case files, refused acts, settings, and what a person without a role finds."""

from __future__ import annotations

import re

from server.web.access import ACCESS, SIGNED_IN
from tests.fixtures import office
from tests.web.conftest import Pages, form, path


def test_a_case_file_is_opened_once_however_often_the_form_is_sent(pages: Pages) -> None:
    browser = pages.browser(office.IT_SPECIALIST)
    data = form(0, title="Hồ sơ chuyển đổi số 2026", notation="01/CNTT", retention="10_years")
    for _ in range(2):
        assert browser.post("/case-files", data=data).headers["Location"] == "/case-files"
    assert browser.get("/case-files").text.count("Hồ sơ chuyển đổi số 2026") == 1
    assert "Hồ sơ chuyển đổi số 2026" not in pages.browser(office.SECOND_IT_SPECIALIST).get("/case-files").text


def test_a_case_file_without_a_title_comes_back_filled(pages: Pages) -> None:
    browser = pages.browser(office.IT_SPECIALIST)
    answer = browser.post("/case-files", data=form(0, title="", notation="01/CNTT"))
    assert answer.status_code == 422
    assert 'value="01/CNTT"' in answer.text
    assert "Mục này bắt buộc" in answer.text
    assert pages.browser(office.NOBODY).post("/case-files", data=form(0, title="Của tôi")).status_code == 403


def test_refused_acts_of_a_device_are_shown_to_their_author(pages: Pages) -> None:
    document_id = pages.presented()
    receipt = pages.acting.does(
        office.DIRECTOR,
        "Assign",
        document_id,
        device_id="device-dien-thoai",
        directive="Lời không mất",
        lead="unit:khong-co",
    )
    assert receipt["status"] == "refused"
    pages.catch_up()
    text = pages.browser(office.DIRECTOR).get("/outbox").text
    assert "Lời không mất" in text
    assert "Không có đơn vị này" in text
    assert "Lời không mất" not in pages.browser(office.DEPUTY).get("/outbox").text


def test_language_and_colours_are_kept_in_cookies(pages: Pages) -> None:
    browser = pages.browser(office.CLERK)
    assert '<html lang="vi" data-theme="auto">' in browser.get("/settings").text
    assert browser.post("/settings", data={"locale": "en", "theme": "dark"}).status_code == 303
    assert '<html lang="en" data-theme="dark">' in browser.get("/settings").text
    browser.post("/settings", data={"locale": "<x>", "theme": "pink"})
    assert '<html lang="en" data-theme="dark">' in browser.get("/settings").text
    browser.set_cookie("theme", '"><script>')
    assert 'data-theme="auto"' in browser.get("/settings").text


def test_the_first_address_leads_to_the_inbox(pages: Pages) -> None:
    assert pages.browser(office.CLERK).get("/").headers["Location"] == "/inbox"


def test_a_person_without_a_role_sees_nothing_anywhere(pages: Pages) -> None:
    document_id, draft_id = pages.drafted()
    pages.catch_up()
    record, draft = pages.acting.record(document_id), pages.acting.record(draft_id)
    browser = pages.browser(office.NOBODY)
    adapter = pages.app.url_map.bind("localhost")
    asked = 0
    for rule in pages.app.url_map.iter_rules():
        for one in (document_id, draft_id):
            sha256 = draft["versions"][0]["sha256"]
            values = {"key": one.split(":")[1], "kind": one.split(":")[0], "sha256": sha256, "device_id": "device-1"}
            values |= {"job_id": "0" * 32, "action_id": "act-khong-co-0001"}
            address = adapter.build(rule.endpoint, {name: values[name] for name in rule.arguments})
            for method in (rule.methods or set()) & {"GET", "POST"} if rule.endpoint != "session.log_out" else ():
                answer = browser.open(address, method=method, data=form(1, text="x") if method == "POST" else None)
                asked += 1
                for secret in (record["subject"], record["sender"], draft["subject"], office.name_of(office.DIRECTOR)):
                    assert secret not in answer.text, f"{method} {address}"
                if ACCESS[rule.endpoint] not in ("public", SIGNED_IN):
                    assert answer.status_code == 403
    assert asked > 60
    assert pages.acting.record(document_id)["version"] == record["version"]
    assert path(document_id) not in browser.get("/inbox").text


def test_the_navigation_says_where_one_is_and_in_one_place_only(pages: Pages) -> None:
    document_id = pages.presented()
    pages.acting.does(office.DIRECTOR, "Assign", document_id, lead=f"unit:{office.POST_UNIT}", directive="Tham mưu")
    told = pages.acting.does(office.POST_HEAD, "CreateCaseFile", title="Hồ sơ", notation="01/BCVT")
    case_file = told["document_id"].replace(":", "/").replace("case_file", "case-files")
    wanted = {
        office.CLERK: {
            path(document_id): "/inbox",
            path(document_id, "correction"): "/corrections",
            "/incoming/new": "/incoming/new",
            "/incoming": "/incoming",
        },
        office.POST_HEAD: {path(document_id, "repair"): "/repairs", f"/{case_file}": "/case-files"},
    }
    for person_id, addresses in wanted.items():
        browser = pages.browser(person_id)
        for address, tab in addresses.items():
            found = re.findall(r'<a class="tab" href="([^"]+)"[^>]* aria-current="page"', browser.get(address).text)
            assert set(found) == {tab}, (address, found)
