"""Taking back a document that was registered wrongly, or a draft: what ends, what stays, who may, who must decide."""

from __future__ import annotations

from typing import Any

import pytest

from server.domain.cards import cards_for
from server.domain.conflicts import TABLE
from tests.fixtures import office
from tests.fixtures.acting import Acting
from tests.usecases.test_conflicts import IT, offline, outcome, version

WHY = "Văn bản gửi nhầm cho Sở Y tế"


def withdraws(acting: Acting, person_id: str, document_id: str, **envelope: Any) -> dict[str, Any]:
    """Let a person withdraw a document."""
    return acting.does(person_id, "WithdrawDocument", document_id, reason=WHY, **envelope)


def held_by(acting: Acting, document_id: str) -> dict[str, str]:
    """Give in which folder of whose device the document is."""
    record = acting.record(document_id)
    found = cards_for(record, acting.services.directory.office(), acting.clock.now(), [])
    return {person_id: card["folder"] for person_id, card in found.items()}


def test_a_document_that_was_registered_wrongly_leaves_everybody_s_work(acting: Acting, passed_on: str) -> None:
    before = held_by(acting, passed_on)
    assert before[office.IT_SPECIALIST] == "todo"
    receipt = withdraws(acting, office.CLERK, passed_on)
    assert outcome(receipt) == ("applied", None)
    # those it was with have it among what is done, with the reason and as it was
    assert held_by(acting, passed_on) == dict.fromkeys(before, "done")
    card = acting.card(office.IT_SPECIALIST, passed_on)
    assert (card["state"], card["timeline"][-1]["event"], card["timeline"][-1]["text"]) == (
        "withdrawn",
        "Withdrawn",
        WHY,
    )
    assert {row["person_id"] for row in card["assignments"]} == {office.IT_HEAD, office.IT_SPECIALIST}
    assert card["allowed_actions"] == ["add_comment", "follow"]
    assert acting.card(office.POST_HEAD, passed_on) is None
    assert acting.record(passed_on)["receipts"][receipt["action_id"]] == receipt


def test_who_had_given_it_back_before_hears_no_more_of_it(acting: Acting, assigned: str) -> None:
    acting.does(office.IT_HEAD, "ReturnAssignment", assigned, reason="Không thuộc chức năng")
    withdraws(acting, office.DIRECTOR, assigned)
    assert office.IT_HEAD not in held_by(acting, assigned)
    assert held_by(acting, assigned)[office.DIRECTOR] == "done"


def test_the_clerk_who_registered_it_for_nobody_yet_keeps_it_among_what_is_done(acting: Acting) -> None:
    document_id = acting.registers(leader_id="")
    assert held_by(acting, document_id) == {office.CLERK: "todo"}
    withdraws(acting, office.SECOND_CLERK, document_id)
    assert held_by(acting, document_id) == {office.CLERK: "done"}


def test_its_number_stays_used_and_the_right_registration_is_no_duplicate(acting: Acting) -> None:
    document_id = acting.registers(number="77/UBND-NC")
    number = acting.record(document_id)["arrival_number"]
    again = {"sender": "UBND tỉnh Gia Lai", "number": "77/UBND-NC", "document_on": "2026-11-20", "type": "CV"}
    again |= {"subject": acting.record(document_id)["subject"], "leader_id": office.DEPUTY}
    assert outcome(acting.does(office.CLERK, "RegisterIncoming", **again)) == ("refused", "duplicate")
    withdraws(acting, office.CLERK, document_id)
    receipt = acting.does(office.CLERK, "RegisterIncoming", **again)
    assert outcome(receipt) == ("applied", None)
    assert acting.record(receipt["document_id"])["arrival_number"] == number + 1
    assert acting.record(document_id)["arrival_number"] == number


@pytest.mark.parametrize(
    ("person_id", "said"),
    [
        (office.IT_HEAD, ("refused", "not_allowed")),
        (office.IT_SPECIALIST, ("refused", "not_allowed")),
        (office.CHIEF_OF_OFFICE, ("refused", "not_allowed")),
        (office.POST_HEAD, ("refused", "not_found")),
        (office.NOBODY, ("refused", "not_found")),
        (office.ADMINISTRATOR, ("refused", "not_found")),
        (office.SECOND_CLERK, ("applied", None)),
        (office.DEPUTY, ("applied", None)),
    ],
)
def test_clerks_and_leaders_withdraw_what_came_in(
    acting: Acting, passed_on: str, person_id: str, said: tuple[str, str | None]
) -> None:
    assert outcome(withdraws(acting, person_id, passed_on)) == said


