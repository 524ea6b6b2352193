"""A device restored from a backup sends its old outbox again and pulls from its old checkpoint: harmless."""

from __future__ import annotations

from typing import Any

from tests.fixtures.acting import new_action_id
from tests.fixtures.office import DIRECTOR, IT_HEAD, IT_UNIT
from tests.sync.test_actions import Outboxes, outboxes  # noqa: F401 - a fixture


def replica(changes: list[dict[str, Any]], before: dict[str, Any] | None = None) -> dict[str, Any]:
    """Return what a device has after some changes."""
    found = dict(before or {})
    for change in changes:
        found.pop(change["id"], None)
        if not change.get("deleted"):
            found[change["id"]] = change["doc"]
    return {key: doc for key, doc in found.items() if not key.startswith("receipt:")}


def pulled(outboxes: Outboxes, since: str) -> tuple[list[dict[str, Any]], str]:  # noqa: F811
    """Pull with documents from a checkpoint, and give the next one."""
    found = outboxes.pull(DIRECTOR, f"{since}&include_docs=true")
    return found, found[-1]["seq"] if found else since


def test_one_outcome_each_and_an_equal_replica(outboxes: Outboxes) -> None:  # noqa: F811
    acting = outboxes.acting
    document_id, other_id = acting.registers(), acting.registers()
    outboxes.send(DIRECTOR)
    backup_changes, backup_seq = pulled(outboxes, "0")
    backup = replica(backup_changes)
    first = outboxes.action("Assign", document_id, lead=f"unit:{IT_UNIT}", directive="Chủ trì")
    second = outboxes.action("AddComment", document_id, text="Gấp", after=first["action_id"])
    lost = outboxes.action("AddComment", other_id, text="", after=None)  # refused
    waits = outboxes.action("AddComment", other_id, text="Chờ", after=new_action_id())  # held
    queue = [first, second, lost, waits]
    receipts = outboxes.send(DIRECTOR, *queue)
    assert [one["status"] for one in receipts] == ["applied", "applied", "refused", "held"]
    # life goes on: others act, the device syncs, its own later acts are done
    acting.does(IT_HEAD, "TakeOn", document_id)
    later = outboxes.action("AddComment", document_id, text="Sau này")
    outboxes.send(DIRECTOR, later)
    events = {one: outboxes.events(one) for one in (document_id, other_id)}
    now = replica(pulled(outboxes, "0")[0])
    # the phone is restored: the old outbox, the old replica with its old checkpoint
    again = outboxes.send(DIRECTOR, *queue)
    assert again[:3] == receipts[:3]
    assert again[3]["status"] == "held"
    assert {one: outboxes.events(one) for one in (document_id, other_id)} == events
    assert replica(pulled(outboxes, backup_seq)[0], backup) == now
