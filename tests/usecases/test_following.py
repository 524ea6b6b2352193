"""Following a document: it stays in sight of whoever may see it, and of nobody else (Articles 12.2, 13.1)."""

from __future__ import annotations

from dataclasses import replace

from server.domain.cards import audience
from server.domain.office import Delegation
from tests.fixtures import office
from tests.fixtures.acting import Acting


def _list(acting: Acting, person_id: str, document_id: str) -> str | None:
    card = acting.card(person_id, document_id)
    return str(card["list"]) if card else None


def _inbox(acting: Acting, person_id: str) -> set[str]:
    acting.services.fanout.catch_up()
    return {one["_id"] for one in acting.services.store.database(f"inbox_{person_id}").all("incoming:")}


def test_what_a_leader_follows_comes_to_their_devices_and_asks_nothing_of_them(acting: Acting, passed_on: str) -> None:
    assert passed_on not in _inbox(acting, office.SECOND_DEPUTY)
    assert acting.does(office.SECOND_DEPUTY, "Follow", passed_on, is_followed=True)["status"] == "applied"
    assert passed_on in _inbox(acting, office.SECOND_DEPUTY)
    card = acting.card(office.SECOND_DEPUTY, passed_on)
    assert card is not None
    assert (card["list"], card["folder"], card["is_followed"]) == ("followed", "watching", True)
    acting.does(office.SECOND_DEPUTY, "Follow", passed_on, is_followed=False)
    assert passed_on not in _inbox(acting, office.SECOND_DEPUTY)


def test_what_one_passed_on_or_finished_stays_in_sight(acting: Acting, passed_on: str) -> None:
    assert _list(acting, office.IT_HEAD, passed_on) == "passed_on"
    acting.does(office.IT_HEAD, "Follow", passed_on, is_followed=True)
    assert _list(acting, office.IT_HEAD, passed_on) == "followed"
    acting.does(office.IT_SPECIALIST, "Conclude", passed_on, new_case_file_title="Hồ sơ", result="Xong")
    assert _list(acting, office.IT_HEAD, passed_on) == "followed"


def test_work_that_waits_is_work_whoever_follows_it(acting: Acting, passed_on: str) -> None:
    acting.does(office.IT_SPECIALIST, "Follow", passed_on, is_followed=True)
    assert _list(acting, office.IT_SPECIALIST, passed_on) == "waiting"


def test_it_is_not_told_in_the_history_and_stands_in_nobody_s_way(acting: Acting, assigned: str) -> None:
    seen = acting.record(assigned)["version"]
    acting.does(office.CHIEF_OF_OFFICE, "Follow", assigned, is_followed=True)
    receipt = acting.does(office.IT_HEAD, "TakeOn", assigned, seen=seen)
    assert receipt["status"] == "applied"
    card = acting.card(office.IT_HEAD, assigned)
    assert card is not None
    assert "Followed" not in [one["event"] for one in card["timeline"]]
    assert [one["event"] for one in acting.record(assigned)["events"]].count("Followed") == 1


def test_it_gives_no_right_to_see(acting: Acting, passed_on: str) -> None:
    for person_id in (office.PRESS_HEAD, office.NOBODY, office.ADMINISTRATOR):
        receipt = acting.does(person_id, "Follow", passed_on, is_followed=True)
        assert (receipt["status"], receipt["reason"]) == ("refused", "not_found")
    acting.does(office.IT_SPECIALIST, "Follow", passed_on, is_followed=True)
    acting.does(office.IT_SPECIALIST, "ReturnAssignment", passed_on, reason="Nhầm người")
    assert acting.card(office.IT_SPECIALIST, passed_on) is None
    assert passed_on not in _inbox(acting, office.IT_SPECIALIST)


def test_a_draft_is_followed_as_well(acting: Acting, submitted: str) -> None:
    acting.does(office.IT_SPECIALIST, "Follow", submitted, is_followed=True)
    card = acting.card(office.IT_SPECIALIST, submitted)
    assert card is not None
    assert card["list"] == "followed"


def test_delegates_have_nothing_of_what_the_delegator_only_follows(acting: Acting, passed_on: str) -> None:
    acting.does(office.SECOND_DEPUTY, "Follow", passed_on, is_followed=True)
    office_now = acting.services.directory.office()
    at = acting.clock.now()
    term = ("2026-01-01T00:00:00.000Z", "2027-01-01T00:00:00.000Z")
    given = Delegation("delegation:x", office.SECOND_DEPUTY, office.PRESS_HEAD, *term, at)
    delegated = replace(office_now, delegations={office.PRESS_HEAD: (given,)})
    people = audience(acting.record(passed_on), delegated, acting.clock.now())
    assert office.SECOND_DEPUTY in people
    assert office.PRESS_HEAD not in people
