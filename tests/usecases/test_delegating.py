"""Delegations: asked for, permitted, ended; what a delegate may do meanwhile, in whose name, and what is left after."""

from __future__ import annotations

from typing import Any

import pytest

from server.domain.cards import cards_for
from server.domain.payloads import build
from tests.fixtures import office
from tests.fixtures.acting import Acting
from tests.usecases.test_conflicts import IT, offline, outcome

TERM = {"from_at": "2026-11-23", "until_at": "2026-11-27", "reason": "Đi công tác tại huyện Chư Prông"}


def asks(acting: Acting, from_person: str, to_person: str, **changes: Any) -> dict[str, Any]:
    """Let a person ask for a delegation."""
    return acting.does(from_person, "RequestDelegation", to_person=to_person, **{**TERM, **changes})


def delegates(acting: Acting, from_person: str, to_person: str, **changes: Any) -> str:
    """Let a person delegate with the director's permission; give the delegation's id."""
    asked = asks(acting, from_person, to_person, **changes)
    assert outcome(asked) == ("applied", None), asked
    receipt = acting.does(office.DIRECTOR, "PermitDelegation", asked["document_id"])
    assert outcome(receipt) == ("applied", None), receipt
    return str(asked["document_id"])


def stored(acting: Acting, delegation_id: str) -> dict[str, Any]:
    """Give a delegation as stored."""
    found = acting.services.accounts.get(delegation_id)
    assert found is not None
    return found


def inboxes(acting: Acting, document_id: str) -> dict[str, Any]:
    """Give everybody's card of a document as devices get it."""
    return cards_for(acting.record(document_id), acting.services.directory.office(), acting.clock.now(), [])


def test_it_has_no_effect_before_a_leader_permits_it(acting: Acting, assigned: str) -> None:
    asked = asks(acting, office.IT_HEAD, office.IT_SPECIALIST)
    assert outcome(asked) == ("applied", None)
    assert outcome(acting.does(office.IT_SPECIALIST, "TakeOn", assigned)) == ("refused", "not_found")
    assert office.IT_SPECIALIST not in inboxes(acting, assigned)
    assert acting.does(office.DEPUTY, "PermitDelegation", asked["document_id"])["status"] == "applied"
    assert outcome(acting.does(office.IT_SPECIALIST, "TakeOn", assigned)) == ("applied", None)


def test_state_history_and_receipts_are_one_document_and_telling_twice_does_it_once(acting: Acting) -> None:
    asked = asks(acting, office.IT_HEAD, office.IT_SPECIALIST)
    again = asks(acting, office.IT_HEAD, office.IT_SPECIALIST, action_id=asked["action_id"])
    assert again == asked
    kept = stored(acting, asked["document_id"])
    assert (kept["kind"], kept["state"], kept["version"]) == ("delegation", "requested", 1)
    # the last day counts in full, in Vietnam
    assert (kept["from_at"], kept["until_at"]) == ("2026-11-22T17:00:00.000Z", "2026-11-27T17:00:00.000Z")
    permitted = acting.does(office.DIRECTOR, "PermitDelegation", asked["document_id"])
    kept = stored(acting, asked["document_id"])
    assert [event["event"] for event in kept["events"]] == ["DelegationRequested", "DelegationPermitted"]
    assert kept["receipts"] == {one["action_id"]: one for one in (asked, permitted)}
    assert acting.services.records.get(asked["document_id"]) is None


