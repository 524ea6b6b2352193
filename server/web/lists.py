"""What pages of lists share: bounds for the store, and comparing words as people type them."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Bounds:
    """Bounds on one field of an index; the shape of `sync.ports.Range`."""

    at_least: str | float | None = None
    above: str | float | None = None
    at_most: str | float | None = None
    below: str | float | None = None


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
