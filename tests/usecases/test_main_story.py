"""The main job, from arrival to approval, through the only write path."""

from __future__ import annotations

from tests.fixtures import office
from tests.fixtures.acting import Acting


def test_a_document_goes_from_the_clerk_to_an_approved_reply(acting: Acting) -> None:
    document_id = acting.registers()
    assert acting.record(document_id)["arrival_number"] == 1
    card = acting.card(office.DIRECTOR, document_id)
    assert card is not None
    assert card["folder"] == "todo"
    assert "assign" in card["allowed_actions"]

    receipt = acting.does(
        office.DIRECTOR,
        "Assign",
        document_id,
        lead=f"unit:{office.IT_UNIT}",
        collaborating=[f"unit:{office.POST_UNIT}"],
        informed=[f"person:{office.DEPUTY}"],
        directive="Phòng CNTT chủ trì tham mưu báo cáo, trình trước ngày 01/12",
        due_on="2026-12-01",
    )
    assert receipt["status"] == "applied", receipt
    assert acting.record(document_id)["state"] == "assigned"
    assert acting.card(office.IT_HEAD, document_id)["my_assignment"]["due_on"] == "2026-12-01"
    assert acting.card(office.DEPUTY, document_id)["folder"] == "watching"

    receipt = acting.does(
        office.IT_HEAD, "Assign", document_id, lead=f"person:{office.IT_SPECIALIST}", directive="Đức dự thảo báo cáo"
    )
    assert receipt["status"] == "applied", receipt
    assert acting.card(office.IT_HEAD, document_id)["folder"] == "watching"

    draft_id = acting.drafts(document_id)
    first = acting.record(draft_id)["versions"][0]["sha256"]
    receipt = acting.does(office.IT_SPECIALIST, "SubmitDraft", draft_id, to_person=office.IT_HEAD, version_sha256=first)
    assert receipt["status"] == "applied", receipt
    receipt = acting.does(office.IT_HEAD, "ReturnDraft", draft_id, reason="Bổ sung số liệu quý IV")
    assert receipt["status"] == "applied", receipt
    assert acting.record(draft_id)["state"] == "returned"

    acting.does(
        office.IT_SPECIALIST, "AddVersion", draft_id, file=acting.has_file(office.IT_SPECIALIST, "Dự thảo lần hai")
    )
    second = acting.record(draft_id)["versions"][1]["sha256"]
    acting.does(office.IT_SPECIALIST, "SubmitDraft", draft_id, to_person=office.IT_HEAD, version_sha256=second)
    receipt = acting.does(office.IT_HEAD, "SubmitToLeader", draft_id, leader_id=office.DIRECTOR, version_sha256=second)
    assert receipt["status"] == "applied", receipt
    receipt = acting.does(
        office.DIRECTOR,
        "Approve",
        draft_id,
        version_sha256=second,
        is_content_approved=True,
        is_form_approved=True,
    )
    assert receipt["status"] == "applied", receipt
    draft = acting.card(office.IT_SPECIALIST, draft_id)
    assert draft["state"] == "approved"
    assert [(one["level"], one["version_number"]) for one in draft["approvals"]] == [("division", 2), ("leader", 2)]

    receipt = acting.does(
        office.IT_SPECIALIST, "Conclude", document_id, new_case_file_title="Chuyển đổi số năm 2026", result="Đã trình"
    )
    assert receipt["status"] == "applied", receipt
    assert acting.record(document_id)["state"] == "concluded"
    assert acting.card(office.DIRECTOR, document_id)["folder"] == "done"
    case_file = acting.card(office.IT_SPECIALIST, acting.record(document_id)["case_file_id"])
    assert [one["_id"] for one in case_file["documents"]] == [document_id]


def test_who_is_not_concerned_sees_nothing_and_cannot_tell_that_it_exists(acting: Acting) -> None:
    document_id = acting.registers()
    absent = "incoming:act-no-such-document"
    for person_id in (office.NOBODY, office.PRESS_SPECIALIST, office.ADMINISTRATOR):
        assert acting.card(person_id, document_id) is None
        refused = acting.does(person_id, "AddComment", document_id, seen=1, text="Cho tôi xem")
        missing = acting.does(person_id, "AddComment", absent, seen=1, text="Cho tôi xem")
        assert (refused["status"], refused["reason"], refused["details"]) == ("refused", "not_found", {})
        assert (missing["status"], missing["reason"], missing["details"]) == ("refused", "not_found", {})


