"""Being excused from an answer: asked by who owes it, decided by who asked for it (Article 9.6)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.fixtures import office
from tests.fixtures.acting import Acting

DUC, NAM, HEAD, DIRECTOR = office.IT_SPECIALIST, office.SECOND_IT_SPECIALIST, office.IT_HEAD, office.DIRECTOR
IT, POST = f"unit:{office.IT_UNIT}", f"unit:{office.POST_UNIT}"
REASON = {"reason": "Đã báo cáo trực tiếp tại cuộc họp ngày 20/11"}


@pytest.fixture
def owed(acting: Acting) -> str:
    """Give a document for which the director asks for an answer to two divisions; one gave it to a specialist."""
    document_id = acting.registers()
    asked = {"simultaneous": [IT, POST], "directive": "Trả lời", "is_answer_required": True}
    assert acting.does(DIRECTOR, "Assign", document_id, **asked)["status"] == "applied"
    assert acting.does(HEAD, "Assign", document_id, lead=f"person:{DUC}", directive="Dự thảo")["status"] == "applied"
    return document_id


def card_of(acting: Acting, person_id: str, document_id: str) -> dict[str, Any]:
    """Return the card that a person has."""
    card = acting.card(person_id, document_id)
    assert card is not None
    return card


def asks(acting: Acting, document_id: str, person_id: str = DUC, **more: Any) -> str:
    """Let somebody ask to be excused, and return the id of the request."""
    receipt = acting.does(person_id, "RequestExcuse", document_id, **{**REASON, **more})
    assert receipt["status"] == "applied", receipt
    return str(receipt["action_id"])


def decides(acting: Acting, document_id: str, request_id: str, *, is_granted: bool, by: str = DIRECTOR) -> Any:
    """Let somebody decide on a request."""
    fields = {"request_id": request_id, "is_granted": is_granted, "note": "Đã rõ"}
    return acting.does(by, "DecideExcuse", document_id, **fields)


def concludes(acting: Acting, document_id: str, person_id: str = DUC) -> Any:
    """Let somebody finish."""
    return acting.does(person_id, "Conclude", document_id, new_case_file_title="Hồ sơ", result="Xong")


def test_who_asked_for_the_answer_decides_and_nobody_below(acting: Acting, owed: str) -> None:
    request_id = asks(acting, owed)
    part = card_of(acting, DUC, owed)["my_assignment"]
    assert part["excuse"] == {
        "request_id": request_id,
        "state": "open",
        "asked_by_name": office.name_of(DUC),
        **REASON,
    }
    assert concludes(acting, owed)["reason"] == "answer_needed", "asking is not being excused"
    for person_id in (DUC, NAM, HEAD, office.POST_HEAD, office.IT_DEPUTY_HEAD):
        card = acting.card(person_id, owed)
        assert card is None or "decide_excuse" not in card["allowed_actions"], person_id
        refused = decides(acting, owed, request_id, is_granted=True, by=person_id)
        assert refused["status"] == "refused", person_id
    card = card_of(acting, DIRECTOR, owed)
    assert (card["list"], "decide_excuse" in card["allowed_actions"]) == ("to_decide", True)
    assert decides(acting, owed, request_id, is_granted=True)["status"] == "applied"
    card = card_of(acting, DIRECTOR, owed)
    assert card["list"] != "to_decide"
    told = card["timeline"][-1]
    assert (told["event"], told["details"]["decision"], told["text"]) == ("ExcuseDecided", "granted", "Đã rõ")
    part = card_of(acting, DUC, owed)["my_assignment"]
    assert (part["needs_answer"], part["excuse"]["state"]) == (False, "granted")
    assert concludes(acting, owed)["status"] == "applied"


def test_the_other_division_still_owes_its_answer(acting: Acting, owed: str) -> None:
    assert decides(acting, owed, asks(acting, owed), is_granted=True)["status"] == "applied"
    rows = {row["target"]: row.get("needs_answer", False) for row in acting.record(owed)["assignments"]}
    assert (rows[IT], rows[f"person:{DUC}"], rows[POST]) == (False, False, True)
    assert concludes(acting, owed, office.POST_HEAD)["reason"] == "answer_needed"
    # who gets the work from the excused division owes nothing, either
    given = acting.does(HEAD, "Assign", owed, lead=f"person:{NAM}", directive="Lưu hồ sơ")
    assert given["status"] == "applied", given
    assert concludes(acting, owed, NAM)["status"] == "applied"


def test_refused_it_is_still_owed_and_can_be_asked_again(acting: Acting, owed: str) -> None:
    assert decides(acting, owed, asks(acting, owed), is_granted=False)["status"] == "applied"
    card = card_of(acting, DUC, owed)
    part = card["my_assignment"]
    assert (part["needs_answer"], part["excuse"]["state"]) == (True, "refused")
    assert card["timeline"][-1]["details"]["decision"] == "refused"
    assert concludes(acting, owed)["reason"] == "answer_needed"
    first = asks(acting, owed)
    second = asks(acting, owed, reason="Cơ quan gửi đã rút đề nghị")
    late = decides(acting, owed, first, is_granted=True)
    assert (late["status"], late["reason"]) == ("refused", "wrong_state"), "another one took its place"
    assert decides(acting, owed, second, is_granted=True)["status"] == "applied"


def test_of_two_who_asked_one_decision_answers_both(acting: Acting, owed: str) -> None:
    of_head = asks(acting, owed, HEAD)
    of_specialist = asks(acting, owed)
    assert decides(acting, owed, of_specialist, is_granted=True)["status"] == "applied"
    assert card_of(acting, HEAD, owed)["my_assignment"]["excuse"]["state"] == "granted"
    assert "decide_excuse" not in card_of(acting, DIRECTOR, owed)["allowed_actions"]
    late = decides(acting, owed, of_head, is_granted=False)
    assert (late["status"], late["reason"]) in (("refused", "wrong_state"), ("refused", "not_allowed"))


def test_what_a_head_asked_for_the_head_excuses(acting: Acting, assigned: str) -> None:
    asked = {"lead": f"person:{DUC}", "directive": "Trả lời", "is_answer_required": True}
    assert acting.does(HEAD, "Assign", assigned, **asked)["status"] == "applied"
    request_id = asks(acting, assigned)
    assert "decide_excuse" not in card_of(acting, DIRECTOR, assigned)["allowed_actions"]
    assert decides(acting, assigned, request_id, is_granted=True, by=HEAD)["status"] == "applied"
    assert concludes(acting, assigned)["status"] == "applied"


def test_asked_for_again_after_it_was_excused_it_is_owed_again(acting: Acting, owed: str) -> None:
    assert decides(acting, owed, asks(acting, owed), is_granted=True)["status"] == "applied"
    again = {"simultaneous": [IT, POST], "directive": "Phải trả lời", "is_answer_required": True}
    assert acting.does(DIRECTOR, "Assign", owed, **again)["status"] == "applied"
    assert concludes(acting, owed)["reason"] == "answer_needed"


def test_who_owes_nothing_asks_for_nothing(acting: Acting, assigned: str) -> None:
    assert "request_excuse" not in card_of(acting, HEAD, assigned)["allowed_actions"]
    receipt = acting.does(HEAD, "RequestExcuse", assigned, **REASON)
    assert (receipt["status"], receipt["reason"]) == ("refused", "not_allowed")
    stranger = acting.does(office.NOBODY, "RequestExcuse", assigned, **REASON)
    assert (stranger["status"], stranger["reason"]) == ("refused", "not_found")


def test_a_request_from_a_phone_that_was_excused_meanwhile_asks_for_nothing(acting: Acting, owed: str) -> None:
    seen = acting.record(owed)["version"]
    assert decides(acting, owed, asks(acting, owed, HEAD), is_granted=True)["status"] == "applied"
    receipt = acting.does(DUC, "RequestExcuse", owed, seen=seen, device_id="device-dien-thoai", **REASON)
    assert (receipt["status"], receipt["reason"]) == ("merged", "excuse_decided_meanwhile")
    assert "decide_excuse" not in card_of(acting, DIRECTOR, owed)["allowed_actions"]


def test_what_is_finished_with_an_answer_waits_for_no_decision(acting: Acting, owed: str) -> None:
    asks(acting, owed)
    draft_id = acting.drafts(owed)
    bound = {"version_sha256": acting.record(draft_id)["versions"][-1]["sha256"]}
    acting.does(DUC, "SubmitDraft", draft_id, to_person=HEAD, **bound)
    acting.does(HEAD, "SubmitToLeader", draft_id, leader_id=DIRECTOR, **bound)
    agreed = {"is_content_approved": True, "is_form_approved": True}
    assert acting.does(DIRECTOR, "Approve", draft_id, **bound, **agreed)["status"] == "applied"
    assert concludes(acting, owed)["status"] == "applied"
    assert "decide_excuse" not in card_of(acting, DIRECTOR, owed)["allowed_actions"]
    undone = acting.record(owed)["events"][-1]["action_id"]
    assert acting.does(DUC, "UndoAct", owed, undone=undone)["status"] == "applied"
    assert "decide_excuse" in card_of(acting, DIRECTOR, owed)["allowed_actions"], "taken back, it waits again"


def test_a_decision_taken_on_a_train_does_not_undo_a_later_one(acting: Acting, owed: str) -> None:
    request_id = asks(acting, owed)
    seen = acting.record(owed)["version"]
    assert decides(acting, owed, request_id, is_granted=True)["status"] == "applied"
    fields = {"request_id": request_id, "is_granted": False, "note": ""}
    late = acting.does(DIRECTOR, "DecideExcuse", owed, seen=seen, device_id="device-dien-thoai", **fields)
    assert (late["status"], late["reason"]) == ("merged", "excuse_decided_meanwhile")
    assert card_of(acting, DUC, owed)["my_assignment"]["needs_answer"] is False
