"""What somebody does at the office itself, while the devices are played."""

from __future__ import annotations

from typing import Any

from server.app import Assembled
from server.domain.payloads import build
from server.usecases.handle import handle


def does(
    services: Assembled,
    person_id: str,
    command: str,
    action_id: str,
    record: tuple[str | None, int],
    fields: dict[str, Any],
) -> dict[str, Any]:
    """Carry out a command now and give its receipt; `record`: what it is about, and in which version it was seen."""
    payload = {
        "action_id": action_id,
        "acted_at": services.clock.now(),
        "document_id": record[0],
        "seen_version": record[1],
        "command": command,
        "fields": fields,
    }
    return handle(build(payload, actor_id=person_id), services)
