"""Random schedules in the real browser: server killed, worker ended, network taken, storage evicted and cleared.

`SEED=n` replays one, `BROWSER_SCHEDULES=n` plays so many (2 in every run, 50 with `make faults`).
"""

from __future__ import annotations

import os
import random
import time
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from server.app import Assembled, build_services
from server.config import Config
from tests.bench.relay import relayed
from tests.faults import oracle
from tests.faults.browser_devices import Device
from tests.faults.table import tell
from tests.fixtures import office
from tests.fixtures.acting import Acting, MovingClock
from tests.journeys.office_server import OfficeServer

IS_FULL = os.environ.get("CONGVAN_FAULTS") == "full"
SCHEDULES = int(os.environ.get("BROWSER_SCHEDULES", "50" if IS_FULL else "2"))
FIRST_SEED = 1
STEPS = 30
DOCUMENTS = 3
LONGEST_REST_MS = 400
REPLICA_PATIENCE_S = 40
PEOPLE = (
    (office.DIRECTOR, True),
    (office.IT_HEAD, True),
    (office.IT_SPECIALIST, True),
    (office.IT_SPECIALIST, False),
)

pytestmark = [pytest.mark.chromium, pytest.mark.timeout(300)]


class Field:
    """The office's server and the devices of one schedule."""

    def __init__(self, browser: Browser, folder: Path, rng: random.Random) -> None:
        """Register some documents, start the server, seat everybody."""
        self.rng = rng
        self.server = OfficeServer(folder)
        self.registered = self._registers(folder)
        self.server.start()
        self.is_up = True
        self.befell: Counter[str] = Counter()
        self.networks = ExitStack()
        self.devices = [
            Device(browser, self.networks.enter_context(relayed(self.server.url)), person_id, on_phone=phone)
            for person_id, phone in PEOPLE
        ]

    def _registers(self, folder: Path) -> set[str]:
        services = build_services(Config(data=folder))
        acting = Acting(services, MovingClock(services.clock.now()))
        try:
            for _ in range(DOCUMENTS):
                document_id = acting.registers(document_on="2026-01-20", due_on=None)
                lead = self.rng.choice((f"unit:{office.IT_UNIT}", f"person:{office.IT_SPECIALIST}"))
                acting.does(office.DIRECTOR, "Assign", document_id, lead=lead, directive="Tham mưu, dự thảo trả lời")
            records = oracle.records_of(services).values()
            return {event["action_id"] for record in records for event in record["events"]}
        finally:
            services.close()

    def step(self) -> None:
        """Let somebody act, or something befall the server or a device."""
        device = self.rng.choice(self.devices)
        possible = self._possible(device)
        name, work, _weight = self.rng.choices(possible, [weight for _name, _work, weight in possible])[0]
        self.befell[name] += 1
        work()
        device.page.wait_for_timeout(self.rng.uniform(0, LONGEST_REST_MS))
        device.note()

    def _possible(self, device: Device) -> list[tuple[str, Callable[[], object], int]]:
        """Return what can happen now, and how often it should."""
        rows: list[tuple[str, Callable[[], object], int]] = [
            ("act", lambda: device.acts(self.rng), 12),
            ("worker ended", device.kills_worker, 2),
            ("worker ended in an act", lambda: (device.acts(self.rng), device.kills_worker()), 2),
            ("page loaded again", lambda: device.opens("/inbox"), 1),
            ("replica evicted", device.is_evicted, 1),
        ]
        if device.is_online:
            rows.append(("network gone", lambda: device.goes(online=False), 3))
        else:
            rows.append(("network back", lambda: device.goes(online=True), 3))
        if self.is_up:
            rows += [("server killed", self._kill, 3), ("storage cleared", device.is_cleared, 1)]
        else:
            rows.append(("server started", self._start, 4))
        return rows

    def _kill(self) -> None:
        self.server.kill()
        self.is_up = False

    def _start(self) -> None:
        self.server.start()
        self.is_up = True

    def heals(self) -> list[list[dict[str, Any]]]:
        """Give everybody server and network, and wait until all is sent; give what each device settled."""
        if not self.is_up:
            self._start()
        return [device.settles() for device in self.devices]

    def close(self) -> None:
        """End everything."""
        for device in self.devices:
            device.person.context.close()
        self.networks.close()
        self.server.kill()


