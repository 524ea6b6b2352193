"""Reads text off the pages of a scan, with OCRmyPDF and Tesseract, in a process of low priority beside this one.

Both are optional (the extra `ocr`, and Debian's `tesseract-ocr-vie`): `missing` says what is not there. The process
gets the file's path and page numbers, nothing of this process's environment, takes its limits upon itself before it
reads anything, and says what it has read page by page (server/adapters/recognizer_process.py). A page that takes too
long, or breaks its reader, is given up, and the next one begun.
"""

from __future__ import annotations

import importlib.util
import json
import os
import queue
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

START_S = 60.0
"""What it may take until the libraries are read, on a busy machine."""
TICK_S = 0.5


@dataclass(frozen=True)
class RecognizerLimits:
    """What a page may cost: seconds, bytes of memory of each process, million pixels as it is drawn."""

    seconds: float = 180.0
    memory: int = 2 * 1024 * 1024 * 1024
    megapixels: int = 120


class Recognizer:
    """Recognises pages in a language of Tesseract's (`vie`)."""

    def __init__(self, language: str = "vie", limits: RecognizerLimits | None = None) -> None:
        """Take the language; nothing is started."""
        self.language = language
        self.limits = limits or RecognizerLimits()

    def missing(self) -> list[str]:
        """Return what is not installed: ocrmypdf, tesseract, the language; empty when recognition is possible."""
        lacking = [] if importlib.util.find_spec("ocrmypdf") else ["ocrmypdf"]
        tesseract = shutil.which("tesseract")
        if tesseract is None:
            return [*lacking, "tesseract"]
        return lacking if self.language in _languages(tesseract) else [*lacking, self.language]

    def pages(
        self, path: Path, numbers: Sequence[int], is_stopping: Callable[[], bool] = lambda: False
    ) -> Iterator[tuple[int, str | None]]:
        """Yield each page's number with its text, None when it could not be read; ends early when told to stop."""
        left = list(numbers)
        while left and not is_stopping():
            count = len(left)
            for number, text in self._run(path, left, is_stopping):
                left.remove(number)
                yield number, text
            if len(left) == count and not is_stopping():
                # the process was ended by its limits, or by the page that it was at
                yield left.pop(0), None

    def _run(
        self, path: Path, numbers: Sequence[int], is_stopping: Callable[[], bool]
    ) -> Iterator[tuple[int, str | None]]:
        with tempfile.TemporaryDirectory(prefix="congvan-ocr-") as folder:
            task = {
                "path": str(path),
                "pages": list(numbers),
                "language": self.language,
                "has_orientation": "osd" in _languages(shutil.which("tesseract") or "tesseract"),
                "seconds": self.limits.seconds,
                "memory": self.limits.memory,
                "megapixels": self.limits.megapixels,
            }
            process = subprocess.Popen(
                [sys.executable, "-I", "-m", "server.adapters.recognizer_process", json.dumps(task)],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=_environment(folder),
                cwd=folder,
                start_new_session=True,
            )
            try:
                yield from self._lines(process, is_stopping)
            finally:
                with suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
                process.wait()

    def _lines(
        self, process: subprocess.Popen[bytes], is_stopping: Callable[[], bool]
    ) -> Iterator[tuple[int, str | None]]:
        lines: queue.Queue[bytes | None] = queue.Queue()
        threading.Thread(target=_pass_on, args=(process.stdout, lines), daemon=True).start()
        patience = self.limits.seconds + START_S
        while True:
            try:
                line = lines.get(timeout=TICK_S)
            except queue.Empty:
                patience -= TICK_S
                if patience <= 0 or is_stopping():
                    return
                continue
            answer: dict[str, Any] | None = json.loads(line) if line else None
            if answer is None:
                return
            patience = self.limits.seconds
            yield int(answer["page"]), answer.get("text")


def _pass_on(stream: Any, lines: queue.Queue[bytes | None]) -> None:
    for line in stream:
        lines.put(line)
    lines.put(None)


def _languages(tesseract: str) -> set[str]:
    """Return the languages that Tesseract has been given."""
    try:
        listed = subprocess.run(
            [tesseract, "--list-langs"], capture_output=True, text=True, timeout=30, check=False
        ).stdout
    except (OSError, subprocess.TimeoutExpired):
        return set()
    return {line.strip() for line in listed.splitlines()[1:]}


def _environment(folder: str) -> dict[str, str]:
    """Return all that the process is told of this machine: no secret of this one's is among it."""
    passed = {key: os.environ[key] for key in ("PATH", "TESSDATA_PREFIX") if key in os.environ}
    # one thread: the machine has other things to do
    return {**passed, "HOME": folder, "TMPDIR": folder, "LANG": "C.UTF-8", "OMP_THREAD_LIMIT": "1"}
