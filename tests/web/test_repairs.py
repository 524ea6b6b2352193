"""The pages on which an act is taken back, and a flow that went wrong is mended."""

from __future__ import annotations

import re

from tests.fixtures import office
from tests.web.conftest import Pages, controls, form, path, section

HEAD, SPECIALIST, IT_HEAD = office.POST_HEAD, office.POST_SPECIALIST, office.IT_HEAD


def given(pages: Pages) -> str:
    """Bring a document to a specialist of the post division."""
    document_id = pages.presented()
    pages.acting.does(office.DIRECTOR, "Assign", document_id, lead=f"unit:{office.POST_UNIT}", directive="Tham mưu")
    pages.acting.does(HEAD, "Assign", document_id, lead=f"person:{SPECIALIST}", directive="Dự thảo")
    return document_id


def undo_form(text: str) -> dict[str, str]:
    """Return the fields of the form that takes an act back."""
    own = section(text, '<form class="note undo', "</form>")
    return dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', own))


def test_an_act_is_taken_back_from_the_page_of_its_document(pages: Pages) -> None:
    document_id = given(pages)
    head = pages.browser(HEAD)
    page = head.get(path(document_id)).text
    assert "Bạn vừa chuyển xử lý." in page
    answer = head.post(path(document_id, "undo-act"), data=undo_form(page))
    assert answer.status_code == 303
    after = head.get(answer.headers["Location"]).text
    assert "đã hoàn tác" in after
    assert "Thao tác được hoàn tác: đã chuyển xử lý" in after
    assert "Bạn vừa chuyển xử lý." not in after
    assert pages.browser(SPECIALIST).get(path(document_id)).status_code == 404


def test_once_it_was_opened_the_page_says_by_whom_and_what_to_do(pages: Pages) -> None:
    document_id = given(pages)
    head = pages.browser(HEAD)
    fields = undo_form(head.get(path(document_id)).text)
    # tried again later it is another act: what the first one was refused for may be over by then
    assert fields["action_id"] != undo_form(head.get(path(document_id)).text)["action_id"]
    pages.browser(SPECIALIST).get(path(document_id)).close()
    answer = head.post(path(document_id, "undo-act"), data=fields)
    assert answer.status_code == 409
    assert "đã có người liên quan xem văn bản" in answer.text
    assert "đề nghị khắc phục" in answer.text


def test_a_wrong_way_is_mended_by_three_people(pages: Pages) -> None:
    document_id = given(pages)
    specialist, head, it_head = pages.browser(SPECIALIST), pages.browser(HEAD), pages.browser(IT_HEAD)
    assert path(document_id, "repair") in specialist.get(path(document_id)).text
    filled = controls(specialist.get(path(document_id, "repair")))
    target = {"wanted": "reroute", "target": f"unit:{office.PRESS_UNIT}"}
    wrong = {**filled, "wanted": "reroute", "target": "", "reason": "Việc báo chí"}
    refused = specialist.post(path(document_id, "request-repair"), data=wrong)
    assert refused.status_code == 422
    assert "Việc báo chí" in refused.text
    asked = specialist.post(path(document_id, "request-repair"), data={**filled, **target, "reason": "Việc báo chí"})
    assert asked.headers["Location"] == "/repairs?done=request_repair"
    assert "đề nghị khắc phục luồng xử lý số đến 01/2026. Đề nghị xác nhận." in head.get("/inbox").text
    repair_id = filled["action_id"]
    seen = pages.acting.record(document_id)["version"]
    own = section(head.get("/repairs").text, f'id="repair-{repair_id}"', "</li>")
    assert "Việc báo chí" in own
    answer = head.post(path(document_id, "confirm-repair"), data=form(seen, repair_id=repair_id, note="Đúng"))
    assert answer.headers["Location"] == "/repairs?done=confirm_repair"
    page = it_head.get("/repairs").text
    assert path(document_id, "carry-out-repair") in page
    assert pages.acting.record(document_id)["subject"] not in page
    assert it_head.get(path(document_id)).status_code == 404
    answer = it_head.post(path(document_id, "carry-out-repair"), data=form(seen, repair_id=repair_id))
    assert answer.headers["Location"] == "/repairs?done=carry_out_repair"
    assert "đã khắc phục luồng xử lý" in specialist.get("/inbox").text
    pressed = pages.browser(office.PRESS_HEAD).get(path(document_id)).text
    shown = section(pressed, 'id="repairs"', "</section>")
    for name in (SPECIALIST, HEAD, IT_HEAD):
        assert office.name_of(name) in shown
    specialist.post(path(document_id, "acknowledge-repair"), data=form(seen, repair_id=repair_id))
    assert "đã khắc phục luồng xử lý" not in specialist.get("/inbox").text


def test_who_must_see_nothing_neither_asks_nor_mends(pages: Pages) -> None:
    document_id = given(pages)
    nobody, administrator = pages.browser(office.NOBODY), pages.browser(office.ADMINISTRATOR)
    for browser in (nobody, administrator):
        assert browser.get("/repairs").status_code == 403
        assert browser.get(path(document_id, "repair")).status_code in (403, 404)
        for verb in ("undo-act", "request-repair", "confirm-repair", "carry-out-repair"):
            answer = browser.post(path(document_id, verb), data=form(1, repair_id="x", undone="x", reason="x"))
            assert answer.status_code in (403, 404), verb
    assert pages.browser(office.PRESS_HEAD).get(path(document_id, "repair")).status_code == 404


def test_who_gave_the_work_back_and_no_longer_sees_it_can_take_that_back(pages: Pages) -> None:
    document_id = given(pages)
    specialist = pages.browser(SPECIALIST)
    seen = pages.acting.record(document_id)["version"]
    answer = specialist.post(path(document_id, "return-assignment"), data=form(seen, reason="Nhầm"))
    inbox = specialist.get(answer.headers["Location"])
    assert inbox.request.path == "/inbox"
    found = re.search(rf'hx-get="({path(document_id)}/undo/[^"]+)"', inbox.text)
    assert found is not None
    way, part = found[1], {"HX-Request": "true"}
    assert "Số đến 01 năm 2026: Bạn vừa trả lại." in specialist.get(way, headers=part).text
    page = specialist.get(way).text
    assert "Bạn vừa trả lại." in page
    assert "01 năm 2026" in page
    assert pages.acting.record(document_id)["subject"] not in page
    done = specialist.post(path(document_id, "undo-act"), data=undo_form(page))
    assert done.status_code == 303
    assert specialist.get(path(document_id)).status_code == 200
    assert specialist.get(way).status_code == 404
    assert specialist.get(way, headers=part).text == ""  # the inbox stands, with nothing to take back
    assert pages.browser(HEAD).get(way).status_code == 404
    assert pages.browser(HEAD).get(way, headers=part).text == ""
    assert "hx-get" not in specialist.get("/inbox?given_away=x%2Fundo%2F%22%3E").text
