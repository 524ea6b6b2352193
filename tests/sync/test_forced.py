"""An action whose predecessor never comes is held; after a set time its author may send it without (ADR 0013)."""

from __future__ import annotations

from typing import Any

import pytest

from sync.devices import HELD_LIMIT
from tests.fixtures.acting import new_action_id
from tests.fixtures.office import DIRECTOR, IT_HEAD
from tests.sync.conftest import device_of
from tests.sync.test_actions import Outboxes, outboxes  # noqa: F401 - a fixture


@pytest.fixture
def document_id(outboxes: Outboxes) -> str:  # noqa: F811
    """Give a document of the director's."""
    return outboxes.acting.registers()


def comment(outboxes: Outboxes, document_id: str, after: str, **more: Any) -> dict[str, Any]:  # noqa: F811
    """Give a comment behind another act of the device."""
    return {**outboxes.action("AddComment", document_id, text="Lời", after=after), **more}


def said(receipt: dict[str, Any]) -> tuple[str, str | None]:
    return receipt["status"], receipt["reason"]


HELD = ("held", "predecessor_missing")


def test_it_waits_a_day_by_the_server_s_clock_and_then_goes_on_its_author_s_word(
    outboxes: Outboxes,  # noqa: F811
    document_id: str,
) -> None:
    action = comment(outboxes, document_id, new_action_id(), acted_at="2026-11-01T00:00:00.000Z")
    forced = {**action, "is_forced": True}
    (receipt,) = outboxes.send(DIRECTOR, forced)
    assert said(receipt) == HELD, "nobody had told the server of it before, whatever the device's clock says"
    first = receipt["details"]
    assert first["force_from"] > first["held_since"]
    outboxes.acting.clock.move(hours=23)
    (receipt,) = outboxes.send(DIRECTOR, forced)
    assert (said(receipt), receipt["details"]) == (HELD, first)
    outboxes.acting.clock.move(hours=2)
    (receipt,) = outboxes.send(DIRECTOR, action)
    assert said(receipt) == HELD, "never without its author's word"
    (receipt,) = outboxes.send(DIRECTOR, forced)
    assert said(receipt) == ("applied", None)
    event = outboxes.events(document_id)[-1]
    assert (event["data"]["text"], event["is_forced"]) == ("Lời", True)
    assert outboxes.acting.card(DIRECTOR, document_id)["timeline"][-1]["details"]["is_forced"] is True
    assert outboxes.send(DIRECTOR, forced) == [receipt]
    assert outboxes.devices.get(device_of(DIRECTOR))["held_since"] == {}


def test_what_was_done_after_it_follows(outboxes: Outboxes, document_id: str) -> None:  # noqa: F811
    first = comment(outboxes, document_id, new_action_id())
    second = comment(outboxes, document_id, first["action_id"])
    assert [said(one) for one in outboxes.send(DIRECTOR, second, first)] == [HELD, HELD]
    outboxes.acting.clock.move(hours=25)
    receipts = outboxes.send(DIRECTOR, second, {**first, "is_forced": True})
    assert [one["status"] for one in receipts] == ["applied", "applied"]
    assert ["is_forced" in event for event in outboxes.events(document_id)[-2:]] == [True, False]


def test_a_predecessor_that_comes_after_all_makes_force_needless(outboxes: Outboxes, document_id: str) -> None:  # noqa: F811
    before = outboxes.action("AddComment", document_id, text="Trước")
    action = comment(outboxes, document_id, before["action_id"])
    outboxes.send(DIRECTOR, action)
    outboxes.acting.clock.move(hours=25)
    receipts = outboxes.send(DIRECTOR, {**action, "is_forced": True}, before)
    assert [one["status"] for one in receipts] == ["applied", "applied"]
    assert "is_forced" not in outboxes.events(document_id)[-1]


def test_force_gives_no_right(outboxes: Outboxes, document_id: str) -> None:  # noqa: F811
    action = comment(outboxes, document_id, new_action_id(), is_forced=True)
    outboxes.send(IT_HEAD, action)
    outboxes.acting.clock.move(hours=25)
    (receipt,) = outboxes.send(IT_HEAD, action)
    assert said(receipt) == ("refused", "not_found")


def test_force_on_its_own_is_no_way_around_anything(outboxes: Outboxes, document_id: str) -> None:  # noqa: F811
    action = outboxes.action("AddComment", document_id, text="Lời")
    (receipt,) = outboxes.send(DIRECTOR, {**action, "is_forced": True})
    assert receipt["status"] == "applied"
    assert "is_forced" not in outboxes.events(document_id)[-1]


def test_a_device_cannot_fill_its_document(outboxes: Outboxes, document_id: str) -> None:  # noqa: F811
    first = comment(outboxes, document_id, new_action_id())
    outboxes.send(DIRECTOR, first)
    for _round in range(2):
        many = [comment(outboxes, document_id, new_action_id()) for _ in range(150)]
        assert {said(one) for one in outboxes.send(DIRECTOR, *many)} == {HELD}
    held = outboxes.devices.get(device_of(DIRECTOR))["held_since"]
    assert len(held) == HELD_LIMIT
    assert first["action_id"] in held
