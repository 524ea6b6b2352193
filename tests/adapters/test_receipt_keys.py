"""The server's key: made once, shared by all processes, changed without making old receipts worthless."""

from __future__ import annotations

import stat
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from server.adapters.receipt_keys import DATABASE, ReceiptKeys, is_valid, open_receipt_keys
from server.config import Config, ConfigError
from server.console import both
from sync.ports import Store
from tests.fixtures.acting import MovingClock
from tests.fixtures.stores import open_test_store

RECEIPT = {"action_id": "act-0001", "status": "applied", "actor_id": "an", "version": 1}


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """Give an empty store."""
    store = open_test_store(tmp_path)
    yield store
    store.close()


def opened(store: Store, folder: Path, key: str = "", couchdb_url: str | None = None) -> ReceiptKeys:
    """Open the keys as a process with its own data folder does."""
    config = Config(data=folder, signing_key=key, couchdb_url=couchdb_url)
    return open_receipt_keys(config, store.database(DATABASE), MovingClock())


def test_the_key_is_made_once_and_for_this_user_only(store: Store, tmp_path: Path) -> None:
    first = opened(store, tmp_path / "data")
    assert stat.S_IMODE((tmp_path / "data/signing-key").stat().st_mode) == 0o600
    again = opened(store, tmp_path / "data")
    assert again.signed(RECEIPT) == first.signed(RECEIPT)
    assert [key["key_id"] for key in again.public_keys()] == [first.key_id]


def test_processes_that_start_at_once_sign_with_one_key(store: Store, tmp_path: Path) -> None:
    found: list[str] = []
    gate = threading.Barrier(4)

    def start() -> None:
        gate.wait()
        found.append(opened(store, tmp_path / "data").key_id)

    threads = [threading.Thread(target=start) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 4
    assert len(set(found)) == 1
    assert len(opened(store, tmp_path / "data").public_keys()) == 1


def test_after_a_change_of_key_old_receipts_can_still_be_checked(store: Store, tmp_path: Path) -> None:
    old = opened(store, tmp_path, "a1" * 32)
    receipt = old.signed(RECEIPT)
    new = opened(store, tmp_path, "b2" * 32)
    keys = new.public_keys()
    assert [key["is_current"] for key in keys] == [False, True]
    assert is_valid(receipt, keys)
    assert is_valid(new.signed(RECEIPT), keys)
    assert not is_valid(receipt, keys[1:])


def test_two_machines_on_one_couchdb_must_be_given_the_same_key(store: Store, tmp_path: Path) -> None:
    url = "http://couchdb:5984"
    opened(store, tmp_path / "one", couchdb_url=url)
    opened(store, tmp_path / "one", couchdb_url=url)  # started again
    with pytest.raises(ConfigError) as caught:
        opened(store, tmp_path / "two", couchdb_url=url)
    assert all(both(caught.value.key, **caught.value.values))
    assert opened(store, tmp_path / "two", "c3" * 32, url).signed(RECEIPT)["signature"]
