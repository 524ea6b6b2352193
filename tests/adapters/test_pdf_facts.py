"""Facts from PDF files, and every way in which a PDF can be bad."""

import io
import os
from pathlib import Path

import pytest

from server.adapters.pdf_facts import PdfLimits, read_pdf
from server.adapters.typesetting import Typesetter
from server.domain.errors import DomainError
from server.domain.findings import Finding
from tests.fixtures import pdfs

LETTER = {
    "parent": "UBND TỈNH GIA LAI",
    "agency": "SỞ TÀI CHÍNH",
    "number": "2145/STC-NS",
    "date": "2026-11-05",
    "type": "CV",
    "subject": "lập dự toán kinh phí chuyển đổi số năm 2027 của các cơ quan, đơn vị trên địa bàn tỉnh",
    "urgency": "very_urgent",
    "to": ["Sở Thông tin và Truyền thông", "Ủy ban nhân dân các huyện, thị xã, thành phố"],
    "body": ["Đề nghị các cơ quan gửi dự toán về Sở Tài chính **trước ngày 30/11/2026** để tổng hợp./."],
    "signature": {"authority": ["KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC"], "name": "Lê Văn Hòa", "is_signed": True},
    "recipients": ["Như trên;", "Lưu: VT, NS."],
}


def shared(name):
    folder = os.environ.get("CONGVAN_SHARED") or Path(__file__).resolve().parents[3] / "shared"
    path = Path(folder) / "regulation" / name
    if not path.exists():
        pytest.skip(f"{name} is not here; the typeset copy is tested")
    return path


def refused(source, limits=None):
    with pytest.raises(DomainError) as caught:
        read_pdf(source, limits)
    return caught.value


def test_pages_text_and_metadata_are_read():
    facts = read_pdf(io.BytesIO(pdfs.simple("Trang mot\nDong hai", pages=3)))
    assert facts.pages == 3
    assert facts.first_page_text == "Trang mot\nDong hai"
    assert facts.text.count("Trang mot") == 3
    assert not facts.is_encrypted
    assert facts.is_text_complete


def test_a_typeset_letter_proposes_its_own_fields():
    out = io.BytesIO()
    Typesetter().typeset(LETTER, out)
    facts = read_pdf(io.BytesIO(out.getvalue()))
    assert facts.metadata["title"] == LETTER["subject"]
    assert facts.proposals() == {
        "sender": Finding("Sở Tài chính", "high"),
        "number": Finding("2145/STC-NS", "high"),
        "document_on": Finding("2026-11-05", "high"),
        "type": Finding("CV", "high"),
        "original_subject": Finding(LETTER["subject"], "high"),
        "urgency": Finding("very_urgent", "high"),
        "due_on": Finding("2026-11-30", "high"),
        "signer_position": Finding("Phó Giám đốc", "high"),
        "signer_name": Finding("Lê Văn Hòa", "high"),
        "to_places": Finding("Như trên; Lưu: VT, NS", "high"),
    }


def test_the_regulation_itself_is_read():
    facts = read_pdf(shared("243-QD-STTTT.pdf"))
    found = facts.proposals()
    assert facts.pages == 11
    assert found["sender"] == Finding("Sở Thông tin và Truyền thông", "high")
    assert found["number"] == Finding("243/QĐ-STTTT", "high")
    assert found["document_on"] == Finding("2018-12-28", "high")
    assert found["type"] == Finding("QĐ", "high")
    assert found["original_subject"].value.startswith("Ban hành Quy chế Quản lý, sử dụng Hệ thống")
    assert (found["signer_position"].value, found["signer_name"].value) == ("Giám đốc", "Nguyễn Ngọc Hùng")
    assert found["to_places"].value == "Như điều 2; UBND tỉnh (báo cáo); Lưu: VT, VP, P. CNTT"


