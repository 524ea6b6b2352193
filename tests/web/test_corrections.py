"""The pages on which a wrong entry of the book is corrected, and what the book shows of it afterwards."""

from __future__ import annotations

import re

import pytest

from tests.fixtures import office
from tests.web.conftest import Pages, controls, form, path, section

CLERK, IT_HEAD, ADMINISTRATOR = office.CLERK, office.IT_HEAD, office.ADMINISTRATOR


def asked(pages: Pages, document_id: str, **changes: str) -> str:
    """Let the clerk ask for a correction through the page and return its id."""
    clerk = pages.browser(CLERK)
    filled = controls(clerk.get(path(document_id, "correction")))
    answer = clerk.post(path(document_id, "request-correction"), data={**filled, "reason": "Ghi nhầm", **changes})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/corrections?done=request_correction")
    return filled["action_id"]


def test_a_correction_goes_through_three_pairs_of_hands(pages: Pages) -> None:
    document_id = pages.presented(number="12/UBND-KGVX")
    correction_id = asked(pages, document_id, number="21/UBND-KGVX")
    head, administrator, clerk = pages.browser(IT_HEAD), pages.browser(ADMINISTRATOR), pages.browser(CLERK)
    assert "đề nghị đính chính số đến 01/2026" in head.get("/inbox").text
    shown = head.get("/corrections").text
    assert "<del>12/UBND-KGVX</del> <ins>21/UBND-KGVX</ins>" in shown
    named = {"correction_id": correction_id}
    seen = pages.acting.record(document_id)["version"]
    answer = head.post(path(document_id, "permit-correction"), data=form(seen, **named, note="Giao quản trị"))
    assert answer.headers["Location"] == "/corrections?done=permit_correction"
    assert "Đề nghị thực hiện" in administrator.get("/inbox").text
    page = administrator.get("/corrections").text
    own = section(page, f'id="correction-{correction_id}"', "</li>")
    assert f'action="{path(document_id, "carry-out-correction")}"' in page
    assert path(document_id) + '"' not in own
    answer = administrator.post(path(document_id, "carry-out-correction"), data=form(seen, **named))
    assert answer.headers["Location"] == "/corrections?done=carry_out_correction"
    assert pages.acting.record(document_id)["number"] == "21/UBND-KGVX"
    assert "đã đính chính số đến 01/2026" in clerk.get("/inbox").text
    row = section(clerk.get("/incoming").text, "<tr><td", "</tr>")
    assert "<s>12/UBND-KGVX</s> 21/UBND-KGVX" in row
    document = clerk.get(path(document_id)).text
    aside = section(document, 'id="corrections"', "</section>")
    for part in ("12/UBND-KGVX", "21/UBND-KGVX", office.name_of(IT_HEAD), office.name_of(ADMINISTRATOR)):
        assert part in aside
    clerk.post(path(document_id, "acknowledge-correction"), data=form(seen, **named))
    assert "đã đính chính số đến" not in clerk.get("/inbox").text


def test_the_administrator_reads_nothing_of_the_document(pages: Pages) -> None:
    document_id = pages.presented(number="12/UBND-KGVX", original_subject="V/v mật khẩu Wi-Fi")
    correction_id = asked(pages, document_id, number="21/UBND-KGVX")
    seen = pages.acting.record(document_id)["version"]
    pages.browser(IT_HEAD).post(path(document_id, "permit-correction"), data=form(seen, correction_id=correction_id))
    administrator = pages.browser(ADMINISTRATOR)
    for address in ("/corrections", "/inbox"):
        text = administrator.get(address).text
        assert "01" in text
        for hidden in ("chuyển đổi số", "Wi-Fi", "UBND tỉnh Gia Lai"):
            assert hidden not in text
    for address in (path(document_id), path(document_id, "slip"), path(document_id, "slip.pdf"), "/incoming"):
        assert administrator.get(address).status_code in (403, 404)


def test_the_form_comes_back_filled_with_what_is_wrong(pages: Pages) -> None:
    document_id = pages.presented(number="12/UBND-KGVX")
    clerk = pages.browser(CLERK)
    filled = controls(clerk.get(path(document_id, "correction")))
    assert (filled["number"], filled["arrived_on"], filled["type"]) == ("12/UBND-KGVX", office.TODAY, "CV")
    nothing = clerk.post(path(document_id, "request-correction"), data={**filled, "reason": "Ghi nhầm"})
    assert nothing.status_code == 422
    assert "Chưa sửa mục nào" in nothing.text
    again = controls(nothing)
    assert again["reason"] == "Ghi nhầm"
    assert again["action_id"] != filled["action_id"]
    late = clerk.post(
        path(document_id, "request-correction"), data={**filled, "arrived_on": "2026-11-30", "reason": "x"}
    )
    assert late.status_code == 422
    assert controls(late)["arrived_on"] == "2026-11-30"


def test_a_refusal_is_told_with_its_reason(pages: Pages) -> None:
    document_id = pages.presented()
    correction_id = asked(pages, document_id, sender="Sở Nội vụ")
    seen = pages.acting.record(document_id)["version"]
    data = form(seen, correction_id=correction_id, reason="Văn bản giấy ghi đúng")
    pages.browser(IT_HEAD).post(path(document_id, "refuse-correction"), data=data)
    inbox = pages.browser(CLERK).get("/inbox").text
    assert "không đồng ý đính chính số đến 01/2026" in inbox
    assert "Văn bản giấy ghi đúng" in inbox
    late = pages.browser(IT_HEAD).post(
        path(document_id, "permit-correction"), data=form(seen, correction_id=correction_id)
    )
    assert late.status_code == 409
    assert "đã được người khác giải quyết" in late.text


