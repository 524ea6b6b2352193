"""The real server over the fixed office, in a process that a test can stop, kill and start again."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

from server.adapters.passwords import cheap_passwords
from tests.fixtures import office, stores

PASSWORD = "mat-khau-hanh-trinh"
ROOT = Path(__file__).parents[2]
PATIENCE_S = 40


class OfficeServer:
    """`python -m server serve` on a free port, with its data in a folder of the test."""

    def __init__(self, folder: Path) -> None:
        """Put the fixed office into a new store; everybody has the same password."""
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self._process: subprocess.Popen[bytes] | None = None
        store = stores.open_test_store(folder)
        store.database("accounts").bulk(office.documents(cheap_passwords().hash(PASSWORD)))
        store.close()

    def start(self) -> None:
        """Start it and wait until it answers."""
        self.spawn()
        end = time.monotonic() + PATIENCE_S
        while not self.answers():
            assert self._process is not None
            assert self._process.poll() is None, (self.folder / "server.log").read_text("utf-8")
            assert time.monotonic() < end, "the server did not start"
            time.sleep(0.05)

    def spawn(self) -> None:
        """Start it without waiting."""
        environment = {**os.environ, "CONGVAN_DATA": str(self.folder), "PORT": str(self.port), "HOST": "127.0.0.1"}
        environment |= stores.settings(self.folder)
        log = (self.folder / "server.log").open("ab")
        self._process = subprocess.Popen(
            [sys.executable, "-m", "server", "serve"], cwd=ROOT, env=environment, stdout=log, stderr=log
        )

    def stop(self) -> None:
        """Stop it as Ctrl-C does."""
        self._end(signal.SIGINT)

    def kill(self) -> None:
        """Kill it without a chance to finish anything."""
        self._end(signal.SIGKILL)

    def _end(self, number: int) -> None:
        if self._process is not None:
            self._process.send_signal(number)
            self._process.wait(PATIENCE_S)
            self._process = None

    def answers(self) -> bool:
        """Tell whether it answers now."""
        try:
            with urllib.request.urlopen(f"{self.url}/health", timeout=1) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False
