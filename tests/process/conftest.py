"""A stub of the pages, and a server in a thread, for tests of the process around them."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from server.config import Config
from server.process import Application, make_server, open_socket
from server.static_files import StaticFiles
from sync.waiting import Waiting


@dataclass
class StubPages:
    """A WSGI app that answers `_changes` from a list, as the gateway would."""

    results: list[dict[str, Any]] = field(default_factory=list)
    status: str = "200 OK"
    requests: list[dict[str, str]] = field(default_factory=list)
    during: Callable[[], None] = lambda: None

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        body = environ["wsgi.input"].read().decode()
        self.requests.append(
            {
                "path": environ["PATH_INFO"],
                "query": environ["QUERY_STRING"],
                "body": body,
                "underscored": environ.get("HTTP_X_FORWARDED_FOR", ""),
            }
        )
        results = list(self.results)
        self.during()
        headers = [("Content-Type", "application/json"), ("X-Congvan-Wait", "inbox_minh")]
        start_response(self.status, headers)
        return [json.dumps({"results": results, "last_seq": "7", "pending": 0}).encode()]


@dataclass
class Running:
    """A server that runs in a thread."""

    port: int
    pages: StubPages
    waiting: Waiting

    @property
    def url(self) -> str:
        """Return where it listens."""
        return f"http://127.0.0.1:{self.port}"


def until(is_true: Callable[[], bool], seconds: float = 20) -> None:
    """Wait for a condition; fail when it does not come."""
    end = time.monotonic() + seconds
    while not is_true():
        assert time.monotonic() < end, "the condition did not come true"
        time.sleep(0.01)


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Running]:
    """Serve stub pages and a small folder of static files."""
    static = tmp_path / "static"
    (static / "build").mkdir(parents=True)
    (static / "build" / "sw.js").write_text("self.x = 1;")
    (static / "build" / "app-ABCDEFG2.css").write_text("b{color:red}")
    (static / "build" / "app-ABCDEFG2.css.gz").write_bytes(b"packed")
    (static / "build" / "edges-ABCDEFG2.js").write_text("self.y = 1;")
    (static / "build" / "pdf.worker-ABCDEFG2.mjs").write_text("self.z = 1;")
    (static / "plain.svg").write_text("<svg/>")
    (static / "manifest.webmanifest").write_text("{}")
    (static / ".hidden").write_text("no")
    (tmp_path / "secret").write_text("no")
    pages, waiting = StubPages(), Waiting()
    config = Config(port=0, threads=4)
    listener = open_socket(config)
    server = make_server(Application(pages, waiting, config.threads, StaticFiles(static)), config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    try:
        until(lambda: server.started)
        yield Running(listener.getsockname()[1], pages, waiting)
    finally:
        waiting.close()
        server.should_exit = True
        thread.join(20)
        listener.close()
        assert not thread.is_alive()
