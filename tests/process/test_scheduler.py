"""Jobs by the clock: a failing one does no harm, a malformed one is found at the start."""

from __future__ import annotations

import logging
import threading

import pytest

from server.jobs.scheduler import Job, Scheduler, _run


def test_a_job_that_fails_is_logged_and_stops_nothing(caplog: pytest.LogCaptureFixture) -> None:
    """The next time is another chance."""

    def fail() -> None:
        raise RuntimeError("a fault of the job")

    with caplog.at_level(logging.ERROR):
        _run(Job("sweep", "* * * * *", fail))
    assert "job sweep failed" in caplog.text
    assert "a fault of the job" in caplog.text


def test_a_malformed_time_is_found_at_the_start() -> None:
    """Not at night."""
    with pytest.raises(ValueError, match="fields"):
        Scheduler([Job("sweep", "at night", lambda: None)], "Asia/Ho_Chi_Minh")


def test_it_starts_and_stops_without_leaving_threads() -> None:
    """Stopping is part of every Ctrl-C."""
    before = threading.active_count()
    scheduler = Scheduler([Job("sweep", "0 2 * * *", lambda: None)], "Asia/Ho_Chi_Minh")
    scheduler.start()
    scheduler.stop()
    assert threading.active_count() == before
