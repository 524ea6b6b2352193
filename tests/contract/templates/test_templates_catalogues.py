"""The words: every key that a template uses exists in both languages, and the worker gets just those."""

from __future__ import annotations

from pathlib import Path

import pytest
from babel.messages.mofile import read_mo
from jinja2 import DictLoader, Environment
from markupsafe import Markup

from pwa.templates import catalogues
from pwa.templates.errors import UnsupportedError
from server.adapters import catalogues as server_catalogues
from server.adapters import rendering

MESSAGES = {locale: server_catalogues.load(locale) for locale in server_catalogues.LOCALES}
TEMPLATES = sorted(path.relative_to(rendering.TEMPLATES).as_posix() for path in rendering.TEMPLATES.rglob("*.html"))


def _environment(source: str) -> Environment:
    return rendering.configure(Environment(loader=DictLoader({"page.html": source})), lambda: "vi")


@pytest.mark.parametrize("name", TEMPLATES)
def test_every_key_of_a_template_is_in_both_catalogues(name: str) -> None:
    assert catalogues.missing(rendering.page_environment(), [name], MESSAGES) == []


def test_the_catalogues_have_the_same_keys_and_placeholders() -> None:
    assert catalogues.unequal(MESSAGES) == []


def test_a_missing_key_is_reported_with_its_place() -> None:
    env = _environment("\n{{ _('a.known') }}{{ _('a.unknown') }}{{ _('b.' ~ x) }}{{ _('a.x' if y else 'a.known') }}")
    messages = {"vi": {"a.known": "x"}, "en": {"a.known": "x", "b.c": "y"}}
    assert sorted(catalogues.missing(env, ["page.html"], messages)) == [
        "page.html:2: a.unknown is not in the catalogue 'en'",
        "page.html:2: a.unknown is not in the catalogue 'vi'",
        "page.html:2: a.x is not in the catalogue 'en'",
        "page.html:2: a.x is not in the catalogue 'vi'",
        "page.html:2: b. is not in the catalogue 'vi'",
    ]


def test_a_value_that_the_message_needs_is_reported() -> None:
    env = _environment("{{ _('a.b', count=1) }}")
    messages = {"vi": {"a.b": "%(count)s"}, "en": {"a.b": "%(count)s of %(all)s"}}
    assert catalogues.missing(env, ["page.html"], messages) == ["page.html:1: a.b needs all= in 'en'"]
    assert catalogues.unequal(messages) == ["a.b has different placeholders in different languages"]


@pytest.mark.parametrize("key", ["x", "x ~ '.a'", "'state' ~ x", "'_' ~ x", "x if y else 'a.b'"])
def test_a_key_that_cannot_be_known_is_refused(key: str) -> None:
    env = _environment("{{ _(" + key + ") }}")
    with pytest.raises(UnsupportedError, match=r"page\.html:1"):
        catalogues.missing(env, ["page.html"], MESSAGES)


def test_the_worker_gets_what_its_templates_and_filters_use() -> None:
    env = _environment(
        "{{ _('a.b') }}{{ _('state.' ~ x) }}{{ _('a.theme_' ~ x) }}{{ x|date }}{{ xs|map('filesize')|join }}"
    )
    keys = catalogues.worker_keys(env, ["page.html"])
    catalogue = {"a.b": "1", "a.bc": "2", "state.draft": "3", "statement": "4", "format.date": "5", "day.left": "6"} | {
        "a.theme_dark": "7",
        "a.themes": "8",
    }
    assert {"a.b", "state.draft", "format.date", "a.theme_dark"} <= catalogues.only(catalogue, keys).keys()
    assert not {"a.bc", "statement", "day.left", "a.themes"} & catalogues.only(catalogue, keys).keys()


def test_a_key_in_two_files_is_refused(tmp_path: Path) -> None:
    (tmp_path / "vi").mkdir()
    for name in ("a.po", "b.po"):
        (tmp_path / "vi" / name).write_text('msgid "x.y"\nmsgstr "z"\n', "utf-8")
    with pytest.raises(server_catalogues.CatalogueError, match=r"x\.y is in another file"):
        server_catalogues.read(tmp_path, "vi")


@pytest.mark.parametrize("entry", ['msgid "x.y"\nmsgstr ""\n', '#, fuzzy\nmsgid "x.y"\nmsgstr "z"\n'])
def test_a_key_without_text_is_refused(tmp_path: Path, entry: str) -> None:
    (tmp_path / "vi").mkdir()
    (tmp_path / "vi" / "a.po").write_text(entry, "utf-8")
    with pytest.raises(server_catalogues.CatalogueError, match=r"vi/a\.po: x\.y: no text"):
        server_catalogues.read(tmp_path, "vi")


def test_values_are_filled_in_as_text_or_as_markup() -> None:
    messages = {"m": "100% of <b> %(a)s %% %(b)s"}
    plain = server_catalogues.translate(messages, "m", {"a": "<i>", "b": None})
    assert (plain, type(plain)) == ("100% of <b> <i> % ", str)
    marked = server_catalogues.translate(messages, "m", {"a": "<i>", "b": Markup("<u>")})
    assert marked == Markup("100% of &lt;b&gt; &lt;i&gt; % <u>")
    assert server_catalogues.translate(messages, "m", {}) == "100% of <b> %(a)s % %(b)s"
    assert server_catalogues.translate(messages, "no.such", {}) == "no.such"


def test_command_writes_gettext_files(tmp_path: Path) -> None:
    assert server_catalogues.main(["--out", str(tmp_path)]) == 0
    with (tmp_path / "vi" / "LC_MESSAGES" / "messages.mo").open("rb") as file:
        assert read_mo(file).get("day.today").string == "hôm nay"
