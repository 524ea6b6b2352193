"""Paper at the desk and on a phone: pages gathered, ordered, read; the scan that follows; text from pictures."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.adapters.test_recognizer import needs_tesseract, photographed
from tests.fixtures import office, pdfs, pictures
from tests.journeys.people import Person, axe_findings
from tests.journeys.test_clerk import SUBJECT
from tests.journeys.test_clerk import scan as scan  # noqa: PLC0414 - a fixture

pytestmark = [pytest.mark.chromium, pytest.mark.timeout(300)]
READ = "[formaction='/incoming/read']"
ROWS = ".paper-pages li span"


@pytest.fixture
def sheets(tmp_path: Path) -> Callable[[str], Path]:
    """Give a way to have a photographed page of some name."""

    def made(name: str) -> Path:
        path = tmp_path / name
        path.write_bytes(pictures.jpeg((900, 1273), mark=len(name), dpi=72))
        return path

    return made


def photographs(page: Page, *paths: Path) -> None:
    """Let the camera give one picture after the other."""
    for path in paths:
        page.locator("input[name=file_photo]").set_input_files(path)


def names(page: Page) -> Sequence[str]:
    return page.locator(ROWS).all_text_contents()


def fills(page: Page) -> None:
    page.locator("[name=sender]").fill("UBND tỉnh Gia Lai")
    page.locator("[name=subject]").fill(SUBJECT)


def shot(page: Page, name: str) -> None:
    if folder := os.environ.get("CONGVAN_SHOTS"):
        page.screenshot(path=f"{folder}/paper-{name}.png", full_page="phone" not in name)


@pytest.mark.parametrize("on_phone", [True, False], ids=["phone", "desktop"])
def test_pages_are_gathered_put_in_order_and_registered(
    person: Callable[..., Person], sheets: Callable[[str], Path], on_phone: bool
) -> None:
    device = "phone" if on_phone else "desktop"
    page = person(office.CLERK, on_phone=on_phone).signs_in().opens("/incoming/new").page
    expect(page.locator(".paper-photo")).to_be_visible() if on_phone else expect(
        page.locator(".paper-photo")
    ).to_be_hidden()
    shot(page, f"empty-{device}")
    one, two, three = sheets("trang-1.jpg"), sheets("trang-02.jpg"), sheets("trang-003.jpg")
    if on_phone:
        photographs(page, two, one, three)
    else:
        page.locator("input[name=file]").set_input_files([two, one, three])
    assert names(page) == [two.name, one.name, three.name]
    expect(page.locator(READ)).to_be_visible()
    page.get_by_role("button", name=f"Chuyển lên trên: 2. {one.name}").click()
    assert names(page) == [one.name, two.name, three.name]
    page.get_by_role("button", name=f"Bỏ tệp 3. {three.name}").press("Enter")
    assert names(page) == [one.name, two.name]
    assert axe_findings(page) == []
    shot(page, f"list-{device}")
    page.locator(READ).click()
    expect(page.locator("[data-viewer]")).to_be_visible()
    expect(page.locator(".register-file")).to_contain_text("2 trang")
    expect(page.locator(".register-file")).to_contain_text("200 dpi")
    expect(page.locator(ROWS)).to_have_count(0)
    assert axe_findings(page) == []
    shot(page, f"taken-{device}")
    fills(page)
    page.locator("[name=subject]").press("Control+Enter")
    page.wait_for_url("**/registered")
    page.get_by_role("link", name="Mở văn bản").click()
    expect(page.locator(".viewer-bar")).to_contain_text("2 trang")


def test_a_page_that_is_broken_is_named_and_can_be_taken_out(
    person: Callable[..., Person], sheets: Callable[[str], Path], tmp_path: Path
) -> None:
    page = person(office.CLERK).signs_in().opens("/incoming/new").page
    broken = tmp_path / "hong.jpg"
    broken.write_bytes(pictures.jpeg()[:9000])
    page.locator("input[name=file]").set_input_files([sheets("trang-1.jpg"), broken])
    page.locator(READ).click()
    expect(page.locator("#register-file-err")).to_contain_text("hong.jpg")
    page.get_by_role("button", name="Bỏ tệp 2. hong.jpg").click()
    page.locator(READ).click()
    expect(page.locator("[data-viewer]")).to_be_visible()
    expect(page.locator("#register-file-err")).to_have_count(0)


def test_pages_that_were_not_read_are_registered_all_the_same(
    person: Callable[..., Person], sheets: Callable[[str], Path]
) -> None:
    page = person(office.CLERK).signs_in().opens("/incoming/new").page
    page.locator("input[name=file]").set_input_files([sheets("b.jpg"), sheets("aa.jpg")])
    fills(page)
    page.locator("[name=subject]").press("Control+Enter")
    page.wait_for_url("**/registered")
    page.get_by_role("link", name="Mở văn bản").click()
    expect(page.locator(".viewer-bar")).to_contain_text("b.pdf")
    expect(page.locator(".viewer-bar")).to_contain_text("2 trang")


@pytest.mark.parametrize("on_phone", [True, False], ids=["phone", "desktop"])
def test_the_scan_follows_the_registration(
    person: Callable[..., Person], sheets: Callable[[str], Path], on_phone: bool
) -> None:
    device = "phone" if on_phone else "desktop"
    clerk = person(office.CLERK, on_phone=on_phone).signs_in().is_installed().opens("/incoming/new")
    page = clerk.page
    fills(page)
    page.locator("[name=leader_id]").select_option(office.DIRECTOR)
    page.locator("[name=subject]").press("Control+Enter")
    page.wait_for_url("**/registered")
    clerk.opens("/incoming?scan=awaited")
    expect(page.locator("tbody")).to_contain_text("Chờ bản quét")
    shot(page, f"book-{device}")
    page.locator("tbody a", has_text=SUBJECT).click()
    expect(page.locator("#document")).to_contain_text("chưa có bản quét")
    form = clerk.form("add_scan")
    if on_phone:
        photographs(page, sheets("mot.jpg"), sheets("haiii.jpg"))
    else:
        form.locator("input[name=file]").set_input_files([sheets("mot.jpg"), sheets("haiii.jpg")])
    assert names(page) == ["mot.jpg", "haiii.jpg"]
    assert axe_findings(page) == []
    shot(page, f"add-scan-{device}")
    form.locator("button[type=submit]").click()
    expect(page.locator("#timeline")).to_contain_text("đã bổ sung bản quét")
    expect(page.locator(".viewer-bar")).to_contain_text("2 trang")
    expect(page.locator("#document")).not_to_contain_text("Chờ bản quét")
    shot(page, f"scan-added-{device}")
    clerk.opens("/recognition")
    expect(page.locator("#recognition-queue")).to_contain_text(SUBJECT)
    assert axe_findings(page) == []
    shot(page, f"queue-{device}")


def test_adding_a_scan_without_a_network_says_so_and_keeps_the_pages(
    person: Callable[..., Person], sheets: Callable[[str], Path]
) -> None:
    clerk = person(office.CLERK).signs_in().is_installed().opens("/incoming/new")
    page = clerk.page
    fills(page)
    page.locator("[name=subject]").press("Control+Enter")
    page.wait_for_url("**/registered")
    clerk.opens("/inbox").opens_document_here(SUBJECT)
    form = clerk.form("add_scan")
    form.locator("input[name=file]").set_input_files([sheets("mot.jpg"), sheets("haiii.jpg")])
    clerk.goes_offline()
    form.locator("button[type=submit]").click()
    expect(form.locator("[data-unsent]")).to_contain_text("mất kết nối mạng")
    assert names(page) == ["mot.jpg", "haiii.jpg"]
    clerk.comes_online()
    form.locator("button[type=submit]").click()
    expect(page.locator("#timeline")).to_contain_text("đã bổ sung bản quét")


@needs_tesseract
def test_the_form_fills_itself_from_a_scan_while_the_clerk_waits(
    person: Callable[..., Person], scan: Path, tmp_path: Path
) -> None:
    page = person(office.CLERK).signs_in().opens("/incoming/new").page
    paper = tmp_path / "quet.pdf"
    paper.write_bytes(photographed(scan.read_bytes()))
    page.locator("#register-more > summary").click()
    page.locator("[name=note]").fill("Bản giấy")
    page.locator("input[name=file]").set_input_files(paper)
    expect(page.locator(".register-file")).to_contain_text("nhận dạng")
    shot(page, "recognising-desktop")
    expect(page.locator("[name=number]")).to_have_value("415/UBND-KGVX", timeout=120_000)
    expect(page.locator("[name=document_on]")).to_have_value("2026-11-21")
    assert page.locator("[name=note]").input_value() == "Bản giấy"
    assert axe_findings(page) == []
    shot(page, "recognised-desktop")
    fills(page)
    page.locator("[name=subject]").press("Control+Enter")
    page.wait_for_url("**/registered")
    page.get_by_role("link", name="Mở văn bản").click()
    page.locator(".recognized summary").click()
    expect(page.locator(".recognized pre")).to_contain_text("an toàn thông tin mạng")
    assert axe_findings(page) == []
    shot(page, "recognised-document")


def test_without_a_script_several_files_are_chosen_at_once(
    person: Callable[..., Person], sheets: Callable[[str], Path], tmp_path: Path
) -> None:
    clerk = person(office.CLERK).signs_in()
    state = clerk.context.storage_state()
    browser = clerk.context.browser
    assert browser is not None
    plain = browser.new_context(java_script_enabled=False, storage_state=state, service_workers="block")
    page = plain.new_page()
    page.goto(f"{clerk.server.url}/incoming/new")
    letter = tmp_path / "cong-van.pdf"
    letter.write_bytes(pdfs.simple("Cong van"))
    page.locator("input[name=file]").set_input_files([letter, sheets("phu-luc.jpg")])
    page.locator(READ).click()
    expect(page.locator(".register-file")).to_contain_text("2 trang")
    fills(page)
    page.locator("button[accesskey=s]").click()
    page.wait_for_url("**/registered")
    plain.close()