def test_a_struck_number_is_struck_through_in_the_book_with_its_reason(pages: Pages) -> None:
    document_id = pages.presented()
    pages.acting.corrects(document_id, strikes_number=True)
    row = section(pages.browser(CLERK).get("/incoming").text, '<tr class="is-withdrawn">', "</tr>")
    assert "<s>01</s>" in row
    assert "Ghi nhầm khi vào sổ" in row


@pytest.mark.parametrize("person_id", [office.NOBODY, office.PRESS_SPECIALIST, office.ADMINISTRATOR, office.IT_HEAD])
def test_only_clerks_ask(pages: Pages, person_id: str) -> None:
    document_id = pages.presented()
    browser = pages.browser(person_id)
    assert browser.get(path(document_id, "correction")).status_code == 403
    wanted = pages.acting.entry(document_id, sender="X", reason="x")
    data = {**form(1), **{key: value or "" for key, value in wanted.items()}}
    assert browser.post(path(document_id, "request-correction"), data=data).status_code == 403


def test_nobody_sees_and_decides_nothing(pages: Pages) -> None:
    document_id = pages.presented()
    correction_id = asked(pages, document_id, sender="Sở Nội vụ")
    browser = pages.browser(office.NOBODY)
    assert browser.get("/corrections").status_code == 403
    for verb in ("permit", "refuse", "carry-out", "acknowledge"):
        data = form(2, correction_id=correction_id, reason="x")
        assert browser.post(path(document_id, f"{verb}-correction"), data=data).status_code == 403
    other = pages.browser(office.PRESS_SPECIALIST)
    assert "Sở Nội vụ" not in other.get("/corrections").text
    data = form(2, correction_id=correction_id)
    assert other.post(path(document_id, "permit-correction"), data=data).status_code == 404


def test_an_entry_of_the_book_of_secrets_is_mended_between_clerk_and_leader(pages: Pages) -> None:
    fields = {"sender": "Công an tỉnh", "number": "07/CAT", "confidentiality": "secret"}
    secret = pages.acting.does(CLERK, "RegisterIncoming", **fields)["document_id"]
    clerk, director = pages.browser(CLERK), pages.browser(office.DIRECTOR)
    assert path(secret, "correction") in section(clerk.get(path(secret)).text, '<div class="doc-ways', "</div>")
    page = clerk.get(path(secret, "correction")).text
    assert 'name="subject"' not in page
    assert "do Lãnh đạo Sở đồng ý" in page
    correction_id = asked(pages, secret, number="70/CAT")
    shown = director.get("/corrections").text
    assert "<del>07/CAT</del> <ins>70/CAT</ins>" in shown
    assert "Số đến 01 năm 2026, sổ văn bản mật" in shown
    assert "Công an" not in shown
    assert "số đến 01/2026 sổ văn bản mật" in director.get("/inbox").text
    assert director.get(path(secret)).status_code == 404
    for person_id in (IT_HEAD, ADMINISTRATOR):
        browser = pages.browser(person_id)
        assert "70/CAT" not in browser.get("/corrections").text
        assert "sổ văn bản mật" not in browser.get("/inbox").text
    named, seen = {"correction_id": correction_id}, pages.acting.record(secret)["version"]
    answer = director.post(path(secret, "permit-correction"), data=form(seen, **named))
    assert answer.headers["Location"] == "/corrections?done=permit_correction"
    assert f'action="{path(secret, "carry-out-correction")}"' in clerk.get("/corrections").text
    answer = clerk.post(path(secret, "carry-out-correction"), data=form(seen + 1, **named))
    assert answer.headers["Location"] == "/corrections?done=carry_out_correction"
    row = section(clerk.get("/incoming?book=secret").text, "<tr><td", "</tr>")
    assert "<s>07/CAT</s> 70/CAT" in row


def test_the_menu_counts_what_waits(pages: Pages) -> None:
    asked(pages, pages.presented(), sender="Sở Nội vụ")
    tab = section(pages.browser(IT_HEAD).get("/settings").text, 'href="/corrections"', "</a>")
    assert re.search(r'data-count="1"', tab)
    tab = section(pages.browser(ADMINISTRATOR).get("/settings").text, 'href="/corrections"', "</a>")
    assert re.search(r'data-count="0"', tab)


def test_a_form_that_is_warned_about_comes_back_filled_and_is_sent_with_the_reasons(pages: Pages) -> None:
    first = pages.presented(number="12/UBND-KGVX")
    document_id = pages.presented(number="13/UBND-KGVX")
    clerk = pages.browser(CLERK)
    filled = controls(clerk.get(path(document_id, "correction")))
    wanted = {**filled, "reason": "Ghi nhầm", "number": "12/UBND-KGVX"}
    answer = clerk.post(path(document_id, "request-correction"), data=wanted)
    assert answer.status_code == 409
    page = answer.text
    assert 'name="duplicate_reason"' in page
    assert 'value="12/UBND-KGVX"' in page
    assert f'<a href="{path(first)}">' in section(page, '<ul class="earlier">', "</ul>")
    answer = clerk.post(path(document_id, "request-correction"), data={**wanted, "subject": "Mời họp"})
    assert 'name="subject_reason"' in answer.text
    reasons = {"subject_reason": "Bản gốc chỉ ghi vậy", "duplicate_reason": "Văn bản thứ hai"}
    wanted |= {"subject": "Mời họp", "action_id": controls(answer)["action_id"], **reasons}
    assert clerk.post(path(document_id, "request-correction"), data=wanted).status_code == 303
    shown = pages.browser(IT_HEAD).get("/corrections").text
    assert "Không phải văn bản đã vào sổ trước: Văn bản thứ hai" in shown
    assert "Giữ trích yếu đã ghi: Bản gốc chỉ ghi vậy" in shown