def test_the_same_action_twice_is_one_act_with_one_receipt(acting: Acting) -> None:
    document_id = acting.registers()
    first = acting.does(office.DIRECTOR, "AddComment", document_id, text="Gấp", action_id="act-said-twice")
    again = acting.does(office.DIRECTOR, "AddComment", document_id, text="Gấp", action_id="act-said-twice")
    assert first == again
    assert sum(event["event"] == "Commented" for event in acting.record(document_id)["events"]) == 1


def test_a_registration_told_twice_takes_one_number(acting: Acting) -> None:
    first = acting.registers(action_id="act-registered-once", number="01/UBND-VX")
    again = acting.registers(action_id="act-registered-once", number="01/UBND-VX")
    assert first == again
    assert acting.record(acting.registers())["arrival_number"] == 2


def test_an_approval_of_an_older_version_waits_with_what_changed(acting: Acting) -> None:
    document_id = acting.registers()
    acting.does(office.DIRECTOR, "Assign", document_id, lead=f"unit:{office.IT_UNIT}", directive="Tham mưu")
    acting.does(office.IT_HEAD, "Assign", document_id, lead=f"person:{office.IT_SPECIALIST}", directive="Dự thảo")
    draft_id = acting.drafts(document_id, text="Kinh phí là 10 triệu đồng")
    old = acting.record(draft_id)["versions"][0]["sha256"]
    acting.does(office.IT_SPECIALIST, "SubmitDraft", draft_id, to_person=office.IT_HEAD, version_sha256=old)
    acting.does(office.IT_HEAD, "SubmitToLeader", draft_id, leader_id=office.DIRECTOR, version_sha256=old)
    seen = acting.record(draft_id)["version"]
    # meanwhile another leader returns it and a new version comes up
    acting.does(office.DEPUTY, "ReturnDraft", draft_id, reason="Sai kinh phí")
    acting.does(
        office.IT_SPECIALIST,
        "AddVersion",
        draft_id,
        file=acting.has_file(office.IT_SPECIALIST, "Kinh phí là 100 triệu đồng"),
    )
    new = acting.record(draft_id)["versions"][1]["sha256"]
    acting.does(office.IT_SPECIALIST, "SubmitDraft", draft_id, to_person=office.IT_HEAD, version_sha256=new)
    acting.does(office.IT_HEAD, "SubmitToLeader", draft_id, leader_id=office.DIRECTOR, version_sha256=new)

    stale = acting.does(
        office.DIRECTOR,
        "Approve",
        draft_id,
        seen=seen,
        device_id="device-dien-thoai",
        version_sha256=old,
        is_content_approved=True,
        is_form_approved=True,
    )
    assert (stale["status"], stale["reason"]) == ("needs_review", "draft_returned_meanwhile")
    assert acting.record(draft_id)["approvals"][-1]["level"] == "division"
    review = acting.card(office.DIRECTOR, draft_id)["reviews"][0]
    assert review["is_mine"]
    assert {"op": "delete", "text": "10"} in review["difference"]["hunks"]
    assert {"op": "insert", "text": "100"} in review["difference"]["hunks"]

    ended = acting.does(
        office.DIRECTOR,
        "ResolveConflict",
        draft_id,
        review_id=review["review_id"],
        choice="ours",
        version_sha256=new,
    )
    assert ended["status"] == "applied", ended
    assert acting.record(draft_id)["state"] == "approved"
    assert acting.record(draft_id)["approvals"][-1]["sha256"] == new


