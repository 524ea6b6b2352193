"""Which subjects are of dossiers that the one-stop shop receives (Article 7)."""

import pytest

from server.demo.content import Content
from server.demo.days import Days
from server.domain.dossiers import is_dossier


@pytest.mark.parametrize(
    "subject",
    [
        "V/v đề nghị cấp giấy phép xuất bản bản tin",
        "Hồ sơ đề nghị cấp phép trang thông tin điện tử tổng hợp",
        "Đơn đề nghị cấp lại giấy chứng nhận đăng ký hoạt động in",
        "Công ty TNHH In Phố Núi xin gia hạn giấy phép hoạt động in",
        "Đề nghị sửa đổi, bổ sung giấy phép thiết lập mạng viễn thông",
        "Tờ khai đăng ký hoạt động cơ sở photocopy",
        "Hồ sơ thủ tục hành chính của ông Nguyễn Văn A",
        "Đề nghị được cấp, đổi thẻ nhà báo",
    ],
)
def test_a_request_for_a_licence_is_one(subject):
    assert is_dossier(subject)
    assert is_dossier("UBND tỉnh mời họp", subject)


@pytest.mark.parametrize(
    "subject",
    [
        "Báo cáo kết quả tiếp nhận, trả hồ sơ thủ tục hành chính quý III",
        "Hướng dẫn thành phần hồ sơ đề nghị cấp giấy phép xuất bản",
        "Rà soát quy trình đề nghị cấp giấy phép bưu chính",
        "Quyết định công bố danh mục thủ tục hành chính",
        "Đề nghị cấp kinh phí chuyển đổi số năm 2027",
        "Đề nghị cử cán bộ tham gia đoàn kiểm tra giấy phép",
        "UBND tỉnh mời họp về giải quyết thủ tục hành chính",
        "",
    ],
)
def test_a_document_about_procedures_is_none(subject):
    assert not is_dossier(subject)


def test_of_the_demo_s_documents_only_the_request_for_a_licence_is_one():
    content = Content(Days("2026-11-28T01:00:00.000Z"))
    found = [one["id"] for one in content.incoming if is_dossier(one.get("registered", ""), one.get("subject", ""))]
    assert found == ["cap-phep-ban-tin"]
