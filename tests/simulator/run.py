"""One run: a schedule played between the devices' process (Node) and the server here, then held to the oracle."""

from __future__ import annotations

import contextlib
import json
import logging
import os
import shutil
import subprocess
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.fixtures import stores
from tests.simulator import oracle
from tests.simulator.schedule import Schedule, fault_name, is_fault
from tests.simulator.server import SimulatedServer, make_template

ROOT = Path(__file__).resolve().parents[2]
MEMORY = Path("/dev/shm")
NODE_OPTIONS = ("--single-threaded-gc", "--max-semi-space-size=128", "--min-semi-space-size=64")


@dataclass
class Outcome:
    """How a run ended: what was wrong (nothing, mostly), how acts ended, and the story for people."""

    schedule: Schedule
    violations: list[oracle.Violation] = field(default_factory=list)
    outcomes: Counter[str] = field(default_factory=Counter)
    story: list[str] = field(default_factory=list)

    @property
    def operations(self) -> int:
        """Return how many steps were people's."""
        return sum(1 for step in self.schedule.steps if not is_fault(step))

    @property
    def faults(self) -> Counter[str]:
        """Return how many faults of each kind befell them."""
        return Counter(fault_name(step) for step in self.schedule.steps if is_fault(step))


class DevicesFailed(Exception):  # noqa: N818 - the name says what is the matter
    """The devices' side broke down by itself: a fault of the simulator."""


class Simulator:
    """Plays schedules one after the other; keeps the devices' process for all of them."""

    def __init__(self) -> None:
        """Start the devices' process."""
        logging.disable(logging.CRITICAL)  # every 503 is on purpose
        self._folder = Path(tempfile.mkdtemp(prefix="congvan-simulator-", dir=MEMORY if MEMORY.is_dir() else None))
        self._template: Path | None = None
        self._node = subprocess.Popen(
            # most objects die young here: with room for them, hardly anything has to be collected
            ["node", *NODE_OPTIONS, str(Path(__file__).with_name("world.mjs"))],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "NODE_NO_WARNINGS": "1"},
        )

    def close(self) -> None:
        """End the devices' process."""
        self._node.kill()
        self._node.wait()
        shutil.rmtree(self._folder, ignore_errors=True)

    def play(self, schedule: Schedule) -> Outcome:
        """Play a schedule from the beginning."""
        facts = schedule.as_json()
        with self._server(facts["start_at"]) as server:
            self._send({"kind": "play", **facts})
            answer, body = self._serve(server)
            report = json.loads(body)
            story = [_line(one) for one in report["story"]]
            if answer["kind"] == "failed":
                raise DevicesFailed(report["error"] + "\n" + "\n".join(story[-20:]))
            server.clock.set(answer["at"])
            found = oracle.judge(server, report)
            return Outcome(schedule, found.violations, found.outcomes, story)

    @contextlib.contextmanager
    def _server(self, at_ms: int) -> Iterator[SimulatedServer]:
        if self._template is None:
            self._template = make_template(self._folder, at_ms)
        folder = Path(tempfile.mkdtemp(dir=self._folder))
        with stores.cleaned():
            server = SimulatedServer(folder, at_ms, self._template)
            try:
                yield server
            finally:
                server.close()
                shutil.rmtree(folder, ignore_errors=True)

    def _serve(self, server: SimulatedServer) -> tuple[dict[str, Any], bytes]:
        while True:
            asked, body = self._receive()
            if asked["kind"] in ("done", "failed"):
                return asked, body
            server.clock.set(asked["at"])
            if asked["kind"] == "http":
                self._send(*server.http(asked, body))
            elif asked["kind"] == "follow":
                self._send(server.follow())
            elif asked["kind"] == "heal":
                self._send(server.heal())
            else:
                self._send(server.step(asked["step"]))

    def _send(self, header: dict[str, Any], body: bytes = b"") -> None:
        assert self._node.stdin is not None
        frame = json.dumps({**header, "length": len(body)}, separators=(",", ":")).encode()
        self._node.stdin.write(frame + b"\n" + body)
        self._node.stdin.flush()

    def _receive(self) -> tuple[dict[str, Any], bytes]:
        assert self._node.stdout is not None
        line = self._node.stdout.readline()
        if not line:
            raise DevicesFailed("the devices' process ended")
        header = json.loads(line)
        return header, self._node.stdout.read(header["length"])


def _line(one: dict[str, Any]) -> str:
    return f"{one['at'] / 1000:9.3f} s  {one['text']}"
