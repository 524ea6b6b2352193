"""Conflicts with a day by which they are decided: reminders by the clock, and authors who are told."""

from __future__ import annotations

from typing import Any

import pytest

from server.domain.notices import notices_of
from server.jobs import office_jobs
from server.usecases import reminding
from tests.fixtures import office
from tests.fixtures.acting import Acting

PHONE = "device-dien-thoai"


@pytest.fixture
def held(acting: Acting) -> tuple[str, str]:
    """Give a document and the review of the head's assignment, which the director decides (opened on a Monday)."""
    document_id = acting.registers()
    acting.does(office.DIRECTOR, "Assign", document_id, lead=f"unit:{office.IT_UNIT}", directive="Tham mưu")
    seen = acting.record(document_id)["version"]
    acting.does(
        office.IT_DEPUTY_HEAD, "Assign", document_id, lead=f"person:{office.IT_SPECIALIST}", directive="Đức làm"
    )
    second = f"person:{office.SECOND_IT_SPECIALIST}"
    receipt = acting.does(
        office.IT_HEAD, "Assign", document_id, seen=seen, device_id=PHONE, lead=second, directive="Nam làm"
    )
    assert receipt["status"] == "needs_review"
    return document_id, receipt["action_id"]


def reminders(acting: Acting, document_id: str) -> list[dict[str, Any]]:
    """Return the reminders on a record."""
    return [event for event in acting.record(document_id)["events"] if event["event"] == "ReviewReminded"]


def notice(acting: Acting, document_id: str) -> dict[str, Any] | None:
    """Return what the head of the division is to be told."""
    found = notices_of(acting.record(document_id), acting.services.directory.office(), acting.clock.now())
    return next(iter(found[office.IT_HEAD].values()))


def test_whoever_decides_is_reminded_once_each_working_day_after_the_due_day(
    acting: Acting, held: tuple[str, str]
) -> None:
    document_id, _ = held
    remind = next(job for job in office_jobs.jobs(acting.services) if job.name == "remind-of-conflicts").run
    remind()
    acting.clock.move(days=3)  # Thursday, the due day: the 24th of November is a holiday
    remind()
    assert reminders(acting, document_id) == []
    for day, count in (("Friday", 1), ("Saturday", 1), ("Sunday", 1), ("Monday", 2), ("Tuesday", 3)):
        acting.clock.move(days=1)
        for _again in range(2):
            remind()
        assert len(reminders(acting, document_id)) == count, day
    card = acting.card(office.DIRECTOR, document_id)
    assert card is not None
    review = card["reviews"][0]
    assert (review["due_on"], review["reminder_count"]) == ("2026-11-26", 3)
    assert review["reminded_at"] == reminders(acting, document_id)[-1]["at"]
    told = card["timeline"][-1]
    assert (told["event"], told["actor_name"]) == ("ReviewReminded", "")
    assert told["details"] == {"to_name": office.name_of(office.DIRECTOR), "command": "Assign"}


def test_a_decided_conflict_is_not_reminded_of(acting: Acting, held: tuple[str, str]) -> None:
    document_id, review_id = held
    acting.does(office.DIRECTOR, "ResolveConflict", document_id, review_id=review_id, choice="theirs")
    acting.clock.move(days=4)
    assert reminding.overdue_reviews(acting.services) == 0


def test_the_reminder_goes_to_who_stands_in(acting: Acting, held: tuple[str, str]) -> None:
    document_id, _ = held
    accounts = acting.services.accounts
    person = accounts.get(f"person:{office.DIRECTOR}")
    accounts.put({**person, "is_active": False, "inactive_from_at": acting.clock.now()})
    acting.clock.move(days=4)
    assert reminding.overdue_reviews(acting.services) == 1
    assert reminders(acting, document_id)[0]["data"]["to"] == office.CHIEF_OF_OFFICE


@pytest.mark.parametrize("person_id", [office.DIRECTOR, office.IT_HEAD, office.CHIEF_OF_OFFICE, office.NOBODY])
def test_no_person_gives_reminders(acting: Acting, held: tuple[str, str], person_id: str) -> None:
    document_id, review_id = held
    acting.clock.move(days=4)
    receipt = acting.does(person_id, "RemindReview", document_id, review_id=review_id, device_id=PHONE)
    assert receipt["status"] == "refused"
    assert reminders(acting, document_id) == []


def test_a_reminder_disturbs_no_act_made_without_seeing_it(acting: Acting, held: tuple[str, str]) -> None:
    document_id, review_id = held
    seen = acting.record(document_id)["version"]
    acting.clock.move(days=4)
    reminding.overdue_reviews(acting.services)
    choice = {"review_id": review_id, "choice": "ours"}
    receipt = acting.does(
        office.DIRECTOR, "ResolveConflict", document_id, seen=seen, device_id="device-giam-doc", **choice
    )
    assert (receipt["status"], receipt["reason"]) == ("applied", None)


