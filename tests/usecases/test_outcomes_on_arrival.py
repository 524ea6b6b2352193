"""Every cell of the table of what is judged by what stands when it comes (docs/sync.md): undoing, repairs, case files.

Somebody does it on a phone without a network; meanwhile something else happened.
"""

from __future__ import annotations

from typing import Any

import pytest

from server.domain.commands import BY_WHAT_STANDS, ONLINE_ONLY
from server.domain.outcomes import ARRIVALS, Arrival
from tests.fixtures import office
from tests.fixtures.acting import Acting
from tests.usecases.test_case_files import files, opened
from tests.usecases.test_file_plan import ENTRY, plans
from tests.usecases.test_file_plan import YEAR as PLAN
from tests.usecases.test_outcomes_of_people import done, happens, said
from tests.usecases.test_undoing import opens

PHONE = "device-dien-thoai"
POST = f"unit:{office.POST_UNIT}"
HEAD, DEPUTY_HEAD, SPECIALIST = office.POST_HEAD, office.POST_DEPUTY_HEAD, office.POST_SPECIALIST
GIVEN, ENDED, ASKED = "act-giao-viec", "act-ket-thuc", "act-khac-phuc"
REROUTE = {"wanted": "reroute", "target": f"unit:{office.PRESS_UNIT}", "reason": "Việc của phòng khác"}
REOPEN = {"wanted": "reopen", "reason": "Kết thúc nhầm"}
NAMED = {"repair_id": ASKED}
Act = tuple[str, str, dict[str, Any]]


class Away:
    """One cell: what the phone showed, what is done on it, and what happens meanwhile."""

    def __init__(self, acting: Acting, cell: Arrival) -> None:
        """Make what the phone shows."""
        self.acting, self.cell = acting, cell
        is_repair = cell.command.endswith("Repair")
        if cell.command.endswith("PlanEntry"):
            self.record_id = PLAN
            done(plans(acting))
        else:
            self.record_id = self._document() if is_repair or cell.command == "UndoAct" else self._file()
        self.act = self._act()
        self.seen = self.stored()["version"]

    def stored(self) -> dict[str, Any]:
        """Return what it is done on as it stands."""
        if self.record_id == PLAN:
            return dict(self.acting.services.accounts.get(PLAN) or {})
        return self.acting.record(self.record_id)

    def _document(self) -> str:
        acting = self.acting
        document_id = acting.registers()
        done(acting.does(office.DIRECTOR, "Assign", document_id, lead=POST, directive="Tham mưu"))
        to = {"lead": f"person:{SPECIALIST}", "directive": "Dự thảo", "action_id": GIVEN}
        done(acting.does(HEAD, "Assign", document_id, **to))
        if self.cell.meanwhile in ("opened_again", "closed"):
            ends = {"new_case_file_title": "Hồ sơ", "result": "Xong", "action_id": ENDED}
            done(acting.does(SPECIALIST, "Conclude", document_id, **ends))
        if self.cell.command not in ("UndoAct", "RequestRepair"):
            done(acting.does(SPECIALIST, "RequestRepair", document_id, action_id=ASKED, **REROUTE))
        if self.cell.command in ("CarryOutRepair", "AcknowledgeRepair"):
            done(acting.does(HEAD, "ConfirmRepair", document_id, **NAMED))
        if self.cell.command == "AcknowledgeRepair":
            done(acting.does(office.IT_HEAD, "RefuseRepair", document_id, reason="Đúng luồng", **NAMED))
        return document_id

    def _file(self) -> str:
        acting = self.acting
        file_id = opened(acting, SPECIALIST)
        self.filed = acting.registers()
        done(acting.does(office.DIRECTOR, "Assign", self.filed, lead=f"person:{SPECIALIST}", directive="Làm"))
        done(files(acting, file_id, self.filed, SPECIALIST))
        if self.cell.command == "ReopenCaseFile":
            done(acting.does(SPECIALIST, "CloseCaseFile", file_id))
        return file_id

    def _act(self) -> Act:
        match self.cell.command:
            case "UndoAct" if self.cell.meanwhile == "closed":
                return SPECIALIST, "UndoAct", {"undone": ENDED}
            case "UndoAct":
                return HEAD, "UndoAct", {"undone": GIVEN}
            case "RequestRepair":
                return SPECIALIST, "RequestRepair", REOPEN if self.cell.meanwhile == "opened_again" else REROUTE
            case "ConfirmRepair":
                return HEAD, "ConfirmRepair", NAMED
            case "RefuseRepair":
                return HEAD, "RefuseRepair", {"reason": "Đúng luồng", **NAMED}
            case "CarryOutRepair":
                return office.IT_HEAD, "CarryOutRepair", NAMED
            case "AcknowledgeRepair":
                return SPECIALIST, "AcknowledgeRepair", NAMED
            case "SetPlanEntry":
                return office.CLERK, "SetPlanEntry", {**ENTRY, "title": "Hồ sơ khác"}
            case "RemovePlanEntry":
                return office.CLERK, "RemovePlanEntry", {"code": ENTRY["code"]}
            case "UnfileDocument":
                return SPECIALIST, "UnfileDocument", {"document": self.filed}
            case "ReopenCaseFile":
                return SPECIALIST, "ReopenCaseFile", {"reason": "Bổ sung"}
            case command:
                return SPECIALIST, command, {}

    def meanwhile(self) -> None:
        """Let it happen."""
        acting, document_id = self.acting, self.record_id
        person_id, command, fields = self.act
        match self.cell.meanwhile:
            case "commented":
                done(acting.does(SPECIALIST, "AddComment", document_id, text="Đã nhận"))
            case "opened":
                opens(acting, SPECIALIST, document_id)
            case "acted_upon":
                done(acting.does(SPECIALIST, "TakeOn", document_id))
            case "done_elsewhere":
                stands_in = {HEAD: DEPUTY_HEAD}.get(person_id, person_id) if command != "UndoAct" else person_id
                done(acting.does(stands_in, command, document_id, **fields))
            case "asked_elsewhere":
                done(acting.does(DEPUTY_HEAD, "RequestRepair", document_id, **REROUTE))
            case "opened_again":
                done(acting.does(SPECIALIST, "RequestRepair", document_id, action_id=ASKED, **REOPEN))
                done(acting.does(HEAD, "ConfirmRepair", document_id, **NAMED))
                done(acting.does(office.IT_HEAD, "CarryOutRepair", document_id, **NAMED))
            case "confirmed":
                done(acting.does(DEPUTY_HEAD, "ConfirmRepair", document_id, **NAMED))
            case "refused":
                by = DEPUTY_HEAD if command == "ConfirmRepair" else office.IT_HEAD
                done(acting.does(by, "RefuseRepair", document_id, reason="Đúng luồng", **NAMED))
            case "withdrawn":
                done(acting.does(office.CLERK, "WithdrawDocument", document_id, reason="Vào sổ nhầm"))
            case "closed":
                file_id = f"case_file:{ENDED}" if command == "UndoAct" else document_id
                done(acting.does(SPECIALIST, "CloseCaseFile", file_id))
            case "role_ended":
                happens(acting, "role_ended", person_id)
            case other:
                assert other == "nothing"

    def delivered(self, **envelope: Any) -> dict[str, Any]:
        """Let the phone deliver what was done on it before it knew."""
        person_id, command, fields = self.act
        return self.acting.does(
            person_id, command, self.record_id, seen=self.seen, device_id=PHONE, **{**fields, **envelope}
        )


