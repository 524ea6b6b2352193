"""The one who works on the queue: keeps each page, goes on, gives back, says what is missing."""

from __future__ import annotations

import hashlib
import io
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from server.jobs.recognition import Recognition
from server.usecases import recognizing
from server.usecases.files import note_file
from tests.fixtures import office, pdfs
from tests.fixtures.acting import Acting, open_office
from tests.usecases.test_recognizing import note, noted, progress

ROOT = Path(__file__).resolve().parents[2]
BODY = pdfs.simple(pages=3)


class Reader:
    """Stands in for OCRmyPDF: says "trang n" for each page, and notes what it was asked."""

    def __init__(self, missing: Sequence[str] = (), before_page: Callable[[int], None] = lambda _page: None) -> None:
        self.lacking = list(missing)
        self.asked: list[list[int]] = []
        self.bodies: list[bytes] = []
        self._before_page = before_page

    def missing(self) -> list[str]:
        return self.lacking

    def pages(
        self, path: Path, numbers: Sequence[int], is_stopping: Callable[[], bool]
    ) -> Iterator[tuple[int, str | None]]:
        self.asked.append(list(numbers))
        self.bodies.append(path.read_bytes())
        for number in numbers:
            if is_stopping():
                return
            self._before_page(number)
            yield number, f"trang {number}"


@pytest.fixture
def acting(tmp_path: Path) -> Iterator[Acting]:
    """Give the office, ready to act in."""
    found = open_office(tmp_path)
    yield found
    found.services.close()


def stored(acting: Acting) -> str:
    """Store a scan with its body, and return its hash."""
    sha256 = hashlib.sha256(BODY).hexdigest()
    acting.services.store.files.put(sha256, io.BytesIO(BODY), len(BODY), "application/pdf")
    facts = {"pages": 3, "text": "", "bare_pages": [1, 2, 3], "coarse_pages": []}
    note_file(
        acting.services.files, office.CLERK, acting.clock.now(), sha256=sha256, size=len(BODY),
        media_type="application/pdf", name="scan.pdf", facts=facts,
    )  # fmt: skip
    return sha256


def test_it_reads_the_file_itself_and_keeps_every_page(acting: Acting) -> None:
    sha256, reader = stored(acting), Reader()
    worker = Recognition(acting.services, reader)
    assert worker.work_on_next()
    assert (reader.asked, reader.bodies) == ([[1, 2, 3]], [BODY])
    assert progress(acting, sha256) == ("done", 3, 3)
    assert note(acting, sha256)["text"] == "trang 1\ntrang 2\ntrang 3"
    assert not worker.work_on_next()


def test_asked_to_stop_it_leaves_the_rest_to_the_next(acting: Acting) -> None:
    sha256, stop = stored(acting), threading.Event()
    reader = Reader(before_page=lambda page: stop.set() if page == 2 else None)
    Recognition(acting.services, reader).work_on_next(stop)
    assert progress(acting, sha256) == ("waiting", 2, 3)
    second = Reader()
    Recognition(acting.services, second).work_on_next()
    assert second.asked == [[3]]
    assert note(acting, sha256)["text"] == "trang 1\ntrang 2\ntrang 3"


def test_it_lets_go_of_a_scan_that_another_has_taken_meanwhile(acting: Acting) -> None:
    sha256 = stored(acting)

    def is_overtaken(page: int) -> None:
        if page == 2:
            acting.clock.move(seconds=recognizing.LEASE_S + 1)
            assert recognizing.claim(acting.services.files, "another", acting.clock.now()) is not None

    Recognition(acting.services, Reader(before_page=is_overtaken)).work_on_next()
    found = note(acting, sha256)["recognition"]
    assert (found["state"], found["holder"], list(found["texts"])) == ("running", "another", ["1"])


def test_a_scan_without_its_body_fails_and_says_so(acting: Acting) -> None:
    sha256 = noted(acting)
    assert Recognition(acting.services, Reader()).work_on_next()
    assert recognizing.progress_of(note(acting, sha256))["problem"] == "no_body"


class OneRest(threading.Event):
    """Is told to stop as soon as somebody rests."""

    def wait(self, _timeout: float | None = None) -> bool:
        self.set()
        return True


def test_without_its_programs_the_queue_says_so_and_waits(acting: Acting) -> None:
    sha256, reader = stored(acting), Reader(["tesseract", "vie"])
    Recognition(acting.services, reader).run(OneRest())
    told = recognizing.engine_state(acting.services.store)
    assert told is not None
    assert told["missing"] == ["tesseract", "vie"]
    assert (reader.asked, progress(acting, sha256)) == ([], ("waiting", 0, 3))


KILLED = """
import os, signal, sys
from pathlib import Path
from server.jobs.recognition import Recognition
from tests.fixtures.acting import open_office
from tests.jobs.test_recognition import Reader

def killed(page):
    if page == 2:
        os.kill(os.getpid(), signal.SIGKILL)

Recognition(open_office(Path(sys.argv[1])).services, Reader(before_page=killed)).work_on_next()
"""


def test_what_a_killed_worker_had_read_is_kept(acting: Acting, tmp_path: Path) -> None:
    sha256 = stored(acting)
    done = subprocess.run([sys.executable, "-c", KILLED, str(tmp_path)], cwd=ROOT, check=False)
    assert done.returncode == -signal.SIGKILL
    assert progress(acting, sha256) == ("running", 1, 3)
    second = Reader()
    assert not Recognition(acting.services, second).work_on_next(), "its time is not over yet"
    acting.clock.move(seconds=2 * recognizing.LEASE_S)
    assert Recognition(acting.services, second).work_on_next()
    assert second.asked == [[2, 3]]
    assert note(acting, sha256)["text"] == "trang 1\ntrang 2\ntrang 3"


def test_while_it_runs_a_new_scan_is_taken_up_without_being_asked(acting: Acting) -> None:
    stop, done = threading.Event(), threading.Event()
    worker = Recognition(acting.services, Reader(before_page=lambda page: done.set() if page == 3 else None))
    thread = threading.Thread(target=worker.run, args=(stop,))
    thread.start()
    try:
        sha256 = stored(acting)
        assert done.wait(20)
    finally:
        stop.set()
        thread.join(10)
    assert not thread.is_alive()
    assert note(acting, sha256)["recognition"]["texts"].get("1", note(acting, sha256)["text"])
