"""Registering: the file first, what was read from it, warnings, duplicates, files that are none."""

from __future__ import annotations

import hashlib
import io
import re
from typing import Any

import pytest
from flask.testing import FlaskClient

from server.adapters.typesetting import Typesetter
from server.web import uploads
from tests.fixtures import office, pdfs
from tests.web.conftest import Pages, controls, form, path, pdf, section

SUBJECT = "UBND tỉnh yêu cầu báo cáo kết quả chuyển đổi số trước ngày 05/12/2026"


def fields(**changes: Any) -> dict[str, Any]:
    return form(
        0,
        **{
            "sender": "UBND tỉnh Gia Lai",
            "number": "3012/UBND-KGVX",
            "document_on": "2026-11-20",
            "arrived_on": "2026-11-23",
            "type": "CV",
            "subject": SUBJECT,
            "urgency": "normal",
            "confidentiality": "normal",
            "field": "cds",
            "due_on": "2026-12-05",
            "leader_id": office.DIRECTOR,
            "note": "Bản giấy đã nhận",
            **changes,
        },
    )


def register(browser: FlaskClient, **changes: Any) -> Any:
    return browser.post("/incoming", data=fields(**changes))


def documents(pages: Pages) -> list[dict[str, Any]]:
    return pages.acting.services.records.all("incoming:")


def test_a_document_is_registered_with_its_file_and_reaches_the_leader(pages: Pages) -> None:
    clerk = pages.browser(office.CLERK)
    answer = register(clerk, file=pdf(pdfs.simple(pages=3), name="../quét/cv 3012.pdf"), is_priority="1")
    assert answer.status_code == 303
    page = clerk.get(answer.headers["Location"])
    assert "số đến 01" in page.text
    record = documents(pages)[0]
    assert answer.headers["Location"].startswith(path(record["_id"]))
    assert (record["arrival_number"], record["is_priority"], record["leader_id"]) == (1, True, office.DIRECTOR)
    assert (record["files"][0]["name"], record["files"][0]["pages"]) == ("cv 3012.pdf", 3)
    assert SUBJECT in pages.browser(office.DIRECTOR).get("/inbox").text


def test_a_registration_sent_twice_takes_one_number(pages: Pages) -> None:
    clerk = pages.browser(office.CLERK)
    data = fields()
    answers = [clerk.post("/incoming", data=data) for _ in range(2)]
    assert answers[0].headers["Location"] == answers[1].headers["Location"]
    assert len(documents(pages)) == 1
    register(clerk, number="3013/UBND-KGVX")
    assert sorted(record["arrival_number"] for record in documents(pages)) == [1, 2]


def test_fields_are_proposed_from_the_file_and_what_was_typed_stays(pages: Pages) -> None:
    out = io.BytesIO()
    letter = {
        "agency": "ỦY BAN NHÂN DÂN TỈNH GIA LAI",
        "number": "412/UBND-KGVX",
        "place": "Gia Lai",
        "date": "2026-11-18",
        "type": "CV",
        "subject": "tăng cường an toàn thông tin mạng",
        "to": ["Sở Thông tin và Truyền thông"],
        "body": ["Đề nghị các sở báo cáo trước ngày 10/12/2026."],
    }
    Typesetter().typeset(letter, out)
    body = out.getvalue()
    clerk = pages.browser(office.CLERK)
    data = form(0, sender="Tôi đã gõ", number="", urgency="normal", confidentiality="normal", file=pdf(body))
    answer = clerk.post("/incoming/read", data=data)
    assert answer.status_code == 200
    held = controls(answer)
    assert held["sender"] == "Tôi đã gõ"
    assert held["number"] == "412/UBND-KGVX"
    assert held["document_on"] == "2026-11-18"
    assert held["due_on"] == "2026-12-10"
    assert "an toàn thông tin" in held["subject"]
    assert held["file_sha256"] == hashlib.sha256(body).hexdigest()
    assert clerk.get(f"/incoming/read/{held['file_sha256']}").data == body
    assert not documents(pages)

    del data["file"]
    kept = {name: held[name] for name in ("sender", "number", "document_on", "file_sha256")}
    answer = register(clerk, **kept)
    assert answer.status_code == 303, section(answer.text, "<form", "</form>")
    assert documents(pages)[0]["files"][0]["sha256"] == held["file_sha256"]


