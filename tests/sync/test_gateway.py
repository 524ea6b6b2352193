"""The gateway's answers: who gets in, what CouchDB's pull protocol says, and what is refused."""

from __future__ import annotations

import gzip
import json
from typing import Any

import pytest

from tests.fixtures.office import ADMINISTRATOR, DIRECTOR, IT_HEAD, NOBODY
from tests.sync.conftest import PHONE, SECOND_PHONE, SyncServer


def fill(server: SyncServer, count: int, person_id: str = DIRECTOR) -> list[str]:
    """Put cards into an inbox; gives their revisions."""
    inbox = server.inbox(person_id)
    return [inbox.put({"kind": "incoming", "_id": f"incoming:{n:08}", "title": f"Văn bản {n}"}) for n in range(count)]


ENDPOINTS = (
    ("GET", "/sync/keys"),
    ("POST", "/sync/openings"),
    ("GET", "/sync/"),
    ("GET", "/sync/inbox"),
    ("GET", "/sync/inbox/_changes"),
    ("POST", "/sync/inbox/_bulk_get"),
    ("GET", "/sync/inbox/_all_docs"),
    ("GET", "/sync/inbox/incoming:00000000"),
    ("GET", "/sync/inbox/_local/x"),
    ("GET", "/sync/snapshot"),
    ("POST", "/sync/actions"),
    ("HEAD", f"/sync/files/{'a' * 64}"),
    ("PUT", f"/sync/files/{'a' * 64}"),
    ("GET", "/sync/devices"),
    ("POST", "/sync/devices"),
    ("POST", f"/sync/devices/{PHONE}/revoke"),
    ("GET", "/sync/anything"),
)


def test_every_endpoint_is_on_the_list(server: SyncServer) -> None:
    # a new route must be added above, and so be tested for who may call it
    listed = {path.split("/")[2] for _method, path in ENDPOINTS}
    routed = {rule.rule.split("/")[2] for rule in server.app.url_map.iter_rules() if rule.rule.startswith("/sync/")}
    assert routed - {"<path:_rest>"} <= listed


@pytest.mark.parametrize(("method", "path"), ENDPOINTS)
def test_nobody_signed_in_gets_nothing(server: SyncServer, method: str, path: str) -> None:
    response = server.client(None).open(path, method=method)
    assert response.status_code == 401
    if method != "HEAD":
        assert response.json["error"] == "unauthorized"


@pytest.mark.parametrize(("method", "path"), ENDPOINTS)
def test_one_person_s_app_cannot_speak_under_another_s_session(server: SyncServer, method: str, path: str) -> None:
    response = server.client(NOBODY).open(path, method=method, headers={"X-Congvan-Person": DIRECTOR})
    assert response.status_code == 421


@pytest.mark.parametrize(
    "path",
    ["/sync/inbox/_changes?include_docs=true", "/sync/inbox/_all_docs?include_docs=true", "/sync/snapshot"],
)
def test_a_person_sees_only_the_own_inbox(server: SyncServer, path: str) -> None:
    fill(server, 1)
    assert "Văn bản 0" in server.client(DIRECTOR).get(path).text
    for other in (NOBODY, IT_HEAD, ADMINISTRATOR):
        assert "incoming:" not in server.client(other).get(path).text


def test_another_person_s_card_looks_like_none(server: SyncServer) -> None:
    fill(server, 1)
    client = server.client(NOBODY)
    there, absent = client.get("/sync/inbox/incoming:00000000"), client.get("/sync/inbox/incoming:99999999")
    assert (there.status_code, there.data) == (absent.status_code, absent.data) == (404, absent.data)
    asked = {"docs": [{"id": "incoming:00000000"}, {"id": "../inbox_bao/incoming:00000000"}]}
    results = client.post("/sync/inbox/_bulk_get", json=asked).json["results"]
    assert [row["docs"][0]["error"]["error"] for row in results] == ["not_found", "not_found"]


def test_tells_about_the_database_as_couchdb_does(server: SyncServer) -> None:
    fill(server, 3)
    info = server.client(DIRECTOR).get("/sync/inbox").json
    assert info["db_name"] == "inbox"
    assert info["doc_count"] == 3
    assert info["instance_start_time"] == "0"
    assert info["update_seq"] == server.inbox(DIRECTOR).info()["update_seq"]


def test_two_inboxes_are_told_apart_by_replication_clients(server: SyncServer) -> None:
    assert server.client(DIRECTOR).get("/sync/").json["uuid"] != server.client(NOBODY).get("/sync/").json["uuid"]


