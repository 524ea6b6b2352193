"""An answer that is asked for: whoever handles the document does not finish without one (Article 9.6)."""

from __future__ import annotations

from typing import Any

from tests.fixtures import office
from tests.fixtures.acting import Acting

IT = f"unit:{office.IT_UNIT}"
SPECIALIST = f"person:{office.IT_SPECIALIST}"


def asked(acting: Acting, **more: Any) -> str:
    """Give a document for which the director asks for an answer, with a specialist."""
    document_id = acting.registers()
    first = {"lead": IT, "directive": "Tham mưu trả lời", "is_answer_required": True, **more}
    assert acting.does(office.DIRECTOR, "Assign", document_id, **first)["status"] == "applied"
    acting.does(office.IT_HEAD, "Assign", document_id, lead=SPECIALIST, directive="Dự thảo")
    return document_id


def concludes(acting: Acting, document_id: str, **more: Any) -> dict[str, Any]:
    """Let the specialist finish."""
    fields = {"new_case_file_title": "Hồ sơ", "result": "Xong", **more}
    return acting.does(office.IT_SPECIALIST, "Conclude", document_id, **fields)


def test_without_an_answer_it_is_not_finished(acting: Acting) -> None:
    document_id = asked(acting)
    card = acting.card(office.IT_SPECIALIST, document_id)
    assert card is not None
    assert card["my_assignment"]["needs_answer"], "what is asked for from above is owed below"
    receipt = concludes(acting, document_id)
    assert (receipt["status"], receipt["reason"]) == ("refused", "answer_needed")


def test_a_draft_that_is_not_approved_is_no_answer_yet(acting: Acting) -> None:
    document_id = asked(acting)
    draft_id = acting.drafts(document_id)
    assert concludes(acting, document_id)["reason"] == "answer_needed"
    bound = {"version_sha256": acting.record(draft_id)["versions"][-1]["sha256"]}
    acting.does(office.IT_SPECIALIST, "SubmitDraft", draft_id, to_person=office.IT_HEAD, **bound)
    acting.does(office.IT_HEAD, "SubmitToLeader", draft_id, leader_id=office.DIRECTOR, **bound)
    agreed = {"is_content_approved": True, "is_form_approved": True}
    assert acting.does(office.DIRECTOR, "Approve", draft_id, **bound, **agreed)["status"] == "applied"
    assert concludes(acting, document_id)["status"] == "applied"


def test_who_only_helps_or_is_told_owes_nothing(acting: Acting) -> None:
    document_id = asked(acting, collaborating=[f"unit:{office.POST_UNIT}"], informed=[f"unit:{office.PRESS_UNIT}"])
    owed = {row["target"]: row.get("needs_answer", False) for row in acting.record(document_id)["assignments"]}
    assert owed[f"unit:{office.POST_UNIT}"] is False
    assert owed[f"unit:{office.PRESS_UNIT}"] is False
    fields = {"new_case_file_title": "Hồ sơ", "result": "Đã góp ý"}
    assert acting.does(office.POST_HEAD, "Conclude", document_id, **fields)["status"] == "applied"


def test_it_goes_along_when_the_work_is_handed_over(acting: Acting) -> None:
    document_id = asked(acting)
    colleague = office.SECOND_IT_SPECIALIST
    acting.does(office.IT_SPECIALIST, "HandOver", document_id, to_person=colleague, reason="Nghỉ phép")
    card = acting.card(colleague, document_id)
    assert card is not None
    assert card["my_assignment"]["needs_answer"]


def test_asked_for_again_it_is_owed_by_who_has_it_already(acting: Acting, assigned: str) -> None:
    fields = {"lead": IT, "directive": "Tham mưu", "is_answer_required": True}
    assert acting.does(office.DIRECTOR, "Assign", assigned, **fields)["status"] == "applied"
    card = acting.card(office.IT_HEAD, assigned)
    assert card is not None
    assert card["my_assignment"]["needs_answer"]


def test_asked_for_later_it_is_owed_further_down(acting: Acting, assigned: str) -> None:
    acting.does(office.IT_HEAD, "Assign", assigned, lead=SPECIALIST, directive="Dự thảo")
    fields = {"lead": IT, "directive": "Tham mưu", "is_answer_required": True}
    assert acting.does(office.DIRECTOR, "Assign", assigned, **fields)["status"] == "applied"
    card = acting.card(office.IT_SPECIALIST, assigned)
    assert card is not None
    assert card["my_assignment"]["needs_answer"]
    assert concludes(acting, assigned)["reason"] == "answer_needed"
