"""The clerk's day at a keyboard: the scan is read at once, the number comes, the next form is one key away."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from server.adapters.typesetting import Typesetter
from tests.fixtures import office
from tests.journeys.people import Person, axe_findings

pytestmark = [pytest.mark.chromium, pytest.mark.timeout(300)]
LETTER = {
    "agency": "ỦY BAN NHÂN DÂN TỈNH GIA LAI",
    "number": "415/UBND-KGVX",
    "place": "Gia Lai",
    "date": "2026-11-21",
    "type": "CV",
    "subject": "tăng cường bảo đảm an toàn thông tin mạng dịp cuối năm",
    "to": ["Sở Thông tin và Truyền thông"],
    "body": ["Đề nghị các sở rà soát, báo cáo kết quả trước ngày 31/12/2099."],
}
SUBJECT = "UBND tỉnh yêu cầu báo cáo an toàn thông tin mạng trước ngày 31/12/2099"

NEWS = """() => navigator.serviceWorker.dispatchEvent(
  new MessageEvent('message', { data: { type: 'changed', ids: ['*'] } }))"""


@pytest.fixture
def scan(tmp_path: Path) -> Path:
    """Give a letter as a PDF file."""
    out = io.BytesIO()
    Typesetter().typeset(LETTER, out)
    path = tmp_path / "415-UBND.pdf"
    path.write_bytes(out.getvalue())
    return path


def focused(page: Page) -> str:
    """Return the name, or else the words, of what has the focus."""
    found: str = page.evaluate("() => document.activeElement.name || document.activeElement.textContent.trim()")
    return found


def tab_to(page: Page, name: str) -> None:
    """Press Tab until a field has the focus, as often as there are fields at most."""
    for _ in range(25):
        if focused(page) == name:
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab does not lead to {name}")


def test_a_document_is_registered_without_a_mouse(person: Callable[..., Person], scan: Path) -> None:
    page = person(office.CLERK).signs_in().page
    page.keyboard.press("n")
    page.wait_for_url("**/incoming/new")
    expect(page.locator("input[name=file]")).to_be_focused()
    page.locator("input[name=file]").set_input_files(scan)  # the browser's own dialogue, which it keeps for itself
    expect(page.locator("[name=number]")).to_have_value("415/UBND-KGVX")
    expect(page.locator("input[name=file]")).to_be_focused()
    tab_to(page, "subject")
    page.keyboard.press("Control+a")
    page.keyboard.type(SUBJECT)
    tab_to(page, "leader_id")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/registered")
    expect(page.locator(".arrival")).to_contain_text("01")
    expect(page.locator("#registered")).to_contain_text(SUBJECT)
    assert axe_findings(page) == []
    page.keyboard.press("Enter")
    page.wait_for_url("**/incoming/new")
    expect(page.locator("[name=subject]")).to_have_value("")
    expect(page.locator("input[name=file]")).to_be_focused()


def test_what_is_typed_while_the_file_is_read_stays(person: Callable[..., Person], scan: Path) -> None:
    page = person(office.CLERK).signs_in().opens("/incoming/new").page
    page.locator("[name=sender]").fill("Tôi đã gõ")

    def slowly(route: object) -> None:
        page.locator("[name=number]").press_sequentially("77/TB")
        route.continue_()  # type: ignore[attr-defined]

    page.context.route("**/incoming/read", slowly)
    page.locator("input[name=file]").set_input_files(scan)
    expect(page.locator("[name=document_on]")).to_have_value("2026-11-21")
    assert page.locator("[name=sender]").input_value() == "Tôi đã gõ"
    assert page.locator("[name=number]").input_value() == "77/TB"
    assert focused(page) == "number"


def test_news_do_not_touch_the_form_of_a_new_document(person: Callable[..., Person], scan: Path) -> None:
    clerk = person(office.CLERK).signs_in().is_installed().opens("/incoming/new")
    page = clerk.page
    page.locator("input[name=file]").set_input_files(scan)
    expect(page.locator("[name=number]")).to_have_value("415/UBND-KGVX")
    page.locator("[name=note]").fill("Kèm 02 phụ lục")
    page.locator("h1").last.click()
    page.evaluate(NEWS)
    page.locator("[name=note]").fill("Kèm 03 phụ lục")
    page.evaluate("() => fetch('/incoming/new').then((answer) => answer.text())")  # as long as a swap would take
    expect(page.locator("[data-viewer]")).to_be_visible()
    expect(page.locator("[name=note]")).to_have_value("Kèm 03 phụ lục")


def test_a_file_that_cannot_be_read_is_named_and_the_form_kept(
    person: Callable[..., Person], tmp_path: Path, scan: Path
) -> None:
    page = person(office.CLERK).signs_in().opens("/incoming/new").page
    page.locator("[name=sender]").fill("UBND tỉnh Gia Lai")
    broken = tmp_path / "hong.pdf"
    broken.write_bytes(b"not a pdf")
    page.locator("input[name=file]").set_input_files(broken)
    expect(page.locator("#register-file-err")).to_be_visible()
    assert axe_findings(page) == []
    page.locator("input[name=file]").set_input_files(scan)
    expect(page.locator("[data-viewer]")).to_be_visible()
    expect(page.locator("#register-file-err")).to_have_count(0)
    assert page.locator("[name=sender]").input_value() == "UBND tỉnh Gia Lai"


def test_without_a_network_the_button_is_offered_to_try_again(person: Callable[..., Person], scan: Path) -> None:
    clerk = person(office.CLERK).signs_in().opens("/incoming/new")
    button = clerk.page.locator("[formaction='/incoming/read']")
    expect(button).to_be_hidden()
    clerk.goes_offline()
    clerk.page.locator("input[name=file]").set_input_files(scan)
    expect(button).to_be_visible()
    clerk.comes_online()
    button.click()
    expect(clerk.page.locator("[name=number]")).to_have_value("415/UBND-KGVX")


def test_a_suggested_subject_is_taken_over_in_place(person: Callable[..., Person], scan: Path) -> None:
    page = person(office.CLERK).signs_in().opens("/incoming/new").page
    page.locator("input[name=file]").set_input_files(scan)
    expect(page.locator("[name=number]")).to_have_value("415/UBND-KGVX")
    page.locator("[name=subject]").fill("V/v Mời họp")
    page.locator("[name=subject]").press("Control+Enter")
    suggested = page.locator("#suggested-subject").inner_text()
    page.locator("[data-fill]").click()
    expect(page.locator("[name=subject]")).to_have_value(suggested)
    expect(page.locator("[name=subject]")).to_be_focused()
    expect(page.locator("#suggested-subject")).to_have_count(0)


def test_a_secret_document_has_no_fields_for_its_content(person: Callable[..., Person]) -> None:
    page = person(office.CLERK).signs_in().opens("/incoming/new").page
    page.locator("[name=subject]").fill("Nội dung mật")
    page.locator("[name=sender]").fill("Công an tỉnh Gia Lai")
    page.locator("[name=number]").fill("12/CAT")
    page.locator("[name=confidentiality]").select_option("secret")
    for name in ("subject", "original_subject", "note", "file"):
        expect(page.locator(f"[name={name}]")).to_be_hidden()
    page.locator("[name=number]").press("Control+Enter")
    page.wait_for_url("**/registered")
    expect(page.locator("#registered")).not_to_contain_text("Nội dung mật")


def test_lists_are_walked_through_with_keys(person: Callable[..., Person]) -> None:
    clerk = person(office.CLERK).signs_in()
    page = clerk.page
    for number in ("1/SNV", "2/SNV"):
        clerk.opens("/incoming/new")
        for name, value in {"sender": "Sở Nội vụ", "number": number, "subject": SUBJECT + " " + number}.items():
            page.locator(f"[name={name}]").fill(value)
        page.keyboard.press("Control+Enter")
        page.wait_for_url("**/registered")
    clerk.opens("/incoming")
    for key, number in (("j", "2/SNV"), ("j", "1/SNV"), ("j", "1/SNV"), ("k", "2/SNV")):
        page.keyboard.press(key)
        assert number in focused(page)
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_visible()
    assert axe_findings(page) == []
    page.keyboard.press("Escape")
    expect(page.locator("#keys")).to_be_hidden()
    page.keyboard.press("Enter")
    expect(page.locator("#document h1")).to_contain_text("2/SNV")
