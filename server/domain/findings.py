"""What reading a document proposes: a value, and how sure the reading is of it.

`high` (sure): found where the decree puts it, in the form that it has there, and nothing else on the page speaks
against it. `low` (to be checked): found elsewhere, in another form, or against other signs. A field that was not found
is absent.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

Confidence = Literal["high", "low"]


class Finding(NamedTuple):
    """One proposed value and how sure the reading is."""

    value: str
    confidence: Confidence


def lowered(finding: Finding) -> Finding:
    """Return a finding that something speaks against."""
    return Finding(finding.value, "low")
