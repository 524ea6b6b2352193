"""Withdrawing through the pages: who is offered it, what the book shows afterwards, who may not."""

from __future__ import annotations

import re

from tests.fixtures import office
from tests.web.conftest import Pages, form, path, section

HTMX = {"HX-Request": "true", "HX-Target": "document"}


def test_the_clerk_withdraws_and_the_book_keeps_the_number_struck_through(pages: Pages) -> None:
    document_id, other_id = pages.presented(), pages.presented()
    clerk = pages.browser(office.CLERK)
    sheet = section(clerk.get(path(document_id)).text, 'id="act-withdraw-document"')
    assert "Số đến vẫn giữ trong sổ" in sheet
    address = path(document_id, "withdraw-document")
    empty = clerk.post(address, data=form(1, reason="  "), headers=HTMX)
    assert empty.status_code == 422
    assert 'href="#withdraw_document-reason"' in empty.text
    answer = clerk.post(address, data=form(1, reason="Văn bản của Sở Y tế"), headers=HTMX)
    assert answer.headers["X-Congvan-Receipt"] == "applied"
    assert "Văn bản của Sở Y tế" in answer.text
    assert "act-withdraw-document" not in answer.text
    book = clerk.get("/incoming").text
    rows = re.findall(r"<tr[ >].*?</tr>", book, re.DOTALL)
    row = next(one for one in rows if path(document_id) in one)
    assert 'class="is-withdrawn"' in row
    assert "<s>01</s>" in row
    assert "Đã rút" in row
    assert "is-withdrawn" not in next(one for one in rows if path(other_id) in one)


def test_the_drafter_withdraws_a_draft_and_the_list_can_be_narrowed_to_it(pages: Pages) -> None:
    _, draft_id = pages.drafted()
    drafter = pages.browser(office.IT_SPECIALIST)
    answer = drafter.post(path(draft_id, "withdraw-document"), data=form(1, reason="Không còn cần trả lời"))
    assert answer.status_code == 303
    found = drafter.get("/outgoing?state=withdrawn").text
    assert path(draft_id) in found
    assert 'value="withdrawn" selected' in found
    assert path(draft_id) not in drafter.get("/outgoing?state=drafting").text


def test_who_may_not_is_neither_offered_it_nor_obeyed(pages: Pages) -> None:
    document_id, draft_id = pages.drafted()
    specialist = pages.browser(office.IT_SPECIALIST)
    assert "act-withdraw-document" not in specialist.get(path(document_id)).text
    address = path(document_id, "withdraw-document")
    seen = pages.acting.record(document_id)["version"]
    assert specialist.post(address, data=form(seen, reason="Nhầm")).status_code == 403
    for person_id in (office.NOBODY, office.ADMINISTRATOR, office.POST_HEAD):
        for one in (document_id, draft_id):
            answer = pages.browser(person_id).post(path(one, "withdraw-document"), data=form(1, reason="Nhầm"))
            assert answer.status_code == 404, person_id
    assert pages.browser().post(address, data=form(1, reason="Nhầm")).status_code in (302, 303, 401)
    assert pages.acting.record(document_id)["state"] != "withdrawn"
    assert pages.acting.record(draft_id)["state"] == "drafting"


def test_its_open_form_survives_without_a_script(pages: Pages) -> None:
    document_id = pages.presented()
    page = pages.browser(office.DIRECTOR).get(f"{path(document_id)}?form=withdraw_document").text
    sheet = section(page, 'id="act-withdraw-document"')
    assert " popover" not in sheet.split(">", 1)[0]
