"""Clearing away what nothing refers to any more: ended sessions, file bodies that no record names.

Run by the clock (server/jobs). A body is left alone while it is young: the act that will name it may be in a device's
outbox on the road.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from server.domain.instants import parse, written
from server.domain.records import files_named
from server.ports import Services
from server.usecases.refusals import form_id

PAGE = 500
YOUNG_DAYS = 60
FORMS_DAYS = 2
"""How long a network may hold a form back before it brings it a second time."""


def ended_sessions(services: Services) -> int:
    """Remove sessions that ended; returns how many."""
    now = services.clock.now()
    ended = [one for one in services.sessions.all("session:") if one["expires_at"] <= now]
    for one in ended:
        services.store.database("sessions").delete(one["_id"], one["_rev"])
    return len(ended)


def refused_forms(services: Services) -> int:
    """Forget with what forms were refused, `FORMS_DAYS` after they were; returns how many."""
    before = written(parse(services.clock.now()) - timedelta(days=FORMS_DAYS))
    removed = 0
    last: str | None = None
    while page := services.records.all(form_id(""), start_after=last, limit=PAGE):
        old = [one for one in page if one["updated_at"] < before]
        for one in old:
            services.store.database("records").delete(one["_id"], one["_rev"])
        removed += len(old)
        last = page[-1]["_id"]
    return removed


def unnamed_files(services: Services) -> int:
    """Remove file bodies, and their facts, older than `YOUNG_DAYS` that no record names; returns how many."""
    named: set[str] = set()
    last: str | None = None
    while page := services.records.all(start_after=last, limit=PAGE):
        for record in page:
            if record.get("kind") == "refusal":
                named |= _file_of(record["command"])
                continue
            named |= files_named(record)
            for review in record.get("reviews", []):
                named |= _file_of(review["command"])
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


def _file_of(command: Mapping[str, Any]) -> set[str]:
    """Return the hash of the file that a kept act names; a refused one is kept as it was sent, whatever that was."""
    file = command["fields"].get("file")
    sha256 = file.get("sha256") if isinstance(file, Mapping) else None
    return {sha256} if isinstance(sha256, str) else set()
