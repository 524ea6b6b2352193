"""The chain of a record's history: each event carries a digest of itself and of the digest before it.

Who changes, takes out or puts in an event afterwards, in whatever database, would have to write all later digests anew,
and those stand in receipts that the people have on their devices (Article 9: every handling is recorded). Events from
before there were digests come first and are bound by none.
"""

from __future__ import annotations

import hashlib
from typing import Any

from server.domain.records import Event, Record
from server.domain.signed_forms import canonical

DIGEST = "sha256"


def linked(record: Record, event: Event) -> Event:
    """Return an event with its digest (`sha256`, lowercase hex) behind the history that a record has so far."""
    history = record["events"]
    return {**event, DIGEST: _digest(record["_id"], history[-1].get(DIGEST) if history else None, event)}


def first_broken(record: Record) -> int | None:
    """Return the version of the first event that is not as it was written, None when all are.

    A receipt that names another digest than its event has breaks the chain at that event.
    """
    named = {
        receipt["version"]: receipt["history_sha256"]
        for receipt in record.get("receipts", {}).values()
        if receipt.get("history_sha256") and receipt["document_id"] == record["_id"]
    }
    before: str | None = None
    events = record.get("events", [])
    for version, event in enumerate(events, 1):
        digest = event.get(DIGEST)
        is_older = digest is None and before is None and version not in named
        if event.get("version") != version or not (is_older or digest == _digest(record["_id"], before, event)):
            return version
        if named.pop(version, digest) != digest:
            return version
        before = digest
    return len(events) + 1 if named or record.get("version", len(events)) != len(events) else None


def _digest(record_id: str, before: str | None, event: Event) -> str:
    content: dict[str, Any] = {key: value for key, value in event.items() if key != DIGEST}
    form = {"form": "congvan-event-1", "record_id": record_id, "before": before, "event": content}
    return hashlib.sha256(canonical(form).encode()).hexdigest()
