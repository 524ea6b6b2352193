"""The same job with the server killed and the network gone: acts are queued, shown as pending, and arrive once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.fixtures import office
from tests.journeys.office_server import OfficeServer
from tests.journeys.people import Person
from tests.journeys.test_main_story import DRAFT, TITLE, registers

pytestmark = [pytest.mark.chromium, pytest.mark.timeout(300)]
PENDING = ".pending"


def all_sent(person: Person) -> None:
    """Wait until nothing of the device waits any more."""
    expect(person.page.locator("#waiting-count")).to_have_attribute("data-count", "0", timeout=30_000)


def test_every_step_after_registering_without_a_network(
    person: Callable[..., Person], letter: Callable[[str], Path], server: OfficeServer
) -> None:
    registers(person(office.CLERK).signs_in(), letter("UBND TINH GIA LAI yeu cau bao cao"))

    director = person(office.DIRECTOR, on_phone=True).signs_in().is_installed()
    director.opens_document(TITLE)
    server.kill()
    director.opens_document(TITLE).sends("add_comment", text="Xem kỹ số liệu")
    director.sees("Xem kỹ số liệu")
    director.sends("assign", directive="CNTT chủ trì tham mưu", lead=f"unit:{office.IT_UNIT}")
    director.sees("CNTT chủ trì tham mưu")
    expect(director.page.locator("#waiting-count")).to_have_attribute("data-count", "2")
    server.start()
    director.opens("/inbox")
    all_sent(director)

    head = person(office.IT_HEAD, on_phone=True).signs_in().is_installed()
    head.goes_offline().opens_document(TITLE)
    head.sends("assign", directive="Đức dự thảo", lead=f"person:{office.IT_SPECIALIST}").sees("Đức dự thảo")
    head.comes_online().opens("/inbox")
    all_sent(head)

    specialist = person(office.IT_SPECIALIST).signs_in().is_installed()
    server.kill()
    specialist.opens_document(TITLE)
    specialist.sends("start_draft", subject=DRAFT, type="BC", file=letter("Ban du thao lan dau"))
    specialist.sees(DRAFT)
    specialist.opens_document(DRAFT).sends("submit_draft", note="Kính trình anh xem").sees("Kính trình anh xem")
    specialist.opens("/outbox").sees(DRAFT)
    server.start()
    specialist.opens("/inbox")
    all_sent(specialist)

    head.opens("/inbox")
    head.opens_document(DRAFT).goes_offline()
    head.sends("submit_to_leader", leader_id=office.DIRECTOR, note="Kính trình Giám đốc").sees("Kính trình Giám đốc")
    head.comes_online().opens("/inbox")
    all_sent(head)

    director.opens("/inbox")
    director.opens_document(DRAFT)
    server.kill()
    director.opens_document(DRAFT)
    director.sends("approve", is_content_approved=True, is_form_approved=True, note="Đồng ý ban hành")
    director.sees("Đồng ý ban hành")
    server.start()
    director.opens("/inbox")
    all_sent(director)
    specialist.opens("/inbox?folder=done")
    expect(specialist.page.locator("main a", has_text=DRAFT)).to_be_visible(timeout=20_000)
    specialist.opens_document_here(DRAFT).sees("Đồng ý ban hành")


def test_returning_taking_on_and_concluding_without_a_network(
    person: Callable[..., Person], letter: Callable[[str], Path]
) -> None:
    registers(person(office.CLERK).signs_in(), letter("van ban den"))
    director = person(office.DIRECTOR).signs_in().opens_document(TITLE)
    director.sends("assign", directive="BCVT chủ trì", lead=f"unit:{office.POST_UNIT}").sees("BCVT chủ trì")

    wrong = person(office.POST_HEAD, on_phone=True).signs_in().is_installed().opens_document(TITLE).goes_offline()
    wrong.sends("return_assignment", reason="Thuộc phòng CNTT").sees("Thuộc phòng CNTT")
    wrong.comes_online().opens("/inbox")
    all_sent(wrong)
    expect(wrong.page.locator("main a", has_text=TITLE)).to_have_count(0, timeout=20_000)

    director.opens_document(TITLE).sees("Thuộc phòng CNTT")
    director.sends("assign", directive="CNTT chủ trì", lead=f"unit:{office.IT_UNIT}").sees("CNTT chủ trì")
    head = person(office.IT_HEAD, on_phone=True).signs_in().is_installed().opens_document(TITLE).goes_offline()
    head.sends("take_on", note="Tôi trực tiếp làm").sees("Tôi trực tiếp làm")
    head.sends("conclude", result="Đã báo cáo miệng", new_case_file_title="Hồ sơ chuyển đổi số").sees(
        "Đã báo cáo miệng"
    )
    head.comes_online().opens("/inbox")
    all_sent(head)
    head.opens("/outbox")
    expect(head.page.locator("#outbox .tag-done", has_text="Biên nhận có chữ ký")).to_have_count(2)
    devices = head.page.evaluate("async () => (await (await fetch('/sync/devices')).json()).devices")
    assert all(device["key_id"] for device in devices), "what it did was signed by the device's own key"
    head.opens("/inbox?folder=done")
    expect(head.page.locator("main a", has_text=TITLE)).to_be_visible(timeout=20_000)
    director.opens("/inbox?folder=done").opens_document_here(TITLE).sees("Đã báo cáo miệng")