@pytest.mark.parametrize(
    ("person_id", "said"),
    [
        (office.IT_SPECIALIST, ("applied", None)),
        (office.IT_HEAD, ("applied", None)),
        (office.IT_DEPUTY_HEAD, ("applied", None)),
        (office.DEPUTY, ("applied", None)),
        (office.CHIEF_OF_OFFICE, ("refused", "not_allowed")),
        (office.CLERK, ("refused", "not_found")),
        (office.SECOND_IT_SPECIALIST, ("refused", "not_found")),
        (office.POST_HEAD, ("refused", "not_found")),
    ],
)
def test_drafter_head_and_leaders_withdraw_a_draft(
    acting: Acting, submitted: str, person_id: str, said: tuple[str, str | None]
) -> None:
    assert outcome(withdraws(acting, person_id, submitted)) == said
    if said[0] == "applied":
        card = acting.card(office.IT_SPECIALIST, submitted)
        assert (card["state"], card["holder"], card["folder"]) == ("withdrawn", None, "done")
        assert held_by(acting, submitted)[office.IT_HEAD] == "done"


def test_what_is_concluded_or_approved_is_not_withdrawn(acting: Acting, with_leader: str) -> None:
    both = {"version_sha256": version(acting, with_leader), "is_content_approved": True, "is_form_approved": True}
    assert acting.does(office.DIRECTOR, "Approve", with_leader, **both)["status"] == "applied"
    assert outcome(withdraws(acting, office.DIRECTOR, with_leader)) == ("refused", "wrong_state")
    document_id = acting.registers()
    acting.does(office.DIRECTOR, "Conclude", document_id, new_case_file_title="Hồ sơ lưu để biết")
    assert outcome(withdraws(acting, office.CLERK, document_id)) == ("refused", "wrong_state")


def test_it_is_done_once_and_a_second_one_agrees(acting: Acting, assigned: str) -> None:
    seen = acting.record(assigned)["version"]
    first = withdraws(acting, office.CLERK, assigned)
    assert withdraws(acting, office.CLERK, assigned, action_id=first["action_id"]) == first
    assert outcome(withdraws(acting, office.CLERK, assigned)) == ("refused", "wrong_state")
    other = offline(acting, office.DIRECTOR, "WithdrawDocument", assigned, seen, reason="Trùng văn bản")
    assert outcome(other) == ("merged", "withdrawn_meanwhile")
    assert acting.card(office.DIRECTOR, assigned)["timeline"][-1]["text"] == "Trùng văn bản"


def test_every_act_that_changes_something_waits_for_a_decision(acting: Acting, assigned: str) -> None:
    seen = acting.record(assigned)["version"]
    withdraws(acting, office.CLERK, assigned)
    acts: dict[str, dict[str, Any]] = {
        "Assign": {"lead": f"person:{office.IT_SPECIALIST}", "directive": "Làm"},
        "TakeOn": {},
        "ReturnAssignment": {"reason": "Không thuộc chức năng"},
        "Conclude": {"new_case_file_title": "Hồ sơ"},
    }
    for command, fields in acts.items():
        receipt = offline(acting, office.IT_HEAD, command, assigned, seen, **fields)
        assert outcome(receipt) == ("needs_review", "withdrawn_meanwhile"), command
    comment = offline(acting, office.IT_HEAD, "AddComment", assigned, seen, text="Đã xem")
    assert outcome(comment) == ("merged", "withdrawn_meanwhile")
    # a draft takes nothing from anybody
    file = acting.has_file(office.IT_HEAD, "Dự thảo đã viết ở hiện trường")
    draft = offline(
        acting, office.IT_HEAD, "StartDraft", assigned, seen, subject="Báo cáo kết quả", type="BC", file=file
    )
    assert outcome(draft) == ("merged", "withdrawn_meanwhile")
    assert acting.record(draft["document_id"])["state"] == "drafting"
    assert acting.record(assigned)["state"] == "withdrawn"


