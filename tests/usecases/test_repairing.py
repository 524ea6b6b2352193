"""A flow that went wrong: the specialist asks, the head confirms, the head of IT mends it (Article 12.4)."""

from __future__ import annotations

from typing import Any

import pytest

from server.domain.notices import notices_of
from server.domain.records import assignments_at
from server.usecases import repairing
from tests.fixtures import office
from tests.fixtures.acting import Acting

POST = f"unit:{office.POST_UNIT}"
HEAD, SPECIALIST = office.POST_HEAD, office.POST_SPECIALIST
IT_HEAD = office.IT_HEAD


@pytest.fixture
def theirs(acting: Acting) -> str:
    """Give a document that a specialist of the post division has, whose head does not head IT."""
    document_id = acting.registers()
    acting.does(office.DIRECTOR, "Assign", document_id, lead=POST, directive="Tham mưu", due_on="2026-12-04")
    acting.does(HEAD, "Assign", document_id, lead=f"person:{SPECIALIST}", directive="Dự thảo", due_on="2026-12-03")
    return document_id


def asks(acting: Acting, document_id: str, by: str = SPECIALIST, **fields: Any) -> dict[str, Any]:
    """Let somebody ask for a repair."""
    return acting.does(by, "RequestRepair", document_id, **{"wanted": "reopen", "reason": "Kết thúc nhầm", **fields})


def steps(acting: Acting, document_id: str, repair_id: str) -> list[str]:
    """Let a repair be confirmed and carried out, and return what became of both."""
    acts = ((HEAD, "ConfirmRepair"), (IT_HEAD, "CarryOutRepair"))
    return [acting.does(who, what, document_id, repair_id=repair_id)["status"] for who, what in acts]


def told(acting: Acting, document_id: str) -> dict[str, str]:
    """Return who has a notice, and what it tells."""
    found = notices_of(acting.record(document_id), acting.services.directory.office(), acting.clock.now())
    return {key: str(one["told"]) for key, notices in found.items() for one in notices.values() if one is not None}


def state_of(acting: Acting, document_id: str, person_id: str) -> list[str]:
    """Return the states of a person's standing rows."""
    rows = assignments_at(acting.record(document_id))
    return [row["state"] for row in rows if row["person_id"] == person_id]


def test_what_was_finished_too_early_is_opened_again_in_three_steps(acting: Acting, theirs: str) -> None:
    acting.does(SPECIALIST, "Conclude", theirs, new_case_file_title="Hồ sơ", result="Xong")
    assert acting.record(theirs)["state"] == "concluded"
    asked = asks(acting, theirs)
    assert asked["status"] == "applied", asked
    assert told(acting, theirs) == {HEAD: "requested", office.POST_DEPUTY_HEAD: "requested"}
    named = {"repair_id": asked["action_id"]}
    assert acting.does(IT_HEAD, "CarryOutRepair", theirs, **named)["reason"] == "repair_not_open"
    assert acting.does(HEAD, "ConfirmRepair", theirs, note="Đúng", **named)["status"] == "applied"
    assert told(acting, theirs) == {IT_HEAD: "confirmed"}
    assert acting.record(theirs)["state"] == "concluded"
    assert acting.does(IT_HEAD, "CarryOutRepair", theirs, **named)["status"] == "applied"
    record = acting.record(theirs)
    assert record["state"] == "in_progress"
    assert record["case_file_id"] is None
    assert state_of(acting, theirs, SPECIALIST) == ["taken_on"]
    assert state_of(acting, theirs, HEAD) == ["passed_on"]
    assert told(acting, theirs) == {SPECIALIST: "done"}
    [repair] = record["repairs"]
    assert (repair["asked_by"], repair["decided_by"], repair["done_by"]) == (SPECIALIST, HEAD, IT_HEAD)
    assert [(one["event"], one["actor_id"]) for one in record["events"][-3:]] == [
        ("RepairRequested", SPECIALIST),
        ("RepairConfirmed", HEAD),
        ("Repaired", IT_HEAD),
    ]
    again = acting.does(SPECIALIST, "Conclude", theirs, new_case_file_title="Hồ sơ khác", result="Xong hẳn")
    assert again["status"] == "applied"
    assert acting.does(SPECIALIST, "AcknowledgeRepair", theirs, **named)["status"] == "applied"
    assert told(acting, theirs) == {}


