"""What is read from the first page of official documents, and from garbage."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.domain.findings import Finding
from server.domain.letterheads import as_written
from server.domain.reading import TEXT_LIMIT, read_first_page

LETTER = """UBND TỈNH GIA LAI
SỞ TÀI CHÍNH
CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
Độc lập - Tự do - Hạnh phúc
Số: 2145/STC-NS
V/v lập dự toán kinh phí chuyển đổi số
năm 2027 của các cơ quan, đơn vị
Gia Lai, ngày 05 tháng 11 năm 2026
KHẨN
Kính gửi:
- Sở Thông tin và Truyền thông;
Căn cứ Công văn số 15/BTC-NS ngày 01/10/2026 của Bộ Tài chính, đề nghị các cơ
quan gửi dự toán về Sở Tài chính trước
ngày 30/11/2026 để tổng hợp./.
"""

DECISION = """UBND TỈNH GIA LAI
SỞ THÔNG TIN VÀ TRUYỀN
THÔNG
CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT
NAM
Độc lập - Tự do - Hạnh phúc
Số: 243/QĐ-STTTT
Gia Lai, ngày 28 tháng 12 năm 2018
QUYẾT ĐỊNH
Ban hành Quy chế Quản lý, sử dụng Hệ thống
của Sở Thông tin và Truyền thông tỉnh Gia Lai
GIÁM ĐỐC SỞ THÔNG TIN VÀ TRUYỀN THÔNG
Căn cứ Quyết định số 04/2013/QĐ-UBND ngày 22/01/2013;
QUYẾT ĐỊNH:
"""


def values(text):
    return {key: finding.value for key, finding in read_first_page(text).items()}


def test_a_letter_is_read_in_full():
    found = read_first_page(LETTER)
    assert {key: finding.value for key, finding in found.items()} == {
        "sender": "Sở Tài chính",
        "number": "2145/STC-NS",
        "document_on": "2026-11-05",
        "type": "CV",
        "original_subject": "lập dự toán kinh phí chuyển đổi số năm 2027 của các cơ quan, đơn vị",
        "urgency": "urgent",
        "due_on": "2026-11-30",
    }
    assert {finding.confidence for finding in found.values()} == {"high"}


def test_a_decision_is_read_with_its_broken_letterhead():
    assert values(DECISION) == {
        "sender": "Sở Thông tin và Truyền thông",
        "number": "243/QĐ-STTTT",
        "document_on": "2018-12-28",
        "type": "QĐ",
        "original_subject": "Ban hành Quy chế Quản lý, sử dụng Hệ thống của Sở Thông tin và Truyền thông tỉnh Gia Lai",
    }


def test_letterhead_and_nation_on_one_line_are_told_apart():
    text = "UBND HUYỆN CHƯ SÊ CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc\nSố: 05/BC-UBND\n"
    assert values(text) == {"sender": "UBND huyện Chư Sê", "number": "05/BC-UBND", "type": "BC"}


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        ("Số: 30/2020/NĐ-CP", "30/2020/NĐ-CP"),
        ("Số 1234 / STTTT-CNTT", "1234/STTTT-CNTT"),
        ("Số:05/TTr-VP", "05/TTr-VP"),
        ("Số: 128a/BTTTT-CĐSQG.", "128a/BTTTT-CĐSQG"),
    ],
)
def test_numbers_are_read_as_they_are_written(number, expected):
    assert values(f"BỘ NỘI VỤ\n{number}\n")["number"] == expected


@pytest.mark.parametrize(
    ("letterhead", "number", "confidence"),
    [
        ("SỞ TÀI CHÍNH", "Số: 2145/STC-NS", "high"),
        ("ỦY BAN NHÂN DÂN\nTỈNH GIA LAI", "Số: 12/QĐ-UBND", "high"),
        ("CÔNG AN TỈNH GIA LAI", "Số: 3389/CAT-PA03", "high"),
        ("CHÍNH PHỦ", "Số: 30/2020/NĐ-CP", "high"),
        ("SỞ TÀI CHÍNH", "Số: 2145/SYT-NS", "low"),
        ("SỞ TÀI CHÍNH", "2145/STC-NS", "low"),
        ("", "Số: 2145/STC-NS", "low"),
    ],
)
def test_a_number_is_sure_when_it_is_labelled_and_its_symbol_is_the_sender_s(letterhead, number, confidence):
    assert read_first_page(f"{letterhead}\n{number}\nGia Lai\n")["number"].confidence == confidence


@pytest.mark.parametrize(
    ("closing", "position", "name", "places"),
    [
        (
            "KT. GIÁM ĐỐC\nPHÓ GIÁM ĐỐC\n(Đã ký)\nLê Văn Hòa\n"
            "Nơi nhận:\n- Như trên;\n- UBND tỉnh (b/c);\n- Lưu: VT, NS.",
            "Phó Giám đốc",
            "Lê Văn Hòa",
            "Như trên; UBND tỉnh (b/c); Lưu: VT, NS",
        ),
        (
            "Nơi nhận: TM. ỦY BAN NHÂN DÂN\n- Như trên; KT. CHỦ TỊCH\n- Các huyện, thị xã,\nthành phố; PHÓ CHỦ TỊCH\n"
            "- Lưu: VT. Nguyễn Hữu Quang",
            "Phó Chủ tịch",
            "Nguyễn Hữu Quang",
            "Như trên; Các huyện, thị xã, thành phố; Lưu: VT",
        ),
        (
            "Nơi nhận:\nNhư điều 2;\nUBND tỉnh (báo cáo);\nLưu: VT, VP.\n"
            "GIÁM ĐỐC\nĐại tá Lưu Quốc Trung\nQUY CHẾ\nChương I",
            "Giám đốc",
            "Đại tá Lưu Quốc Trung",
            "Như điều 2; UBND tỉnh (báo cáo); Lưu: VT, VP",
        ),
    ],
    ids=["one column after the other", "columns mixed", "bullets lost"],
)
def test_signer_and_recipients_are_read_from_the_end(closing, position, name, places):
    found = read_first_page("SỞ TÀI CHÍNH\nSố: 1/STC-NS\n", f"Nội dung./.\n{closing}\nPhụ lục I\n-Nơi nhận:\n- Khác;")
    assert found["signer_position"] == Finding(position, "high")
    assert found["signer_name"] == Finding(name, "high")
    assert found["to_places"] == Finding(places, "high")


def test_a_signer_without_a_list_of_recipients_is_to_be_checked():
    found = read_first_page(
        "CHÍNH PHỦ\n" + "Nội dung của văn bản. " * 20 + "\nTM. CHÍNH PHỦ\nTHỦ TƯỚNG\n\nNguyễn Xuân Phúc\n"
    )
    assert (found["signer_position"].value, found["signer_name"]) == ("Thủ tướng", Finding("Nguyễn Xuân Phúc", "low"))
    assert "to_places" not in found


def test_names_in_the_body_are_no_signer():
    assert "signer_name" not in read_first_page(LETTER + "Nơi nhận:\n- Ông Nguyễn Văn An;\n- Lưu: VT.\n")


def test_a_text_without_vietnamese_letters_is_taken_for_english():
    words = " ".join(f"word{letter}{other}" for letter in "abcdefgh" for other in "ijklmnop")
    assert read_first_page(words)["language"] == Finding("Tiếng Anh", "low")
    assert "language" not in read_first_page(f"{words} tiếng Việt")


@pytest.mark.parametrize(
    ("stamp", "key", "code"),
    [
        ("KHẨN", "urgency", "urgent"),
        ("THƯỢNG KHẨN", "urgency", "very_urgent"),
        ("HỎA TỐC", "urgency", "express"),
        ("MẬT", "confidentiality", "confidential"),
        ("TỐI MẬT", "confidentiality", "secret"),
        ("TUYỆT MẬT", "confidentiality", "top_secret"),
    ],
)
def test_stamps_are_read(stamp, key, code):
    assert read_first_page(f"SỞ Y TẾ\nSố: 12/SYT-VP\n{stamp}\nKính gửi: UBND tỉnh")[key] == Finding(code, "high")
    assert read_first_page(f"SỞ Y TẾ {stamp} Số: 12/SYT-VP\nKính gửi: UBND tỉnh")[key] == Finding(code, "low")


def test_words_of_the_body_are_no_stamp():
    found = values(LETTER.replace("KHẨN\n", "") + "ĐỀ ÁN BẢO MẬT VÀ XỬ LÝ KHẨN CẤP\nMẬT\n")
    assert "urgency" not in found
    assert "confidentiality" not in found


@pytest.mark.parametrize(
    ("phrase", "expected"),
    [
        ("trước ngày 15/12/2026", Finding("2026-12-15", "high")),
        ("chậm nhất ngày 05 tháng 12 năm 2026", Finding("2026-12-05", "high")),
        ("trước 16 giờ 00, ngày 20/11", Finding("2026-11-20", "low")),
        ("chậm nhất là ngày 1.12.2026", Finding("2026-12-01", "high")),
        ("trước ngày 31/02/2026", None),
        ("trước ngày 01/01/2020", None),
        ("ngày 15/12/2026", None),
    ],
)
def test_a_deadline_is_a_date_after_a_phrase_that_asks(phrase, expected):
    text = LETTER.replace("trước\nngày 30/11/2026", phrase)
    assert read_first_page(text).get("due_on") == expected


def test_a_meeting_day_is_read():
    text = "UBND TỈNH GIA LAI\nSố: 77/GM-UBND\nGia Lai, ngày 20 tháng 11 năm 2026\nGIẤY MỜI\nHọp về chuyển đổi số\n"
    found = values(text + "Kính mời: Sở TT&TT\nThời gian: 08 giờ 00, ngày 25 tháng 11 năm 2026 (thứ Tư).")
    assert (found["meeting_on"], found["type"], found["original_subject"]) == (
        "2026-11-25",
        "GM",
        "Họp về chuyển đổi số",
    )


def test_an_impossible_date_is_not_proposed():
    assert "document_on" not in values("SỞ Y TẾ\nSố: 1/SYT-VP\nGia Lai, ngày 30 tháng 02 năm 2026\n")


@pytest.mark.parametrize(
    ("capitals", "written"),
    [
        ("ỦY BAN NHÂN DÂN TỈNH GIA LAI", "UBND tỉnh Gia Lai"),
        ("ỦY BAN NHÂN DÂN THÀNH PHỐ PLEIKU", "UBND thành phố Pleiku"),
        ("UBND THỊ XÃ AN KHÊ", "UBND thị xã An Khê"),
        ("BỘ THÔNG TIN VÀ TRUYỀN THÔNG", "Bộ Thông tin và Truyền thông"),
        ("CỤC AN TOÀN THÔNG TIN", "Cục An toàn thông tin"),
        ("CÔNG AN TỈNH GIA LAI", "Công an tỉnh Gia Lai"),
        ("BÁO GIA LAI", "Báo Gia Lai"),
        ("VNPT GIA LAI", "VNPT Gia Lai"),
        ("SỞ VĂN HÓA, THỂ THAO VÀ DU LỊCH", "Sở Văn hóa, Thể thao và Du lịch"),
        ("ĐÀI PHÁT THANH - TRUYỀN HÌNH", "Đài Phát thanh - Truyền hình"),
    ],
)
def test_capitals_become_the_usual_spelling(capitals, written):
    assert as_written(capitals) == written


@pytest.mark.parametrize(
    "garbage",
    [
        "",
        "\x00\x01\ufffd" * 500,
        "<script>alert(1)</script>\nSố: <b>/",
        "Số: " * 5000,
        "A, ngày " * 5000,
        "V/v " + "x " * 9000,
        " " * 100_000,
        ("Số: 1" + " " * 50 + "\n") * 2000,
        "trước " * 4000 + "ngày",
        "CỘNG HÒA " * 3000,
    ],
)
def test_garbage_is_read_as_little_or_nothing_without_an_error(garbage):
    for finding in read_first_page(garbage).values():
        assert len(finding.value) <= 500


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.one_of(
            st.text(max_size=60),
            st.sampled_from(LETTER.splitlines() + DECISION.splitlines() + ["KHẨN", "QUYẾT ĐỊNH", "V/v", "Số: 1/A-B"]),
        ),
        max_size=40,
    )
)
def test_nothing_makes_the_reader_raise(lines):
    for finding in read_first_page("\n".join(lines)).values():
        assert finding.value
        assert finding.confidence in ("high", "low")


def test_only_so_much_text_is_looked_at():
    assert read_first_page("x" * TEXT_LIMIT + "\n" + LETTER) == {}
    assert read_first_page("x\n" * 500 + LETTER) == {}


def test_a_deadline_on_a_later_page_is_found():
    assert "due_on" not in read_first_page(DECISION)
    found = read_first_page(DECISION, "Báo cáo gửi về Sở trước ngày 15/01/2019.")
    assert found["due_on"] == Finding("2019-01-15", "high")


def test_an_office_is_named_with_the_agency_above_it():
    assert values("UBND TỈNH GIA LAI\nVĂN PHÒNG\nSố: 4120/VP-TH\n")["sender"] == "Văn phòng UBND tỉnh Gia Lai"


def test_an_address_at_the_top_does_not_hide_the_sender():
    text = "Số 27 đường Trần Phú, thành phố Pleiku\nCÔNG TY TNHH IN PHỐ NÚI\nSố: 35/CV-IPN\n"
    assert read_first_page(text)["sender"] == Finding("Công ty TNHH In Phố Núi", "low")


def test_a_summary_goes_on_in_lines_that_begin_like_a_heading_in_small_letters():
    text = "SỞ Y TẾ\nSố: 9/SYT-VP\nV/v xin ý kiến về kế hoạch\nchương trình và việc\nthực hiện năm 2027\nKính gửi:"
    assert values(text)["original_subject"] == "xin ý kiến về kế hoạch chương trình và việc thực hiện năm 2027"


def test_the_body_is_no_part_of_a_title():
    title = "Chiêu sinh lớp bồi dưỡng nghiệp vụ văn thư, lưu trữ"
    body = "Sở Nội vụ thông báo chiêu sinh lớp bồi dưỡng nghiệp vụ văn thư, lưu trữ:"
    assert values(f"SỞ NỘI VỤ\nSố: 5/TB-SNV\nTHÔNG BÁO\n{title}\n{body}")["original_subject"] == title
