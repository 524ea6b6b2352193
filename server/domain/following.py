"""Following a document: it stays in sight of whoever wants to know what becomes of it (Articles 12.2, 13.1, 15.2).

It gives no right: who may no longer see the document no longer follows it, and does again when they may.
"""

from __future__ import annotations

from typing import Any

from server.domain.commands import Follow
from server.domain.records import Event, Record

FOLLOWED = "Followed"


def data_of(command: Follow) -> dict[str, Any]:
    """Return what the event of following, or of following no longer, says."""
    return {"is_followed": command.is_followed}


def carry_out(record: Record, event: Event) -> None:
    """Add the person to those who follow the document, or take them away."""
    others = [one for one in record.get("followers", []) if one != event["actor_id"]]
    record["followers"] = [*others, event["actor_id"]] if event["data"]["is_followed"] else others


def follows(record: Record, person_id: str) -> bool:
    """Tell whether a person follows a document."""
    return person_id in record.get("followers", ())
