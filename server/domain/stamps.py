"""Stamps of urgency and secrecy at the top of a document (decree 30/2020 Appendix I, boxes 10a and 10b).

A stamp is words in capitals that stand alone, or after the number or the date that text extraction puts into the same
line. The same words inside a sentence or a title (KẾ HOẠCH BẢO VỆ BÍ MẬT NHÀ NƯỚC) are none.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence

from server.domain.findings import Finding

URGENCY_WORDS = {"hỏa tốc": "express", "hoả tốc": "express", "thượng khẩn": "very_urgent", "khẩn": "urgent"}
SECRECY_WORDS = {"tuyệt mật": "top_secret", "tối mật": "secret", "mật": "confidential"}
HEAD_LINES = 40
"""Lines of a page among which a stamp is looked for, above the addressees and the bases."""
_WORDS = "|".join(word.upper() for word in (*SECRECY_WORDS, *URGENCY_WORDS))
_ALONE = re.compile(rf"[\W_]*(?:ĐỘ (?:MẬT|KHẨN)\s*:\s*)?(?:{_WORDS})(?:[\s\W_]+(?:{_WORDS}))*[\W_]*")
_AFTER = re.compile(rf"(?:Số\s*:?.*\d\S*|\bnăm\s+\d{{4}})\s+((?:{_WORDS})(?:\s+(?:{_WORDS}))*)[\W_]*$")
_BODY = re.compile(r"(?i)(kính gửi|kính mời|căn cứ|điều \d)")


def stamp(head: Sequence[str], words: Mapping[str, str]) -> Finding | None:
    """Find the gravest stamp of a kind: sure when it stands alone, a hint when its words are inside a line."""
    alone = [text for line in head if (text := _stamp_of(line))]
    for word, code in words.items():
        if any(_has(text, word) for text in alone):
            return Finding(code, "high")
    for word, code in words.items():
        if any(_has(line, word) for line in head):
            return Finding(code, "low")
    return None


def is_stamp(line: str) -> bool:
    """Tell whether a line is nothing but stamps."""
    return _ALONE.fullmatch(line) is not None


def secrecy(first_page: str) -> str | None:
    """Return the level that a page is stamped with, None for none: such a document is not to be kept (Article 9.1)."""
    text = unicodedata.normalize("NFC", first_page[:20_000])
    head: list[str] = []
    for line in (" ".join(one.split()) for one in text.splitlines()):
        if _BODY.match(line) or len(head) == HEAD_LINES:
            break
        if line:
            head.append(line)
    found = stamp(head, SECRECY_WORDS)
    return found.value if found and found.confidence == "high" else None


def _stamp_of(line: str) -> str:
    """Return what of a line is a stamp."""
    line = line[:200]
    spread = re.sub(r"(?<=\b\w) (?=\w\b)", "", line)  # M Ậ T, as some print it
    for one in (line, spread):
        if is_stamp(one):
            return re.sub(r"ĐỘ (MẬT|KHẨN)\s*:", "", one)
    found = _AFTER.search(line)
    return found[1] if found else ""


def _has(line: str, word: str) -> bool:
    return re.search(rf"(?<!\w){word.upper()}(?!\w)", line) is not None
