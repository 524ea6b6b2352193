"""The register of devices: which phone or browser belongs to whom, when it last synced, whether it was revoked.

Serves Article 12, access by the rights granted: a lost phone is revoked by its owner or an administrator and gets
nothing more; its outbox is offered back first (see sync.gate). One document per device in database `devices`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import timedelta
from functools import partial

from server.usecases.devices import revoke
from sync import device_keys, gate
from sync.ports import Conflict, Database, Document, Store

DATABASE = "devices"
DEVICES_PER_PERSON = 20
TOUCH_EVERY = timedelta(minutes=1)
NAME_LIMIT = 100
USER_AGENT_LIMIT = 400
HELD_LIMIT = 200
"""Held actions of one device whose waiting is remembered: as many as it can send at once."""
ATTEMPTS = 5


class DeviceRefused(Exception):  # noqa: N818 - the name says what is the matter
    """The device cannot be enrolled or revoked; `code` says why, `status` is the HTTP status."""

    def __init__(self, code: str, status: int) -> None:
        """Remember both."""
        super().__init__(code)
        self.code = code
        self.status = status


class Devices:
    """The devices of everybody; instants are ISO UTC strings given by the caller's clock."""

    def __init__(self, store: Store) -> None:
        """Open the register."""
        self._database: Database = store.database(DATABASE)

    def get(self, device_id: str) -> Document | None:
        """Read one device; None when it was never enrolled or the id is malformed."""
        if not gate.DEVICE_ID.fullmatch(device_id):
            return None
        return self._database.get(_id_of(device_id))

    def of_person(self, person_id: str) -> list[Document]:
        """Give a person's devices, revoked ones included."""
        return [doc for doc in self._database.all("device:") if doc["person_id"] == person_id]

    def enrol(
        self,
        person_id: str,
        device_id: object,
        name: object,
        user_agent: object,
        now_at: str,
        public_key: object = None,
    ) -> Document:
        """Bind a device to a person; repeating it only renames. A key is added once, for good. Raises DeviceRefused."""
        if not isinstance(device_id, str) or not gate.DEVICE_ID.fullmatch(device_id):
            raise DeviceRefused("invalid_device_id", 400)
        known = self._database.get(_id_of(device_id))
        if known is not None and known["person_id"] != person_id:
            raise DeviceRefused("device_taken", 409)
        if known is not None and known.get("revoked_at"):
            raise DeviceRefused("device_revoked", 410)
        if known is None and self._count_active(person_id) >= DEVICES_PER_PERSON:
            raise DeviceRefused("too_many_devices", 403)
        device: Document = known or {
            "_id": _id_of(device_id),
            "kind": "device",
            "device_id": device_id,
            "person_id": person_id,
            "enrolled_at": now_at,
            "last_sync_at": None,
            "revoked_at": None,
            "revoked_by": None,
            "outbox_opened_at": None,
        }
        if public_key is not None:
            device = _with_key(device, public_key, now_at)
        described = {
            **device,
            "name": _short_text(name, NAME_LIMIT) or device.get("name") or "",
            "user_agent": _short_text(user_agent, USER_AGENT_LIMIT) or device.get("user_agent") or "",
        }
        if described != known:
            try:
                described["_rev"] = self._database.put(described)
            except Conflict:  # enrolled at the same moment: judge again what is there now
                return self.enrol(person_id, device_id, name, user_agent, now_at, public_key)
        return described

    def revoke(self, identity: gate.Identity, device_id: str, now_at: str) -> Document:
        """End a device's access, for good. Raises DeviceRefused, the same for absent as for another's."""
        device = None
        if gate.DEVICE_ID.fullmatch(device_id):
            may = partial(gate.may_revoke, identity)
            device = revoke(self._database, device_id, identity.person_id, now_at, may)
        if device is None:
            raise DeviceRefused("not_found", 404)
        return device

    def touch(self, device: Document, now_at: str) -> None:
        """Note that the device synced; at most one write a minute, and none while it merely polls."""
        last = device.get("last_sync_at")
        if last is not None and gate.instant(now_at) - gate.instant(last) < TOUCH_EVERY:
            return
        self._note(device, "last_sync_at", now_at)

    def open_outbox(self, device: Document, now_at: str) -> None:
        """Start the grace in which a revoked device hands over what it had not sent."""
        if device.get("revoked_at") and device.get("outbox_opened_at") is None:
            self._note(device, "outbox_opened_at", now_at)

    def note_held(self, device: Document, since: Mapping[str, str], final: Collection[str]) -> None:
        """Keep since when actions of the device are held, also those that another process noted meanwhile."""
        for _attempt in range(ATTEMPTS):
            current = self._database.get(device["_id"]) or device
            kept = {key: at for key, at in (current.get("held_since") or {}).items() if key not in final}
            merged = {key: min(at, kept.get(key, at)) for key, at in since.items()}
            oldest = sorted((kept | merged).items(), key=lambda item: item[1])[:HELD_LIMIT]
            try:
                device["_rev"] = self._database.put({**current, "held_since": dict(oldest)})
            except Conflict:
                continue
            device |= {**current, "held_since": dict(oldest), "_rev": device["_rev"]}
            return

    def _note(self, device: Document, field: str, now_at: str) -> None:
        try:
            device["_rev"] = self._database.put({**device, field: now_at})
            device[field] = now_at
        except Conflict:  # somebody noted or revoked it in the meantime; the next call sees that
            return

    def _count_active(self, person_id: str) -> int:
        return sum(1 for device in self.of_person(person_id) if not device.get("revoked_at"))


def public(device: Document) -> Document:
    """Give what the owner is shown of a device."""
    shown = ("device_id", "name", "user_agent", "enrolled_at", "last_sync_at", "revoked_at", "key_id")
    return {field: device.get(field) for field in shown}


def _with_key(device: Document, public_key: object, now_at: str) -> Document:
    """Give the device with the key that it signs with; another one than it has is another device's."""
    try:
        key = device_keys.read(public_key)
    except ValueError:
        raise DeviceRefused("bad_public_key", 400) from None
    if device.get("key_id") is None:
        return {**device, **key, "key_added_at": now_at}
    if device["key_id"] != key["key_id"]:
        raise DeviceRefused("key_taken", 409)
    return device


def _id_of(device_id: str) -> str:
    return f"device:{device_id}"


def _short_text(value: object, limit: int) -> str:
    if not isinstance(value, str):
        return ""
    return "".join(char for char in value if char.isprintable())[:limit].strip()
