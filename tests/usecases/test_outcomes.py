"""Every cell of the tables of outcomes in docs/sync.md, played through the write path as that page tells it.

Somebody acts on what their phone showed; meanwhile something else happened. A clean or soft act stands beside the
other, a hard one changes nothing and has a named owner. `server/domain/outcomes.py` says what is expected.
"""

from __future__ import annotations

from typing import Any

import pytest

from server.domain.notices import notices_of
from server.domain.office import CLOCK
from server.domain.outcomes import STATE_AFTER, Outcome, commands_on, outcome
from server.domain.reviews import OPENED
from tests.fixtures import office
from tests.fixtures.acting import Acting

PHONE = "device-dien-thoai"
ASKED, LATER = "act-xin-gia-han", "act-xin-them-nua"
Act = tuple[str, str, dict[str, Any]]

DRAFTER, HEAD, DEPUTY_HEAD = office.IT_SPECIALIST, office.IT_HEAD, office.IT_DEPUTY_HEAD
DIRECTOR, DEPUTY = office.DIRECTOR, office.DEPUTY
TO_NAM = {"lead": f"person:{office.SECOND_IT_SPECIALIST}", "directive": "Nam xử lý"}
TO_DUC = {"lead": f"person:{office.IT_SPECIALIST}", "directive": "Đức xử lý"}

EXCUSE = {"reason": "Đã báo cáo tại cuộc họp"}

