"""What a person keeps by name: views of the inbox (decree 30/2020 Appendix VI III.6), templates of transfers (9.3).

They are the person's alone, change nothing of a document, and go with them to every device: one document of `accounts`
for a person, which the fan-out copies into the inbox.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from server.domain.errors import DomainError
from server.ports import Services, WriteConflict

PREFIX = "views:"
MOST = 20
NAME_LIMIT = 60
View = dict[str, str]
"""`name`, `folder`, `list`, `query`; the last two may be empty. Of a transfer: `name`, `ticks` (JSON), `directive`."""


VIEWS, TRANSFERS = "views", "transfers"
TOO_MANY = {VIEWS: "too_many_views", TRANSFERS: "too_many_templates"}


def views_of(services: Services, person_id: str, what: str = VIEWS) -> list[View]:
    """Return a person's views (or templates of transfers), in the order in which they were kept."""
    return list((services.accounts.get(f"{PREFIX}{person_id}") or {}).get(what, []))


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


def _change(services: Services, person_id: str, what: str, changed: Callable[[Sequence[View]], list[View]]) -> None:
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
