"""A refused act is done anew in one step: its own author finds the form as it was, and nobody else does."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest

from tests.fixtures import office
from tests.web.conftest import Controls, Pages, controls, form, path, section

PHONE = "device-dien-thoai"


@pytest.fixture
def refused(pages: Pages) -> tuple[str, str]:
    """Give a document and the director's assignment of it that was refused."""
    document_id = pages.presented()
    receipt = pages.acting.does(
        office.DIRECTOR,
        "Assign",
        document_id,
        device_id=PHONE,
        directive="Lời không mất",
        lead="unit:khong-co",
        collaborating=[f"unit:{office.IT_UNIT}"],
        due_on="2026-12-01",
    )
    assert receipt["status"] == "refused"
    pages.catch_up()
    return document_id, receipt["action_id"]


def held_by(part: str) -> dict[str, str]:
    """Return what the controls of a part of a page hold."""
    parser = Controls()
    parser.feed(part)
    return parser.values


def link(pages: Pages, person_id: str) -> str:
    """Return where the button of the one refused act leads; empty when there is none."""
    found = re.search(r'<a class="btn btn-main" href="([^"#]+)', pages.browser(person_id).get("/outbox").text)
    return html.unescape(found[1]) if found else ""


def test_the_form_comes_filled_on_the_newest_version_under_a_new_id(pages: Pages, refused: tuple[str, str]) -> None:
    document_id, action_id = refused
    pages.acting.does(office.DIRECTOR, "AddComment", document_id, text="Thêm")
    address = link(pages, office.DIRECTOR)
    assert address == f"{path(document_id)}?form=assign&from={action_id}"
    browser = pages.browser(office.DIRECTOR)
    answer = browser.get(address)
    assigning = section(answer.text, 'id="act-assign"', "</form>")
    values = held_by(assigning)
    assert (values["directive"], values["due_on"]) == ("Lời không mất", "2026-12-01")
    assert values["replaces"] == action_id
    assert values["action_id"] != action_id
    assert values["seen_version"] == str(pages.acting.record(document_id)["version"])
    it = f"unit:{office.IT_UNIT}"
    assert re.search(rf'name="collaborating" value="{it}"[^>]* checked', answer.text)
    data = form(
        int(values["seen_version"]), values["action_id"], replaces=action_id, directive=values["directive"], lead=it
    )
    assert browser.post(path(document_id, "assign"), data=data).status_code == 303
    assert pages.acting.record(document_id)["events"][-1]["replaces"] == action_id
    assert link(pages, office.DIRECTOR) == ""
    assert "Đã làm lại thành việc mới" in browser.get("/outbox").text


def test_a_form_that_comes_back_with_errors_still_knows_what_it_replaces(
    pages: Pages, refused: tuple[str, str]
) -> None:
    document_id, action_id = refused
    data = form(2, replaces=action_id, directive="", lead="")
    answer = pages.browser(office.DIRECTOR).post(path(document_id, "assign"), data=data)
    assert answer.status_code == 422
    assert controls(answer)["replaces"] == action_id
    assert link(pages, office.DIRECTOR) != "", "it was not done anew"


@pytest.mark.parametrize("person_id", [office.DEPUTY, office.CLERK, office.NOBODY])
def test_another_person_finds_nothing_of_it(pages: Pages, refused: tuple[str, str], person_id: str) -> None:
    document_id, action_id = refused
    answer = pages.browser(person_id).get(f"{path(document_id)}?form=assign&from={action_id}")
    assert "Lời không mất" not in answer.text
    assert answer.status_code == (404 if person_id == office.NOBODY else 200)
    if person_id == office.DEPUTY:  # who may assign, but cannot mark the director's act as replaced
        data = form(2, replaces=action_id, directive="Của tôi", lead=f"unit:{office.IT_UNIT}")
        pages.browser(person_id).post(path(document_id, "assign"), data=data)
        assert "replaced_by" not in pages.acting.services.records.get(f"refusal:{action_id}")


def test_an_act_that_is_no_longer_open_says_so_and_keeps_the_words(pages: Pages, refused: tuple[str, str]) -> None:
    document_id, action_id = refused
    pages.acting.does(office.DIRECTOR, "Conclude", document_id, new_case_file_title="Hồ sơ")
    pages.catch_up()
    assert link(pages, office.DIRECTOR) == ""
    outbox = pages.browser(office.DIRECTOR).get("/outbox").text
    assert "Không làm lại được" in outbox
    assert "Lời không mất" in outbox
    shown = pages.browser(office.DIRECTOR).get(f"{path(document_id)}?form=assign&from={action_id}").text
    assert "Thao tác “Chuyển xử lý” hiện không được phép" in shown
    assert "Lời không mất" in shown


def test_a_document_that_is_out_of_sight_leads_to_where_the_words_are(pages: Pages) -> None:
    acting = pages.acting
    document_id = pages.presented()
    acting.does(office.DIRECTOR, "Assign", document_id, lead=f"unit:{office.IT_UNIT}", directive="Tham mưu")
    receipt = acting.does(
        office.IT_HEAD, "Assign", document_id, device_id=PHONE, directive="Của tôi", lead="unit:khong-co"
    )
    acting.does(office.DIRECTOR, "Assign", document_id, lead=f"unit:{office.POST_UNIT}", directive="BCVT chủ trì")
    pages.catch_up()
    address = f"{path(document_id)}?form=assign&from={receipt['action_id']}"
    answer = pages.browser(office.IT_HEAD).get(address)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/outbox")
    outbox = pages.browser(office.IT_HEAD).get("/outbox").text
    assert "Không làm lại được" in outbox
    assert "Của tôi" in outbox
    assert pages.browser(office.PRESS_HEAD).get(address).status_code == 404


