"""The lists of the inbox: what is offered, how many are in each, what is found there; on 23 November, a Monday."""

from __future__ import annotations

import html
import re

from flask.testing import FlaskClient

from server.domain.lists import soon_until
from tests.fixtures import office
from tests.web.conftest import Pages, path, section
from tests.web.test_lists import rows

OVERDUE, TODAY, SOON, LATER = "2026-11-20", office.TODAY, "2026-11-26", "2026-11-27"
"""The 24th is a public holiday: the second working day from the 23rd is the 26th."""


def offered(text: str) -> dict[str, int]:
    """Return the lists that a page offers, with their counts."""
    found = re.findall(r'class="chip[^"]*" href="[^"]*"[^>]*>([^<]*)<span class="count" data-count="(\d+)"', text)
    return {label: int(count) for label, count in found}


def chips(browser: FlaskClient, query: str = "") -> dict[str, int]:
    return offered(browser.get(f"/inbox{query}").text)


def due(pages: Pages, *days: str | None) -> list[str]:
    """Register documents with deadlines for the director, and return their addresses."""
    found = [path(pages.presented(document_on="2026-11-12", arrived_on="2026-11-16", due_on=day)) for day in days]
    pages.catch_up()
    return found


def test_what_is_overdue_and_due_soon_is_counted_and_listed_by_the_deadline(pages: Pages) -> None:
    assert soon_until(pages.acting.services.directory.office().calendar, TODAY) == SOON
    later, soon, overdue, today, never = due(pages, LATER, SOON, OVERDUE, TODAY, None)
    director = pages.browser(office.DIRECTOR)
    assert chips(director) == {"Quá hạn": 1, "Sắp đến hạn": 2, "Chờ tiếp nhận": 5}
    assert rows(director.get("/inbox?list=overdue").text) == [overdue]
    assert rows(director.get("/inbox?list=due_soon").text) == [today, soon]
    assert sorted(rows(director.get("/inbox?list=waiting").text)) == sorted([later, soon, overdue, today, never])
    assert rows(director.get("/inbox?folder=done&list=overdue").text) == []


def test_a_list_follows_what_happens_and_stays_offered_while_it_is_looked_at(pages: Pages) -> None:
    (document,) = due(pages, LATER)
    director = pages.browser(office.DIRECTOR)
    document_id = "incoming:" + document.rpartition("/")[2]
    pages.acting.does(office.DIRECTOR, "Assign", document_id, lead=f"unit:{office.IT_UNIT}", directive="Xử lý")
    pages.catch_up()
    assert chips(director) == {}
    assert chips(director, "?list=waiting") == {"Chờ tiếp nhận": 0}
    assert "Không có văn bản trong danh sách này" in director.get("/inbox?list=waiting").text
    assert chips(director, "?folder=watching") == {"Đã chuyển": 1}
    assert rows(director.get("/inbox?folder=watching&list=passed_on").text) == [document]


def test_a_list_is_read_fifty_at_a_time_and_searched(pages: Pages) -> None:
    registered = due(pages, *[TODAY] * 60)
    director = pages.browser(office.DIRECTOR)
    for name in ("waiting", "due_soon"):
        first = director.get(f"/inbox?list={name}").text
        more = re.search(r'href="(/inbox\?folder=todo&amp;list=[a-z_]+&amp;after=[^"]+)"', first)
        assert more is not None
        second = director.get(html.unescape(more[1])).text
        assert (len(rows(first)), len(rows(second))) == (50, 10)
        assert sorted(rows(first) + rows(second)) == sorted(registered)
    (wanted,) = (path(pages.presented(due_on=TODAY, sender="Viettel Gia Lai")),)
    pages.catch_up()
    found = director.get("/inbox?list=due_soon&query=viettel+gia").text
    assert rows(found) == [wanted]
    assert 'name="list" value="due_soon"' in found


def test_a_list_that_is_none_shows_the_folder(pages: Pages) -> None:
    (document,) = due(pages, LATER)
    director = pages.browser(office.DIRECTOR)
    for query in ("?list=../x", "?list=passed_on", "?list=due_soon%00", "?list=waiting&after=waiting%00%C4%91%00x"):
        assert rows(director.get("/inbox" + query).text) == [document]


def test_who_must_see_nothing_is_offered_no_list(pages: Pages) -> None:
    due(pages, OVERDUE)
    text = pages.browser(office.NOBODY).get("/inbox?list=overdue").text
    assert offered(text) == {}
    assert rows(text) == []


