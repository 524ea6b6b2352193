"""A conflict has an owner who can decide, a day by which, and a notice for whoever's act it holds."""

from __future__ import annotations

from typing import Any

import pytest

from server.domain.notices import notices_of
from server.domain.office import Office, office_from
from server.domain.payloads import ACTION_ID
from server.domain.records import Record, new_record
from server.domain.review_owners import review_owner
from server.domain.reviews import due_at, is_overdue, reminder_id
from server.domain.work_calendar import WorkCalendar
from tests.fixtures import office

LEFT = {"is_active": False, "inactive_from_at": "2026-01-01T00:00:00.000Z"}


def office_without(*people: str) -> Office:
    """Return the fixed office after some people left."""
    gone = [office.person(one, **LEFT) for one in people]
    return office_from([*office.documents(), *gone])


def with_review(**changes: Any) -> Record:
    """Return a document whose conflict belongs to the head of the IT division."""
    review = {
        "review_id": "act-00000009",
        "row_id": None,
        "state": "open",
        "command": {"command": "Assign", "fields": {}},
        "author_id": office.IT_SPECIALIST,
        "owner_id": office.IT_HEAD,
        "reason": "assigned_meanwhile",
        "acted_at": "2026-11-20T01:00:00.000Z",
        "opened_at": "2026-11-20T02:00:00.000Z",
        "meanwhile": [],
    }
    record = new_record("incoming", "incoming:act-00000001")
    record.update(version=4, state="assigned", confidentiality="normal", subject="Về chuyển đổi số", number="12/UBND")
    record.update(leader_id=office.DIRECTOR, assignments=[], reviews=[{**review, **changes}])
    return record


@pytest.mark.parametrize(
    ("opened_at", "due"),
    [
        ("2026-11-23T01:15:00.000Z", "2026-11-25"),  # Monday → Wednesday
        ("2026-11-26T09:00:00.000Z", "2026-11-30"),  # Thursday → Monday
        ("2026-11-27T02:00:00.000Z", "2026-12-01"),  # Friday → Tuesday
        ("2026-11-28T02:00:00.000Z", "2026-12-01"),  # Saturday → Tuesday
        ("2026-11-28T18:00:00.000Z", "2026-12-01"),  # already Sunday in Vietnam
        ("2026-11-29T18:00:00.000Z", "2026-12-02"),  # already Monday in Vietnam
    ],
)
def test_two_working_days_leave_weekends_out_and_end_with_the_day_in_vietnam(opened_at: str, due: str) -> None:
    assert WorkCalendar().end_after(opened_at, 2) == f"{due}T16:59:59.999Z"
    assert WorkCalendar().is_working(due)


def test_a_review_is_overdue_only_after_its_last_day_and_only_while_it_is_open() -> None:
    review = {"state": "open", "opened_at": "2026-11-23T01:15:00.000Z", "due_at": "2026-11-25T16:59:59.999Z"}
    assert not is_overdue(review, "2026-11-25T16:59:59.999Z")
    assert is_overdue(review, "2026-11-25T17:00:00.000Z")
    assert not is_overdue({**review, "state": "resolved"}, "2026-12-25T17:00:00.000Z")


def test_a_review_from_before_there_were_due_dates_has_one() -> None:
    assert due_at({"opened_at": "2026-11-23T01:15:00.000Z"}) == "2026-11-25T16:59:59.999Z"


@pytest.mark.parametrize("review_id", ["act-00000009", "a" * 64])
def test_a_reminder_has_one_action_id_for_a_review_and_a_day(review_id: str) -> None:
    ids = {reminder_id(one, day) for one in (review_id, "act-00000010") for day in ("2026-11-26", "2026-11-27")}
    assert len(ids) == 4
    assert reminder_id(review_id, "2026-11-26") in ids
    assert all(ACTION_ID.fullmatch(one) for one in ids)


ORDER = [office.IT_HEAD, office.IT_SPECIALIST, office.DIRECTOR, office.CHIEF_OF_OFFICE, office.DEPUTY]


@pytest.mark.parametrize("gone", range(len(ORDER)))
def test_when_who_decides_has_left_the_next_one_does(gone: int) -> None:
    """The one named, who holds the draft, the document's leader, the chief of office, any leader."""
    record = with_review()
    held = {"person_id": office.IT_SPECIALIST, "unit_id": office.IT_UNIT, "role": "drafter"}
    record["custody"] = [{**held, "since_version": 1, "ended_version": None}]
    left = office_without(*ORDER[:gone])
    assert review_owner(record, record["reviews"][0], left, office.NOW_AT) == ORDER[gone]


def test_an_owner_who_only_lost_every_role_is_stood_in_for_too() -> None:
    idle = office_from([*office.documents(), office.person(office.IT_HEAD, roles=[])])
    record = with_review()
    assert review_owner(record, record["reviews"][0], idle, office.NOW_AT) == office.DIRECTOR


def test_an_office_without_leaders_still_has_somebody_who_decides() -> None:
    """Without leaders and a chief it is a head of a division."""
    left = office_without(*ORDER, office.SECOND_DEPUTY)
    record = with_review()
    found = review_owner(record, record["reviews"][0], left, office.NOW_AT)
    assert left.is_staff(found, office.NOW_AT)
    assert found in (office.POST_HEAD, office.PRESS_HEAD, office.INSPECTOR_HEAD)


def test_the_author_is_told_who_decides_and_by_when() -> None:
    record = with_review()
    told = notices_of(record, office_from(office.documents()), office.NOW_AT)
    assert set(told) == {office.IT_SPECIALIST}
    notice = told[office.IT_SPECIALIST]["notice:act-00000009"]
    assert notice is not None
    assert (notice["told"], notice["by_name"]) == ("opened", office.name_of(office.IT_HEAD))
    assert (notice["by_honorific"], notice["due_on"]) == ("Ông", "2026-11-24")
    assert notice["document_id"] == "incoming:act-00000001"


RESOLVED = {"state": "resolved", "choice": "theirs", "resolved_by": office.IT_HEAD, "resolved_at": office.NOW_AT}


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({}, "opened"),
        ({"acknowledged": "opened"}, None),
        ({**RESOLVED, "acknowledged": "opened"}, "resolved"),
        (RESOLVED, "resolved"),
        ({**RESOLVED, "acknowledged": "resolved"}, None),
        ({**RESOLVED, "resolved_by": office.IT_SPECIALIST}, None),
    ],
)
def test_a_notice_stays_until_its_author_knows_the_latest(changes: dict[str, Any], told: str | None) -> None:
    found = notices_of(with_review(**changes), office_from(office.documents()), office.NOW_AT)
    notice = found[office.IT_SPECIALIST]["notice:act-00000009"]
    assert (notice and notice["told"]) == told


def test_a_notice_of_a_document_that_became_secret_is_taken_away() -> None:
    record = {**with_review(), "confidentiality": "secret"}
    found = notices_of(record, office_from(office.documents()), office.NOW_AT)
    assert found == {office.IT_SPECIALIST: {"notice:act-00000009": None}}
