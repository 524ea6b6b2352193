"""Whether a document's symbol is that of its sender: 2145/STC-NS of Sở Tài chính, 12/QĐ-UBND of a People's Committee.

The symbol holds the abbreviation of the issuing agency (decree 30/2020 Appendix I, II.3), as a rule the first letters
of its name. So number and letterhead can vouch for each other.
"""

from __future__ import annotations

import re

_SKIPPED = {"và", "-", "của"}
_PLACE_KINDS = {"tỉnh", "huyện", "xã", "phường", "thị", "thành", "phố", "trấn"}
_KNOWN = {"thủ tướng": "TTG", "chính phủ": "CP", "quốc hội": "QH", "hội đồng nhân dân": "HĐND", "ủy ban": "UBND"}


def fits(sender: str, number: str) -> bool:
    """Tell whether a part of a number's symbol abbreviates the sender."""
    parts = [part for part in re.split(r"[/-]", notation_of(number).upper()) if re.search(r"[^\W\d]", part)]
    spelled = _initials(sender)
    return any(_abbreviates(part, one) for part in parts for one in spelled)


def notation_of(number: str) -> str:
    """Return the symbol of a document: what follows the number, and the year that some have."""
    _, _, notation = number.partition("/")
    return re.sub(r"^\d{4}/", "", notation)


def _initials(sender: str) -> set[str]:
    """Return what the name abbreviates to, with and without the kinds of place in it."""
    words = [word for word in re.split(r"[\s,]+", sender) if word and word.lower() not in _SKIPPED]
    places_left_out = [word for word in words if word.lower() not in _PLACE_KINDS]
    found = {"".join(_part(word) for word in some) for some in (words, places_left_out)}
    return found | {short for name, short in _KNOWN.items() if sender.lower().startswith(name)}


def _part(word: str) -> str:
    """Return what a word adds: all of an abbreviation, the first letter of another."""
    return word.replace("&", "") if len(word) > 1 and word == word.upper() else word[:1].upper()


def _abbreviates(part: str, spelled: str) -> bool:
    part = re.sub(r"[&.]", "", part)
    return len(part) >= 2 and (spelled.startswith(part) or (len(part) >= 3 and part in spelled))