def test_a_refused_case_file_is_done_anew(pages: Pages) -> None:
    acting = pages.acting
    receipt = acting.does(
        office.NOBODY, "CreateCaseFile", None, device_id=PHONE, title="Hồ sơ của tôi", notation="01/CNTT"
    )
    assert receipt["status"] == "refused"
    assert link(pages, office.NOBODY) == ""
    person = acting.services.accounts.get(f"person:{office.NOBODY}")
    role = {"role": "specialist", "from_at": acting.clock.now(), "until_at": None}
    acting.services.accounts.put({**person, "roles": [role]})
    acting.clock.move(minutes=1)
    address = link(pages, office.NOBODY)
    values = controls(pages.browser(office.NOBODY).get(address))
    assert (values["title"], values["replaces"]) == ("Hồ sơ của tôi", receipt["action_id"])


@pytest.mark.parametrize("fields", [{"text": 7}, {"text": ["a"], "file": 5}, [1], None, {"lead": {"a": 1}}])
def test_what_was_refused_for_its_shape_breaks_no_page(pages: Pages, fields: Any) -> None:
    """A device may send anything; its author still gets the page."""
    command = {"command": "AddComment", "document_id": pages.presented(), "fields": fields, "app_version": "x"}
    receipt = {"action_id": "act-of-a-broken-app", "command": "AddComment", "actor_id": office.DIRECTOR}
    receipt |= {"status": "refused", "reason": "bad_value", "details": {}, "document_id": command["document_id"]}
    receipt |= {"version": None, "acted_at": "", "received_at": office.NOW_AT}
    pages.acting.services.records.put(
        {
            "_id": "refusal:act-of-a-broken-app",
            "kind": "refusal",
            "actor_id": office.DIRECTOR,
            "command": command,
            "receipt": receipt,
            "updated_at": office.NOW_AT,
        }
    )
    assert pages.browser(office.DIRECTOR).get("/outbox").status_code == 200
    address = f"{path(command['document_id'])}?form=add_comment&from=act-of-a-broken-app"
    assert pages.browser(office.DIRECTOR).get(address).status_code == 200


def test_a_form_of_a_page_from_before_the_update_is_read_as_it_was_meant(pages: Pages) -> None:
    """The page was open while the server was renewed: `target` is `return_to` now."""
    _, draft_id = pages.drafted()
    acting = pages.acting
    sha256 = acting.record(draft_id)["versions"][-1]["sha256"]
    acting.does(office.IT_SPECIALIST, "SubmitDraft", draft_id, to_person=office.IT_HEAD, version_sha256=sha256)
    acting.does(office.IT_HEAD, "SubmitToLeader", draft_id, leader_id=office.DIRECTOR, version_sha256=sha256)
    data = form(acting.record(draft_id)["version"], reason="Bổ sung", target="division")
    assert pages.browser(office.DIRECTOR).post(path(draft_id, "return-draft"), data=data).status_code == 303
    assert acting.record(draft_id)["state"] == "with_division"


def test_an_entry_that_was_refused_its_number_is_done_anew_in_the_register_form(pages: Pages) -> None:
    entry = {"sender": "Sở Nội vụ", "number": "55/SNV", "subject": "Mời họp", "signer_name": "Trần Văn Bình"}
    file = pages.acting.has_file(office.CLERK, "Giấy mời")
    receipt = pages.acting.does(office.CLERK, "RegisterIncoming", device_id=PHONE, **entry, file=file)
    assert (receipt["status"], receipt["reason"]) == ("refused", "subject_too_thin")
    pages.catch_up()
    address = link(pages, office.CLERK)
    assert address == f"/incoming/new?from={receipt['action_id']}"
    browser = pages.browser(office.CLERK)
    answer = browser.get(address)
    values = controls(answer)
    assert (values["sender"], values["signer_name"], values["replaces"]) == (
        "Sở Nội vụ",
        "Trần Văn Bình",
        receipt["action_id"],
    )
    assert values["file_sha256"] == file["sha256"]
    assert "Mời họp" in answer.text
    # the form that comes back once more still knows what it replaces, and the one that is taken says so
    again = browser.post("/incoming", data={**values, "subject": "Mời họp"})
    assert (again.status_code, controls(again)["replaces"]) == (422, receipt["action_id"])
    full = "Sở Nội vụ mời họp ngày 25/11/2026 về tổng kết cải cách hành chính"
    assert browser.post("/incoming", data={**controls(again), "subject": full}).status_code == 303
    assert link(pages, office.CLERK) == ""
    for person_id in (office.DIRECTOR, office.NOBODY):
        other = pages.browser(person_id).get(address)
        assert "Sở Nội vụ" not in other.text
    assert receipt["action_id"] not in pages.browser(office.ADMINISTRATOR).get(address).text
