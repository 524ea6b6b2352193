"""What a person keeps by name: views of the inbox (decree 30/2020 Appendix VI III.6), templates of transfers (9.3);
and the columns in which their lists are.

They are the person's alone, change nothing of a document, and go with them to every device: one document of `accounts`
for a person, which the fan-out copies into the inbox.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Any

from server.domain.errors import DomainError
from server.domain.lists import COLUMNS
from server.ports import Services, WriteConflict

PREFIX = "views:"
MOST = 20
NAME_LIMIT = 60
View = dict[str, str]
"""`name`, `folder`, `list`, `query`; the last two may be empty. Of a transfer: `name`, `ticks` (JSON), `directive`."""


VIEWS, TRANSFERS = "views", "transfers"
SHOWN = "columns"
TOO_MANY = {VIEWS: "too_many_views", TRANSFERS: "too_many_templates"}


def kept_by(services: Services, person_id: str) -> dict[str, Any]:
    """Return what a person keeps: `views` and `transfers` in the order in which they were kept, `columns` in theirs.

    Without columns the lists are no tables.
    """
    kept = services.accounts.get(f"{PREFIX}{person_id}") or {}
    return {what: list(kept.get(what, [])) for what in (VIEWS, TRANSFERS, SHOWN)}


def views_of(services: Services, person_id: str, what: str = VIEWS) -> list[View]:
    """Return a person's views (or templates of transfers)."""
    return list(kept_by(services, person_id)[what])


def keep(services: Services, person_id: str, view: View, what: str = VIEWS) -> None:
    """Keep a view or a template; one of the same name is replaced. Raises required, too_long, TOO_MANY."""
    name = " ".join(view["name"].split())
    if not name:
        raise DomainError("required", field="name")
    if len(name) > NAME_LIMIT:
        raise DomainError("too_long", field="name", limit=NAME_LIMIT)

    def kept(views: Sequence[View]) -> list[View]:
        others = [one for one in views if one["name"] != name]
        if len(others) >= MOST:
            raise DomainError(TOO_MANY[what], field="name", limit=MOST)
        return [*others, {**view, "name": name}]

    _change(services, person_id, what, kept)


def forget(services: Services, person_id: str, name: str, what: str = VIEWS) -> None:
    """Forget a view or a template; one that is not there is no fault."""
    _change(services, person_id, what, lambda views: [one for one in views if one["name"] != name])


def choose_columns(services: Services, person_id: str, columns: Collection[str]) -> None:
    """Show a person's lists in these columns from now on, the title in any case; without any, as lists again."""
    chosen = [one for one in COLUMNS if one in columns]
    shown = [one for one in COLUMNS if one in columns or one == "title"] if chosen else []
    _change(services, person_id, SHOWN, lambda _: shown)


def _change(services: Services, person_id: str, what: str, changed: Callable[[Sequence[Any]], list[Any]]) -> None:
    while True:
        known: dict[str, Any] = services.accounts.get(f"{PREFIX}{person_id}") or {
            "_id": f"{PREFIX}{person_id}",
            "kind": "views",
            "views": [],
        }
        views = changed(known.get(what, []))
        if views == known.get(what, []):
            return
        try:
            services.accounts.put({**known, what: views})
        except WriteConflict:
            continue  # another device of the person's was faster
        return
