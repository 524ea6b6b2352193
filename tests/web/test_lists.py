"""Inbox, book and lists: pages, counts, searches, and what each reader finds there."""

from __future__ import annotations

import html
import re

from tests.fixtures import office
from tests.web.conftest import Pages, path


def rows(text: str) -> list[str]:
    """Return the addresses of the documents of a page, in order."""
    return re.findall(r'<a href="(/(?:incoming|outgoing)/act-[^"]+)"', text)


def register_many(pages: Pages, count: int, **changes: str) -> list[str]:
    found = [pages.presented(**changes) for _ in range(count)]
    pages.catch_up()
    return [path(document_id) for document_id in found]


def test_the_inbox_is_read_fifty_at_a_time_each_card_once(pages: Pages) -> None:
    registered = register_many(pages, 120)
    director = pages.browser(office.DIRECTOR)
    address, seen = "/inbox", []
    for expected in (50, 50, 20):
        text = director.get(address).text
        assert len(rows(text)) == expected
        seen += rows(text)
        assert 'data-count="120"' in text
        more = re.search(r'href="(/inbox\?folder=todo&amp;after=[^"]+)"', text)
        address = html.unescape(more[1]) if more else ""
    assert not address
    assert sorted(seen) == sorted(registered)


def test_counts_follow_what_happens(pages: Pages) -> None:
    registered = register_many(pages, 3)
    director = pages.browser(office.DIRECTOR)

    def counts() -> list[str]:
        return re.findall(r'data-count="(\d+)"', director.get("/inbox").text.split('class="folders"')[1])[:3]

    assert counts() == ["3", "0", "0"]
    document_id = "incoming:" + registered[0].rpartition("/")[2]
    pages.acting.does(office.DIRECTOR, "Assign", document_id, lead=f"unit:{office.IT_UNIT}", directive="Xử lý")
    pages.catch_up()
    assert counts() == ["2", "1", "0"]
    assert rows(director.get("/inbox?folder=watching").text) == [registered[0]]


def test_the_inbox_is_searched_without_diacritics(pages: Pages) -> None:
    register_many(pages, 2)
    wanted = pages.presented(subject="Đài Phát thanh tỉnh đề nghị hỗ trợ truyền dẫn ngày 01/12/2026")
    pages.catch_up()
    director = pages.browser(office.DIRECTOR)
    assert rows(director.get("/inbox?query=dai+phat+THANH").text) == [path(wanted)]
    assert rows(director.get("/inbox?query=khong-co-gi").text) == []


def test_broken_cursors_and_folders_show_the_first_page(pages: Pages) -> None:
    register_many(pages, 1)
    director = pages.browser(office.DIRECTOR)
    for query in ("?folder=../x", "?after=todo", "?after=todo%00%00", "?after=done%001%00x", "?after=" + "x" * 3000):
        answer = director.get("/inbox" + query)
        assert answer.status_code == 200
        assert len(rows(answer.text)) == 1


def test_the_inbox_for_htmx_is_the_content_alone(pages: Pages) -> None:
    director = pages.browser(office.DIRECTOR)
    part = director.get("/inbox", headers={"HX-Request": "true"}).text
    assert "<html" not in part
    assert "<title>" in part
    restored = director.get("/inbox", headers={"HX-Request": "true", "HX-History-Restore-Request": "true"}).text
    assert "<html" in restored


def test_the_book_has_all_numbers_of_the_year_the_latest_first(pages: Pages) -> None:
    registered = register_many(pages, 70)
    clerk = pages.browser(office.CLERK)
    first, second = clerk.get("/incoming").text, clerk.get("/incoming?page=2").text
    assert rows(first) == registered[:19:-1]
    assert rows(second) == registered[19::-1]
    assert "page=2" in first
    assert rows(clerk.get("/incoming?year=2020").text) == []
    assert rows(clerk.get("/incoming?page=999999").text) == rows(second)
    assert clerk.get("/incoming?year=<x>&page=-1").status_code == 200


def test_the_book_is_searched(pages: Pages) -> None:
    register_many(pages, 60)
    wanted = pages.presented(
        number="12/VTGL", sender="Viettel Gia Lai", subject="Viettel Gia Lai đề nghị thẩm định trạm BTS tháng 12/2026"
    )
    pages.catch_up()
    assert rows(pages.browser(office.CLERK).get("/incoming?query=tham+dinh+viettel").text) == [path(wanted)]
    assert len(rows(pages.browser(office.CLERK).get("/incoming?query=ubnd&page=2").text)) == 10


def test_the_book_shows_a_specialist_only_what_concerns_them(pages: Pages) -> None:
    register_many(pages, 5)
    document_id, draft_id = pages.drafted()
    specialist = pages.browser(office.IT_SPECIALIST)
    assert rows(specialist.get("/incoming").text) == [path(document_id)]
    assert rows(specialist.get("/outgoing").text) == [path(draft_id)]
    assert rows(pages.browser(office.PRESS_SPECIALIST).get("/incoming").text) == []
    assert rows(pages.browser(office.PRESS_SPECIALIST).get("/outgoing").text) == []
    assert pages.browser(office.NOBODY).get("/incoming").status_code == 403


def test_the_secret_book_is_the_clerks_alone(pages: Pages) -> None:
    secret = pages.presented(confidentiality="secret", subject="", leader_id="", due_on=None)
    assert rows(pages.browser(office.CLERK).get("/incoming?book=secret").text) == [path(secret)]
    assert rows(pages.browser(office.CLERK).get("/incoming").text) == []
    assert rows(pages.browser(office.DIRECTOR).get("/incoming?book=secret").text) == []


def test_outgoing_documents_are_listed_by_state(pages: Pages) -> None:
    _, draft_id = pages.drafted()
    director = pages.browser(office.DIRECTOR)
    assert rows(director.get("/outgoing").text) == [path(draft_id)]
    assert rows(director.get("/outgoing?state=drafting&query=chuyen+doi").text) == [path(draft_id)]
    assert rows(director.get("/outgoing?state=approved").text) == []
    assert director.get("/outgoing?state=<x>&page=x").status_code == 200


ADMINISTRATION = {"/people", "/units", "/corrections", "/work-calendar", "/recognition"}


def test_an_account_without_a_role_is_told_so_and_offered_nothing_it_may_not_open(pages: Pages) -> None:
    for person_id, words, own in (
        (office.NOBODY, "chưa được phân quyền", set()),
        (office.ADMINISTRATOR, "quản trị hệ thống", ADMINISTRATION),
    ):
        browser = pages.browser(person_id)
        text = browser.get("/inbox").text
        assert words in text
        links = set(re.findall(r'href="(/[a-z-]*)"', text))
        assert links == {"/inbox", "/devices", "/settings", "/login", "/install"} | own
    text = pages.browser(office.IT_SPECIALIST).get("/inbox").text
    assert 'href="/incoming"' in text
    assert "chưa được phân quyền" not in text
