"""Works through the queue of scans, one at a time, for as long as the process runs.

The work itself is done by another process of low priority; here pages are taken in and kept. Without the programs
for it the queue stays as it is, and says so (`engine`).
"""

from __future__ import annotations

import logging
import shutil
import tempfile
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Protocol

from server.ports import Services
from server.usecases import recognizing

log = logging.getLogger(__name__)
REST_S = 2.0
LOOK_AGAIN_S = 60.0
"""How long until it is looked again whether the programs are there, or another worker has gone."""


class Engine(Protocol):
    """What reads text off pages."""

    def missing(self) -> list[str]:
        """Return what is not installed."""

    def pages(
        self, path: Path, numbers: Sequence[int], is_stopping: Callable[[], bool]
    ) -> Iterator[tuple[int, str | None]]:
        """Yield the text of each page; None when it could not be read."""


class Recognition:
    """The one who works on the queue in this process."""

    def __init__(self, services: Services, engine: Engine) -> None:
        """Take the services and what recognises pages."""
        self._services = services
        self._engine = engine
        self._holder = services.new_id()
        self._told: list[str] | None = None

    def run(self, stop: threading.Event) -> None:
        """Work until told to stop."""
        store = self._services.store
        since = store.updates().last_seq
        while not stop.is_set():
            missing = self._engine.missing()
            self._tell(missing)
            if missing:
                stop.wait(LOOK_AGAIN_S)
                continue
            while not stop.is_set() and self.work_on_next(stop):
                pass
            waited = 0.0
            while not stop.is_set() and waited < LOOK_AGAIN_S:
                updates = store.updates(since, REST_S)
                since, waited = updates.last_seq, waited + REST_S
                if "files" in updates.names:
                    break

    def work_on_next(self, stop: threading.Event | None = None) -> bool:
        """Recognise the next scan; tells whether there was one."""
        files, is_stopping = self._services.files, (stop or threading.Event()).is_set
        file = recognizing.claim(files, self._holder, self._now())
        if file is None:
            return False
        sha256 = file["sha256"]
        with tempfile.TemporaryDirectory(prefix="congvan-scan-") as folder:
            path = Path(folder) / "scan.pdf"
            if not self._copied(sha256, path):
                recognizing.give_up(files, sha256, self._holder, "no_body", self._now())
                return True
            for page, text in self._engine.pages(path, recognizing.pages_left(file), is_stopping):
                if not recognizing.keep_page(files, sha256, self._holder, page, text, self._now()):
                    return True  # another worker has it, or nobody needs it any more
        if is_stopping():
            recognizing.put_back(files, sha256, self._holder)
        else:
            recognizing.finish(files, sha256, self._holder, self._now())
        return True

    def _copied(self, sha256: str, path: Path) -> bool:
        bodies = self._services.store.files
        if not bodies.exists(sha256):
            return False
        with bodies.open(sha256).stream as body, path.open("wb") as copy:
            shutil.copyfileobj(body, copy, 1 << 20)
        return True

    def _tell(self, missing: list[str]) -> None:
        """Say to all processes whether scans can be recognised here."""
        if missing == self._told:
            return
        if missing:
            log.warning("scans are not recognised: %s not installed (docs/operations.md)", ", ".join(missing))
        recognizing.tell_engine(self._services.store, missing, self._now())
        self._told = missing

    def _now(self) -> str:
        return self._services.clock.now()
