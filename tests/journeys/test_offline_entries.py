"""The clerk without a network: entries are kept whole, ask for their numbers on return, and come back when refused."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.fixtures import office
from tests.journeys.people import Person, axe_findings
from tests.journeys.test_offline_story import all_sent

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
