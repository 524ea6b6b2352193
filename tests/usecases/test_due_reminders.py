"""Reminders of deadlines by the clock, and what is due by its urgency alone (Articles 9.3, 13.1)."""

from __future__ import annotations

from typing import Any

import pytest

from server.usecases import reminding
from tests.fixtures import office
from tests.fixtures.acting import Acting

IT = f"unit:{office.IT_UNIT}"


def given(acting: Acting, due_on: str) -> str:
    """Give a document that a specialist has until a day."""
    document_id = acting.registers()
    acting.does(office.DIRECTOR, "Assign", document_id, lead=IT, directive="Tham mưu", due_on="2026-12-31")
    to = {"lead": f"person:{office.IT_SPECIALIST}", "due_ons": {f"person:{office.IT_SPECIALIST}": due_on}}
    assert acting.does(office.IT_HEAD, "Assign", document_id, directive="Dự thảo", **to)["status"] == "applied"
    return document_id


def reminders(acting: Acting, document_id: str) -> list[Any]:
    """Return the kinds of the reminders of a document, by day."""
    events = [one for one in acting.record(document_id)["events"] if one["event"] == "DueReminded"]
    return [(one["data"]["on"], *one["data"]["reminded_rows"].values()) for one in events]


def test_once_when_it_is_near_and_once_when_it_has_passed_then_every_week(acting: Acting) -> None:
    document_id = given(acting, "2026-11-26")
    for _day in range(16):
        reminding.due_work(acting.services)
        assert reminding.due_work(acting.services) == 0, "once a day at most"
        acting.clock.move(days=1)
    assert reminders(acting, document_id) == [
        ("2026-11-23", "due_soon"),
        ("2026-11-27", "overdue"),
        ("2026-12-04", "overdue"),
    ]
    card = acting.card(office.IT_SPECIALIST, document_id)
    assert card is not None
    assert (card["my_assignment"]["reminded"]["kind"], card["my_assignment"]["reminded"]["count"]) == ("overdue", 3)
    head = acting.card(office.IT_HEAD, document_id)
    assert head is not None
    assert [row["reminded"] and row["reminded"]["count"] for row in head["assignments"]] == [None, 3]
    assert head["timeline"][-1]["actor_name"] == ""


def test_another_deadline_begins_anew(acting: Acting) -> None:
    document_id = given(acting, "2026-11-25")
    reminding.due_work(acting.services)
    longer = acting.does(
        office.IT_SPECIALIST, "RequestExtension", document_id, due_on="2026-12-02", reason="Chờ số liệu"
    )
    granted = {"request_id": longer["action_id"], "is_granted": True}
    assert acting.does(office.IT_HEAD, "DecideExtension", document_id, **granted)["status"] == "applied"
    card = acting.card(office.IT_SPECIALIST, document_id)
    assert card is not None
    assert card["my_assignment"]["reminded"] is None
    acting.clock.move(days=3)
    assert reminding.due_work(acting.services) == 0
    acting.clock.move(days=4)
    assert reminding.due_work(acting.services) == 1


def test_nobody_is_reminded_of_what_is_not_in_hand_or_on_a_day_off(acting: Acting) -> None:
    document_id = given(acting, "2026-11-25")
    acting.does(office.IT_SPECIALIST, "Conclude", document_id, new_case_file_title="Hồ sơ", result="Xong")
    far = given(acting, "2026-12-20")
    assert reminding.due_work(acting.services) == 0
    near = given(acting, "2026-11-30")
    acting.clock.move(days=5)  # Saturday
    assert reminding.due_work(acting.services) == 0
    assert reminders(acting, far) == reminders(acting, near) == []


def test_it_stands_in_nobody_s_way(acting: Acting) -> None:
    document_id = given(acting, "2026-11-25")
    seen = acting.record(document_id)["version"]
    reminding.due_work(acting.services)
    receipt = acting.does(office.IT_SPECIALIST, "TakeOn", document_id, seen=seen, device_id="device-dien-thoai")
    assert receipt["status"] == "applied"


def test_no_person_reminds_as_the_clock(acting: Acting) -> None:
    document_id = given(acting, "2026-11-25")
    for person_id in (office.DIRECTOR, office.IT_HEAD, office.NOBODY):
        assert acting.does(person_id, "RemindDue", document_id)["status"] == "refused"


@pytest.mark.parametrize(("urgency", "due_on"), [("express", office.TODAY), ("urgent", office.TODAY), ("normal", None)])
def test_what_is_urgent_is_due_on_the_day_that_it_comes(acting: Acting, urgency: str, due_on: str | None) -> None:
    document_id = acting.registers(urgency=urgency, due_on=None)
    card = acting.card(office.DIRECTOR, document_id)
    assert card is not None
    assert (card["due_on"], card["is_due_by_urgency"]) == (due_on, due_on is not None)
    acting.does(office.DIRECTOR, "Assign", document_id, lead=IT, directive="Tham mưu", due_on="2026-12-01")
    card = acting.card(office.DIRECTOR, document_id)
    assert card is not None
    assert (card["due_on"], card["is_due_by_urgency"]) == ("2026-12-01", False)


def test_a_deadline_from_above_counts_where_none_was_passed_on(acting: Acting) -> None:
    document_id = acting.registers(due_on=None)
    acting.does(office.DIRECTOR, "Assign", document_id, lead=IT, directive="Tham mưu", due_on="2026-11-25")
    acting.does(office.IT_HEAD, "Assign", document_id, lead=f"person:{office.IT_SPECIALIST}", directive="Dự thảo")
    assert reminding.due_work(acting.services) == 1
    card = acting.card(office.IT_SPECIALIST, document_id)
    assert card is not None
    assert card["my_assignment"]["reminded"]["due_on"] == "2026-11-25"
