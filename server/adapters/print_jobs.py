"""Prints that take a while: made in the background, told of while they are made, kept for a few minutes.

A print is two files in a folder of the data, so that any process of the server can tell how far it is: its state as
JSON, and the PDF. Nothing is kept beyond `KEPT_S`; what an interrupted process left counts as failed.
"""

from __future__ import annotations

import json
import logging
import os
import re
import threading
import time
import uuid
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from server.domain.errors import DomainError

log = logging.getLogger(__name__)

KEPT_S = 15 * 60
SILENT_S = 6 * 60
"""After this long without a word nobody is at work on it any more."""
AT_ONCE = 2
"""Prints of one person being made at a time."""
JOB_ID = re.compile(r"[0-9a-f]{32}")
MAKING, MADE, FAILED = "making", "made", "failed"
Tell = Callable[[int], None]


@dataclass(slots=True)
class PrintJob:
    """A print: whose it is, what its file is called, how far it is."""

    job_id: str
    owner_id: str
    book: str
    name: str
    total: int
    done: int = 0
    state: str = MAKING


class PrintJobs:
    """The prints in a folder."""

    def __init__(self, folder: Path) -> None:
        """Use a folder, which is made when the first print is."""
        self._folder = folder

    def start(self, owner_id: str, book: str, name: str, total: int, make: Callable[[Path, Tell], None]) -> PrintJob:
        """Begin a print: `make` writes the PDF to a path, in a thread of its own. Raises `DomainError` busy."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.sweep()
        if sum(job.owner_id == owner_id and job.state == MAKING for job in self._all()) >= AT_ONCE:
            raise DomainError("busy")
        job = PrintJob(uuid.uuid4().hex, owner_id, book, name, total)
        self._write(job)
        threading.Thread(target=self._run, args=(job, make), name=f"print-{job.job_id[:8]}", daemon=True).start()
        return job

    def find(self, job_id: str, owner_id: str) -> PrintJob | None:
        """Return a person's own print; None when there is none (any longer)."""
        if not JOB_ID.fullmatch(job_id):
            return None
        job = self._read(self._folder / f"{job_id}.json")
        return job if job is not None and job.owner_id == owner_id else None

    def path_of(self, job: PrintJob) -> Path:
        """Return where a print's PDF is."""
        return self._folder / f"{job.job_id}.pdf"

    def sweep(self) -> int:
        """Remove what has been kept long enough; return how many files."""
        count = 0
        for path in self._folder.glob("*"):
            with suppress(OSError):
                if time.time() - path.stat().st_mtime > KEPT_S:
                    path.unlink()
                    count += 1
        return count

    def _run(self, job: PrintJob, make: Callable[[Path, Tell], None]) -> None:
        def tell(done: int) -> None:
            job.done = done
            self._write(job)

        part = self._folder / f"{job.job_id}.part"
        try:
            part.touch(mode=0o600)
            make(part, tell)
            part.replace(self.path_of(job))
            job.done, job.state = job.total, MADE
        except DomainError as error:
            log.warning("print %s failed: %s %s", job.job_id, error.code, error.details)
            job.state = FAILED
        except Exception:
            log.exception("print %s failed", job.job_id)
            job.state = FAILED
        finally:
            part.unlink(missing_ok=True)
            self._write(job)

    def _all(self) -> list[PrintJob]:
        return [job for job in map(self._read, self._folder.glob("*.json")) if job is not None]

    def _read(self, path: Path) -> PrintJob | None:
        try:
            age = time.time() - path.stat().st_mtime
            job = PrintJob(**json.loads(path.read_text("utf-8")))
        except (OSError, ValueError, TypeError):
            return None
        if job.state == MAKING and age > SILENT_S:
            job.state = FAILED
        return job if age <= KEPT_S else None

    def _write(self, job: PrintJob) -> None:
        path = self._folder / f"{job.job_id}.json"
        fresh = path.with_suffix(".new")
        fresh.write_text(json.dumps(asdict(job)), "utf-8")
        os.replace(fresh, path)


def wait_for(job: PrintJob, patience_s: float) -> None:
    """Wait for a short print, so that its page need not be asked for again."""
    until = time.monotonic() + patience_s
    while job.state == MAKING and time.monotonic() < until:
        time.sleep(0.02)
