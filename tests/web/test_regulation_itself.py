"""The decree and the regulation themselves: read, registered, recognised, and found by number, subject and content."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from server.adapters.recognizer import Recognizer
from server.usecases import recognizing
from tests.adapters.test_pdf_facts import shared
from tests.adapters.test_recognizer import needs_tesseract
from tests.fixtures import office, pdfs
from tests.usecases.test_recognizing import claimed, ends, reads
from tests.web.conftest import Pages, controls, form, path, pdf
from tests.web.test_lists import rows
from tests.web.test_register_incoming import documents, register

WORKER = "worker-one"


def found(browser: FlaskClient, query: str, *, in_text: bool = False) -> list[str]:
    """Return what the book finds."""
    asked = {"query": query, **({"in": "text"} if in_text else {})}
    return rows(browser.get("/incoming", query_string=asked).text)


def test_the_decree_is_read_registered_and_found(pages: Pages) -> None:
    clerk = pages.browser(office.CLERK)
    body = shared("nd30-2020.pdf").read_bytes()
    read = controls(
        clerk.post("/incoming/read", data=form(0, urgency="normal", confidentiality="normal", file=pdf(body)))
    )
    said = {
        name: read[name]
        for name in ("sender", "number", "document_on", "type", "file_sha256", "file_name", "file_size")
    }
    assert (said["sender"], said["number"], said["document_on"], said["type"]) == (
        "Chính phủ",
        "30/2020/NĐ-CP",
        "2020-03-05",
        "NĐ",
    )
    subject = "Nghị định của Chính phủ về công tác văn thư, thực hiện từ ngày 05/3/2020 tại Sở"
    answer = register(clerk, **said, subject=subject, due_on="")
    assert answer.status_code == 303, answer.text
    document = path(documents(pages)[0]["_id"])
    assert clerk.get("/open?wanted=30/2020/NĐ-CP").headers["Location"] == document
    assert found(clerk, "công tác văn thư") == [document]
    # a sentence from within its 82 pages is found in the content, and only when that is asked for
    within = "bản gốc văn bản phải được lưu"
    assert found(clerk, within) == []
    assert found(clerk, within, in_text=True) == [document]
    assert found(clerk, within + " xyz", in_text=True) == []
    # who may not see it does not find it by what it says either
    assert found(pages.browser(office.PRESS_SPECIALIST), within, in_text=True) == []


@needs_tesseract
@pytest.mark.timeout(300)
def test_the_scan_of_the_regulation_is_recognised_and_found_by_what_it_says(pages: Pages) -> None:
    clerk = pages.browser(office.CLERK)
    scan = shared("243-QD-STTTT-scan.pdf")
    subject = "Quy chế quản lý, sử dụng phần mềm văn bản và điều hành ngày 31/12/2026 của Sở"
    answer = register(clerk, number="243/QĐ-STTTT", type="QĐ", subject=subject, file=pdf(scan.read_bytes()), due_on="")
    assert answer.status_code == 303, answer.text
    [record] = documents(pages)
    document, sha256 = path(record["_id"]), record["files"][0]["sha256"]
    assert found(clerk, "trách nhiệm văn thư", in_text=True) == []
    assert claimed(pages.acting, WORKER) == sha256
    progress = recognizing.progress_of(pages.acting.services.files.get(f"file:{sha256}"))
    assert progress is not None
    texts = dict(Recognizer().pages(scan, [1, 2, 3, 4]))
    for number, text in texts.items():
        assert reads(pages.acting, sha256, number, text, WORKER)
    assert ends(pages.acting, sha256, WORKER)
    assert "Đã nhận dạng" in clerk.get(f"{document}/recognition").text
    assert found(clerk, "quy chế", in_text=True) == [document]
    words = max((" ".join((text or "").split()) for text in texts.values()), key=len).split()[40:44]
    assert found(clerk, " ".join(words), in_text=True) == [document]


def test_what_was_typed_and_what_is_in_the_file_are_found_together(pages: Pages) -> None:
    clerk = pages.browser(office.CLERK)
    body = pdfs.simple("Noi dung ve cap dien thoai ve tinh")
    assert register(clerk, file=pdf(body)).status_code == 303
    document = path(documents(pages)[0]["_id"])
    assert found(clerk, "gia lai vệ tinh", in_text=True) == [document]
    assert found(clerk, "vệ tinh") == []
    page = clerk.get("/incoming?query=vệ tinh&in=text").text
    assert 'name="in" value="text" checked' in page
