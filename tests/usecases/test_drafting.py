"""Dự thảo: the answer to an incoming document has what it is about, its type, urgency and deadline (Article 9.6)."""

from __future__ import annotations

from tests.fixtures import office
from tests.fixtures.acting import Acting

SUBJECT = "Báo cáo kết quả chuyển đổi số năm 2026 của Sở Thông tin và Truyền thông"


def test_a_draft_has_its_summary_type_urgency_and_deadline(acting: Acting, passed_on: str) -> None:
    said = {"subject": SUBJECT, "type": "BC", "urgency": "very_urgent", "due_on": "2026-12-03"}
    file = acting.has_file(office.IT_SPECIALIST, "Dự thảo")
    receipt = acting.does(office.IT_SPECIALIST, "StartDraft", passed_on, file=file, **said)
    assert receipt["status"] == "applied", receipt
    draft_id = str(receipt["document_id"])
    record, card = acting.record(draft_id), acting.card(office.IT_SPECIALIST, draft_id)
    assert card is not None
    assert {name: record[name] for name in said} == said
    assert (card["title"], card["urgency"], card["due_on"]) == (SUBJECT, "very_urgent", "2026-12-03")
    assert record["reply_to"] == passed_on
    # no deadline is said where there is none
    draft = acting.record(acting.drafts(passed_on))
    assert (draft["urgency"], draft["due_on"]) == ("normal", None)
