"""Reads agency names from the letterhead of a document: capitals, broken over lines (decree 30/2020, box 2)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

_STARTS = (
    "ubnd", "ủy ban", "uỷ ban", "sở", "bộ", "cục", "tổng", "công ty", "công an", "tập đoàn", "báo", "đài", "văn phòng",
    "ban", "chính phủ", "hội đồng", "hđnd", "hội", "trung tâm", "chi nhánh", "viễn thông", "bưu điện", "phòng",
    "tỉnh ủy", "thanh tra", "đoàn", "trường", "chi cục", "mobifone", "viettel", "vnpt", "nhà xuất bản", "ngân hàng",
)  # fmt: skip
_ABBREVIATIONS = {"UBND", "HĐND", "VNPT", "TNHH", "MTV", "CP", "CNTT", "FPT", "TT&TT", "VHTT&DL"}
_BRANCHES = {"SỞ", "BỘ", "CỤC", "BAN", "VỤ", "PHÒNG", "VIỆN", "HỘI"}
_PLACE_KINDS = {"TỈNH", "HUYỆN", "XÃ", "PHƯỜNG", "THỊ", "THÀNH", "TRẤN", "PHỐ"}
_COMPANY_WORDS = {"CÔNG", "TY", "CỔ", "PHẦN", "TNHH", "MTV", "MỘT", "THÀNH", "VIÊN", "TỔNG", "CHI", "NHÁNH"}
_BEFORE_A_PLACE = _PLACE_KINDS - {"THỊ", "THÀNH"}
# Names that stand without the kind of place before them (Báo Gia Lai, Bưu điện Việt Nam)
_NAMES = ("Gia Lai", "Việt Nam", "Tây Nguyên", "Pleiku", "MobiFone", "Viettel", "Quân đội", "Phát thanh - Truyền hình")


def agencies(lines: Sequence[str]) -> Iterator[str]:
    """Join a name that goes on in the next line: a line starts a new agency when it begins like one."""
    current = ""
    for line in lines:
        if current and not is_agency(line):
            current += f" {line}"
        else:
            if current:
                yield current
            current = line
    if current:
        yield current


def is_agency(name: str) -> bool:
    """Tell whether a line in capitals begins like the name of an agency."""
    return name.lower().startswith(_STARTS)


def as_written(capitals: str) -> str:
    """Turn a letterhead's capitals into the usual spelling: UBND tỉnh Gia Lai, Sở Thông tin và Truyền thông."""
    name = capitals.upper().replace("UỶ BAN", "ỦY BAN").replace("ỦY BAN NHÂN DÂN", "UBND")
    name = name.replace("HỘI ĐỒNG NHÂN DÂN", "HĐND")
    written: list[str] = []
    is_place = is_branch = False
    is_company = "CÔNG TY" in name
    words = name.split()
    for before, word in zip(["", *words], words, strict=False):
        is_place = word not in _PLACE_KINDS and (is_place or before in _BEFORE_A_PLACE)
        begins_field = before in _BRANCHES or (is_branch and (before in ("VÀ", "-") or before.endswith(",")))
        is_branch = is_branch or before in _BRANCHES
        # Which words of a company's name are proper nouns nobody can tell: each gets a capital
        is_capital = not written or is_place or begins_field or (is_company and word not in _COMPANY_WORDS)
        if word in _ABBREVIATIONS:
            written.append(word)
        else:
            written.append(word.capitalize() if is_capital else word.lower())
    text = " ".join(written)
    for proper in _NAMES:
        start = text.lower().find(proper.lower())
        if start >= 0:
            text = text[:start] + proper + text[start + len(proper) :]
    return text
