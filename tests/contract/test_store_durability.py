"""What the embedded store promises beyond the contract: it survives kill -9, threads and other processes."""

from __future__ import annotations

import hashlib
import io
import os
import random
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from sync.ports import Store, StoreUnavailable
from sync.stores import open_store
from sync.stores.embedded import EmbeddedStore

ROOT = Path(__file__).parents[2]

WRITER = """
import io, hashlib, pathlib, sys, threading
from sync.stores import open_store
store = open_store(None, pathlib.Path(sys.argv[1]))
name = sys.argv[2]
lock = threading.Lock()
def write(thread):
    records = store.database("records")
    for number in range(100_000):
        doc_id = f"{name}-{thread}-{number}"
        rev = records.put({"_id": doc_id, "kind": "incoming", "text": "x" * 500})
        store.bulk_many({f"inbox_p{n}": [{"_id": doc_id, "kind": "incoming"}] for n in range(3)})
        with lock:
            print(doc_id, rev, flush=True)
        if number % 10 == 5:
            body = doc_id.encode() * 100_000
            sha256 = hashlib.sha256(body).hexdigest()
            store.files.put(sha256, io.BytesIO(body), len(body), "application/pdf")
            with lock:
                print("file", sha256, flush=True)
for thread in range(4):
    threading.Thread(target=write, args=(thread,)).start()
"""

OPENER = """
import pathlib, sys
from sync.stores import open_store
store = open_store(None, pathlib.Path(sys.argv[1]))
store.database("records").put({"_id": sys.argv[2]})
store.close()
"""


