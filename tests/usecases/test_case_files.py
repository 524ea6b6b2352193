"""Work case files: a document in several of them without copying, collaborators' own, closing and opening (9.6)."""

from __future__ import annotations

from typing import Any

import pytest

from server.usecases.case_file_contents import contents
from tests.fixtures import office
from tests.fixtures.acting import Acting

SPECIALIST, COLLEAGUE = office.IT_SPECIALIST, office.SECOND_IT_SPECIALIST


def opened(acting: Acting, person_id: str = SPECIALIST, title: str = "Hồ sơ chuyển đổi số") -> str:
    """Let somebody open a case file."""
    receipt = acting.does(person_id, "CreateCaseFile", title=title)
    assert receipt["status"] == "applied", receipt
    return str(receipt["document_id"])


def files(acting: Acting, case_file_id: str, document_id: str, by: str = SPECIALIST, **more: Any) -> dict[str, Any]:
    """Let somebody put a document into a case file."""
    return acting.does(by, "FileDocument", case_file_id, document=document_id, **more)


def inside(acting: Acting, case_file_id: str, person_id: str = SPECIALIST) -> list[str]:
    """Return what is in a file, as its contents list and as its owner's inbox have it; both say the same."""
    acting.services.fanout.catch_up()
    found = contents(acting.services, person_id, case_file_id, "Sở")
    assert found is not None
    listed = sorted(one.record["_id"] for one in found.entries)
    card = acting.services.store.database(f"inbox_{person_id}").get(case_file_id)
    assert card is not None
    assert sorted(one["_id"] for one in card["documents"]) == listed
    return listed


def test_a_document_is_in_several_files_without_being_copied(acting: Acting, passed_on: str) -> None:
    first, second = opened(acting), opened(acting, title="Hồ sơ báo cáo quý")
    assert files(acting, second, passed_on)["status"] == "applied"
    acting.does(SPECIALIST, "Conclude", passed_on, case_file_id=first, result="Xong")
    assert inside(acting, first) == inside(acting, second) == [passed_on]
    acting.does(SPECIALIST, "UnfileDocument", second, document=passed_on)
    assert inside(acting, second) == []
    assert inside(acting, first) == [passed_on]


def test_the_list_of_a_file_follows_what_becomes_of_a_document(acting: Acting, passed_on: str) -> None:
    case_file_id = opened(acting)
    files(acting, case_file_id, passed_on)
    acting.services.fanout.catch_up()
    acting.does(SPECIALIST, "TakeOn", passed_on)
    acting.services.fanout.catch_up()
    card = acting.services.store.database(f"inbox_{SPECIALIST}").get(case_file_id)
    assert card is not None
    assert [one["state"] for one in card["documents"]] == ["in_progress"]


def test_a_collaborator_s_own_file_has_what_they_concluded(acting: Acting) -> None:
    document_id = acting.registers()
    both = {"lead": f"person:{SPECIALIST}", "collaborating": [f"person:{COLLEAGUE}"], "directive": "Cùng làm"}
    acting.does(office.DIRECTOR, "Assign", document_id, **both)
    led, helped = opened(acting), opened(acting, COLLEAGUE, "Hồ sơ phối hợp")
    receipt = acting.does(COLLEAGUE, "Conclude", document_id, case_file_id=helped, result="Đã góp ý")
    assert receipt["status"] == "applied"
    acting.does(SPECIALIST, "Conclude", document_id, case_file_id=led, result="Xong")
    assert inside(acting, led) == [document_id]
    assert inside(acting, helped, COLLEAGUE) == [document_id]
    assert acting.record(document_id)["case_file_id"] == led


def test_a_collaborator_may_open_a_file_for_it(acting: Acting) -> None:
    document_id = acting.registers()
    both = {"lead": f"person:{SPECIALIST}", "collaborating": [f"person:{COLLEAGUE}"], "directive": "Cùng làm"}
    acting.does(office.DIRECTOR, "Assign", document_id, **both)
    done = acting.does(COLLEAGUE, "Conclude", document_id, new_case_file_title="Hồ sơ phối hợp", result="Xong")
    acting.does(SPECIALIST, "Conclude", document_id, new_case_file_title="Hồ sơ chính", result="Xong")
    assert inside(acting, f"case_file:{done['action_id']}", COLLEAGUE) == [document_id]


def test_a_closed_file_takes_nothing_until_it_is_opened_again(acting: Acting, passed_on: str) -> None:
    case_file_id = opened(acting)
    assert acting.does(SPECIALIST, "CloseCaseFile", case_file_id, note="Xong việc")["status"] == "applied"
    assert files(acting, case_file_id, passed_on)["reason"] == "wrong_state"
    into = acting.does(SPECIALIST, "Conclude", passed_on, case_file_id=case_file_id, result="Xong")
    assert (into["status"], into["reason"]) == ("refused", "case_file_closed")
    assert acting.does(SPECIALIST, "ReopenCaseFile", case_file_id, reason="Bổ sung")["status"] == "applied"
    assert files(acting, case_file_id, passed_on)["status"] == "applied"
    events = [one["event"] for one in acting.record(case_file_id)["events"]]
    assert events == ["CaseFileCreated", "CaseFileClosed", "CaseFileReopened", "DocumentFiled"]


def test_nobody_files_into_another_s_file_nor_what_they_may_not_see(acting: Acting, passed_on: str) -> None:
    mine, other = opened(acting), opened(acting, office.PRESS_HEAD, "Hồ sơ báo chí")
    assert files(acting, mine, passed_on, by=office.PRESS_HEAD)["reason"] == "not_found"
    assert files(acting, mine, passed_on, by=office.NOBODY)["reason"] == "not_found"
    assert files(acting, mine, passed_on, by=office.DIRECTOR)["reason"] == "not_allowed", "who sees it does not keep it"
    assert files(acting, other, passed_on, by=office.PRESS_HEAD)["reason"] == "no_such_document"
    assert files(acting, mine, mine)["reason"] == "no_such_document"
    for command, fields in (("CloseCaseFile", {}), ("UnfileDocument", {"document": passed_on})):
        assert acting.does(office.PRESS_HEAD, command, mine, **fields)["status"] == "refused"


def test_what_its_owner_may_no_longer_see_is_not_shown_in_it(acting: Acting, passed_on: str) -> None:
    case_file_id = opened(acting)
    files(acting, case_file_id, passed_on)
    assert inside(acting, case_file_id) == [passed_on]
    acting.does(SPECIALIST, "ReturnAssignment", passed_on, reason="Nhầm người")
    assert inside(acting, case_file_id) == []
    # and is, as soon as it is theirs again
    acting.does(office.IT_HEAD, "Assign", passed_on, lead=f"person:{SPECIALIST}", directive="Làm tiếp")
    assert inside(acting, case_file_id) == [passed_on]


@pytest.mark.parametrize("again", ["filed", "concluded"])
def test_what_is_in_it_is_not_put_in_again(acting: Acting, passed_on: str, again: str) -> None:
    case_file_id = opened(acting)
    if again == "filed":
        files(acting, case_file_id, passed_on)
    else:
        acting.does(SPECIALIST, "Conclude", passed_on, case_file_id=case_file_id, result="Xong")
    assert files(acting, case_file_id, passed_on)["reason"] == "filed_already"


def test_it_is_done_from_a_device_that_has_not_seen_the_file(acting: Acting, passed_on: str) -> None:
    case_file_id = opened(acting)
    assert files(acting, case_file_id, passed_on, device_id="device-dien-thoai", seen=0)["status"] == "applied"
