"""The slip of an incoming document: who said what in which part, and who may print it."""

from __future__ import annotations

import io

import pypdf

from tests.fixtures import office
from tests.web.conftest import Pages, path, section


def test_each_opinion_stands_in_the_part_of_whoever_gave_it(pages: Pages) -> None:
    document_id = pages.presented(number="77/UBND-KT")
    unit, person = f"unit:{office.IT_UNIT}", f"person:{office.IT_SPECIALIST}"
    fields = {"lead": unit, "collaborating": [f"unit:{office.POST_UNIT}"], "due_on": "2026-11-27"}
    pages.acting.does(office.DIRECTOR, "Assign", document_id, directive="Giao tham mưu <b>", **fields)
    pages.acting.does(office.IT_HEAD, "Assign", document_id, lead=person, directive="Dự thảo trong tuần")
    pages.acting.does(office.IT_SPECIALIST, "AddComment", document_id, text="Đề xuất xin ý kiến các huyện")
    text = pages.browser(office.IT_SPECIALIST).get(path(document_id, "slip")).text
    assert "77/UBND-KT" in text
    leaders, units, handlers = (section(text, f"<h2>{number}. ", "</section>") for number in (1, 2, 3))
    assert "Giao tham mưu &lt;b&gt;" in leaders
    assert "Chủ trì: Phòng CNTT" in leaders
    assert "Phối hợp: Phòng BCVT" in leaders
    assert "27/11/2026" in leaders
    assert "Dự thảo trong tuần" in units
    assert "Đề xuất xin ý kiến các huyện" in handlers
    assert "Giao tham mưu" not in units + handlers


def test_what_was_asked_of_who_gave_the_work_and_how_it_was_decided_stands_there(pages: Pages) -> None:
    document_id = pages.presented(number="78/UBND-KT")
    person = f"person:{office.IT_SPECIALIST}"
    fields = {"directive": "Trả lời", "due_on": "2026-11-27", "is_answer_required": True}
    pages.acting.does(office.DIRECTOR, "Assign", document_id, lead=person, **fields)
    for asks, decides, words in (
        ("RequestExtension", "DecideExtension", {"due_on": "2026-12-02", "reason": "Chờ số liệu"}),
        ("RequestExcuse", "DecideExcuse", {"reason": "Đã báo cáo tại cuộc họp"}),
    ):
        asked = pages.acting.does(office.IT_SPECIALIST, asks, document_id, **words)
        given = {"request_id": asked["action_id"], "is_granted": decides == "DecideExtension", "note": decides}
        assert pages.acting.does(office.DIRECTOR, decides, document_id, **given)["status"] == "applied"
    text = pages.browser(office.IT_SPECIALIST).get(path(document_id, "slip")).text
    leaders, _units, handlers = (section(text, f"<h2>{number}. ", "</section>") for number in (1, 2, 3))
    for words in ("<p>Đồng ý</p>", "<p>Không đồng ý</p>", "02/12/2026", "DecideExcuse"):
        assert words in leaders, words
    for words in ("Chờ số liệu", "Đã báo cáo tại cuộc họp"):
        assert words in handlers, words
    pdf = pages.browser(office.DIRECTOR).get(path(document_id, "slip.pdf")).data
    printed = " ".join(" ".join(page.extract_text().split()) for page in pypdf.PdfReader(io.BytesIO(pdf)).pages)
    assert "đã quyết định đề nghị miễn trả lời: DecideExcuse - Không đồng ý" in printed
    assert "đã xin gia hạn: Chờ số liệu - xin gia hạn đến 02/12/2026" in printed, "a wish is no deadline"


def test_the_slip_is_for_who_may_see_the_document_and_never_for_a_secret_one(pages: Pages) -> None:
    document_id = pages.presented()
    for person_id in (office.NOBODY, office.PRESS_SPECIALIST, office.ADMINISTRATOR):
        assert pages.browser(person_id).get(path(document_id, "slip")).status_code == 404
    assert pages.browser(office.DIRECTOR).get(path(document_id, "slip")).status_code == 200
    secret = pages.presented(number="1/UBND", confidentiality="secret", subject="", leader_id="")
    assert pages.browser(office.CLERK).get(path(secret, "slip")).status_code == 404