def test_a_view_is_kept_found_again_and_forgotten(pages: Pages) -> None:
    overdue, _ = due(pages, OVERDUE, LATER)
    director = pages.browser(office.DIRECTOR)
    answer = director.post(
        "/inbox/views", data={"folder": "todo", "list": "overdue", "query": "ubnd", "name": "Việc trễ"}
    )
    assert (answer.status_code, answer.headers["Location"]) == (303, "/inbox?folder=todo&list=overdue&query=ubnd")
    text = director.get("/inbox?folder=done").text
    assert 'href="/inbox?folder=todo&amp;list=overdue&amp;query=ubnd">Việc trễ</a>' in text
    current = director.get(answer.headers["Location"]).text
    assert rows(current) == [overdue]
    assert 'aria-current="true">Việc trễ</a>' in current
    assert "Việc trễ" not in pages.browser(office.DEPUTY).get("/inbox").text
    kept = pages.acting.services.store.database(f"inbox_{office.DIRECTOR}").get("views:me")
    assert [one["name"] for one in kept["views"]] == ["Việc trễ"]
    director.post("/inbox/views/forget", data={"folder": "todo", "name": "Việc trễ"})
    assert "Việc trễ" not in director.get("/inbox").text
    assert pages.acting.services.store.database(f"inbox_{office.DIRECTOR}").get("views:me")["views"] == []


def test_a_view_without_a_name_comes_back_with_what_is_wrong(pages: Pages) -> None:
    due(pages, OVERDUE)
    director = pages.browser(office.DIRECTOR)
    answer = director.post("/inbox/views", data={"folder": "todo", "list": "overdue", "name": "x" * 90})
    assert answer.status_code == 422
    assert f'value="{"x" * 90}"' in answer.text
    assert 'id="view-err"' in answer.text
    assert chips(director) == {"Quá hạn": 1, "Chờ tiếp nhận": 1}
    assert director.post("/inbox/views", data={"folder": "<x>", "list": "<x>", "name": "a"}).status_code == 303
    assert pages.browser(office.NOBODY).post("/inbox/views", data={"name": "a"}).status_code == 403
    assert pages.browser(office.NOBODY).post("/inbox/views/forget", data={"name": "a"}).status_code == 403


def cells(text: str) -> list[list[str]]:
    """Return what stands in the columns of a list, head first, without its marks."""
    table = section(text, '<table class="table stack listed"', "</table>")
    lines = re.findall(r"<tr[^>]*>(.*?)</tr>", table, re.DOTALL)
    bare = [re.sub(r'<span class="tags">.*?</span></td>', "</td>", line, flags=re.DOTALL) for line in lines]
    found = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", line, re.DOTALL) for line in bare]
    return [[" ".join(html.unescape(re.sub(r"<[^>]+>", " ", one)).split()) for one in line] for line in found]


def test_columns_show_who_has_what_until_when_and_go_along_to_devices(pages: Pages) -> None:
    (given, _) = due(pages, LATER, None)
    director = pages.browser(office.DIRECTOR)
    assert "listed" not in director.get("/inbox").text
    document_id = "incoming:" + given.rpartition("/")[2]
    sent = {"collaborating": [f"unit:{office.PRESS_UNIT}"], "informed": [f"unit:{office.POST_UNIT}"]}
    pages.acting.does(
        office.DIRECTOR, "Assign", document_id, lead=f"unit:{office.IT_UNIT}", directive="Xử lý", due_on=LATER, **sent
    )
    pages.catch_up()
    chosen = {"folder": "watching", "columns": ["held_by", "arrived_on", "due_on", "state"]}
    answer = director.post("/inbox/columns", data=chosen)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/inbox?folder=watching")
    head, line = cells(director.get(answer.headers["Location"]).text)
    assert head == ["Ngày đến", "Trích yếu", "Hạn xử lý", "Đang xử lý", "Trạng thái"]
    assert line[0] == "16/11/2026"
    assert line[2].startswith("27/11/2026")
    assert line[3] == "Phòng CNTT, Phòng TTBCXB"
    waiting = cells(director.get("/inbox").text)[1]
    assert (waiting[2], waiting[3]) == ("", office.person(office.DIRECTOR)["name"])
    assert rows(director.get("/inbox?folder=watching").text) == [given]
    assert "listed" not in pages.browser(office.DEPUTY).get("/inbox").text
    kept = pages.acting.services.store.database(f"inbox_{office.DIRECTOR}").get("views:me")
    assert kept["columns"] == ["arrived_on", "title", "due_on", "held_by", "state"]
    director.post("/inbox/columns", data={**chosen, "as_list": "1"})
    assert "listed" not in director.get("/inbox").text


def test_who_must_see_nothing_chooses_no_columns(pages: Pages) -> None:
    answer = pages.browser(office.NOBODY).post("/inbox/columns", data={"columns": ["due_on"]})
    assert answer.status_code == 403
