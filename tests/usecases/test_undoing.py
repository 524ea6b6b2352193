"""Taking back one's own last act while nobody has seen it whom it concerns: what stood before stands again (12.4)."""

from __future__ import annotations

from typing import Any

import pytest

from server.domain.records import assignments_at
from server.usecases import openings
from server.usecases.openings import Opening
from server.web.slip import parts_of
from tests.fixtures import office
from tests.fixtures.acting import Acting

IT, POST = f"unit:{office.IT_UNIT}", f"unit:{office.POST_UNIT}"
DIRECTOR, HEAD, SPECIALIST = office.DIRECTOR, office.IT_HEAD, office.IT_SPECIALIST


def undoes(acting: Acting, person_id: str, document_id: str, undone: str) -> dict[str, Any]:
    """Let a person take an act back."""
    return acting.does(person_id, "UndoAct", document_id, undone=undone)


def opens(acting: Acting, person_id: str, document_id: str) -> None:
    """Let a person have the document on the screen as it is now."""
    version = acting.record(document_id)["version"]
    openings.note(acting.services, person_id, [Opening(document_id, version, acting.clock.now())])


def stands(acting: Acting, document_id: str) -> list[tuple[Any, ...]]:
    """Return what of the rows people see."""
    keys = ("assignment_id", "parent_id", "role", "target", "person_id", "directive", "due_on", "state", "case_file_id")
    return sorted(tuple(row[key] for key in keys) for row in assignments_at(acting.record(document_id)))


def lists_of(acting: Acting, document_id: str) -> dict[str, str | None]:
    """Return in which list everybody has the document."""
    cards = {one: acting.card(one, document_id) for one in (DIRECTOR, HEAD, SPECIALIST, office.POST_HEAD)}
    return {person_id: card["list"] if card else None for person_id, card in cards.items()}


ACTS: dict[str, tuple[str, str, dict[str, Any]]] = {
    "to another leader": (office.CLERK, "PresentToLeader", {"leader_id": office.DEPUTY}),
    "first transfer": (DIRECTOR, "Assign", {"lead": IT, "directive": "Tham mưu", "type": "BC", "due_on": "2026-12-01"}),
    "transfer to another": (DIRECTOR, "Assign", {"lead": POST, "directive": "Chuyển phòng Bưu chính"}),
    "other words": (DIRECTOR, "Assign", {"lead": IT, "directive": "Làm ngay", "due_on": "2026-11-27"}),
    "passed on": (HEAD, "Assign", {"lead": f"person:{SPECIALIST}", "directive": "Dự thảo"}),
    "taken on": (HEAD, "TakeOn", {}),
    "returned": (HEAD, "ReturnAssignment", {"reason": "Không thuộc phòng"}),
    "handed over": (SPECIALIST, "HandOver", {"to_person": office.SECOND_IT_SPECIALIST, "reason": "Nghỉ phép"}),
    "concluded": (SPECIALIST, "Conclude", {"new_case_file_title": "Hồ sơ", "result": "Xong"}),
}
BEFORE: dict[str, list[tuple[str, str, dict[str, Any]]]] = {
    "to another leader": [],
    "first transfer": [],
    **{key: [ACTS["first transfer"]] for key in ("transfer to another", "other words", "passed on")},
    **{key: [ACTS["first transfer"]] for key in ("taken on", "returned")},
    **{key: [ACTS["first transfer"], ACTS["passed on"]] for key in ("handed over", "concluded")},
}


@pytest.mark.parametrize("name", ACTS)
def test_what_stood_before_stands_again(acting: Acting, name: str) -> None:
    document_id = acting.registers()
    for person_id, command, fields in BEFORE[name]:
        assert acting.does(person_id, command, document_id, **fields)["status"] == "applied"
    was, were = acting.record(document_id), stands(acting, document_id)
    listed = lists_of(acting, document_id)
    person_id, command, fields = ACTS[name]
    done = acting.does(person_id, command, document_id, **fields)
    assert done["status"] == "applied", done
    assert stands(acting, document_id) != were
    receipt = undoes(acting, person_id, document_id, done["action_id"])
    assert receipt["status"] == "applied", receipt
    now = acting.record(document_id)
    assert stands(acting, document_id) == were
    assert lists_of(acting, document_id) == listed
    for key in ("state", "type", "field", "due_on", "leader_id", "case_file_id"):
        assert now[key] == was[key], key
    assert [one["event"] for one in now["events"][-2:]] == [now["events"][-2]["event"], "ActUndone"]
    assert now["events"][-2]["action_id"] == done["action_id"]


