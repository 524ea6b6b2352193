"""More time asked for and decided; work handed over to a colleague; urging in three grades (Articles 9.4, 13, 15)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.fixtures import office
from tests.fixtures.acting import Acting

IT = f"unit:{office.IT_UNIT}"
DUC, NAM = office.IT_SPECIALIST, office.SECOND_IT_SPECIALIST
UNTIL = {"due_on": "2026-12-11", "reason": "Chờ số liệu của các huyện"}


@pytest.fixture
def given(acting: Acting) -> str:
    """Give a document that the director gave to the IT division, and its head to a specialist."""
    document_id = acting.registers()
    words = {"directive": "Tham mưu", "due_on": "2026-12-04"}
    assert acting.does(office.DIRECTOR, "Assign", document_id, lead=IT, **words)["status"] == "applied"
    assert acting.does(office.IT_HEAD, "Assign", document_id, lead=f"person:{DUC}", **words)["status"] == "applied"
    return document_id


def part_of(acting: Acting, person_id: str, document_id: str) -> dict[str, Any]:
    """Return a person's part as their card tells it."""
    card = acting.card(person_id, document_id)
    assert card is not None
    part: dict[str, Any] = card["my_assignment"]
    return part


def verbs(acting: Acting, person_id: str, document_id: str) -> list[str]:
    """Return what a person is offered."""
    card = acting.card(person_id, document_id)
    return card["allowed_actions"] if card else []


def test_who_gave_the_work_decides_on_more_time(acting: Acting, given: str) -> None:
    asked = acting.does(DUC, "RequestExtension", given, **UNTIL)
    assert asked["status"] == "applied", asked
    assert part_of(acting, DUC, given)["extension"] == {
        "request_id": asked["action_id"],
        "state": "open",
        "asked_by_name": office.name_of(DUC),
        **UNTIL,
    }
    assert "decide_extension" in verbs(acting, office.IT_HEAD, given)
    assert acting.card(office.IT_HEAD, given)["folder"] == "todo", "it waits for the head, who had passed it on"
    # not who has it, nor who gave the division's part, nor a neighbour
    for person_id in (DUC, NAM, office.POST_HEAD):
        assert "decide_extension" not in verbs(acting, person_id, given)
        receipt = acting.does(person_id, "DecideExtension", given, request_id=asked["action_id"], is_granted=True)
        assert receipt["status"] == "refused"
    decision = {"request_id": asked["action_id"], "is_granted": True, "note": "Đồng ý"}
    assert acting.does(office.IT_HEAD, "DecideExtension", given, **decision)["status"] == "applied"
    part = part_of(acting, DUC, given)
    assert (part["due_on"], part["extension"]["state"]) == (UNTIL["due_on"], "granted")
    assert "decide_extension" not in verbs(acting, office.IT_HEAD, given)
    assert acting.card(office.IT_HEAD, given)["folder"] == "watching"
    card = acting.card(office.DIRECTOR, given)
    assert card is not None
    assert card["assignments"][1]["is_past_parent"], "everybody sees that it is after the division's own deadline"
    assert part_of(acting, office.IT_HEAD, given)["due_on"] == "2026-12-04"


@pytest.mark.parametrize("lead", [f"person:{office.IT_HEAD}", IT])
def test_who_is_no_longer_head_decides_on_no_more_time(acting: Acting, lead: str) -> None:
    # seeds 750, 2756 and 3531: the part above was theirs by name, and that alone gives no work
    document_id = acting.registers()
    words = {"directive": "Tham mưu", "due_on": "2026-12-04"}
    assert acting.does(office.DIRECTOR, "Assign", document_id, lead=lead, **words)["status"] == "applied"
    assert acting.does(office.IT_HEAD, "Assign", document_id, lead=f"person:{DUC}", **words)["status"] == "applied"
    asked = acting.does(DUC, "RequestExtension", document_id, **UNTIL)
    decision = {"request_id": asked["action_id"], "is_granted": True}
    for command, role in (("GrantRole", "specialist"), ("EndRole", "division_head")):
        done = acting.does(office.ADMINISTRATOR, command, f"person:{office.IT_HEAD}", role=role)
        assert done["status"] == "applied", done
    assert "decide_extension" not in verbs(acting, office.IT_HEAD, document_id)
    card = acting.card(office.IT_HEAD, document_id)
    assert card is None or card["folder"] == "watching", "it is not among what they have to do"
    receipt = acting.does(office.IT_HEAD, "DecideExtension", document_id, **decision)
    assert receipt["status"] == "refused"
    # nobody is left without a decision: the deputy of the unit, or the leaders by handing the work out anew
    assert ("decide_extension" in verbs(acting, office.IT_DEPUTY_HEAD, document_id)) is (lead == IT)