def test_the_author_is_told_of_the_beginning_and_of_the_end(acting: Acting, held: tuple[str, str]) -> None:
    document_id, review_id = held
    told = notice(acting, document_id)
    assert told is not None
    assert (told["told"], told["by_name"]) == ("opened", office.name_of(office.DIRECTOR))
    early = acting.does(office.IT_HEAD, "AcknowledgeReview", document_id, review_id=review_id, told="resolved")
    assert (early["status"], early["reason"]) == ("refused", "bad_value")
    assert (
        acting.does(office.IT_HEAD, "AcknowledgeReview", document_id, review_id=review_id, told="opened")["status"]
        == "applied"
    )
    assert notice(acting, document_id) is None
    resolved = {"review_id": review_id, "choice": "theirs", "note": "Giữ như đã giao"}
    acting.does(office.DIRECTOR, "ResolveConflict", document_id, **resolved)
    told = notice(acting, document_id)
    assert told is not None
    assert (told["told"], told["choice"], told["note"]) == ("resolved", "theirs", "Giữ như đã giao")
    for word in ("resolved", "opened"):
        acting.does(office.IT_HEAD, "AcknowledgeReview", document_id, review_id=review_id, told=word)
        assert notice(acting, document_id) is None


def test_only_the_author_acknowledges(acting: Acting, held: tuple[str, str]) -> None:
    document_id, review_id = held
    for person_id in (office.DIRECTOR, office.IT_DEPUTY_HEAD, office.NOBODY):
        receipt = acting.does(person_id, "AcknowledgeReview", document_id, review_id=review_id, told="opened")
        assert receipt["status"] == "refused"
    assert notice(acting, document_id) is not None


def test_the_author_of_another_act_on_the_document_acknowledges_their_own_only(
    acting: Acting, held: tuple[str, str]
) -> None:
    document_id, review_id = held
    third = {"lead": f"person:{office.THIRD_IT_SPECIALIST}", "directive": "Thuận làm"}
    seen = next(e["version"] for e in acting.record(document_id)["events"] if e["event"] == "Assigned")
    own = acting.does(office.IT_DEPUTY_HEAD, "Assign", document_id, seen=seen, device_id="device-thu-hai", **third)
    assert own["status"] == "needs_review"
    for one, status in ((review_id, "refused"), (own["action_id"], "applied")):
        receipt = acting.does(office.IT_DEPUTY_HEAD, "AcknowledgeReview", document_id, review_id=one, told="opened")
        assert receipt["status"] == status


def test_an_author_who_lost_sight_of_the_document_is_told_and_can_acknowledge(acting: Acting) -> None:
    document_id = acting.registers()
    acting.does(office.DIRECTOR, "Assign", document_id, lead=f"unit:{office.IT_UNIT}", directive="Tham mưu")
    seen = acting.record(document_id)["version"]
    acting.does(office.DIRECTOR, "Assign", document_id, lead=f"unit:{office.POST_UNIT}", directive="BCVT chủ trì")
    held = acting.does(
        office.IT_HEAD, "Assign", document_id, seen=seen, device_id=PHONE, lead="person:duc", directive="Làm"
    )
    acting.does(office.DIRECTOR, "ResolveConflict", document_id, review_id=held["action_id"], choice="theirs")
    assert acting.card(office.IT_HEAD, document_id) is None
    told = notice(acting, document_id)
    assert told is not None
    assert told["has_card"] is False
    done = acting.does(office.IT_HEAD, "AcknowledgeReview", document_id, review_id=held["action_id"], told="resolved")
    assert done["status"] == "applied"
    assert notice(acting, document_id) is None


def test_a_held_act_of_the_version_before_is_carried_out_after_the_update(acting: Acting) -> None:
    """What was kept under an older form of the commands does not become undecidable."""
    document_id = acting.registers()
    acting.does(office.DIRECTOR, "Assign", document_id, lead=f"unit:{office.IT_UNIT}", directive="Tham mưu")
    acting.does(office.IT_HEAD, "Assign", document_id, lead=f"person:{office.IT_SPECIALIST}", directive="Dự thảo")
    draft_id = acting.drafts(document_id)
    sha256 = acting.record(draft_id)["versions"][-1]["sha256"]
    acting.does(office.IT_SPECIALIST, "SubmitDraft", draft_id, to_person=office.IT_HEAD, version_sha256=sha256)
    acting.does(office.IT_HEAD, "SubmitToLeader", draft_id, leader_id=office.DIRECTOR, version_sha256=sha256)
    seen = acting.record(draft_id)["version"]
    acting.does(office.DEPUTY, "ReturnDraft", draft_id, reason="Sửa", return_to="division")
    acting.does(office.IT_HEAD, "SubmitToLeader", draft_id, leader_id=office.DIRECTOR, version_sha256=sha256)
    held = acting.does(
        office.DIRECTOR, "ReturnDraft", draft_id, seen=seen, device_id=PHONE, reason="Trả", return_to="drafter"
    )
    assert held["status"] == "needs_review", held
    record = acting.record(draft_id)
    kept = record["reviews"][-1]["command"]
    del kept["app_version"]
    kept["fields"]["target"] = kept["fields"].pop("return_to")
    acting.services.records.put(record)
    owner_id = acting.card(office.DIRECTOR, draft_id)["reviews"][0]["owner_id"]
    ended = acting.does(owner_id, "ResolveConflict", draft_id, review_id=held["action_id"], choice="ours")
    assert (ended["status"], ended["reason"]) == ("applied", None)
    assert acting.record(draft_id)["state"] == "returned"
