"""The real server killed with SIGKILL again and again while people work; `SEED=n` replays a schedule of kills."""

from __future__ import annotations

import hashlib
import os
import random
import socket
import threading
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from server.app import Assembled, build_services
from server.config import Config
from tests.faults import oracle
from tests.faults.field import Clerk, Client, Office, Phone, leads, works
from tests.faults.table import tell
from tests.fixtures import office
from tests.journeys.office_server import PATIENCE_S, OfficeServer

IS_FULL = os.environ.get("CONGVAN_FAULTS") == "full"
KILLS = int(os.environ.get("KILLS", "300" if IS_FULL else "50"))
PORTS = range(20_000, 32_000)
"""Below those that the kernel gives to clients, one of which could else take the port while the server is away."""
WHILE_STARTING = 0.2
"""Share of the kills that come before the server answers: while it repairs what the last kill left."""
LONGEST_START_S = 0.8
LONGEST_LIFE_S = 1.0


@dataclass
class Killing:
    """A server, the people at it, and what became of them."""

    server: OfficeServer
    office: Office
    clients: list[Client]
    rng: random.Random
    starts_s: list[float]

    def rounds(self, count: int) -> None:
        """Start the server and kill it, so many times, each at another moment of its life."""
        for _ in range(count):
            self.server.spawn()
            if self.rng.random() < WHILE_STARTING:
                time.sleep(self.rng.uniform(0, LONGEST_START_S))
            else:
                self._wait_until_it_answers()
                time.sleep(self.rng.uniform(0, LONGEST_LIFE_S))
            self.office.is_up.clear()
            self.server.kill()
            assert not self.office.faults, self.office.faults[:3]

    def settle(self) -> None:
        """Let everybody have their answers, and then ask for all of them again."""
        self.server.spawn()
        self._wait_until_it_answers()
        self.office.is_over.set()

    def _wait_until_it_answers(self) -> None:
        began = time.monotonic()
        while not self.server.answers():
            assert time.monotonic() < began + PATIENCE_S, (self.server.folder / "server.log").read_text("utf-8")[-4000:]
            time.sleep(0.01)
        self.starts_s.append(time.monotonic() - began)
        self.office.is_up.set()


@pytest.mark.serial
@pytest.mark.timeout(3600)
def test_nothing_receipted_is_lost_and_nothing_is_done_twice_however_often_the_server_is_killed(tmp_path: Path) -> None:
    seed = int(os.environ.get("SEED") or random.SystemRandom().getrandbits(32))
    print(f"SEED={seed}")
    began = time.monotonic()
    rng = random.Random(seed)
    server = OfficeServer(tmp_path / "data")
    server.port = next(port for port in rng.sample(PORTS, 50) if _is_free(port))
    server.url = f"http://127.0.0.1:{server.port}"
    field = Office(server.url)
    clients = _clients(field, seed)
    killing = Killing(server, field, clients, rng, [])
    threads = [threading.Thread(target=client.live, daemon=True) for client in clients]
    for thread in threads:
        thread.start()
    try:
        killing.rounds(KILLS)
        killing.settle()
        for thread in threads:
            thread.join(PATIENCE_S)
        assert not any(thread.is_alive() for thread in threads), f"SEED={seed}: somebody still waits for an answer"
        assert not field.faults, (seed, field.faults[:3])
        told = dict(field.told)
        for client in clients:
            client.tell_again()
        assert field.told == told
        assert not field.faults, (seed, field.faults[:3])
        server.stop()
    finally:
        field.is_over.set()
        server.kill()
        for client in clients:
            client.http.close()
    counted = _check(server.folder, field)
    _tell(seed, killing, counted, time.monotonic() - began)


def _clients(field: Office, seed: int) -> list[Client]:
    return [
        Clerk(field, office.CLERK, f"{seed}-1"),
        Clerk(field, office.SECOND_CLERK, f"{seed}-2"),
        Phone(field, office.DIRECTOR, f"{seed}-3", leads),
        Phone(field, office.IT_SPECIALIST, f"{seed}-4", works),
        Phone(field, office.IT_SPECIALIST, f"{seed}-5", works),
        Phone(field, office.SECOND_IT_SPECIALIST, f"{seed}-6", works),
    ]


def _check(folder: Path, field: Office) -> dict[str, Any]:
    """Hold what is in the store to the oracle; return what there was."""
    services = build_services(Config(data=folder))
    try:
        assert field.told.keys() == field.issued.keys()
        oracle.check_once(services, field.told)
        oracle.check_nothing_unasked(services, set(field.issued))
        books = oracle.check_books(services)
        oracle.check_history(services)
        in_inboxes = oracle.check_inboxes(services)
        oracle.check_checkpoint(services)
        _check_files(services, field)
    finally:
        services.close()
    statuses = Counter(receipt["status"] for receipt in field.told.values())
    assert statuses["applied"] > KILLS, statuses
    return {
        "acts receipted": len(field.told),
        **{f"  {status}": count for status, count in sorted(statuses.items())},
        "numbers taken": sum(books.values()),
        "files acknowledged": len(field.uploaded),
        "documents in inboxes": in_inboxes,
    }


def _check_files(services: Assembled, field: Office) -> None:
    """Assert that every file that was acknowledged is there whole."""
    for sha256, body in field.uploaded.items():
        with services.store.files.open(sha256).stream as stream:
            assert hashlib.sha256(stream.read()).hexdigest() == sha256
        facts = services.files.get(f"file:{sha256}")
        assert facts is not None
        assert (facts["size"], facts["pages"]) == (len(body), 1)


def _tell(seed: int, killing: Killing, counted: dict[str, Any], took_s: float) -> None:
    starts = sorted(killing.starts_s)
    rows = {
        "kills": KILLS,
        **counted,
        "start, median (s)": round(starts[len(starts) // 2], 2),
        "start, longest (s)": round(starts[-1], 2),
        "all of it (s)": round(took_s, 1),
    }
    tell(f"kill -9 of the server, SEED={seed}", rows)


def _is_free(port: int) -> bool:
    with socket.socket() as tried:
        tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            tried.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True
