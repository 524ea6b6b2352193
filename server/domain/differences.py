"""What changed between two versions of a draft, as text: for whoever approved one and must look at the other."""

from __future__ import annotations

import difflib
import re
from typing import Any

WORDS_LIMIT = 4000
HUNKS_LIMIT = 200
CONTEXT_WORDS = 12


def difference(before: str, after: str) -> list[dict[str, str]]:
    """Return hunks `{"op": "equal" | "insert" | "delete", "text"}` that turn one text into the other.

    Compares word by word (common words only beside rarer ones, which bounds the work), up to `WORDS_LIMIT` words of
    each; long equal runs are shortened to their ends with an ellipsis. At most `HUNKS_LIMIT` hunks.
    """
    old, new = _words(before), _words(after)
    hunks: list[dict[str, str]] = []
    for op, a, b, c, d in difflib.SequenceMatcher(None, old, new).get_opcodes():
        if op == "equal":
            hunks.append({"op": "equal", "text": _shortened(old[a:b])})
            continue
        if b > a:
            hunks.append({"op": "delete", "text": " ".join(old[a:b])})
        if d > c:
            hunks.append({"op": "insert", "text": " ".join(new[c:d])})
    return hunks[:HUNKS_LIMIT]


def _words(text: str) -> list[str]:
    return re.findall(r"\S+", text)[:WORDS_LIMIT]


def _shortened(words: list[str]) -> str:
    if len(words) <= 2 * CONTEXT_WORDS:
        return " ".join(words)
    return " ".join([*words[:CONTEXT_WORDS], "…", *words[-CONTEXT_WORDS:]])


def between(older: dict[str, Any], newer: dict[str, Any], texts: dict[str, str]) -> dict[str, Any]:
    """Return the difference of two versions of a draft, whose texts are given by hash."""
    return {
        "from_version": older["number"],
        "to_version": newer["number"],
        "from_sha256": older["sha256"],
        "to_sha256": newer["sha256"],
        "hunks": difference(texts.get(older["sha256"], ""), texts.get(newer["sha256"], "")),
    }
