"""Registering from paper: several files and photographs make one PDF; a fault is said of the file that has it."""

from __future__ import annotations

import io
import re
from typing import Any

import pikepdf
import pytest

from server.web import papers
from tests.fixtures import office, pdfs, pictures
from tests.web.conftest import Pages, controls, form, pdf, section
from tests.web.test_register_incoming import documents, fields, register

PHOTO = "file_photo"


def part(body: bytes, name: str) -> tuple[io.BytesIO, str]:
    """Return a file part of a form."""
    return io.BytesIO(body), name


def stored(pages: Pages, entry: dict[str, Any]) -> bytes:
    """Return the body of a file that a record names."""
    with pages.acting.services.store.files.open(entry["sha256"]).stream as body:
        return bytes(body.read() or b"")


def test_several_files_and_photographs_become_one_pdf_in_their_order(pages: Pages) -> None:
    clerk = pages.browser(office.CLERK)
    photograph = pictures.jpeg(mark=2, dpi=72)
    parts = [part(pictures.jpeg(mark=1), "trang 1.jpg"), part(pdfs.simple("Phu luc"), "phụ lục.pdf")]
    answer = register(clerk, file=parts, **{PHOTO: [part(photograph, "image.jpg")]})
    assert answer.status_code == 303
    (entry,) = documents(pages)[0]["files"]
    assert (entry["name"], entry["pages"], entry["media_type"]) == ("trang 1.pdf", 3, "application/pdf")
    assert entry["is_scan"]
    with pikepdf.open(io.BytesIO(stored(pages, entry))) as whole:
        assert next(iter(whole.pages[2].resources.XObject.values())).read_raw_bytes() == photograph


def test_pages_that_were_read_are_registered_without_being_sent_again(pages: Pages) -> None:
    clerk = pages.browser(office.CLERK)
    parts = [part(pictures.jpeg(), "a.jpg"), part(pictures.tiff(), "b.tif")]
    answer = clerk.post("/incoming/read", data=fields(file=parts))
    assert answer.status_code == 200
    held = controls(answer)
    assert clerk.get(f"/incoming/read/{held['file_sha256']}").data.startswith(b"%PDF-")
    assert register(clerk, file_sha256=held["file_sha256"], file_name=held["file_name"]).status_code == 303
    assert (documents(pages)[0]["files"][0]["sha256"], documents(pages)[0]["files"][0]["pages"]) == (
        held["file_sha256"],
        3,
    )


def test_a_single_pdf_stays_the_file_that_it_was(pages: Pages) -> None:
    body = pdfs.simple("Ban goc")
    register(pages.browser(office.CLERK), file=pdf(body))
    assert stored(pages, documents(pages)[0]["files"][0]) == body
    assert "is_scan" not in documents(pages)[0]["files"][0]


def test_coarse_pages_are_told_and_taken(pages: Pages) -> None:
    clerk = pages.browser(office.CLERK)
    answer = clerk.post("/incoming/read", data=fields(file=[part(pictures.jpeg((827, 1170), dpi=72), "mờ.jpg")]))
    assert "200 dpi" in answer.text
    assert "ở trang: 1." in answer.text
    answer = clerk.post("/incoming/read", data=fields(file=[part(pictures.jpeg(), "rõ.jpg")]))
    assert "200 dpi" not in answer.text


@pytest.mark.parametrize(
    ("body", "status", "words"),
    [
        (pictures.heic(), 422, "HEIC"),
        (pictures.jpeg()[:9000], 422, "ảnh bị hỏng"),
        (pictures.png_bomb(), 422, "80 triệu điểm ảnh"),
        (pdfs.encrypted(), 422, "mật khẩu"),
    ],
    ids=["heic", "cut off", "bomb", "password"],
)
def test_the_file_at_fault_is_named_and_the_form_kept(pages: Pages, body: bytes, status: int, words: str) -> None:
    clerk = pages.browser(office.CLERK)
    for address in ("/incoming/read", "/incoming"):
        parts = [part(pictures.jpeg((300, 400)), "tốt.jpg"), part(body, "<b>hỏng.jpg")]
        answer = clerk.post(address, data=fields(file=parts))
        assert answer.status_code == status
        said = section(answer.text, 'id="register-file-err"', "</span>")
        assert words in said
        assert "&lt;b&gt;hỏng.jpg" in said
        assert controls(answer)["note"] == "Bản giấy đã nhận"
    assert not documents(pages)


def test_too_many_files_and_too_much_of_them_are_refused(pages: Pages) -> None:
    clerk = pages.browser(office.CLERK)
    many = [part(pictures.jpeg((300, 400)), f"{number}.jpg") for number in range(papers.FILES_AT_MOST + 1)]
    answer = register(clerk, file=many)
    assert (answer.status_code, "tối đa 60 tệp" in answer.text) == (422, True)
    heavy = [part(pictures.jpeg((300, 400)) + bytes(30 * 1024 * 1024), f"{number}.jpg") for number in range(2)]
    answer = register(clerk, file=heavy)
    assert (answer.status_code, "(50 MB)" in section(answer.text, 'id="register-file-err"', "</span>")) == (413, True)
    assert not documents(pages)


def test_a_draft_is_written_and_comes_as_a_pdf(pages: Pages) -> None:
    document_id = pages.drafted()[1]
    specialist = pages.browser(office.IT_SPECIALIST)
    data = form(1, note="Ảnh", file=[part(pictures.jpeg(), "anh.jpg"), part(pdfs.simple(), "a.pdf")])
    answer = specialist.post(f"/outgoing/{document_id.partition(':')[2]}/add-version", data=data)
    assert answer.status_code == 422
    assert "không phải định dạng PDF" in answer.text


def test_the_form_offers_files_and_the_camera_without_a_script(pages: Pages) -> None:
    html = pages.browser(office.CLERK).get("/incoming/new").text
    chooser = section(html, "data-paper", "</div>")
    assert re.search(r'name="file" type="file" multiple accept="application/pdf,image/jpeg', chooser)
    assert re.search(r'name="file_photo" type="file" accept="image/\*" capture="environment"', chooser)
    assert "bản quét bổ sung sau" in html


def test_a_secret_document_takes_no_pages(pages: Pages) -> None:
    clerk = pages.browser(office.CLERK)
    bare = {"confidentiality": "secret", "subject": "", "note": "", "leader_id": "", "due_on": ""}
    for address in ("/incoming", "/incoming/read"):
        for parts in ([part(pictures.jpeg(), "a.jpg")], [pdf()]):
            answer = clerk.post(address, data=fields(**bare, file=parts))
            assert answer.status_code == 422
    assert not documents(pages)
    assert not list(pages.acting.services.store.files.all_hashes()), "nothing of it is kept"