def test_two_leaders_assign_the_same_document(acting: Acting) -> None:
    document_id = acting.registers()
    seen = acting.record(document_id)["version"]
    acting.does(office.DEPUTY, "Assign", document_id, lead=f"unit:{office.POST_UNIT}", directive="BCVT chủ trì")
    late = acting.does(
        office.DIRECTOR,
        "Assign",
        document_id,
        seen=seen,
        device_id="device-dien-thoai",
        lead=f"unit:{office.IT_UNIT}",
        directive="CNTT chủ trì",
    )
    assert (late["status"], late["reason"]) == ("needs_review", "assigned_meanwhile")
    review = acting.card(office.DIRECTOR, document_id)["reviews"][0]
    assert review["ours"]["fields"]["lead"] != review["theirs"][0]["details"]["recipients"][0]["name"]
    for choice, leads in (("both", {office.POST_UNIT, office.IT_UNIT}),):
        ended = acting.does(
            office.DIRECTOR, "ResolveConflict", document_id, review_id=review["review_id"], choice=choice
        )
        assert ended["status"] == "applied", ended
        rows = acting.card(office.DIRECTOR, document_id)["assignments"]
        assert {row["unit_id"] for row in rows if row["role"] == "simultaneous"} == leads


def test_a_device_s_own_chain_is_no_conflict(acting: Acting) -> None:
    document_id = acting.registers()
    seen = acting.record(document_id)["version"]
    device = {"device_id": "device-dien-thoai", "seen": seen}
    acting.does(office.DIRECTOR, "AddComment", document_id, **device, text="Xem kỹ", action_id="act-chain-1")
    lost = acting.does(
        office.DIRECTOR,
        "Assign",
        document_id,
        **device,
        after="act-chain-2",
        action_id="act-chain-3",
        lead=f"unit:{office.IT_UNIT}",
        directive="Làm ngay",
    )
    assert lost["status"] == "held"
    acting.does(
        office.DIRECTOR, "AddComment", document_id, **device, after="act-chain-1", action_id="act-chain-2", text="Gấp"
    )
    again = acting.does(
        office.DIRECTOR,
        "Assign",
        document_id,
        **device,
        after="act-chain-2",
        action_id="act-chain-3",
        lead=f"unit:{office.IT_UNIT}",
        directive="Làm ngay",
    )
    assert again["status"] == "applied", again


def test_a_clerk_corrects_to_whom_a_document_was_presented_while_nobody_works_on_it(acting: Acting) -> None:
    document_id = acting.registers()
    again = acting.does(office.CLERK, "PresentToLeader", document_id, leader_id=office.DIRECTOR)
    assert (again["status"], again["reason"]) == ("refused", "recipient_twice")
    moved = acting.does(office.CLERK, "PresentToLeader", document_id, leader_id=office.DEPUTY, note="Nhầm người")
    assert moved["status"] == "applied", moved
    assert acting.card(office.DEPUTY, document_id)["folder"] == "todo"
    assert acting.card(office.DIRECTOR, document_id)["my_assignment"]["assignment_id"].endswith(":leader")
    assert acting.record(document_id)["leader_id"] == office.DEPUTY
    acting.does(office.DEPUTY, "Assign", document_id, lead=f"unit:{office.IT_UNIT}", directive="Tham mưu")
    late = acting.does(office.CLERK, "PresentToLeader", document_id, leader_id=office.DIRECTOR)
    assert (late["status"], late["reason"]) == ("refused", "wrong_state")


def test_a_concluded_document_takes_comments_only(acting: Acting) -> None:
    document_id = acting.registers()
    acting.does(office.DIRECTOR, "Conclude", document_id, new_case_file_title="Để lưu")
    assert acting.record(document_id)["state"] == "concluded"
    for command, fields in {
        "Assign": {"lead": f"unit:{office.IT_UNIT}", "directive": "Làm"},
        "TakeOn": {},
        "Conclude": {"new_case_file_title": "Lần nữa"},
        "PresentToLeader": {"leader_id": office.DEPUTY},
    }.items():
        person_id = office.CLERK if command == "PresentToLeader" else office.DIRECTOR
        assert acting.does(person_id, command, document_id, **fields)["status"] == "refused", command
    assert acting.does(office.DIRECTOR, "AddComment", document_id, text="Bổ sung")["status"] == "applied"
