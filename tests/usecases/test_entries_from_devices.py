"""Entries of the book made without a network: kept whole, numbered when they come (Articles 9.1, 14.2)."""

from __future__ import annotations

from typing import Any

from server.usecases import refusals
from tests.fixtures import office
from tests.fixtures.acting import Acting, new_action_id
from tests.usecases.test_registering import numbers

ENTRY = {
    "sender": "UBND tỉnh Gia Lai",
    "number": "901/UBND-KGVX",
    "subject": "UBND tỉnh yêu cầu báo cáo chuyển đổi số năm 2026 trước ngày 05/12/2026",
    "arrived_on": "2026-11-22",
}


def enters(acting: Acting, **more: Any) -> dict[str, Any]:
    """Let the clerk's device bring an entry that was made without a network."""
    return acting.does(office.CLERK, "RegisterIncoming", device_id="device-may-xach-tay", **{**ENTRY, **more})


def test_an_entry_from_a_device_gets_its_number_when_it_comes(acting: Acting) -> None:
    action_id = new_action_id()
    acted_at = acting.clock.now()
    acting.clock.move(hours=3)
    acting.registers()  # somebody at a desk was faster, and has the number before
    receipt = enters(acting, action_id=action_id, acted_at=acted_at)
    assert (receipt["status"], receipt["details"]) == ("applied", {"arrival_number": 2})
    record = acting.record(receipt["document_id"])
    assert (record["arrived_on"], record["events"][0]["at"]) == ("2026-11-22", acted_at)
    assert enters(acting, action_id=action_id, acted_at=acted_at) == receipt
    assert numbers(acting) == [1, 2]


def test_an_entry_that_a_desk_has_registered_meanwhile_comes_back_to_its_author(acting: Acting) -> None:
    assert acting.does(office.CLERK, "RegisterIncoming", **ENTRY)["status"] == "applied"
    warned = enters(acting)
    assert (warned["status"], warned["reason"]) == ("refused", "duplicate")
    [kept] = refusals.refused_acts(acting.services, office.CLERK)
    assert (kept["verb"], kept["fields"]["subject"]) == ("register_incoming", ENTRY["subject"])
    assert numbers(acting) == [1]
    done = acting.does(
        office.CLERK, "RegisterIncoming", **ENTRY, duplicate_reason="Bản đính chính", replaces=warned["action_id"]
    )
    assert done["details"] == {"arrival_number": 2}
    assert refusals.refused_acts(acting.services, office.CLERK)[0]["replaced_by"] == done["action_id"]


def test_of_a_secret_document_nothing_comes_from_a_device(acting: Acting) -> None:
    bare = {"sender": "Công an tỉnh", "number": "07/CAT", "confidentiality": "secret", "subject": ""}
    assert enters(acting, **bare)["reason"] == "secret_online_only"
    assert numbers(acting) == []


def test_who_was_no_clerk_when_it_was_made_registers_nothing(acting: Acting) -> None:
    for person_id in (office.NOBODY, office.IT_SPECIALIST, office.ADMINISTRATOR):
        receipt = acting.does(person_id, "RegisterIncoming", device_id="device-cua-ho", **ENTRY)
        assert (receipt["status"], receipt["reason"]) == ("refused", "not_allowed")
    assert numbers(acting) == []
