"""What only CouchDB, or the way to it, can get wrong."""

from __future__ import annotations

import hashlib
import io
import json
import logging
import os
import secrets
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlsplit

import pytest
from ibmcloudant.cloudant_v1 import SecurityObject
from requests import PreparedRequest

from sync.ports import Rejected, Store, StoreUnavailable
from sync.stores import open_store
from sync.stores.couchdb import CouchStore
from sync.stores.couchdb_client import CouchClient
from sync.stores.couchdb_designs import ensure_database
from sync.stores.indexes import declared_indexes

COUCHDB_URL = os.environ.get("COUCHDB_URL")


class FlakyCouch(BaseHTTPRequestHandler):
    """A server that breaks the connection for the first `failures` requests, counting all."""

    failures = 0
    requests = 0
    version = "3.5.0"
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """Break, or answer."""
        cls = type(self)
        cls.requests += 1
        if cls.requests <= cls.failures:
            self.connection.shutdown(socket.SHUT_RDWR)
            self.close_connection = True
            return
        body = json.dumps({"couchdb": "Welcome", "version": cls.version, "ok": True, "rev": "1-a"}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_PUT = do_GET  # noqa: N815 - the names that http.server looks for

    def log_message(self, *_: object) -> None:
        """Keep quiet."""


@pytest.fixture
def flaky() -> Iterator[tuple[type[FlakyCouch], CouchClient]]:
    """Give a flaky server and a client of it."""
    handler = type("Handler", (FlakyCouch,), {})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    client = CouchClient(f"http://127.0.0.1:{server.server_port}")
    yield handler, client
    client.close()
    server.shutdown()
    thread.join()
    server.server_close()


def test_reads_are_tried_again(flaky: tuple[type[FlakyCouch], CouchClient]) -> None:
    handler, client = flaky
    handler.failures = 2
    assert client.read(client.api.get_server_information)["couchdb"] == "Welcome"
    assert handler.requests == 3


def test_writes_are_not_tried_again(flaky: tuple[type[FlakyCouch], CouchClient]) -> None:
    handler, client = flaky
    handler.failures = 1
    with pytest.raises(StoreUnavailable, match="does not answer"):
        client.write(client.api.put_database, db="records")
    assert handler.requests == 1


def test_server_that_is_not_there_is_named_without_its_password(tmp_path: Path) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    with pytest.raises(StoreUnavailable) as caught:
        open_store(f"http://admin:geheim@127.0.0.1:{port}", tmp_path)
    assert f"CouchDB at http://127.0.0.1:{port} does not answer" in str(caught.value)
    assert "geheim" not in str(caught.value)


@pytest.mark.parametrize("url", ["couchdb.office:5984", "ftp://couchdb.office", "http://"])
def test_malformed_url_is_explained(url: str, tmp_path: Path) -> None:
    with pytest.raises(StoreUnavailable, match="COUCHDB_URL must be like"):
        open_store(url, tmp_path)


def test_another_server_is_not_taken_for_couchdb(flaky: tuple[type[FlakyCouch], CouchClient], tmp_path: Path) -> None:
    handler, client = flaky
    with pytest.raises(StoreUnavailable, match="must be an administrator"):
        open_store(client.address, tmp_path)
    handler.version = "1.7.2"
    with pytest.raises(StoreUnavailable, match=r"is not a CouchDB 3\.x"):
        open_store(client.address, tmp_path)


@pytest.mark.usefixtures("couch")
def test_wrong_password_is_explained(tmp_path: Path) -> None:
    parts = urlsplit(COUCHDB_URL or "")
    host = parts.netloc.rpartition("@")[2]
    with pytest.raises(StoreUnavailable, match="user or password"):
        open_store(f"{parts.scheme}://admin:wrong@{host}", tmp_path)
    with pytest.raises(StoreUnavailable, match=r"administrator|user or password"):
        open_store(f"{parts.scheme}://{host}", tmp_path)


def test_design_documents_are_not_documents(couch: Store) -> None:
    records = couch.database("records")
    assert records.info()["doc_count"] == 0
    assert records.changes().results == []
    assert records.all() == []
    assert records.all(descending=True) == []
    records.bulk([{"_id": f"{letter}{number}"} for letter in "Aa" for number in range(3)])
    assert len(records.changes(limit=6).results) == 6
    assert [doc["_id"] for doc in records.all(limit=4)] == ["A0", "A1", "A2", "a0"]
    assert [doc["_id"] for doc in records.all(limit=4, descending=True)] == ["a2", "a1", "a0", "A2"]


def test_indexes_follow_their_declarations(couch: Store) -> None:
    store = cast(CouchStore, couch)
    store.database("records")
    client = store.client
    full_name = next(name for name in client.read(client.api.get_all_dbs) if name.startswith(store._prefix))

    def installed() -> dict[str, list[str]]:
        found = client.read(client.api.get_indexes_information, db=full_name)["indexes"]
        return {one["name"]: [name for field in one["def"]["fields"] for name in field] for one in found if one["ddoc"]}

    declared = {name: list(index.fields) for name, index in declared_indexes()["records"].items()}
    assert installed() == declared
    client.write(
        client.api.post_index, db=full_name, index={"fields": ["x"]}, ddoc="by_old", name="by_old", type="json"
    )
    client.write(
        client.api.post_index,
        db=full_name,
        index={"fields": ["x"]},
        ddoc="by_reply_to",
        name="by_reply_to",
        type="json",
    )
    client.write(
        client.api.put_local_document,
        db=full_name,
        doc_id="congvan-design",
        document=b'{"fingerprint": "old"}',
        content_type="application/json",
    )
    ensure_database(client, full_name, "records")
    assert installed() == declared
    doc = {"_id": "a", "reply_to": "incoming:1"}
    couch.database("records").put(doc)
    assert len(couch.database("records").find("by_reply_to", {"reply_to": "incoming:1"})) == 1


def test_processes_that_start_at_once_make_the_databases_together(couch: Store) -> None:
    clients = [CouchClient(COUCHDB_URL or "") for _ in range(6)]
    failures: list[Exception] = []

    def make(client: CouchClient, full_name: str, ready: threading.Barrier) -> None:
        ready.wait(20)
        try:
            ensure_database(client, full_name, "records")
        except Exception as error:
            failures.append(error)

    for number in range(6):  # whether they meet is up to the server
        full_name, ready = cast(CouchStore, couch)._prefix + f"inbox_p{number}", threading.Barrier(len(clients))
        threads = [threading.Thread(target=make, args=(client, full_name, ready)) for client in clients]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        assert failures == []
        found = clients[0].read(clients[0].api.get_indexes_information, db=full_name)["indexes"]
        assert {index["name"] for index in found if index["ddoc"]} == set(declared_indexes()["records"])
    for client in clients:
        client.close()


def test_opening_again_costs_one_request(couch: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    couch.database("inbox_lan")
    again = cast(CouchStore, open_store(COUCHDB_URL, tmp_path, cast(CouchStore, couch)._prefix))
    sent: list[str] = []
    send = again.client.api.get_http_client().send
    monkeypatch.setattr(
        again.client.api.get_http_client(),
        "send",
        lambda request, **how: (sent.append(request.url), send(request, **how))[1],
    )
    again.database("inbox_lan")
    again.database("inbox_lan")
    assert len(sent) == 1
    again.close()


def test_waiting_people_cost_the_server_one_request(couch: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    store = cast(CouchStore, couch)
    people = [store.database(f"inbox_p{number}") for number in range(8)]
    since = {inbox.name: inbox.changes().last_seq for inbox in people}
    results: dict[str, list[str]] = {}
    waiting: list[tuple[str, str]] = []
    session = store.client.api.get_http_client()
    send = session.send

    def recording(request: PreparedRequest, **how: Any) -> Any:
        if "feed=longpoll" in (request.url or ""):
            waiting.append((threading.current_thread().name, urlsplit(str(request.url)).path))
        return send(request, **how)

    monkeypatch.setattr(session, "send", recording)

    def wait(at: int) -> None:
        inbox = people[at]
        found = inbox.changes(since=since[inbox.name], wait_s=30).results
        results[inbox.name] = [change.id for change in found]

    threads = [threading.Thread(target=wait, args=(at,)) for at in range(8)]
    for thread in threads:
        thread.start()
    while not waiting:
        time.sleep(0.005)
    other = open_store(COUCHDB_URL, Path(), store._prefix)  # so that only the feed can tell
    other.bulk_many({inbox.name: [{"_id": "a", "kind": "incoming"}] for inbox in people})
    for thread in threads:
        thread.join()
    other.close()
    assert results == {inbox.name: ["a"] for inbox in people}
    assert set(waiting) == {("updates", "/_db_updates")}


def test_feed_does_not_fill_the_log(couch: Store, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        couch.updates("0")
    assert caplog.records == []


def test_record_keeps_its_receipts_events_version_and_kind(couch: Store) -> None:
    records = couch.database("records")
    record = {
        "_id": "incoming:a",
        "kind": "incoming",
        "version": 2,
        "receipts": {"a1": {"status": "applied"}},
        "events": [{"event": "registered"}],
    }
    rev = records.put(record)
    for change in (
        {"version": 1},
        {"kind": "outgoing"},
        {"receipts": {}},
        {"receipts": None},
        {"events": []},
        {"events": None},
        {"_deleted": True},
    ):
        with pytest.raises(Rejected):
            records.put({**record, **change, "_rev": rev})
        [written] = records.bulk([{**record, **change, "_rev": rev}])
        assert (written.rev, written.error) == (None, "rejected")
    receipts = {"a1": {"status": "applied"}, "a2": {"status": "merged"}}
    events = [{"event": "registered"}, {"event": "assigned"}]
    assert records.put({**record, "_rev": rev, "version": 3, "receipts": receipts, "events": events})


def test_inbox_takes_nothing_secret_and_nothing_unnamed(couch: Store) -> None:
    inbox = couch.database("inbox_lan")
    card = {"_id": "incoming:a", "kind": "incoming", "confidentiality": "normal"}
    for change in (
        {"kind": None},
        {"kind": "receipt"},
        {"_id": "receipt:a1"},
        {"confidentiality": "top_secret"},
        {"confidentiality": "confidential"},
        {"is_bare": True},
    ):
        with pytest.raises(Rejected):
            inbox.put({**card, **change})
    rev = inbox.put(card)
    inbox.put({"_id": "receipt:a1", "kind": "receipt"})
    inbox.delete("incoming:a", rev)


@pytest.fixture
def plain_user(couch: Store) -> Iterator[CouchClient]:
    """Give the client of a user of the server who is no administrator."""
    client = cast(CouchStore, couch).client
    name, password = f"t{secrets.token_hex(6)}", secrets.token_hex(12)
    user = {"name": name, "password": password, "roles": [], "type": "user"}
    with suppress(StoreUnavailable):  # it is there already
        client.write(client.api.put_database, db="_users")
    written = client.write(
        client.api.put_document, db="_users", doc_id=f"org.couchdb.user:{name}", document=json.dumps(user).encode()
    )
    parts = urlsplit(client.address)
    other = CouchClient(f"{parts.scheme}://{name}:{password}@{parts.netloc}{parts.path}")
    yield other
    other.close()
    client.write(client.api.delete_document, db="_users", doc_id=written["id"], rev=written["rev"])


def test_only_the_servers_account_reaches_the_databases(couch: Store, plain_user: CouchClient) -> None:
    store = cast(CouchStore, couch)
    couch.database("records").put({"_id": "incoming:a"})
    couch.bulk_many({"inbox_lan": [{"_id": "incoming:a", "kind": "incoming"}]})
    couch.files.put(hashlib.sha256(b"body").hexdigest(), io.BytesIO(b"body"), 4, "text/plain")
    only = {"names": [], "roles": ["_admin"]}
    for name in ("records", "inbox_lan", "file_bodies"):
        full_name = store._prefix + name
        guard = store.client.read(store.client.api.get_security, db=full_name)
        assert guard == {"admins": only, "members": only}
        with pytest.raises(Rejected):
            plain_user.read(plain_user.api.get_document, db=full_name, doc_id="incoming:a")
        with pytest.raises(Rejected):
            plain_user.write(plain_user.api.put_document, db=full_name, doc_id="b", document=b"{}")


def test_a_database_that_was_open_to_everybody_is_closed(couch: Store, plain_user: CouchClient) -> None:
    store = cast(CouchStore, couch)
    couch.database("inbox_lan").put({"_id": "incoming:a", "kind": "incoming"})
    full_name = store._prefix + "inbox_lan"
    nobody = SecurityObject(names=[], roles=[])
    store.client.write(store.client.api.put_security, db=full_name, admins=nobody, members=nobody)
    store.client.write(  # as a version of Congvan left it that did not look after this
        store.client.api.put_local_document,
        db=full_name,
        doc_id="congvan-design",
        document=b'{"fingerprint": "old"}',
        content_type="application/json",
    )
    assert plain_user.read(plain_user.api.get_document, db=full_name, doc_id="incoming:a")["kind"] == "incoming"
    again = open_store(COUCHDB_URL, Path(), store._prefix)
    again.bulk_many({"inbox_lan": [{"_id": "incoming:b", "kind": "incoming"}]})
    again.close()
    with pytest.raises(Rejected):
        plain_user.read(plain_user.api.get_document, db=full_name, doc_id="incoming:a")