def test_the_same_act_can_be_done_again_after_it(acting: Acting, assigned: str) -> None:
    first = acting.does(HEAD, "Assign", assigned, lead=f"person:{SPECIALIST}", directive="Dự thảo")
    undoes(acting, HEAD, assigned, first["action_id"])
    again = acting.does(HEAD, "Assign", assigned, lead=f"person:{office.SECOND_IT_SPECIALIST}", directive="Dự thảo")
    assert again["status"] == "applied"
    assert acting.card(office.SECOND_IT_SPECIALIST, assigned) is not None
    assert undoes(acting, HEAD, assigned, again["action_id"])["status"] == "applied"
    assert acting.card(office.SECOND_IT_SPECIALIST, assigned) is None
    concluded = acting.does(HEAD, "Conclude", assigned, new_case_file_title="Hồ sơ", result="Xong")
    assert concluded["status"] == "applied"


def test_who_received_it_and_has_looked_ends_it(acting: Acting, assigned: str) -> None:
    done = acting.does(HEAD, "Assign", assigned, lead=f"person:{SPECIALIST}", directive="Dự thảo")
    opens(acting, SPECIALIST, assigned)
    receipt = undoes(acting, HEAD, assigned, done["action_id"])
    assert (receipt["status"], receipt["reason"]) == ("refused", "undo_too_late")
    assert receipt["details"]["name"] == office.name_of(SPECIALIST)
    assert acting.card(SPECIALIST, assigned) is not None


def test_a_deputy_head_who_has_looked_ends_it_as_well(acting: Acting) -> None:
    document_id = acting.registers()
    done = acting.does(DIRECTOR, "Assign", document_id, lead=IT, directive="Tham mưu")
    opens(acting, office.IT_DEPUTY_HEAD, document_id)
    assert undoes(acting, DIRECTOR, document_id, done["action_id"])["reason"] == "undo_too_late"


def test_who_only_oversees_or_looked_before_does_not_end_it(acting: Acting, assigned: str) -> None:
    opens(acting, SPECIALIST, assigned)
    done = acting.does(HEAD, "Assign", assigned, lead=f"person:{SPECIALIST}", directive="Dự thảo")
    opens(acting, DIRECTOR, assigned)
    opens(acting, office.CLERK, assigned)
    opens(acting, office.CHIEF_OF_OFFICE, assigned)
    opens(acting, HEAD, assigned)
    assert undoes(acting, HEAD, assigned, done["action_id"])["status"] == "applied"


def test_words_and_scans_since_do_not_stand_in_its_way_an_act_does(acting: Acting, assigned: str) -> None:
    done = acting.does(HEAD, "Assign", assigned, lead=f"person:{SPECIALIST}", directive="Dự thảo")
    acting.does(HEAD, "AddComment", assigned, text="Chuyển nhầm")
    acting.does(SPECIALIST, "TakeOn", assigned)
    receipt = undoes(acting, HEAD, assigned, done["action_id"])
    assert (receipt["status"], receipt["reason"]) == ("refused", "undo_not_last")


def test_nobody_takes_back_what_another_did(acting: Acting, assigned: str) -> None:
    action_id = acting.record(assigned)["events"][-1]["action_id"]
    for person_id, reason in (
        (office.DEPUTY, "not_allowed"),
        (office.CLERK, "not_allowed"),
        (office.NOBODY, "not_found"),
    ):
        receipt = undoes(acting, person_id, assigned, action_id)
        assert (receipt["status"], receipt["reason"]) == ("refused", reason)


def test_twice_is_once(acting: Acting, assigned: str) -> None:
    action_id = acting.record(assigned)["events"][-1]["action_id"]
    given = {"undone": action_id, "action_id": "act-hoan-tac-01"}
    first = acting.does(DIRECTOR, "UndoAct", assigned, **given)
    assert acting.does(DIRECTOR, "UndoAct", assigned, **given) == first
    other = undoes(acting, DIRECTOR, assigned, action_id)
    assert (other["status"], other["reason"]) == ("refused", "undo_not_last")
    assert [one["event"] for one in acting.record(assigned)["events"]].count("ActUndone") == 1


def test_the_card_offers_it_to_whom_it_belongs(acting: Acting, assigned: str) -> None:
    last = acting.record(assigned)["events"][-1]
    cards = {one: acting.card(one, assigned) for one in (DIRECTOR, HEAD, office.CLERK)}
    offered = {person_id: card["undo"] for person_id, card in cards.items() if card}
    assert offered == {DIRECTOR: {"action_id": last["action_id"], "event": "Assigned"}, HEAD: None, office.CLERK: None}


def test_of_a_return_and_an_end_it_is_who_gave_the_work_that_counts(acting: Acting, passed_on: str) -> None:
    returned = acting.does(SPECIALIST, "ReturnAssignment", passed_on, reason="Nhầm")
    opens(acting, DIRECTOR, passed_on)
    assert undoes(acting, SPECIALIST, passed_on, returned["action_id"])["status"] == "applied"
    done = acting.does(SPECIALIST, "Conclude", passed_on, new_case_file_title="Hồ sơ", result="Xong")
    opens(acting, HEAD, passed_on)
    assert undoes(acting, SPECIALIST, passed_on, done["action_id"])["reason"] == "undo_too_late"


