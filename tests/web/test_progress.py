"""The page of progress: who looks at which units, what is on it and in which order, and how little it reads again."""

from __future__ import annotations

import re
from typing import Any

import pytest

from server.usecases import progress
from tests.fixtures import office
from tests.web.conftest import Pages, section

PAGE = "/progress"
IT_PAGE, POST_PAGE = f"/progress/{office.IT_UNIT}", f"/progress/{office.POST_UNIT}"
UNITS_BY_NAME = [office.POST_UNIT, office.IT_UNIT, office.PRESS_UNIT, office.INSPECTION_UNIT, office.OFFICE_UNIT]
NUMBER = re.compile(r'<td class="nr[^"]*">(\d+)<')


def given(pages: Pages, subject: str, due_on: str | None, to: str = f"unit:{office.IT_UNIT}") -> str:
    """Let the director give a document to a unit."""
    document_id = pages.presented(subject=f"UBND tỉnh yêu cầu báo cáo {subject} năm 2026 của các sở", due_on=None)
    receipt = pages.acting.does(office.DIRECTOR, "Assign", document_id, lead=to, directive="Tham mưu", due_on=due_on)
    assert receipt["status"] == "applied", receipt
    return document_id


def line(html: str, address: str) -> list[int]:
    """Return the numbers of a line of the board: total, overdue, due soon, returned, waiting, in hand, and so on."""
    return [int(one) for one in NUMBER.findall(section(html, f'href="{address}"', "</tr>"))]


def listed(html: str) -> list[str]:
    """Return the addresses of the documents in the list."""
    return re.findall(r'<td class="text"><a href="([^"]+)"', html)


def address(document_id: str) -> str:
    """Return the address of a document."""
    return "/" + document_id.replace(":", "/")


@pytest.mark.parametrize("person_id", [office.DIRECTOR, office.SECOND_DEPUTY, office.CHIEF_OF_OFFICE])
def test_leaders_and_the_chief_of_office_see_every_unit(pages: Pages, person_id: str) -> None:
    given(pages, "chuyển đổi số", "2026-12-04")
    browser = pages.browser(person_id)
    assert f'href="{PAGE}"' in browser.get("/inbox").text
    html = browser.get(PAGE).text
    assert re.findall(r'<th scope="row"><a href="/progress/([\w-]+)"', html) == UNITS_BY_NAME
    assert line(html, IT_PAGE) == [1, 0, 0, 0, 1, 0, 0, 0, 0, 0]
    assert line(html, POST_PAGE) == [0] * 10
    for unit_id in office.UNITS:
        assert browser.get(f"/progress/{unit_id}").status_code == 200
    assert browser.get("/progress/khong-co").status_code == 404


@pytest.mark.parametrize("person_id", [office.IT_HEAD, office.IT_DEPUTY_HEAD])
def test_who_heads_a_unit_sees_that_one_alone(pages: Pages, person_id: str) -> None:
    document_id = given(pages, "chuyển đổi số", "2026-12-04")
    given(pages, "bưu chính", "2026-12-04", f"unit:{office.POST_UNIT}")
    browser = pages.browser(person_id)
    assert f'href="{PAGE}"' in browser.get("/inbox").text
    for at in (PAGE, IT_PAGE):
        html = browser.get(at).text
        assert "Phòng Công nghệ thông tin" in html
        assert "Bưu chính" not in html
        assert listed(html) == [address(document_id)]
    for unit_id in (*(one for one in office.UNITS if one != office.IT_UNIT), "khong-co", ""):
        answer = browser.get(f"/progress/{unit_id}")
        assert answer.status_code in (403, 404), unit_id
        assert "bưu chính" not in answer.text


@pytest.mark.parametrize(
    "person_id",
    [
        office.IT_SPECIALIST,
        office.CLERK,
        office.ONE_STOP_OFFICER,
        office.INSPECTOR,
        office.ADMINISTRATOR,
        office.NOBODY,
    ],
)
def test_nobody_else_sees_anything(pages: Pages, person_id: str) -> None:
    given(pages, "chuyển đổi số", "2026-12-04")
    browser = pages.browser(person_id)
    for at in (PAGE, IT_PAGE):
        answer = browser.get(at)
        assert answer.status_code == 403
        assert "chuyển đổi số" not in answer.text
    assert f'href="{PAGE}"' not in browser.get("/inbox").text


def test_signed_out_it_asks_who_is_there(pages: Pages) -> None:
    assert pages.browser().get(PAGE).status_code in (302, 303, 401)