def test_another_day_may_be_granted_and_a_request_refused(acting: Acting, given: str) -> None:
    for fields, due_on, state in (
        ({"is_granted": False, "due_on": "2026-12-30"}, "2026-12-04", "refused"),
        ({"is_granted": True, "due_on": "2026-12-09"}, "2026-12-09", "granted"),
    ):
        asked = acting.does(DUC, "RequestExtension", given, **UNTIL)
        assert (
            acting.does(office.IT_HEAD, "DecideExtension", given, request_id=asked["action_id"], **fields)["status"]
            == "applied"
        )
        part = part_of(acting, DUC, given)
        assert (part["due_on"], part["extension"]["state"]) == (due_on, state)


def test_a_second_request_takes_the_place_of_the_first(acting: Acting, given: str) -> None:
    first = acting.does(DUC, "RequestExtension", given, **UNTIL)
    second = acting.does(DUC, "RequestExtension", given, due_on="2026-12-18", reason="Chờ thêm")
    decided = {"is_granted": True}
    late = acting.does(office.IT_HEAD, "DecideExtension", given, request_id=first["action_id"], **decided)
    assert (late["status"], late["reason"]) == ("refused", "wrong_state")
    assert (
        acting.does(office.IT_HEAD, "DecideExtension", given, request_id=second["action_id"], **decided)["status"]
        == "applied"
    )
    assert part_of(acting, DUC, given)["due_on"] == "2026-12-18"


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"due_on": "2026-12-04", "reason": "x"}, "not_later"),
        ({"due_on": "2026-12-01", "reason": "x"}, "not_later"),
    ],
)
def test_a_request_that_makes_no_sense_is_refused(
    acting: Acting, given: str, fields: dict[str, Any], reason: str
) -> None:
    receipt = acting.does(DUC, "RequestExtension", given, **fields)
    assert (receipt["status"], receipt["reason"], receipt["details"]["field"]) == ("refused", reason, "due_on")


@pytest.mark.parametrize("meanwhile", ["revoked", "concluded"])
def test_of_two_parts_the_one_with_the_deadline_was_on_the_screen(acting: Acting, meanwhile: str) -> None:
    # seed 2523: the part that was asked about is over, and the other one, which stands, has no deadline
    document_id, head, deputy = acting.registers(), office.IT_HEAD, office.IT_DEPUTY_HEAD

    def gives(person_id: str, **to: Any) -> None:
        receipt = acting.does(person_id, "Assign", document_id, directive="Tham mưu", **to)
        assert receipt["status"] == "applied", receipt

    gives(office.DIRECTOR, lead=f"person:{head}")
    gives(head, lead=f"person:{deputy}", due_on="2026-12-04")
    gives(deputy, lead=f"person:{DUC}", collaborating=[f"person:{head}"], due_on="2026-12-04")
    assert part_of(acting, head, document_id)["due_on"] == "2026-12-04"
    assert "request_extension" in verbs(acting, head, document_id)
    seen = acting.record(document_id)["version"]
    ends = {"new_case_file_title": "Hồ sơ", "result": "Xong"}
    assert acting.does(head, "Conclude", document_id, **ends)["status"] == "applied"
    if meanwhile == "revoked":
        gives(head, lead=f"person:{NAM}")
        assert part_of(acting, head, document_id)["due_on"] is None
    receipt = acting.does(head, "RequestExtension", document_id, seen=seen, device_id="device-dien-thoai", **UNTIL)
    assert (receipt["status"], receipt["reason"]) == ("merged", "concluded_meanwhile"), "it is not refused"


def test_without_a_deadline_there_is_nothing_to_extend(acting: Acting) -> None:
    document_id = acting.registers(due_on=None)
    acting.does(office.DIRECTOR, "Assign", document_id, lead=IT, directive="Tham mưu")
    assert "request_extension" not in verbs(acting, office.IT_HEAD, document_id)
    receipt = acting.does(office.IT_HEAD, "RequestExtension", document_id, **UNTIL)
    assert (receipt["status"], receipt["reason"]) == ("refused", "not_allowed")


def test_work_goes_to_a_colleague_with_everything_that_was_said(acting: Acting, given: str) -> None:
    receipt = acting.does(DUC, "HandOver", given, to_person=NAM, reason="Đi học dài ngày")
    assert receipt["status"] == "applied", receipt
    part = part_of(acting, NAM, given)
    assert (part["directive"], part["due_on"], part["state"]) == ("Tham mưu", "2026-12-04", "waiting")
    assert part["assigned_by_name"] == office.name_of(office.IT_HEAD)
    assert acting.card(NAM, given)["folder"] == "todo"
    assert not {"take_on", "conclude", "hand_over"} & set(verbs(acting, DUC, given))
    concluded = acting.does(DUC, "Conclude", given, new_case_file_title="Hồ sơ", result="Xong")
    assert concluded["status"] == "refused"
    # and the colleague finishes it
    acting.does(NAM, "TakeOn", given)
    assert acting.does(NAM, "Conclude", given, new_case_file_title="Hồ sơ", result="Xong")["status"] == "applied"


