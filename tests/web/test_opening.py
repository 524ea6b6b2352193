"""Quick open: a number leads straight to its document, for who may see it."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from tests.fixtures import office
from tests.web.conftest import Pages, path


def leads_to(browser: FlaskClient, number: str) -> str:
    answer = browser.get("/open", query_string={"wanted": number})
    assert answer.status_code == 303
    return answer.headers["Location"]


def test_an_arrival_number_of_this_year_leads_to_its_document(pages: Pages) -> None:
    first, second = pages.presented(), pages.presented()
    clerk = pages.browser(office.CLERK)
    assert [leads_to(clerk, one) for one in ("1", "01", " 001 ", "2", "2/2026")] == [path(first)] * 3 + [
        path(second)
    ] * 2
    assert leads_to(clerk, "1/2025") == "/incoming?query=1/2025"
    assert leads_to(clerk, "3") == "/incoming?query=3"


def test_a_number_and_symbol_lead_to_the_one_document_that_has_it(pages: Pages) -> None:
    wanted = pages.presented(number="4/BTTTT-CĐSQG", sender="Bộ Thông tin và Truyền thông")
    director = pages.browser(office.DIRECTOR)
    assert leads_to(director, "4/BTTTT-CĐSQG") == path(wanted)
    assert leads_to(director, "  4/btttt-cđsqg ") == path(wanted)
    pages.presented(number="4/BTTTT-CĐSQG", sender="Bộ Tài chính")
    assert leads_to(director, "4/BTTTT-CĐSQG").startswith("/incoming?query=4/")


def test_what_is_hidden_is_as_if_it_were_not_there(pages: Pages) -> None:
    pages.presented(number="4/BTTTT-VP")
    for person_id in (office.PRESS_SPECIALIST,):
        assert leads_to(pages.browser(person_id), "1") == "/incoming?query=1"
        assert leads_to(pages.browser(person_id), "4/BTTTT-VP") == "/incoming?query=4/BTTTT-VP"
    assert pages.browser(office.NOBODY).get("/open?wanted=1").status_code == 403


@pytest.mark.parametrize("number", ["", " ", "0", "9" * 30, "<script>", "\x00", "1/20260", "đ" * 200])
def test_nonsense_is_looked_for_in_the_book_or_leads_home(pages: Pages, number: str) -> None:
    assert leads_to(pages.browser(office.CLERK), number).startswith(("/incoming?query=", "/inbox"))
