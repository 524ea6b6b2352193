"""Every cell of the table of outcomes in docs/sync.md, played through the write path as that page tells it.

Somebody acts on what their phone showed; meanwhile something else happened. What is expected is read from the page,
which people read too; a soft act stands beside the other, a hard one changes nothing and has a named owner.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from tests.fixtures import office
from tests.fixtures.acting import Acting

PAGE = Path(__file__).parents[2] / "docs" / "sync.md"
CELL = re.compile(r"^\| `(\w+)` \| `(\w+)` \| (soft|hard) \| `(\w+)` \|$", re.MULTILINE)
CELLS = {
    (command, event): (severity, reason) for command, event, severity, reason in CELL.findall(PAGE.read_text("utf-8"))
}
PHONE = "device-dien-thoai"
STATUS = {"hard": "needs_review", "soft": "merged"}
Act = tuple[str, str, dict[str, Any]]

DRAFTER, HEAD, DEPUTY_HEAD = office.IT_SPECIALIST, office.IT_HEAD, office.IT_DEPUTY_HEAD
DIRECTOR, DEPUTY = office.DIRECTOR, office.DEPUTY
TO_NAM = {"lead": f"person:{office.SECOND_IT_SPECIALIST}", "directive": "Nam xử lý"}
TO_DUC = {"lead": f"person:{office.IT_SPECIALIST}", "directive": "Đức xử lý"}

INCOMING: dict[str, Act] = {
    "PresentToLeader": (office.CLERK, "PresentToLeader", {"leader_id": office.SECOND_DEPUTY}),
    "Assign": (HEAD, "Assign", TO_DUC),
    "TakeOn": (HEAD, "TakeOn", {}),
    "ReturnAssignment": (HEAD, "ReturnAssignment", {"reason": "Không thuộc chức năng của phòng"}),
    "Conclude": (HEAD, "Conclude", {"new_case_file_title": "Hồ sơ", "result": "Xong"}),
    "StartDraft": (HEAD, "StartDraft", {"subject": "Báo cáo kết quả chuyển đổi số năm 2026 của Sở", "type": "BC"}),
    "AddComment": (HEAD, "AddComment", {"text": "Đã đọc"}),
    "WithdrawDocument": (office.CLERK, "WithdrawDocument", {"reason": "Vào sổ nhầm"}),
}
"""What is done on the phone, by whom."""
INCOMING_MEANWHILE: dict[str, list[Act]] = {
    "Presented": [(office.CHIEF_OF_OFFICE, "PresentToLeader", {"leader_id": DEPUTY})],
    "Assigned": [(DEPUTY_HEAD, "Assign", TO_NAM)],
    "TakenOn": [(DEPUTY_HEAD, "TakeOn", {})],
    "AssignmentReturned": [(DEPUTY_HEAD, "ReturnAssignment", {"reason": "Đề nghị giao phòng khác"})],
    "Concluded": [
        (DEPUTY_HEAD, "TakeOn", {}),
        (DEPUTY_HEAD, "Conclude", {"new_case_file_title": "Hồ sơ của phòng", "result": "Đã báo cáo"}),
    ],
    "Withdrawn": [(office.SECOND_CLERK, "WithdrawDocument", {"reason": "Vào sổ hai lần"})],
}

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
        "VersionAdded": [ADD],
        "DraftSubmitted": [SUBMIT],
        "SubmittedToLeader": [SUBMIT, TO_LEADER],
        "Approved": [SUBMIT, TO_LEADER, APPROVE],
        "Withdrawn": [WITHDRAW],
    },
    "with_division": {
        "DraftReturned": [RETURN],
        "VersionAdded": [RETURN, ADD],
        "DraftSubmitted": [RETURN, SUBMIT],
        "SubmittedToLeader": [TO_LEADER],
        "Approved": [TO_LEADER, APPROVE],
        "Withdrawn": [WITHDRAW],
    },
    "with_leader": {
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

    def __init__(self, acting: Acting, command: str, event: str) -> None:
        """Make the document."""
        self.acting = acting
        is_draft = command in OUTGOING and not (command in INCOMING and event in INCOMING_MEANWHILE)
        make = self._draft if is_draft else self._incoming
        self.document_id, self.act, self.meanwhile = make(command, event)
        self.seen = acting.record(self.document_id)["version"]

    def _incoming(self, command: str, event: str) -> tuple[str, Act, list[Act]]:
        document_id = self.acting.registers()
        if "PresentToLeader" not in (command, INCOMING_MEANWHILE[event][0][1]):
            self.done(document_id, (DIRECTOR, "Assign", {"lead": f"unit:{office.IT_UNIT}", "directive": "Tham mưu"}))
        return document_id, INCOMING[command], INCOMING_MEANWHILE[event]

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
        person_id, command, _ = self.act
        return self.acting.does(person_id, command, self.document_id, seen=self.seen, device_id=PHONE, **fields)

    def _fields(self, document_id: str, act: Act) -> dict[str, Any]:
        person_id, command, fields = act
        record = self.acting.record(document_id)
        added: dict[str, Any] = {}
        if record["kind"] == "outgoing" and command in ("SubmitDraft", "SubmitToLeader", "Approve", "ReturnDraft"):
            added["version_sha256"] = record["versions"][-1]["sha256"]
        if command in ("AddVersion", "StartDraft"):
            added["file"] = self.acting.has_file(person_id, f"{command} v{record['version']} {fields}")
        return {**fields, **added}


@pytest.mark.parametrize(("command", "event"), CELLS, ids=lambda name: name)
def test_a_cell_of_the_table(acting: Acting, command: str, event: str) -> None:
    severity, _reason = CELLS[command, event]
    played = Played(acting, command, event)
    receipt = played.delivered()
    happened = {one["event"] for one in acting.record(played.document_id)["events"][played.seen :]}
    assert event in happened
    assert receipt["status"] == STATUS[severity], receipt
    assert receipt["reason"] in {CELLS[command, one][1] for one in happened if (command, one) in CELLS}
    if severity == "hard":
        record = acting.record(played.document_id)
        assert record["events"][-1]["event"] == "ActHeld"
        owner_id = record["reviews"][-1]["owner_id"]
        assert owner_id in office.EVERYBODY
        card = acting.card(owner_id, played.document_id)
        assert card is not None
        assert card["reviews"][-1]["is_mine"]
        assert "resolve_conflict" in card["allowed_actions"]
        ended = acting.does(
            owner_id, "ResolveConflict", played.document_id, review_id=receipt["action_id"], choice="theirs"
        )
        assert ended["status"] == "applied", ended


def test_the_page_has_a_cell_for_every_entry_of_the_code() -> None:
    from server.domain.conflicts import TABLE

    assert CELLS.keys() == {(command, event) for command, entries in TABLE.items() for event in entries}