@pytest.mark.parametrize("cell", ARRIVALS, ids=lambda one: f"{one.command}-{one.meanwhile}")
def test_a_cell_of_the_table(acting: Acting, cell: Arrival) -> None:
    away = Away(acting, cell)
    acted_at = acting.clock.now()
    acting.clock.move(minutes=1)
    away.meanwhile()
    before = len(away.stored()["events"])
    receipt = away.delivered(acted_at=acted_at)
    assert said(receipt) == cell.outcome
    if cell.outcome.status == "refused":
        assert len(away.stored()["events"]) == before
        kept = acting.services.records.get(f"refusal:{receipt['action_id']}")
        assert kept is not None
        assert kept["command"]["command"] == cell.command
    # again: the same receipt, and nothing twice
    after = len(away.stored()["events"])
    assert away.delivered(acted_at=acted_at, action_id=receipt["action_id"]) == receipt
    assert len(away.stored()["events"]) == after


def test_what_was_done_without_the_right_to_it_is_refused_whatever_stands(acting: Acting) -> None:
    ended = {"ConfirmRepair", "CarryOutRepair", "RequestRepair", "UndoAct"}
    for cell in ARRIVALS:
        if cell.meanwhile != "nothing" or cell.command not in ended:
            continue
        away = Away(acting, cell)
        receipt = acting.does(
            office.PRESS_SPECIALIST, cell.command, away.record_id, seen=away.seen, device_id=PHONE, **away.act[2]
        )
        assert (receipt["status"], receipt["reason"]) == ("refused", "not_found"), cell


def test_every_command_that_is_judged_so_has_a_row() -> None:
    wanted = BY_WHAT_STANDS - ONLINE_ONLY | {"SetPlanEntry", "RemovePlanEntry"}
    assert {one.command for one in ARRIVALS} == wanted
    assert {one.command for one in ARRIVALS if one.meanwhile == "nothing"} == wanted
