"""What forms of a document do: taken, taken together with others', held for a decision, refused, told twice."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from flask.testing import FlaskClient

from server.adapters.receipt_keys import is_valid
from tests.fixtures import office, pdfs
from tests.web.conftest import Pages, form, path, pdf, section

HTMX = {"HX-Request": "true", "HX-Target": "document"}
FROM_WORKER = {**HTMX, "X-Congvan-Worker": "1"}


def seen(pages: Pages, document_id: str) -> int:
    return int(pages.acting.record(document_id)["version"])


def current_sha256(pages: Pages, document_id: str) -> str:
    return str(pages.acting.record(document_id)["versions"][-1]["sha256"])


def comment(browser: FlaskClient, pages: Pages, document_id: str, text: str, **envelope: Any) -> Any:
    headers = envelope.pop("headers", HTMX)
    data = form(envelope.pop("seen", None) or seen(pages, document_id), text=text, **envelope)
    return browser.post(path(document_id, "add-comment"), data=data, headers=headers)


def test_a_comment_comes_back_as_the_fresh_fragment(pages: Pages) -> None:
    document_id = pages.presented()
    answer = comment(pages.browser(office.DIRECTOR), pages, document_id, "Xem kỹ phần kinh phí")
    assert answer.status_code == 200
    assert answer.text.lstrip().startswith('<article id="document"')
    assert "Xem kỹ phần kinh phí" in answer.text
    assert "<html" not in answer.text
    assert answer.headers["X-Congvan-Receipt"] == "applied"
    told = json.loads(answer.headers["HX-Trigger"])["congvan:receipt"]
    assert told["status"] == "applied"
    assert told["document_id"] == document_id
    assert is_valid(told, pages.acting.services.signer.public_keys())
    assert not is_valid({**told, "status": "merged"}, pages.acting.services.signer.public_keys())
    assert pages.nudges == ["nudge"]


def test_a_plain_form_leads_back_to_the_document_with_what_became_of_it(pages: Pages) -> None:
    document_id = pages.presented()
    browser = pages.browser(office.DIRECTOR)
    answer = comment(browser, pages, document_id, "Đã đọc", headers={})
    assert answer.status_code == 303
    assert answer.headers["Location"].startswith(path(document_id) + "?receipt=")
    page = browser.get(answer.headers["Location"])
    assert "Đã ghi nhận." in page.text
    assert "<html" in page.text
    # the sentence is for its author only
    other = pages.browser(office.DEPUTY).get(answer.headers["Location"])
    assert "Đã ghi nhận." not in other.text


def test_a_double_click_is_one_act_with_one_receipt(pages: Pages) -> None:
    document_id = pages.presented()
    browser = pages.browser(office.DIRECTOR)
    data = form(1, text="Bấm hai lần")
    answers = [browser.post(path(document_id, "add-comment"), data=data, headers=HTMX) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].headers["HX-Trigger"] == answers[1].headers["HX-Trigger"]
    events = pages.acting.record(document_id)["events"]
    assert [event["event"] for event in events].count("Commented") == 1


def test_a_client_that_asks_for_json_gets_receipt_and_card(pages: Pages) -> None:
    document_id = pages.presented()
    browser = pages.browser(office.DIRECTOR)
    answer = comment(browser, pages, document_id, "Bằng JSON", headers={"Accept": "application/json"})
    assert answer.status_code == 200
    assert answer.json["receipt"]["status"] == "applied"
    assert answer.json["card"]["timeline"][-1]["text"] == "Bằng JSON"
    answer = comment(browser, pages, document_id, " ", headers={"Accept": "application/json"})
    assert answer.status_code == 422
    assert (answer.json["receipt"]["reason"], answer.json["receipt"]["details"]) == ("required", {"field": "text"})


def test_a_refused_form_comes_back_filled_with_the_fault_beside_its_field_and_a_new_action_id(pages: Pages) -> None:
    document_id = pages.presented()
    browser = pages.browser(office.DIRECTOR)
    data = form(1, directive="Giữ lại lời này", due_on="2020-01-01", lead=f"unit:{office.IT_UNIT}")
    for headers in (HTMX, FROM_WORKER, {}):
        answer = browser.post(path(document_id, "assign"), data=data, headers=headers)
        assert answer.status_code == 422
        assert answer.headers["X-Congvan-Receipt"] == "refused"
        sheet = section(answer.text, 'id="act-assign"')
        assert "Giữ lại lời này" in sheet
        assert 'value="2020-01-01"' in sheet
        assert re.search(r'id="assign-due_on-err">Hạn xử lý sớm hơn ngày đến', sheet)
        assert f'value="unit:{office.IT_UNIT}" aria-label' in sheet
        assert data["action_id"] not in sheet
        assert ("<html" in answer.text) == (headers == {})
    assert pages.acting.record(document_id)["version"] == 1
    assert pages.nudges == []


def test_every_last_word_on_a_form_says_that_it_is_this_servers(pages: Pages) -> None:
    """Devices settle nothing by an answer without the header: it may be the page of any network in between."""
    document_id = pages.presented()
    browser = pages.browser(office.DIRECTOR)
    elsewhere = {**HTMX, "Origin": "https://elsewhere.example"}
    refused = (
        comment(browser, pages, document_id, ""),
        comment(browser, pages, document_id, "Từ trang khác", headers=elsewhere),
        browser.post(path("incoming:no-such-document", "add-comment"), data=form(1, text="Ở đâu?"), headers=HTMX),
        browser.post(path(document_id, "no-such-act"), data=form(1), headers=HTMX),
        browser.post(path(document_id, "add-comment"), data=form(1, text="x" * (2 * 1024 * 1024)), headers=HTMX),
        browser.post("/case-files", data=form(1, title="", notation="", retention=""), headers=HTMX),
    )
    assert [answer.status_code for answer in refused] == [422, 403, 404, 404, 413, 422]
    assert [answer.headers.get("X-Congvan-Receipt") for answer in refused] == ["refused"] * 6
    taken = browser.post("/case-files", data=form(1, title="Hồ sơ", notation="", retention=""), headers=HTMX)
    assert (taken.status_code, taken.headers["X-Congvan-Receipt"]) == (303, "applied")


def test_who_is_signed_out_gets_no_word_on_the_form(pages: Pages) -> None:
    document_id = pages.presented()
    answer = comment(pages.browser(), pages, document_id, "Hết phiên")
    assert (answer.status_code, answer.headers.get("X-Congvan-Receipt")) == (401, None)


def test_a_form_in_english_is_refused_in_english(pages: Pages) -> None:
    document_id = pages.presented()
    browser = pages.browser(office.DIRECTOR)
    browser.set_cookie("locale", "en")
    answer = comment(browser, pages, document_id, "")
    assert "This is required." in answer.text


def test_what_is_no_longer_offered_is_said_above_the_document(pages: Pages) -> None:
    document_id = pages.presented()
    director = pages.browser(office.DIRECTOR)
    director.post(path(document_id, "take-on"), data=form(1), headers=HTMX)
    answer = director.post(path(document_id, "take-on"), data=form(2), headers=HTMX)
    assert answer.status_code == 409
    assert "không còn ở bước cho phép" in answer.text
    browser = pages.browser(office.CLERK)
    answer = browser.post(
        path(document_id, "assign"), data=form(1, directive="Tôi giao", lead="unit:cntt"), headers=HTMX
    )
    assert answer.status_code == 422, "htmx puts 422 into the page, and 403 not"
    assert "Bạn không có quyền thực hiện" in answer.text
    plain = browser.post(path(document_id, "assign"), data=form(1, directive="Tôi giao", lead="unit:cntt"))
    assert plain.status_code == 403


@pytest.mark.parametrize("person_id", [office.NOBODY, office.PRESS_SPECIALIST, office.ADMINISTRATOR])
def test_hidden_and_absent_documents_look_alike_to_who_may_not_see_them(pages: Pages, person_id: str) -> None:
    document_id, draft_id = pages.drafted()
    browser = pages.browser(person_id)
    for hidden in (document_id, draft_id):
        absent = hidden.split(":")[0] + ":act-no-such-document"
        for headers in (HTMX, {}, {"Accept": "application/json"}):
            answers = [
                browser.post(path(one, "add-comment"), data=form(1, "act-the-same-one", text="?"), headers=headers)
                for one in (hidden, absent)
            ]
            texts = [answer.text.replace(hidden, "X").replace(absent, "X") for answer in answers]
            texts = [text.replace(path(hidden), "X").replace(path(absent), "X") for text in texts]
            texts = [re.sub(r'"(acted|received)_at": ?"[^"]*"', "", text) for text in texts]
            assert [answer.status_code for answer in answers] == [404, 404]
            assert texts[0] == texts[1]
    assert "UBND tỉnh" not in browser.get(path(document_id)).text


def test_two_leaders_assign_at_once_and_the_second_is_asked_and_decides(pages: Pages) -> None:
    document_id = pages.presented()
    version = seen(pages, document_id)
    first = pages.browser(office.DEPUTY).post(
        path(document_id, "assign"), data=form(version, directive="BCVT", lead=f"unit:{office.POST_UNIT}"), headers=HTMX
    )
    assert first.headers["X-Congvan-Receipt"] == "applied"
    director = pages.browser(office.DIRECTOR)
    second = director.post(
        path(document_id, "assign"), data=form(version, directive="CNTT", lead=f"unit:{office.IT_UNIT}"), headers=HTMX
    )
    assert second.status_code == 200
    assert second.headers["X-Congvan-Receipt"] == "needs_review"
    assert "chờ người có thẩm quyền quyết định" in second.text
    review_id = pages.acting.record(document_id)["reviews"][0]["review_id"]

    desk = director.get("/reviews")
    assert review_id in desk.text
    assert review_id not in pages.browser(office.PRESS_HEAD).get("/reviews").text
    ended = director.post(
        path(document_id, "resolve-conflict"),
        data=form(seen(pages, document_id), review_id=review_id, choice="ours", version_sha256="", note=""),
    )
    assert ended.status_code == 303
    rows = pages.acting.card(office.DIRECTOR, document_id)["assignments"]
    assert [row["unit_id"] for row in rows if row["role"] == "lead"] == [office.IT_UNIT]
    assert review_id not in director.get("/reviews").text


def test_who_approves_an_older_version_is_asked_and_the_desk_names_the_current_one(pages: Pages) -> None:
    _, draft_id = pages.drafted()
    old = current_sha256(pages, draft_id)
    acting = pages.acting
    acting.does(office.IT_SPECIALIST, "SubmitDraft", draft_id, to_person=office.IT_HEAD, version_sha256=old)
    acting.does(office.IT_HEAD, "SubmitToLeader", draft_id, leader_id=office.DIRECTOR, version_sha256=old)
    version = seen(pages, draft_id)
    acting.does(office.DEPUTY, "ReturnDraft", draft_id, reason="Sửa số liệu", return_to="drafter")
    file = acting.has_file(office.IT_SPECIALIST, "Dự thảo đã sửa")
    acting.does(office.IT_SPECIALIST, "AddVersion", draft_id, file=file)
    new = current_sha256(pages, draft_id)
    approval = form(version, version_sha256=old, is_content_approved="1", is_form_approved="1", note="")
    director = pages.browser(office.DIRECTOR)
    answer = director.post(path(draft_id, "approve"), data=approval, headers=HTMX)
    assert answer.headers["X-Congvan-Receipt"] == "needs_review"
    assert acting.record(draft_id)["state"] != "approved"
    assert f'name="version_sha256" value="{new}"' in director.get("/reviews").text


def test_the_whole_way_of_a_draft_through_forms(pages: Pages) -> None:
    document_id = pages.presented()
    browsers = {who: pages.browser(who) for who in (office.DIRECTOR, office.IT_HEAD, office.IT_SPECIALIST)}

    def does(who: str, document: str, verb: str, **fields: Any) -> Any:
        data = form(seen(pages, document), **fields)
        answer = browsers[who].post(path(document, verb), data=data, headers=HTMX)
        assert (answer.status_code, answer.headers["X-Congvan-Receipt"]) == (200, "applied"), answer.text[:2000]
        return answer

    does(
        office.DIRECTOR,
        document_id,
        "assign",
        directive="Chủ trì",
        lead=f"unit:{office.IT_UNIT}",
        informed=["", f"person:{office.DEPUTY}", f"unit:{office.POST_UNIT}"],
    )
    rows = pages.acting.record(document_id)["assignments"]
    informed = {row["target"] for row in rows if row["role"] == "inform"}
    assert informed == {f"person:{office.DEPUTY}", f"unit:{office.POST_UNIT}"}
    does(office.IT_HEAD, document_id, "assign", directive="Dự thảo", lead=f"person:{office.IT_SPECIALIST}")
    does(office.IT_SPECIALIST, document_id, "take-on", note="")
    started = does(
        office.IT_SPECIALIST,
        document_id,
        "start-draft",
        subject="Báo cáo kết quả chuyển đổi số năm 2026 của Sở",
        type="BC",
        urgency="urgent",
        file=pdf(pdfs.simple("Lan dau")),
    )
    assert "Báo cáo kết quả chuyển đổi số năm 2026 của Sở" in started.text
    draft_id = "outgoing:" + json.loads(started.headers["HX-Trigger"])["congvan:receipt"]["action_id"]
    does(office.IT_SPECIALIST, draft_id, "add-version", file=pdf(pdfs.simple("Lan hai")), note="Sửa lỗi")
    bound = {"version_sha256": current_sha256(pages, draft_id)}
    does(office.IT_SPECIALIST, draft_id, "submit-draft", to_person=office.IT_HEAD, **bound)
    does(office.IT_HEAD, draft_id, "submit-to-leader", leader_id=office.DIRECTOR, **bound)
    does(office.DIRECTOR, draft_id, "return-draft", reason="Bổ sung", return_to="division")
    does(office.IT_HEAD, draft_id, "submit-to-leader", leader_id=office.DIRECTOR, **bound)
    does(office.DIRECTOR, draft_id, "approve", is_content_approved="1", is_form_approved="on", **bound)
    assert pages.acting.record(draft_id)["state"] == "approved"
    does(office.IT_SPECIALIST, document_id, "conclude", new_case_file_title="Chuyển đổi số 2026", result="Đã trả lời")
    assert pages.acting.record(document_id)["state"] == "concluded"
    assert "Chuyển đổi số 2026" in browsers[office.IT_SPECIALIST].get("/case-files").text


def test_an_assignment_goes_back_with_its_reason_and_the_giver_sees_it(pages: Pages) -> None:
    document_id = pages.presented()
    pages.acting.does(office.DIRECTOR, "Assign", document_id, lead=f"unit:{office.IT_UNIT}", directive="Tham mưu")
    answer = pages.browser(office.IT_HEAD).post(
        path(document_id, "return-assignment"),
        data=form(seen(pages, document_id), reason="Không thuộc chức năng của phòng"),
        headers=HTMX,
    )
    assert answer.headers["X-Congvan-Receipt"] == "applied"
    assert "Không thuộc chức năng" in pages.browser(office.DIRECTOR).get(path(document_id)).text


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (pdfs.not_a_pdf(), "không phải định dạng PDF"),
        (pdfs.truncated(), "bị hỏng"),
        (pdfs.empty(), "0 byte"),
    ],
)
def test_a_draft_that_is_no_sound_pdf_is_named_as_such_and_the_rest_kept(pages: Pages, body: bytes, words: str) -> None:
    document_id, _ = pages.drafted()
    answer = pages.browser(office.IT_SPECIALIST).post(
        path(document_id, "start-draft"),
        data=form(seen(pages, document_id), subject="Trả lời lần hai", type="CV", file=pdf(body)),
        headers=HTMX,
    )
    assert answer.status_code == 422
    sheet = section(answer.text, 'id="act-start-draft"')
    assert words in sheet
    assert "Trả lời lần hai" in sheet


HOSTILE = '"><script>alert(1)</script><img src=x onerror=alert(2)>{{ 7*7 }}%(name)s'


def test_hostile_html_in_any_field_is_only_text(pages: Pages) -> None:
    document_id = pages.presented(subject=f"UBND tỉnh mời họp ngày 01/12/2026 {HOSTILE}", sender=HOSTILE)
    director = pages.browser(office.DIRECTOR)
    comment(director, pages, document_id, HOSTILE)
    refused = director.post(
        path(document_id, "assign"),
        data=form(1, directive=HOSTILE, due_on=HOSTILE, lead=HOSTILE, informed=[HOSTILE]),
        headers=HTMX,
    )
    assert refused.status_code == 422
    pages.catch_up()
    shown = [refused, director.get(path(document_id)), director.get("/inbox"), director.get("/incoming")]
    shown += [
        director.get("/inbox", query_string={"query": HOSTILE}),
        director.get("/login", query_string={"next": HOSTILE}),
    ]
    for answer in shown:
        assert "<script>alert" not in answer.text
        assert "<img src=x" not in answer.text
        assert "49%" not in answer.text


def test_a_form_without_its_hidden_fields_or_with_broken_ones_is_still_answered(pages: Pages) -> None:
    document_id = pages.presented()
    browser = pages.browser(office.DIRECTOR)
    bare = browser.post(path(document_id, "add-comment"), data={"text": "Không có mã"}, headers=HTMX)
    assert bare.headers["X-Congvan-Receipt"] == "applied"
    for broken in ({"action_id": "<x>"}, {"seen_version": "-1"}, {"seen_version": "9" * 30}, {"after": "'; --"}):
        data = {**form(1, text="Lời giữ lại"), **broken}
        answer = browser.post(path(document_id, "add-comment"), data=data, headers=HTMX)
        assert answer.status_code == 422
        assert "Lời giữ lại" in answer.text
    assert browser.post("/incoming/<script>/add-comment", data=form(1, text="x")).status_code == 404


def test_the_file_of_a_refused_form_need_not_be_chosen_again(pages: Pages) -> None:
    document_id, _ = pages.drafted()
    browser = pages.browser(office.IT_SPECIALIST)
    address = path(document_id, "start-draft")
    data = form(seen(pages, document_id), subject="", type="CV", file=pdf(pdfs.simple("Giu lai"), "du thao.pdf"))
    sheet = section(browser.post(address, data=data, headers=HTMX).text, 'id="act-start-draft"')
    sha256 = re.search(r'name="file_sha256" value="([0-9a-f]{64})"', sheet)
    assert sha256, "the form does not carry the file along"
    kept = form(seen(pages, document_id), subject="Trả lời", type="CV", file_sha256=sha256[1], file_name="du thao.pdf")
    answer = browser.post(address, data=kept, headers=HTMX)
    assert answer.headers["X-Congvan-Receipt"] == "applied"
    draft = pages.acting.record("outgoing:" + kept["action_id"])
    assert (draft["versions"][0]["name"], draft["versions"][0]["sha256"]) == ("du thao.pdf", sha256[1])