@pytest.mark.parametrize("seed", range(FIRST_SEED, FIRST_SEED + SCHEDULES))
def test_whatever_befalls_real_browsers_nothing_is_lost_or_doubled(seed: int, browser: Browser, tmp_path: Path) -> None:
    seed = int(os.environ.get("SEED") or seed)
    print(f"SEED={seed}")
    field = Field(browser, tmp_path / "data", random.Random(seed))
    try:
        for _ in range(STEPS):
            field.step()
        settled = field.heals()
        replicas = [_whole_replica(field, device) for device in field.devices]
        faults = [fault for device in field.devices for fault in device.person.faults]
        assert faults == []
        field.server.stop()
        services = build_services(Config(data=tmp_path / "data"))
        try:
            outcomes = _check(services, field, settled, replicas)
        finally:
            services.close()
    finally:
        field.close()
    tell(f"browser schedule, SEED={seed}", {**dict(sorted(field.befell.items())), **dict(sorted(outcomes.items()))})


def _whole_replica(field: Field, device: Device) -> dict[str, Any]:
    """Give a device's replica once it has all that the server's inbox has."""
    end = time.monotonic() + REPLICA_PATIENCE_S
    while True:
        services = build_services(Config(data=field.server.folder))
        try:
            wanted = _inbox(services, device.person.person_id)
        finally:
            services.close()
        held = device.replica()
        if held == wanted:
            return held
        assert time.monotonic() < end, (device.person.person_id, _differing(held, wanted))
        device.page.wait_for_timeout(500)


def _inbox(services: Assembled, person_id: str) -> dict[str, Any]:
    found = services.store.database(f"inbox_{person_id}").all()
    return {one["_id"]: one for one in found if one["kind"] != "receipt"}


def _differing(held: dict[str, Any] | None, wanted: dict[str, Any]) -> object:
    if held is None:
        return "the replica is not whole"
    return {
        key: (key in held, key in wanted) for key in held.keys() | wanted.keys() if held.get(key) != wanted.get(key)
    }


def _check(
    services: Assembled, field: Field, settled: list[list[dict[str, Any]]], replicas: list[dict[str, Any]]
) -> Counter[str]:
    """Hold the store and the devices to what must be true; return how acts ended."""
    records = oracle.records_of(services)
    refusals = {one["receipt"]["action_id"]: one["receipt"] for one in services.records.all("refusal:")}
    stored = {key: one for record in records.values() for key, one in record["receipts"].items()} | refusals
    issued: set[str] = set()
    told: dict[str, Any] = {}
    for device, rows in zip(field.devices, settled, strict=True):
        outcomes = {row["action_id"]: row["receipt"] for row in rows}
        issued |= device.issued.keys()
        assert device.kept <= outcomes.keys(), ("lost", device.person.person_id, device.kept - outcomes.keys())
        for action_id, receipt in outcomes.items():
            assert action_id in stored, ("settled and unknown to the server", receipt)
            assert stored[action_id]["status"] == receipt["status"], (stored[action_id], receipt)
            told[action_id] = stored[action_id]
    oracle.check_once(services, told)
    oracle.check_nothing_unasked(services, issued | field.registered)
    oracle.check_books(services)
    oracle.check_history(services)
    oracle.check_inboxes(services)
    oracle.check_checkpoint(services)
    oracle.check_reviews(services)
    for device, held in zip(field.devices, replicas, strict=True):
        assert held == _inbox(services, device.person.person_id)
    return Counter(receipt["status"] for receipt in told.values())