@pytest.mark.parametrize(
    ("from_person", "to_person", "said"),
    [
        (office.IT_SPECIALIST, office.SECOND_IT_SPECIALIST, None),
        (office.IT_HEAD, office.IT_DEPUTY_HEAD, None),
        (office.CLERK, office.SECOND_CLERK, None),
        (office.IT_HEAD, office.POST_HEAD, "outside_own_unit"),
        (office.IT_SPECIALIST, office.POST_SPECIALIST, "outside_own_unit"),
        (office.DIRECTOR, office.DEPUTY, None),
        (office.DEPUTY, office.POST_HEAD, None),
        (office.DIRECTOR, office.IT_SPECIALIST, "not_a_head_or_leader"),
        (office.IT_HEAD, office.IT_HEAD, "delegated_to_self"),
        (office.IT_HEAD, office.NOBODY, "person_inactive"),
        (office.IT_HEAD, office.UNKNOWN_PERSON, "no_such_person"),
        (office.IT_HEAD, office.ADMINISTRATOR, "person_inactive"),
        (office.ADMINISTRATOR, office.IT_SPECIALIST, "not_allowed"),
        (office.NOBODY, office.IT_SPECIALIST, "not_allowed"),
    ],
)
def test_to_whom_one_may_delegate(acting: Acting, from_person: str, to_person: str, said: str | None) -> None:
    assert outcome(asks(acting, from_person, to_person)) == ("refused" if said else "applied", said)


@pytest.mark.parametrize(
    ("from_at", "until_at", "said"),
    [
        ("2026-11-23", "2026-12-23", None),
        ("2026-11-23", "2026-12-24", "delegation_too_long"),
        ("2026-11-24", "2026-11-23", "delegation_over"),
        ("2026-11-20", "2026-11-22", "delegation_over"),
        ("2026-11-24", "2026-11-24", None),
        ("2026-11-23T02:00:00Z", "2026-11-23T04:00:00.000Z", None),
        ("hôm nay", "2026-11-27", "bad_date"),
        ("2026-11-23", "2026-13-01", "bad_date"),
        ("2026-W48-1", "2026-11-27", "bad_date"),
        ("2026-11-31T02:00:00Z", "2026-11-27", "bad_date"),
    ],
)
def test_for_how_long_one_may_delegate(acting: Acting, from_at: str, until_at: str, said: str | None) -> None:
    receipt = asks(acting, office.IT_HEAD, office.IT_SPECIALIST, from_at=from_at, until_at=until_at)
    assert outcome(receipt) == ("refused" if said else "applied", said)


@pytest.mark.parametrize(
    ("from_person", "to_person", "by", "said"),
    [
        (office.IT_HEAD, office.IT_SPECIALIST, office.DIRECTOR, None),
        (office.IT_HEAD, office.IT_SPECIALIST, office.SECOND_DEPUTY, None),
        (office.IT_HEAD, office.IT_SPECIALIST, office.CHIEF_OF_OFFICE, "not_found"),
        (office.IT_HEAD, office.IT_SPECIALIST, office.IT_HEAD, "not_allowed"),
        (office.IT_HEAD, office.IT_SPECIALIST, office.IT_SPECIALIST, "not_allowed"),
        (office.IT_HEAD, office.IT_SPECIALIST, office.ADMINISTRATOR, "not_found"),
        (office.IT_HEAD, office.IT_SPECIALIST, office.NOBODY, "not_found"),
        # the director permits his own; another leader has it permitted, and not by whom it favours
        (office.DIRECTOR, office.DEPUTY, office.DIRECTOR, None),
        (office.DEPUTY, office.POST_HEAD, office.DEPUTY, "not_allowed"),
        (office.DEPUTY, office.SECOND_DEPUTY, office.SECOND_DEPUTY, "not_allowed"),
        (office.DEPUTY, office.SECOND_DEPUTY, office.DIRECTOR, None),
    ],
)
def test_who_permits(acting: Acting, from_person: str, to_person: str, by: str, said: str | None) -> None:
    asked = asks(acting, from_person, to_person)
    for command, fields in (("RefuseDelegation", {"reason": "Không cần"}), ("PermitDelegation", {})):
        if said is None and command == "RefuseDelegation":
            continue
        receipt = acting.does(by, command, asked["document_id"], **fields)
        assert outcome(receipt) == ("refused" if said else "applied", said), command