def test_pages_through_changes(server: SyncServer) -> None:
    revs = fill(server, 5)
    client = server.client(DIRECTOR)
    first = client.get("/sync/inbox/_changes?limit=2&style=all_docs&seq_interval=2").json
    assert [row["changes"] for row in first["results"]] == [[{"rev": rev}] for rev in revs[:2]]
    assert first["pending"] == 3
    rest = client.get("/sync/inbox/_changes", query_string={"since": first["last_seq"], "include_docs": "true"}).json
    assert [row["doc"]["title"] for row in rest["results"]] == ["Văn bản 2", "Văn bản 3", "Văn bản 4"]
    assert rest["pending"] == 0


def test_says_what_to_wait_for_only_when_nothing_is_new(server: SyncServer) -> None:
    fill(server, 1)
    client = server.client(DIRECTOR)
    answered = client.get("/sync/inbox/_changes")
    assert "X-Congvan-Wait" not in answered.headers
    empty = client.get(
        "/sync/inbox/_changes",
        query_string={"since": answered.json["last_seq"], "feed": "normal"},
        headers={"Accept-Encoding": "gzip"},
    )
    assert empty.headers["X-Congvan-Wait"] == f"inbox_{DIRECTOR}"
    assert empty.json["results"] == []


def test_filters_changes_by_id(server: SyncServer) -> None:
    fill(server, 6)
    wanted = ["incoming:00000001", "incoming:00000004", "incoming:00000005"]
    client = server.client(DIRECTOR)
    page = client.post("/sync/inbox/_changes?filter=_doc_ids&limit=2", json={"doc_ids": wanted}).json
    assert [row["id"] for row in page["results"]] == wanted[:2]
    rest = client.post(
        "/sync/inbox/_changes",
        query_string={"filter": "_doc_ids", "since": page["last_seq"]},
        json={"doc_ids": wanted},
    ).json
    assert [row["id"] for row in rest["results"]] == wanted[2:]


def test_bulk_get_gives_the_latest_with_its_ancestry(server: SyncServer) -> None:
    (old,) = fill(server, 1)
    inbox = server.inbox(DIRECTOR)
    new = inbox.put({"kind": "incoming", "_id": "incoming:00000000", "_rev": old, "title": "Mới"})
    asked = {"docs": [{"id": "incoming:00000000", "rev": old}]}
    client = server.client(DIRECTOR)
    latest = client.post("/sync/inbox/_bulk_get?revs=true&latest=true", json=asked).json["results"][0]["docs"][0]
    assert latest["ok"]["_rev"] == new
    assert latest["ok"]["_revisions"] == {"start": 2, "ids": [new.split("-")[1], old.split("-")[1]]}
    exact = client.post("/sync/inbox/_bulk_get?revs=true", json=asked).json["results"][0]["docs"][0]
    assert exact["error"]["reason"] == "missing"
    inbox.delete("incoming:00000000", new)
    gone = client.post("/sync/inbox/_bulk_get?revs=true&latest=true", json=asked).json["results"][0]["docs"][0]
    assert gone["ok"]["_deleted"] is True
    assert gone["ok"]["_revisions"]["start"] == 3


def test_gives_open_revisions_as_json_and_as_parts(server: SyncServer) -> None:
    (rev,) = fill(server, 1)
    client = server.client(DIRECTOR)
    path = f'/sync/inbox/incoming%3A00000000?revs=true&open_revs=["{rev}","9-missing"]'
    rows = client.get(path, headers={"Accept": "application/json"}).json
    assert rows[0]["ok"]["_revisions"]["start"] == 1
    assert rows[1] == {"missing": "9-missing"}
    parts = client.get(path, headers={"Accept": "multipart/mixed"})
    assert parts.content_type.startswith("multipart/mixed")
    assert "Văn bản 0" in parts.text
    assert '{"missing":"9-missing"}' in parts.text


def test_all_docs_by_keys_tells_deleted_from_missing(server: SyncServer) -> None:
    revs = fill(server, 2)
    server.inbox(DIRECTOR).delete("incoming:00000001", revs[1])
    keys = ["incoming:00000001", "incoming:00000000", "incoming:77777777"]
    rows = server.client(DIRECTOR).post("/sync/inbox/_all_docs?include_docs=true", json={"keys": keys}).json["rows"]
    assert (rows[0]["value"]["deleted"], rows[0]["doc"]) == (True, None)
    assert rows[1]["doc"]["title"] == "Văn bản 0"
    assert rows[2] == {"key": "incoming:77777777", "error": "not_found"}