def test_a_file_of_somebody_else_s_cannot_be_named_by_its_hash(pages: Pages) -> None:
    mine = pages.browser(office.CLERK)
    held = controls(mine.post("/incoming/read", data=form(0, file=pdf())))
    other = pages.browser(office.SECOND_CLERK)
    assert other.get(f"/incoming/read/{held['file_sha256']}").status_code == 404
    register(other, file_sha256=held["file_sha256"])
    assert documents(pages)[0]["files"] == []
    # whoever brings the same content has it
    held = controls(other.post("/incoming/read", data=form(0, file=pdf())))
    assert other.get(f"/incoming/read/{held['file_sha256']}").status_code == 200


@pytest.mark.parametrize(
    ("body", "status", "words"),
    [
        (pdfs.empty(), 422, "0 byte"),
        (pdfs.not_a_pdf(), 422, "không phải định dạng PDF"),
        (pdfs.encrypted(), 422, "mật khẩu"),
        (pdfs.truncated(), 422, "bị hỏng"),
        (pdfs.scrambled(), 422, "bị hỏng"),
        (pdfs.many_pages(), 422, "3000 trang"),
        (b"%PDF-1.7\n" + bytes(pdfs.OVERSIZED), 413, "50 MB"),
    ],
    ids=["0 bytes", "not a PDF", "encrypted", "truncated", "scrambled", "3,000 pages", "60 MB"],
)
def test_a_file_that_cannot_be_taken_is_named_as_such_and_the_form_kept(
    pages: Pages, body: bytes, status: int, words: str
) -> None:
    clerk = pages.browser(office.CLERK)
    for address in ("/incoming/read", "/incoming"):
        answer = clerk.post(address, data=fields(file=pdf(body)))
        assert answer.status_code == status
        assert words in section(answer.text, 'id="register-file-err"', "</span>")
        held = controls(answer)
        assert (held["subject"], held["note"], held["due_on"]) == (SUBJECT, "Bản giấy đã nhận", "2026-12-05")
        assert "file_sha256" not in held
    assert not documents(pages)


def test_a_thin_subject_draws_a_warning_a_suggestion_and_can_be_confirmed(pages: Pages) -> None:
    clerk = pages.browser(office.CLERK)
    thin = {"subject": "V/v Mời họp", "original_subject": "V/v Mời họp", "file": pdf()}
    answer = register(clerk, **thin)
    assert answer.status_code == 422
    assert "Trích yếu quá chung" in answer.text
    assert "UBND tỉnh Gia Lai mời họp" in section(answer.text, 'id="suggested-subject"', "</p>")
    held = controls(answer)
    assert held["file_sha256"], "the file survives the round trip"
    assert held["subject"] == "V/v Mời họp"

    thin.pop("file")
    kept = {"file_sha256": held["file_sha256"]}
    taken_over = controls(register(clerk, **thin, **kept, use_suggested="1"))
    assert taken_over["subject"].startswith("UBND tỉnh Gia Lai mời họp")
    assert taken_over["file_sha256"] == held["file_sha256"]
    assert not documents(pages)

    answer = register(clerk, **thin, **kept, subject_reason="Giấy mời không ghi rõ")
    assert answer.status_code == 303
    record = documents(pages)[0]
    assert (record["subject"], record["files"][0]["sha256"]) == ("V/v Mời họp", held["file_sha256"])


def test_the_same_document_again_shows_the_first_and_can_be_confirmed(pages: Pages) -> None:
    clerk = pages.browser(office.CLERK)
    register(clerk)
    first = documents(pages)[0]
    again = {"number": "3012 / ubnd-kgvx", "sender": "ubnd Tỉnh Gia Lai"}
    answer = register(pages.browser(office.SECOND_CLERK), **again)
    assert answer.status_code == 409
    assert f'href="{path(first["_id"])}"' in answer.text
    assert "Trùng số, ký hiệu, cơ quan" in section(answer.text, 'id="register-alarms"', "</ul>")
    assert re.search(r'id="register-duplicate_reason" name="duplicate_reason"[^>]*aria-invalid="true"', answer.text)
    assert controls(answer)["number"] == again["number"]
    assert register(clerk, **again, duplicate_reason="Bản đính chính").status_code == 303
    assert len(documents(pages)) == 2