INCOMING: dict[str, Act] = {
    "PresentToLeader": (office.CLERK, "PresentToLeader", {"leader_id": office.SECOND_DEPUTY}),
    "Assign": (HEAD, "Assign", TO_DUC),
    "TakeOn": (HEAD, "TakeOn", {}),
    "ReturnAssignment": (HEAD, "ReturnAssignment", {"reason": "Không thuộc chức năng của phòng"}),
    "Conclude": (HEAD, "Conclude", {"new_case_file_title": "Hồ sơ", "result": "Xong"}),
    "StartDraft": (HEAD, "StartDraft", {"subject": "Báo cáo kết quả chuyển đổi số năm 2026 của Sở", "type": "BC"}),
    "AddComment": (HEAD, "AddComment", {"text": "Đã đọc"}),
    "RequestExtension": (HEAD, "RequestExtension", {"due_on": "2026-12-11", "reason": "Chờ số liệu của huyện"}),
    "DecideExtension": (DIRECTOR, "DecideExtension", {"request_id": ASKED, "is_granted": True}),
    "RequestExcuse": (HEAD, "RequestExcuse", EXCUSE),
    "DecideExcuse": (DIRECTOR, "DecideExcuse", {"request_id": ASKED, "is_granted": True}),
    "HandOver": (DRAFTER, "HandOver", {"to_person": office.SECOND_IT_SPECIALIST, "reason": "Nghỉ phép"}),
    "Urge": (DIRECTOR, "Urge", {"grade": "urge", "text": "Báo cáo trước thứ Sáu"}),
    "WithdrawDocument": (office.CLERK, "WithdrawDocument", {"reason": "Vào sổ nhầm"}),
}
"""What is done on the phone, by whom."""
BY_LEADER: dict[str, Act] = {
    "Assign": (DIRECTOR, "Assign", {"lead": f"unit:{office.IT_UNIT}", "directive": "Tham mưu"}),
    "TakeOn": (DIRECTOR, "TakeOn", {}),
    "Conclude": (DIRECTOR, "Conclude", {"new_case_file_title": "Hồ sơ", "result": "Xong"}),
    "StartDraft": (DIRECTOR, "StartDraft", {"subject": "Báo cáo kết quả chuyển đổi số năm 2026 của Sở", "type": "BC"}),
    "AddComment": (DIRECTOR, "AddComment", {"text": "Đã đọc"}),
}
"""What is done before a document is assigned to anybody."""
REQUEST: Act = (office.CLERK, "RequestCorrection", {"number": "77/UBND-SUA", "reason": "Ghi nhầm số"})
PERMIT: Act = (office.IT_HEAD, "PermitCorrection", {})
CORRECTING: dict[str, list[Act]] = {
    "CorrectionRequested": [REQUEST],
    "CorrectionPermitted": [REQUEST, PERMIT],
    "CorrectionRefused": [REQUEST, (office.IT_HEAD, "RefuseCorrection", {"reason": "Số đã đúng"})],
    "Corrected": [REQUEST, PERMIT, (office.ADMINISTRATOR, "CarryOutCorrection", {})],
}
REPAIR: Act = (DEPUTY_HEAD, "RequestRepair", {"wanted": "reroute", "target": f"unit:{office.POST_UNIT}"})
MEND: Act = (HEAD, "CarryOutRepair", {})
REFUSE: Act = (HEAD, "RefuseRepair", {"reason": "Đúng luồng"})
REPAIRING: dict[str, list[Act]] = {
    "RepairRequested": [REPAIR],
    "RepairRefused": [REPAIR, REFUSE],
    "Repaired": [REPAIR, MEND],
}
"""Of a part that a unit has: its head asks, so that nobody need confirm it."""
REPAIRING_BY_ONESELF: dict[str, list[Act]] = {
    "RepairRequested": [(DRAFTER, *REPAIR[1:])],
    "RepairConfirmed": [(DRAFTER, *REPAIR[1:]), (DEPUTY_HEAD, "ConfirmRepair", {})],
    "RepairRefused": [(DRAFTER, *REPAIR[1:]), (DEPUTY_HEAD, *REFUSE[1:])],
    "Repaired": [(DRAFTER, *REPAIR[1:]), (DEPUTY_HEAD, "ConfirmRepair", {}), MEND],
}
COMMENT: list[Act] = [(DIRECTOR, "AddComment", {"text": "Xem kỹ"})]
FOLLOW: list[Act] = [(DIRECTOR, "Follow", {"is_followed": True})]
INCOMING_MEANWHILE: dict[str, list[Act]] = {
    "Commented": COMMENT,
    "Followed": FOLLOW,
    "Presented": [(office.CHIEF_OF_OFFICE, "PresentToLeader", {"leader_id": DEPUTY})],
    "ScanAdded": [(office.SECOND_CLERK, "AddScan", {})],
    "Assigned": [(DEPUTY_HEAD, "Assign", TO_NAM)],
    "TakenOn": [(DEPUTY_HEAD, "TakeOn", {})],
    "AssignmentReturned": [(DEPUTY_HEAD, "ReturnAssignment", {"reason": "Đề nghị giao phòng khác"})],
    "Concluded": [
        (DEPUTY_HEAD, "TakeOn", {}),
        (DEPUTY_HEAD, "Conclude", {"new_case_file_title": "Hồ sơ của phòng", "result": "Đã báo cáo"}),
    ],
    "ExtensionRequested": [(DEPUTY_HEAD, "RequestExtension", {"due_on": "2026-12-18", "reason": "Chờ ý kiến Bộ"})],
    "ExtensionDecided": [
        (DEPUTY_HEAD, "RequestExtension", {"due_on": "2026-12-18", "reason": "Chờ ý kiến Bộ", "action_id": LATER}),
        (DIRECTOR, "DecideExtension", {"request_id": LATER, "is_granted": True}),
    ],
    "ExcuseRequested": [(DEPUTY_HEAD, "RequestExcuse", EXCUSE)],
    "ExcuseDecided": [
        (DEPUTY_HEAD, "RequestExcuse", {**EXCUSE, "action_id": LATER}),
        (DIRECTOR, "DecideExcuse", {"request_id": LATER, "is_granted": True}),
    ],
    "Urged": [(DIRECTOR, "Urge", {"grade": "remind"})],
    "DueReminded": [(CLOCK, "RemindDue", {})],
    "Withdrawn": [(office.SECOND_CLERK, "WithdrawDocument", {"reason": "Vào sổ hai lần"})],
    "ActUndone": [(DIRECTOR, "UndoAct", {})],
    **CORRECTING,
    **REPAIRING,
}
AT_THE_DESK: dict[str, list[Act]] = {
    **{
        event: INCOMING_MEANWHILE[event]
        for event in ("Commented", "Followed", "ScanAdded", "Urged", "DueReminded", "Withdrawn", *CORRECTING)
    },
    "ActUndone": INCOMING_MEANWHILE["ActUndone"],
    **REPAIRING_BY_ONESELF,
    "Assigned": [(DIRECTOR, "Assign", {"lead": f"unit:{office.IT_UNIT}", "directive": "Phòng xử lý"})],
    "TakenOn": [(DRAFTER, "TakeOn", {})],
    "AssignmentReturned": [(DRAFTER, "ReturnAssignment", {"reason": "Đề nghị giao người khác"})],
    "HandedOver": [(DRAFTER, "HandOver", {"to_person": office.THIRD_IT_SPECIALIST, "reason": "Đi công tác"})],
    "ExtensionRequested": [(DRAFTER, "RequestExtension", {"due_on": "2026-12-18", "reason": "Chờ ý kiến Bộ"})],
    "ExtensionDecided": [
        (DRAFTER, "RequestExtension", {"due_on": "2026-12-18", "reason": "Chờ ý kiến Bộ", "action_id": LATER}),
        (DIRECTOR, "DecideExtension", {"request_id": LATER, "is_granted": True}),
    ],
    "ExcuseRequested": [(DRAFTER, "RequestExcuse", EXCUSE)],
    "ExcuseDecided": [
        (DRAFTER, "RequestExcuse", {**EXCUSE, "action_id": LATER}),
        (DIRECTOR, "DecideExcuse", {"request_id": LATER, "is_granted": True}),
    ],
    "Concluded": [
        (DRAFTER, "TakeOn", {}),
        (DRAFTER, "Conclude", {"new_case_file_title": "Hồ sơ", "result": "Đã báo cáo"}),
    ],
}
"""What happens to a part that was given to one person: that person, or who stands in, does it elsewhere."""
BY_ONESELF = ("TakeOn", "ReturnAssignment", "Conclude", "StartDraft", "AddComment", "RequestExtension", "RequestExcuse")
LEADER_MEANWHILE: dict[str, list[Act]] = {
    **{event: INCOMING_MEANWHILE[event] for event in ("Commented", "Followed", "Presented", "ScanAdded", "Withdrawn")},
    "Assigned": [BY_LEADER["Assign"]],
    "TakenOn": [BY_LEADER["TakeOn"]],
    "Concluded": [BY_LEADER["TakeOn"], BY_LEADER["Conclude"]],
    "ActUndone": [
        (office.SECOND_CLERK, "PresentToLeader", {"leader_id": DEPUTY}),
        (office.SECOND_CLERK, "UndoAct", {}),
    ],
    **CORRECTING,
}
"""What happens to a document that is not assigned yet."""

