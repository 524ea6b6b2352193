"""Who could act when: roles and accounts as they stood, also before they changed again."""

from __future__ import annotations

from server.domain.office import LEADER, person_from
from tests.fixtures import office

LOCKED_AT, OPENED_AT = "2026-11-23T02:00:00.000Z", "2026-11-23T03:00:00.000Z"


def test_a_time_in_which_the_account_was_locked_stays_one_after_it_was_opened_again() -> None:
    locks = [{"from_at": LOCKED_AT, "until_at": OPENED_AT}]
    deputy = person_from(office.person(office.DEPUTY, locks=locks))
    assert deputy.has_role(LEADER, "2026-11-23T01:59:59.999Z")
    assert not deputy.has_role(LEADER, LOCKED_AT)
    assert not deputy.has_role(LEADER, "2026-11-23T02:59:59.999Z")
    assert deputy.has_role(LEADER, OPENED_AT)
