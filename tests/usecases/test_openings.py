"""Who has seen a document: noted beside its record, of those only who may see it, and of nothing that is not yet."""

from __future__ import annotations

import pytest

from server.domain.permissions import Standing
from server.usecases import openings
from server.usecases.openings import Opening
from tests.fixtures import office
from tests.fixtures.acting import Acting

LONG_AGO = "2026-11-20T01:00:00.000Z"
FAR_AHEAD = "2027-01-01T00:00:00.000Z"


def _seen(acting: Acting, document_id: str, by: str = office.DIRECTOR) -> dict[str, dict]:
    who = Standing(acting.record(document_id), by, acting.services.directory.office(), acting.clock.now())
    rows = openings.seen_by(acting.services, who.record, who)
    return {one["person_id"]: one for one in rows}


def test_who_has_it_and_has_not_looked_is_told_apart_from_who_has(acting: Acting, passed_on: str) -> None:
    version = acting.record(passed_on)["version"]
    assert openings.note(acting.services, office.IT_HEAD, [Opening(passed_on, version, LONG_AGO)]) == 1
    seen = _seen(acting, passed_on)
    there_at = acting.record(passed_on)["events"][version - 1]["received_at"]
    assert seen[office.IT_HEAD]["first_at"] == there_at, "nobody saw a version before it was there"
    assert seen[office.IT_HEAD]["is_current"]
    assert seen[office.IT_SPECIALIST]["first_at"] is None
    assert seen[office.DIRECTOR]["first_at"] is None
    assert office.POST_HEAD not in seen


def test_what_happens_later_is_not_seen_until_the_page_is_opened_again(acting: Acting, assigned: str) -> None:
    services, before = acting.services, acting.record(assigned)["version"]
    first = acting.clock.now()
    openings.note(services, office.IT_HEAD, [Opening(assigned, before, first)])
    acting.does(office.DIRECTOR, "Follow", assigned, is_followed=True)
    assert _seen(acting, assigned)[office.IT_HEAD]["is_current"], "that somebody follows it is no news"
    acting.does(office.DIRECTOR, "AddComment", assigned, text="Làm trước ngày 30")
    assert not _seen(acting, assigned)[office.IT_HEAD]["is_current"]
    now = acting.clock.now()
    assert openings.note(services, office.IT_HEAD, [Opening(assigned, acting.record(assigned)["version"], now)]) == 1
    mine = _seen(acting, assigned)[office.IT_HEAD]
    assert (mine["is_current"], mine["first_at"], mine["last_at"]) == (True, first, now)


def test_the_same_opening_again_writes_nothing(acting: Acting, assigned: str) -> None:
    opened = [Opening(assigned, acting.record(assigned)["version"], acting.clock.now())]
    assert openings.note(acting.services, office.IT_HEAD, opened) == 1
    assert openings.note(acting.services, office.IT_HEAD, opened) == 0


def test_who_may_not_see_it_opens_nothing(acting: Acting, assigned: str) -> None:
    opened = [Opening(assigned, 1, acting.clock.now()), Opening("incoming:none-0001", 1, acting.clock.now())]
    assert openings.note(acting.services, office.NOBODY, opened) == 0
    assert openings.note(acting.services, office.ADMINISTRATOR, opened) == 0
    assert openings.of_document(acting.services, assigned) == {}


def test_a_device_cannot_have_seen_what_is_not_there_yet(acting: Acting, assigned: str) -> None:
    openings.note(acting.services, office.IT_HEAD, [Opening(assigned, 900, FAR_AHEAD)])
    found = openings.of_document(acting.services, assigned)[office.IT_HEAD]
    assert found["version"] == acting.record(assigned)["version"]
    assert found["first_at"] < FAR_AHEAD


def test_an_opening_makes_no_version(acting: Acting, assigned: str) -> None:
    before = acting.record(assigned)
    openings.note(acting.services, office.IT_HEAD, [Opening(assigned, before["version"], acting.clock.now())])
    assert acting.record(assigned) == before


@pytest.mark.parametrize(
    "payload",
    [
        None,
        [],
        {"opened": {}},
        {"opened": [1]},
        {"opened": [{"document_id": "a/b", "version": 1, "at": LONG_AGO}]},
        {"opened": [{"document_id": "incoming:a", "version": True, "at": LONG_AGO}]},
        {"opened": [{"document_id": "incoming:a", "version": 0, "at": LONG_AGO}]},
        {"opened": [{"document_id": "incoming:a", "version": 1, "at": "hôm qua"}]},
        {"opened": [{"document_id": "incoming:a", "version": 1, "at": "0001-01-01T00:00:00+14:00"}]},
        {"opened": [{"document_id": "incoming:a", "version": 1, "at": LONG_AGO}] * (openings.LIMIT + 1)},
    ],
)
def test_what_is_malformed_is_not_read(payload: object) -> None:
    with pytest.raises(ValueError, match=r"."):
        openings.read(payload)


def test_who_only_has_a_part_learns_of_those_below_and_of_nobody_above(acting: Acting, passed_on: str) -> None:
    for person_id in (office.DIRECTOR, office.IT_HEAD, office.CLERK):
        openings.note(acting.services, person_id, [Opening(passed_on, 1, acting.clock.now())])
    assert set(_seen(acting, passed_on, office.IT_SPECIALIST)) == {office.IT_SPECIALIST}
    assert {office.DIRECTOR, office.CLERK} <= set(_seen(acting, passed_on, office.IT_HEAD))
