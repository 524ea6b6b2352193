"""The desk: both sides in sentences, the day by which, several decisions at once; and the notice to the author."""

from __future__ import annotations

import re
from typing import Any

import pytest

from server.usecases import reminding
from tests.fixtures import office
from tests.fixtures.acting import new_action_id
from tests.web.conftest import Pages, form, path, section

PHONE = "device-dien-thoai"


def hold(pages: Pages, subject: str = "UBND tỉnh yêu cầu báo cáo chuyển đổi số") -> tuple[str, str]:
    """Let head and deputy give the same work to two people; return the document and the review."""
    acting = pages.acting
    document_id = acting.registers(subject=f"{subject} năm 2026 của các sở, ban, ngành")
    acting.does(office.DIRECTOR, "Assign", document_id, lead=f"unit:{office.IT_UNIT}", directive="Tham mưu")
    seen = acting.record(document_id)["version"]
    first = {"lead": f"person:{office.IT_SPECIALIST}", "directive": "Đức làm"}
    acting.does(office.IT_DEPUTY_HEAD, "Assign", document_id, **first)
    second = {"lead": f"person:{office.SECOND_IT_SPECIALIST}", "directive": "Nam làm"}
    receipt = acting.does(office.IT_HEAD, "Assign", document_id, seen=seen, device_id=PHONE, **second)
    assert receipt["status"] == "needs_review"
    pages.catch_up()
    return document_id, receipt["action_id"]


def chosen(html: str) -> list[str]:
    """Return the values of the boxes on the desk."""
    return re.findall(r'form="together" name="review" value="([^"]+)"', html)


def test_both_sides_are_told_in_sentences_that_address_people(pages: Pages) -> None:
    hold(pages)
    text = pages.browser(office.DIRECTOR).get("/reviews").text
    assert re.search(
        r"Bà Ngô Thị Kim Oanh đã chuyển xử lý cho Hoàng Minh Đức lúc [\d/: ]+, "
        r"trong lúc ông Vũ Anh Dũng chuyển xử lý cho Phan Nhật Nam\.",
        text,
    )
    assert re.search(r"<p>Ông Vũ Anh Dũng chuyển xử lý cho Phan Nhật Nam lúc [\d/: ]+\.</p>", text)
    own = pages.browser(office.IT_HEAD).get("/reviews").text
    assert "trong lúc bạn chuyển xử lý cho Phan Nhật Nam." in own
    assert "Chờ ông Trần Quốc Bảo quyết định." in own


def test_an_overdue_conflict_says_so_and_how_often_it_was_reminded_of(pages: Pages) -> None:
    document_id, _ = hold(pages)
    browser = pages.browser(office.DIRECTOR)
    assert "Đã nhắc" not in browser.get("/reviews").text
    pages.acting.clock.move(days=4)
    assert reminding.overdue_reviews(pages.acting.services) == 1
    pages.catch_up()
    desk = browser.get("/reviews").text
    assert 'class="tag tag-late"' in section(desk, 'class="case"', "</header>")
    assert "Đã nhắc 1 lần" in desk
    told = browser.get(path(document_id)).text
    assert "<b>Hệ thống</b> đã gửi lời nhắc quyết định cho Trần Quốc Bảo: Chuyển xử lý" in told
    assert "Hệ thống đã gửi lời nhắc" in browser.get("/inbox").text


def test_several_conflicts_are_ended_at_once_each_with_a_result_of_its_own(pages: Pages) -> None:
    (first, _), (second, blocked), (third, _) = hold(pages, "Việc một"), hold(pages, "Việc hai"), hold(pages, "Việc ba")
    browser = pages.browser(office.DIRECTOR)
    values = chosen(browser.get("/reviews").text)
    assert [one.split(" ")[0] for one in values] == [first, second, third]
    pages.acting.does(office.DIRECTOR, "ResolveConflict", second, review_id=blocked, choice="theirs")
    data = {"action_id": new_action_id(), "choice": "ours", "review": values}
    answer = browser.post("/reviews/resolve", data=data)
    assert re.findall(r'data-result="(\w+)"', answer.text) == ["applied", "refused", "applied"]
    assert "Việc hai" in section(answer.text, 'data-result="refused"', "</li>")
    for document_id in (first, third):
        handlers = {row["person_id"] for row in pages.acting.record(document_id)["assignments"]}
        assert office.SECOND_IT_SPECIALIST in handlers
    versions = [pages.acting.record(one)["version"] for one in (first, second, third)]
    again = browser.post("/reviews/resolve", data=data)
    assert re.findall(r'data-result="(\w+)"', again.text) == ["applied", "refused", "applied"]
    assert [pages.acting.record(one)["version"] for one in (first, second, third)] == versions


def test_one_conflict_alone_or_another_person_s_gets_no_boxes(pages: Pages) -> None:
    hold(pages)
    assert chosen(pages.browser(office.DIRECTOR).get("/reviews").text) == []
    hold(pages, "Việc hai")
    assert chosen(pages.browser(office.IT_HEAD).get("/reviews").text) == []


def test_choosing_nothing_is_said(pages: Pages) -> None:
    answer = pages.browser(office.DIRECTOR).post("/reviews/resolve", data={"choice": "ours"})
    assert "Chưa chọn xung đột nào" in answer.text