RETURN: Act = (DEPUTY_HEAD, "ReturnDraft", {"reason": "Bổ sung số liệu", "return_to": "drafter"})
RETURN_FROM_LEADER: Act = (DEPUTY, "ReturnDraft", {"reason": "Bổ sung số liệu", "return_to": "drafter"})
ADD: Act = (DRAFTER, "AddVersion", {"note": "Đã bổ sung"})
SUBMIT: Act = (DRAFTER, "SubmitDraft", {"to_person": DEPUTY_HEAD})
TO_LEADER: Act = (DEPUTY_HEAD, "SubmitToLeader", {"leader_id": DEPUTY})
APPROVE: Act = (DEPUTY, "Approve", {"is_content_approved": True, "is_form_approved": True})
WITHDRAW: Act = (DRAFTER, "WithdrawDocument", {"reason": "Không còn cần"})

OUTGOING: dict[str, tuple[str, Act]] = {
    "AddVersion": ("drafting", (DRAFTER, "AddVersion", {"note": "Sửa ngoài thực địa"})),
    "SubmitDraft": ("drafting", (DRAFTER, "SubmitDraft", {"to_person": HEAD})),
    "SubmitToLeader": ("with_division", (HEAD, "SubmitToLeader", {"leader_id": DIRECTOR})),
    "ReturnDraft": ("with_leader", (DIRECTOR, "ReturnDraft", {"reason": "Viết lại", "return_to": "drafter"})),
    "Approve": ("with_leader", (DIRECTOR, "Approve", {"is_content_approved": True, "is_form_approved": True})),
    "AddComment": ("with_leader", (DIRECTOR, "AddComment", {"text": "Xem lại số liệu"})),
    "WithdrawDocument": ("with_leader", (DRAFTER, "WithdrawDocument", {"reason": "Không còn cần"})),
}
"""In what state the phone saw the draft, and what is done on it."""
OUTGOING_MEANWHILE: dict[str, dict[str, list[Act]]] = {
    "drafting": {
        "Commented": COMMENT,
        "Followed": FOLLOW,
        "VersionAdded": [ADD],
        "DraftSubmitted": [SUBMIT],
        "SubmittedToLeader": [SUBMIT, TO_LEADER],
        "Approved": [SUBMIT, TO_LEADER, APPROVE],
        "Withdrawn": [WITHDRAW],
    },
    "with_division": {
        "Commented": COMMENT,
        "Followed": FOLLOW,
        "DraftReturned": [RETURN],
        "VersionAdded": [RETURN, ADD],
        "DraftSubmitted": [RETURN, SUBMIT],
        "SubmittedToLeader": [TO_LEADER],
        "Approved": [TO_LEADER, APPROVE],
        "Withdrawn": [WITHDRAW],
    },
    "with_leader": {
        "Commented": COMMENT,
        "Followed": FOLLOW,
        "DraftReturned": [RETURN_FROM_LEADER],
        "VersionAdded": [RETURN_FROM_LEADER, ADD],
        "DraftSubmitted": [RETURN_FROM_LEADER, SUBMIT],
        "SubmittedToLeader": [RETURN_FROM_LEADER, SUBMIT, TO_LEADER],
        # the same version approved twice says the same thing: here it is another one
        "Approved": [RETURN_FROM_LEADER, ADD, SUBMIT, TO_LEADER, APPROVE],
        "Withdrawn": [WITHDRAW],
    },
}