def test_presenting_a_document_withdrawn_meanwhile_waits_for_a_decision(acting: Acting) -> None:
    document_id = acting.registers(leader_id="")
    withdraws(acting, office.SECOND_CLERK, document_id)
    receipt = offline(acting, office.CLERK, "PresentToLeader", document_id, 1, leader_id=office.DIRECTOR)
    assert outcome(receipt) == ("needs_review", "withdrawn_meanwhile")


def test_every_act_on_a_draft_withdrawn_meanwhile_waits_for_a_decision(acting: Acting, with_leader: str) -> None:
    sha256, versions = version(acting, with_leader), acting.record(with_leader)["version"]
    withdraws(acting, office.IT_SPECIALIST, with_leader)
    acts: list[tuple[str, str, int, dict[str, Any]]] = [
        (office.IT_SPECIALIST, "AddVersion", 1, {"file": acting.has_file(office.IT_SPECIALIST, "Bản hai")}),
        (office.IT_SPECIALIST, "SubmitDraft", 1, {"to_person": office.IT_HEAD, "version_sha256": sha256}),
        (office.IT_HEAD, "SubmitToLeader", 2, {"leader_id": office.DIRECTOR, "version_sha256": sha256}),
        (office.DIRECTOR, "ReturnDraft", versions, {"reason": "Viết lại"}),
        (office.DIRECTOR, "Approve", versions, {"version_sha256": sha256, "is_content_approved": True}),
    ]
    for number, (person_id, command, seen, fields) in enumerate(acts):
        receipt = acting.does(person_id, command, with_leader, seen=seen, device_id=f"device-khac-{number}", **fields)
        assert receipt["status"] == "needs_review", (command, receipt)
        if command in ("ReturnDraft", "Approve"):
            assert receipt["reason"] == "withdrawn_meanwhile"
    assert acting.record(with_leader)["state"] == "withdrawn"


def test_work_that_had_begun_is_not_ended_unseen_even_by_the_leader_who_gave_it(acting: Acting, assigned: str) -> None:
    seen = acting.record(assigned)["version"]
    acting.does(office.IT_HEAD, "TakeOn", assigned)
    # the act is not on the leader's own row, and still it is what the withdrawal would end
    receipt = offline(acting, office.DIRECTOR, "WithdrawDocument", assigned, seen, reason=WHY)
    assert outcome(receipt) == ("needs_review", "taken_on_meanwhile")
    assert acting.record(assigned)["state"] == "in_progress"
    ended = acting.does(office.DIRECTOR, "ResolveConflict", assigned, review_id=receipt["action_id"], choice="ours")
    assert outcome(ended) == ("applied", None)
    assert acting.record(assigned)["state"] == "withdrawn"


def test_a_wrong_registration_stays_wrong_whoever_got_it_meanwhile(acting: Acting) -> None:
    document_id = acting.registers()
    acting.does(office.DIRECTOR, "Assign", document_id, lead=IT, directive="Tham mưu")
    receipt = offline(acting, office.CLERK, "WithdrawDocument", document_id, 1, reason=WHY)
    assert outcome(receipt) == ("merged", "assigned_meanwhile")
    assert held_by(acting, document_id)[office.IT_HEAD] == "done"


def test_a_draft_with_words_or_agreement_not_seen_is_not_withdrawn_over_them(acting: Acting, submitted: str) -> None:
    seen = acting.record(submitted)["version"]
    acts = {"leader_id": office.DIRECTOR, "version_sha256": version(acting, submitted)}
    acting.does(office.IT_HEAD, "SubmitToLeader", submitted, **acts)
    receipt = offline(acting, office.IT_SPECIALIST, "WithdrawDocument", submitted, seen, reason=WHY)
    assert outcome(receipt) == ("needs_review", "submitted_meanwhile")


