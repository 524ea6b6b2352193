"""All that a finished run is judged by."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from sync import devices
from tests.simulator.server import SimulatedServer


@dataclass
class Evidence:
    """All that is judged: records and refusals as stored, devices as dumped, acts as people did them."""

    server: SimulatedServer
    records: dict[str, dict[str, Any]]
    refusals: dict[str, dict[str, Any]]
    devices: list[dict[str, Any]]
    issued: dict[str, dict[str, Any]]

    def receipts_of(self, action_id: str) -> list[dict[str, Any]]:
        """Return every final receipt that is stored for an action."""
        found = [one["receipts"][action_id] for one in self.records.values() if action_id in one["receipts"]]
        refusal = self.refusals.get(action_id)
        return [*found, refusal["receipt"]] if refusal else found

    def events_of(self, action_id: str) -> list[tuple[str, str]]:
        """Return (record id, event) of everything that an action caused."""
        return self._by_action.get(action_id, [])

    def enrolled_at(self, device_id: str | None) -> list[str]:
        """Return since when there is a device of that id, if there is: one that was revoked comes back as another."""
        device = self.server.store.database(devices.DATABASE).get(f"device:{device_id}")
        return [device["enrolled_at"]] if device else []

    def __post_init__(self) -> None:
        """Sort events by action."""
        self._by_action: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for record in self.records.values():
            for event in record["events"]:
                self._by_action[event["action_id"]].append((record["_id"], event["event"]))