def test_a_reason_that_was_given_stays_when_something_else_is_wrong(pages: Pages) -> None:
    clerk = pages.browser(office.CLERK)
    register(clerk)
    answer = register(clerk, subject="V/v Mời họp", subject_reason="Giấy mời không ghi rõ")
    assert answer.status_code == 409
    assert controls(answer)["subject_reason"] == "Giấy mời không ghi rõ"


def test_a_subject_of_ten_thousand_characters_is_refused_and_kept(pages: Pages) -> None:
    answer = register(pages.browser(office.CLERK), subject="Ủy ban " * 1429)
    assert answer.status_code == 422
    assert "tối đa 500 ký tự" in answer.text
    assert len(controls(answer)["subject"]) > 10_000


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"sender": " "}, "sender"),
        ({"subject": ""}, "subject"),
        ({"due_on": "2020-01-01"}, "due_on"),
        ({"document_on": "31/12/2026"}, "document_on"),
        ({"arrived_on": "2027-01-01"}, "arrived_on"),
        ({"confidentiality": "secret"}, "confidentiality"),
        ({"type": "XX"}, "type"),
    ],
)
def test_each_fault_stands_beside_its_field(pages: Pages, changes: dict[str, str], field: str) -> None:
    answer = register(pages.browser(office.CLERK), **changes)
    assert answer.status_code == 422
    assert f'id="register-{field}-err"' in answer.text
    assert re.search(rf'id="register-{field}"[^>]*aria-invalid="true"', answer.text)
    assert not documents(pages)


def test_an_unknown_leader_is_refused(pages: Pages) -> None:
    answer = register(pages.browser(office.CLERK), leader_id=office.UNKNOWN_PERSON)
    assert answer.status_code == 422
    assert "Không có người này" in answer.text


def test_a_file_of_hostile_html_is_shown_as_text(pages: Pages) -> None:
    answer = pages.browser(office.CLERK).post(
        "/incoming/read", data=form(0, file=pdf(pdfs.hostile_html(), name="<b onclick=alert(1)>.pdf"))
    )
    assert answer.status_code == 200
    assert "<script>alert" not in answer.text
    assert "<img src=x" not in answer.text
    assert "<b onclick" not in answer.text
    assert "&lt;b onclick" in answer.text


def test_names_of_files_lose_folders_and_what_only_misleads() -> None:
    assert uploads.clean_name("C:\\quét\\cv 3012.pdf") == "cv 3012.pdf"
    assert uploads.clean_name("../../etc/passwd") == "passwd"
    assert uploads.clean_name("hoa\u202efdp.exe\x00") == "hoafdp.exe"
    assert uploads.clean_name("/") == "van-ban.pdf"


def test_a_secret_document_is_a_bare_entry(pages: Pages) -> None:
    clerk = pages.browser(office.CLERK)
    bare = {"confidentiality": "secret", "subject": "", "note": "", "leader_id": "", "due_on": ""}
    assert register(clerk, **bare).status_code == 303
    assert documents(pages)[0]["book"] == "den-mat-2026"
    assert pages.browser(office.DIRECTOR).get(path(documents(pages)[0]["_id"])).status_code == 404


def test_only_clerks_register(pages: Pages) -> None:
    for person_id in (office.DIRECTOR, office.IT_SPECIALIST, office.NOBODY):
        browser = pages.browser(person_id)
        assert browser.get("/incoming/new").status_code == 403
        assert register(browser).status_code == 403
        assert browser.post("/incoming/read", data=form(0, file=pdf())).status_code == 403
    assert not documents(pages)


def test_the_number_is_shown_to_the_clerk_and_the_way_to_the_next_document(pages: Pages) -> None:
    clerk = pages.browser(office.CLERK)
    address = register(clerk).headers["Location"]
    assert address.endswith("/registered")
    shown = clerk.get(address).text
    assert "<dd>01</dd>" in shown
    assert re.search(r'href="/incoming/new" autofocus', shown)
    assert pages.browser(office.DIRECTOR).get(address).status_code == 403
    assert clerk.get("/incoming/khong-co/registered").status_code == 404
    bare = {"confidentiality": "secret", "subject": "", "note": "", "leader_id": "", "due_on": ""}
    shown = clerk.get(register(clerk, number="9/BC", **bare).headers["Location"]).text
    assert "Văn bản mật" in shown
    assert "/slip" not in shown
