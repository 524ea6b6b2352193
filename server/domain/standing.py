"""A person before a record: at which instant, and at which version of it. What every question of authority is about."""

from __future__ import annotations

from typing import NamedTuple

from server.domain.office import Office
from server.domain.records import Record


class Standing(NamedTuple):
    """A person before a record: at which instant, and at which version of it (None: now)."""

    record: Record
    person_id: str
    office: Office
    at: str
    version: int | None = None
