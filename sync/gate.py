"""Who may reach what over the sync endpoints: pure rules, denied unless one of them says yes.

Serves Article 12 (handling documents in the system by the rights granted): a device gets its own person's inbox and
nothing else, and an answer never tells whether a thing exists that one may not see.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

PERSON_ID = re.compile(r"[a-z][a-z0-9-]*")
DEVICE_ID = re.compile(r"[0-9A-Za-z][0-9A-Za-z-]{7,63}")
SHA256 = re.compile(r"[0-9a-f]{64}")

OUTBOX_GRACE = timedelta(minutes=10)
"""How long a revoked device may go on sending its outbox, counted from its first attempt."""

Purpose = Literal["pull", "outbox"]
Standing = Literal["good", "unknown", "foreign", "revoked"]


@dataclass(frozen=True, slots=True)
class Identity:
    """Who speaks: the person of the session, the device the session is bound to (if any), and one right."""

    person_id: str
    device_id: str | None = None
    is_administrator: bool = False


def inbox_name(person_id: str) -> str:
    """Give the name of a person's inbox database. Raises ValueError for what cannot be a person id."""
    if not PERSON_ID.fullmatch(person_id):
        raise ValueError("not a person id")
    return f"inbox_{person_id}"


def standing_of(device: Mapping[str, Any] | None, identity: Identity, purpose: Purpose, now_at: str) -> Standing:
    """Judge a device: a revoked one may still hand over its outbox, within the grace of its first attempt."""
    if device is None:
        return "unknown"
    if device.get("person_id") != identity.person_id:
        return "foreign"
    if not device.get("revoked_at"):
        return "good"
    if purpose == "outbox":
        opened_at = device.get("outbox_opened_at")
        if opened_at is None or instant(now_at) - instant(opened_at) < OUTBOX_GRACE:
            return "good"
    return "revoked"


def may_revoke(identity: Identity, device: Mapping[str, Any]) -> bool:
    """Tell whether this person may end that device's access."""
    return identity.is_administrator or device.get("person_id") == identity.person_id


def may_use_file(person_id: str, metadata: Mapping[str, Any] | None, on_cards: Collection[str], sha256: str) -> bool:
    """Tell whether a person may read or refer to a file: who brought its whole body, or has a card naming it."""
    if sha256 in on_cards:
        return True
    return metadata is not None and person_id in (metadata.get("uploaded_by") or ())


def files_named_on(card: Mapping[str, Any] | None) -> frozenset[str]:
    """Give the content hashes of the files that a card names."""
    if card is None:
        return frozenset()
    return frozenset(file["sha256"] for file in card.get("files") or () if isinstance(file, Mapping))


def speaks_for(identity: Identity, claimed_person_id: object) -> bool:
    """Tell whether a claim of authorship inside a payload is the signed-in person's own (or left out)."""
    return claimed_person_id is None or claimed_person_id == identity.person_id


def instant(text: str) -> datetime:
    """Read an ISO instant with Z or an offset. Raises ValueError, also when it names no zone."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("an instant needs a zone")
    return moment