def test_what_went_the_wrong_way_goes_where_it_belongs(acting: Acting, theirs: str) -> None:
    asked = asks(acting, theirs, wanted="reroute", target=f"person:{office.PRESS_SPECIALIST}", reason="Việc báo chí")
    assert steps(acting, theirs, asked["action_id"]) == ["applied", "applied"]
    assert acting.card(SPECIALIST, theirs) is None
    card = acting.card(office.PRESS_SPECIALIST, theirs)
    assert card is not None
    mine = card["my_assignment"]
    assert (mine["role"], mine["directive"], mine["due_on"]) == ("lead", "Dự thảo", "2026-12-03")
    assert mine["assigned_by_name"] == office.name_of(HEAD)
    done = acting.does(office.PRESS_SPECIALIST, "Conclude", theirs, new_case_file_title="Hồ sơ", result="Xong")
    assert done["status"] == "applied"
    assert acting.record(theirs)["state"] == "concluded", "what lay above it is finished with it"


def test_to_a_unit_it_goes_to_its_head(acting: Acting, theirs: str) -> None:
    asked = asks(acting, theirs, wanted="reroute", target=f"unit:{office.PRESS_UNIT}", reason="Việc báo chí")
    assert steps(acting, theirs, asked["action_id"]) == ["applied", "applied"]
    card = acting.card(office.PRESS_HEAD, theirs)
    assert card is not None
    assert card["list"] == "waiting"


def test_a_head_who_asks_has_confirmed_it(acting: Acting, theirs: str) -> None:
    asked = asks(acting, theirs, by=HEAD, wanted="reroute", target=f"unit:{office.PRESS_UNIT}", reason="Nhầm phòng")
    assert told(acting, theirs) == {IT_HEAD: "confirmed"}
    assert acting.does(IT_HEAD, "CarryOutRepair", theirs, repair_id=asked["action_id"])["status"] == "applied"
    assert acting.card(SPECIALIST, theirs) is None, "the branch below went with it"


def test_a_refusal_of_either_is_told_with_its_reason(acting: Acting, theirs: str) -> None:
    for by in (HEAD, IT_HEAD):
        asked = asks(acting, theirs, wanted="reroute", target=f"person:{office.PRESS_SPECIALIST}")
        named = {"repair_id": asked["action_id"]}
        if by == IT_HEAD:
            acting.does(HEAD, "ConfirmRepair", theirs, **named)
        assert acting.does(by, "RefuseRepair", theirs, reason="Giữ nguyên", **named)["status"] == "applied"
        assert told(acting, theirs) == {SPECIALIST: "refused"}
        acting.does(SPECIALIST, "AcknowledgeRepair", theirs, **named)
    assert [one["state"] for one in acting.record(theirs)["repairs"]] == ["refused", "refused"]


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"wanted": "reopen"}, "repair_not_finished"),
        ({"wanted": "erase"}, "bad_value"),
        ({"wanted": "reroute"}, "required"),
        ({"wanted": "reroute", "target": "unit:none"}, "required"),
        ({"wanted": "reroute", "target": "person:none"}, "no_such_person"),
        ({"wanted": "reroute", "target": f"person:{SPECIALIST}"}, "recipient_twice"),
        ({"wanted": "reroute", "target": f"person:{office.PRESS_HEAD}", "reason": ""}, "required"),
    ],
)
def test_what_cannot_be_mended_like_that_is_refused(
    acting: Acting, theirs: str, fields: dict[str, Any], reason: str
) -> None:
    if fields.get("reason") == "":
        with pytest.raises(Exception, match=reason):
            asks(acting, theirs, **fields)
        return
    receipt = asks(acting, theirs, **fields)
    assert (receipt["status"], receipt["reason"]) == ("refused", reason)
    assert acting.record(theirs).get("repairs", []) == []


def test_one_at_a_time(acting: Acting, theirs: str) -> None:
    asks(acting, theirs, wanted="reroute", target=f"person:{office.PRESS_HEAD}")
    second = asks(acting, theirs, by=HEAD, wanted="reroute", target=f"person:{office.PRESS_HEAD}")
    assert second["reason"] == "repair_open"


def test_what_changed_since_the_request_is_not_mended_blindly(acting: Acting, theirs: str) -> None:
    asked = asks(acting, theirs, wanted="reroute", target=f"person:{office.PRESS_HEAD}")
    named = {"repair_id": asked["action_id"]}
    acting.does(HEAD, "ConfirmRepair", theirs, **named)
    acting.does(SPECIALIST, "ReturnAssignment", theirs, reason="Trả lại")
    assert acting.does(IT_HEAD, "CarryOutRepair", theirs, **named)["reason"] == "repair_row_gone"
    assert acting.does(IT_HEAD, "RefuseRepair", theirs, reason="Đã trả lại", **named)["status"] == "applied"


def test_a_withdrawn_document_has_nothing_to_mend(acting: Acting, theirs: str) -> None:
    asked = asks(acting, theirs, wanted="reroute", target=f"person:{office.PRESS_HEAD}")
    acting.does(office.CLERK, "WithdrawDocument", theirs, reason="Vào sổ nhầm")
    assert acting.record(theirs)["repairs"][-1]["state"] == "lapsed"
    assert told(acting, theirs) == {SPECIALIST: "lapsed"}
    assert acting.does(HEAD, "ConfirmRepair", theirs, repair_id=asked["action_id"])["status"] == "refused"


