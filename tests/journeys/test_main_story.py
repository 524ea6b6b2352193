"""The main job in the browser: from the clerk's desk to an approved reply, every hand online."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.fixtures import office
from tests.journeys.people import Person

pytestmark = [pytest.mark.chromium, pytest.mark.timeout(240)]
TITLE = "UBND tỉnh yêu cầu báo cáo kết quả chuyển đổi số năm 2026 trước ngày 05/12/2026"
DRAFT = "Báo cáo kết quả chuyển đổi số năm 2026 của Sở Thông tin và Truyền thông"


def registers(clerk: Person, file: Path, title: str = TITLE) -> None:
    """Let the clerk register a document for the director through the page."""
    clerk.opens("/incoming/new")
    page = clerk.page
    page.locator("input[name=file]").set_input_files(file)
    expect(page.locator("[data-viewer]")).to_be_visible()
    for name, value in {"sender": "UBND tỉnh Gia Lai", "number": "812/UBND-KGVX", "subject": title}.items():
        page.locator(f"[name={name}]").fill(value)
    page.locator("[name=document_on]").fill("2026-11-20")
    page.locator("select[name=leader_id]").select_option(office.DIRECTOR)
    page.locator("form[action='/incoming'] button[type=submit]").last.click()
    expect(page.locator("main")).to_contain_text(title)


def test_from_the_clerk_to_an_approved_reply(person: Callable[..., Person], letter: Callable[[str], Path]) -> None:
    clerk = person(office.CLERK).signs_in()
    registers(clerk, letter("UBND TINH GIA LAI yeu cau bao cao"))

    director = person(office.DIRECTOR, on_phone=True).signs_in().opens_document(TITLE)
    director.sends(
        "assign",
        directive="Phòng CNTT chủ trì tham mưu",
        due_on="2026-12-01",
        lead=f"unit:{office.IT_UNIT}",
        collaborating=[f"unit:{office.POST_UNIT}"],
    ).sees("Phòng CNTT chủ trì tham mưu")

    head = person(office.IT_HEAD).signs_in().opens_document(TITLE)
    head.sends("assign", directive="Đức dự thảo báo cáo", lead=f"person:{office.IT_SPECIALIST}")
    head.sees("Đức dự thảo báo cáo")

    specialist = person(office.IT_SPECIALIST).signs_in().opens_document(TITLE)
    specialist.sends("add_comment", text="Đã nhận, sẽ trình trước ngày 30/11").sees("Đã nhận, sẽ trình")
    specialist.sends("start_draft", subject=DRAFT, type="BC", file=letter("Ban du thao lan dau"))
    specialist.opens_document(DRAFT).sends("submit_draft", note="Kính trình anh xem")
    specialist.sees("Kính trình anh xem")

    head.opens_document(DRAFT).sends("return_draft", reason="Bổ sung số liệu quý IV").sees("Bổ sung số liệu quý IV")
    specialist.opens_document(DRAFT).sends("add_version", file=letter("Ban du thao lan hai"), note="Đã bổ sung")
    specialist.sees("Đã bổ sung").sends("submit_draft", note="Trình lại")
    specialist.sees("Trình lại")
    head.opens_document(DRAFT).sends("submit_to_leader", leader_id=office.DIRECTOR, note="Kính trình Giám đốc")
    head.sees("Kính trình Giám đốc")

    director.opens_document(DRAFT)
    director.sends("approve", is_content_approved=True, is_form_approved=True, note="Đồng ý ban hành")
    director.sees("Đồng ý ban hành")

    specialist.opens_document(TITLE)
    specialist.sends("conclude", result="Đã trình báo cáo", new_case_file_title="Hồ sơ chuyển đổi số năm 2026")
    specialist.sees("Đã trình báo cáo")
    specialist.opens("/case-files").sees("Hồ sơ chuyển đổi số năm 2026")


def test_the_person_who_must_see_nothing_sees_nothing(
    person: Callable[..., Person], letter: Callable[[str], Path]
) -> None:
    registers(person(office.CLERK).signs_in(), letter("van ban"))
    nobody = person(office.NOBODY).signs_in()
    for path in ("/inbox", "/incoming", "/reviews", "/case-files", "/outbox"):
        nobody.opens(path)
        assert TITLE not in nobody.page.content()
