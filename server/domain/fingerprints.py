"""Fingerprints of texts: a document that came twice in two files is found by them (decree 30/2020 Appendix VI III.1).

MinHash over triples of words: how often the smallest hashes of two texts agree is how many of their triples they share.
Four rows make a band; two texts with one band in common are looked at, and `likeness` says how much they do share. The
numbers are kept in indexes, so nothing here may change without fingerprinting every file anew (ADR 0016).
"""

from __future__ import annotations

import re
import unicodedata
import zlib
from collections.abc import Mapping

BANDS = ("text_band_1", "text_band_2", "text_band_3", "text_band_4")
"""Fields of a file's note that hold its bands; each has an index."""
ROWS = 4
TEXT_LIMIT = 10_000
"""Characters of a text that are looked at."""
FEWEST = 30
"""Triples below which a text says too little to be compared: stamps, cover sheets, a page that is all picture."""
ALIKE = 0.8
"""Share of common triples from which two texts are taken for the same document."""
_PRIME = (1 << 61) - 1
_WORD = re.compile(r"[^\W_]+")


def _multipliers() -> list[tuple[int, int]]:
    """Return the fixed coefficients of the hash functions: a linear congruence, the same for ever."""
    state, found = 20200305, []
    for _ in range(len(BANDS) * ROWS):
        pair = []
        for _ in range(2):
            state = (state * 6364136223846793005 + 1442695040888963407) % (1 << 64)
            pair.append(state >> 4)
        found.append((pair[0] | 1, pair[1]))
    return found


_FUNCTIONS = _multipliers()


def triples(text: str) -> frozenset[int]:
    """Return the hashes of a text's triples of words, whatever its case, spacing, punctuation and page breaks."""
    plain = unicodedata.normalize("NFC", text[:TEXT_LIMIT]).lower()
    words = _WORD.findall(plain)
    return frozenset(zlib.crc32(" ".join(words[at : at + 3]).encode()) for at in range(len(words) - 2))


def bands_of(text: str) -> dict[str, str | None]:
    """Return a text's bands by field; None in each when the text is too short to be compared."""
    found = triples(text)
    if len(found) < FEWEST:
        return dict.fromkeys(BANDS)
    least = [min((a * one + b) % _PRIME for one in found) for a, b in _FUNCTIONS]
    return {
        band: "-".join(f"{number:x}" for number in least[at * ROWS : (at + 1) * ROWS]) for at, band in enumerate(BANDS)
    }


def bands_in(note: Mapping[str, object]) -> dict[str, str]:
    """Return the bands that a file's note has."""
    return {band: str(note[band]) for band in BANDS if note.get(band)}


def likeness(one: frozenset[int], other: frozenset[int]) -> float:
    """Return the share of triples that two texts have in common, 0 to 1; 0 when one is too short to be compared."""
    if min(len(one), len(other)) < FEWEST:
        return 0.0
    return len(one & other) / len(one | other)
