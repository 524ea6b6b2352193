"""The registering form: marks of confidence, fields of Appendix VI, what is still lacking, files stamped secret."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
from flask.testing import FlaskClient

from server.adapters.typesetting import Typesetter
from tests.fixtures import office
from tests.fixtures.acting import new_action_id
from tests.web.conftest import Pages, controls, form, path, pdf, section

LETTER = {
    "agency": "ỦY BAN NHÂN DÂN\nTỈNH GIA LAI",
    "number": "412/UBND-KGVX",
    "place": "Gia Lai",
    "date": "2026-11-18",
    "type": "CV",
    "subject": "tăng cường an toàn thông tin mạng",
    "to": ["Sở Thông tin và Truyền thông"],
    "body": [
        "Thời gian qua, tình hình an toàn thông tin mạng trên địa bàn tỉnh diễn biến phức tạp; nhiều cơ quan chưa rà "
        "soát hệ thống, chưa phân công người chịu trách nhiệm và chưa bố trí kinh phí.",
        "Đề nghị các sở, ban, ngành rà soát, khắc phục và báo cáo kết quả trước ngày 10/12/2026.",
    ],
    "signature": {"authority": ["TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH"], "name": "Nguyễn Hữu Quang", "is_signed": True},
    "recipients": ["Như trên;", "Lưu: VT, KGVX."],
}
SUBJECT = "UBND tỉnh yêu cầu báo cáo an toàn thông tin mạng trước ngày 10/12/2026"


def typeset(**changes: Any) -> bytes:
    """Return a letter as PDF."""
    out = io.BytesIO()
    Typesetter().typeset({**LETTER, **changes}, out)
    return out.getvalue()


def read(browser: FlaskClient, body: bytes, **fields: str) -> Any:
    """Let a browser have a file read."""
    empty = {
        "arrived_on": "2026-11-23",
        "urgency": "normal",
        "confidentiality": "normal",
        "language": "Tiếng Việt",
        "source": "paper",
    }
    return browser.post("/incoming/read", data=form(0, **{**empty, **fields}, file=pdf(body)))


def mark(answer: Any, field: str) -> tuple[str, bool]:
    """Return the words of a field's mark, and whether it has an icon."""
    hint = section(answer.text, f'id="register-{field}-hint"', "</span></span>")
    return re.sub(r"<[^>]*>", "", hint.partition(">")[2]).strip(), "<svg" in hint


def documents(pages: Pages) -> list[dict[str, Any]]:
    return pages.acting.services.records.all("incoming:")


def test_each_field_says_in_words_how_sure_its_reading_is(pages: Pages) -> None:
    answer = read(pages.browser(office.CLERK), typeset(number="412/SYT-NV", recipients=[], signature={}))
    assert answer.status_code == 200
    assert mark(answer, "sender") == ("Đọc được rõ", True)
    assert mark(answer, "number") == ("Cần kiểm tra", True), "the symbol is another agency's"
    assert mark(answer, "signer_name") == ("Không thấy trong tệp", True)
    assert 'id="register-due_on-hint"' in answer.text
    assert 'id="register-arrived_on-hint"' not in answer.text


def test_a_typed_field_is_neither_filled_nor_marked(pages: Pages) -> None:
    answer = read(pages.browser(office.CLERK), typeset(), sender="Tôi đã gõ", signer_name="Người khác")
    assert (controls(answer)["sender"], controls(answer)["signer_name"]) == ("Tôi đã gõ", "Người khác")
    assert 'id="register-sender-hint"' not in answer.text
    assert 'id="register-signer_name-hint"' not in answer.text


def test_marks_come_back_with_a_form_that_was_refused(pages: Pages) -> None:
    clerk = pages.browser(office.CLERK)
    held = controls(read(clerk, typeset(number="412/SYT-NV", signature={})))
    again = {**held, "action_id": new_action_id(), "subject": "V/v mời họp", "signer_name": "Nguyễn Hữu Quang"}
    answer = clerk.post("/incoming", data=again)
    assert answer.status_code == 422
    assert mark(answer, "number") == ("Cần kiểm tra", True)
    assert mark(answer, "signer_position") == ("Không thấy trong tệp", True)
    assert 'id="register-signer_name-hint"' not in answer.text, "it was filled in meanwhile"
    hostile = clerk.post("/incoming", data={**again, "marks": "number:<b> x sender:low:high note:low"})
    assert 'id="register-number-hint"' not in hostile.text


