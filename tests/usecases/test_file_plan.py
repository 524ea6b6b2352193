"""The yearly list of case files: kept by clerk and chief of office, and what opens a file by it (decree 30/2020)."""

from __future__ import annotations

from typing import Any

import pytest

from server.usecases import read
from tests.fixtures import office
from tests.fixtures.acting import Acting

YEAR = "file_plan:2026"
ENTRY = {"code": "01.CNTT", "title": "Hồ sơ chuyển đổi số", "retention": "20_years", "unit_id": office.IT_UNIT}


def plans(acting: Acting, by: str = office.CLERK, **changes: Any) -> dict[str, Any]:
    """Let somebody plan a case file."""
    return acting.does(by, "SetPlanEntry", YEAR, **{**ENTRY, **changes})


def planned(acting: Acting, person_id: str) -> list[str]:
    """Return the codes that a person is offered."""
    found = read.file_plan(acting.services.directory.office(), person_id, acting.clock.now())
    return [one["code"] for one in found]


def test_what_is_planned_is_offered_to_its_unit_and_goes_to_their_devices(acting: Acting) -> None:
    assert plans(acting)["status"] == "applied"
    assert (
        plans(acting, by=office.CHIEF_OF_OFFICE, code="00.VP", unit_id="", title="Họp giao ban")["status"] == "applied"
    )
    assert planned(acting, office.IT_SPECIALIST) == ["00.VP", "01.CNTT"]
    assert planned(acting, office.POST_HEAD) == ["00.VP"]
    acting.services.fanout.catch_up()
    directory = acting.services.store.database(f"inbox_{office.IT_SPECIALIST}").get("directory:office")
    assert directory is not None
    assert [one["code"] for one in directory["file_plan"]] == ["00.VP", "01.CNTT"]


def test_a_file_that_is_opened_by_it_has_its_notation_title_and_retention(acting: Acting) -> None:
    plans(acting)
    receipt = acting.does(office.IT_SPECIALIST, "CreateCaseFile", plan_code="01.CNTT")
    record = acting.record(receipt["document_id"])
    assert (record["title"], record["notation"], record["retention"]) == ("Hồ sơ chuyển đổi số", "01.CNTT", "20_years")
    own = acting.does(office.IT_SPECIALIST, "CreateCaseFile", plan_code="01.CNTT", title="Kế hoạch năm 2027")
    assert acting.record(own["document_id"])["title"] == "Kế hoạch năm 2027"


def test_an_entry_is_changed_and_removed_and_files_stay(acting: Acting) -> None:
    plans(acting)
    opened = acting.does(office.IT_SPECIALIST, "CreateCaseFile", plan_code="01.CNTT")
    plans(acting, title="Hồ sơ chính quyền số")
    assert acting.services.directory.office().plan_entry("2026", "01.CNTT").title == "Hồ sơ chính quyền số"  # type: ignore[union-attr]
    assert acting.does(office.CLERK, "RemovePlanEntry", YEAR, code="01.CNTT")["status"] == "applied"
    assert planned(acting, office.IT_SPECIALIST) == []
    assert acting.record(opened["document_id"])["title"] == "Hồ sơ chuyển đổi số"


@pytest.mark.parametrize(
    ("fields", "reason"),
    [({"retention": "for_ever"}, "bad_value"), ({"unit_id": "none"}, "no_such_unit")],
)
def test_what_is_no_entry_is_refused(acting: Acting, fields: dict[str, str], reason: str) -> None:
    assert plans(acting, **fields)["reason"] == reason


def test_what_is_not_planned_opens_nothing(acting: Acting) -> None:
    assert acting.does(office.IT_SPECIALIST, "CreateCaseFile", plan_code="09.X")["reason"] == "no_plan_entry"
    assert acting.does(office.IT_SPECIALIST, "CreateCaseFile")["reason"] == "required"
    assert acting.does(office.CLERK, "RemovePlanEntry", YEAR, code="09.X")["reason"] == "no_plan_entry"


@pytest.mark.parametrize("person_id", [office.IT_HEAD, office.DIRECTOR, office.ADMINISTRATOR, office.NOBODY])
def test_nobody_else_keeps_the_list(acting: Acting, person_id: str) -> None:
    receipt = plans(acting, by=person_id)
    assert receipt["status"] == "refused"
    assert acting.services.accounts.get(YEAR) is None


def test_an_entry_of_another_unit_opens_nothing(acting: Acting) -> None:
    plans(acting)
    assert acting.does(office.POST_HEAD, "CreateCaseFile", plan_code="01.CNTT")["reason"] == "no_plan_entry"
