"""The registering form at a keyboard: Enter leads to what is to be checked, marks go when somebody has looked."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from server.adapters.typesetting import Typesetter
from tests.fixtures import office
from tests.journeys.people import Person, axe_findings
from tests.journeys.test_clerk import LETTER

pytestmark = [pytest.mark.chromium, pytest.mark.timeout(300)]
SUBJECT = "UBND tỉnh yêu cầu báo cáo an toàn thông tin mạng trước ngày 31/12/2099"


@pytest.fixture
def scan(tmp_path: Path) -> Callable[..., Path]:
    """Give a way to have a letter as a PDF file; its symbol is another agency's, and nobody signed it."""

    def typeset(**changes: Any) -> Path:
        letter = {
            **LETTER,
            "agency": "ỦY BAN NHÂN DÂN\nTỈNH GIA LAI",
            "number": "415/SYT-NV",
            "recipients": ["Như trên;", "Lưu: VT, KGVX."],
        }
        out = io.BytesIO()
        Typesetter().typeset({**letter, **changes}, out)
        path = tmp_path / f"{len(list(tmp_path.iterdir()))}.pdf"
        path.write_bytes(out.getvalue())
        return path

    return typeset


def reads(page: Page, file: Path) -> None:
    """Choose a file and wait until it is read."""
    page.locator("input[name=file]").set_input_files(file)
    expect(page.locator(".reading")).to_contain_text("Đã đọc tệp")


def test_enter_leads_through_what_is_to_be_checked_and_then_to_the_button(
    person: Callable[..., Person], scan: Callable[..., Path]
) -> None:
    page = person(office.CLERK).signs_in().opens("/incoming/new").page
    reads(page, scan())
    expect(page.locator("#register-sender-hint")).to_have_text("Đọc được rõ")
    expect(page.locator("#register-number-hint")).to_have_text("Cần kiểm tra")
    expect(page.locator("#register-signer_name-hint")).to_have_text("Không thấy trong tệp")
    expect(page.locator("#register-filled")).to_contain_text("13/16")
    assert axe_findings(page) == []
    page.locator("[name=sender]").press("Enter")
    expect(page.locator("[name=number]")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("[name=leader_id]")).to_be_focused()  # none is chosen yet
    page.keyboard.press("Enter")
    expect(page.locator("[name=signer_name]")).to_be_focused()  # in the folded part, which is open
    page.keyboard.type("Nguyễn Hữu Quang")
    expect(page.locator("#register-signer_name-hint")).to_have_count(0)
    expect(page.locator("#register-filled")).to_contain_text("14/16")
    page.keyboard.press("Enter")
    expect(page.locator("[name=signer_position]")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("form.register .btn-main")).to_be_focused()
    assert "/incoming/new" in page.url, "a stray Enter sends nothing"


def test_what_was_registered_before_is_said_as_soon_as_the_file_is_read(
    person: Callable[..., Person], scan: Callable[..., Path]
) -> None:
    clerk = person(office.CLERK).signs_in().opens("/incoming/new")
    page, file = clerk.page, scan()
    reads(page, file)
    page.locator("[name=subject]").fill(SUBJECT)
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/registered")
    clerk.opens("/incoming/new")
    reads(page, file)
    alarm = page.locator("#register-alarms")
    expect(alarm).to_contain_text("Trùng tệp")
    expect(alarm).to_contain_text("Trùng số, ký hiệu, cơ quan")
    assert axe_findings(page) == []
    page.locator("[name=subject]").fill(SUBJECT)
    page.locator("[name=duplicate_reason]").fill("Bản thay thế, có đính chính")
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/registered")
    page.get_by_role("link", name="Mở văn bản").click()
    expect(page.locator("#document")).to_contain_text("Bản thay thế, có đính chính")


def test_a_file_stamped_secret_leaves_a_bare_form(person: Callable[..., Person], scan: Callable[..., Path]) -> None:
    page = person(office.CLERK).signs_in().opens("/incoming/new").page
    page.locator("[name=subject]").fill("Nội dung của văn bản mật")
    file = scan(agency="CÔNG AN TỈNH GIA LAI", number="12/CAT-PA05", circulation="TỐI MẬT")
    page.locator("input[name=file]").set_input_files(file)
    expect(page.locator("#register-alarms")).to_contain_text("Tệp có dấu Tối mật")
    expect(page.locator("[name=confidentiality]")).to_have_value("secret")
    expect(page.locator("[name=number]")).to_have_value("12/CAT-PA05")
    for name in ("subject", "original_subject", "note", "file", "to_places"):
        expect(page.locator(f"[name={name}]")).to_be_hidden()
    expect(page.locator("#register-filled")).to_contain_text("8/9")
    assert axe_findings(page) == []
    page.locator("[name=number]").press("Control+Enter")
    page.wait_for_url("**/registered")
    expect(page.locator("#registered")).not_to_contain_text("Nội dung")


def test_on_a_phone_the_form_is_no_wider_than_the_screen(
    person: Callable[..., Person], scan: Callable[..., Path]
) -> None:
    page = person(office.CLERK, on_phone=True).signs_in().opens("/incoming/new").page
    reads(page, scan())
    assert page.evaluate("() => document.documentElement.scrollWidth") <= 390
