"""A sync server over the embedded store: Flask's test client, and real HTTP where a foreign client pulls."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, request
from werkzeug.serving import WSGIRequestHandler, make_server

from sync.devices import Devices
from sync.gate import Identity
from sync.gateway import create_gateway
from sync.ports import Store
from sync.uploads import Uploads
from tests.fixtures import office
from tests.fixtures.stores import open_test_store

PHONE = "phone-0000-0001"
SECOND_PHONE = "phone-0000-0002"


def device_of(person_id: str) -> str:
    """Give the id of a person's own device."""
    return f"device-of-{person_id}"


class Clock:
    """A clock that tests turn by hand."""

    def __init__(self, now_at: str) -> None:
        self.now_at = now_at

    def now(self) -> str:
        """Give this instant."""
        return self.now_at

    def pass_time(self, **amount: float) -> str:
        """Turn forward and give the new instant."""
        moved = datetime.fromisoformat(self.now_at) + timedelta(**amount)
        self.now_at = moved.isoformat(timespec="milliseconds").replace("+00:00", "Z")
        return self.now_at


class NoFanOut:
    """Counts how often it was asked to catch up."""

    def __init__(self) -> None:
        self.count = 0

    def taking_batch(self, size: int = 1) -> AbstractContextManager[int]:
        """Nothing waits, however many there are."""
        return nullcontext(size)

    def catch_up(self) -> None:
        """Count."""
        self.count += 1


@dataclass
class SyncServer:
    """What a test of the gateway needs: the app, its store, and clients of named people."""

    app: Flask
    store: Store
    clock: Clock
    uploads: Uploads
    devices: Devices
    enrolled: list[str] = field(default_factory=list)
    revoked: list[str] = field(default_factory=list)

    def client(self, person_id: str | None, device_id: str | None = None, *, is_bound: bool = False) -> Any:
        """Give a client signed in as a person, on a device named by header or (bound) by the session.

        Without `device_id` it is a device of that person's, enrolled here.
        """
        client = self.app.test_client()
        if person_id and not device_id:
            device_id = device_of(person_id)
            self.enrol(person_id, device_id)
        if person_id:
            client.environ_base["HTTP_X_TEST_PERSON"] = person_id
        if device_id:
            client.environ_base["HTTP_X_TEST_BOUND" if is_bound else "HTTP_X_CONGVAN_DEVICE"] = device_id
        return client

    def enrol(self, person_id: str, device_id: str = PHONE) -> None:
        """Enrol a device."""
        self.devices.enrol(person_id, device_id, "Phone", "tests", self.clock.now())

    def inbox(self, person_id: str) -> Any:
        """Give a person's inbox database."""
        return self.store.database(f"inbox_{person_id}")


def identity_of_headers() -> Identity | None:
    """Believe the test's headers."""
    person_id = request.headers.get("X-Test-Person")
    if not person_id:
        return None
    return Identity(person_id, request.headers.get("X-Test-Bound"), person_id == office.ADMINISTRATOR)


@dataclass
class BareServices:
    """The part of the services that needs no domain."""

    store: Store
    clock: Clock


@pytest.fixture
def clock() -> Clock:
    """Give a clock at the office's Monday morning."""
    return Clock(office.NOW_AT)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """Give an empty store."""
    store = open_test_store(tmp_path)
    yield store
    store.close()


@pytest.fixture
def server(store: Store, clock: Clock, tmp_path: Path) -> SyncServer:
    """Give a sync server without the domain."""
    services: Any = BareServices(store, clock)
    uploads = Uploads(store, tmp_path / "uploads", now=clock.now, largest_bytes=1_000_000)
    app = Flask(__name__)
    made = SyncServer(app, store, clock, uploads, Devices(store))
    gateway = create_gateway(
        services,
        NoFanOut(),
        identity_of_headers,
        uploads,
        made.enrolled.append,
        lambda device: made.revoked.append(device["device_id"]),
    )
    app.register_blueprint(gateway)
    return made


class _QuietHandler(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"

    def log(self, type: str, message: str, *args: Any) -> None:
        """Say nothing."""


@pytest.fixture
def listen() -> Iterator[Callable[[Flask], str]]:
    """Serve an app over HTTP on a free port of this machine; gives its address."""
    started = []

    def start(app: Flask) -> str:
        server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=_QuietHandler)
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        started.append((server, thread))
        return f"http://127.0.0.1:{server.server_port}"

    yield start
    for server, thread in started:
        server.shutdown()
        thread.join()
        server.server_close()
