"""How well each clerk's subjects are written: who sees whose, what is counted, what is not."""

from __future__ import annotations

import re

import pytest
from markupsafe import escape

from server.domain.subjects import THIN
from server.usecases import subject_quality
from server.usecases.progress_following import DAYS
from tests.fixtures import office
from tests.fixtures.acting import Acting
from tests.web.conftest import Pages, section

PAGE = "/incoming/subjects"
CELL = re.compile(r'<td class="nr[^"]*">(?:<b>)?(\d+)')
GOOD = "UBND tỉnh yêu cầu báo cáo kết quả chuyển đổi số năm 2026 trước ngày 05/12/2026"


def registers(acting: Acting, clerk_id: str, subject: str, **fields: str) -> str:
    """Let a clerk register a document, in spite of what is thin about its subject."""
    given = {"sender": "Sở Nội vụ", "subject": subject, "type": "CV", "urgency": "normal", **fields}
    receipt = acting.does(clerk_id, "RegisterIncoming", subject_reason="Bản gốc chỉ ghi vậy", **given)
    assert receipt["status"] == "applied", receipt
    return str(receipt["document_id"])


def line(html: str, person_id: str) -> dict[str, int]:
    """Return the numbers of a clerk's line, by what they count."""
    cells = CELL.findall(section(html, f'<tr><th scope="row">{escape(office.name_of(person_id))}</th>', "</tr>"))
    return dict(zip(("registered", "good", *THIN, "corrected"), map(int, cells), strict=True))


@pytest.fixture
def registered(pages: Pages) -> Pages:
    """Give an office whose two clerks registered three documents and one."""
    acting = pages.acting
    registers(acting, office.CLERK, GOOD, number="1/SNV")
    registers(acting, office.CLERK, "Mời họp", number="2/SNV")
    original = "Sở Nội vụ báo cáo tổng kết công tác cải cách hành chính năm 2026 của tỉnh"
    registers(acting, office.CLERK, original, original_subject=original, number="3/SNV")
    registers(acting, office.SECOND_CLERK, GOOD, number="4/SNV")
    return pages


@pytest.mark.parametrize("person_id", [office.DIRECTOR, office.CHIEF_OF_OFFICE])
def test_leaders_and_the_chief_of_office_see_every_clerk(registered: Pages, person_id: str) -> None:
    browser = registered.browser(person_id)
    assert f'href="{PAGE}"' in browser.get("/incoming").text, "it is found from the book"
    html = browser.get(PAGE).text
    first = line(html, office.CLERK)
    assert (first["registered"], first["good"], first["stock_phrase"], first["same_as_original"]) == (3, 33, 1, 1)
    second = line(html, office.SECOND_CLERK)
    assert second == {"registered": 1, "good": 100, **dict.fromkeys(THIN, 0), "corrected": 0}
    latest = section(html, 'id="thin-title"', "</section>")
    assert latest.index("tổng kết công tác cải cách") < latest.index("Mời họp")
    assert "Bản gốc chỉ ghi vậy" in latest


def test_a_clerk_sees_their_own_alone(registered: Pages) -> None:
    html = registered.browser(office.SECOND_CLERK).get(PAGE).text
    assert line(html, office.SECOND_CLERK)["registered"] == 1
    assert f'<th scope="row">{office.name_of(office.CLERK)}' not in html
    assert "Mời họp" not in html


@pytest.mark.parametrize("person_id", [office.NOBODY, office.IT_HEAD, office.IT_SPECIALIST, office.ADMINISTRATOR])
def test_nobody_else_sees_any(registered: Pages, person_id: str) -> None:
    answer = registered.browser(person_id).get(PAGE)
    assert answer.status_code in (403, 404)
    assert "Mời họp" not in answer.text


def test_what_is_secret_withdrawn_or_long_ago_is_not_counted(pages: Pages) -> None:
    acting = pages.acting
    registers(acting, office.CLERK, GOOD, number="1/SNV")
    acting.clock.move(days=DAYS)
    withdrawn = registers(acting, office.CLERK, "Mời họp", number="2/SNV")
    assert acting.does(office.CLERK, "WithdrawDocument", withdrawn, reason="Gửi nhầm")["status"] == "applied"
    secret = {"sender": "Công an tỉnh", "number": "3/CA", "confidentiality": "secret", "urgency": "normal"}
    assert acting.does(office.CLERK, "RegisterIncoming", **secret)["status"] == "applied"
    found = subject_quality.quality(
        acting.services, acting.services.directory.office(), office.DIRECTOR, acting.clock.now()
    )
    assert (found["cards"], found["thin"]) == ({}, [])
    registers(acting, office.CLERK, GOOD, number="4/SNV")
    html = pages.browser(office.CHIEF_OF_OFFICE).get(PAGE).text
    assert line(html, office.CLERK)["registered"] == 1


def test_many_entries_are_read_in_batches(pages: Pages, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subject_quality, "BATCH", 2)
    for number in range(5):
        registers(pages.acting, office.CLERK, GOOD, number=f"{number}/SNV")
    html = pages.browser(office.DIRECTOR).get(PAGE).text
    assert line(html, office.CLERK)["registered"] == 5


def test_a_corrected_subject_is_counted(registered: Pages) -> None:
    acting = registered.acting
    document_id = registers(acting, office.SECOND_CLERK, "Mời họp", number="9/SNV")
    acting.corrects(document_id, subject=GOOD)
    found = line(registered.browser(office.DIRECTOR).get(PAGE).text, office.SECOND_CLERK)
    assert (found["registered"], found["stock_phrase"], found["corrected"]) == (2, 1, 1), (
        "what was written first counts"
    )
