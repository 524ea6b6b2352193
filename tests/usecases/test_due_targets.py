"""Deadlines by urgency: what the office says holds for what is registered afterwards (decree 30/2020 Article 4.2.c)."""

from __future__ import annotations

from typing import Any

import pytest

from server.domain.errors import DomainError
from tests.fixtures import office
from tests.fixtures.acting import Acting

TARGETS = "due_targets:office"
SAID = {"normal": 10, "urgent": 3, "very_urgent": 1, "express": 0}


def says(acting: Acting, by: str = office.CHIEF_OF_OFFICE, **changes: Any) -> dict[str, Any]:
    """Let somebody say the targets."""
    return acting.does(by, "SetDueTargets", TARGETS, **{**SAID, **changes})


def due(acting: Acting, urgency: str, **fields: Any) -> tuple[str | None, bool]:
    """Return by when a document of an urgency is due that is registered now without a deadline, and if by urgency."""
    record = acting.record(acting.registers(urgency=urgency, **{"due_on": None, **fields}))
    return record["due_on"], record["is_due_by_urgency"]


def test_what_the_office_says_holds_in_working_days(acting: Acting) -> None:
    # Monday, 23 November 2026; the 24th is a holiday, the day of Vietnamese culture
    assert due(acting, "normal") == (None, False)
    assert due(acting, "urgent") == ("2026-11-23", True)
    assert says(acting)["status"] == "applied"
    assert due(acting, "normal") == ("2026-12-08", True)
    assert due(acting, "urgent") == ("2026-11-27", True)
    assert due(acting, "very_urgent") == ("2026-11-25", True)
    assert due(acting, "express") == ("2026-11-23", True)
    assert due(acting, "urgent", due_on="2026-12-05") == ("2026-12-05", False)
    # and can be taken back to nothing
    assert says(acting, by=office.DIRECTOR, normal=None)["status"] == "applied"
    assert due(acting, "normal") == (None, False)
    kept = acting.services.accounts.get(TARGETS)
    assert kept is not None
    assert [(one["event"], one["actor_id"]) for one in kept["events"]] == [
        ("DueTargetsSet", office.CHIEF_OF_OFFICE),
        ("DueTargetsSet", office.DIRECTOR),
    ]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"urgent": 11}, "urgent"),
        ({"urgent": None}, "urgent"),
        ({"express": 2}, "express"),
        ({"express": None}, "express"),
    ],
)
def test_what_is_more_urgent_has_no_more_time(acting: Acting, changes: dict[str, Any], field: str) -> None:
    receipt = says(acting, **changes)
    assert (receipt["reason"], receipt["details"]) == ("targets_in_wrong_order", {"field": field})
    assert acting.services.accounts.get(TARGETS) is None


def test_nobody_else_says_them(acting: Acting) -> None:
    for person_id in (office.CLERK, office.IT_HEAD, office.IT_SPECIALIST):
        assert says(acting, by=person_id)["reason"] == "not_allowed"
    for person_id in (office.NOBODY, office.ADMINISTRATOR):
        assert says(acting, by=person_id)["reason"] == "not_found"
    with pytest.raises(DomainError, match="not_found"):
        acting.does(office.DIRECTOR, "SetDueTargets", "due_targets:phong", **SAID)
