"""PouchDB, which knows nothing of Congvan, pulls an inbox: the same cards, and never a fork."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from sync.ports import Store
from sync.stores import open_store
from tests.fixtures.office import DIRECTOR, NOBODY
from tests.sync.conftest import SyncServer, device_of

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.skipif(shutil.which("node") is None, reason="needs Node.js")

Pull = Callable[..., dict[str, Any]]


@pytest.fixture(params=["embedded", pytest.param("couchdb", marks=pytest.mark.couchdb)])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """Give an empty store of each kind: their revisions differ, what a client sees must not."""
    url, prefix = os.environ.get("COUCHDB_URL"), f"t{secrets.token_hex(6)}_"
    store = open_store(url if request.param == "couchdb" else None, tmp_path, prefix)
    yield store
    if request.param == "couchdb":
        for name in store.names():
            store.drop(name)
    store.close()


@pytest.fixture
def pull(server: SyncServer, listen: Callable[..., str], tmp_path: Path) -> Pull:
    """Pull the director's inbox into one local PouchDB; gives what that holds afterwards."""
    address = listen(server.app)

    def run(person_id: str = DIRECTOR, folder: str = "replica", batch: int = 3) -> dict[str, Any]:
        server.enrol(person_id, device_of(person_id))
        done = subprocess.run(
            ["node", "tests/sync/pull.mjs", f"{address}/sync/inbox", str(tmp_path / folder), person_id, str(batch)],
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        found: dict[str, Any] = json.loads(done.stdout)
        return found

    return run


def held(pulled: dict[str, Any]) -> dict[str, Any]:
    """Give what the client holds by id, after checking that nothing forked."""
    assert pulled["ok"]
    assert pulled["errors"] == []
    assert pulled["failures"] == 0
    assert all(len(leaves) == 1 for leaves in pulled["leaves"].values()), pulled["leaves"]
    assert not any("_conflicts" in doc for doc in pulled["docs"])
    return {doc["_id"]: doc for doc in pulled["docs"]}


def test_pulls_the_same_cards_again_and_again(server: SyncServer, pull: Pull) -> None:
    inbox = server.inbox(DIRECTOR)
    ids = [f"incoming:{n:08}" for n in range(8)]
    revs = {
        doc_id: inbox.put({"kind": "incoming", "_id": doc_id, "title": "Về việc họp", "version": 1}) for doc_id in ids
    }
    first = held(pull())
    assert {doc_id: doc["_rev"] for doc_id, doc in first.items()} == revs
    assert first["incoming:00000003"]["title"] == "Về việc họp"

    # updated once, updated many times, deleted, deleted and made again, deleted and made and deleted
    one, many, gone, back, lost = ids[:5]
    inbox.put({"kind": "incoming", "_id": one, "_rev": revs[one], "title": "Sửa", "version": 2})
    rev = revs[many]
    for version in range(2, 14):
        rev = inbox.put({"kind": "incoming", "_id": many, "_rev": rev, "title": "Nhiều lần", "version": version})
    inbox.delete(gone, revs[gone])
    inbox.delete(back, revs[back])
    inbox.put({"kind": "incoming", "_id": back, "title": "Trở lại", "version": 3})
    rev = inbox.delete(lost, revs[lost])
    inbox.delete(lost, inbox.put({"kind": "incoming", "_id": lost, "title": "Lần nữa", "version": 3}))

    second = pull()
    cards = held(second)
    assert cards == {doc["_id"]: doc for doc in inbox.all()}
    assert (cards[one]["title"], cards[many]["version"], cards[back]["title"]) == ("Sửa", 13, "Trở lại")
    assert gone not in cards
    assert lost not in cards
    # the ancestry came along: the client has one branch as long as the generation says
    rev_of, is_deleted, length = second["leaves"][many][0]
    assert (int(rev_of.split("-")[0]), is_deleted, length) == (13, False, 13)
    assert second["leaves"][lost][0][1] is True

    # and what was deleted comes back once more, while nothing else is sent again
    inbox.put({"kind": "incoming", "_id": gone, "title": "Giao lại", "version": 5})
    third = pull()
    assert held(third)[gone]["title"] == "Giao lại"
    assert third["written"] == 1
    # nothing new: the checkpoint was kept on both sides
    assert pull()["written"] == 0


def test_pulls_into_an_empty_database_what_was_deleted_before(server: SyncServer, pull: Pull) -> None:
    inbox = server.inbox(DIRECTOR)
    inbox.delete("incoming:00000001", inbox.put({"kind": "incoming", "_id": "incoming:00000001"}))
    inbox.put({"_id": "receipt:00000002", "kind": "receipt"})
    assert set(held(pull())) == {"receipt:00000002"}


def test_another_person_pulls_only_their_own(server: SyncServer, pull: Pull) -> None:
    server.inbox(DIRECTOR).put({"kind": "incoming", "_id": "incoming:00000001"})
    assert held(pull(NOBODY, "nobody")) == {}
