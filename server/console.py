"""Say things to the operator on the terminal, in Vietnamese and English.

The texts are the catalogue `operations` in server/locales, read directly, so that they are there
before anything is compiled.
"""

from __future__ import annotations

import sys
from functools import cache
from pathlib import Path
from typing import TextIO

from babel.messages.pofile import read_po

LOCALES = Path(__file__).parent / "locales"
LANGUAGES = ("vi", "en")


@cache
def _texts(language: str) -> dict[str, str]:
    """Read one language's catalogue: key → text."""
    with (LOCALES / language / "operations.po").open("rb") as file:
        return {str(entry.id): str(entry.string) for entry in read_po(file, locale=language) if entry.id}


def both(key: str, /, **values: object) -> list[str]:
    """Return the text of `key` in Vietnamese and in English, with `values` filled in."""
    return [_texts(language)[key] % values for language in LANGUAGES]


def say(key: str, /, *, to: TextIO | None = None, **values: object) -> None:
    """Print the text of `key` in both languages, each on its own lines."""
    print(*both(key, **values), sep="\n", file=to or sys.stdout, flush=True)


def use_unicode() -> None:
    """Keep Vietnamese text from failing on a terminal that cannot show it."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace", line_buffering=True)
