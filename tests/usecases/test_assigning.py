"""Whom a document can be given to, and what is refused with which reason (Articles 9.3 to 9.5)."""

from __future__ import annotations

from typing import Any

import pytest

from server.domain.errors import DomainError
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
    words = {"lead": target, "directive": "Đức làm ngay"}
    refused = acting.does(office.DIRECTOR, "Assign", document_id, **words, direct_reason="")
    assert (refused["status"], refused["reason"]) == ("refused", "direct_reason_needed")
    assert refused["details"]["field"] == "direct_reason"
    receipt = acting.does(office.DIRECTOR, "Assign", document_id, **words, direct_reason="Việc gấp")
    assert receipt["status"] == "applied", receipt
    assert acting.record(document_id)["events"][-1]["data"]["direct_reason"] == "Việc gấp"
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


def test_a_leader_confirms_the_entry_before_the_first_transfer(acting: Acting) -> None:
    document_id = acting.registers(field="")
    words = {"lead": IT, "directive": "Tham mưu"}
    for fields, reason, field in (
        ({"is_entry_confirmed": False}, "entry_not_confirmed", "is_entry_confirmed"),
        ({}, "required", "field"),
        ({"field": "khong-co"}, "bad_value", "field"),
        ({"field": "cds", "type": "XYZ"}, "bad_value", "type"),
    ):
        refused = acting.does(office.DIRECTOR, "Assign", document_id, **words, **fields)
        assert (refused["status"], refused["reason"], refused["details"]["field"]) == ("refused", reason, field)
    assert acting.record(document_id)["state"] == "presented"
    fields = {"field": "attt", "type": "KH", "due_on": "2026-12-04"}
    assert acting.does(office.DIRECTOR, "Assign", document_id, **words, **fields)["status"] == "applied"
    record = acting.record(document_id)
    assert (record["field"], record["type"], record["due_on"]) == ("attt", "KH", "2026-12-04")
    card = acting.card(office.IT_HEAD, document_id)
    assert card is not None
    assert card["entry_confirmed_by_name"] == office.name_of(office.DIRECTOR)
    # that was that: nobody is asked a second time, a head never
    more = {"directive": "Phối hợp", "is_entry_confirmed": False}
    assert acting.does(office.DIRECTOR, "Assign", document_id, collaborating=[POST], **more)["status"] == "applied"
    target = f"person:{office.IT_SPECIALIST}"
    assert acting.does(office.IT_HEAD, "Assign", document_id, lead=target, **more)["status"] == "applied"


def test_a_second_confirmation_unseen_changes_nothing_of_the_first(acting: Acting) -> None:
    document_id = acting.registers()
    seen = acting.record(document_id)["version"]
    acting.does(office.DIRECTOR, "Assign", document_id, lead=IT, directive="Tham mưu", field="attt")
    acting.does(office.DEPUTY, "Assign", document_id, seen=seen, lead=IT, directive="Tham mưu", field="bcvt")
    record = acting.record(document_id)
    assert (record["field"], record["entry_confirmed_by"]) == ("attt", office.DIRECTOR)


def test_everybody_can_have_a_directive_and_a_deadline_of_their_own(acting: Acting) -> None:
    document_id = acting.registers()
    receipt = acting.does(
        office.DIRECTOR,
        "Assign",
        document_id,
        simultaneous=[IT, POST],
        directive="Cùng xử lý",
        due_on="2026-12-04",
        directives={POST: "Góp ý phần bưu chính", "unit:khong-chon": "Không ai đọc"},
        due_ons={POST: "2026-12-01"},
    )
    assert receipt["status"] == "applied", receipt
    words = {row["target"]: (row["directive"], row["due_on"]) for row in acting.record(document_id)["assignments"]}
    assert words[IT] == ("Cùng xử lý", "2026-12-04")
    assert words[POST] == ("Góp ý phần bưu chính", "2026-12-01")
    for person_id, due_on in ((office.IT_HEAD, "2026-12-04"), (office.POST_HEAD, "2026-12-01")):
        card = acting.card(person_id, document_id)
        assert card is not None
        assert card["due_on"] == due_on