def test_the_decree_itself_is_read():
    facts = read_pdf(shared("nd30-2020.pdf"))
    found = facts.proposals()
    assert facts.pages == 82
    assert {name: finding.value for name, finding in found.items() if name != "meeting_on"} == {
        "sender": "Chính phủ",
        "number": "30/2020/NĐ-CP",
        "document_on": "2020-03-05",
        "type": "NĐ",
        "original_subject": "Về công tác văn thư",
        "signer_position": "Thủ tướng",
        "signer_name": "Nguyễn Xuân Phúc",
    }
    assert [name for name in found if found[name].confidence == "low"] == ["signer_position", "signer_name"]


def test_a_scan_has_pages_but_proposes_nothing():
    facts = read_pdf(shared("243-QD-STTTT-scan.pdf"))
    assert facts.pages == 4
    assert facts.proposals() == {}


def test_a_page_without_text_proposes_nothing():
    facts = read_pdf(io.BytesIO(pdfs.without_text()))
    assert (facts.pages, facts.text, facts.proposals()) == (1, "", {})


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (pdfs.empty, "pdf_empty"),
        (pdfs.not_a_pdf, "pdf_not_pdf"),
        (pdfs.encrypted, "pdf_encrypted"),
        (pdfs.truncated, "pdf_broken"),
        (pdfs.scrambled, "pdf_broken"),
        (pdfs.circular_pages, "pdf_broken"),
        (pdfs.many_pages, "pdf_too_many_pages"),
    ],
)
def test_a_bad_file_is_refused_with_its_reason(make, code):
    assert refused(io.BytesIO(make())).code == code


def test_a_file_that_is_too_large_is_refused_by_its_size(tmp_path):
    error = refused(pdfs.write_oversized(tmp_path / "a.pdf"))
    assert (error.code, error.details["limit"]) == ("pdf_too_large", 50 * 1024 * 1024)


def test_a_stream_that_is_too_large_is_refused_before_its_end():
    stream = pdfs.OversizedStream()
    assert refused(io.BufferedReader(stream)).code == "pdf_too_large"
    assert stream.read(1) == b"\0"


def test_a_signed_file_whose_last_update_was_cut_off_is_broken():
    update = b"9 0 obj\n<< /Type /Sig /Contents <" + b"0" * 5000
    assert refused(io.BytesIO(pdfs.simple() + update)).code == "pdf_broken"


def test_too_many_pages_says_how_many():
    assert refused(io.BytesIO(pdfs.many_pages(2_001))).details == {"pages": 2_001, "limit": 2_000}
    assert read_pdf(io.BytesIO(pdfs.many_pages(20)), PdfLimits(pages=20)).pages == 20


def test_an_owners_password_alone_does_not_hide_the_text():
    facts = read_pdf(io.BytesIO(pdfs.encrypted(user_password="")))
    assert facts.is_encrypted
    assert "Noi dung duoc bao ve" in facts.text


def test_content_that_unpacks_to_gigabytes_is_refused():
    error = refused(io.BytesIO(pdfs.swelling(512 * 1024**2)), PdfLimits(memory=400 * 1024**2))
    assert (error.code, error.details) == ("pdf_broken", {"why": "memory"})


def test_a_reader_that_takes_too_long_is_ended():
    error = refused(io.BytesIO(pdfs.slow()), PdfLimits(seconds=0.5))
    assert (error.code, error.details) == ("pdf_broken", {"why": "time"})


def test_text_is_only_read_up_to_its_limit():
    facts = read_pdf(io.BytesIO(pdfs.simple("x" * 90, pages=10)), PdfLimits(text=250))
    assert not facts.is_text_complete
    assert facts.text.count("x") == 250


def test_hostile_html_stays_plain_text():
    facts = read_pdf(io.BytesIO(pdfs.hostile_html()))
    assert facts.text == pdfs.HOSTILE_TEXT


def test_the_next_file_is_read_after_a_hostile_one():
    refused(io.BytesIO(pdfs.slow()), PdfLimits(seconds=0.5))
    assert read_pdf(io.BytesIO(pdfs.simple("Con song"))).text == "Con song"
