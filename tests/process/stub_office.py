"""Run the command line with a stub in place of the office: `python -m tests.process.stub_office serve`.

The stub writes what happens to it into the file named by STUB_LOG, a line each.
"""

from __future__ import annotations

import os
import sys
import threading
import types
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sync.ports import StoreUnavailable, Updates
from tests.process.conftest import StubPages


def note(text: str) -> None:
    """Add a line to the log."""
    with Path(os.environ["STUB_LOG"]).open("a", encoding="utf-8") as file:
        file.write(text + "\n")


class StubDatabase:
    """A database of accounts that has a demo mark or not."""

    def local_get(self, _name: str) -> dict[str, Any] | None:
        return {"state": "done"} if os.environ.get("STUB_DEMO") else None

    def info(self) -> dict[str, int]:
        return {"doc_count": 0}

    def local_put(self, _name: str, doc: dict[str, Any]) -> str:
        note(f"mark {doc['state']}")
        return "1-x"


class StubStore:
    """A store that answers, unless told not to."""

    def __init__(self) -> None:
        self.is_closed = threading.Event()

    def check(self) -> None:
        if os.environ.get("STUB_UNREACHABLE"):
            raise StoreUnavailable("nobody answers")

    def database(self, _name: str) -> StubDatabase:
        return StubDatabase()

    def on_commit(self, _callback: Callable[..., None]) -> Callable[[], None]:
        return lambda: note("unsubscribed")

    def updates(self, since: str = "now", wait_s: float = 0.0) -> Updates:
        if wait_s:
            note(f"feed from {since}")
            self.is_closed.wait(wait_s)
        return Updates(frozenset(), "5")


class StubFanOut:
    """Fails once, then works until told to stop."""

    def __init__(self, store: StubStore) -> None:
        self.store = store
        self.runs = 0

    def run(self, stop_event: threading.Event) -> None:
        self.runs += 1
        if self.runs == 1 and os.environ.get("STUB_FANOUT_FAILS"):
            raise RuntimeError("a fault of the fan-out")
        note("fan-out runs")
        stop_event.wait()
        # As long as a checkpoint may take: whoever closes the store meanwhile is found out.
        self.store.is_closed.wait(0.5)
        note(f"checkpoint, store {'closed' if self.store.is_closed.is_set() else 'open'}")


class StubServices:
    """What the composition root would hand over."""

    def __init__(self) -> None:
        self.store = StubStore()
        self.fanout = StubFanOut(self.store)

    def close(self) -> None:
        self.store.is_closed.set()
        note("closed")


if __name__ == "__main__":
    app: Any = types.ModuleType("server.app")
    app.build_services = lambda _config: StubServices()
    app.create_app = lambda _config, _services, **_options: StubPages()
    demo: Any = types.ModuleType("server.demo")
    demo.__spec__ = types.SimpleNamespace(name="server.demo")
    demo.seed_demo = lambda _services, progress: progress("operations.seed_files", 3, 3)
    demo.sign_ins = lambda _data_dir: []
    sys.modules.update({"server.app": app, "server.demo": demo})
    from server.__main__ import main

    sys.exit(main(sys.argv[1:]))
