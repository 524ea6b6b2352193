"""Who could act when: roles and accounts as they stood, also before they changed again."""

from __future__ import annotations

import pytest

from server.domain.office import LEADER, Delegation, person_from
from tests.fixtures import office

LOCKED_AT, OPENED_AT = "2026-11-23T02:00:00.000Z", "2026-11-23T03:00:00.000Z"


def test_a_time_in_which_the_account_was_locked_stays_one_after_it_was_opened_again() -> None:
    locks = [{"from_at": LOCKED_AT, "until_at": OPENED_AT}]
    deputy = person_from(office.person(office.DEPUTY, locks=locks))
    assert deputy.has_role(LEADER, "2026-11-23T01:59:59.999Z")
    assert not deputy.has_role(LEADER, LOCKED_AT)
    assert not deputy.has_role(LEADER, "2026-11-23T02:59:59.999Z")
    assert deputy.has_role(LEADER, OPENED_AT)


@pytest.mark.parametrize(
    ("changes", "term"),
    [
        ({}, None),
        ({"permitted_at": "2026-11-20T00:00:00.000Z"}, ("2026-11-23", "2026-11-27")),
        # no permission reaches into the past, and no end beyond the term
        ({"permitted_at": "2026-11-24"}, ("2026-11-24", "2026-11-27")),
        ({"permitted_at": "2026-11-20", "ended_at": "2026-11-25"}, ("2026-11-23", "2026-11-25")),
        ({"permitted_at": "2026-11-20", "ended_at": "2026-11-30"}, ("2026-11-23", "2026-11-27")),
        ({"permitted_at": "2026-11-20", "ended_at": "2026-11-21"}, None),
        ({"permitted_at": "2026-11-28"}, None),
    ],
)
def test_from_when_until_when_a_delegation_has_effect(changes: dict[str, str], term: tuple[str, str] | None) -> None:
    given = Delegation("delegation:1", office.IT_HEAD, office.IT_SPECIALIST, "2026-11-23", "2026-11-27", **changes)
    assert given.term() == term
    if term:
        assert given.is_in_force(term[0])
        assert not given.is_in_force(term[1])