class Played:
    """One cell: a document as the phone saw it, and the office at work meanwhile."""

    def __init__(self, acting: Acting, kind: str, command: str, event: str = "Commented") -> None:
        """Make the document."""
        self.acting = acting
        make = self._draft if kind == "outgoing" else self._incoming
        self.document_id, self.act, self.meanwhile = make(command, event)
        self.seen = acting.record(self.document_id)["version"]

    def _incoming(self, command: str, event: str) -> tuple[str, Act, list[Act]]:
        document_id = self.acting.registers()
        if command == "PresentToLeader":
            return document_id, INCOMING[command], LEADER_MEANWHILE[event]
        if event == "Presented":
            return document_id, BY_LEADER.get(command, INCOMING[command]), LEADER_MEANWHILE[event]
        is_personal = command == "HandOver" or event in ("HandedOver", "RepairConfirmed")
        to = f"person:{DRAFTER}" if is_personal else f"unit:{office.IT_UNIT}"
        due_on = "2026-11-25" if event == "DueReminded" else "2026-12-04"
        owes = {"is_answer_required": True} if "Excuse" in command or "Excuse" in event else {}
        self.done(document_id, (DIRECTOR, "Assign", {"lead": to, "directive": "Tham mưu", "due_on": due_on, **owes}))
        person_id, _, fields = act = INCOMING[command]
        if is_personal and command in BY_ONESELF:
            act = (DRAFTER, command, fields)
        elif is_personal and person_id == HEAD:
            act = BY_LEADER[command]
        if command == "DecideExtension":
            asks = {"due_on": "2026-12-11", "reason": "Chờ số liệu", "action_id": ASKED}
            self.done(document_id, (DRAFTER if is_personal else HEAD, "RequestExtension", asks))
        if owes and event == "Concluded":
            self._answered(document_id)
        if command == "DecideExcuse":
            asks = {**EXCUSE, "action_id": ASKED}
            self.done(document_id, (DRAFTER if is_personal else HEAD, "RequestExcuse", asks))
        return document_id, act, (AT_THE_DESK if is_personal else INCOMING_MEANWHILE)[event]

    def _answered(self, document_id: str) -> None:
        """Let an answer be approved, without which who owes one does not finish."""
        draft_id = self.acting.drafts(document_id, HEAD)
        self.done(draft_id, (HEAD, "SubmitToLeader", {"leader_id": DEPUTY}))
        self.done(draft_id, APPROVE)

    def _draft(self, command: str, event: str) -> tuple[str, Act, list[Act]]:
        state, act = OUTGOING[command]
        document_id = self.acting.registers()
        self.done(document_id, (DIRECTOR, "Assign", {"lead": f"person:{DRAFTER}", "directive": "Dự thảo"}))
        draft_id = self.acting.drafts(document_id)
        if state != "drafting":
            self.done(draft_id, (DRAFTER, "SubmitDraft", {"to_person": HEAD}))
        if state == "with_leader":
            self.done(draft_id, (HEAD, "SubmitToLeader", {"leader_id": DIRECTOR}))
        return draft_id, act, OUTGOING_MEANWHILE[state][event]

    def done(self, document_id: str, act: Act) -> None:
        """Let somebody act on what stands now."""
        receipt = self.acting.does(act[0], act[1], document_id, **self._fields(document_id, act))
        assert receipt["status"] == "applied", (act, receipt)

    def delivered(self) -> dict[str, Any]:
        """Let what happens meanwhile happen; then let the phone deliver what was done before it knew."""
        fields = self._fields(self.document_id, self.act)
        for act in self.meanwhile:
            self.done(self.document_id, act)
        return self.sent(**fields)

    def sent(self, by: str = "", **envelope: Any) -> dict[str, Any]:
        """Let the phone of the one who acts, or of somebody else, deliver the act."""
        person_id, command, _ = self.act
        fields = {**self._fields(self.document_id, (by or person_id, *self.act[1:])), **envelope}
        return self.acting.does(by or person_id, command, self.document_id, seen=self.seen, device_id=PHONE, **fields)

    def _fields(self, document_id: str, act: Act) -> dict[str, Any]:
        person_id, command, fields = act
        record = self.acting.record(document_id)
        added: dict[str, Any] = {}
        if record["kind"] == "outgoing" and command in ("SubmitDraft", "SubmitToLeader", "Approve", "ReturnDraft"):
            added["version_sha256"] = record["versions"][-1]["sha256"]
        if command == "UndoAct":
            added["undone"] = record["events"][-1]["action_id"]
        if command == "RequestRepair":
            added["reason"] = "Không thuộc chức năng"
        if command in ("ConfirmRepair", "RefuseRepair", "CarryOutRepair"):
            added["repair_id"] = record["repairs"][-1]["repair_id"]
        if command == "RequestCorrection":
            return self.acting.entry(document_id, **fields)
        if command in ("PermitCorrection", "RefuseCorrection", "CarryOutCorrection"):
            added["correction_id"] = record["corrections"][-1]["correction_id"]
        if command in ("AddVersion", "StartDraft", "AddScan"):
            added["file"] = self.acting.has_file(person_id, f"{command} v{record['version']} {fields}")
        return {**fields, **added}


