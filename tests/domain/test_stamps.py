"""Which pages are stamped as state secrets, and which only speak of secrets."""

import pytest

from server.domain.stamps import secrecy

HEAD = "CÔNG AN TỈNH GIA LAI\nCỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nSố: 07/CAT-PA05\n"
BODY = "\nGia Lai, ngày 20 tháng 11 năm 2026\nKính gửi: Sở Thông tin và Truyền thông\nNội dung\n"


@pytest.mark.parametrize(
    ("stamp", "level"),
    [
        ("MẬT", "confidential"),
        ("TỐI MẬT", "secret"),
        ("TUYỆT MẬT", "top_secret"),
        ("[ TUYỆT  MẬT ]", "top_secret"),
        ("Độ mật: thường\nĐỘ MẬT: TỐI MẬT", "secret"),
        ("M Ậ T", "confidential"),
        ("KHẨN MẬT", "confidential"),
        ("HỎA TỐC\nMẬT", "confidential"),
        ("Mu\u031b\u0323c lu\u0323c\nMA\u0302\u0323T", "confidential"),
    ],
)
def test_a_stamp_stands_alone(stamp, level):
    assert secrecy(f"{HEAD}{stamp}{BODY}") == level
    assert secrecy(f"{stamp}\n{HEAD}{BODY}") == level


@pytest.mark.parametrize(
    "head",
    ["Số: 07/CAT-PA05 TỐI MẬT", "CÔNG AN TỈNH\nGia Lai, ngày 20 tháng 11 năm 2026 TỐI MẬT"],
)
def test_a_stamp_beside_the_number_or_the_date_comes_in_the_same_line(head):
    assert secrecy(f"{head}\nKính gửi: Sở Y tế") == "secret"


@pytest.mark.parametrize(
    "text",
    [
        HEAD + BODY,
        HEAD + "KẾ HOẠCH\nBẢO VỆ BÍ MẬT NHÀ NƯỚC\nQUẢN LÝ VĂN BẢN MẬT" + BODY,
        HEAD + "V/v bảo vệ bí mật nhà nước" + BODY,
        HEAD + BODY + "Phân loại:\nTUYỆT MẬT\nTỐI MẬT\nMẬT\n",
        HEAD + "Căn cứ Luật\nMẬT\n",
        HEAD + "KHẨN" + BODY,
        HEAD + "mật" + BODY,
        "",
        "\x00" * 100,
        "MẬT" * 10_000,
    ],
)
def test_words_of_titles_and_of_the_body_are_no_stamp(text):
    assert secrecy(text) is None
