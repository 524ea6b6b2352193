"""Every cell of the last table of outcomes in docs/sync.md: what happened to people, for each command.

The authority that an act needs is that of the instant at which it was done, whenever it arrives.
"""

from __future__ import annotations

from typing import Any

import pytest

from server.domain.outcomes import PEOPLE, Cause, Outcome, commands_on
from tests.fixtures import office
from tests.fixtures.acting import Acting
from tests.usecases.test_delegating import delegates
from tests.usecases.test_outcomes import INCOMING, OUTGOING, Played

TERM = {"from_at": "2026-11-20T00:00:00Z", "until_at": "2026-11-29T00:00:00Z"}
STANDS_IN = {
    office.CLERK: office.OFFICE_SPECIALIST,
    office.DIRECTOR: office.POST_HEAD,
    office.IT_HEAD: office.SECOND_IT_SPECIALIST,
    office.IT_SPECIALIST: office.SECOND_IT_SPECIALIST,
}
"""Who acts in whose place, with no right to the document of their own."""
COMMANDS = [("incoming", name) for name in commands_on("incoming")]
COMMANDS += [("outgoing", name) for name in commands_on("outgoing")]


def happens(acting: Acting, cause: str, author: str) -> None:
    """Let it happen to the author of an act, or to their unit."""
    admin, person = office.ADMINISTRATOR, f"person:{author}"
    match cause:
        case "role_ended":
            account = acting.services.accounts.get(person)
            assert account is not None
            for row in account["roles"]:
                done(acting.does(admin, "EndRole", person, role=row["role"]))
        case "account_locked":
            done(acting.does(admin, "LockAccount", person, reason="Đình chỉ công tác"))
        case "delegation_begun":
            delegates(acting, author, STANDS_IN[author], **TERM)
        case "unit_merged":
            reason = "Quyết định số 12/QĐ-UBND"
            done(acting.does(admin, "MergeUnit", f"unit:{office.IT_UNIT}", into=office.POST_UNIT, reason=reason))
    acting.clock.move(minutes=1)


def done(receipt: dict[str, Any]) -> None:
    """Assert that an act was carried out."""
    assert receipt["status"] == "applied", receipt


def said(receipt: dict[str, Any]) -> Outcome:
    """Give what a receipt says."""
    return Outcome(receipt["status"], receipt["reason"])


def cells(*whose: str) -> list[Any]:
    """Give every cause that bears upon somebody's act, with every command, before and after."""
    return [
        pytest.param(cause, kind, command, moment, id=f"{cause.name}-{cause.whose}-{command}-{kind}-{moment}")
        for cause in PEOPLE
        if cause.whose in whose
        for kind, command in COMMANDS
        for moment in ("before", "after")
        if cause.whose != "head" or _author(kind, command) == office.IT_HEAD
    ]


def _author(kind: str, command: str) -> str:
    return INCOMING[command][0] if kind == "incoming" else OUTGOING[command][1][0]


@pytest.mark.parametrize(("cause", "kind", "command", "moment"), cells("author", "delegator", "head"))
def test_one_s_own_act(acting: Acting, cause: Cause, kind: str, command: str, moment: str) -> None:
    played = Played(acting, kind, command)
    before = acting.clock.now()
    happens(acting, cause.name, played.act[0])
    acted_at = before if moment == "before" else acting.clock.now()
    assert said(played.sent(acted_at=acted_at)) == getattr(cause, moment)


@pytest.mark.parametrize(("cause", "kind", "command", "moment"), cells("delegate"))
def test_an_act_in_another_s_place(acting: Acting, cause: Cause, kind: str, command: str, moment: str) -> None:
    giver = _author(kind, command)
    has_ended = cause.name == "delegation_ended"
    # the delegate has to have seen the document while it lasted
    delegation_id = delegates(acting, giver, STANDS_IN[giver], **TERM) if has_ended else ""
    played = Played(acting, kind, command)
    before = acting.clock.now()
    acting.clock.move(minutes=1)
    if has_ended:
        done(acting.does(giver, "EndDelegation", delegation_id))
    happens(acting, cause.name, giver)
    acted_at = before if moment == "before" else acting.clock.now()
    receipt = played.sent(STANDS_IN[giver], acted_at=acted_at)
    assert said(receipt) == getattr(cause, moment), receipt
    if receipt["status"] == "applied":
        record = acting.record(receipt["document_id"] or played.document_id)
        assert record["events"][-1]["on_behalf_of"] == giver


@pytest.mark.parametrize("moment", ["before", "after"])
def test_sent_to_a_unit_that_was_merged(acting: Acting, moment: str) -> None:
    cause = next(one for one in PEOPLE if one.whose == "sender")
    document_id = acting.registers()
    seen, before = acting.record(document_id)["version"], acting.clock.now()
    happens(acting, cause.name, office.DIRECTOR)
    acted_at = before if moment == "before" else acting.clock.now()
    receipt = acting.does(
        office.DIRECTOR,
        "Assign",
        document_id,
        seen=seen,
        device_id="device-dien-thoai",
        acted_at=acted_at,
        lead=f"unit:{office.IT_UNIT}",
        directive="Tham mưu",
    )
    assert said(receipt) == getattr(cause, moment)
    assert acting.record(document_id)["assignments"][-1]["person_id"] == office.POST_HEAD
