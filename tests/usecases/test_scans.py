"""The scan that follows: registered at once, its file added later, once, by a clerk; never on a secret document."""

from __future__ import annotations

from typing import Any

import pytest

from server.domain.cards import cards_for
from tests.fixtures import office
from tests.fixtures.acting import Acting
from tests.usecases.test_conflicts import offline, outcome

WORDS = "Bản quét công văn 3012"


def adds(acting: Acting, person_id: str, document_id: str, text: str = WORDS, **envelope: Any) -> dict[str, Any]:
    """Let a person add a scan of their own."""
    return acting.does(person_id, "AddScan", document_id, file=acting.has_file(person_id, text), **envelope)


def bare(acting: Acting, **changes: Any) -> str:
    """Register a secret document, and return its id."""
    hidden = {"confidentiality": "secret", "subject": "", "leader_id": "", "due_on": None}
    return acting.registers(**{**hidden, **changes})


def test_a_document_waits_for_its_scan_and_then_has_it(acting: Acting) -> None:
    document_id = acting.registers()
    card = acting.card(office.DIRECTOR, document_id)
    assert (card["awaits_scan"], card["files"]) == (True, [])
    assert "add_scan" not in card["allowed_actions"]
    assert "add_scan" in acting.card(office.CLERK, document_id)["allowed_actions"]

    receipt = adds(acting, office.SECOND_CLERK, document_id)
    assert outcome(receipt) == ("applied", None)
    card = acting.card(office.DIRECTOR, document_id)
    assert (card["awaits_scan"], [one["name"] for one in card["files"]]) == (False, ["du-thao.pdf"])
    latest = card["timeline"][-1]
    assert (latest["event"], latest["actor_id"]) == ("ScanAdded", office.SECOND_CLERK)
    assert (latest["details"]["file_name"], latest["details"]["pages"]) == ("du-thao.pdf", 1)
    assert "add_scan" not in acting.card(office.CLERK, document_id)["allowed_actions"]
    # sent twice it is done once
    assert adds(acting, office.SECOND_CLERK, document_id, action_id=receipt["action_id"], seen=1) == receipt


def test_a_document_that_came_with_its_file_waits_for_none(acting: Acting) -> None:
    document_id = acting.registers(file=acting.has_file(office.CLERK, WORDS))
    assert acting.card(office.CLERK, document_id)["awaits_scan"] is False
    assert outcome(adds(acting, office.CLERK, document_id, "Bản khác")) == ("refused", "scan_there")


def test_of_two_scans_the_first_stays(acting: Acting) -> None:
    document_id = acting.registers()
    adds(acting, office.CLERK, document_id)
    before = acting.record(document_id)["files"]
    late = adds(acting, office.SECOND_CLERK, document_id, "Bản quét của người thứ hai", seen=1)
    assert outcome(late) == ("refused", "scan_there")
    assert acting.record(document_id)["files"] == before


def test_it_stands_beside_what_others_did_meanwhile(acting: Acting) -> None:
    document_id = acting.registers()
    acting.does(office.DIRECTOR, "Assign", document_id, lead=f"unit:{office.IT_UNIT}", directive="Tham mưu")
    assert outcome(adds(acting, office.CLERK, document_id, seen=1)) == ("applied", None)
    seen = acting.record(document_id)["version"] - 1
    assert outcome(offline(acting, office.IT_HEAD, "TakeOn", document_id, seen)) == ("applied", None)


@pytest.mark.parametrize(
    ("person_id", "said"),
    [
        (office.DIRECTOR, ("refused", "not_allowed")),
        (office.CHIEF_OF_OFFICE, ("refused", "not_allowed")),
        (office.IT_HEAD, ("refused", "not_found")),
        (office.ADMINISTRATOR, ("refused", "not_found")),
        (office.NOBODY, ("refused", "not_found")),
    ],
)
def test_only_clerks_add_it(acting: Acting, person_id: str, said: tuple[str, str]) -> None:
    document_id = acting.registers()
    assert outcome(adds(acting, person_id, document_id)) == said
    assert acting.record(document_id)["files"] == []


def test_a_file_of_somebody_else_s_cannot_be_named(acting: Acting) -> None:
    document_id = acting.registers()
    theirs = acting.has_file(office.IT_SPECIALIST, "Tệp của người khác")
    assert outcome(acting.does(office.CLERK, "AddScan", document_id, file=theirs)) == ("refused", "file_missing")


def test_a_secret_document_never_gets_a_file(acting: Acting) -> None:
    document_id = bare(acting)
    card = acting.card(office.CLERK, document_id)
    assert (card["awaits_scan"], card["allowed_actions"]) == (False, [])
    for by in (office.CLERK, office.SECOND_CLERK):
        assert outcome(adds(acting, by, document_id)) == ("refused", "not_allowed")
    late = adds(acting, office.CLERK, document_id, device_id="device-0001")
    assert outcome(late) == ("refused", "not_allowed")
    assert acting.record(document_id)["files"] == []
    assert cards_for(acting.record(document_id), acting.services.directory.office(), acting.clock.now(), []) == {}


def test_a_withdrawn_document_waits_for_nothing(acting: Acting) -> None:
    document_id = acting.registers()
    acting.does(office.CLERK, "WithdrawDocument", document_id, reason="Vào sổ nhầm")
    assert acting.card(office.CLERK, document_id)["awaits_scan"] is False
    assert outcome(adds(acting, office.CLERK, document_id)) == ("refused", "wrong_state")
