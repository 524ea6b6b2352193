"""Who may do what: the table denies what it does not name, and looks at authority as it stood."""

from __future__ import annotations

import pytest

from server.domain.commands import COMMANDS
from server.domain.document_states import STATES
from server.domain.office import Office, office_from
from server.domain.office_commands import OFFICE_COMMANDS
from server.domain.office_permissions import OFFICE_GRANTS, OFFICE_STATES, may_govern
from server.domain.permissions import GRANTS, Standing, allowed_actions, may, may_see
from server.domain.records import Record, new_record
from tests.fixtures import office


@pytest.fixture
def fixed_office() -> Office:
    """Give the fixed office."""
    return office_from(office.documents())


def presented(state: str = "presented") -> Record:
    """Return an incoming document that lies with the director."""
    record = new_record("incoming", "incoming:act-00000001")
    leader_row = {
        "assignment_id": "act-00000001:leader",
        "parent_id": None,
        "role": "leader",
        "target": f"person:{office.DIRECTOR}",
        "unit_id": "",
        "person_id": office.DIRECTOR,
        "state": "waiting",
        "since_version": 1,
        "ended_version": None,
    }
    record.update(version=1, state=state, confidentiality="normal", assignments=[leader_row])
    return record


def test_every_command_has_a_row_and_every_row_is_a_command() -> None:
    assert set(GRANTS) == set(COMMANDS)
    named = {command for states in STATES.values() for command in states}
    assert named | {"RegisterIncoming", "StartDraft", "CreateCaseFile"} == set(COMMANDS)


def test_every_command_on_the_office_has_a_row_too(fixed_office: Office) -> None:
    assert set(OFFICE_GRANTS) == set(OFFICE_COMMANDS)
    named = {command for states in OFFICE_STATES.values() for command in states}
    assert named | {"RequestDelegation"} == set(OFFICE_COMMANDS)
    for command in OFFICE_STATES["person"]:
        for person_id in (office.DIRECTOR, office.IT_HEAD, office.CHIEF_OF_OFFICE, office.NOBODY):
            assert not may_govern(command, Standing({"kind": "person"}, person_id, fixed_office, office.NOW_AT)), (
                command
            )
    parties = {"kind": "delegation", "from_person": office.IT_HEAD, "to_person": office.IT_SPECIALIST}
    for command in OFFICE_COMMANDS:
        assert not may_govern(command, Standing(parties, office.NOBODY, fixed_office, office.NOW_AT)), command
    assert not may_govern("SeizePower", Standing(parties, office.DIRECTOR, fixed_office, office.NOW_AT))


def test_an_unknown_command_is_denied(fixed_office: Office) -> None:
    assert not may("DropEverything", Standing(presented(), office.DIRECTOR, fixed_office, office.NOW_AT))


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_nobody_may_do_anything(command: str, fixed_office: Office) -> None:
    who = Standing(presented(), office.NOBODY, fixed_office, office.NOW_AT)
    assert not may(command, who)
    assert not may_see(who)
    assert allowed_actions(who) == []


@pytest.mark.parametrize(
    ("person_id", "sees"),
    [
        (office.DIRECTOR, True),
        (office.DEPUTY, True),
        (office.CLERK, True),
        (office.CHIEF_OF_OFFICE, True),
        (office.IT_HEAD, False),
        (office.IT_SPECIALIST, False),
        (office.ADMINISTRATOR, False),
        (office.UNKNOWN_PERSON, False),
    ],
)
def test_who_sees_a_document_that_lies_with_the_director(person_id: str, sees: bool, fixed_office: Office) -> None:
    assert may_see(Standing(presented(), person_id, fixed_office, office.NOW_AT)) is sees


def test_a_role_counts_from_its_first_to_before_its_last_instant() -> None:
    ending = office.person(
        office.DIRECTOR,
        roles=[{"role": "leader", "from_at": "2026-01-01T00:00:00.000Z", "until_at": "2026-11-01T00:00:00.000Z"}],
    )
    dated = office_from([*office.units(), ending])
    for at, held in (
        ("2025-12-31T23:59:59.999Z", False),
        ("2026-01-01T00:00:00.000Z", True),
        ("2026-10-31T23:59:59.999Z", True),
        ("2026-11-01T00:00:00.000Z", False),
    ):
        assert may("Assign", Standing(presented(), office.DIRECTOR, dated, at)) is held, at


def test_a_locked_person_keeps_the_authority_of_the_time_before() -> None:
    locked = office.person(office.DIRECTOR, is_active=False, inactive_from_at="2026-11-20T00:00:00.000Z")
    dated = office_from([*office.units(), locked])
    assert may("Assign", Standing(presented(), office.DIRECTOR, dated, "2026-11-19T00:00:00.000Z"))
    assert not may("Assign", Standing(presented(), office.DIRECTOR, dated, "2026-11-21T00:00:00.000Z"))


def test_a_secret_document_is_a_bare_entry_for_the_clerk_alone(fixed_office: Office) -> None:
    record = {**presented("registered"), "confidentiality": "secret"}
    for person_id in (office.DIRECTOR, office.CHIEF_OF_OFFICE, office.IT_HEAD, office.NOBODY):
        assert not may_see(Standing(record, person_id, fixed_office, office.NOW_AT))
    clerk = Standing(record, office.CLERK, fixed_office, office.NOW_AT)
    assert may_see(clerk)
    assert allowed_actions(clerk) == []