def test_a_refused_one_stays_without_effect_and_says_why(acting: Acting, assigned: str) -> None:
    asked = asks(acting, office.IT_HEAD, office.IT_SPECIALIST)
    receipt = acting.does(office.DIRECTOR, "RefuseDelegation", asked["document_id"], reason="Đã có cấp phó")
    assert outcome(receipt) == ("applied", None)
    assert stored(acting, asked["document_id"])["events"][-1]["data"] == {"reason": "Đã có cấp phó"}
    late = acting.does(office.DIRECTOR, "PermitDelegation", asked["document_id"])
    assert outcome(late) == ("refused", "settled_already")
    assert outcome(acting.does(office.IT_SPECIALIST, "TakeOn", assigned)) == ("refused", "not_found")


def test_one_person_s_authority_is_not_in_two_hands(acting: Acting) -> None:
    second = asks(acting, office.IT_HEAD, office.IT_DEPUTY_HEAD, from_at="2026-11-25", until_at="2026-12-01")
    delegates(acting, office.IT_HEAD, office.IT_SPECIALIST)
    third = asks(acting, office.IT_HEAD, office.SECOND_IT_SPECIALIST, from_at="2026-11-27")
    assert outcome(third) == ("refused", "delegated_already")
    # nor by a request from before
    permit = acting.does(office.DIRECTOR, "PermitDelegation", second["document_id"])
    assert outcome(permit) == ("refused", "delegated_already")
    after = asks(acting, office.IT_HEAD, office.IT_DEPUTY_HEAD, from_at="2026-11-28", until_at="2026-11-29")
    assert outcome(after) == ("applied", None)


def test_a_delegate_acts_in_the_delegator_s_place_and_the_history_names_both(acting: Acting, assigned: str) -> None:
    delegates(acting, office.IT_HEAD, office.IT_SPECIALIST)
    card = acting.card(office.IT_SPECIALIST, assigned)
    assert (card["acting_for"], card["folder"]) == (office.name_of(office.IT_HEAD), "todo")
    assert "assign" in card["allowed_actions"]
    # whom he may give it to is what the head may
    assert card["assign_scope"] == IT
    to = f"person:{office.SECOND_IT_SPECIALIST}"
    receipt = acting.does(office.IT_SPECIALIST, "Assign", assigned, lead=to, directive="Nam dự thảo")
    assert outcome(receipt) == ("applied", None)
    event = acting.record(assigned)["events"][-1]
    assert (event["actor_id"], event["on_behalf_of"]) == (office.IT_SPECIALIST, office.IT_HEAD)
    entry = acting.card(office.IT_HEAD, assigned)["timeline"][-1]
    assert entry["actor_name"] == office.name_of(office.IT_SPECIALIST)
    assert entry["on_behalf_of_name"] == office.name_of(office.IT_HEAD)
    row = next(one for one in acting.record(assigned)["assignments"] if one["target"] == to)
    # what is given back goes to who gave it
    assert row["assigned_by"] == office.IT_HEAD
    outside = acting.does(office.IT_SPECIALIST, "Assign", assigned, lead=f"unit:{office.POST_UNIT}", directive="Sang")
    assert outcome(outside) == ("refused", "outside_own_unit")


def test_own_authority_comes_first(acting: Acting, passed_on: str) -> None:
    delegates(acting, office.IT_HEAD, office.IT_SPECIALIST)
    assert acting.card(office.IT_SPECIALIST, passed_on)["acting_for"] is None
    assert acting.does(office.IT_SPECIALIST, "TakeOn", passed_on)["status"] == "applied"
    assert "on_behalf_of" not in acting.record(passed_on)["events"][-1]
    # what only the head may, he does for the head
    fields = {"lead": f"person:{office.SECOND_IT_SPECIALIST}", "directive": "Nam làm thay Đức"}
    assert acting.does(office.IT_SPECIALIST, "Assign", passed_on, **fields)["status"] == "applied"
    assert acting.record(passed_on)["events"][-1]["on_behalf_of"] == office.IT_HEAD