def test_however_often_it_was_done_and_undone_before(acting: Acting, assigned: str) -> None:
    for _time in range(30):
        taken = acting.does(HEAD, "TakeOn", assigned)
        assert undoes(acting, HEAD, assigned, taken["action_id"])["status"] == "applied"
    assert lists_of(acting, assigned)[HEAD] == "waiting"
    assert len(acting.record(assigned)["assignments"]) == 2


def test_what_a_record_of_an_earlier_version_says_otherwise_stays(acting: Acting, passed_on: str) -> None:
    acting.services.records.put({**acting.record(passed_on), "case_file_id": "case_file:of-a-helper-0001"})
    done = acting.does(SPECIALIST, "Conclude", passed_on, new_case_file_title="Hồ sơ", result="Xong")
    undoes(acting, SPECIALIST, passed_on, done["action_id"])
    assert acting.record(passed_on)["case_file_id"] == "case_file:of-a-helper-0001"


def test_a_request_for_more_time_can_still_be_decided_after_it(acting: Acting, passed_on: str) -> None:
    to = {"lead": f"person:{SPECIALIST}", "directive": "Dự thảo", "due_on": "2026-12-01"}
    acting.does(HEAD, "Assign", passed_on, **to)
    asked = acting.does(SPECIALIST, "RequestExtension", passed_on, due_on="2026-12-03", reason="Chờ số liệu")
    handed = acting.does(SPECIALIST, "HandOver", passed_on, to_person=office.SECOND_IT_SPECIALIST, reason="Nghỉ")
    undoes(acting, SPECIALIST, passed_on, handed["action_id"])
    decided = acting.does(HEAD, "DecideExtension", passed_on, request_id=asked["action_id"], is_granted=True)
    assert decided["status"] == "applied", decided


def test_who_has_lost_the_right_to_an_act_takes_none_back_by_it(acting: Acting, assigned: str) -> None:
    passed = acting.does(HEAD, "Assign", assigned, lead=f"person:{SPECIALIST}", directive="Dự thảo")
    acting.does(office.ADMINISTRATOR, "EndRole", f"person:{HEAD}", role="division_head")
    receipt = undoes(acting, HEAD, assigned, passed["action_id"])
    assert receipt["status"] == "refused"


def test_an_end_that_ended_the_part_above_is_not_taken_back_once_that_was_seen(acting: Acting, passed_on: str) -> None:
    done = acting.does(SPECIALIST, "Conclude", passed_on, new_case_file_title="Hồ sơ", result="Xong")
    opens(acting, DIRECTOR, passed_on)
    assert undoes(acting, SPECIALIST, passed_on, done["action_id"])["reason"] == "undo_too_late"


def test_what_was_taken_back_is_told_as_such_and_printed_on_no_form(acting: Acting, assigned: str) -> None:
    passed = acting.does(HEAD, "Assign", assigned, lead=f"person:{SPECIALIST}", directive="Chuyển nhầm")
    undoes(acting, HEAD, assigned, passed["action_id"])
    card = acting.card(DIRECTOR, assigned)
    assert card is not None
    assert [one["text"] for one in card["timeline"] if one["is_undone"]] == ["Chuyển nhầm"]
    parts = parts_of(card, acting.services.directory.office())
    assert "Chuyển nhầm" not in str(parts)


def test_nothing_leaves_a_case_file_that_is_closed(acting: Acting, passed_on: str) -> None:
    done = acting.does(SPECIALIST, "Conclude", passed_on, new_case_file_title="Hồ sơ", result="Xong")
    file_id = acting.record(passed_on)["case_file_id"]
    assert acting.does(SPECIALIST, "CloseCaseFile", file_id)["status"] == "applied"
    assert undoes(acting, SPECIALIST, passed_on, done["action_id"])["reason"] == "case_file_closed"
    asked = acting.does(SPECIALIST, "RequestRepair", passed_on, wanted="reopen", reason="Kết thúc nhầm")
    named = {"repair_id": asked["action_id"]}
    acting.does(HEAD, "ConfirmRepair", passed_on, **named)
    assert acting.does(HEAD, "CarryOutRepair", passed_on, **named)["reason"] == "case_file_closed"
    assert acting.record(passed_on)["case_file_id"] == file_id
    acting.does(SPECIALIST, "ReopenCaseFile", file_id, reason="Bổ sung")
    assert acting.does(HEAD, "CarryOutRepair", passed_on, **named)["status"] == "applied"
    assert acting.record(passed_on)["case_file_id"] is None
