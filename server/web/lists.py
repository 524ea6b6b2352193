"""What pages of lists share: bounds for the store, and comparing words as people type them."""

from __future__ import annotations

import re
import unicodedata


def plain(text: str) -> str:
    """Return lowercase letters without diacritics, as pwa/views.js compares them."""
    decomposed = unicodedata.normalize("NFD", text)
    bare = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return bare.replace("đ", "d").replace("Đ", "D").lower()


def words_of(query: str) -> list[str]:
    """Return the words of a search, at most ten."""
    return [word for word in re.split(r"\s+", plain(query[:200])) if word][:10]


def has_words(text: str, words: list[str]) -> bool:
    """Tell whether a text has all the words."""
    bare = plain(text)
    return all(word in bare for word in words)
