"""Printing the book a volume at a time: chosen, made in the background, opened by who had it made."""

from __future__ import annotations

import io
import os
import re
import threading
import time
from collections.abc import Callable
from typing import Any

import pypdf
import pytest
from flask.testing import FlaskClient

from server.adapters import print_jobs
from tests.fixtures import office
from tests.web.conftest import Pages, controls, path, section

SELECTION = {"form": "register", "year": "2026", "first": "1", "last": "200", "paper": "A4", "volume": "1"}


def wait_for(told: Callable[[], Any]) -> Any:
    """Ask again until there is an answer."""
    until = time.monotonic() + 60
    while not (found := told()):
        assert time.monotonic() < until, "it never came"
        time.sleep(0.05)
    return found


def printed(browser: FlaskClient, **changes: str) -> pypdf.PdfReader:
    """Have a volume made and open it."""
    answer = browser.post("/registers", data={**SELECTION, **changes})
    assert answer.status_code == 303, answer.text
    address = answer.headers["Location"]
    wait_for(lambda: "/pdf" in browser.get(address).text)
    opened = browser.get(f"{address}/pdf")
    assert (opened.status_code, opened.mimetype) == (200, "application/pdf")
    assert "no-store" in opened.headers["Cache-Control"]
    return pypdf.PdfReader(io.BytesIO(opened.data))


def text_of(reader: pypdf.PdfReader) -> str:
    return " ".join(" ".join(page.extract_text().split()) for page in reader.pages)


def test_the_book_leads_to_a_volume_in_the_decree_s_form(pages: Pages) -> None:
    document_id = pages.presented(number="12/UBND")
    pages.acting.corrects(document_id, number="21/UBND")
    pages.acting.does(office.CLERK, "WithdrawDocument", pages.presented(number="13/UBND"), reason="Vào sổ hai lần")
    clerk = pages.browser(office.CLERK)
    assert 'href="/registers?year=2026"' in clerk.get("/incoming").text
    chosen = clerk.get("/registers?form=register&year=2026&size=100")
    assert "số đến từ 1 đến 2" in chosen.text
    filled = controls(chosen)
    reader = printed(clerk, **{key: filled[key] for key in ("form", "year", "first", "last", "paper", "volume")})
    text = text_of(reader)
    for words in (
        "UBND TỈNH GIA LAI SỞ THÔNG TIN VÀ TRUYỀN THÔNG SỔ ĐĂNG KÝ VĂN BẢN ĐẾN Năm: 2026",
        "Từ ngày 23/11/2026 đến ngày 23/11/2026 Từ số 01 đến số 02 Quyển số: 01",
        "12/UBND 21/UBND",
        "Đính chính 23/11/2026",
        "Đã rút: Vào sổ",
    ):
        assert words in text, text


def test_the_other_register_and_the_slip_are_there_too(pages: Pages) -> None:
    document_id = pages.presented(number="12/UBND")
    pages.acting.does(office.DIRECTOR, "Assign", document_id, lead=f"unit:{office.IT_UNIT}", directive="Giao tham mưu")
    text = text_of(printed(pages.browser(office.DIRECTOR), form="tracking"))
    assert "SỔ THEO DÕI GIẢI QUYẾT VĂN BẢN ĐẾN" in text
    assert "Công văn 12/UBND, 20/11/2026, UBND tỉnh Gia Lai" in text
    slip = pages.browser(office.IT_HEAD).get(path(document_id, "slip.pdf"))
    assert (slip.status_code, slip.mimetype) == (200, "application/pdf")
    text = text_of(pypdf.PdfReader(io.BytesIO(slip.data)))
    assert "PHIẾU GIẢI QUYẾT VĂN BẢN ĐẾN Công văn số 12/UBND, ngày 20 tháng 11 năm 2026" in text
    assert "Trần Quốc Bảo, Giám đốc đã chuyển xử lý: Giao tham mưu - Chủ trì: Phòng CNTT" in text
    for person_id in (office.NOBODY, office.PRESS_SPECIALIST, office.ADMINISTRATOR):
        assert pages.browser(person_id).get(path(document_id, "slip.pdf")).status_code == 404


@pytest.mark.parametrize("person_id", [office.NOBODY, office.ADMINISTRATOR, office.IT_HEAD, office.PRESS_SPECIALIST])
def test_who_may_not_see_the_whole_book_prints_none_of_it(pages: Pages, person_id: str) -> None:
    pages.presented()
    browser = pages.browser(person_id)
    assert browser.get("/registers?form=register&year=2026").status_code == 403
    assert browser.post("/registers", data=SELECTION).status_code == 403
    assert "/registers" not in browser.get("/incoming").text


