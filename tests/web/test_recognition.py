"""How far scans are, beside a document, in the book, in the form and in the queue; and who may know of it."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest

from server.usecases import recognizing
from tests.fixtures import office, pdfs, pictures
from tests.usecases.test_recognizing import HEAD, claimed, ends, note, progress, reads
from tests.web.conftest import Pages, controls, path, section
from tests.web.test_paper import part
from tests.web.test_register_incoming import documents, fields, register

WORKER = "worker-one"


@pytest.fixture
def scanned(pages: Pages) -> tuple[str, str]:
    """Give a document registered with a scan of two pages, and the scan's hash."""
    parts = [part(pictures.jpeg(mark=1), "3012.jpg"), part(pictures.jpeg(mark=2), "2.jpg")]
    assert register(pages.browser(office.CLERK), file=parts).status_code == 303
    record = documents(pages)[0]
    return record["_id"], record["files"][0]["sha256"]


def recognised(pages: Pages, sha256: str, *texts: str | None) -> None:
    """Let a worker read the pages of a scan."""
    assert claimed(pages.acting, WORKER) == sha256
    for number, text in enumerate(texts, 1):
        assert reads(pages.acting, sha256, number, text, WORKER)
    assert ends(pages.acting, sha256, WORKER)


def test_a_scan_is_queued_when_it_is_uploaded_and_its_progress_is_shown(pages: Pages, scanned: tuple[str, str]) -> None:
    document_id, sha256 = scanned
    director, clerk = pages.browser(office.DIRECTOR), pages.browser(office.CLERK)
    address = path(document_id, "recognition")
    assert f'hx-get="{address}" hx-trigger="load"' in director.get(path(document_id)).text
    assert "Chờ nhận dạng" in director.get(address).text
    claimed(pages.acting, WORKER)
    reads(pages.acting, sha256, 1, HEAD, WORKER)
    fragment = director.get(address, headers={"HX-Request": "true"}).text
    assert "Đang nhận dạng 1/2" in fragment
    assert 'hx-trigger="every 4s"' in fragment
    assert "Đang nhận dạng 1/2" in section(clerk.get("/incoming").text, f'href="{path(document_id)}"', "</td>")
    reads(pages.acting, sha256, 2, "<script>alert(1)</script>", WORKER)
    ends(pages.acting, sha256, WORKER)
    fragment = director.get(address, headers={"HX-Request": "true"}).text
    assert "412/UBND-KGVX" in fragment
    assert "hx-trigger" not in fragment
    assert "<script>alert" not in fragment
    assert "nhận dạng 1/2" not in clerk.get("/incoming").text
    # the file itself is what it was
    body = clerk.get(f"/files{path(document_id)}/{sha256}").data
    assert hashlib.sha256(body).hexdigest() == sha256


@pytest.mark.parametrize("person_id", [office.POST_HEAD, office.ADMINISTRATOR, office.NOBODY])
def test_who_may_not_see_a_document_does_not_see_its_text(
    pages: Pages, scanned: tuple[str, str], person_id: str
) -> None:
    document_id, sha256 = scanned
    recognised(pages, sha256, HEAD, "x")
    assert pages.browser(person_id).get(path(document_id, "recognition")).status_code == 404
    assert pages.browser(person_id).get(f"/incoming/read/{sha256}/recognition").status_code == 403
    assert pages.browser(office.SECOND_CLERK).get(f"/incoming/read/{sha256}/recognition").status_code == 404


def test_the_queue_is_the_clerks_and_the_administrator_s(pages: Pages, scanned: tuple[str, str]) -> None:
    document_id, sha256 = scanned
    for person_id in (office.DIRECTOR, office.IT_SPECIALIST, office.NOBODY):
        browser = pages.browser(person_id)
        assert browser.get("/recognition").status_code == 403
        assert browser.post(f"/recognition/{sha256}/retry").status_code == 403
    for_clerk = pages.browser(office.CLERK).get("/recognition").text
    assert path(document_id) in for_clerk
    assert "3012.pdf" in for_clerk
    assert "Chưa có tiến trình nào nhận dạng" in for_clerk
    # the administrator looks after the queue and sees no documents
    for_administrator = pages.browser(office.ADMINISTRATOR).get("/recognition").text
    assert sha256[:12] in for_administrator
    assert "3012.pdf" not in for_administrator
    assert path(document_id) not in for_administrator
    assert office.name_of(office.CLERK) not in section(for_administrator, "<main", "</main>")