CELLS = [
    (kind, command, event)
    for kind, events in STATE_AFTER.items()
    for command in commands_on(kind)
    for event in events
    if outcome(kind, command, event) is not None
]


@pytest.mark.parametrize(("kind", "command", "event"), CELLS, ids=lambda name: name)
def test_a_cell_of_the_table(acting: Acting, kind: str, command: str, event: str) -> None:
    expected = outcome(kind, command, event)
    assert expected is not None
    played = Played(acting, kind, command, event)
    receipt = played.delivered()
    before = [one["event"] for one in acting.record(played.document_id)["events"][played.seen :]]
    happened = before[: len(played.meanwhile)]
    assert event in happened
    told = {outcome(kind, command, one) for one in happened}
    assert Outcome(receipt["status"], receipt["reason"]) in told, receipt
    assert receipt["status"] == expected.status
    if receipt["status"] == "needs_review":
        waits_for_a_person(acting, played.document_id, receipt)


def waits_for_a_person(acting: Acting, document_id: str, receipt: dict[str, Any]) -> None:
    """Assert what the author, the owner and others see of a held act, and that the owner ends it in one step."""
    review = acting.record(document_id)["reviews"][-1]
    owner_id, author_id = review["owner_id"], receipt["actor_id"]
    assert acting.record(document_id)["events"][-1]["event"] == "ActHeld"
    assert owner_id in office.EVERYBODY
    card = acting.card(owner_id, document_id)
    assert card is not None
    assert card["reviews"][-1]["is_mine"]
    assert "resolve_conflict" in card["allowed_actions"]
    told = notices_of(acting.record(document_id), acting.services.directory.office(), acting.clock.now())
    notice = told.get(author_id, {}).get(f"notice:{review['review_id']}")
    assert notice is not None
    assert (notice["told"], notice["by_id"]) == (OPENED, owner_id)
    onlooker = acting.card(office.CHIEF_OF_OFFICE, document_id)
    assert onlooker is not None
    assert [one["is_mine"] for one in onlooker["reviews"]] == [False]
    ended = acting.does(owner_id, "ResolveConflict", document_id, review_id=receipt["action_id"], choice="theirs")
    assert ended["status"] == "applied", ended
    late = acting.does(owner_id, "ResolveConflict", document_id, review_id=receipt["action_id"], choice="ours")
    assert (late["status"], late["reason"]) == ("refused", "no_such_review")


SAME_PERSON = [
    ("incoming", "Assign", HEAD, TO_NAM, "needs_review"),
    ("incoming", "TakeOn", HEAD, {}, "merged"),
    ("incoming", "Conclude", HEAD, {"new_case_file_title": "Hồ sơ khác"}, "merged"),
    ("outgoing", "Approve", DIRECTOR, {"is_content_approved": True, "is_form_approved": True}, "merged"),
    ("outgoing", "ReturnDraft", DIRECTOR, {"reason": "Sửa lại", "return_to": "drafter"}, "merged"),
]


@pytest.mark.parametrize(("kind", "command", "by", "fields", "said"), SAME_PERSON, ids=lambda one: str(one)[:16])
def test_the_same_person_elsewhere_counts_as_somebody_else(
    acting: Acting, kind: str, command: str, by: str, fields: dict[str, Any], said: str
) -> None:
    played = Played(acting, kind, command)
    played.meanwhile = [(by, command, fields)]
    assert played.act[0] == by
    receipt = played.delivered()
    assert receipt["status"] == said, receipt
