"""A form that was refused, brought by the network a second time: it is refused again, whatever has changed since."""

from __future__ import annotations

from typing import Any

import pytest

from server.domain import payloads
from server.ports import Unavailable
from server.usecases import cleaning, refusals
from server.usecases.handle import handle
from tests.fixtures import office
from tests.fixtures.acting import Acting

HEAD, DUC, NAM = office.IT_HEAD, office.IT_SPECIALIST, office.SECOND_IT_SPECIALIST
HANDS_OVER = {"to_person": DUC, "reason": "Nghỉ phép"}
FORM = "form-0000001"


@pytest.fixture
def finished(acting: Acting) -> str:
    """Give a document of which one specialist has finished their part, and another has not."""
    document_id = acting.registers()
    rows = {"simultaneous": [f"person:{NAM}", f"person:{HEAD}"], "directive": "Xử lý"}
    assert acting.does(office.DIRECTOR, "Assign", document_id, **rows)["status"] == "applied"
    done = acting.does(NAM, "Conclude", document_id, new_case_file_title="Hồ sơ", result="Xong")
    assert done["status"] == "applied", done
    return document_id


def sends(acting: Acting, document_id: str, seen: int, **fields: Any) -> dict[str, Any]:
    """Send the form with which the specialist hands over."""
    given = {**HANDS_OVER, **fields}
    return acting.does(NAM, "HandOver", document_id, seen=seen, action_id=FORM, **given)


def test_a_form_that_comes_twice_is_refused_twice(acting: Acting, finished: str) -> None:
    # seed 7440: the second one was held for a decision, though its author had been told that it was refused
    seen = acting.record(finished)["version"]
    first = sends(acting, finished, seen)
    assert (first["status"], first["reason"]) == ("refused", "not_allowed")
    acting.does(NAM, "AddComment", finished, text="Đã xong phần việc")
    again = sends(acting, finished, seen)
    assert again == first
    assert acting.record(finished)["reviews"] == []


def test_what_has_become_possible_since_is_done_by_a_form_of_its_own(acting: Acting, finished: str) -> None:
    seen = acting.record(finished)["version"]
    assert sends(acting, finished, seen)["status"] == "refused"
    undone = acting.record(finished)["events"][-1]["action_id"]
    assert acting.does(NAM, "UndoAct", finished, undone=undone)["status"] == "applied"
    assert sends(acting, finished, seen)["status"] == "refused", "the network brought it again"
    assert acting.does(NAM, "HandOver", finished, **HANDS_OVER)["status"] == "applied"


def test_a_form_that_was_corrected_is_judged_anew(acting: Acting, finished: str) -> None:
    acting.does(NAM, "UndoAct", finished, undone=acting.record(finished)["events"][-1]["action_id"])
    seen = acting.record(finished)["version"]
    refused = sends(acting, finished, seen, to_person=NAM)
    assert (refused["status"], refused["reason"]) == ("refused", "assigned_to_self")
    refused = sends(acting, finished, seen, to_person=office.POST_SPECIALIST)
    assert (refused["status"], refused["reason"]) == ("refused", "outside_own_unit"), "also a second time"
    corrected = sends(acting, finished, seen)
    assert corrected["status"] == "applied"
    assert sends(acting, finished, seen) == corrected


def test_what_its_author_was_told_is_kept_is_judged_when_the_device_brings_it(acting: Acting, finished: str) -> None:
    seen = acting.record(finished)["version"]
    assert sends(acting, finished, seen)["status"] == "refused"
    acting.does(NAM, "UndoAct", finished, undone=acting.record(finished)["events"][-1]["action_id"])
    payload = {
        "action_id": FORM,
        "command": "HandOver",
        "document_id": finished,
        "seen_version": acting.record(finished)["version"],
        "acted_at": acting.clock.now(),
        "device_id": "device-dien-thoai",
        "fields": HANDS_OVER,
    }
    command = payloads.build(payload, actor_id=NAM, is_offline=True)
    assert handle(command, acting.services, keep_refused=True)["status"] == "applied"


def test_it_is_nobody_else_s_and_among_no_refused_acts(acting: Acting, finished: str) -> None:
    seen = acting.record(finished)["version"]
    assert sends(acting, finished, seen)["status"] == "refused"
    assert refusals.refused_acts(acting.services, NAM) == []
    assert refusals.refused_act(acting.services, NAM, FORM) is None
    acting.services.fanout.catch_up()
    assert f"receipt:{FORM}" not in [one["_id"] for one in acting.services.store.database(f"inbox_{NAM}").all()]
    other = acting.does(HEAD, "HandOver", finished, seen=seen, action_id=FORM, **HANDS_OVER)
    assert other["status"] == "applied", "their form is another one"


def test_it_is_forgotten_after_some_days_and_refused_acts_are_not(acting: Acting, finished: str) -> None:
    seen = acting.record(finished)["version"]
    assert sends(acting, finished, seen)["status"] == "refused"
    late = acting.does(NAM, "Conclude", finished, device_id="device-dien-thoai", new_case_file_title="Hồ sơ")
    assert late["status"] == "refused"
    assert cleaning.unnamed_files(acting.services) == 0
    assert cleaning.refused_forms(acting.services) == 0
    acting.clock.move(days=cleaning.FORMS_DAYS + 1)
    assert cleaning.refused_forms(acting.services) == 1
    assert sends(acting, finished, seen)["received_at"] > late["received_at"], "it is judged anew"
    assert len(acting.services.records.all("refusal:")) == 1


def test_where_it_cannot_be_written_the_form_comes_back_all_the_same(
    acting: Acting, finished: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = acting.record(finished)["version"]

    def full(_doc: dict[str, Any]) -> str:
        raise Unavailable("the disk is full")

    monkeypatch.setattr(acting.services.records, "put", full)
    assert sends(acting, finished, seen)["reason"] == "not_allowed"