def test_checkpoints_are_kept_apart_for_each_device_and_person(server: SyncServer) -> None:
    server.enrol(DIRECTOR, PHONE)
    server.enrol(DIRECTOR, SECOND_PHONE)
    path = "/sync/inbox/_local/checkpoint.1"
    first = server.client(DIRECTOR, PHONE)
    assert first.get(path).status_code == 404
    assert first.put(path, json={"_id": "_local/checkpoint.1", "last_seq": "7"}).status_code == 201
    kept = first.get(path).json
    assert (kept["_id"], kept["last_seq"]) == ("_local/checkpoint.1", "7")
    assert first.put(path, json={**kept, "last_seq": "8", "_revisions": {"start": 0}}).status_code == 201
    assert server.client(DIRECTOR, SECOND_PHONE).get(path).status_code == 404
    assert server.client(NOBODY).get(path).status_code == 404


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("PUT", "/sync/inbox", 412),
        ("DELETE", "/sync/inbox", 403),
        ("POST", "/sync/inbox", 403),
        ("POST", "/sync/inbox/_bulk_docs", 403),
        ("PUT", "/sync/inbox/incoming:00000000", 403),
        ("DELETE", "/sync/inbox/incoming:00000000", 403),
        ("PUT", "/sync/inbox/_design/x", 403),
        ("POST", "/sync/inbox/_find", 405),
        ("PUT", "/sync/inbox/_security", 405),
        ("GET", "/sync/inbox/_security", 404),
        ("GET", "/sync/inbox/_design/x", 404),
        ("GET", "/sync/inbox/incoming:00000000/attachment.pdf", 404),
        ("GET", "/sync/inbox/_changes?feed=continuous", 400),
        ("GET", "/sync/inbox/_changes?since=garbage", 400),
        ("GET", "/sync/inbox/_changes?limit=-1", 400),
        ("GET", "/sync/inbox/_changes?filter=other/mine", 400),
        ("GET", "/sync/inbox/incoming:00000000?open_revs=x", 400),
        ("GET", f"/sync/inbox/_local/{'x' * 300}", 400),
        ("GET", "/sync/files/../../secret", 404),
        ("PUT", "/sync/files/short", 404),
        ("DELETE", f"/sync/files/{'a' * 64}", 404),
    ],
)
def test_what_is_not_offered_is_refused_in_couchdb_s_words(
    server: SyncServer, method: str, path: str, status: int
) -> None:
    fill(server, 1)
    before = server.inbox(DIRECTOR).info()["update_seq"]
    response = server.client(DIRECTOR).open(path, method=method, json={} if method == "POST" else None)
    assert response.status_code == status
    assert set(response.json) >= {"error", "reason"}
    assert server.inbox(DIRECTOR).info()["update_seq"] == before


@pytest.mark.parametrize(
    "body",
    [b"", b"[", b"[]", b'{"docs":[1]}', b'{"docs":[{"id":1}]}', b"[" * 200_000, b'{"docs":NaN}', b"\xff\xfe"],
)
def test_bodies_that_are_not_the_protocol_s_are_refused(server: SyncServer, body: bytes) -> None:
    response = server.client(DIRECTOR).post("/sync/inbox/_bulk_get", data=body)
    assert response.status_code == 400


def test_a_body_without_end_is_not_read_to_the_end(server: SyncServer) -> None:
    response = server.client(DIRECTOR).post("/sync/inbox/_bulk_get", data=b" " * 1_100_000)
    assert response.status_code == 413


def read_snapshot(response: Any) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Give the head and the documents of a snapshot."""
    content = response.data
    if response.headers.get("Content-Encoding") == "gzip":
        content = gzip.decompress(content)
    head, *documents = [json.loads(line) for line in content.splitlines()]
    return head, documents


@pytest.mark.parametrize("encoding", ["identity", "gzip"])
def test_a_snapshot_has_everything_once(server: SyncServer, encoding: str) -> None:
    fill(server, 1203)
    client = server.client(DIRECTOR)
    response = client.get("/sync/snapshot", headers={"Accept-Encoding": encoding})
    assert (response.headers.get("Content-Encoding") == "gzip") == (encoding == "gzip")
    head, documents = read_snapshot(response)
    assert head["count"] == 1203
    assert documents == server.inbox(DIRECTOR).all()
    changes = client.get("/sync/inbox/_changes", query_string={"since": head["since"]}).json
    assert changes["results"] == []


def test_what_changes_while_a_snapshot_is_read_comes_with_the_first_pull(server: SyncServer) -> None:
    fill(server, 600)
    inbox = server.inbox(DIRECTOR)
    client = server.client(DIRECTOR)
    response = client.get("/sync/snapshot", headers={"Accept-Encoding": "identity"}, buffered=False)
    chunks = iter(response.response)
    head = json.loads(next(chunks))
    next(chunks)  # the first page is on its way when a document on it is deleted, one changes, one is added
    inbox.delete("incoming:00000001", inbox.get("incoming:00000001")["_rev"])
    inbox.put({**inbox.get("incoming:00000002"), "title": "Sửa"})
    inbox.put({"kind": "case_file", "_id": "case_file:00000001"})
    list(chunks)
    rows = client.get("/sync/inbox/_changes", query_string={"since": head["since"]}).json["results"]
    assert {row["id"] for row in rows} == {"incoming:00000001", "incoming:00000002", "case_file:00000001"}
