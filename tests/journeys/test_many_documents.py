"""Many documents: found by list and by number, transferred in one go in the field, kept in a case file and exported."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pypdf
import pytest
from playwright.sync_api import expect

from tests.fixtures import office
from tests.journeys.people import Person, axe_findings

pytestmark = [pytest.mark.chromium, pytest.mark.timeout(300)]
TITLES = [f"UBND tỉnh yêu cầu báo cáo chuyên đề {number} trước ngày 05/12/2026" for number in ("một", "hai", "ba")]
IT = f"unit:{office.IT_UNIT}"
IS_ANSWERED = """() => location.pathname.endsWith('/registered')
    || document.querySelector('[name=duplicate_reason]')?.checkVisibility()"""


def registers_all(clerk: Person, file: Path) -> None:
    """Let the clerk register three documents, the second without its field."""
    for number, title in enumerate(TITLES, 1):
        clerk.opens("/incoming/new")
        form = clerk.page.locator("form[action='/incoming']")
        if number == 1:
            form.locator("input[name=file]").set_input_files(file)
            expect(clerk.page.locator("[data-viewer]")).to_be_visible()
        for name, value in {"sender": "UBND tỉnh Gia Lai", "number": f"81{number}/UBND-KGVX", "subject": title}.items():
            form.locator(f"[name={name}]").fill(value)
        form.locator("[name=document_on]").fill("2026-11-20")
        form.locator("select[name=leader_id]").select_option(office.DIRECTOR)
        if number != 2:
            form.locator("select[name=field]").select_option("cds")
        form.locator("button[type=submit]").last.click()
        expect(clerk.page.locator("main")).to_contain_text(title)


def test_three_documents_go_out_in_the_field_each_with_its_result(
    person: Callable[..., Person], letter: Callable[[str], Path]
) -> None:
    registers_all(person(office.CLERK).signs_in(), letter("van ban den"))
    director = person(office.DIRECTOR, on_phone=True).signs_in().is_installed()
    director.opens("/inbox")
    expect(director.page.locator(".lists .chip", has_text="Chờ tiếp nhận")).to_contain_text("3")
    director.goes_offline()
    director.page.locator("main a[href='/assign']").click()
    form = director.page.locator("#assign-many")
    expect(form.locator("[name=document]")).to_have_count(3)
    form.locator("[name=is_entry_confirmed]").check()
    form.locator("[name=directive]").fill("Chưa chọn văn bản")
    form.locator("button[type=submit]").click()
    # nothing was chosen: nothing is sent, and nothing that was written is lost
    assert form.locator("[name=document]").first.evaluate("box => box.validationMessage").startswith("Chưa chọn")
    expect(form.locator("[name=directive]")).to_have_value("Chưa chọn văn bản")
    for box in form.locator("[name=document]").all():
        box.check()
    form.locator("[name=directive]").fill("CNTT chủ trì cả ba văn bản")
    form.locator(f"input[name=lead][value='{IT}']").check()
    form.locator("button[type=submit]").click()
    waiting = director.page.locator("[data-result=waiting]")
    expect(waiting).to_have_count(3)
    expect(director.page.locator("#assign-many")).to_have_count(0)

    director.comes_online().opens("/inbox")
    # the one without a field was refused, and is there to be done anew
    expect(director.page.locator("#waiting-count")).to_have_attribute("data-count", "1", timeout=30_000)
    director.opens("/outbox").sees(TITLES[1])
    head = person(office.IT_HEAD).signs_in()
    expect(head.page.locator("#rows .row")).to_have_count(2, timeout=20_000)
    director.opens("/inbox?folder=watching&list=passed_on")
    expect(director.page.locator("#rows .row")).to_have_count(2, timeout=20_000)

    # the one left is given the same way with one tap
    director.opens("/inbox?list=waiting").opens_document_here(TITLES[1])
    form = director.form("assign")
    form.locator(".picks [data-ticks]").first.click()
    expect(form.locator(f"input[name=lead][value='{IT}']")).to_be_checked()
    form.locator("[name=field]").select_option("cds")
    form.locator("[name=is_entry_confirmed]").check()
    form.locator("[name=directive]").fill("CNTT chủ trì")
    form.locator("button[type=submit]").click()
    expect(head.page.locator("#rows .row")).to_have_count(3, timeout=30_000)


def test_a_document_is_opened_by_its_number_with_and_without_a_network(
    person: Callable[..., Person], letter: Callable[[str], Path]
) -> None:
    registers_all(person(office.CLERK).signs_in(), letter("van ban den"))
    director = person(office.DIRECTOR).signs_in().is_installed()

    def opens_number(number: str) -> None:
        director.opens("/inbox")
        director.page.locator("body").press("g")
        expect(director.page.locator("input[name=wanted]")).to_be_focused()
        director.page.keyboard.type(number)
        director.page.keyboard.press("Enter")

    opens_number("2")
    expect(director.page.locator("#document h1")).to_contain_text(TITLES[1])
    director.goes_offline()
    opens_number("813/ubnd-kgvx")
    expect(director.page.locator("#document h1")).to_contain_text(TITLES[2])
    opens_number("999")
    director.sees("Không tìm thấy văn bản")


def test_a_case_file_is_looked_at_and_exported(person: Callable[..., Person], letter: Callable[[str], Path]) -> None:
    registers_all(person(office.CLERK).signs_in(), letter("van ban den"))
    director = person(office.DIRECTOR).signs_in().opens_document(TITLES[0])
    director.sends("assign", directive="Đức xử lý", lead=f"person:{office.IT_SPECIALIST}", direct_reason="Gấp")
    director.sees("Đức xử lý")
    specialist = person(office.IT_SPECIALIST).signs_in().opens_document(TITLES[0])
    specialist.sends("conclude", new_case_file_title="Hồ sơ báo cáo chuyên đề năm 2026", result="Đã báo cáo")
    specialist.opens("/case-files")
    link = specialist.page.locator("main h2 a", has_text="Hồ sơ báo cáo chuyên đề năm 2026")
    expect(link).to_be_visible(timeout=20_000)
    link.click()
    specialist.sees("1 trên 1 văn bản đã giải quyết xong")
    assert axe_findings(specialist.page) == []
    with specialist.page.expect_download() as told:
        specialist.page.locator("a[href$='/xml']").click()
    assert b"<DocTotal>1</DocTotal>" in Path(told.value.path()).read_bytes()
    specialist.page.locator("form[action$='/pdf'] button").click()
    specialist.sees("Tệp in đã lập xong")
    address = specialist.page.locator("main a.btn-main").get_attribute("href")
    answer = specialist.context.request.get(specialist.server.url + str(address))
    pages = [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(answer.body())).pages]
    assert "MỤC LỤC VĂN BẢN" in pages[0]
    assert "van ban den" in pages[1]


def test_of_two_clerks_with_the_same_document_at_the_same_instant_one_registers_it(
    person: Callable[..., Person],
) -> None:
    clerks = [person(one).signs_in() for one in (office.CLERK, office.SECOND_CLERK)]
    entry = {"sender": "UBND tỉnh Gia Lai", "number": "900/UBND-KGVX", "subject": TITLES[0]}
    for clerk in clerks:
        clerk.opens("/incoming/new")
        for name, value in entry.items():
            clerk.page.locator(f"form[action='/incoming'] [name={name}]").fill(value)
        clerk.page.locator("[name=document_on]").fill("2026-11-20")
        clerk.page.locator("select[name=leader_id]").select_option(office.DIRECTOR)
    for clerk in clerks:
        # nobody waits for the other one's answer
        clerk.page.locator("form[action='/incoming'] button[type=submit]").last.click(no_wait_after=True)
    for clerk in clerks:
        clerk.page.wait_for_function(IS_ANSWERED)
    registered = [clerk for clerk in clerks if clerk.page.url.endswith("/registered")]
    warned = [clerk for clerk in clerks if clerk not in registered]
    assert [len(registered), len(warned)] == [1, 1]
    # the other one has the form back as it was, is led to the document, and is asked why it should be there twice
    page = warned[0].page
    assert page.locator("form[action='/incoming'] [name=number]").input_value() == entry["number"]
    expect(page.locator("[name=duplicate_reason]")).to_be_visible()
