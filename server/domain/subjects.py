"""Judges and suggests the subject (trích yếu) that a clerk registers (Article 9.1).

The regulation wants more than the original says: not "V/v Mời họp" but "UBND tỉnh mời họp ngày … về việc …".
A warning can be overridden by the clerk; the words for each code are `subjects.<code>` in the catalogues.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

from server.domain.commands import SUBJECT_LIMIT

_SHORT = 25
_STOCK = (
    r"(giấy )?mời( họp| dự| tham dự)?( hội nghị| cuộc họp| hội thảo)?",
    r"báo cáo( kết quả| tình hình| tháng| quý| năm| định kỳ)*( thực hiện)?",
    r"triển khai( thực hiện)?( công văn| văn bản| kế hoạch| nghị quyết| quyết định| chỉ thị| nhiệm vụ)*",
    r"(đề nghị )?(tham gia |cho )?(góp ý|ý kiến)( đối với)?( dự thảo)?( văn bản| kế hoạch| báo cáo)?",
    r"(phúc đáp|trả lời|thông báo|đăng ký|phối hợp|cung cấp thông tin|đôn đốc|rà soát)( công văn| văn bản)?",
    r"(kế hoạch|quyết định|công văn|tờ trình|chỉ thị|hướng dẫn)( công tác)?",
)
_STOCK_PHRASE = re.compile("|".join(f"(?:{phrase})" for phrase in _STOCK))
# Words that name an agency, unless a neighbouring syllable makes another word of them (báo cáo, cán bộ)
_WHO = re.compile(
    r"\b(ubnd|ủy ban|hđnd|hội đồng|(?<!cán )(?<!nội )bộ(?! phận| máy)|(?<!cơ )sở|ban(?! hành| đầu)|cục|"
    r"văn phòng|đài|(?<!thông )báo(?! cáo| chí| động)|công an|tòa|viện|trường(?! hợp)|công ty|bưu điện|"
    r"tập đoàn|viễn thông [a-zđ]+|vnpt|viettel|mobifone|trung tâm|(?<!văn )phòng(?!,? chống| ngừa)|đoàn|thanh tra|"
    r"tỉnh ủy|hội(?! nghị| thảo| họp)|huyện ủy|chính phủ|thủ tướng|ngân hàng|kho bạc|doanh nghiệp)\b"
)
_WHEN = re.compile(r"\d{1,2}[/.-]\d{1,2}|\b20\d{2}\b|\b(ngày|tháng|tuần|đợt) \d|\bquý [ivx\d]|\blần thứ")
_WHAT = re.compile(r"\b(về việc|về|việc|v/v|nội dung|để|theo|tại|cho|của|đối với)\s+\S+\s+\S+")
_PREFIX = re.compile(r"^\s*(v\s*/\s*v|về việc|trích yếu)\s*[:.]?\s*", re.IGNORECASE)


THIN = ("same_as_original", "stock_phrase", "too_short", "without_who", "without_when", "without_what")
"""What may be thin about a subject that is registered all the same, the gravest first."""


def check_subject(subject: str, original: str = "") -> list[str]:
    """Return what is thin about a subject, the gravest first; an empty list means good.

    Codes: empty, too_long, same_as_original, stock_phrase, too_short,
    without_who, without_when, without_what.
    """
    text = _plain(subject)
    if not text:
        return ["empty"]
    if len(subject.strip()) > SUBJECT_LIMIT:
        return ["too_long"]
    found = []
    if original and _core(subject) == _core(original):
        found.append("same_as_original")
    if _STOCK_PHRASE.fullmatch(_core(subject)):
        found.append("stock_phrase")
    if len(text) < _SHORT:
        found.append("too_short")
    has_who, has_when = bool(_WHO.search(text)), bool(_WHEN.search(text))
    has_what = bool(_WHAT.search(text)) or len(_core(subject).split()) >= 10
    # Who and when together say enough for a search; one of them is wanted besides the matter itself
    if not has_who and not has_when:
        found += ["without_who", "without_when"]
    if not has_what:
        found.append("without_what")
    return found


def suggest_subject(fields: Mapping[str, str]) -> str:
    """Build a fuller subject from sender, type, type_name, original_subject, meeting_on, due_on (ISO dates).

    Any field may be missing; the answer is at most `SUBJECT_LIMIT` characters.
    """
    sender = fields.get("sender", "").strip()
    matter = _PREFIX.sub("", fields.get("original_subject", "").strip()).strip().rstrip(".")
    held_on, due_on = _day(fields.get("meeting_on", "")), _day(fields.get("due_on", ""))
    if re.match(r"(giấy )?mời\b", matter.lower()) or fields.get("type") == "GM":
        topic = re.sub(r"^(giấy )?mời (họp|dự|tham dự)?\s*", "", matter, flags=re.IGNORECASE).strip()
        parts = [
            sender,
            "mời họp",
            f"ngày {held_on}" if held_on else "",
            f"về việc {_lower_first(topic)}" if topic else "",
        ]
        return _joined(parts)
    parts = [
        sender,
        fields.get("type_name", "").lower() if fields.get("type") not in ("CV", "", None) else "",
    ]
    parts.append(_lower_first(matter) if not parts[1] else _about(matter))
    if due_on:
        parts.append(f"(trước ngày {due_on})")
    return _joined(parts)


def _about(matter: str) -> str:
    return matter if re.match(r"(về|ban hành|phê duyệt|kiện toàn)\b", matter.lower()) else f"về {_lower_first(matter)}"


def _joined(parts: list[str]) -> str:
    text = " ".join(part for part in parts if part)
    return (text[:1].upper() + text[1:])[:SUBJECT_LIMIT]


def _lower_first(text: str) -> str:
    first, _, _ = text.partition(" ")
    return text if first.isupper() and len(first) > 1 else text[:1].lower() + text[1:]


def _day(iso: str) -> str:
    match = re.fullmatch(r"(\d{4})-(\d{2})-(\d{2})", iso)
    return f"{match[3]}/{match[2]}/{match[1]}" if match else ""


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).lower().split())


def _core(text: str) -> str:
    return _PREFIX.sub("", _plain(text)).strip(' .;:"“”')
