"""The message catalogues: one .po file per noun and language, read as one mapping from dotted key to text.

A message is plain text with placeholders `%(name)s`; it is escaped on output like any other text. The service worker
gets the same messages as JSON (pwa/templates/compiler.py) and fills them by the same rule.

    python -m server.adapters.catalogues --out build/locales

also writes one .mo file per language for programs that read gettext catalogues (Flask-Babel among them).
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from markupsafe import Markup, escape

LOCALES = ("vi", "en")
FOLDER = Path(__file__).resolve().parent.parent / "locales"

_PLACEHOLDER = re.compile(r"%\(([a-z0-9_]+)\)s|%%")


class CatalogueError(Exception):
    """A catalogue is not usable: a key twice, an empty text, a key or text of the wrong kind."""


def read(folder: Path, locale: str) -> dict[str, str]:
    """Read every .po file of a language; raises CatalogueError naming the file and key."""
    messages: dict[str, str] = {}
    for path in sorted((folder / locale).glob("*.po")):
        with path.open("rb") as file:
            catalogue = read_po(file, locale=locale, abort_invalid=True)
        for message in catalogue:
            if not message.id:
                continue
            if not isinstance(message.id, str) or not isinstance(message.string, str):
                raise CatalogueError(f"{path.name}: {message.id!r}: no plural forms, word the message without")
            if message.fuzzy or not message.string:
                raise CatalogueError(f"{locale}/{path.name}: {message.id}: no text")
            if message.id in messages:
                raise CatalogueError(f"{locale}/{path.name}: {message.id} is in another file as well")
            messages[message.id] = message.string
    return messages


@cache
def load(locale: str) -> Mapping[str, str]:
    """Return the messages of a language (read once per process); an unknown language gets the first one's."""
    known = locale if locale in LOCALES else LOCALES[0]
    return MappingProxyType(read(FOLDER, known))


def placeholders(message: str) -> frozenset[str]:
    """Return the names that a message has a place for."""
    return frozenset(match[1] for match in _PLACEHOLDER.finditer(message) if match[1])


def plain_text(value: Any) -> str:
    """Return what a page shows for a value, unescaped: nothing for None; TypeError for a list or mapping."""
    if value is None:
        return ""
    if isinstance(value, list | tuple | dict):
        raise TypeError("a list or a mapping is not text")
    return str(value)


def translate(messages: Mapping[str, str], key: object, values: Mapping[str, Any]) -> str:
    """Return the text of a key, its placeholders filled; the key itself when there is no such message.

    The message is plain text. When one of the values is Markup the whole answer is Markup, with the message and the
    other values escaped. A placeholder without a value stays as it is.
    """
    name = str(key)
    message = messages.get(name, name)
    is_markup = any(isinstance(value, Markup) for value in values.values())

    def fill(match: re.Match[str]) -> str:
        if match[0] == "%%":
            return "%"
        if match[1] not in values:
            return match[0]
        value = values[match[1]]
        if isinstance(value, Markup):
            return str(value)
        return str(escape(plain_text(value))) if is_markup else plain_text(value)

    filled = _PLACEHOLDER.sub(fill, str(escape(message)) if is_markup else message)
    return Markup(filled) if is_markup else filled


def main(arguments: list[str] | None = None) -> int:
    """Check the catalogues and write one .mo file per language."""
    parser = argparse.ArgumentParser(description="Merge the message catalogues.")
    parser.add_argument("--out", type=Path, default=Path("build/locales"))
    options = parser.parse_args(arguments)
    for locale in LOCALES:
        try:
            messages = read(FOLDER, locale)
        except CatalogueError as error:
            print(error, file=sys.stderr)
            return 1
        catalogue = Catalog(locale=locale)
        for key, text in messages.items():
            catalogue.add(key, text)
        target = options.out / locale / "LC_MESSAGES" / "messages.mo"
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("wb") as file:
            write_mo(file, catalogue)
        print(f"{target}: {len(messages)} messages")
    return 0


if __name__ == "__main__":
    sys.exit(main())