def test_what_was_delegated_is_not_delegated_further(acting: Acting, assigned: str) -> None:
    delegates(acting, office.IT_HEAD, office.IT_SPECIALIST)
    delegates(acting, office.IT_SPECIALIST, office.SECOND_IT_SPECIALIST)
    assert acting.card(office.SECOND_IT_SPECIALIST, assigned) is None
    assert outcome(acting.does(office.SECOND_IT_SPECIALIST, "TakeOn", assigned)) == ("refused", "not_found")


def test_a_leader_s_delegate_approves_in_his_place(acting: Acting, with_leader: str) -> None:
    delegates(acting, office.DIRECTOR, office.POST_HEAD)
    sha256 = acting.record(with_leader)["versions"][-1]["sha256"]
    both = {"version_sha256": sha256, "is_content_approved": True, "is_form_approved": True}
    assert acting.card(office.POST_HEAD, with_leader)["folder"] == "todo"
    assert outcome(acting.does(office.POST_HEAD, "Approve", with_leader, **both)) == ("applied", None)
    approval = acting.card(office.IT_SPECIALIST, with_leader)["approvals"][-1]
    assert approval["person_name"] == office.name_of(office.POST_HEAD)
    assert approval["on_behalf_of_name"] == office.name_of(office.DIRECTOR)


def test_a_draft_that_a_delegate_starts_is_the_delegator_s(acting: Acting, passed_on: str) -> None:
    delegates(acting, office.IT_SPECIALIST, office.THIRD_IT_SPECIALIST)
    draft_id = acting.drafts(passed_on, office.THIRD_IT_SPECIALIST)
    record = acting.record(draft_id)
    assert (record["drafter_id"], record["custody"][0]["person_id"]) == (office.IT_SPECIALIST, office.IT_SPECIALIST)
    submit = {"to_person": office.IT_HEAD, "version_sha256": record["versions"][-1]["sha256"]}
    assert outcome(acting.does(office.THIRD_IT_SPECIALIST, "SubmitDraft", draft_id, **submit)) == ("applied", None)


def test_what_is_concluded_in_the_delegator_s_place_is_kept_in_their_case_file(acting: Acting, passed_on: str) -> None:
    delegates(acting, office.IT_SPECIALIST, office.THIRD_IT_SPECIALIST)
    receipt = acting.does(office.THIRD_IT_SPECIALIST, "Conclude", passed_on, new_case_file_title="Hồ sơ chuyển đổi số")
    assert outcome(receipt) == ("applied", None)
    case_file = acting.record(acting.record(passed_on)["case_file_id"])
    assert case_file["owner_id"] == office.IT_SPECIALIST


def test_the_inbox_holds_what_is_open_and_only_while_it_lasts(acting: Acting, assigned: str) -> None:
    done = acting.registers()
    acting.does(office.DIRECTOR, "Assign", done, lead=IT, directive="Lưu")
    acting.does(office.IT_HEAD, "Conclude", done, new_case_file_title="Hồ sơ")
    delegation_id = delegates(acting, office.IT_HEAD, office.IT_SPECIALIST)
    assert inboxes(acting, assigned)[office.IT_SPECIALIST]["acting_for"] == office.name_of(office.IT_HEAD)
    assert inboxes(acting, assigned)[office.IT_HEAD]["acting_for"] is None
    assert office.IT_SPECIALIST not in inboxes(acting, done)
    acting.does(office.IT_HEAD, "EndDelegation", delegation_id)
    assert office.IT_SPECIALIST not in inboxes(acting, assigned)
    assert acting.card(office.IT_SPECIALIST, assigned) is None


@pytest.mark.parametrize(
    ("by", "said"),
    [
        (office.IT_HEAD, None),
        (office.DEPUTY, None),
        (office.IT_SPECIALIST, "not_allowed"),
        (office.POST_HEAD, "not_allowed"),
        (office.NOBODY, "not_found"),
        (office.ADMINISTRATOR, "not_found"),
    ],
)
def test_who_ends_it(acting: Acting, by: str, said: str | None) -> None:
    delegation_id = delegates(acting, office.IT_HEAD, office.IT_SPECIALIST)
    assert outcome(acting.does(by, "EndDelegation", delegation_id)) == ("refused" if said else "applied", said)
    assert (stored(acting, delegation_id)["state"] == "ended") is (said is None)


