"""Files from devices: whole or resumed, checked by hash, nobody else's business."""

from __future__ import annotations

import hashlib
import io
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any, BinaryIO

import pytest

from server.adapters.typesetting import Typesetter
from sync.uploads import STALE_AFTER_S, Uploads, pdf_facts
from tests.fixtures import pdfs
from tests.fixtures.office import DIRECTOR, IT_HEAD, NOBODY
from tests.sync.conftest import Clock, SyncServer

BODY = b"%PDF-1.7\n" + bytes(range(256)) * 1200 + b"\n%%EOF\n"
SHA256 = hashlib.sha256(BODY).hexdigest()
PATH = f"/sync/files/{SHA256}"


def put(server: SyncServer, piece: bytes, offset: int, total: int | None = len(BODY), person_id: str = DIRECTOR) -> Any:
    """Send a piece."""
    headers = {"Upload-Offset": str(offset)}
    if total is not None:
        headers["Upload-Length"] = str(total)
    return server.client(person_id).put(PATH, data=piece, headers=headers)


def stored(server: SyncServer, sha256: str = SHA256) -> bytes:
    """Give a stored body."""
    with server.store.files.open(sha256).stream as stream:
        return stream.read() or b""


def test_a_whole_file_arrives_at_once(server: SyncServer) -> None:
    client = server.client(DIRECTOR)
    head = client.head(PATH)
    assert (head.status_code, head.headers["Upload-Offset"]) == (404, "0")
    answer = put(server, BODY, 0)
    assert (answer.status_code, answer.headers["Upload-Offset"]) == (201, str(len(BODY)))
    assert client.head(PATH).status_code == 200
    assert stored(server) == BODY
    metadata = server.uploads.metadata(SHA256)
    assert metadata is not None
    assert metadata["_id"] == f"file:{SHA256}"
    assert (metadata["size"], metadata["media_type"]) == (len(BODY), "application/pdf")
    assert metadata["uploaded_by"] == [DIRECTOR]


def test_a_file_arrives_in_pieces_and_goes_on_where_it_broke_off(server: SyncServer) -> None:
    client = server.client(DIRECTOR)
    first = put(server, BODY[:100_000], 0)
    assert (first.status_code, first.headers["Upload-Offset"]) == (202, "100000")
    assert client.head(PATH).headers["Upload-Offset"] == "100000"
    # the answer was lost: the same piece again is not appended again
    again = put(server, BODY[:100_000], 0)
    assert (again.status_code, again.headers["Upload-Offset"]) == (409, "100000")
    assert put(server, BODY[200_000:], 200_000).status_code == 409
    assert not server.store.files.exists(SHA256)
    assert put(server, BODY[100_000:], 100_000).status_code == 201
    assert stored(server) == BODY
    assert put(server, BODY[100_000:], 100_000).status_code == 201  # that answer was lost too


def test_a_body_that_is_not_the_announced_one_is_thrown_away(server: SyncServer) -> None:
    answer = put(server, BODY[:-1] + b"!", 0)
    assert (answer.status_code, answer.json["error"]) == (422, "hash_mismatch")
    assert server.client(DIRECTOR).head(PATH).headers["Upload-Offset"] == "0"
    assert not server.store.files.exists(SHA256)
    assert put(server, BODY, 0).status_code == 201


def test_an_empty_file_is_none(server: SyncServer) -> None:
    empty = hashlib.sha256(b"").hexdigest()
    answer = server.client(DIRECTOR).put(f"/sync/files/{empty}", data=b"", headers={"Upload-Length": "0"})
    assert answer.status_code == 422


def test_a_file_above_the_limit_is_refused_early_and_late(server: SyncServer) -> None:
    limit = server.uploads.largest_bytes
    assert put(server, b"x", 0, total=limit + 1).status_code == 413
    assert put(server, b"x" * (limit + 1), 0, total=None).status_code == 413
    assert put(server, b"x" * (len(BODY) + 1), 0).status_code == 400  # longer than it said
    assert server.client(DIRECTOR).head(PATH).headers["Upload-Offset"] == "0"


@pytest.mark.parametrize("header", [{"Upload-Offset": "-1"}, {"Upload-Offset": "x"}, {"Upload-Length": "9" * 30}])
def test_malformed_headers_are_refused(server: SyncServer, header: dict[str, str]) -> None:
    assert server.client(DIRECTOR).put(PATH, data=BODY, headers=header).status_code == 400


def test_another_person_s_upload_is_not_told_of(server: SyncServer) -> None:
    put(server, BODY[:1000], 0)
    head = server.client(NOBODY).head(PATH)
    assert (head.status_code, head.headers["Upload-Offset"]) == (404, "0")
    put(server, BODY[1000:], 1000)
    for other in (NOBODY, IT_HEAD):
        head = server.client(other).head(PATH)
        assert (head.status_code, head.headers["Upload-Offset"]) == (404, "0")
    # who brings the whole body has it; a claim does not do
    assert put(server, b"", len(BODY), person_id=IT_HEAD).status_code == 409
    assert put(server, BODY[:1000], 0, person_id=IT_HEAD).status_code == 202
    assert put(server, BODY[1000:], 1000, person_id=IT_HEAD).status_code == 201
    assert (server.uploads.metadata(SHA256) or {})["uploaded_by"] == [DIRECTOR, IT_HEAD]
    assert server.client(NOBODY).head(PATH).status_code == 404


