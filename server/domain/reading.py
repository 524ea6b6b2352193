"""Reads what the first page of an official document says about itself, for the clerk to confirm (Article 9.1).

The rules follow the boxes of decree 30/2020, Phụ lục I. Text comes from PDFs of strangers: nothing here raises, and
every expression is bounded. A finding is a proposal with its confidence, never a fact; what was found of one box can
raise or lower the confidence in another. Stamps are read in `stamps`, the end of the document in `closing`.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date

from server.domain.catalogues import INCOMING_TYPES
from server.domain.closing import read_closing
from server.domain.findings import Confidence, Finding, lowered
from server.domain.letterheads import agencies, as_written, is_agency
from server.domain.stamps import SECRECY_WORDS, URGENCY_WORDS, is_stamp, stamp
from server.domain.symbols import fits, notation_of

TEXT_LIMIT = 20_000
"""Characters of the first page that are looked at."""


_NATION = "cộng hòa xã hội chủ nghĩa việt nam"
_NUMBER = re.compile(
    r"Số\s{0,3}[:.]?\s{0,8}(\d{1,6}[a-zA-Z]?)\s{0,8}/\s{0,3}"
    r"((?:\d{4}/)?[0-9A-ZĐƯƠÂÊÔĂa-zđ.&]{1,20}(?:-[0-9A-ZĐa-zđ&.]{1,20}){0,4})"
)
_BARE_NUMBER = re.compile(r"(?<![\w/])(\d{1,6})/((?:\d{4}/)?[A-ZĐ][A-Za-zĐđy]{0,9}-[A-ZĐ][0-9A-Za-zĐđ&.-]{1,24})")
_PLACE_AND_DATE = re.compile(
    r"([A-ZĐÂÊÔƠƯĂ][^\d\n,;:]{1,40}),\s{0,3}ngày\s{1,8}(\d{1,2})\s{1,8}tháng\s{1,8}(\d{1,2})\s{1,8}năm\s{1,8}(\d{4})"
)
_DAY_WORDS = r"(\d{1,2})\s{1,3}tháng\s{1,3}(\d{1,2})(?:\s{1,3}năm\s{1,3}(\d{4}))?"
_DAY_DIGITS = r"(\d{1,2})\s?[/.-]\s?(\d{1,2})(?:\s?[/.-]\s?(\d{4}))?"
_DUE_LEAD = (
    r"(?:trước|chậm nhất(?: là)?|muộn nhất(?: là)?|hạn cuối(?: là)?|thời hạn(?: gửi)?:?)"
    r"(?:\s\d{1,2} ?(?:giờ|h)\s?\d{0,2},?)?"
)
_DUE = re.compile(rf"(?i:{_DUE_LEAD})(?:\s(?i:trước|vào|đến))?\s(?i:ngày)\s(?:{_DAY_DIGITS}|{_DAY_WORDS})(?![\d/])")
_MEETING = re.compile(
    rf"(?i:thời gian|vào lúc|bắt đầu)[^\n]{{0,60}}?(?i:ngày)\s(?:{_DAY_DIGITS}|{_DAY_WORDS})(?![\d/])"
)
_TYPES = {name.lower(): code for code, name in INCOMING_TYPES.items()}
# What begins a new paragraph; a summary that goes on begins its next line in small letters
_STOP = re.compile(
    r"^(Kính (gửi|mời)|Trân trọng|Căn cứ|Theo đề nghị|Thực hiện|Xét |Điều \d|I\.|1\.|Phần (I|thứ)|Chương [IVX\d]|"
    r"Số\s?:|_{3}|-{3}|\(|Phụ lục)"
)


def read_first_page(text: str, rest: str = "") -> dict[str, Finding]:
    """Propose fields from the text of page one, days and the closing also from the rest; what was not found is absent.

    Keys: sender, number, document_on (ISO date), type (code), original_subject, urgency, confidentiality, due_on,
    meeting_on, signer_position, signer_name, to_places, language. Never raises, whatever the text.
    """
    lines = _lines(text)
    head = _head(lines)
    found: dict[str, Finding | None] = {
        "sender": _sender(head),
        "number": _number(lines, head),
        "document_on": _document_on(lines),
        "urgency": stamp(head, URGENCY_WORDS),
        "confidentiality": stamp(head, SECRECY_WORDS),
    }
    _vouch(found)
    found["type"] = _type(lines, found["number"])
    found["original_subject"] = _subject(lines, found["type"])
    signed = found["document_on"]
    body = " ".join([*lines, *_lines(rest)])
    found["due_on"] = _dated(_DUE, body, signed)
    found["meeting_on"] = _dated(_MEETING, body, signed)
    found["language"] = _language(body)
    found |= read_closing(f"{text[:TEXT_LIMIT]}\n{rest}")
    return {key: finding for key, finding in found.items() if finding}


def _vouch(found: dict[str, Finding | None]) -> None:
    """Let letterhead and symbol vouch for each other; a number whose symbol is another agency's is to be checked."""
    sender, number = found["sender"], found["number"]
    if sender and number and fits(sender.value, number.value):
        is_company = sender.value.startswith("Công ty")
        found["sender"] = sender if is_company else Finding(sender.value, "high")
    elif number:
        found["number"] = lowered(number)


def _language(body: str) -> Finding | None:
    """Propose English for a long text without one Vietnamese letter; Vietnamese is what the form has already."""
    words = set(re.findall(r"[^\W\d_]{3,}", body[:TEXT_LIMIT]))
    return Finding("Tiếng Anh", "low") if len(words) >= 60 and all(word.isascii() for word in words) else None


