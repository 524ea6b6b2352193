"""Typeset documents have the parts and the measures of decree 30/2020, Phụ lục I."""

import io
import unicodedata

import pypdf
import pytest

from server.adapters.typesetting import Typesetter
from server.adapters.typesetting_parts import find_fonts

LETTER = {
    "parent": "UBND TỈNH GIA LAI",
    "agency": "SỞ TÀI CHÍNH",
    "number": "05/STC-NS",
    "place": "Gia Lai",
    "date": "2026-02-05",
    "type": "CV",
    "subject": "lập dự toán kinh phí chuyển đổi số",
    "urgency": "urgent",
    "to": ["Sở Thông tin và Truyền thông", "Sở Nội vụ"],
    "body": ["Đoạn văn **in đậm** nói về dự toán của các cơ quan, đơn vị trên địa bàn tỉnh."],
    "signature": {"authority": ["KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC"], "name": "Lê Văn Hòa", "is_signed": True},
    "recipients": ["Như trên;", "Lưu: VT, NS."],
    "address": "02 Hoàng Hoa Thám, Pleiku",
}
DECISION = {
    "agency": "ỦY BAN NHÂN DÂN\nTỈNH GIA LAI",
    "number": "2955/QĐ-UBND",
    "date": "2026-11-12",
    "type": "QĐ",
    "type_name": "Quyết định",
    "subject": "Ban hành Bộ chỉ số",
    "authority": "CHỦ TỊCH ỦY BAN NHÂN DÂN TỈNH",
    "bases": ["Căn cứ Luật Tổ chức chính quyền địa phương."],
    "body": [
        {"centre": "QUYẾT ĐỊNH:"},
        "**Điều 1.** Ban hành Bộ chỉ số./.",
        {"annex": ["PHỤ LỤC", "ĐIỂM SỐ"]},
        {"table": {"columns": ["STT", "Điểm"], "widths": [20, 40], "align": ["CENTER", "LEFT"], "rows": [["1", "15"]]}},
    ],
    "signature": {"authority": ["TM. ỦY BAN NHÂN DÂN"], "name": "Nguyễn Hữu Quang"},
    "recipients": ["Như Điều 1;"],
}


@pytest.fixture(scope="module")
def typesetter():
    return Typesetter()


def typeset(typesetter, document):
    out = io.BytesIO()
    typesetter.typeset(document, out)
    return out.getvalue()


def pages(body):
    return [" ".join(page.extract_text().split()) for page in pypdf.PdfReader(io.BytesIO(body)).pages]


def test_a_letter_has_every_part(typesetter):
    [text] = pages(typeset(typesetter, LETTER))
    for part in (
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
        "UBND TỈNH GIA LAI SỞ TÀI CHÍNH",
        "Số: 05/STC-NS",
        "V/v lập dự toán kinh phí chuyển đổi số",
        "Gia Lai, ngày 05 tháng 02 năm 2026",
        "KHẨN",
        "Kính gửi: - Sở Thông tin và Truyền thông; - Sở Nội vụ.",
        "Đoạn văn in đậm nói về dự toán",
        "KT. GIÁM ĐỐC PHÓ GIÁM ĐỐC",
        "Lê Văn Hòa",
        "Nơi nhận: - Như trên; - Lưu: VT, NS.",
        "02 Hoàng Hoa Thám, Pleiku",
    ):
        assert part in text


def test_months_from_march_have_no_leading_zero(typesetter):
    [text] = pages(typeset(typesetter, {**LETTER, "date": "2026-06-05"}))
    assert "ngày 05 tháng 6 năm 2026" in text


def test_a_draft_has_no_number_no_day_and_no_signature(typesetter):
    draft = {**LETTER, "number": "       /STTTT-CNTT", "date": "", "year": "2026"}
    draft["signature"] = {**LETTER["signature"], "is_signed": False}
    [text] = pages(typeset(typesetter, draft))
    assert "Số: /STTTT-CNTT" in text
    assert "ngày tháng năm 2026" in text
    assert "Đã ký" not in text


def test_a_decision_has_title_bases_and_an_annex_on_its_own_page(typesetter):
    first, annex = pages(typeset(typesetter, DECISION))
    assert "QUYẾT ĐỊNH Ban hành Bộ chỉ số CHỦ TỊCH ỦY BAN NHÂN DÂN TỈNH Căn cứ Luật" in first
    assert "V/v" not in first
    assert "PHỤ LỤC ĐIỂM SỐ" in annex
    assert "15" in annex
    assert "Nguyễn Hữu Quang" in first


@pytest.mark.parametrize("paragraphs", range(4, 12))
def test_pages_are_numbered_and_the_last_paragraph_stays_with_the_signature(typesetter, paragraphs):
    body = [f"Đoạn {n}. {'Nội dung chi tiết của văn bản. ' * 9}" for n in range(paragraphs)]
    texts = pages(typeset(typesetter, {**LETTER, "body": [*body, "Hết./."]}))
    assert not texts[0].startswith("1 ")
    assert all(text.startswith(f"{number} ") for number, text in enumerate(texts[1:], 2))
    assert "Hết./." in texts[-1]
    assert "Lê Văn Hòa" in texts[-1]


def test_the_page_is_a4_and_its_text_keeps_the_margins(typesetter):
    reader = pypdf.PdfReader(io.BytesIO(typeset(typesetter, {**LETTER, "body": ["Lời văn dài. " * 300]})))
    left_edges, page = [], reader.pages[0]
    page.extract_text(visitor_text=lambda text, _cm, tm, *_: left_edges.append(tm[4]) if text.strip() else None)
    assert (round(page.mediabox.width), round(page.mediabox.height)) == (595, 842)
    assert min(left_edges) >= 30 / 25.4 * 72 - 0.5


def test_the_same_document_gives_the_same_bytes(typesetter):
    assert typeset(typesetter, LETTER) == typeset(Typesetter(), LETTER)
    assert typeset(typesetter, LETTER) != typeset(typesetter, {**LETTER, "subject": "việc khác"})
    made_at = pypdf.PdfReader(io.BytesIO(typeset(typesetter, LETTER))).metadata.creation_date
    assert made_at.date().isoformat() == LETTER["date"]


def test_every_vietnamese_letter_is_in_the_fonts(typesetter):
    vowels = "aăâeêioôơuưy"
    letters = [
        part for vowel in vowels for part in (vowel, *(f"{vowel}{tone}" for tone in "\u0300\u0301\u0303\u0309\u0323"))
    ]
    wanted = unicodedata.normalize("NFC", " ".join([*letters, "đ", "Đ"]))
    [text] = pages(typeset(typesetter, {**LETTER, "body": [wanted, wanted.upper()]}))
    assert wanted in text
    assert wanted.upper() in text


def test_fonts_are_found_in_the_package_and_missed_loudly(tmp_path):
    assert any(find_fonts().rglob("Tinos_700Bold.ttf"))
    with pytest.raises(FileNotFoundError):
        find_fonts(tmp_path)