class Breaking(io.BytesIO):
    """A body whose connection breaks."""

    def read(self, size: int | None = -1) -> bytes:
        """Give what came, then break."""
        found = super().read(size)
        if not found:
            raise OSError("connection reset")
        return found


def test_what_came_before_a_connection_broke_is_kept(server: SyncServer) -> None:
    progress = server.uploads.receive(DIRECTOR, SHA256, 0, len(BODY), Breaking(BODY[:5000]))
    assert (progress.outcome, progress.offset) == ("more", 5000)
    assert put(server, BODY[5000:], 5000).status_code == 201
    assert stored(server) == BODY


def test_two_requests_do_not_mix_their_pieces(server: SyncServer) -> None:
    has_begun, may_go_on = threading.Event(), threading.Event()

    class Slow(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            has_begun.set()
            may_go_on.wait(10)
            return super().read(size)

    first = threading.Thread(target=server.uploads.receive, args=(DIRECTOR, SHA256, 0, len(BODY), Slow(BODY)))
    first.start()
    has_begun.wait(10)
    second = put(server, BODY, 0)
    may_go_on.set()
    first.join()
    assert (second.status_code, second.headers["Retry-After"]) == (409, "1")
    assert stored(server) == BODY


def test_nobody_fills_the_disk_with_pieces(server: SyncServer) -> None:
    for n in range(20):
        sha256 = hashlib.sha256(bytes([n])).hexdigest()
        assert server.uploads.receive(DIRECTOR, sha256, 0, 10, io.BytesIO(b"x")).outcome == "more"
    assert put(server, BODY[:10], 0).status_code == 429
    assert put(server, BODY[:10], 0, person_id=IT_HEAD).status_code == 202


def test_stale_pieces_are_thrown_away(server: SyncServer, tmp_path: Path) -> None:
    put(server, BODY[:10], 0)
    (path,) = (tmp_path / "uploads" / DIRECTOR).iterdir()
    assert server.uploads.forget_stale(path.stat().st_mtime + STALE_AFTER_S - 1) == 0
    assert server.uploads.forget_stale(path.stat().st_mtime + STALE_AFTER_S + 1) == 1
    assert server.client(DIRECTOR).head(PATH).headers["Upload-Offset"] == "0"


def test_facts_of_a_file_are_kept_with_it(server: SyncServer, tmp_path: Path, clock: Clock) -> None:
    seen: list[bytes] = []

    def facts(body: BinaryIO, media_type: str) -> Mapping[str, Any]:
        seen.append(body.read())
        return {"pages": 3, "text": "Kính gửi", "kind_of": media_type}

    uploads = Uploads(server.store, tmp_path / "more", now=clock.now, facts=facts)
    assert uploads.receive(DIRECTOR, SHA256, 0, None, io.BytesIO(BODY)).outcome == "stored"
    metadata = uploads.metadata(SHA256) or {}
    assert seen == [BODY]
    assert (metadata["pages"], metadata["text"], metadata["kind_of"]) == (3, "Kính gửi", "application/pdf")


@pytest.mark.parametrize("person_id", ["../bao", "Bao", "", "a/b"])
def test_no_path_is_made_of_what_is_no_person(server: SyncServer, person_id: str) -> None:
    with pytest.raises(ValueError, match="person"):
        server.uploads.receive(person_id, SHA256, 0, 1, io.BytesIO(b"x"))


def test_a_pdf_gets_its_pages_and_text_and_a_broken_one_its_problem() -> None:
    assert pdf_facts(io.BytesIO(b"%PDF-1.7 and nothing"), "application/pdf")["problem"] == "pdf_broken"
    assert pdf_facts(io.BytesIO(b"PK\x03\x04"), "application/zip") == {}


def test_of_a_file_stamped_secret_no_body_is_kept_only_why(server: SyncServer) -> None:
    stamped = pdfs.simple("BO CONG AN")  # what the reader makes of it is the stand-in's below
    sha256 = hashlib.sha256(stamped).hexdigest()
    server.uploads._facts = lambda _body, _kind: {"pages": None, "text": "", "problem": "secret_stamp"}
    for person_id in (DIRECTOR, IT_HEAD):
        answer = server.client(person_id).put(
            f"/sync/files/{sha256}", data=stamped, headers={"Upload-Offset": "0", "Upload-Length": str(len(stamped))}
        )
        assert answer.status_code == 201, "the act that names it is refused with the reason"
        assert not server.store.files.exists(sha256)
    assert (server.uploads.metadata(sha256) or {})["problem"] == "secret_stamp"


def test_the_facts_of_a_file_stamped_secret_say_so_and_nothing_else() -> None:
    out = io.BytesIO()
    letter = {"agency": "CÔNG AN TỈNH GIA LAI", "number": "7/CAT", "subject": "x", "body": ["y"], "type": "CV"}
    Typesetter().typeset({**letter, "circulation": "TUYỆT MẬT"}, out)
    out.seek(0)
    assert pdf_facts(out, "application/pdf") == {"pages": None, "text": "", "problem": "secret_stamp"}
