"""The command line as an operator meets it: starting, stopping, and being told what is wrong."""

from __future__ import annotations

import os
import re
import signal
import socket
import ssl
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from tests.process.conftest import until

ROOT = Path(__file__).resolve().parents[2]
SECRET = "0123456789abcdef" * 4


class Command:
    """A command of congvan, run with stubs in place of the office."""

    def __init__(self, folder: Path, *arguments: str, **settings: str) -> None:
        self.log = folder / "stub.log"
        kept = {key: os.environ[key] for key in ("PATH", "HOME", "LANG") if key in os.environ}
        base = {**kept, "STUB_LOG": str(self.log), "CONGVAN_DATA": str(folder / "data"), "PORT": "0"}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.process.stub_office", *arguments],
            cwd=ROOT,
            env={**base, **settings},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
        )
        self.printed = ""
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout
        for line in self.process.stdout:
            self.printed += line

    def url(self) -> str:
        """Wait until it serves, and return where."""
        pattern = re.compile(r"running at (https?://\S+)")
        until(lambda: bool(pattern.search(self.printed)) or self.process.poll() is not None)
        found = pattern.search(self.printed)
        assert found, self.printed
        return found.group(1)

    def noted(self) -> list[str]:
        """Return what happened to the stubs."""
        return self.log.read_text(encoding="utf-8").splitlines() if self.log.exists() else []

    def end(self, number: int | None = None) -> int:
        """Send a signal, if any, and return the exit code."""
        if number is not None:
            self.process.send_signal(number)
        code = self.process.wait(30)
        self._reader.join(10)
        return code


@contextmanager
def command(folder: Path, *arguments: str, **settings: str) -> Iterator[Command]:
    """Run a command and leave nothing of it behind."""
    started = Command(folder, *arguments, **settings)
    try:
        yield started
    finally:
        if started.process.poll() is None:
            started.process.kill()
            started.process.wait()


def _note(step: str, asked: threading.Event) -> None:
    """Set the event when a request has been sent whole."""
    if step == "http11.send_request_body.complete":
        asked.set()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_serve_stops_in_order_and_without_a_traceback(tmp_path: Path, number: int) -> None:
    """Waiting devices are answered, the fan-out leaves its checkpoint, then the store is closed."""
    with command(tmp_path, "serve") as serve:
        url = serve.url()
        answers: list[httpx.Response] = []
        feed = f"{url}/sync/inbox/_changes?feed=longpoll"
        asked = threading.Event()

        def waits() -> None:
            with httpx.Client(timeout=30) as client:
                answers.append(client.get(feed, extensions={"trace": lambda step, _: _note(step, asked)}))

        device = threading.Thread(target=waits)
        device.start()
        assert asked.wait(20)
        until(lambda: "fan-out runs" in serve.noted())
        # The wait has begun once the pages were asked; stopping before that must do no harm either.
        assert httpx.get(url + "/inbox").status_code == 200
        assert serve.end(number) == 0
        device.join(20)
        assert answers[0].json()["results"] == []
        assert serve.noted()[-1] == "closed"
        assert {"unsubscribed", "checkpoint, store open"} <= set(serve.noted())
        assert "Traceback" not in serve.printed
        assert "Stopped" in serve.printed


def test_web_follows_the_store_and_runs_no_fan_out(tmp_path: Path) -> None:
    """In production another process writes; one feed tells of it."""
    with command(tmp_path, "web") as web:
        web.url()
        until(lambda: "feed from 5" in web.noted())
        assert web.end(signal.SIGTERM) == 0
        assert "fan-out runs" not in web.noted()


def test_worker_runs_the_fan_out_and_serves_nothing(tmp_path: Path) -> None:
    """The other half."""
    with command(tmp_path, "worker") as worker:
        until(lambda: "fan-out runs" in worker.noted() and "worker is running" in worker.printed)
        assert worker.end(signal.SIGTERM) == 0
        assert worker.noted() == ["fan-out runs", "checkpoint, store open", "closed"]


def test_a_fan_out_that_fails_is_started_again(tmp_path: Path) -> None:
    """A passing fault must not leave the inboxes standing still until somebody notices."""
    with command(tmp_path, "worker", STUB_FANOUT_FAILS="1") as worker:
        until(lambda: "fan-out runs" in worker.noted())
        assert worker.end(signal.SIGINT) == 0
        assert "a fault of the fan-out" in worker.printed


def test_a_taken_port_is_explained(tmp_path: Path) -> None:
    """In both languages, with what to do."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        with command(tmp_path, "serve", PORT=port) as serve:
            assert serve.end() == 1
            assert f"Không mở được 127.0.0.1:{port}" in serve.printed
            assert "PORT=8001" in serve.printed
            assert "Traceback" not in serve.printed
            assert serve.noted() == []


def test_an_unreachable_store_is_explained(tmp_path: Path) -> None:
    """Before anything is served."""
    with command(tmp_path, "check", STUB_UNREACHABLE="1") as check:
        assert check.end() == 1
        assert "nobody answers" in check.printed
        assert check.noted() == ["closed"]


@pytest.mark.parametrize("name", ["serve", "web", "worker", "check", "seed"])
def test_production_refuses_demo_data(tmp_path: Path, name: str) -> None:
    """Printed sign-ins must never guard a real office."""
    arguments = [name, "--demo"] if name == "seed" else [name]
    settings = {"CONGVAN_ENV": "production", "CONGVAN_SECRET": SECRET, "CONGVAN_URL": "https://cv.example.vn"}
    with command(tmp_path, *arguments, STUB_DEMO="1", **settings) as refused:
        assert refused.end() == 1
        assert "demo" in refused.printed
        assert "Traceback" not in refused.printed


def test_seed_marks_its_beginning_and_end(tmp_path: Path) -> None:
    """So that an interrupted seeding is known for one."""
    with command(tmp_path, "seed", "--demo") as seed:
        assert seed.end() == 0
        assert seed.noted() == ["mark started", "mark done", "closed"]
        assert "3/3" in seed.printed
    with command(tmp_path, "seed", "--demo", "--if-empty", STUB_DEMO="1") as again:
        assert again.end() == 0
        assert again.noted()[-1] == "closed"
        assert again.printed == ""
    with command(tmp_path, "seed", "--demo", STUB_DEMO="1") as refused:
        assert refused.end() == 1


def test_a_certificate_of_our_own_serves_https(tmp_path: Path) -> None:
    """What `certificate` makes is trusted by a client that trusts its authority, and by no other."""
    folder = tmp_path / "ca"
    with command(tmp_path, "certificate", "--host", "192.168.1.10", "--out", str(folder)) as made:
        assert made.end() == 0
        for device in ("Android", "iOS", "Windows", "Linux"):
            assert device in made.printed
    tls = ["--cert", str(folder / "server.crt"), "--key", str(folder / "server.key")]
    with command(tmp_path, "serve", *tls) as serve:
        url = serve.url()
        trusting = ssl.create_default_context(cafile=folder / "ca.crt")
        assert httpx.get(url + "/health", verify=trusting).text == "ok"
        with pytest.raises(httpx.ConnectError):
            httpx.get(url + "/health")


def test_half_of_a_certificate_is_explained(tmp_path: Path) -> None:
    """--cert without --key."""
    with command(tmp_path, "serve", "--cert", "x.crt") as serve:
        assert serve.end() == 1
        assert "--key" in serve.printed
