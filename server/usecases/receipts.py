"""Receipts: what becomes of an act, in one shape for forms, devices and the inbox."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from server.domain.commands import Command

Receipt = dict[str, Any]
STATUSES = ("applied", "merged", "needs_review", "refused", "held")
FINAL = frozenset(STATUSES) - {"held"}


def receipt_of(
    command: Command,
    status: str,
    received_at: str,
    *,
    reason: str | None = None,
    details: Mapping[str, Any] | None = None,
    record_id: str | None = None,
    version: int | None = None,
    history_sha256: str | None = None,
) -> Receipt:
    """Return a receipt: `status` of `STATUSES`, `reason` a code of the error or conflict tables, or None.

    `history_sha256` is the digest of the event that came of it: with the receipt it is in other hands as well.
    """
    return {
        "action_id": command.action_id,
        "command": type(command).__name__,
        "actor_id": command.actor_id,
        "device_id": command.device_id,
        "status": status,
        "reason": reason,
        "details": dict(details or {}),
        "document_id": record_id or command.record_id,
        "version": version,
        "acted_at": command.acted_at,
        "received_at": received_at,
        "action_sha256": command.action_sha256,
        "history_sha256": history_sha256,
    }