def test_the_secret_book_is_printed_for_clerks_alone(pages: Pages) -> None:
    pages.presented()
    fields = {"sender": "Công an tỉnh", "number": "07/CAT", "confidentiality": "secret"}
    pages.acting.does(office.CLERK, "RegisterIncoming", **fields)
    clerk, director = pages.browser(office.CLERK), pages.browser(office.DIRECTOR)
    secret = text_of(printed(clerk, book="secret"))
    assert "VĂN BẢN MẬT" in secret
    assert "Công an tỉnh" in secret
    assert "UBND tỉnh Gia Lai" not in secret
    for browser, asked in ((clerk, {}), (director, {"book": "secret"})):
        assert "Công an tỉnh" not in text_of(printed(browser, **asked))
    assert 'name="book"' not in director.get("/registers").text


def test_a_print_is_its_owner_s_own(pages: Pages) -> None:
    pages.presented()
    clerk = pages.browser(office.CLERK)
    address = clerk.post("/registers", data=SELECTION).headers["Location"]
    wait_for(lambda: "/pdf" in clerk.get(address).text)
    for person_id in (office.SECOND_CLERK, office.DIRECTOR):
        other = pages.browser(person_id)
        assert other.get(address).status_code == 404
        assert other.get(f"{address}/pdf").status_code == 404
    for job_id in ("0" * 32, "..%2fsecret", "x"):
        assert clerk.get(f"/registers/{job_id}/pdf").status_code == 404


def test_a_long_print_says_how_far_it_is(pages: Pages) -> None:
    pages.presented()
    jobs = print_jobs.PrintJobs(pages.acting.services.data_dir / "prints")
    is_told, goes_on = threading.Event(), threading.Event()

    def make(target: Any, tell: Any) -> None:
        tell(150)
        is_told.set()
        assert goes_on.wait(30)
        target.write_bytes(b"%PDF-1.7")

    job = jobs.start(office.CLERK, "den-2026", "so.pdf", 2000, make)
    assert is_told.wait(30)
    clerk = pages.browser(office.CLERK)
    shown = clerk.get(f"/registers/{job.job_id}").text
    assert re.search(r'<progress[^>]* max="2000" value="150"', shown)
    assert 'hx-trigger="every 1s"' in shown
    assert clerk.get(f"/registers/{job.job_id}/pdf").status_code == 404
    goes_on.set()
    wait_for(lambda: "/pdf" in clerk.get(f"/registers/{job.job_id}").text)
    assert 'hx-trigger="every 1s"' not in clerk.get(f"/registers/{job.job_id}").text
    assert clerk.get(f"/registers/{job.job_id}/pdf").data == b"%PDF-1.7"


def test_what_fails_is_told_and_what_is_old_is_gone(pages: Pages) -> None:
    folder = pages.acting.services.data_dir / "prints"
    jobs = print_jobs.PrintJobs(folder)

    def fail(_target: Any, _tell: Any) -> None:
        raise RuntimeError("no room on the disk")

    job = jobs.start(office.CLERK, "den-2026", "so.pdf", 5, fail)
    clerk = pages.browser(office.CLERK)
    wait_for(lambda: "Đề nghị thực hiện lại" in clerk.get(f"/registers/{job.job_id}").text)
    old = time.time() - print_jobs.KEPT_S - 60
    for one in folder.glob("*"):
        os.utime(one, (old, old))
    assert clerk.get(f"/registers/{job.job_id}").status_code == 404
    assert jobs.sweep() > 0
    assert list(folder.glob("*")) == []


def test_what_was_chosen_wrongly_is_as_if_it_had_not_been(pages: Pages) -> None:
    pages.presented()
    clerk = pages.browser(office.CLERK)
    odd = "form=x&year=%2e%2e&first=-3&last=abc&from_on=2026-13-01&to_on=mai&size=7&paper=A0&book=y"
    answer = clerk.get(f"/registers?{odd}")
    assert answer.status_code == 200
    assert "số đến từ 1 đến 1" in answer.text
    assert clerk.post("/registers", data={**SELECTION, "first": "5"}).status_code == 400
    hint = section(clerk.get("/registers?form=register&year=2020").text, 'id="volumes"', "</section>")
    assert "Không có văn bản nào" in hint
