"""Accounts: locked and opened, roles given and ended; what was done before stays judged by the rights of then."""

from __future__ import annotations

from typing import Any

import pytest

from server.domain.errors import DomainError
from server.usecases.accounts import session_of, sign_in
from tests.fixtures import office
from tests.fixtures.acting import Acting
from tests.usecases.test_conflicts import offline, outcome

PASSWORD = "mat-khau-thu-nghiem"
WHY = "Chuyển công tác"


def governs(acting: Acting, command: str, person_id: str, by: str = office.ADMINISTRATOR, **fields: Any) -> Any:
    """Let somebody change a person's account."""
    return acting.does(by, command, f"person:{person_id}", seen=fields.pop("seen", 0), **fields)


def account(acting: Acting, person_id: str) -> dict[str, Any]:
    """Give an account as stored."""
    found = acting.services.accounts.get(f"person:{person_id}")
    assert found is not None
    return found


def test_a_locked_person_may_nothing_from_then_on_and_all_of_it_when_opened(acting: Acting, assigned: str) -> None:
    before = acting.clock.now()
    seen = acting.record(assigned)["version"]
    acting.clock.move(hours=1)
    locked = governs(acting, "LockAccount", office.IT_HEAD, reason=WHY)
    assert outcome(locked) == ("applied", None)
    assert acting.card(office.IT_HEAD, assigned) is None
    assert outcome(acting.does(office.IT_HEAD, "TakeOn", assigned)) == ("refused", "not_found")
    # an act from before the lock counts
    comment = offline(acting, office.IT_HEAD, "AddComment", assigned, seen, acted_at=before, text="Đã đọc ở cơ sở")
    assert comment["status"] in ("applied", "merged"), comment
    during = acting.clock.now()
    acting.clock.move(hours=1)
    assert outcome(governs(acting, "UnlockAccount", office.IT_HEAD)) == ("applied", None)
    assert acting.card(office.IT_HEAD, assigned) is not None
    late = offline(acting, office.IT_HEAD, "TakeOn", assigned, seen, acted_at=during)
    assert late["status"] == "refused"
    kept = account(acting, office.IT_HEAD)
    assert [event["event"] for event in kept["events"]] == ["AccountLocked", "AccountUnlocked"]
    assert kept["locks"] == [{"from_at": locked["received_at"], "until_at": kept["events"][1]["received_at"]}]
    assert kept["receipts"][locked["action_id"]] == locked
    assert kept["password_hash"] == office.NO_PASSWORD


def test_the_sessions_of_a_locked_person_end_for_good(acting: Acting) -> None:
    hashed = acting.services.passwords.hash(PASSWORD)
    acting.services.accounts.put({**account(acting, office.IT_HEAD), "password_hash": hashed})
    old = sign_in(acting.services, office.IT_HEAD, PASSWORD)
    assert old is not None
    assert session_of(acting.services, old.token) is not None
    governs(acting, "LockAccount", office.IT_HEAD, reason=WHY)
    assert session_of(acting.services, old.token) is None
    assert sign_in(acting.services, office.IT_HEAD, PASSWORD) is None
    governs(acting, "UnlockAccount", office.IT_HEAD)
    assert session_of(acting.services, old.token) is None
    new = sign_in(acting.services, office.IT_HEAD, PASSWORD)
    assert new is not None
    assert session_of(acting.services, new.token) is not None


def test_a_role_counts_from_when_it_is_given_until_it_is_ended(acting: Acting) -> None:
    entry = {"leader_id": "", "sender": "UBND tỉnh", "number": "9/UBND-NC", "document_on": None, "type": "CV"}
    entry |= {"subject": "UBND tỉnh yêu cầu báo cáo kết quả chuyển đổi số năm 2026"}

    def registers(**envelope: Any) -> tuple[str, str | None]:
        return outcome(acting.does(office.OFFICE_SPECIALIST, "RegisterIncoming", **entry, **envelope))

    before = acting.clock.now()
    given = governs(acting, "GrantRole", office.OFFICE_SPECIALIST, role="clerk")
    assert outcome(given) == ("applied", None)
    assert registers(acted_at=before) == ("refused", "not_allowed")
    assert registers() == ("applied", None)
    assert outcome(governs(acting, "GrantRole", office.OFFICE_SPECIALIST, role="clerk")) == ("refused", "role_held")
    assert outcome(governs(acting, "EndRole", office.OFFICE_SPECIALIST, role="clerk")) == ("applied", None)
    acting.clock.move(minutes=1)
    assert registers() == ("refused", "not_allowed")
    assert outcome(governs(acting, "EndRole", office.OFFICE_SPECIALIST, role="clerk")) == ("refused", "role_not_held")
    row = account(acting, office.OFFICE_SPECIALIST)["roles"][-1]
    assert (row["role"], row["from_at"], bool(row["until_at"])) == ("clerk", given["received_at"], True)


@pytest.mark.parametrize(
    "by", [office.DIRECTOR, office.CHIEF_OF_OFFICE, office.IT_HEAD, office.CLERK, office.NOBODY, office.IT_SPECIALIST]
)
def test_nobody_but_the_administrator(acting: Acting, by: str) -> None:
    before = account(acting, office.IT_SPECIALIST)
    for command, fields in (
        ("LockAccount", {"reason": WHY}),
        ("UnlockAccount", {}),
        ("GrantRole", {"role": "leader"}),
        ("EndRole", {"role": "specialist"}),
    ):
        receipt = governs(acting, command, office.IT_SPECIALIST, by, **fields)
        assert outcome(receipt) == ("refused", "not_found"), command
    assert account(acting, office.IT_SPECIALIST) == before


def test_the_administrator_does_not_lock_himself_out(acting: Acting) -> None:
    own = office.ADMINISTRATOR
    assert outcome(governs(acting, "LockAccount", own, reason=WHY)) == ("refused", "locks_oneself")
    assert outcome(governs(acting, "EndRole", own, role="administrator")) == ("refused", "locks_oneself")


def test_what_is_wrong_is_refused(acting: Acting) -> None:
    assert outcome(governs(acting, "GrantRole", office.IT_HEAD, role="king")) == ("refused", "bad_value")
    assert outcome(governs(acting, "UnlockAccount", office.IT_HEAD)) == ("refused", "settled_already")
    assert outcome(governs(acting, "LockAccount", office.UNKNOWN_PERSON, reason=WHY)) == ("refused", "not_found")
    # an account is no delegation, a document no account, and a comment is made on neither
    document_id = acting.registers()
    for command, named, fields in (
        ("EndDelegation", f"person:{office.IT_HEAD}", {}),
        ("AddComment", f"person:{office.IT_HEAD}", {"text": "?"}),
        ("LockAccount", document_id, {"reason": WHY}),
    ):
        with pytest.raises(DomainError) as caught:
            acting.does(office.ADMINISTRATOR, command, named, seen=1, **fields)
        assert caught.value.code == "not_found"


def test_told_twice_it_is_done_once(acting: Acting) -> None:
    first = governs(acting, "LockAccount", office.IT_HEAD, reason=WHY)
    again = governs(acting, "LockAccount", office.IT_HEAD, reason=WHY, action_id=first["action_id"])
    assert again == first
    assert account(acting, office.IT_HEAD)["version"] == 1
    second = governs(acting, "LockAccount", office.IT_HEAD, reason=WHY)
    assert outcome(second) == ("refused", "settled_already")
