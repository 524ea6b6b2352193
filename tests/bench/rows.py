"""The rows of the table, by the name that `--only` takes."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from tests.bench import (
    bundle,
    commands,
    field_load,
    inbox_page,
    keyboard,
    list_pages,
    many_inboxes,
    new_device,
    nothing_new,
    paint,
    queued,
    registering,
)
from tests.bench.measure import Row

Measure = Callable[[], list[Row]]

FULL: dict[str, Callable[..., list[Row]]] = {
    "paint": paint.measure,
    "new_device": new_device.measure,
    "nothing_new": nothing_new.measure,
    "queued": queued.measure,
    "many_inboxes": many_inboxes.measure,
    "inbox_page": inbox_page.measure,
    "list_pages": list_pages.measure,
    "registering": registering.measure,
    "keyboard": keyboard.measure,
    "bundle": bundle.measure,
    "commands": commands.measure,
    "field": field_load.measure,
}
ON_BOTH_STORES = {"nothing_new": 7, "queued": 1, "many_inboxes": 2, "inbox_page": 20, "commands": 3}
"""Rows that run on a CouchDB too, and how often: a write takes it tens of milliseconds."""
NEEDS_CHROMIUM = ("paint", "new_device", "nothing_new", "queued", "keyboard")
TINY: dict[str, dict[str, int]] = {
    "paint": {"cards": 5, "repetitions": 1},
    "new_device": {"cards": 20, "repetitions": 1},
    "nothing_new": {"few": 5, "many": 20, "repetitions": 1},
    "queued": {"actions": 4, "repetitions": 1},
    "many_inboxes": {"people": 3, "repetitions": 1},
    "inbox_page": {"documents": 60, "repetitions": 1},
    "list_pages": {"few": 25, "many": 60, "repetitions": 1},
    "registering": {"pages": 2, "at_once": 3, "repetitions": 1},
    "keyboard": {"repetitions": 1},
    "bundle": {},
    "commands": {"documents": 3, "repetitions": 1},
    "field": {"devices": 6, "documents": 3, "seconds": 1, "backlog": 2},
}


def measures(couchdb_url: str | None = None) -> dict[str, Measure]:
    """Give what to run, by name; with a CouchDB some rows run on it as well, as `<name>_couchdb`."""
    found: dict[str, Measure] = dict(FULL)
    if couchdb_url:
        found |= {
            f"{name}_couchdb": partial(FULL[name], couchdb_url=couchdb_url, repetitions=repetitions)
            for name, repetitions in ON_BOTH_STORES.items()
        }
    return found