def test_a_withdrawal_meets_a_conclusion_or_an_approval_as_a_conflict(acting: Acting, with_leader: str) -> None:
    seen = acting.record(with_leader)["version"]
    both = {"version_sha256": version(acting, with_leader), "is_content_approved": True, "is_form_approved": True}
    acting.does(office.DIRECTOR, "Approve", with_leader, **both)
    receipt = offline(acting, office.IT_HEAD, "WithdrawDocument", with_leader, seen, reason=WHY)
    assert outcome(receipt) == ("needs_review", "approved_meanwhile")
    document_id = acting.registers()
    acting.does(office.DIRECTOR, "Conclude", document_id, new_case_file_title="Hồ sơ lưu để biết")
    receipt = offline(acting, office.CLERK, "WithdrawDocument", document_id, 1, reason=WHY)
    assert outcome(receipt) == ("needs_review", "concluded_meanwhile")


def test_a_conflict_that_was_open_can_be_set_aside_and_nothing_else(acting: Acting, assigned: str) -> None:
    seen = acting.record(assigned)["version"]
    acting.does(office.IT_DEPUTY_HEAD, "TakeOn", assigned)
    to = f"person:{office.IT_SPECIALIST}"
    before = offline(acting, office.IT_HEAD, "Assign", assigned, seen, lead=to, directive="Làm")
    withdraws(acting, office.CLERK, assigned)
    after = acting.does(
        office.IT_HEAD, "Conclude", assigned, seen=seen, device_id="may-tinh-bang", new_case_file_title="Hồ sơ"
    )
    assert after["status"] == "needs_review"
    # it still asks for its owner's attention
    assert acting.card(office.DIRECTOR, assigned)["folder"] == "todo"
    for review in acting.card(office.DIRECTOR, assigned)["reviews"]:
        assert review["choices"] == ["theirs"]
    for held in (before, after):
        ends = {"review_id": held["action_id"]}
        refused = acting.does(office.DIRECTOR, "ResolveConflict", assigned, **ends, choice="ours")
        assert outcome(refused) == ("refused", "choice_not_offered")
        ended = acting.does(office.DIRECTOR, "ResolveConflict", assigned, **ends, choice="theirs")
        assert outcome(ended) == ("applied", None)
    assert held_by(acting, assigned)[office.DIRECTOR] == "done"


def test_a_secret_entry_stays_as_it_is(acting: Acting) -> None:
    document_id = acting.registers(confidentiality="secret", subject="", leader_id="")
    assert outcome(withdraws(acting, office.CLERK, document_id)) == ("refused", "not_allowed")


ASKING = {"RequestExtension", "DecideExtension", "RequestExcuse", "DecideExcuse"}
KEPT_BESIDE = {"AddComment", "StartDraft", "WithdrawDocument", "Urge"} | ASKING
"""What takes nothing from the withdrawal: words, drafts, and what is moot with it."""


def test_the_table_says_for_every_command_what_a_withdrawal_does_to_it() -> None:
    for command, entries in TABLE.items():
        severity, reason = entries["Withdrawn"]
        assert reason == "withdrawn_meanwhile"
        assert severity == ("soft" if command in KEPT_BESIDE else "hard"), command


def test_who_was_informed_may_speak_as_of_when_they_saw_it_withdrawn(acting: Acting) -> None:
    # seed 1763: the comment came after the role of its author had ended, which had stood when it was written
    document_id = acting.registers()
    words = {"directive": "Tham mưu", "informed": [f"unit:{office.POST_UNIT}"]}
    assert acting.does(office.DIRECTOR, "Assign", document_id, lead=IT, **words)["status"] == "applied"
    withdraws(acting, office.DIRECTOR, document_id)
    seen, acted_at = acting.record(document_id)["version"], acting.clock.now()
    acting.clock.move(minutes=1)
    ended = acting.does(office.ADMINISTRATOR, "EndRole", f"person:{office.POST_HEAD}", role="division_head")
    assert outcome(ended) == ("applied", None)
    late = offline(acting, office.POST_HEAD, "AddComment", document_id, seen, text="Muộn", acted_at=acting.clock.now())
    assert outcome(late) == ("refused", "not_found")
    acting.does(office.DIRECTOR, "AddComment", document_id, text="Sở Y tế đã nhận lại")
    said = offline(acting, office.POST_HEAD, "AddComment", document_id, seen, text="Đã rõ", acted_at=acted_at)
    assert outcome(said) == ("applied", None)
