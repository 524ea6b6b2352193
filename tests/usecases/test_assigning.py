"""Whom a document can be given to, and what is refused with which reason (Articles 9.3 to 9.5)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.fixtures import office
from tests.fixtures.acting import Acting

IT = f"unit:{office.IT_UNIT}"
POST = f"unit:{office.POST_UNIT}"


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"lead": f"person:{office.UNKNOWN_PERSON}"}, "no_such_person"),
        ({"lead": "unit:khong-co"}, "no_such_unit"),
        ({"lead": "everybody"}, "bad_value"),
        ({"lead": f"person:{office.DIRECTOR}"}, "assigned_to_self"),
        ({"lead": IT, "simultaneous": [POST]}, "two_leads"),
        ({"lead": IT, "informed": [IT]}, "recipient_twice"),
        ({"lead": IT, "due_on": "2026-01-01"}, "due_before_arrival"),
        ({}, "no_recipient"),
    ],
)
def test_a_leader_s_assignment_that_cannot_be_is_refused(acting: Acting, fields: dict[str, Any], reason: str) -> None:
    document_id = acting.registers()
    receipt = acting.does(office.DIRECTOR, "Assign", document_id, directive="Làm", **fields)
    assert (receipt["status"], receipt["reason"]) == ("refused", reason)
    assert acting.record(document_id)["state"] == "presented"


def test_a_person_who_is_locked_out_receives_nothing(acting: Acting) -> None:
    document_id = acting.registers()
    person = acting.services.accounts.get(f"person:{office.IT_SPECIALIST}")
    assert person is not None
    acting.services.accounts.put({**person, "is_active": False})
    target = f"person:{office.IT_SPECIALIST}"
    receipt = acting.does(office.DIRECTOR, "Assign", document_id, lead=target, directive="Làm")
    assert (receipt["status"], receipt["reason"]) == ("refused", "person_inactive")


def test_a_unit_without_a_head_is_named_as_such(acting: Acting) -> None:
    document_id = acting.registers()
    unit = acting.services.accounts.get(IT)
    assert unit is not None
    acting.services.accounts.put({**unit, "head_id": None})
    receipt = acting.does(office.DIRECTOR, "Assign", document_id, lead=IT, directive="Làm")
    assert (receipt["status"], receipt["reason"]) == ("refused", "unit_without_head")


def test_a_head_assigns_within_the_own_division_only(acting: Acting) -> None:
    document_id = acting.registers()
    acting.does(office.DIRECTOR, "Assign", document_id, lead=IT, directive="Tham mưu")
    for target in (f"person:{office.POST_SPECIALIST}", POST):
        receipt = acting.does(office.IT_HEAD, "Assign", document_id, lead=target, directive="Làm")
        assert (receipt["status"], receipt["reason"]) == ("refused", "outside_own_unit")


def test_straight_to_a_specialist_the_head_is_told(acting: Acting) -> None:
    document_id = acting.registers()
    target = f"person:{office.IT_SPECIALIST}"
    receipt = acting.does(office.DIRECTOR, "Assign", document_id, lead=target, directive="Đức làm ngay")
    assert receipt["status"] == "applied", receipt
    card = acting.card(office.IT_HEAD, document_id)
    assert card is not None
    assert card["folder"] == "watching"
    assert acting.card(office.IT_SPECIALIST, document_id)["folder"] == "todo"


def test_a_new_lead_takes_the_place_of_the_former_with_everything_below(acting: Acting) -> None:
    document_id = acting.registers()
    acting.does(office.DIRECTOR, "Assign", document_id, lead=IT, informed=[POST], directive="Tham mưu")
    specialist = f"person:{office.IT_SPECIALIST}"
    acting.does(office.IT_HEAD, "Assign", document_id, lead=specialist, directive="Làm")
    acting.does(office.DIRECTOR, "Assign", document_id, lead=POST, directive="Chuyển BCVT")
    for person_id in (office.IT_HEAD, office.IT_SPECIALIST):
        assert acting.card(person_id, document_id) is None, person_id
    rows = acting.card(office.POST_HEAD, document_id)["assignments"]
    assert [(row["unit_id"], row["role"]) for row in rows] == [(office.POST_UNIT, "lead")]


def test_collaborators_add_up_and_do_not_hold_the_end_back(acting: Acting) -> None:
    document_id = acting.registers()
    acting.does(office.DIRECTOR, "Assign", document_id, lead=IT, directive="Tham mưu")
    acting.does(office.DIRECTOR, "Assign", document_id, collaborating=[POST], directive="Phối hợp")
    assert {row["role"] for row in acting.card(office.DIRECTOR, document_id)["assignments"]} == {"lead", "collaborate"}
    acting.does(office.IT_HEAD, "Conclude", document_id, new_case_file_title="Hồ sơ")
    assert acting.record(document_id)["state"] == "concluded"


def test_every_simultaneous_handler_must_end_it(acting: Acting) -> None:
    document_id = acting.registers()
    acting.does(office.DIRECTOR, "Assign", document_id, simultaneous=[IT, POST], directive="Cùng xử lý")
    acting.does(office.IT_HEAD, "Conclude", document_id, new_case_file_title="Hồ sơ CNTT")
    assert acting.record(document_id)["state"] == "in_progress"
    acting.does(office.POST_HEAD, "Conclude", document_id, new_case_file_title="Hồ sơ BCVT")
    assert acting.record(document_id)["state"] == "concluded"


def test_concluding_needs_a_case_file_of_one_s_own(acting: Acting) -> None:
    document_id = acting.registers()
    acting.does(office.DIRECTOR, "Assign", document_id, lead=IT, directive="Tham mưu")
    nothing = acting.does(office.IT_HEAD, "Conclude", document_id, result="Xong")
    assert (nothing["status"], nothing["reason"]) == ("refused", "case_file_needed")
    foreign = acting.does(office.POST_HEAD, "CreateCaseFile", title="Hồ sơ của người khác")
    taken = acting.does(office.IT_HEAD, "Conclude", document_id, case_file_id=foreign["document_id"])
    assert (taken["status"], taken["reason"]) == ("refused", "no_such_case_file")
