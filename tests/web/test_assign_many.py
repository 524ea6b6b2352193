"""Several documents transferred in one go: one form, an act and a true result for each (Articles 9.3, 9.4)."""

from __future__ import annotations

import re
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.fixtures import office
from tests.web.conftest import Pages, path


def waiting(pages: Pages, count: int, **changes: Any) -> list[str]:
    """Register documents for the director, and return their ids."""
    found = [pages.presented(**changes) for _ in range(count)]
    pages.catch_up()
    return found


def offered(text: str) -> list[str]:
    """Return the documents that a page offers."""
    return re.findall(r'name="document" value="([^"]+)"', text)


def acts(text: str) -> dict[str, str]:
    """Return what stands beside the boxes: version and action id of each."""
    return dict(re.findall(r'name="(act:[^"]+)" value="([^"]+)"', text))


def transfer(browser: FlaskClient, chosen: list[str], **fields: Any) -> TestResponse:
    """Post the form for some of the documents that it offers."""
    form = {
        **acts(browser.get("/assign").text),
        "action_id": "form",
        "document": chosen,
        "lead": f"unit:{office.IT_UNIT}",
        "directive": "Tham mưu trả lời",
        "is_entry_confirmed": "1",
        **fields,
    }
    return browser.post("/assign", data=form)


def results(response: TestResponse) -> list[str]:
    return re.findall(r'<li data-result="([a-z_]+)"', response.text)


def leads(pages: Pages, document_id: str) -> list[tuple[str, str | None]]:
    rows = pages.acting.record(document_id)["assignments"]
    return [(row["target"], row["due_on"]) for row in rows if row["role"] == "lead"]


def test_ten_documents_go_in_one_go_each_with_its_own_deadline(pages: Pages) -> None:
    found = waiting(pages, 9, due_on="2026-12-05") + waiting(pages, 1, due_on="2026-12-09")
    director = pages.browser(office.DIRECTOR)
    answer = transfer(director, found)
    assert answer.status_code == 200
    assert results(answer) == ["applied"] * 10
    unit = f"unit:{office.IT_UNIT}"
    assert [leads(pages, one) for one in found] == [[(unit, "2026-12-05")]] * 9 + [[(unit, "2026-12-09")]]
    assert offered(answer.text) == []
    assert len(pages.acting.services.store.database(f"inbox_{office.IT_HEAD}").all("incoming:")) == 10


def test_the_deadline_of_the_form_is_that_of_all(pages: Pages) -> None:
    found = waiting(pages, 2)
    transfer(pages.browser(office.DIRECTOR), found, due_on="2026-11-30")
    assert [leads(pages, one) for one in found] == [[(f"unit:{office.IT_UNIT}", "2026-11-30")]] * 2


def test_what_is_refused_says_why_and_comes_back_in_the_form(pages: Pages) -> None:
    whole, bare = waiting(pages, 1)[0], waiting(pages, 1, field="")[0]
    director = pages.browser(office.DIRECTOR)
    answer = transfer(director, [whole, bare])
    assert answer.status_code == 422
    assert results(answer) == ["applied", "refused"]
    assert offered(answer.text) == [bare]
    assert "Tham mưu trả lời" in answer.text
    assert f'value="{bare}" checked' in answer.text
    assert leads(pages, bare) == []


def test_posted_twice_it_is_done_once(pages: Pages) -> None:
    (document_id,) = waiting(pages, 1)
    director = pages.browser(office.DIRECTOR)
    form = {
        **acts(director.get("/assign").text),
        "document": document_id,
        "lead": f"unit:{office.IT_UNIT}",
        "directive": "Tham mưu",
        "is_entry_confirmed": "1",
    }
    first, second = director.post("/assign", data=form), director.post("/assign", data=form)
    assert results(first) == results(second) == ["applied"]
    assert len(leads(pages, document_id)) == 1


def test_nothing_chosen_is_said_and_what_was_typed_stays(pages: Pages) -> None:
    waiting(pages, 2)
    answer = transfer(pages.browser(office.DIRECTOR), [])
    assert answer.status_code == 422
    assert "Chưa chọn văn bản nào" in answer.text
    assert "Tham mưu trả lời" in answer.text


def test_a_head_gives_on_to_their_own_unit_only(pages: Pages) -> None:
    found = waiting(pages, 2)
    transfer(pages.browser(office.DIRECTOR), found)
    head = pages.browser(office.IT_HEAD)
    text = head.get("/assign").text
    assert sorted(offered(text)) == sorted(found)
    assert f'value="person:{office.IT_SPECIALIST}"' in text
    assert f'value="person:{office.POST_SPECIALIST}"' not in text
    answer = transfer(head, found, lead=f"person:{office.POST_SPECIALIST}")
    assert results(answer) == ["refused", "refused"]
    assert results(transfer(head, found, lead=f"person:{office.IT_SPECIALIST}")) == ["applied", "applied"]


def test_what_is_hidden_cannot_be_named(pages: Pages) -> None:
    (document_id,) = waiting(pages, 1)
    specialist = pages.browser(office.PRESS_SPECIALIST)
    assert offered(specialist.get("/assign").text) == []
    own = str(pages.acting.does(office.PRESS_SPECIALIST, "CreateCaseFile", title="Hồ sơ báo chí")["document_id"])
    for number, one in enumerate((document_id, own, "incoming:../x", "x", "incoming:\x00", "đ" * 300)):
        answer = transfer(specialist, [one], **{f"act:{one}": f"1 act-hidden-{number}"})
        assert results(answer) == ["refused"]
        assert "chuyển đổi số" not in answer.text
    assert leads(pages, document_id) == []


def test_who_must_see_nothing_has_no_such_page(pages: Pages) -> None:
    nobody = pages.browser(office.NOBODY)
    assert nobody.get("/assign").status_code == 403
    assert nobody.post("/assign", data={}).status_code == 403


def test_a_deputy_who_has_it_from_the_director_confirms_a_later_day_and_no_entry(pages: Pages) -> None:
    (document_id,) = waiting(pages, 1)
    to = f"person:{office.DEPUTY}"
    pages.acting.does(office.DIRECTOR, "Assign", document_id, lead=to, directive="Chỉ đạo", due_on="2026-12-01")
    pages.catch_up()
    deputy = pages.browser(office.DEPUTY)
    assert "is_entry_confirmed" not in deputy.get("/assign").text
    assert results(transfer(deputy, [document_id], due_on="2026-12-04")) == ["refused"]
    assert results(transfer(deputy, [document_id], due_on="2026-12-04", is_due_confirmed="1")) == ["applied"]


def test_the_inbox_leads_there_who_can_transfer(pages: Pages) -> None:
    waiting(pages, 2)
    assert 'href="/assign"' in pages.browser(office.DIRECTOR).get("/inbox").text
    assert 'href="/assign"' not in pages.browser(office.CLERK).get("/inbox").text


def test_a_document_of_the_page_is_led_to(pages: Pages) -> None:
    (document_id,) = waiting(pages, 1)
    assert f'href="{path(document_id)}"' in pages.browser(office.DIRECTOR).get("/assign").text
