"""By when a document is to be handled for which nobody gave a deadline, by its urgency (decree 30/2020 Article 4.2.c).

What is urgent in any grade is for the day on which it comes; the leader's deadline takes the place of this one.
"""

from __future__ import annotations

AT_ONCE = frozenset({"urgent", "very_urgent", "express"})


def target_of(urgency: str, today: str) -> str | None:
    """Return the day by which a document is to be handled; None where nothing presses."""
    return today if urgency in AT_ONCE else None
