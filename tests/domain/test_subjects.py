"""Subjects that a clerk may register, and those that draw a warning (Article 9.1)."""

import pytest

from server.domain.subjects import check_subject, suggest_subject


@pytest.mark.parametrize(
    "subject",
    [
        "V/v mời họp",
        "V/v Mời họp",
        "v/v: MỜI HỌP.",
        "Về việc mời họp",
        "báo cáo",
        "Báo cáo kết quả thực hiện",
        "triển khai công văn",
        "Góp ý dự thảo",
        "V/v đề nghị tham gia ý kiến dự thảo kế hoạch",
        "Giấy mời",
    ],
)
def test_a_stock_phrase_is_too_thin(subject):
    assert "stock_phrase" in check_subject(subject)


@pytest.mark.parametrize(
    "subject",
    [
        "UBND tỉnh mời họp ngày 25/11/2026 về việc rà soát tiến độ thực hiện Đề án 06",
        "Sở Tài chính đề nghị lập dự toán kinh phí chuyển đổi số năm 2027 (trước ngày 30/11/2026)",
        "Viettel Gia Lai báo cáo kết quả phủ sóng 4G tại các thôn, làng vùng lõm sóng quý III/2026",
        "Bộ TT&TT yêu cầu rà soát lỗ hổng bảo mật CVE-2026-1234 trong máy chủ thư điện tử của cơ quan",
    ],
)
def test_a_subject_that_says_who_when_and_what_is_good(subject):
    assert check_subject(subject, "V/v mời họp") == []


def test_the_originals_words_are_not_enough_whatever_the_letters_case_and_prefix():
    original = "V/v  Rà soát lỗ hổng bảo mật của Bộ TT&TT ngày 12/11/2026 về máy chủ thư"
    assert check_subject("rà soát lỗ hổng bảo mật của bộ tt&tt ngày 12/11/2026 về máy chủ thư.", original) == [
        "same_as_original"
    ]


def test_the_same_letters_in_decomposed_form_are_the_same():
    assert "same_as_original" in check_subject("mơ\u0300i họp giao ban", "mời họp giao ban")


def test_what_is_missing_is_named():
    assert check_subject("Đăng ký nhu cầu đào tạo kỹ năng số") == [
        "without_who",
        "without_when",
        "without_what",
    ]


def test_nothing_and_too_much():
    assert check_subject("  \n ") == ["empty"]
    assert check_subject("x" * 501) == ["too_long"]
    assert check_subject("a" * 10_000) == ["too_long"]
    assert "too_long" not in check_subject("UBND tỉnh " * 50)


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        (
            {
                "sender": "UBND tỉnh",
                "type": "GM",
                "original_subject": "Mời họp giao ban công tác chuyển đổi số",
                "meeting_on": "2026-11-25",
            },
            "UBND tỉnh mời họp ngày 25/11/2026 về việc giao ban công tác chuyển đổi số",
        ),
        (
            {
                "sender": "Sở Tài chính",
                "type": "CV",
                "original_subject": "V/v lập dự toán kinh phí năm 2027",
                "due_on": "2026-11-30",
            },
            "Sở Tài chính lập dự toán kinh phí năm 2027 (trước ngày 30/11/2026)",
        ),
        (
            {
                "sender": "UBND huyện Chư Sê",
                "type": "BC",
                "type_name": "Báo cáo",
                "original_subject": "Kết quả chuyển đổi số quý III năm 2026",
            },
            "UBND huyện Chư Sê báo cáo về kết quả chuyển đổi số quý III năm 2026",
        ),
        (
            {
                "sender": "UBND tỉnh",
                "type": "QĐ",
                "type_name": "Quyết định",
                "original_subject": "Về việc kiện toàn Ban Chỉ đạo",
            },
            "UBND tỉnh quyết định kiện toàn Ban Chỉ đạo",
        ),
        ({}, ""),
    ],
)
def test_a_fuller_subject_is_offered(fields, expected):
    assert suggest_subject(fields) == expected


def test_what_is_offered_draws_no_warning():
    fields = {
        "sender": "UBND tỉnh",
        "original_subject": "V/v mời họp rà soát Đề án 06",
        "meeting_on": "2026-11-25",
    }
    assert check_subject(suggest_subject(fields), fields["original_subject"]) == []


@pytest.mark.parametrize("word", ["báo cáo", "cán bộ", "cơ sở", "ban hành", "phòng chống", "trường hợp", "hội nghị"])
def test_a_word_that_only_looks_like_an_agency_is_not_who(word):
    assert "without_who" in check_subject(f"Rà soát việc {word} trong lĩnh vực công nghệ")