@pytest.mark.parametrize("person_id", [office.IT_HEAD, office.PRESS_HEAD, office.NOBODY])
def test_nobody_else_ends_or_learns_anything_in_bulk(pages: Pages, person_id: str) -> None:
    document_id, review_id = hold(pages)
    version = pages.acting.record(document_id)["version"]
    wrong = ["", "x", f"incoming:{'k' * 20} {review_id} 1 {new_action_id()}", "a b c d e f"]
    values = [f"{document_id} {review_id} {version} {new_action_id()}", *wrong]
    answer = pages.browser(person_id).post("/reviews/resolve", data={"choice": "ours", "review": values})
    assert re.findall(r'data-result="(\w+)"', answer.text) == ["refused"] * 5
    assert pages.acting.record(document_id)["version"] == version
    if person_id != office.IT_HEAD:
        assert "chuyển đổi số" not in answer.text


def test_an_approval_of_another_version_is_not_carried_over_in_a_list(pages: Pages) -> None:
    """What binds to the version that was read is decided where it is read."""
    _, draft_id = pages.drafted()
    acting = pages.acting
    sha256 = acting.record(draft_id)["versions"][-1]["sha256"]
    acting.does(office.IT_SPECIALIST, "SubmitDraft", draft_id, to_person=office.IT_HEAD, version_sha256=sha256)
    acting.does(office.IT_HEAD, "SubmitToLeader", draft_id, leader_id=office.DIRECTOR, version_sha256=sha256)
    seen = acting.record(draft_id)["version"]
    acting.does(office.DEPUTY, "ReturnDraft", draft_id, reason="Sửa", return_to="drafter")
    newer = acting.has_file(office.IT_SPECIALIST, "Bản hai")
    acting.does(office.IT_SPECIALIST, "AddVersion", draft_id, file=newer)
    acts = {"to_person": office.IT_HEAD, "version_sha256": newer["sha256"]}
    acting.does(office.IT_SPECIALIST, "SubmitDraft", draft_id, **acts)
    acts = {"leader_id": office.DIRECTOR, "version_sha256": newer["sha256"]}
    acting.does(office.IT_HEAD, "SubmitToLeader", draft_id, **acts)
    approval = {"version_sha256": sha256, "is_content_approved": True, "is_form_approved": True}
    held = acting.does(office.DIRECTOR, "Approve", draft_id, seen=seen, device_id=PHONE, **approval)
    assert held["status"] == "needs_review"
    version = acting.record(draft_id)["version"]
    value = f"{draft_id} {held['action_id']} {version} {new_action_id()}"
    answer = pages.browser(office.DIRECTOR).post("/reviews/resolve", data={"choice": "ours", "review": [value]})
    assert re.findall(r'data-result="(\w+)"', answer.text) == ["refused"]
    assert acting.record(draft_id)["state"] == "with_leader"


def notices(html: str) -> list[str]:
    """Return what a page tells its reader of their own acts."""
    return re.findall(r'data-notice="[^"]+">.*?<p>(.*?)</p>', html, re.DOTALL)


def acknowledge(pages: Pages, person_id: str, document_id: str, review_id: str, told: str) -> Any:
    """Dismiss a notice as its button does."""
    version = pages.acting.record(document_id)["version"]
    data = form(version, review_id=review_id, told=told)
    return pages.browser(person_id).post(path(document_id, "acknowledge-review"), data=data)


def test_the_author_is_told_on_the_inbox_until_they_say_that_they_know(pages: Pages) -> None:
    document_id, review_id = hold(pages)
    author = pages.browser(office.IT_HEAD)
    for address in ("/inbox", "/outbox", "/inbox?folder=done"):
        (told,) = notices(author.get(address).text)
        assert told.startswith("Ông Trần Quốc Bảo sẽ quyết định, hạn đến hết ngày 26/11/2026")
    assert path(document_id) in section(author.get("/inbox").text, 'class="notices"', "</section>")
    answer = acknowledge(pages, office.IT_HEAD, document_id, review_id, "opened")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/inbox")
    assert notices(author.get("/inbox").text) == []
    decision = {"review_id": review_id, "choice": "theirs", "note": "Giữ như đã giao"}
    pages.acting.does(office.DIRECTOR, "ResolveConflict", document_id, **decision)
    pages.catch_up()
    text = author.get("/inbox").text
    assert notices(text)[0].startswith("Ông Trần Quốc Bảo đã quyết định giữ thao tác đã ghi nhận trước")
    assert "Giữ như đã giao" in section(text, 'class="notices"', "</section>")
    acknowledge(pages, office.IT_HEAD, document_id, review_id, "resolved")
    assert notices(author.get("/inbox").text) == []


def test_of_several_notices_one_is_whole_and_the_others_are_folded(pages: Pages) -> None:
    document_ids = [hold(pages)[0] for _ in range(3)]
    text = pages.browser(office.IT_HEAD).get("/inbox").text
    first, folded = section(text, 'class="notices"', "</section>").split("<details")
    assert [len(notices(part)) for part in (first, folded)] == [1, 2]
    assert "Còn 2 thông báo khác" in folded
    assert sorted(re.findall(r'action="([^"]+)/acknowledge-review"', first + folded)) == sorted(map(path, document_ids))


def test_nobody_else_is_told_and_nobody_else_can_dismiss(pages: Pages) -> None:
    document_id, review_id = hold(pages)
    for person_id in (office.DIRECTOR, office.IT_DEPUTY_HEAD, office.NOBODY):
        assert notices(pages.browser(person_id).get("/inbox").text) == []
        assert acknowledge(pages, person_id, document_id, review_id, "opened").status_code >= 400
    assert len(notices(pages.browser(office.IT_HEAD).get("/inbox").text)) == 1