def test_what_is_not_installed_is_said_and_documents_stay_usable(pages: Pages, scanned: tuple[str, str]) -> None:
    document_id, _ = scanned
    recognizing.tell_engine(pages.acting.services.store, ["tesseract", "vie"], pages.acting.clock.now())
    assert "(tesseract, vie)" in pages.browser(office.CLERK).get("/recognition").text
    assert pages.browser(office.DIRECTOR).get(path(document_id)).status_code == 200
    recognizing.tell_engine(pages.acting.services.store, [], pages.acting.clock.now())
    assert "chưa cài đủ" not in pages.browser(office.CLERK).get("/recognition").text


def test_what_failed_is_recognised_again_when_asked(pages: Pages, scanned: tuple[str, str]) -> None:
    document_id, sha256 = scanned
    recognised(pages, sha256, None, None)
    clerk = pages.browser(office.CLERK)
    html = clerk.get("/recognition").text
    assert "Không trang nào nhận dạng được" in section(html, f'id="scan-{sha256[:12]}"', "</li>")
    assert "Nhận dạng không thành" in clerk.get(path(document_id, "recognition")).text
    answer = pages.browser(office.ADMINISTRATOR).post(f"/recognition/{sha256}/retry")
    assert answer.status_code == 303
    assert progress(pages.acting, sha256) == ("waiting", 0, 2)
    assert note(pages.acting, sha256)["recognition"]["retried_by"] == office.ADMINISTRATOR
    assert clerk.post("/recognition/khong-phai-ma/retry").status_code == 404


def test_a_mark_of_secrecy_is_told_to_the_clerk(pages: Pages, scanned: tuple[str, str]) -> None:
    document_id, sha256 = scanned
    recognised(pages, sha256, "ỦY BAN NHÂN DÂN TỈNH\nMẬT\nSố: 9/UBND-NC\nKính gửi: Sở", "x")
    clerk = pages.browser(office.CLERK)
    for address in ("/recognition", path(document_id, "recognition")):
        assert "dấu chỉ độ mật" in clerk.get(address).text


def test_the_form_fills_itself_once_its_scan_is_recognised(pages: Pages) -> None:
    clerk = pages.browser(office.CLERK)
    given: dict[str, Any] = fields(number="", sender="", document_on="", file=[part(pictures.jpeg(), "a.jpg")])
    answer = clerk.post("/incoming/read", data=given)
    held = controls(answer)
    sha256 = held["file_sha256"]
    poll = f"/incoming/read/{sha256}/recognition"
    assert f'hx-get="{poll}"' in answer.text
    assert held["number"] == ""
    assert "data-refill" not in clerk.get(poll, headers={"HX-Request": "true"}).text
    recognised(pages, sha256, HEAD)
    fragment = clerk.get(poll, headers={"HX-Request": "true"}).text
    assert "data-refill" in fragment
    assert "hx-get" not in fragment
    del given["file"]
    again = clerk.post("/incoming/read", data={**given, "file_sha256": sha256})
    assert controls(again)["number"] == "412/UBND-KGVX"
    assert "Cần kiểm tra" in again.text
    assert "data-refill" not in again.text, "or it would be read for ever"


def test_a_pdf_with_text_is_not_queued(pages: Pages) -> None:
    register(pages.browser(office.CLERK), file=[part(pdfs.simple("Cong van dien tu"), "a.pdf")])
    document_id = documents(pages)[0]["_id"]
    html = pages.browser(office.CLERK).get(path(document_id)).text
    assert "/recognition" not in section(html, "<article", "</article>")
    assert "Không có bản quét nào chờ nhận dạng" in pages.browser(office.CLERK).get("/recognition").text
