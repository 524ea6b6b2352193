"""The contract of both stores: the changes of one database, the updates of all, and waiting for them."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sync.ports import Changes, Conflict, Database, Store, StoreUnavailable
from sync.stores.couchdb_designs import design_count
from sync.stores.embedded import EmbeddedStore

ROOT = Path(__file__).parents[2]
LONG_S = 30.0
"""Longer than any of these waits may take; nothing here passes by waiting it out."""


def seen(changes: Changes) -> list[tuple[str, bool]]:
    """List what changed, in an order of its own: several shards have none."""
    return sorted((change.id, change.deleted) for change in changes.results)


def in_background(work: Callable[[], Any]) -> Callable[[], Any]:
    """Start a thread; gives the way to its result."""
    results: list[Any] = []
    thread = threading.Thread(target=lambda: results.append(work()))
    thread.start()

    def result() -> Any:
        thread.join(LONG_S)
        return results[0]

    return result


def test_nothing_has_changed_at_first(records: Database) -> None:
    changes = records.changes()
    assert (changes.results, changes.pending) == ([], 0)
    assert records.changes(since=changes.last_seq).results == []


def test_each_document_comes_once_in_its_latest_state(records: Database) -> None:
    first = records.put({"_id": "a", "n": 1})
    records.put({"_id": "b", "n": 1})
    gone = records.put({"_id": "c", "n": 1})
    latest = records.put({"_id": "a", "_rev": first, "n": 2})
    records.delete("c", gone)
    changes = records.changes(include_docs=True)
    assert seen(changes) == [("a", False), ("b", False), ("c", True)]
    found = {change.id: change for change in changes.results}
    assert found["a"].rev == latest
    assert found["a"].doc == {"_id": "a", "_rev": latest, "n": 2}
    assert found["c"].doc == {"_id": "c", "_rev": found["c"].rev, "_deleted": True}
    assert all(change.doc is None for change in records.changes().results)


def test_changes_go_on_from_a_sequence(records: Database) -> None:
    records.bulk([{"_id": f"d{number}"} for number in range(5)])
    before = records.changes().last_seq
    assert records.changes(since=before).results == []
    rev = (records.get("d3") or {})["_rev"]
    records.put({"_id": "d3", "_rev": rev, "n": 2})
    records.put({"_id": "new"})
    after = records.changes(since=before)
    assert seen(after) == [("d3", False), ("new", False)]
    assert records.changes(since=after.results[-1].seq).results == []
    assert records.changes(since="now").results == []


def test_changes_are_paged(store: Store, records: Database) -> None:
    records.bulk([{"_id": f"d{number:03}"} for number in range(57)])
    found: list[str] = []
    since, pages = "0", 0
    while True:
        page = records.changes(since=since, limit=10)
        assert len(page.results) <= 10
        found += [change.id for change in page.results]
        left = 57 - len(found)
        # shards come in any order, so the design documents of one may be among what is left
        assert left <= page.pending <= left + design_count("records")
        assert left == page.pending or not isinstance(store, EmbeddedStore)
        since, pages = page.last_seq, pages + 1
        if not page.pending:
            break
    assert sorted(found) == [f"d{number:03}" for number in range(57)]
    assert pages == 6


def test_bad_questions_are_refused(records: Database) -> None:
    for how in ({"limit": 0}, {"limit": -1}, {"since": "yesterday"}):
        with pytest.raises(ValueError):  # noqa: PT011 - the message is for programmers
            records.changes(**how)  # type: ignore[arg-type]


def test_waiting_ends_with_a_write_of_another_thread(store: Store) -> None:
    inbox, other = store.database("inbox_lan"), store.database("inbox_binh")
    since = inbox.changes().last_seq
    started = threading.Event()

    def wait() -> Changes:
        started.set()
        return inbox.changes(since=since, wait_s=LONG_S, include_docs=True)

    result = in_background(wait)
    started.wait()
    other.put({"_id": "x", "kind": "incoming"})
    inbox.put({"_id": "y", "kind": "incoming"})
    changes = result()
    assert seen(changes) == [("y", False)]
    assert changes.results[0].doc is not None
    assert changes.results[0].doc["kind"] == "incoming"


def test_waiting_ends_with_a_write_of_another_process(store: Store, open_again: Callable[[], Store]) -> None:
    inbox = store.database("inbox_lan")
    elsewhere = open_again().database("inbox_lan")
    since = inbox.changes().last_seq
    for number in range(3):
        result = in_background(lambda: inbox.changes(since=since, wait_s=LONG_S))  # noqa: B023
        elsewhere.put({"_id": f"d{number}", "kind": "incoming"})
        changes = result()
        assert seen(changes) == [(f"d{number}", False)]
        since = changes.last_seq


def test_waiting_ends_when_nothing_happens(records: Database) -> None:
    records.put({"_id": "a"})
    since = records.changes().last_seq
    changes = records.changes(since=since, wait_s=0.05)
    assert changes.results == []
    assert records.changes(since=changes.last_seq).results == []


def test_waiting_ends_when_the_store_is_closed(store: Store) -> None:
    inbox = store.database("inbox_lan")
    since = inbox.changes().last_seq
    started = time.monotonic()

    def wait() -> Changes:
        try:
            return inbox.changes(since=since, wait_s=600)
        except StoreUnavailable:  # it was closed between two looks
            return Changes([], since, 0)

    result = in_background(wait)
    while not any(thread.name in {"watcher", "updates"} for thread in threading.enumerate()):
        time.sleep(0.005)
    store.close()
    assert result().results == []
    assert time.monotonic() - started < 600


def test_updates_name_the_databases_that_changed(store: Store, open_again: Callable[[], Store]) -> None:
    inboxes = [store.database(f"inbox_{person}") for person in ("lan", "binh", "chi")]
    settle(store)
    start = store.updates()
    assert start.names == frozenset()
    inboxes[0].put({"_id": "a", "kind": "incoming"})
    open_again().database("inbox_chi").put({"_id": "a", "kind": "incoming"})
    names: set[str] = set()
    since = start.last_seq
    while names < {"inbox_lan", "inbox_chi"}:
        updates = store.updates(since, wait_s=LONG_S)
        assert updates.names, "nothing came although something changed"
        names |= updates.names
        since = updates.last_seq
    assert names == {"inbox_lan", "inbox_chi"}


def test_waiting_for_updates_ends_when_nothing_happens(store: Store) -> None:
    store.database("records")
    since = settle(store)
    assert store.updates(since, wait_s=0.05).names == frozenset()


def test_callbacks_name_what_this_process_wrote(store: Store) -> None:
    records, inbox = store.database("records"), store.database("inbox_lan")
    told: list[frozenset[str]] = []
    stop = store.on_commit(told.append)
    records.put({"_id": "a"})
    inbox.bulk([{"_id": "a", "kind": "incoming"}, {"_id": "b", "kind": "incoming"}])
    store.bulk_many({"records": [{"_id": "b"}, {"_id": "a"}], "inbox_lan": [{"_id": "a", "kind": "incoming"}]})
    assert told == [frozenset({"records"}), frozenset({"inbox_lan"}), frozenset({"records"})]
    records.bulk([{"_id": "a"}])  # a conflict changes nothing
    stop()
    records.put({"_id": "c"})
    assert len(told) == 3


def test_what_is_written_together_can_be_read_at_once_and_is_told(store: Store) -> None:
    records, inbox = store.database("records"), store.database("inbox_lan")
    told: list[frozenset[str]] = []
    store.on_commit(told.append)
    with store.together() as is_alone:
        first = records.put({"_id": "a", "kind": "incoming", "state": "new", "updated_at": "1", "n": 1})
        records.put({"_id": "a", "_rev": first, "kind": "incoming", "state": "new", "updated_at": "2", "n": 2})
        inbox.put({"_id": "a", "kind": "incoming"})
        with pytest.raises(Conflict):
            records.put({"_id": "a", "_rev": first})
        with store.together():
            records.put({"_id": "b"})
        found = records.get("a")
        assert found is not None
        assert found["n"] == 2
        assert [one["_id"] for one in records.find("by_kind_state", {"kind": "incoming"})] == ["a"]
        assert records.info()["doc_count"] == 2
        assert told == [] or not is_alone
    assert frozenset().union(*told) == {"records", "inbox_lan"}
    assert len(told) == 1 or not is_alone
    assert seen(records.changes()) == [("a", False), ("b", False)]
    records.put({"_id": "c"})  # and goes on by itself
    assert records.get("c") is not None


def test_embedded_store_hears_a_real_other_process(tmp_path: Path) -> None:
    from sync.stores import open_store

    program = (
        "import sys, pathlib; from sync.stores import open_store\n"
        "store = open_store(None, pathlib.Path(sys.argv[1]))\n"
        "inbox = store.database('inbox_lan')\n"
        "for line in sys.stdin: inbox.put({'_id': line.strip(), 'kind': 'incoming'})\n"
        "store.close()\n"
    )
    store = open_store(None, tmp_path)
    inbox = store.database("inbox_lan")
    since = inbox.changes().last_seq
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        [sys.executable, "-c", program, str(tmp_path)], stdin=subprocess.PIPE, text=True, env=environment
    ) as other:
        assert other.stdin is not None
        for number in range(3):
            result = in_background(lambda: inbox.changes(since=since, wait_s=LONG_S))  # noqa: B023
            other.stdin.write(f"d{number}\n")
            other.stdin.flush()
            changes = result()
            assert seen(changes) == [(f"d{number}", False)]
            since = changes.last_seq
        other.stdin.close()
        assert other.wait() == 0
    store.close()


def settle(store: Store) -> str:
    """Wait until the making of databases is no longer news; CouchDB tells of it a little later."""
    since = store.updates().last_seq
    while True:
        updates = store.updates(since, wait_s=0.5)
        if not updates.names:
            return updates.last_seq
        since = updates.last_seq
