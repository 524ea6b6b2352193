"""An office in the field: 300 devices wait for changes while 20 actions a second are sent; then all come back at once.

`LOAD_S` is how long the actions are sent (60 s; 600 for the long run). Rows: how soon one device's act is on another
device, how long 300 devices with 20 acts each take to hand them over and have their receipts, what the server's memory
grows by, and errors, of which there may be none.
"""

from __future__ import annotations

import asyncio
import os
import random
import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.bench.field_devices import AnswerError, Device
from tests.bench.many_inboxes import hire
from tests.bench.measure import Row, compared, counted
from tests.bench.office import BenchOffice, open_office
from tests.fixtures import office
from tests.fixtures.loops import run_apart

DEVICES = 300
DEVICES_EACH = 2
DOCUMENTS = 300
HANDLERS = 3
ACTIONS_A_SECOND = 20
BACKLOG = 20
LOAD_S = 60.0
WARM_UP = 0.2
"""Share of the time after which memory is first looked at: pools are full and code is warm by then."""
PATIENCE_S = 120.0
TEXT = "Đã kiểm tra tại hiện trường; đề nghị tổng hợp, báo cáo trước thứ Sáu."
LATENCY_MS, RETURN_S, GROWTH = 300, 60, 1.2


@dataclass
class Measured:
    """What was seen."""

    latencies_ms: list[float] = field(default_factory=list)
    memory_kb: list[int] = field(default_factory=list)
    return_s: float = 0.0
    errors: list[str] = field(default_factory=list)
    sent_at: dict[str, tuple[float, str]] = field(default_factory=dict)

    def on_card(self, device: Device, card: dict[str, Any], now: float) -> None:
        """Note how long an act of another device took to get here."""
        for entry in card["timeline"][-BACKLOG:]:
            sent_at, sender = self.sent_at.get(entry["action_id"], (0.0, device.device_id))
            if sender != device.device_id and (device.device_id, entry["action_id"]) not in self._seen:
                self._seen.add((device.device_id, entry["action_id"]))
                self.latencies_ms.append((now - sent_at) * 1000)

    def __post_init__(self) -> None:
        """Nothing is seen yet."""
        self._seen: set[tuple[str, str]] = set()