def test_a_deadline_after_the_one_from_above_is_confirmed_or_marked(acting: Acting, assigned: str) -> None:
    acting.does(office.DIRECTOR, "Assign", assigned, lead=IT, directive="Tham mưu", due_on="2026-12-02")
    target = f"person:{office.IT_SPECIALIST}"
    later = {"lead": target, "directive": "Dự thảo", "due_on": "2026-12-03"}
    refused = acting.does(office.IT_HEAD, "Assign", assigned, **later)
    assert (refused["status"], refused["reason"]) == ("refused", "due_after_parent")
    assert refused["details"]["field"] == "due_on"
    own = {**later, "due_on": None, "due_ons": {target: "2026-12-03"}}
    assert acting.does(office.IT_HEAD, "Assign", assigned, **own)["details"]["field"] == "due_ons"
    assert acting.does(office.IT_HEAD, "Assign", assigned, **later, is_due_confirmed=True)["status"] == "applied"
    card = acting.card(office.DIRECTOR, assigned)
    assert card is not None
    assert [row["is_past_parent"] for row in card["assignments"]] == [False, True]


def test_a_device_far_away_is_not_asked_about_its_deadline(acting: Acting, assigned: str) -> None:
    acting.does(office.DIRECTOR, "Assign", assigned, lead=IT, directive="Tham mưu", due_on="2026-12-02")
    words = {"lead": f"person:{office.IT_SPECIALIST}", "directive": "Dự thảo", "due_on": "2026-12-03"}
    receipt = acting.does(office.IT_HEAD, "Assign", assigned, device_id="device-0001", **words)
    assert receipt["status"] == "applied"


def test_naming_somebody_again_changes_words_that_were_seen(acting: Acting, assigned: str) -> None:
    before = acting.record(assigned)["version"]
    words = {"lead": IT, "directive": "Tham mưu trước thứ Năm", "due_on": "2026-12-03"}
    assert acting.does(office.DIRECTOR, "Assign", assigned, **words)["status"] == "applied"
    (row,) = [one for one in acting.record(assigned)["assignments"] if one["target"] == IT]
    assert (row["directive"], row["due_on"]) == ("Tham mưu trước thứ Năm", "2026-12-03")
    # the deputy had not seen that: both stand in the history, the words of the row are not overwritten unseen
    other = {"lead": IT, "directive": "Không gấp", "due_on": "2026-12-30"}
    receipt = acting.does(office.DEPUTY, "Assign", assigned, seen=before, **other)
    assert receipt["status"] == "merged", receipt
    (row,) = [one for one in acting.record(assigned)["assignments"] if one["target"] == IT]
    assert row["due_on"] == "2026-12-03"


def test_a_device_s_second_transfer_builds_on_its_first(acting: Acting) -> None:
    document_id = acting.registers()
    seen = acting.record(document_id)["version"]
    words = {"seen": seen, "device_id": "device-0001", "lead": IT, "directive": "Tham mưu"}
    acting.does(office.DIRECTOR, "Assign", document_id, **words)
    acting.does(office.DIRECTOR, "Assign", document_id, **words, due_on="2026-12-03")
    (row,) = [one for one in acting.record(document_id)["assignments"] if one["target"] == IT]
    assert row["due_on"] == "2026-12-03"


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"due_ons": {IT: "mai"}}, "bad_date"),
        ({"due_ons": {IT: 5}}, "bad_value"),
        ({"due_ons": [IT]}, "bad_value"),
        ({"directives": {"x" * 300: "a"}}, "bad_value"),
        ({"directives": {IT: "a" * 5000}}, "too_long"),
        ({"directives": {f"unit:{number}": "a" for number in range(400)}}, "too_many"),
    ],
)
def test_words_of_their_own_are_read_as_strictly_as_all_else(
    acting: Acting, fields: dict[str, Any], reason: str
) -> None:
    document_id = acting.registers()
    with pytest.raises(DomainError) as refused:
        acting.does(office.DIRECTOR, "Assign", document_id, lead=IT, directive="Tham mưu", **fields)
    assert refused.value.code == reason


def test_an_own_deadline_before_the_arrival_is_refused(acting: Acting) -> None:
    document_id = acting.registers()
    words = {"lead": IT, "directive": "Tham mưu", "due_ons": {IT: "2026-01-01"}}
    assert acting.does(office.DIRECTOR, "Assign", document_id, **words)["reason"] == "due_before_arrival"