def test_words_of_secrecy_inside_a_line_are_a_hint_and_close_nothing(pages: Pages) -> None:
    answer = read(pages.browser(office.CLERK), typeset(agency="BAN BẢO VỆ BÍ MẬT NHÀ NƯỚC TỈNH"))
    assert answer.status_code == 200
    assert controls(answer)["confidentiality"] == "normal"
    assert mark(answer, "confidentiality") == ("Cần kiểm tra", True)


def test_the_fields_of_appendix_vi_are_filled_from_the_file_and_the_folded_part_opens(pages: Pages) -> None:
    clerk = pages.browser(office.CLERK)
    assert '<details class="more-fields" id="register-more" data-open>' in clerk.get("/incoming/new").text
    answer = read(clerk, typeset())
    held = controls(answer)
    assert (held["signer_position"], held["signer_name"]) == ("Chủ tịch", "Nguyễn Hữu Quang")
    assert (held["to_places"], held["page_count"]) == ("Như trên; Lưu: VT, KGVX", "1")
    assert (held["language"], held["source"]) == ("Tiếng Việt", "paper")
    assert '<details class="more-fields" id="register-more" data-open open>' in answer.text


def test_what_the_form_says_is_registered_and_shown_on_the_document(pages: Pages) -> None:
    clerk = pages.browser(office.CLERK)
    given = {
        "sender": "UBND tỉnh Gia Lai",
        "number": "9/UBND-KGVX",
        "subject": SUBJECT,
        "source": "email",
        "document_code": "000.00.15.H27-2026-0009",
        "page_count": "12",
        "language": "Tiếng Việt",
        "signer_name": "Nguyễn Hữu Quang",
        "signer_position": "Chủ tịch",
        "to_places": "Như trên; Lưu: VT",
        "expires_on": "2027-12-31",
        "is_provincial_task": "1",
        "leader_id": office.DIRECTOR,
    }
    address = clerk.post("/incoming", data=form(0, **given)).headers["Location"].removesuffix("/registered")
    text = pages.browser(office.DIRECTOR).get(address).text
    for words in (
        "Nguyễn Hữu Quang, Chủ tịch",
        "Như trên; Lưu: VT",
        "31/12/2027",
        "Thư điện tử công vụ",
        "12 · Tiếng Việt",
        "000.00.15.h27-2026-0009",
        "UBND tỉnh giao nhiệm vụ",
    ):
        assert words in text
    assert pages.browser(office.NOBODY).get(address).status_code == 404


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"page_count": "1000"}, "page_count"),
        ({"to_places": "x" * 1001}, "to_places"),
        ({"signer_name": "x" * 51}, "signer_name"),
        ({"expires_on": "2020-01-01", "document_on": "2026-11-20"}, "expires_on"),
    ],
)
def test_a_fault_in_the_folded_part_opens_it_and_everything_comes_back(
    pages: Pages, changes: dict[str, str], field: str
) -> None:
    given = {"sender": "UBND tỉnh", "subject": SUBJECT, "note": "Kèm phụ lục", **changes}
    answer = pages.browser(office.CLERK).post("/incoming", data=form(0, **given))
    assert answer.status_code == 422
    assert f'id="register-{field}-err"' in answer.text
    assert "data-open open>" in answer.text
    held = controls(answer)
    assert {name: held[name] for name in given} == given


def test_the_form_counts_what_is_prescribed(pages: Pages) -> None:
    clerk = pages.browser(office.CLERK)
    empty = clerk.get("/incoming/new").text
    assert "Đã điền 5/16 mục" in section(empty, 'id="register-filled"', "</span>")
    answer = read(clerk, typeset())
    assert "Đã điền 15/16 mục" in section(answer.text, 'id="register-filled"', "</span>"), "the field of work is left"


