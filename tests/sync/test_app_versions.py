"""Devices of other versions of the app: the one before is served, others wait with their outbox whole (ADR 0013)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from server.domain import versions
from server.domain.versions import APP_VERSION, STEPS, upgraded
from tests.fixtures.office import DEPUTY, DIRECTOR, IT_SPECIALIST
from tests.sync.test_actions import Outboxes, outboxes  # noqa: F401 - a fixture

ROUTES = Path(__file__).resolve().parents[2] / "pwa" / "offline_routes.json"


@pytest.fixture
def with_leader(outboxes: Outboxes) -> str:  # noqa: F811
    """Give a draft that lies with the leaders."""
    return outboxes.acting.brings_to_leader()


def returning(outboxes: Outboxes, draft_id: str, **more: Any) -> dict[str, Any]:  # noqa: F811
    """Give a return of the draft as the app of version 1 queued it."""
    action = outboxes.action("ReturnDraft", draft_id, reason="Bổ sung", target="division")
    return {**action, "app_version": 1, **more}


def transferring(outboxes: Outboxes, **more: Any) -> dict[str, Any]:  # noqa: F811
    """Give a director's first transfer, straight to a specialist, as the app of version 2 queued it."""
    action = outboxes.action(
        "Assign", outboxes.acting.registers(), lead=f"person:{IT_SPECIALIST}", directive="Làm ngay"
    )
    del action["fields"]["is_entry_confirmed"]
    return {**action, "app_version": 2, **more}


def concluding(outboxes: Outboxes, reason: str, **more: Any) -> dict[str, Any]:  # noqa: F811
    """Give the end of a part without an answer, as the app of version 3 queued it, with the reason for that."""
    document_id = outboxes.acting.registers()
    given = {"lead": f"person:{IT_SPECIALIST}", "directive": "Làm ngay", **more}
    assert outboxes.acting.does(DIRECTOR, "Assign", document_id, **given)["status"] == "applied"
    action = outboxes.action("Conclude", document_id, new_case_file_title="Hồ sơ", result="Xong")
    action["fields"]["no_answer_reason"] = reason
    return {**action, "app_version": 3}


def test_both_sides_name_the_same_version_and_every_step_to_it() -> None:
    assert json.loads(ROUTES.read_text("utf-8"))["app_version"] == APP_VERSION
    assert set(STEPS) == set(range(1, APP_VERSION))


def test_one_version_behind_is_understood_as_it_was_meant(outboxes: Outboxes) -> None:  # noqa: F811
    action = concluding(outboxes, "Đã gọi điện")
    assert action["app_version"] == APP_VERSION - 1
    (receipt,) = outboxes.send(IT_SPECIALIST, action)
    assert (receipt["status"], receipt["reason"]) == ("applied", None)
    assert outboxes.acting.record(action["document_id"])["events"][-1]["data"]["result"] == "Xong\nĐã gọi điện"


def test_who_excused_themselves_in_the_version_before_needs_who_asked_for_the_answer(
    outboxes: Outboxes,  # noqa: F811
) -> None:
    (receipt,) = outboxes.send(IT_SPECIALIST, concluding(outboxes, "Đã gọi điện", is_answer_required=True))
    assert (receipt["status"], receipt["reason"]) == ("refused", "answer_needed")


def test_a_transfer_of_version_2_confirms_what_was_registered(outboxes: Outboxes) -> None:  # noqa: F811
    fields = upgraded(transferring(outboxes))["fields"]
    assert (fields["is_entry_confirmed"], fields["direct_reason"], fields["type"]) == ("1", "Làm ngay", "")


def test_steps_are_taken_one_after_the_other(outboxes: Outboxes, with_leader: str) -> None:  # noqa: F811
    action = upgraded(returning(outboxes, with_leader))
    assert (action["app_version"], action["fields"]["return_to"]) == (APP_VERSION, "division")


def test_today_s_version_has_today_s_names_only(outboxes: Outboxes, with_leader: str) -> None:  # noqa: F811
    (receipt,) = outboxes.send(DEPUTY, returning(outboxes, with_leader, app_version=APP_VERSION))
    assert (receipt["status"], receipt["reason"]) == ("refused", "unknown_field")


def next_version(monkeypatch: pytest.MonkeyPatch) -> None:
    """Renew the server once more."""
    monkeypatch.setattr(versions, "APP_VERSION", APP_VERSION + 1)
    monkeypatch.setitem(versions.STEPS, APP_VERSION, lambda payload: payload)


@pytest.mark.parametrize("version", [0, APP_VERSION - 1, APP_VERSION + 2])
def test_two_versions_behind_or_ahead_waits_and_nothing_is_stored(
    outboxes: Outboxes,  # noqa: F811
    with_leader: str,
    monkeypatch: pytest.MonkeyPatch,
    version: int,
) -> None:
    next_version(monkeypatch)
    before = outboxes.acting.record(with_leader)
    action = returning(outboxes, with_leader, app_version=version)
    for _again in range(2):
        (receipt,) = outboxes.send(DEPUTY, action)
        assert (receipt["status"], receipt["reason"]) == ("held", "app_too_old")
    assert outboxes.acting.record(with_leader) == before
    assert outboxes.acting.services.records.get(f"refusal:{action['action_id']}") is None
    # the app is renewed and sends the same action in the form of today
    renewed = {**upgraded({**action, "app_version": 1}), "app_version": APP_VERSION + 1}
    (receipt,) = outboxes.send(DEPUTY, renewed)
    assert receipt["status"] == "applied"


def test_what_was_taken_before_the_update_keeps_its_receipt(
    outboxes: Outboxes,  # noqa: F811
    with_leader: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The answer was lost, the server was renewed twice, the device sends it again."""
    fields = {"reason": "Bổ sung", "return_to": "division"}
    before = {"app_version": APP_VERSION - 1}
    actions = [
        {**outboxes.action("ReturnDraft", with_leader, **fields), **before},
        {**outboxes.action("AddComment", with_leader, text=""), **before},
    ]
    receipts = outboxes.send(DEPUTY, *actions)
    assert [one["status"] for one in receipts] == ["applied", "refused"]
    next_version(monkeypatch)
    assert outboxes.send(DEPUTY, *actions) == receipts
    held = outboxes.send(DIRECTOR, *actions)
    assert [one["reason"] for one in held] == ["app_too_old"] * 2, "another person learns nothing of them"


def test_the_others_of_a_batch_do_not_wait_for_one_that_is_too_old(outboxes: Outboxes) -> None:  # noqa: F811
    document_id = outboxes.acting.registers()
    old = {**outboxes.action("AddComment", document_id, text="Cũ"), "app_version": 0}
    new = {**outboxes.action("AddComment", document_id, text="Mới"), "app_version": APP_VERSION}
    assert [one["status"] for one in outboxes.send(DIRECTOR, old, new)] == ["held", "applied"]


@pytest.mark.parametrize("version", ["2", None, 1.5, True, -1, [2]])
def test_a_version_that_is_none_is_refused_and_kept(outboxes: Outboxes, version: Any) -> None:  # noqa: F811
    action = {**outboxes.action("AddComment", outboxes.acting.registers(), text="Lời"), "app_version": version}
    (receipt,) = outboxes.send(DIRECTOR, action)
    assert (receipt["status"], receipt["reason"]) == ("refused", "bad_value")
    kept = outboxes.acting.services.records.get(f"refusal:{action['action_id']}")
    assert kept["command"]["fields"] == {"text": "Lời"}
