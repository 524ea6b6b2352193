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


class Progress:
    """Shows how far a long step is: one line that changes on a terminal, a few lines elsewhere."""

    def __init__(self, to: TextIO | None = None) -> None:
        """Show on `to`, standard output by default."""
        self.to = to or sys.stdout
        self._shown = -1

    def __call__(self, key: str, done: int, total: int) -> None:
        """Show that `done` of `total` are done; `key` names the text, with `done` and `total` in it."""
        line = "  " + " · ".join(both(key, done=done, total=total))
        is_last = done >= total
        if self.to.isatty():
            print(f"\r\033[K{line}", end="\n" if is_last else "", file=self.to, flush=True)
            return
        quarter = 4 * done // max(total, 1)
        if quarter != self._shown or is_last:
            print(line, file=self.to, flush=True)
        self._shown = -1 if is_last else quarter


def use_unicode() -> None:
    """Keep Vietnamese text from failing on a terminal that cannot show it."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace", line_buffering=True)
