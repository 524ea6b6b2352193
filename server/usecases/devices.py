"""Ending a device's access for good, whoever asks for it: its owner on the page, or an administrator by /sync."""

from __future__ import annotations

from collections.abc import Callable

from server.ports import Collection, Document, WriteConflict


def revoke(
    devices: Collection, device_id: str, by_person: str, now_at: str, may_revoke: Callable[[Document], bool]
) -> Document | None:
    """End a device and return its document; None, the same for absent as for one that may not be ended.

    Ended again it stays as it was. `devices` is the database of that name; its documents have the id `device:<id>`.
    """
    while True:
        device = devices.get(f"device:{device_id}")
        if device is None or not may_revoke(device):
            return None
        if device.get("revoked_at"):
            return device
        device |= {"revoked_at": now_at, "revoked_by": by_person}
        try:
            device["_rev"] = devices.put(device)
        except WriteConflict:  # it synced at the same moment: end what is there now
            continue
        return device


def end_sessions(sessions: Collection, device: Document, now_at: str) -> int:
    """End every session that a device was used in that was revoked; return how many."""
    ended = 0
    for session in sessions.all("session:"):
        is_its = device["device_id"] in session.get("device_ids", [])
        if session["person_id"] != device["person_id"] or not is_its or session["expires_at"] <= now_at:
            continue
        sessions.put({**session, "expires_at": now_at})
        ended += 1
    return ended
