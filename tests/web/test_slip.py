"""The slip of an incoming document: who said what in which part, and who may print it."""

from __future__ import annotations

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


def test_the_slip_is_for_who_may_see_the_document_and_never_for_a_secret_one(pages: Pages) -> None:
    document_id = pages.presented()
    for person_id in (office.NOBODY, office.PRESS_SPECIALIST, office.ADMINISTRATOR):
        assert pages.browser(person_id).get(path(document_id, "slip")).status_code == 404
    assert pages.browser(office.DIRECTOR).get(path(document_id, "slip")).status_code == 200
    secret = pages.presented(number="1/UBND", confidentiality="secret", subject="", leader_id="")
    assert pages.browser(office.CLERK).get(path(secret, "slip")).status_code == 404