def test_an_act_made_while_it_lasted_counts_after_it_ended(acting: Acting, assigned: str) -> None:
    delegation_id = delegates(acting, office.IT_HEAD, office.IT_SPECIALIST)
    seen = acting.record(assigned)["version"]
    acted_at = acting.clock.now()
    acting.clock.move(hours=3)
    acting.does(office.IT_HEAD, "EndDelegation", delegation_id)
    receipt = offline(acting, office.IT_SPECIALIST, "TakeOn", assigned, seen, acted_at=acted_at)
    assert outcome(receipt) == ("applied", None)
    assert acting.record(assigned)["events"][-1]["on_behalf_of"] == office.IT_HEAD


def test_an_act_made_after_it_ended_is_refused_with_its_reason_and_kept(acting: Acting, assigned: str) -> None:
    delegation_id = delegates(acting, office.IT_HEAD, office.IT_SPECIALIST)
    seen = acting.record(assigned)["version"]
    acting.does(office.IT_HEAD, "EndDelegation", delegation_id)
    acting.clock.move(minutes=1)
    receipt = offline(acting, office.IT_SPECIALIST, "TakeOn", assigned, seen)
    assert outcome(receipt) == ("refused", "not_allowed")
    assert acting.services.records.get(f"refusal:{receipt['action_id']}")["command"]["command"] == "TakeOn"
    # who never saw the document is not told that it exists
    other = offline(acting, office.SECOND_IT_SPECIALIST, "TakeOn", assigned, seen)
    assert outcome(other) == ("refused", "not_found")
    # nor is one whose delegation was over before the document came
    later = acting.registers()
    acting.does(office.DIRECTOR, "Assign", later, lead=IT, directive="Làm")
    assert outcome(offline(acting, office.IT_SPECIALIST, "TakeOn", later, 2)) == ("refused", "not_found")


def test_it_ends_by_the_clock(acting: Acting, assigned: str) -> None:
    delegates(acting, office.IT_HEAD, office.IT_SPECIALIST, until_at="2026-11-23")
    seen = acting.record(assigned)["version"]
    assert acting.card(office.IT_SPECIALIST, assigned) is not None
    acting.clock.move(hours=16)
    assert acting.card(office.IT_SPECIALIST, assigned) is None
    assert outcome(offline(acting, office.IT_SPECIALIST, "TakeOn", assigned, seen)) == ("refused", "not_allowed")


def test_an_act_in_the_place_of_one_who_lost_the_document_meanwhile_waits(acting: Acting, assigned: str) -> None:
    delegates(acting, office.IT_HEAD, office.IT_SPECIALIST)
    seen = acting.record(assigned)["version"]
    acting.does(office.DIRECTOR, "Assign", assigned, lead=f"unit:{office.POST_UNIT}", directive="Phòng BCVT làm")
    receipt = offline(acting, office.IT_SPECIALIST, "TakeOn", assigned, seen)
    assert outcome(receipt) == ("needs_review", "assigned_meanwhile")


def test_a_delegate_decides_the_delegator_s_conflicts(acting: Acting, assigned: str) -> None:
    seen = acting.record(assigned)["version"]
    acting.does(office.IT_DEPUTY_HEAD, "TakeOn", assigned)
    to = f"person:{office.IT_SPECIALIST}"
    held = offline(acting, office.IT_HEAD, "Assign", assigned, seen, lead=to, directive="Làm")
    delegates(acting, office.DIRECTOR, office.POST_HEAD)
    review = acting.card(office.POST_HEAD, assigned)["reviews"][0]
    assert review["is_mine"] is True
    ends = {"review_id": held["action_id"], "choice": "theirs"}
    assert outcome(acting.does(office.SECOND_DEPUTY, "ResolveConflict", assigned, **ends)) == ("refused", "not_allowed")
    assert outcome(acting.does(office.POST_HEAD, "ResolveConflict", assigned, **ends)) == ("applied", None)
    assert acting.record(assigned)["events"][-1]["on_behalf_of"] == office.DIRECTOR