def start(program: str, *arguments: str) -> subprocess.Popen[str]:
    """Start a process of this project."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.Popen(
        [sys.executable, "-c", program, *arguments], stdout=subprocess.PIPE, text=True, env=environment
    )


def test_everything_acknowledged_is_there_after_kill_9(tmp_path: Path) -> None:
    acknowledged: dict[str, str] = {}
    files: set[str] = set()
    for life in range(4):
        writer = start(WRITER, str(tmp_path), f"life{life}")
        assert writer.stdout is not None
        for _ in range(random.randint(10, 80)):
            _take(writer.stdout.readline(), acknowledged, files)
        writer.send_signal(signal.SIGKILL)
        for line in writer.stdout:
            if line.endswith("\n"):
                _take(line, acknowledged, files)
        writer.stdout.close()
        writer.wait()
        store = open_store(None, tmp_path)
        records = store.database("records")
        found = records.get_many(acknowledged)
        assert {doc_id: doc["_rev"] for doc_id, doc in found.items()} == acknowledged
        assert {change.id for change in records.changes().results} >= acknowledged.keys()
        assert {doc["_id"] for doc in records.find("by_kind_state")} == set()
        for number in range(3):
            inbox = store.database(f"inbox_p{number}")
            assert inbox.get_many(acknowledged).keys() == acknowledged.keys()
            assert len(inbox.find("by_kind", {"kind": "incoming"})) == inbox.info()["doc_count"]
        assert set(store.files.all_hashes()) >= files
        for sha256 in files:
            with store.files.open(sha256).stream as stream:
                assert hashlib.sha256(b"".join(stream)).hexdigest() == sha256
        store.close()
    connection = sqlite3.connect(tmp_path / "congvan.sqlite3")
    assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    connection.close()
    assert acknowledged
    assert files


def test_every_commit_is_synced_to_the_disk(tmp_path: Path) -> None:
    store = EmbeddedStore(tmp_path / "congvan.sqlite3")
    assert store.writer.run(lambda connection: connection.execute("PRAGMA synchronous").fetchone()) == (2,)
    assert store.writer.run(lambda connection: connection.execute("PRAGMA journal_mode").fetchone()) == ("wal",)
    store.close()


def test_several_processes_open_a_new_store_at_once(tmp_path: Path) -> None:
    openers = [start(OPENER, str(tmp_path / "new" / "office"), f"d{number}") for number in range(6)]
    for opener in openers:
        opener.communicate()
        assert opener.returncode == 0
    store = open_store(None, tmp_path / "new" / "office")
    assert len(store.database("records").all()) == 6
    store.close()


def test_two_stores_on_one_file_do_not_lose_each_others_writes(tmp_path: Path) -> None:
    stores = [open_store(None, tmp_path) for _ in range(2)]
    errors: list[Exception] = []

    def write(store: Store, name: str) -> None:
        try:
            for number in range(100):
                store.database("records").put({"_id": f"{name}-{number}"})
        except Exception as error:
            errors.append(error)

    threads = [
        threading.Thread(target=write, args=(store, f"{at}-{n}")) for at, store in enumerate(stores) for n in range(3)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    records = stores[0].database("records")
    assert len(records.all()) == 600
    changes = records.changes().results
    assert len({change.seq for change in changes}) == 600
    assert records.info()["doc_count"] == 600
    for store in stores:
        store.close()


def test_a_piece_of_writing_that_fails_does_not_disturb_the_others(tmp_path: Path) -> None:
    store = EmbeddedStore(tmp_path / "congvan.sqlite3")
    records = store.database("records")
    inside, goes_on = threading.Event(), threading.Event()

    def slow(_: sqlite3.Connection) -> None:
        inside.set()
        goes_on.wait()

    def failing(connection: sqlite3.Connection) -> None:
        connection.execute("DELETE FROM docs")
        raise LookupError("changed its mind")

    outcomes: list[object] = []

    def run(job: Callable[[], object]) -> threading.Thread:
        def body() -> None:
            try:
                outcomes.append(job())
            except LookupError as error:
                outcomes.append(error)

        thread = threading.Thread(target=body)
        thread.start()
        return thread

    records.put({"_id": "before"})
    threads = [run(lambda: store.writer.run(slow))]
    inside.wait()
    threads += [run(lambda: store.writer.run(failing))]
    threads += [run(lambda n=n: records.put({"_id": f"d{n}"})) for n in range(5)]  # type: ignore[misc]
    while len(store.writer._queue) < 6:  # all of them wait for one commit
        threading.Event().wait(0.005)
    goes_on.set()
    for thread in threads:
        thread.join()
    assert sum(isinstance(outcome, LookupError) for outcome in outcomes) == 1
    assert [doc["_id"] for doc in records.all()] == ["before", "d0", "d1", "d2", "d3", "d4"]
    store.close()


def test_what_is_written_together_is_kept_whole_or_not_at_all(tmp_path: Path) -> None:
    store = EmbeddedStore(tmp_path / "congvan.sqlite3")
    records = store.database("records")
    told: list[frozenset[str]] = []
    store.on_commit(told.append)

    def broken_off(error: type[BaseException]) -> None:
        with store.together():
            records.put({"_id": "a"})
            raise error

    def goes_on_after_a_failure() -> None:
        with store.together():
            records.put({"_id": "a"})
            with suppress(StoreUnavailable):
                store.writer.run(lambda connection: connection.execute("ROLLBACK"))  # as a full disk does it
            with suppress(StoreUnavailable):
                records.put({"_id": "b"})

    for error in (LookupError, KeyboardInterrupt):
        with pytest.raises(error):
            broken_off(error)
    with pytest.raises(StoreUnavailable):
        goes_on_after_a_failure()
    assert (records.all(), told) == ([], [])
    records.put({"_id": "c"})
    assert [one["_id"] for one in records.all()] == ["c"]
    store.close()


def test_others_see_what_is_written_together_when_it_is_done_and_write_afterwards(tmp_path: Path) -> None:
    store = EmbeddedStore(tmp_path / "congvan.sqlite3")
    records = store.database("records")
    seen: list[list[str]] = []

    def reads() -> None:
        seen.append([one["_id"] for one in records.all()])

    reading, writing = threading.Thread(target=reads), threading.Thread(target=lambda: records.put({"_id": "b"}))
    with store.together():
        records.put({"_id": "a"})
        reading.start()
        reading.join()
        writing.start()
        while not store.writer._queue:  # it waits for its turn
            threading.Event().wait(0.005)
        assert [one["_id"] for one in records.all()] == ["a"]
    writing.join()
    assert seen == [[]]
    assert [one["_id"] for one in records.all()] == ["a", "b"]
    store.close()


def test_upload_cut_off_by_the_end_of_the_process_is_cleaned_up_later(tmp_path: Path) -> None:
    path = tmp_path / "congvan.sqlite3"
    EmbeddedStore(path).close()
    connection = sqlite3.connect(path)
    for stored_at in ("2026-01-01T00:00:00.000Z", "2999-01-01T00:00:00.000Z"):
        cursor = connection.execute(
            "INSERT INTO bodies(sha256, size, media_type, stored_at) VALUES (NULL, 9, 'a/b', ?)", (stored_at,)
        )
        connection.execute("INSERT INTO body_chunks VALUES (?, 0, x'00')", (cursor.lastrowid,))
    connection.commit()
    store = EmbeddedStore(path)
    assert list(store.files.all_hashes()) == []
    store.close()
    assert connection.execute("SELECT count(*) FROM bodies").fetchone() == (1,)
    assert connection.execute("SELECT count(*) FROM body_chunks").fetchone() == (1,)
    connection.close()


def test_body_removed_while_it_is_read_is_an_error_and_not_a_short_file(tmp_path: Path) -> None:
    store = open_store(None, tmp_path)
    body = b"x" * 5_000_000
    sha256 = hashlib.sha256(body).hexdigest()
    store.files.put(sha256, io.BytesIO(body), len(body), "application/pdf")
    stream = store.files.open(sha256).stream
    assert stream.read(10) == b"x" * 10
    store.files.delete(sha256)
    with pytest.raises(Exception, match="removed while it was read"):
        b"".join(stream)
    store.close()


def test_sequence_of_a_lost_future_starts_anew(tmp_path: Path) -> None:
    """After a restore from a backup, a device may know a sequence that this file never reached."""
    store = open_store(None, tmp_path)
    records = store.database("records")
    records.put({"_id": "a"})
    assert [change.id for change in records.changes(since="1000").results] == ["a"]
    assert store.updates("1000").names == {"records"}
    store.close()


def test_closed_or_unusable_file_says_so(tmp_path: Path) -> None:
    store = open_store(None, tmp_path)
    records = store.database("records")
    store.check()
    store.close()
    for use in (lambda: records.get("a"), lambda: records.put({"_id": "a"}), store.check):
        with pytest.raises(StoreUnavailable, match="closed"):
            use()
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "congvan.sqlite3").write_bytes(b"this is no database" * 100)
    with pytest.raises(StoreUnavailable, match=r"congvan\.sqlite3 cannot be used"):
        open_store(None, tmp_path / "other")
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StoreUnavailable, match="cannot be made"):
        open_store(None, tmp_path / "file" / "data")


def test_data_of_a_newer_version_is_left_alone(tmp_path: Path) -> None:
    open_store(None, tmp_path).close()
    connection = sqlite3.connect(tmp_path / "congvan.sqlite3")
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(StoreUnavailable, match="newer version"):
        open_store(None, tmp_path)


def _take(line: str, acknowledged: dict[str, str], files: set[str]) -> None:
    """Read one acknowledgement."""
    first, second = line.split()
    if first == "file":
        files.add(second)
    else:
        acknowledged[first] = second