def _lines(text: str) -> list[str]:
    clean = unicodedata.normalize("NFC", text[:TEXT_LIMIT])
    lines = (" ".join(line.split()) for line in clean.splitlines())
    return [line for line in lines if line][:400]


def _head(lines: list[str]) -> list[str]:
    """Return the lines above the body: up to the title, the addressees or the bases."""
    for position, line in enumerate(lines[:40]):
        if line.lower().startswith(("kính gửi", "căn cứ")) or (position > 2 and line.lower() in _TYPES):
            return lines[:position]
    return lines[:16]


def _sender(head: list[str]) -> Finding | None:
    """Join the capitals above the number that are not the nation's name; the last name is the agency."""
    names: list[str] = []
    for line in head[:10]:
        bare = re.split(r"(?i)cộng h(?:òa|oà) xã hội", line)[0].strip()
        if _NUMBER.search(line) or re.match(r"(?i)số\s?:", line):
            break
        if line.lower() in ("nam", "việt nam", "nghĩa việt nam") or _fold(bare) in _fold(_NATION) or "ộc lập" in line:
            continue
        if len(bare) > 2 and bare == bare.upper() and re.search(r"[^\W\d_]{2}", bare) and not is_stamp(bare):
            names.append(bare)
    if not names:
        return None
    parts = list(agencies(names))
    is_sure = len(parts) <= 2 and is_agency(parts[-1]) and "CÔNG TY" not in parts[-1]
    name = as_written(parts[-1])
    if len(parts) > 1 and parts[-1] in ("VĂN PHÒNG", "THANH TRA"):
        name += f" {as_written(parts[-2])}"
    return Finding(name[:200], "high" if is_sure else "low")


def _number(lines: list[str], head: list[str]) -> Finding | None:
    for line in lines[:25]:
        if match := _NUMBER.search(line):
            return Finding(f"{match[1]}/{match[2].rstrip('.')}", "high")
    for line in head:
        if match := _BARE_NUMBER.search(line):
            return Finding(f"{match[1]}/{match[2].rstrip('.')}", "low")
    return None


def _document_on(lines: list[str]) -> Finding | None:
    top = "\n".join(lines[:25])
    if match := _PLACE_AND_DATE.search(top):
        day = _date(match[2], match[3], match[4])
        return Finding(day, "high") if day else None
    if match := re.search(r"ngày\s(\d{1,2})\stháng\s(\d{1,2})\snăm\s(\d{4})", top):
        day = _date(match[1], match[2], match[3])
        return Finding(day, "low") if day else None
    return None


def _type(lines: list[str], number: Finding | None) -> Finding | None:
    symbol = notation_of(number.value) if number else ""
    abbreviation = symbol.split("-")[0]
    titles = [line for line in lines[:30] if line == line.upper() and line.rstrip(":").lower() in _TYPES]
    by_title = _TYPES[titles[0].rstrip(":").lower()] if titles else ""
    by_symbol = abbreviation if abbreviation in INCOMING_TYPES and "-" in symbol else ""
    if by_title:
        return Finding(by_title, "high" if by_title == by_symbol else "low")
    if _letter_subject_at(lines) is not None:
        return Finding("CV", "high")
    if by_symbol:
        return Finding(by_symbol, "low")
    return Finding("CV", "low") if number else None


def _letter_subject_at(lines: list[str]) -> int | None:
    for position, line in enumerate(lines[:25]):
        if re.match(r"(?i)v\s?/\s?v\b", line):
            return position
    return None


def _subject(lines: list[str], kind: Finding | None) -> Finding | None:
    if (start := _letter_subject_at(lines)) is not None:
        first = re.sub(r"(?i)^v\s?/\s?v\s?:?\s*", "", lines[start])
        return _gather([first, *lines[start + 1 : start + 8]], "high")
    if kind is None:
        return None
    name = INCOMING_TYPES[kind.value].upper()
    for position, line in enumerate(lines[:30]):
        if line.rstrip(":") == name and position + 1 < len(lines):
            return _gather(_title(lines[position + 1 : position + 9]), kind.confidence)
    return None


def _title(lines: list[str]) -> list[str]:
    """Cut the body off a centred title: its lines are longer, or begin anew after a line that was not full."""
    for position in range(1, len(lines)):
        line, before = lines[position], lines[position - 1]
        if len(line) > 72 or (line[:1].isupper() and (len(line) > 60 or len(before) < 40)):
            return lines[:position]
    return lines


def _gather(lines: list[str], confidence: Confidence) -> Finding | None:
    """Join the lines of a summary until something else begins."""
    taken: list[str] = []
    for line in lines:
        ends = _STOP.match(line) or _PLACE_AND_DATE.search(line) or is_stamp(line)
        if ends or (taken and line == line.upper() and re.search(r"[^\W\d_]{4}", line)):
            break
        taken.append(line)
    text = " ".join(taken).strip(" .;")
    return Finding(text[:500], confidence if len(taken) <= 5 else "low") if len(text) > 3 else None


def _dated(pattern: re.Pattern[str], body: str, signed: Finding | None) -> Finding | None:
    for match in pattern.finditer(body):
        day, month, year = (match[1], match[2], match[3]) if match[1] else (match[4], match[5], match[6])
        known_year = year or (signed.value[:4] if signed else "")
        found = _date(day, month, known_year)
        if found and (not signed or found >= signed.value):
            return Finding(found, "high" if year and signed else "low")
    return None


def _date(day: str, month: str, year: str) -> str:
    try:
        found = date(int(year), int(month), int(day))
    except ValueError:
        return ""
    return found.isoformat() if 1945 <= found.year <= 2100 else ""


def _fold(text: str) -> str:
    return text.lower().replace("hoà", "hòa")
