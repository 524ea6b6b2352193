"""Reads the end of a document: who signed it, and who else received it (decree 30/2020 Appendix I, boxes 7 and 9b).

Both stand beside each other, so text extraction gives their lines one column after the other or mixed. The list of
recipients is the landmark: its lines begin with a dash and end with "Lưu"; the signer is near it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from server.domain.findings import Confidence, Finding, lowered

TO_PLACES_LIMIT = 1000
_AROUND = 24
"""Lines before and after the landmark among which the signature is looked for."""
_ANNEX = re.compile(r"(?m)^[^\S\n]*(?:PHỤ LỤC|Phụ lục)(?: [IVXLC\d]{1,6})?[^\S\n]*$")
_LANDMARK = re.compile(r"(?im)^[^\S\n]*nơi nhận[^\S\n]*:")
_ITEM = re.compile(r"[-–+•]\s*(?=\S)")
_TITLES = (
    "GIÁM ĐỐC|CHỦ TỊCH|BỘ TRƯỞNG|THỨ TRƯỞNG|CỤC TRƯỞNG|VỤ TRƯỞNG|VIỆN TRƯỞNG|HIỆU TRƯỞNG|TỔNG BIÊN TẬP|"
    "CHÁNH VĂN PHÒNG|CHÁNH THANH TRA|THỦ TƯỚNG|BÍ THƯ|TRƯỞNG BAN|TRƯỞNG PHÒNG|CHI CỤC TRƯỞNG|TỔNG CỤC TRƯỞNG|CHÁNH ÁN|"
    "CHỈ HUY TRƯỞNG|TRƯỞNG ĐOÀN|CHỦ NHIỆM|TỔNG THANH TRA|THỐNG ĐỐC"
)
_POSITION = re.compile(rf"(?:(?:KT|TL|TUQ|Q)\.\s*)?((?:QUYỀN |PHÓ |TỔNG )*(?:{_TITLES})(?: [A-ZÀ-ỸĐ,&\- ]{{1,60}})?)")
_RANKS = r"(?:(?:Thiếu|Trung|Thượng|Đại) (?:úy|tá|tướng) |(?:PGS|GS|TS|ThS|BS|CN)\.? ?)"
_NAME = re.compile(rf"{_RANKS}{{0,3}}(?:[A-ZÀ-ỸĐ][a-zà-ỹđ']+[ .]?){{2,6}}")
_NO_NAME = re.compile(
    r"(?i)(sở|ủy ban|văn phòng|phòng|ban|bộ|cục|công ty|đài|báo|trung tâm|như trên|lưu|nơi nhận|kính|điều|tỉnh|huyện|"
    r"ký bởi)\b"
)


def read_closing(text: str) -> dict[str, Finding]:
    """Propose signer_position, signer_name and to_places from the whole text; what was not found is absent."""
    text = unicodedata.normalize("NFC", text)
    annex = _ANNEX.search(text, 200)
    text = text[: annex.start()] if annex else text
    landmark = _LANDMARK.search(text)
    if landmark is None:
        signed = _signer(_lines(text[-3000:])[-_AROUND:])
        return {key: lowered(finding) for key, finding in signed.items()}
    before = _lines(text[max(0, landmark.start() - 4000) : landmark.start()])[-_AROUND:]
    after = _lines(text[landmark.start() : landmark.start() + 6000])
    places = _to_places(after)
    signed = _signer(after[:_AROUND]) or _signer(before)
    return {**signed, **({"to_places": places} if places else {})}


def _lines(text: str) -> list[str]:
    return [line for one in text.splitlines() if (line := " ".join(one[:300].split()))]


def _to_places(lines: Sequence[str]) -> Finding | None:
    """Gather the dashed lines after the landmark, without what the other column put behind a semicolon or full stop."""
    items: list[str] = []
    has_end = False
    for line in [_LANDMARK.sub("", lines[0]), *lines[1:]]:
        dash = _ITEM.match(line)
        if dash or line.endswith(";") or line.startswith("Lưu"):  # Word's own bullets are lost in the text
            item = _own_column(line[dash.end() :] if dash else line)
            items.append(item)
            if item.startswith("Lưu"):
                has_end = True
                break
        elif items and not items[-1].endswith((";", ".")) and not _is_of_signature(line):
            items[-1] += f" {_own_column(line)}"  # a recipient's name goes on in the next line
        elif items and not _is_of_signature(line):
            break
    text = "; ".join(item.rstrip(" ;.") for item in items)
    return Finding(text[:TO_PLACES_LIMIT], "high" if has_end else "low") if text else None


def _own_column(item: str) -> str:
    """Return a recipient without what stands to the right of it."""
    mixed = re.match(rf"(.*?[;.])\s+(?=(?:TM|KT|TL|TUQ|Q)\.|{_TITLES}|PHÓ |\(Đã ký)", item)
    named = re.match(r"(.*?[;.])\s+(.+)$", item)
    if mixed:
        return mixed[1]
    return named[1] if named and _is_name(named[2]) else item


def _is_of_signature(line: str) -> bool:
    return bool(_POSITION.fullmatch(line)) or _is_name(line) or line == line.upper() or line.startswith("(")


def _signer(lines: Sequence[str]) -> dict[str, Finding]:
    """Find a name that follows a position in capitals; of several the last one."""
    position, at = "", 0
    found: dict[str, Finding] = {}
    for number, line in enumerate(lines):
        right = _right_column(line)
        if match := _POSITION.fullmatch(right):
            position, at = position_of(match[1]), number
        elif position and _is_name(right):
            confidence: Confidence = "high" if number - at <= 8 else "low"
            found = {"signer_position": Finding(position, confidence), "signer_name": Finding(right, confidence)}
            position = ""
    return found


def _right_column(line: str) -> str:
    """Return what of a line may be of the signature: all of it, or what follows a recipient."""
    line = _LANDMARK.sub("", line).strip()
    behind = re.sub(r"^.*?[;.]\s+", "", _ITEM.sub("", line, count=1) if _ITEM.match(line) else line)
    is_mixed = behind != line and (_POSITION.fullmatch(behind) or _is_name(behind))
    return behind if is_mixed and not _POSITION.fullmatch(line) else line


def _is_name(text: str) -> bool:
    return len(text) <= 50 and _NAME.fullmatch(text) is not None and not _NO_NAME.match(text)


def position_of(capitals: str) -> str:
    """Turn a position's capitals into the usual spelling: PHÓ GIÁM ĐỐC → Phó Giám đốc."""
    words = capitals.lower().split()
    for at, word in enumerate(words):
        if at == 0 or words[at - 1] in ("Phó", "Quyền", "Chánh", "Tổng"):
            words[at] = word.capitalize()
    return " ".join(words)[:100]
