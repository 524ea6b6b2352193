"""Bổ sung bản quét through the pages: in the book, on the document's page, with the form that comes back filled."""

from __future__ import annotations

import re

import pytest

from tests.fixtures import office, pdfs, pictures
from tests.web.conftest import Pages, form, path, section
from tests.web.test_paper import part


def test_the_clerk_finds_what_waits_and_adds_several_pages(pages: Pages) -> None:
    waiting, scanned = pages.presented(), pages.presented(file=pages.acting.has_file(office.CLERK, "Có tệp"))
    pages.catch_up()
    clerk = pages.browser(office.CLERK)
    book = clerk.get("/incoming?scan=awaited").text
    assert path(waiting) in book
    assert path(scanned) not in book
    assert "Chờ bản quét" in section(book, f'href="{path(waiting)}"', "</td>")
    assert "Chờ bản quét" in pages.browser(office.DIRECTOR).get("/inbox").text

    html = clerk.get(path(waiting)).text
    sheet = section(html, 'id="act-add-scan"', "</form>")
    assert 'enctype="multipart/form-data"' in sheet
    assert f'action="{path(waiting, "add-scan")}"' in sheet
    parts = [part(pictures.jpeg(mark=1), "1.jpg"), part(pictures.jpeg(mark=2), "2.jpg")]
    answer = clerk.post(path(waiting, "add-scan"), data=form(1, file=parts))
    assert answer.status_code == 303
    (entry,) = pages.acting.record(waiting)["files"]
    assert (entry["pages"], entry["is_scan"]) == (2, True)
    assert clerk.get(f"/files{path(waiting)}/{entry['sha256']}").data.startswith(b"%PDF-")
    assert "đã bổ sung bản quét" in pages.browser(office.DIRECTOR).get(path(waiting)).text
    assert "Không có văn bản nào chờ bản quét" in clerk.get("/incoming?scan=awaited").text
    assert pages.nudges


def test_a_bad_page_is_named_and_the_form_stands_open(pages: Pages) -> None:
    document_id = pages.presented()
    clerk = pages.browser(office.CLERK)
    parts = [part(pictures.jpeg((300, 400)), "1.jpg"), part(pictures.jpeg()[:9000], "2.jpg")]
    answer = clerk.post(path(document_id, "add-scan"), data=form(1, file=parts))
    assert answer.status_code == 422
    assert "Tệp “2.jpg”: ảnh bị hỏng" in section(answer.text, 'id="add_scan-file-err"', "</span>")
    assert clerk.post(path(document_id, "add-scan"), data=form(1)).status_code == 422
    assert pages.acting.record(document_id)["files"] == []


@pytest.mark.parametrize("person_id", [office.DIRECTOR, office.IT_SPECIALIST, office.ADMINISTRATOR, office.NOBODY])
def test_nobody_else_adds_a_scan(pages: Pages, person_id: str) -> None:
    document_id = pages.presented()
    data = form(1, file=[part(pdfs.simple(), "a.pdf")])
    assert pages.browser(person_id).post(path(document_id, "add-scan"), data=data).status_code == 403
    assert pages.acting.record(document_id)["files"] == []
    assert not list(pages.acting.services.store.files.all_hashes())


def test_the_file_of_a_secret_document_is_not_even_kept(pages: Pages) -> None:
    hidden = {"confidentiality": "secret", "subject": "", "leader_id": "", "due_on": None}
    document_id = pages.presented(**hidden)
    clerk = pages.browser(office.CLERK)
    assert "act-add-scan" not in clerk.get(path(document_id)).text
    assert "Chờ bản quét" not in section(clerk.get("/incoming?book=secret").text, "<tbody>", "</tbody>")
    answer = clerk.post(path(document_id, "add-scan"), data=form(1, file=[part(pdfs.simple(), "a.pdf")]))
    assert answer.status_code == 403
    assert pages.acting.record(document_id)["files"] == []
    assert not list(pages.acting.services.store.files.all_hashes())


def test_a_document_that_is_not_there_is_not_told_of(pages: Pages) -> None:
    clerk = pages.browser(office.CLERK)
    data = form(1, file=[part(pdfs.simple(), "a.pdf")])
    assert clerk.post("/incoming/khong-co-that/add-scan", data=data).status_code == 404
    assert not re.search("Traceback", clerk.get("/incoming?scan=awaited&page=9").text)