def test_a_locked_delegator_gives_nothing_and_a_locked_delegate_has_nothing(acting: Acting, assigned: str) -> None:
    delegates(acting, office.IT_HEAD, office.IT_SPECIALIST)
    accounts = acting.services.accounts
    for person_id in (office.IT_HEAD, office.IT_SPECIALIST):
        document = accounts.get(f"person:{person_id}")
        accounts.put({**document, "is_active": False, "inactive_from_at": acting.clock.now()})
        assert acting.card(office.IT_SPECIALIST, assigned) is None, person_id
        accounts.put({**accounts.get(f"person:{person_id}"), "is_active": True, "inactive_from_at": None})
        assert acting.card(office.IT_SPECIALIST, assigned) is not None


def test_secret_documents_and_the_making_of_entries_stay_out_of_it(acting: Acting) -> None:
    secret = acting.registers(confidentiality="secret", subject="", leader_id="")
    delegates(acting, office.CLERK, office.OFFICE_SPECIALIST)
    assert acting.card(office.CLERK, secret) is not None
    assert acting.card(office.OFFICE_SPECIALIST, secret) is None
    assert inboxes(acting, secret) == {}
    entry = {"sender": "UBND tỉnh", "type": "CV", "subject": "UBND tỉnh yêu cầu báo cáo chuyển đổi số năm 2026"}
    receipt = acting.does(office.OFFICE_SPECIALIST, "RegisterIncoming", **entry)
    assert outcome(receipt) == ("refused", "not_allowed")
    # what is no secret goes on: to whom it is presented
    plain = acting.registers(leader_id="")
    presented = acting.does(office.OFFICE_SPECIALIST, "PresentToLeader", plain, leader_id=office.DIRECTOR)
    assert outcome(presented) == ("applied", None)
    assert acting.record(plain)["events"][-1]["on_behalf_of"] == office.CLERK


def test_nobody_claims_a_delegation_in_what_they_send(acting: Acting, assigned: str) -> None:
    payload = {"action_id": "act-khai-man", "acted_at": acting.clock.now(), "document_id": assigned, "seen_version": 2}
    payload |= {"command": "AddComment", "fields": {"text": "Ý kiến"}, "on_behalf_of": office.DIRECTOR}
    assert build(payload, actor_id=office.IT_HEAD).on_behalf_of is None
    # and what is no delegation is not permitted as one: a document, somebody's account
    for document_id in (assigned, "delegation:khong-co-1"):
        refused = acting.does(office.DIRECTOR, "PermitDelegation", document_id, seen=1)
        assert outcome(refused) == ("refused", "not_found")


def test_two_leaders_at_once_permit_it_once(acting: Acting) -> None:
    asked = asks(acting, office.IT_HEAD, office.IT_SPECIALIST)
    first = acting.does(office.DIRECTOR, "PermitDelegation", asked["document_id"], seen=1)
    second = acting.does(office.DEPUTY, "PermitDelegation", asked["document_id"], seen=1)
    assert (outcome(first), outcome(second)) == (("applied", None), ("refused", "settled_already"))


def test_no_device_s_clock_moves_a_permission_or_an_end_into_the_past(acting: Acting, assigned: str) -> None:
    asked = asks(acting, office.IT_HEAD, office.IT_SPECIALIST)
    before = acting.clock.now()
    seen = acting.record(assigned)["version"]
    acting.clock.move(hours=2)
    permit = offline(acting, office.DIRECTOR, "PermitDelegation", asked["document_id"], 1, acted_at=before)
    assert outcome(permit) == ("applied", None)
    assert stored(acting, asked["document_id"])["permitted_at"] == permit["received_at"]
    early = offline(acting, office.IT_SPECIALIST, "TakeOn", assigned, seen, acted_at=before)
    assert outcome(early) == ("refused", "not_found")
