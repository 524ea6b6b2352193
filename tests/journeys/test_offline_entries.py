"""The clerk without a network: entries are kept whole, ask for their numbers on return, and come back when refused."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pypdf
import pytest
from playwright.sync_api import expect

from tests.fixtures import office, pdfs, pictures
from tests.journeys.people import Person, axe_findings
from tests.journeys.test_offline_story import all_sent
from tests.journeys.test_paper import names, photographs, shot

pytestmark = [pytest.mark.chromium, pytest.mark.timeout(300)]
FIRST = "UBND tỉnh yêu cầu báo cáo tình hình an toàn thông tin trước ngày 31/12/2026"
THIN = "Mời họp"


def enters(clerk: Person, file: Path | None = None, **fields: str) -> None:
    """Fill the form of an entry and have it kept."""
    form = clerk.page.locator("form[action='/incoming']")
    for name, value in {"sender": "UBND tỉnh Gia Lai", **fields}.items():
        form.locator(f"[name={name}]").fill(value)
    if file is not None:
        form.locator("input[name=file]").set_input_files(file)
    form.locator("[name=leader_id]").select_option(office.DIRECTOR)
    form.locator("button[type=submit]").last.click()


@pytest.mark.parametrize("on_phone", [True, False], ids=["phone", "desktop"])
def test_entries_wait_for_their_numbers(
    person: Callable[..., Person], letter: Callable[[str], Path], on_phone: bool
) -> None:
    clerk = person(office.CLERK, on_phone=on_phone).signs_in().is_installed()
    clerk.opens("/incoming/new")
    expect(clerk.page.locator("#register")).to_be_visible()  # with a network: the whole form
    clerk.goes_offline().opens("/incoming/new").sees("Đang không có mạng")
    assert axe_findings(clerk.page) == []
    enters(clerk, letter("UBND TINH yeu cau bao cao"), subject=FIRST, number="415/UBND-KGVX")
    clerk.sees("Đã lưu trên thiết bị, chờ cấp số").sees(FIRST)
    enters(clerk, subject=THIN, number="7/GM-SNV")
    clerk.sees(THIN)
    expect(clerk.page.locator("#entry [data-action]")).to_have_count(2)
    assert axe_findings(clerk.page) == []
    clerk.comes_online().opens("/outbox")
    expect(clerk.page.locator("#outbox [aria-labelledby=refused-title]")).to_contain_text(THIN, timeout=30_000)
    clerk.sees("Đã vào sổ, số đến 1.")
    assert axe_findings(clerk.page) == []
    # the refused one is done anew in the whole form, with what was written
    clerk.page.locator("a", has_text="Làm lại").click()
    form = clerk.page.locator("#register form")
    expect(form.locator("[name=number]")).to_have_value("7/GM-SNV")
    form.locator("[name=subject]").fill("Sở Nội vụ mời họp ngày 25/11/2026 về tổng kết cải cách hành chính")
    form.locator("button[type=submit]").last.click()
    expect(clerk.page.locator("#registered .arrival")).to_contain_text("02")
    clerk.opens("/outbox").sees("Đã làm lại thành việc mới")
    # the director has the first one with its file
    director = person(office.DIRECTOR, on_phone=on_phone).signs_in().opens_document(FIRST)
    expect(director.page.locator(".arrival")).to_contain_text("01")
    expect(director.page.locator("[data-viewer]")).to_be_visible()


@pytest.mark.parametrize("on_phone", [True, False], ids=["phone", "desktop"])
def test_pages_photographed_without_a_network_become_one_pdf(
    person: Callable[..., Person], tmp_path: Path, on_phone: bool
) -> None:
    made = {
        "mot.jpg": pictures.jpeg((900, 1273), mark=1, dpi=72),
        "nghieng.jpg": pictures.jpeg((4400, 3300), mark=2, dpi=72, orientation=6),  # held upright
        "hong.jpg": pictures.jpeg((900, 1273), mark=3, dpi=72)[:2000],
        "ba.pdf": pdfs.simple("Trang thu ba"),
    }
    for name, content in made.items():
        (tmp_path / name).write_bytes(content)
    clerk = person(office.CLERK, on_phone=on_phone).signs_in().is_installed()
    clerk.goes_offline().opens("/incoming/new").sees("Đang không có mạng")
    photographs(clerk.page, *(tmp_path / name for name in ("mot.jpg", "nghieng.jpg", "hong.jpg")))
    clerk.page.locator("input[name=file]").set_input_files(tmp_path / "ba.pdf")
    assert names(clerk.page) == ["mot.jpg", "nghieng.jpg", "hong.jpg", "ba.pdf"]
    enters(clerk, subject=FIRST, number="415/UBND-KGVX")
    # what is at fault is named, and nothing is lost
    expect(clerk.page.locator("[data-gathering]")).to_contain_text("hong.jpg")
    expect(clerk.page.locator("[name=subject]")).to_have_value(FIRST)
    assert axe_findings(clerk.page) == []
    shot(clerk.page, f"gathered-{'phone' if on_phone else 'desktop'}")
    clerk.page.get_by_role("button", name="Bỏ tệp 3. hong.jpg").click()
    clerk.page.locator("form[action='/incoming'] button[type=submit]").last.click()
    clerk.sees("Đã lưu trên thiết bị, chờ cấp số").sees(FIRST)
    clerk.comes_online().opens("/inbox")
    all_sent(clerk)
    director = person(office.DIRECTOR, on_phone=on_phone).signs_in().opens_document(FIRST)
    expect(director.page.locator(".viewer-bar")).to_contain_text("mot.pdf")
    viewer = director.page.locator("[data-viewer]")
    whole = director.page.request.get(f"{director.server.url}{viewer.get_attribute('data-src')}")
    pages = pypdf.PdfReader(io.BytesIO(whole.body())).pages
    assert [page.mediabox.height > page.mediabox.width for page in pages] == [True, True, True]
    [picture] = pages[1].images
    assert picture.image is not None
    assert picture.image.size == (2631, 3508), "turned as it was held, at 300 dots per inch of A4"


def test_a_second_click_while_pages_are_gathered_sends_nothing_twice(
    person: Callable[..., Person], tmp_path: Path
) -> None:
    clerk = person(office.CLERK).signs_in().is_installed().goes_offline().opens("/incoming/new")
    (tmp_path / "mot.jpg").write_bytes(pictures.jpeg((3000, 4243), mark=1, dpi=72))
    clerk.page.locator("input[name=file]").set_input_files([tmp_path / "mot.jpg"])
    clerk.page.evaluate("""() => document.addEventListener('submit', () => {
      sessionStorage.sent = Number(sessionStorage.sent ?? 0) + 1;
    })""")
    expect(clerk.page.locator("[data-cut-state]")).to_contain_text("dùng cả ảnh", timeout=30_000)
    for name, value in {"sender": "UBND tỉnh Gia Lai", "subject": FIRST}.items():
        clerk.page.locator(f"form[action='/incoming'] [name={name}]").fill(value)
    clerk.page.locator("form[action='/incoming']").evaluate("(form) => { form.requestSubmit(); form.requestSubmit(); }")
    clerk.sees("Đã lưu trên thiết bị, chờ cấp số")
    assert clerk.page.evaluate("sessionStorage.sent") == "1"
    expect(clerk.page.locator("#entry [data-action]")).to_have_count(1)


def test_a_form_that_the_server_did_not_answer_is_kept_as_an_entry(
    person: Callable[..., Person], letter: Callable[[str], Path]
) -> None:
    """The network goes while the clerk fills in the whole form, whose file was read already."""
    clerk = person(office.CLERK).signs_in().is_installed().opens("/incoming/new")
    form = clerk.page.locator("form[action='/incoming']")
    form.locator("input[name=file]").set_input_files(letter("UBND TINH yeu cau"))
    expect(clerk.page.locator("[data-viewer]")).to_be_visible()
    for name, value in {"sender": "UBND tỉnh Gia Lai", "number": "415/UBND-KGVX", "subject": FIRST}.items():
        form.locator(f"[name={name}]").fill(value)
    form.locator("[name=leader_id]").select_option(office.DIRECTOR)
    clerk.goes_offline()
    form.locator("button[type=submit]").last.click()
    clerk.sees("Đã lưu trên thiết bị, chờ cấp số").sees(FIRST)
    clerk.comes_online().opens("/inbox")
    all_sent(clerk)
    clerk.opens("/outbox").sees("Đã vào sổ, số đến 1.")
    director = person(office.DIRECTOR).signs_in().opens_document(FIRST)
    expect(director.page.locator("[data-viewer]")).to_be_visible()