def measure(
    *, devices: int = DEVICES, documents: int = DOCUMENTS, seconds: float | None = None, backlog: int = BACKLOG
) -> list[Row]:
    """Measure all rows."""
    load_s = seconds if seconds is not None else float(os.environ.get("LOAD_S", LOAD_S))
    with open_office(has_server=True) as bench_office:
        people = hire(bench_office, max(devices // DEVICES_EACH, HANDLERS))
        given = _documents(bench_office, people, documents)
        measured = run_apart(_field(bench_office, people[: devices // DEVICES_EACH], given, load_s, backlog))
    assert not measured.errors, measured.errors[:5]
    first, last = measured.memory_kb[0] / 1024, measured.memory_kb[-1] / 1024
    latency = statistics.median(measured.latencies_ms)
    slow = statistics.quantiles(measured.latencies_ms, n=100)[98]
    what = f"{devices} devices waiting, {ACTIONS_A_SECOND} acts/s for {load_s:.0f} s"
    return [
        counted(f"{what}: one device's act on another, median", latency, "ms", LATENCY_MS),
        counted(f"{what}: the same, slowest of a hundred", slow, "ms", 10 * LATENCY_MS),
        counted(f"{devices} devices back at once with {backlog} acts each", measured.return_s, "s", RETURN_S),
        compared(f"{what}: memory of the server, end beside start", last, first, GROWTH, "MB"),
    ]


def _documents(bench_office: BenchOffice, people: list[str], count: int) -> dict[str, list[str]]:
    """Register documents and give each to a few people; give who has which."""
    given: dict[str, list[str]] = {}
    for number in range(count):
        lead, *others = (people[(number * HANDLERS + turn) % len(people)] for turn in range(HANDLERS))
        document_id = bench_office.registers(number)
        bench_office.does(
            office.DIRECTOR,
            "Assign",
            document_id,
            directive="Khẩn trương thực hiện.",
            lead=f"person:{lead}",
            collaborating=[f"person:{one}" for one in others],
        )
        given[document_id] = [lead, *others]
    bench_office.services.fanout.catch_up()
    return given


async def _field(
    bench_office: BenchOffice, people: list[str], given: dict[str, list[str]], load_s: float, backlog: int
) -> Measured:
    measured = Measured()
    devices = [
        Device(bench_office.url, person_id, bench_office.signed_in(person_id), measured.on_card)
        for person_id in people
        for _ in range(DEVICES_EACH)
    ]
    for device in devices:
        await device.enrol()
    theirs = _by_person(devices, given)
    with _followed(devices, measured) as is_over:
        await asyncio.sleep(1)
        await _act(bench_office, theirs, measured, load_s)
        is_over.set()
    for device in devices:
        device.close()
    await _come_back(bench_office, theirs, measured, backlog)
    for device in devices:
        device.close()
    return measured


def _by_person(devices: list[Device], given: dict[str, list[str]]) -> list[tuple[Device, list[str]]]:
    """Give each device with the documents that its person has."""
    found = [(device, [key for key, people in given.items() if device.person_id in people]) for device in devices]
    return [(device, documents) for device, documents in found if documents]


@contextmanager
def _followed(devices: list[Device], measured: Measured) -> Iterator[asyncio.Event]:
    """Let all devices wait for news meanwhile."""
    is_over = asyncio.Event()

    async def follow(device: Device) -> None:
        try:
            await device.follow(is_over)
        except AnswerError as error:
            measured.errors.append(f"{device.person_id}: {error}")

    tasks = [asyncio.ensure_future(follow(device)) for device in devices]
    try:
        yield is_over
    finally:
        for task in tasks:
            task.cancel()


async def _act(
    bench_office: BenchOffice, theirs: list[tuple[Device, list[str]]], measured: Measured, load_s: float
) -> None:
    """Send an action every twentieth of a second, whatever became of the one before."""
    rng = random.Random(1)
    began = time.perf_counter()
    sending: set[asyncio.Task[None]] = set()
    for number in range(int(load_s * ACTIONS_A_SECOND)):
        await asyncio.sleep(max(0.0, began + number / ACTIONS_A_SECOND - time.perf_counter()))
        if not measured.memory_kb and time.perf_counter() - began >= WARM_UP * load_s:
            measured.memory_kb.append(_memory_kb(bench_office))
        device, documents = rng.choice(theirs)
        action = device.comment(rng.choice(documents), TEXT, bench_office.services.clock.now())
        measured.sent_at[action["action_id"]] = (time.perf_counter(), device.device_id)
        task = asyncio.ensure_future(_send(device, [action], measured))
        sending.add(task)
        task.add_done_callback(sending.discard)
    if sending:
        await asyncio.wait(sending, timeout=PATIENCE_S)
    await asyncio.sleep(1)
    measured.memory_kb.append(_memory_kb(bench_office))


_turns: dict[str, asyncio.Lock] = {}


async def _send(device: Device, actions: list[dict[str, Any]], measured: Measured) -> None:
    """Send a batch; a device sends one at a time."""
    async with _turns.setdefault(device.device_id, asyncio.Lock()):
        try:
            receipts = await device.send(actions)
        except AnswerError as error:
            measured.errors.append(f"{device.person_id}: {error}")
            return
    wrong = [one for one in receipts if one["status"] not in ("applied", "merged")]
    measured.errors += [f"{device.person_id}: {one}" for one in wrong]


async def _come_back(
    bench_office: BenchOffice, theirs: list[tuple[Device, list[str]]], measured: Measured, backlog: int
) -> None:
    """Let every device come back after a day with what its person did, until each has all its receipts."""
    at = bench_office.services.clock.now()

    async def come_back(device: Device, documents: list[str]) -> None:
        actions = [device.comment(documents[turn % len(documents)], TEXT, at) for turn in range(backlog)]
        await _send(device, actions, measured)
        wanted = {action["action_id"] for action in actions}
        end = time.perf_counter() + PATIENCE_S
        while not wanted <= device.receipted and time.perf_counter() < end:
            if not await device.pull():
                await device.pull(feed="longpoll")
        if not wanted <= device.receipted:
            measured.errors.append(f"{device.person_id}: {len(wanted - device.receipted)} receipts are missing")

    began = time.perf_counter()
    async with asyncio.TaskGroup() as group:
        for device, documents in theirs:
            group.create_task(come_back(device, documents))
    measured.return_s = time.perf_counter() - began


def _memory_kb(bench_office: BenchOffice) -> int:
    """Give what the server's process holds in memory."""
    assert bench_office.server is not None
    status = Path(f"/proc/{bench_office.server.pid}/status").read_text("ascii", "replace")
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS:"))
