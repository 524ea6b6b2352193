"""Believable cards in any number, for measuring: pure data and one function that puts them into an inbox."""

from __future__ import annotations

import json
from typing import Any

CARD_BYTES = 2048
BULK = 500
SUBJECT = "Về việc báo cáo kết quả thực hiện chuyển đổi số và cải cách hành chính quý"
WORDS = (
    "Giao Phòng Công nghệ thông tin chủ trì, phối hợp với Văn phòng Sở và các phòng chuyên môn tham mưu "
    "văn bản trả lời, trình Lãnh đạo Sở trước thời hạn nêu trong văn bản của Ủy ban nhân dân tỉnh. "
)


def card(number: int, size: int = CARD_BYTES) -> dict[str, Any]:
    """Give one incoming document's card of about `size` bytes of JSON; the same number gives the same card."""
    due_on = f"2026-12-{number % 28 + 1:02}"
    updated_at = f"2026-11-{number % 22 + 1:02}T{number % 24:02}:{number % 60:02}:00.000Z"
    made: dict[str, Any] = {
        "_id": f"incoming:{number:08}-synthetic",
        "kind": "incoming",
        "version": 2,
        "state": "assigned",
        "title": f"{SUBJECT} {number}/2026",
        "folder": "todo" if number % 3 else "watching",
        "list": "waiting" if number % 3 else "passed_on",
        "sort_key": f"1-{due_on}-{updated_at}",
        "updated_at": updated_at,
        "urgency": "normal",
        "confidentiality": "normal",
        "is_priority": False,
        "is_bare": False,
        "due_on": due_on,
        "type": "CV",
        "field": "cds",
        "allowed_actions": ["take_on", "return_assignment", "add_comment", "start_draft", "conclude"],
        "assign_scope": None,
        "files": [],
        "links": [],
        "timeline": [],
        "reviews": [],
        "number": f"{number}/UBND-KGVX",
        "sender": "Ủy ban nhân dân tỉnh Gia Lai",
        "document_on": "2026-11-20",
        "arrival": {"book": "incoming-2026", "number": number, "label": f"{number:02}", "arrived_on": "2026-11-21"},
        "original_subject": "",
        "leader_id": "bao",
        "leader_name": "Trần Quốc Bảo",
        "my_assignment": None,
        "assignments": [],
        "case_file": None,
    }
    entry = {
        "at": updated_at, "event": "Assigned", "version": 2, "action_id": f"act-{number:08}", "actor_id": "bao",
        "actor_name": "Trần Quốc Bảo", "actor_position": "Giám đốc", "on_behalf_of_name": None, "text": "",
        "details": {}, "is_offline": False,
    }  # fmt: skip
    made["timeline"] = [entry]
    missing = size - len(json.dumps(made, ensure_ascii=False, separators=(",", ":")).encode())
    if missing > 0:
        text = (WORDS * (missing // len(WORDS) + 1)).encode()[:missing]
        entry["text"] = text.decode(errors="ignore")
    return made


def cards(count: int, size: int = CARD_BYTES, start: int = 0) -> list[dict[str, Any]]:
    """Give many different cards."""
    return [card(number, size) for number in range(start, start + count)]


def fill_inbox(store: Any, person_id: str, count: int, size: int = CARD_BYTES) -> int:
    """Put cards into a person's inbox, over whatever the same numbers held; gives how many were written."""
    inbox = store.database(f"inbox_{person_id}")
    written = 0
    for start in range(0, count, BULK):
        page = cards(min(BULK, count - start), size, start)
        known = inbox.get_many([one["_id"] for one in page])
        page = [{**one, "_rev": known[one["_id"]]["_rev"]} if one["_id"] in known else one for one in page]
        written += sum(1 for answer in inbox.bulk(page) if answer.rev is not None)
    return written
