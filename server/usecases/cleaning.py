"""Clearing away what nothing refers to any more: ended sessions, file bodies that no record names.

Run by the clock (server/jobs). A body is left alone while it is young: the act that will name it may be in a device's
outbox on the road.
"""

from __future__ import annotations

from datetime import timedelta

from server.domain.instants import parse, written
from server.domain.records import files_named
from server.ports import Services

PAGE = 500
YOUNG_DAYS = 60


def ended_sessions(services: Services) -> int:
    """Remove sessions that ended; returns how many."""
    now = services.clock.now()
    ended = [one for one in services.sessions.all("session:") if one["expires_at"] <= now]
    for one in ended:
        services.store.database("sessions").delete(one["_id"], one["_rev"])
    return len(ended)


def unnamed_files(services: Services) -> int:
    """Remove file bodies, and their facts, older than `YOUNG_DAYS` that no record names; returns how many."""
    named: set[str] = set()
    last: str | None = None
    while page := services.records.all(start_after=last, limit=PAGE):
        for record in page:
            if record.get("kind") == "refusal":
                file = record["command"]["fields"].get("file")
                named |= {file["sha256"]} if file else set()
                continue
            named |= files_named(record)
            for review in record.get("reviews", []):
                file = review["command"]["fields"].get("file")
                named |= {file["sha256"]} if file else set()
        last = page[-1]["_id"]
    before = written(parse(services.clock.now()) - timedelta(days=YOUNG_DAYS))
    removed = 0
    for sha256 in [one for one in services.store.files.all_hashes(stored_before=before) if one not in named]:
        facts = services.files.get(f"file:{sha256}")
        if facts is not None:
            services.store.database("files").delete(facts["_id"], facts["_rev"])
        services.store.files.delete(sha256)
        removed += 1
    return removed
