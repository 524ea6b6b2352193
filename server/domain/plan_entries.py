"""An entry of the yearly list of case files, as the office knows it (decree 30/2020 Appendix V.I)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class PlanEntry:
    """A case file to be opened: `unit_id` is empty for the whole office."""

    code: str
    title: str
    retention: str
    unit_id: str = ""


def plans_from(documents: Iterable[Mapping[str, Any]]) -> dict[str, tuple[PlanEntry, ...]]:
    """Read the plans of years from `accounts` documents: year → entries in the order of their codes."""
    return {
        document["_id"].partition(":")[2]: tuple(
            PlanEntry(code, one["title"], one["retention"], one.get("unit_id", ""))
            for code, one in sorted(document["entries"].items())
        )
        for document in documents
    }