def test_the_list_begins_with_what_is_overdue_and_says_with_whom_it_is(pages: Pages) -> None:
    free = given(pages, "không hạn", None)
    later = given(pages, "còn lâu", "2026-12-20")
    near = given(pages, "gần", "2026-11-24")
    overdue = given(pages, "quá hạn", "2026-11-23")
    pages.acting.clock.move(days=1)
    lead = {"lead": f"person:{office.IT_SPECIALIST}", "directive": "Làm"}
    assert pages.acting.does(office.IT_HEAD, "Assign", later, **lead)["status"] == "applied"
    pages.acting.does(office.IT_SPECIALIST, "TakeOn", later)
    browser = pages.browser(office.IT_HEAD)
    html = browser.get(PAGE).text
    assert listed(html) == [address(one) for one in (overdue, near, later, free)]
    rows = re.findall(r"<tr[^>]*><td class=\"keep\">.*?</tr>", html, re.DOTALL)
    assert 'class="late"' in rows[0]
    assert "quá hạn 1 ngày" in rows[0]
    assert office.name_of(office.IT_SPECIALIST) in rows[2]
    assert "Đang xử lý" in rows[2]
    assert "Chờ tiếp nhận" in rows[3]
    # a number for each, beside bars that nobody has to see
    assert line(html, f"{IT_PAGE}?person={office.IT_HEAD}#documents") == [3, 1, 1, 0, 3, 0, 0, 0, 0, 0]
    assert line(html, f"{IT_PAGE}?person={office.IT_SPECIALIST}#documents") == [1, 0, 0, 0, 0, 1, 0, 0, 0, 0]
    assert "style=" not in section(html, "<main", "</main>")
    own = browser.get(f"{IT_PAGE}?person={office.IT_SPECIALIST}").text
    assert listed(own) == [address(later)]
    assert f"Văn bản đến đang mở của {office.name_of(office.IT_SPECIALIST)}" in own


def test_more_goes_on_where_the_page_ended(pages: Pages, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "ROWS", 2)
    given_ids = [given(pages, f"số {day}", f"2026-12-{day:02d}") for day in (9, 3, 7, 5, 7)]
    browser, at, pages_seen = pages.browser(office.DIRECTOR), IT_PAGE, []
    for _ in range(3):
        html = browser.get(at).text
        pages_seen.append(listed(html))
        found = re.search(rf'<p class="more"><a class="btn" href="({IT_PAGE}\?after=[^"]+)#documents"', html)
        at = found[1] if found else ""
    assert [len(one) for one in pages_seen] == [2, 2, 1]
    assert at == ""
    by_day = [given_ids[1], given_ids[3], *sorted((given_ids[2], given_ids[4])), given_ids[0]]
    assert [one for seen in pages_seen for one in seen] == [address(one) for one in by_day]


def test_what_may_not_be_opened_has_no_title_here(pages: Pages) -> None:
    given(pages, "giao thẳng", "2026-12-04", f"person:{office.IT_SPECIALIST}")
    html = pages.browser(office.IT_DEPUTY_HEAD).get(PAGE).text
    assert line(html, f"{IT_PAGE}?person={office.IT_SPECIALIST}#documents")[0] == 1
    assert "giao thẳng" not in html
    assert "1 văn bản đã tính vào số liệu nhưng không liệt kê" in html
    assert "giao thẳng" in pages.browser(office.IT_HEAD).get(PAGE).text


def test_drafts_are_shown_with_how_long_they_have_lain(pages: Pages) -> None:
    _, draft_id = pages.drafted()
    pages.acting.clock.move(days=3)
    html = pages.browser(office.DIRECTOR).get(IT_PAGE).text
    row = section(html, f'<a href="{address(draft_id)}"', "</tr>")
    assert office.name_of(office.IT_SPECIALIST) in row
    assert "Đang soạn thảo" in row
    assert "lâu nhất 3 ngày" in html
    # a draft that nobody has submitted is its drafter's: the head sees that it is there
    own = pages.browser(office.IT_HEAD).get(PAGE).text
    assert address(draft_id) not in own
    assert "lâu nhất 3 ngày" in own


def test_a_second_look_reads_only_what_changed(pages: Pages, monkeypatch: pytest.MonkeyPatch) -> None:
    documents = [given(pages, f"số {day}", f"2026-12-{day:02d}") for day in range(1, 6)]
    browser, read = pages.browser(office.DIRECTOR), []
    assert line(browser.get(PAGE).text, IT_PAGE)[0] == 5
    kind = type(pages.acting.services.store.database("records"))
    changes = kind.changes

    def noted(database: Any, *args: Any, **named: Any) -> Any:
        found = changes(database, *args, **named)
        if database.name == "records":
            read.extend(change.id for change in found.results)
        return found

    def refused(*_args: Any, **_named: Any) -> Any:
        raise AssertionError("everything was read once more")

    monkeypatch.setattr(kind, "changes", noted)
    monkeypatch.setattr(kind, "find", refused)
    monkeypatch.setattr(kind, "all", refused)
    assert line(browser.get(PAGE).text, IT_PAGE)[0] == 5
    assert read == []
    pages.acting.does(office.IT_HEAD, "TakeOn", documents[2])
    assert line(browser.get(PAGE).text, IT_PAGE) == [5, 0, 0, 0, 4, 1, 0, 0, 0, 0]
    assert read == [documents[2]]


def test_the_page_speaks_english_too(pages: Pages) -> None:
    given(pages, "chuyển đổi số", "2026-12-04")
    browser = pages.browser(office.DIRECTOR)
    browser.set_cookie("locale", "en")
    for at in (PAGE, IT_PAGE):
        html = browser.get(at).text
        assert "Progress of work" in html
        assert "progress." not in re.sub(r"/progress[^\"]*", "", html)
