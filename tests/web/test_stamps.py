"""The copy with the ĐẾN stamp: for whoever may read the file, and nothing of the file itself changes."""

from __future__ import annotations

import hashlib
import io

import pypdf
import pytest

from server.adapters.typesetting import fonts
from tests.adapters.test_typesetting import LETTER
from tests.fixtures import office, pdfs
from tests.web.conftest import Pages, path


@pytest.fixture(scope="module")
def letter() -> bytes:
    """Give a letter as offices send them."""
    out = io.BytesIO()
    fonts().typeset(LETTER, out)
    return out.getvalue()


def registered(pages: Pages, body: bytes, **changes: str) -> str:
    """Let the clerk register a file whose body is in the store, and return the document's id."""
    file = pages.acting.has_file(office.CLERK, "tạm")
    sha256 = hashlib.sha256(body).hexdigest()
    services = pages.acting.services
    services.store.files.put(sha256, io.BytesIO(body), len(body), "application/pdf")
    facts = services.files.get(f"file:{file['sha256']}")
    services.files.put(
        {**{key: value for key, value in facts.items() if key != "_rev"}, "_id": f"file:{sha256}", "size": len(body)}
    )
    return pages.presented(file={**file, "sha256": sha256, "size": len(body)}, **changes)


def address(document_id: str, body: bytes) -> str:
    return path(document_id, f"stamped/{hashlib.sha256(body).hexdigest()}")


def test_the_copy_says_what_the_book_says_and_the_file_stays_as_it_came(pages: Pages, letter: bytes) -> None:
    document_id = registered(pages, letter)
    unit = f"unit:{office.IT_UNIT}"
    pages.acting.does(office.DIRECTOR, "Assign", document_id, lead=unit, directive="Tham mưu")
    answer = pages.browser(office.CLERK).get(address(document_id, letter))
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    assert "dau-den.pdf" in answer.headers["Content-Disposition"]
    before, after = pypdf.PdfReader(io.BytesIO(letter)), pypdf.PdfReader(io.BytesIO(answer.data))
    assert len(after.pages) == len(before.pages)
    text = " ".join(after.pages[0].extract_text().split())
    for words in (
        "SỞ THÔNG TIN VÀ TRUYỀN THÔNG",
        "ĐẾN",
        "Số: 01",
        "Ngày: 23/11/2026",
        "Chuyển: Phòng CNTT",
        "Số và ký hiệu HS:",
    ):
        assert words in text, text
    assert "Số: 05/STC-NS" in text
    original = pages.browser(office.CLERK).get(f"/files{path(document_id)}/{hashlib.sha256(letter).hexdigest()}")
    assert original.data == letter
    assert "Số và ký hiệu HS" not in before.pages[0].extract_text()
    assert pages.acting.record(document_id)["files"][0]["sha256"] == hashlib.sha256(letter).hexdigest()


def test_an_unchanged_copy_is_not_made_again_until_the_book_says_something_else(pages: Pages, letter: bytes) -> None:
    document_id = registered(pages, letter)
    clerk = pages.browser(office.CLERK)
    tag = {"If-None-Match": clerk.get(address(document_id, letter)).headers["ETag"]}
    assert clerk.get(address(document_id, letter), headers=tag).status_code == 304
    unit = f"unit:{office.POST_UNIT}"
    pages.acting.does(office.DIRECTOR, "Assign", document_id, lead=unit, directive="Tham mưu")
    assert clerk.get(address(document_id, letter), headers=tag).status_code == 200


def test_it_is_for_who_may_read_the_file(pages: Pages, letter: bytes) -> None:
    document_id = registered(pages, letter)
    for person_id in (office.NOBODY, office.PRESS_SPECIALIST, office.ADMINISTRATOR):
        browser = pages.browser(person_id)
        assert browser.get(address(document_id, letter)).status_code == 404
        tag = pages.browser(office.DIRECTOR).get(address(document_id, letter)).headers["ETag"]
        assert browser.get(address(document_id, letter), headers={"If-None-Match": tag}).status_code == 404
    assert pages.browser(office.DIRECTOR).get(address(document_id, letter)).status_code == 200
    assert pages.browser().get(address(document_id, letter)).status_code == 303
    other = pages.presented()
    assert pages.browser(office.CLERK).get(address(other, letter)).status_code == 404
    assert 'href="' + address(document_id, letter) in pages.browser(office.CLERK).get(path(document_id)).text


@pytest.mark.parametrize("body", [b"%PDF-1.7\nkh\xc3\xb4ng c\xc3\xb3 g\xc3\xac\n%%EOF", pdfs.simple()[:300] + b"%%EOF"])
def test_a_broken_file_is_said_to_be_one(pages: Pages, body: bytes) -> None:
    document_id = registered(pages, body)
    answer = pages.browser(office.CLERK).get(address(document_id, body))
    assert answer.status_code == 422
    assert answer.mimetype == "text/html"
    assert pages.acting.services.store.files.exists(hashlib.sha256(body).hexdigest())
