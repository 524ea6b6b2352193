"""Since when an action of a device waits for a predecessor that does not come, so that its author may force it.

Nothing of a held action is stored but its id and the instant at which it was first held, in the device's own document:
the server's clock says how long it has waited, and no word of the device is needed (ADR 0013).
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from server.domain.instants import parse, written
from server.ports import Services
from sync.devices import Devices
from sync.ports import Document

Receipt = dict[str, Any]


class Waiting:
    """The held actions of one device, while a batch of it is taken."""

    def __init__(self, device: Document, services: Services) -> None:
        """Read what was held before."""
        self.device = device
        self._services = services
        self._since: dict[str, str] = dict(device.get("held_since") or {})
        self._final: set[str] = set()

    def may_force(self, action_id: str) -> bool:
        """Tell whether an action was first held long enough ago."""
        since = self._since.get(action_id)
        return since is not None and self._force_from(since) <= self._services.clock.now()

    def noted(self, receipt: Receipt) -> Receipt:
        """Note what is held and what no longer is; a held receipt tells from when on it may be forced."""
        action_id = receipt["action_id"]
        if receipt["status"] != "held":
            self._since.pop(action_id, None)
            self._final.add(action_id)
        elif receipt["reason"] == "predecessor_missing":
            since = self._since.setdefault(action_id, receipt["received_at"])
            return {**receipt, "details": {"held_since": since, "force_from": self._force_from(since)}}
        return receipt

    def write_down(self) -> None:
        """Keep the instants with the device, when they differ from what is kept."""
        if self._since != (self.device.get("held_since") or {}):
            Devices(self._services.store).note_held(self.device, self._since, self._final)

    def _force_from(self, since: str) -> str:
        return written(parse(since) + timedelta(hours=self._services.held_hours))
