"""A person's own views of the inbox, kept by name: folder, list, words looked for (decree 30/2020 Appendix VI III.6).

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
"""`name`, `folder`, `list`, `query`; the last two may be empty."""


def views_of(services: Services, person_id: str) -> list[View]:
    """Return a person's views, in the order in which they were kept."""
    return list((services.accounts.get(f"{PREFIX}{person_id}") or {}).get("views", []))


def keep(services: Services, person_id: str, view: View) -> None:
    """Keep a view; one of the same name is replaced. Raises required, too_long, too_many_views."""
    name = " ".join(view["name"].split())
    if not name:
        raise DomainError("required", field="name")
    if len(name) > NAME_LIMIT:
        raise DomainError("too_long", field="name", limit=NAME_LIMIT)

    def kept(views: Sequence[View]) -> list[View]:
        others = [one for one in views if one["name"] != name]
        if len(others) >= MOST:
            raise DomainError("too_many_views", field="name", limit=MOST)
        return [*others, {**view, "name": name}]

    _change(services, person_id, kept)


def forget(services: Services, person_id: str, name: str) -> None:
    """Forget a view; one that is not there is no fault."""
    _change(services, person_id, lambda views: [one for one in views if one["name"] != name])


def _change(services: Services, person_id: str, changed: Callable[[Sequence[View]], list[View]]) -> None:
    while True:
        known: dict[str, Any] = services.accounts.get(f"{PREFIX}{person_id}") or {
            "_id": f"{PREFIX}{person_id}",
            "kind": "views",
            "views": [],
        }
        views = changed(known["views"])
        if views == known["views"]:
            return
        try:
            services.accounts.put({**known, "views": views})
        except WriteConflict:
            continue  # another device of the person's was faster
        return
