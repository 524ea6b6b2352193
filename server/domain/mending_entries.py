"""What corrections and repairs have in common where people read of them: nothing of the document but its number."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from server.domain.catalogues import is_secret
from server.domain.commands import verb
from server.domain.permissions import Standing, may, may_see
from server.domain.records import Record


def entry_name(record: Record) -> dict[str, Any]:
    """Return how an entry of the book is named: its number, its year, and whether it is of the book of secrets."""
    of_secrets = is_secret(record["confidentiality"])
    return {"label": f"{record['arrival_number']:02d}", "year": record["book"][-4:], "is_secret_book": of_secrets}


def entry_frame(asked: Mapping[str, Any], record: Record, who: Standing, wanted: Iterable[str]) -> dict[str, Any]:
    """Return which entry of the book it is about, which of the commands `wanted` the reader may give, since when."""
    return {
        "key": record["_id"].partition(":")[2],
        "version": record["version"],
        **entry_name(record),
        "may_open": may_see(who),
        "actions": [verb(name) for name in wanted if may(name, who)],
        "at": asked["done_at"] or asked["decided_at"] or asked["asked_at"],
    }
