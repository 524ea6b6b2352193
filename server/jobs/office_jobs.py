"""The office's jobs by the clock, in one list."""

from __future__ import annotations

from server.jobs.scheduler import Job
from server.ports import Services
from server.usecases import cleaning, reminding
from server.usecases.registering import repair_books


def jobs(services: Services) -> list[Job]:
    """Return what is to be done, and when (office time)."""
    return [
        Job("repair-books", "*/10 * * * *", lambda: repair_books(services)),
        Job("remind-of-conflicts", "0 8 * * *", lambda: reminding.overdue_reviews(services)),
        Job("remind-of-deadlines", "45 7 * * *", lambda: reminding.due_work(services)),
        Job("clear-ended-sessions", "15 2 * * *", lambda: cleaning.ended_sessions(services)),
        Job("clear-refused-forms", "20 2 * * *", lambda: cleaning.refused_forms(services)),
        Job("clear-unnamed-files", "30 2 * * 0", lambda: cleaning.unnamed_files(services)),
    ]
