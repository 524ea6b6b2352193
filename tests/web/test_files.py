"""File bodies: only through a document that one may see, never as a page of ours."""

from __future__ import annotations

import hashlib
import io

import pytest

from tests.fixtures import office, pdfs
from tests.web.conftest import Pages, form, path, pdf

BODY = pdfs.simple("Noi dung cong van", pages=4)
SHA256 = hashlib.sha256(BODY).hexdigest()


@pytest.fixture
def document_id(pages: Pages) -> str:
    """Give a document that was registered with a file."""
    data = form(
        0,
        sender="UBND tỉnh",
        subject="UBND tỉnh yêu cầu báo cáo kết quả chuyển đổi số trước ngày 05/12/2026",
        leader_id=office.DIRECTOR,
        file=pdf(BODY, 'giấy; "mời".pdf'),
    )
    assert pages.browser(office.CLERK).post("/incoming", data=data).status_code == 303
    return str(pages.acting.services.records.all("incoming:")[0]["_id"])


def address(document_id: str, sha256: str = SHA256) -> str:
    return f"/files{path(document_id)}/{sha256}"


def test_a_reader_of_the_document_reads_its_file(pages: Pages, document_id: str) -> None:
    answer = pages.browser(office.DIRECTOR).get(address(document_id))
    assert answer.status_code == 200
    assert answer.data == BODY
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["Content-Length"] == str(len(BODY))
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Disposition"].startswith('inline; filename="')
    assert "script-src" not in answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert "private" in answer.headers["Cache-Control"]
    head = pages.browser(office.DIRECTOR).head(address(document_id))
    assert (head.status_code, head.data) == (200, b"")


@pytest.mark.parametrize(
    ("asked", "status", "part"),
    [
        ("bytes=0-9", 206, BODY[:10]),
        ("bytes=10-", 206, BODY[10:]),
        ("bytes=-5", 206, BODY[-5:]),
        ("bytes=100-99999999", 206, BODY[100:]),
        ("bytes=99999999-", 416, b""),
        ("nonsense", 200, BODY),
    ],
)
def test_a_part_can_be_asked_for(pages: Pages, document_id: str, asked: str, status: int, part: bytes) -> None:
    answer = pages.browser(office.DIRECTOR).get(address(document_id), headers={"Range": asked})
    assert (answer.status_code, answer.data) == (status, part)
    if status == 206:
        start = BODY.index(part)
        assert answer.headers["Content-Range"] == f"bytes {start}-{start + len(part) - 1}/{len(BODY)}"
        assert answer.headers["Content-Length"] == str(len(part))


def test_a_body_that_is_there_already_is_not_sent_again(pages: Pages, document_id: str) -> None:
    director = pages.browser(office.DIRECTOR)
    tag = director.get(address(document_id)).headers["ETag"]
    assert director.get(address(document_id), headers={"If-None-Match": tag}).status_code == 304
    assert director.get(address(document_id), headers={"If-None-Match": '"other"'}).status_code == 200
    part = {"Range": "bytes=0-4", "If-Range": '"other"'}
    assert director.get(address(document_id), headers=part).data == BODY


def test_nobody_reads_a_file_of_a_document_that_they_may_not_see(pages: Pages, document_id: str) -> None:
    for person_id in (office.NOBODY, office.PRESS_SPECIALIST, office.ADMINISTRATOR):
        browser = pages.browser(person_id)
        for headers in ({}, {"If-None-Match": f'"{SHA256}"'}, {"Range": "bytes=0-1"}):
            assert browser.get(address(document_id), headers=headers).status_code == 404
    assert pages.browser().get(address(document_id)).status_code == 303


def test_a_file_is_only_read_through_the_document_that_has_it(pages: Pages, document_id: str) -> None:
    _, draft_id = pages.drafted()
    director = pages.browser(office.DIRECTOR)
    assert director.get(address(draft_id)).status_code == 404
    assert director.get(address(document_id, "0" * 64)).status_code == 404
    assert director.get(address(document_id, SHA256.upper())).status_code == 404
    assert director.get(f"/files/accounts/{office.DIRECTOR}/{SHA256}").status_code == 404


def test_what_is_no_pdf_is_only_offered_for_saving_and_can_do_nothing(pages: Pages) -> None:
    page = b"<script>alert(1)</script>"
    sha256 = hashlib.sha256(page).hexdigest()
    services = pages.acting.services
    services.store.files.put(sha256, io.BytesIO(page), len(page), "text/html")
    document_id = pages.presented()
    record = pages.acting.record(document_id)
    # no command takes such a file; it is as if it had come in some other way
    file = {"sha256": sha256, "name": "trang.html", "size": len(page), "media_type": "text/html", "pages": None}
    services.records.put({**record, "files": [file]})
    answer = pages.browser(office.CLERK).get(address(document_id, sha256))
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["Content-Security-Policy"].startswith("sandbox;")