def test_nobody_else_asks_confirms_or_mends(acting: Acting, theirs: str) -> None:
    for by, reason in ((office.CLERK, "not_allowed"), (office.PRESS_HEAD, "not_found"), (office.NOBODY, "not_found")):
        assert asks(acting, theirs, by=by, wanted="reroute", target=f"person:{office.PRESS_HEAD}")["reason"] == reason
    asked = asks(acting, theirs, wanted="reroute", target=f"person:{office.PRESS_HEAD}")
    named = {"repair_id": asked["action_id"]}
    for by in (SPECIALIST, office.PRESS_HEAD, office.NOBODY, office.ADMINISTRATOR):
        for command in ("ConfirmRepair", "CarryOutRepair"):
            receipt = acting.does(by, command, theirs, **named)
            assert receipt["status"] == "refused", (by, command)
    for by in (office.PRESS_HEAD, office.NOBODY, office.ADMINISTRATOR):
        found = repairing.lists(acting.services, by, acting.clock.now())
        assert found == {"waiting": [], "open": [], "past": []}


def test_the_head_of_it_sees_the_repair_and_nothing_else_of_the_document(acting: Acting, theirs: str) -> None:
    asked = asks(acting, theirs, wanted="reroute", target=f"unit:{office.PRESS_UNIT}", reason="Việc báo chí")
    acting.does(HEAD, "ConfirmRepair", theirs, repair_id=asked["action_id"])
    assert acting.card(IT_HEAD, theirs) is None
    [entry] = repairing.lists(acting.services, IT_HEAD, acting.clock.now())["waiting"]
    assert entry["actions"] == ["carry_out_repair", "refuse_repair"]
    assert not entry["may_open"]
    record = acting.record(theirs)
    shown = str(entry)
    assert record["subject"] not in shown
    assert record["sender"] not in shown


def test_who_asked_takes_it_back_and_asks_anew(acting: Acting, theirs: str) -> None:
    asked = asks(acting, theirs, wanted="reroute", target=f"person:{office.PRESS_HEAD}")
    [entry] = repairing.lists(acting.services, SPECIALIST, acting.clock.now())["waiting"]
    assert (entry["actions"], entry["is_own"]) == (["refuse_repair"], True)
    taken = acting.does(SPECIALIST, "RefuseRepair", theirs, repair_id=asked["action_id"], reason="Nhầm")
    assert taken["status"] == "applied"
    assert told(acting, theirs) == {}
    assert asks(acting, theirs, wanted="reroute", target=f"person:{office.PRESS_HEAD}")["status"] == "applied"


def test_where_nobody_heads_the_unit_the_chief_of_office_confirms(acting: Acting, theirs: str) -> None:
    for person_id, role in ((HEAD, "division_head"), (office.POST_DEPUTY_HEAD, "deputy_division_head")):
        acting.does(office.ADMINISTRATOR, "EndRole", f"person:{person_id}", role=role)
    asked = asks(acting, theirs, wanted="reroute", target=f"person:{office.PRESS_HEAD}")
    assert told(acting, theirs) == {office.CHIEF_OF_OFFICE: "requested"}
    named = {"repair_id": asked["action_id"]}
    assert acting.does(office.CHIEF_OF_OFFICE, "ConfirmRepair", theirs, **named)["status"] == "applied"


def test_finished_work_that_goes_elsewhere_leaves_the_file_that_it_was_finished_into(
    acting: Acting, theirs: str
) -> None:
    acting.does(SPECIALIST, "Conclude", theirs, new_case_file_title="Hồ sơ", result="Xong")
    asked = asks(acting, theirs, wanted="reroute", target=f"person:{office.PRESS_SPECIALIST}")
    assert steps(acting, theirs, asked["action_id"]) == ["applied", "applied"]
    assert acting.record(theirs)["case_file_id"] is None


def test_however_many_are_open_everybody_finds_their_own(
    acting: Acting, theirs: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(repairing, "BATCH", 2)
    wanted = {"wanted": "reroute", "target": f"person:{office.PRESS_HEAD}"}
    for _ in range(4):
        other = acting.registers()
        acting.does(office.DIRECTOR, "Assign", other, lead=f"person:{office.IT_SPECIALIST}", directive="Làm")
        assert asks(acting, other, by=office.IT_SPECIALIST, **wanted)["status"] == "applied"
    acting.clock.move(minutes=1)
    own = asks(acting, theirs, **wanted)
    [entry] = repairing.lists(acting.services, HEAD, acting.clock.now())["waiting"]
    assert entry["repair_id"] == own["action_id"]
