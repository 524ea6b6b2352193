"""Run the jobs that go by the clock: the only place that knows APScheduler.

One process runs them: `serve`, or `worker` in production.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.cron import CronTrigger

log = logging.getLogger(__name__)
LATE_S = 6 * 3600


@dataclass(frozen=True, slots=True)
class Job:
    """Something to be done by the clock; `cron` has five fields in the office's time zone."""

    name: str
    cron: str
    run: Callable[[], object]


class Scheduler:
    """Runs jobs in threads of its own; a job that fails is logged and runs again at its next time."""

    def __init__(self, jobs: Iterable[Job], timezone: str) -> None:
        """Take the jobs; nothing runs before `start`. Raises ValueError for a malformed `cron`."""
        zone = ZoneInfo(timezone)
        # A job never overlaps itself, and of runs that a sleeping machine missed only one is made up for.
        self._scheduler = BackgroundScheduler(
            timezone=zone,
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": LATE_S},
        )
        for job in jobs:
            trigger = CronTrigger.from_crontab(job.cron, timezone=zone)
            self._scheduler.add_job(_run, trigger, args=[job], id=job.name, name=job.name)

    def start(self) -> None:
        """Begin to run the jobs."""
        self._scheduler.start()

    def stop(self) -> None:
        """Let the running jobs finish and start no other."""
        self._scheduler.shutdown(wait=True)


def _run(job: Job) -> None:
    """Run one job and keep its failure from ending the scheduler."""
    try:
        job.run()
    except Exception:
        log.exception("job %s failed", job.name)