@pytest.mark.parametrize(
    ("to_person", "reason"),
    [
        (DUC, "assigned_to_self"),
        (office.POST_SPECIALIST, "outside_own_unit"),
        (office.UNKNOWN_PERSON, "no_such_person"),
        (office.NOBODY, "person_inactive"),
    ],
)
def test_to_whom_work_cannot_be_handed_over(acting: Acting, given: str, to_person: str, reason: str) -> None:
    receipt = acting.does(DUC, "HandOver", given, to_person=to_person, reason="Nghỉ phép")
    assert (receipt["status"], receipt["reason"]) == ("refused", reason)
    assert part_of(acting, DUC, given)["state"] == "waiting"


def test_a_colleague_who_has_a_part_already_is_not_given_a_second(acting: Acting, given: str) -> None:
    acting.does(office.IT_HEAD, "Assign", given, collaborating=[f"person:{NAM}"], directive="Phối hợp")
    receipt = acting.does(DUC, "HandOver", given, to_person=NAM, reason="Nghỉ phép")
    assert (receipt["status"], receipt["reason"]) == ("refused", "recipient_twice")


def test_a_division_s_part_is_passed_on_and_not_handed_over(acting: Acting, given: str) -> None:
    assert "hand_over" not in verbs(acting, office.IT_HEAD, given)
    receipt = acting.does(office.IT_HEAD, "HandOver", given, to_person=NAM, reason="Nghỉ phép")
    assert (receipt["status"], receipt["reason"]) == ("refused", "not_allowed")


def test_urging_is_counted_on_the_parts_that_are_in_hand(acting: Acting, given: str) -> None:
    for count, grade in enumerate(("remind", "urge", "final"), start=1):
        receipt = acting.does(office.DIRECTOR, "Urge", given, grade=grade, text="Báo cáo ngay")
        assert receipt["status"] == "applied", receipt
        urged = part_of(acting, DUC, given)["urged"]
        assert (urged["count"], urged["grade"], urged["by_name"]) == (count, grade, office.name_of(office.DIRECTOR))
    assert part_of(acting, office.IT_HEAD, given)["urged"] is None, "the division has passed it on"
    # the head urges within the division, the chief of office everywhere, a specialist nobody
    assert acting.does(office.IT_HEAD, "Urge", given, grade="remind")["status"] == "applied"
    assert acting.does(office.CHIEF_OF_OFFICE, "Urge", given, grade="remind")["status"] == "applied"
    for person_id in (DUC, NAM, office.CLERK, office.POST_HEAD, office.NOBODY):
        assert acting.does(person_id, "Urge", given, grade="remind")["status"] == "refused"
    assert part_of(acting, DUC, given)["urged"]["count"] == 5


def test_urging_one_part_leaves_the_others_alone(acting: Acting, given: str) -> None:
    acting.does(office.IT_HEAD, "Assign", given, collaborating=[f"person:{NAM}"], directive="Phối hợp")
    rows = {row["person_id"]: row["assignment_id"] for row in acting.record(given)["assignments"]}
    acting.does(office.IT_HEAD, "Urge", given, rows=[rows[NAM], "khong-co"], grade="remind")
    assert part_of(acting, DUC, given)["urged"] is None
    assert part_of(acting, NAM, given)["urged"]["count"] == 1


def test_nobody_is_urged_for_what_is_done(acting: Acting, given: str) -> None:
    acting.does(DUC, "TakeOn", given)
    acting.does(DUC, "Conclude", given, new_case_file_title="Hồ sơ", result="Xong")
    receipt = acting.does(office.DIRECTOR, "Urge", given, grade="remind")
    assert receipt["status"] == "refused"
    assert part_of(acting, DUC, given)["urged"] is None
    bad = acting.does(office.DIRECTOR, "Urge", acting.registers(), grade="remind")
    assert bad["status"] == "refused"


def test_an_unknown_grade_is_refused(acting: Acting, given: str) -> None:
    receipt = acting.does(office.DIRECTOR, "Urge", given, grade="shout")
    assert (receipt["status"], receipt["reason"]) == ("refused", "bad_value")


def test_who_is_done_is_not_urged_with_the_others(acting: Acting, given: str) -> None:
    acting.does(office.IT_HEAD, "Assign", given, collaborating=[f"person:{NAM}"], directive="Phối hợp")
    acting.does(NAM, "Conclude", given, new_case_file_title="Hồ sơ", result="Đã góp ý")
    assert acting.does(office.IT_HEAD, "Urge", given, grade="remind")["status"] == "applied"
    assert part_of(acting, NAM, given)["urged"] is None
    assert part_of(acting, DUC, given)["urged"]["count"] == 1