def test_a_file_registered_before_draws_an_alarm_as_soon_as_it_is_read(pages: Pages) -> None:
    clerk = pages.browser(office.CLERK)
    body = typeset()
    held = controls(read(clerk, body))
    kept = {name: held[name] for name in ("sender", "number", "document_on", "file_sha256")}
    assert clerk.post("/incoming", data=form(0, subject=SUBJECT, **kept)).status_code == 303
    alarms = section(read(pages.browser(office.SECOND_CLERK), body).text, 'id="register-alarms"', "</ul>")
    assert f'href="{path(documents(pages)[0]["_id"])}"' in alarms
    assert "Trùng tệp" in alarms
    assert "Trùng số, ký hiệu, cơ quan" in alarms
    # the same letter, printed and scanned again, under a number that was misread
    other = read(clerk, typeset(number="4l2/UBND-KGVX", place="Pleiku"), number="4/UBND")
    alarms = section(other.text, 'id="register-alarms"', "</ul>")
    assert "Nội dung gần như trùng" in alarms
    assert "Trùng tệp" not in alarms


def test_a_one_stop_dossier_is_warned_about_and_registered_with_a_reason(pages: Pages) -> None:
    clerk = pages.browser(office.CLERK)
    subject = "Công ty TNHH In Phố Núi đề nghị cấp giấy phép hoạt động in, hồ sơ ngày 20/11/2026"
    given = {"sender": "Công ty TNHH In Phố Núi", "subject": subject}
    answer = clerk.post("/incoming", data=form(0, **given))
    assert answer.status_code == 409
    assert "Bộ phận Tiếp nhận và trả kết quả" in answer.text
    assert 'id="register-dossier_reason-err"' in answer.text
    address = clerk.post("/incoming", data=form(0, **given, dossier_reason="Một cửa chuyển để phối hợp"))
    page = clerk.get(address.headers["Location"].removesuffix("/registered")).text
    assert "Một cửa chuyển để phối hợp" in page


@pytest.mark.parametrize("address", ["/incoming/read", "/incoming"])
def test_a_file_stamped_secret_is_stopped_before_anything_of_it_is_kept(pages: Pages, address: str) -> None:
    clerk = pages.browser(office.CLERK)
    body = typeset(agency="CÔNG AN TỈNH GIA LAI", number="412/CAT-PA05", circulation="TỐI MẬT")
    given = {"urgency": "normal", "confidentiality": "normal", "subject": SUBJECT, "note": "Kèm kế hoạch"}
    answer = clerk.post(address, data=form(0, **given, file=pdf(body)))
    assert answer.status_code == 422
    assert "Tệp có dấu Tối mật; hệ thống đã dừng và không lưu tệp này." in section(
        answer.text, 'id="register-alarms"', "</p>"
    )
    held = controls(answer)
    assert held["confidentiality"] == "secret"
    assert (held["subject"], held["note"], held["original_subject"]) == ("", "", "")
    assert "file_sha256" not in held
    services = pages.acting.services
    assert services.files.all("file:") == []
    assert list(services.store.files.all_hashes()) == []
    assert documents(pages) == []
    if address == "/incoming/read":
        assert (held["sender"], held["number"]) == ("Công an tỉnh Gia Lai", "412/CAT-PA05")
    # the way that is offered: a bare entry
    bare = {name: held[name] for name in ("sender", "number", "document_on", "confidentiality", "source")}
    bare["sender"] = bare["sender"] or "Công an tỉnh"
    assert clerk.post("/incoming", data=form(0, **bare)).status_code == 303
    assert documents(pages)[0]["book"] == "den-mat-2026"


def test_a_draft_stamped_secret_is_stopped_too(pages: Pages) -> None:
    document_id = pages.presented()
    pages.acting.does(
        office.DIRECTOR, "Assign", document_id, lead=f"person:{office.IT_SPECIALIST}", directive="Dự thảo"
    )
    version = pages.acting.record(document_id)["version"]
    draft = {"subject": "Sở TT&TT trả lời UBND tỉnh", "type": "CV", "file": pdf(typeset(circulation="MẬT"))}
    answer = pages.browser(office.IT_SPECIALIST).post(path(document_id, "start-draft"), data=form(version, **draft))
    assert answer.status_code == 422
    assert "không được lưu" in answer.text
    assert pages.acting.services.files.all("file:") == []
