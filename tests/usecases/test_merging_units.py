"""A unit merged into another: its documents, drafts and people go on with the other; what was done before stands."""

from __future__ import annotations

from typing import Any

import pytest

from tests.fixtures import office
from tests.fixtures.acting import Acting
from tests.usecases.test_conflicts import offline, outcome

WHY = "Quyết định số 12/QĐ-UBND ngày 20/11/2026"
IT, POST = office.IT_UNIT, office.POST_UNIT


def merges(acting: Acting, unit_id: str, into: str, by: str = office.ADMINISTRATOR, **envelope: Any) -> dict[str, Any]:
    """Let somebody merge one unit into another."""
    return acting.does(by, "MergeUnit", f"unit:{unit_id}", seen=0, into=into, reason=WHY, **envelope)


def test_the_other_unit_s_head_goes_on_with_what_the_merged_one_had(acting: Acting, assigned: str) -> None:
    assert acting.card(office.POST_HEAD, assigned) is None
    receipt = merges(acting, IT, POST)
    assert outcome(receipt) == ("applied", None)
    card = acting.card(office.POST_HEAD, assigned)
    assert card is not None
    assert "assign" in card["allowed_actions"]
    # a person of the merged unit is one of the other's now
    target = f"person:{office.IT_SPECIALIST}"
    given = acting.does(office.POST_HEAD, "Assign", assigned, lead=target, directive="Tham mưu")
    assert outcome(given) == ("applied", None)
    kept = acting.services.accounts.get(f"unit:{IT}")
    assert kept is not None
    assert (kept["merged_into"], kept["merged_at"], kept["merge_reason"]) == (POST, receipt["received_at"], WHY)
    assert [event["event"] for event in kept["events"]] == ["UnitMerged"]


def test_a_draft_of_the_merged_unit_goes_to_the_other_s_head(acting: Acting, passed_on: str) -> None:
    draft_id = acting.drafts(passed_on)
    sha256 = acting.record(draft_id)["versions"][-1]["sha256"]
    to = {"to_person": office.POST_HEAD, "version_sha256": sha256}
    assert outcome(acting.does(office.IT_SPECIALIST, "SubmitDraft", draft_id, **to)) == ("refused", "outside_own_unit")
    merges(acting, IT, POST)
    assert outcome(acting.does(office.IT_SPECIALIST, "SubmitDraft", draft_id, **to)) == ("applied", None)
    sent = {"leader_id": office.DIRECTOR, "version_sha256": sha256}
    assert outcome(acting.does(office.POST_HEAD, "SubmitToLeader", draft_id, **sent)) == ("applied", None)


def test_a_document_sent_to_the_merged_unit_from_a_valley_reaches_the_one_in_its_place(acting: Acting) -> None:
    document_id = acting.registers()
    seen, before = acting.record(document_id)["version"], acting.clock.now()
    merges(acting, POST, IT)
    act = {"lead": f"unit:{POST}", "directive": "Chủ trì", "acted_at": before}
    receipt = offline(acting, office.DIRECTOR, "Assign", document_id, seen, **act)
    assert outcome(receipt) == ("merged", "unit_merged_meanwhile")
    row = acting.record(document_id)["assignments"][-1]
    assert (row["target"], row["unit_id"], row["person_id"]) == (f"unit:{IT}", IT, office.IT_HEAD)
    assert acting.card(office.IT_HEAD, document_id) is not None


def test_both_units_named_at_once_are_one_recipient_in_the_stronger_role(acting: Acting) -> None:
    document_id = acting.registers()
    seen, before = acting.record(document_id)["version"], acting.clock.now()
    merges(acting, POST, IT)
    act = {"lead": f"unit:{POST}", "collaborating": (f"unit:{IT}",), "directive": "Chủ trì", "acted_at": before}
    assert offline(acting, office.DIRECTOR, "Assign", document_id, seen, **act)["status"] == "merged"
    given = [row for row in acting.record(document_id)["assignments"] if row["role"] != "leader"]
    rows = [(row["role"], row["target"]) for row in given]
    assert rows == [("lead", f"unit:{IT}")]
    # and given again to the one in its place, it is not given a second time
    again = acting.does(office.DIRECTOR, "Assign", document_id, lead=f"unit:{IT}", directive="Làm gấp")
    assert outcome(again) == ("applied", None)
    assert len(acting.record(document_id)["assignments"]) == 2


def test_a_head_s_act_from_before_the_merger_counts(acting: Acting, assigned: str) -> None:
    seen, before = acting.record(assigned)["version"], acting.clock.now()
    merges(acting, IT, POST)
    acting.does(office.ADMINISTRATOR, "EndRole", f"person:{office.IT_HEAD}", seen=0, role="division_head")
    taken = offline(acting, office.IT_HEAD, "TakeOn", assigned, seen, acted_at=before)
    assert outcome(taken) == ("applied", None)


def test_mergers_in_a_row_and_into_each_other_end_at_one_unit(acting: Acting, assigned: str) -> None:
    assert outcome(merges(acting, IT, POST)) == ("applied", None)
    assert outcome(merges(acting, POST, office.PRESS_UNIT)) == ("applied", None)
    at = acting.clock.now()
    merged = acting.services.directory.office()
    assert {merged.unit_at(one, at) for one in (IT, POST, office.PRESS_UNIT)} == {office.PRESS_UNIT}
    assert acting.card(office.PRESS_HEAD, assigned) is not None
    # two administrators at once: whichever it is, everybody comes to the same unit
    press = acting.services.accounts.get(f"unit:{office.PRESS_UNIT}")
    assert press is not None
    acting.services.accounts.put({**press, "merged_into": IT, "merged_at": at})
    acting.services.directory.forget()
    merged = acting.services.directory.office()
    assert len({merged.unit_at(one, at) for one in (IT, POST, office.PRESS_UNIT)}) == 1
    assert merged.unit_at(IT, office.NOW_AT) == IT


@pytest.mark.parametrize("by", [office.DIRECTOR, office.CHIEF_OF_OFFICE, office.IT_HEAD, office.CLERK, office.NOBODY])
def test_nobody_but_the_administrator(acting: Acting, by: str) -> None:
    assert outcome(merges(acting, POST, IT, by)) == ("refused", "not_found")
    kept = acting.services.accounts.get(f"unit:{POST}")
    assert kept is not None
    assert "merged_at" not in kept


def test_what_is_wrong_is_refused(acting: Acting) -> None:
    assert outcome(merges(acting, IT, IT)) == ("refused", "merged_into_itself")
    assert outcome(merges(acting, IT, "khong-co")) == ("refused", "no_such_unit")
    assert outcome(merges(acting, office.LEADERSHIP_UNIT, IT)) == ("refused", "leadership_not_merged")
    assert outcome(merges(acting, "khong-co", IT)) == ("refused", "not_found")
    first = merges(acting, POST, IT)
    assert outcome(first) == ("applied", None)
    assert merges(acting, POST, IT, action_id=first["action_id"]) == first
    assert outcome(merges(acting, POST, office.PRESS_UNIT)) == ("refused", "settled_already")
    assert outcome(merges(acting, IT, POST)) == ("refused", "no_such_unit")
