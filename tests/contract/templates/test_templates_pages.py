"""Every page that works offline is the same online: full, empty, hostile and incomplete data, both languages.

To add a page: list it in pwa/offline_templates.json and put its contexts in `<name>.json` here, for example
`pages/inbox.html.json`: {"full": {…}, "empty": {…}}. Hostile and incomplete data are derived from those.
"""

from __future__ import annotations

import copy
import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pwa.templates import compiler
from server.adapters import catalogues, rendering

HERE = Path(__file__).parent
FIRST, LATER = compiler.offline_lists()
NAMES = [*FIRST, *LATER]
# A layout is seen through the pages that extend it: name it as `layout` in one of their contexts.
PAGES = [name for name in NAMES if not name.startswith("layouts/")]

_HOSTILE = [
    "<script>alert('x')</script>",
    '" onmouseover="x" \'&amp;',
    "👩\u200d💻 🎉\ufe0f",
    "Nguye\u0302\u0303n Va\u0306n A\u0301n",
    "",
    "%(name)s %% {{ 7 * 7 }} ${1}",
    "__proto__",
    "a\r\nb\u2028c\u00a0\ufeff",
    "constructor",
]
# The template that a page extends is the code's choice, not data.
_NOT_DATA = {"layout"}


def _contexts(name: str) -> dict[str, dict[str, Any]]:
    path = HERE / f"{name}.json"
    if not path.exists():
        pytest.fail(f"{name} is listed in pwa/offline_templates.json: add tests/contract/templates/{name}.json")
    contexts: dict[str, dict[str, Any]] = json.loads(path.read_text("utf-8"))
    assert {"full", "empty"} <= contexts.keys(), f"{path.name} needs the contexts 'full' and 'empty'"
    return contexts


def _sent_in_two_parts() -> list[str]:
    """Give the pages of which the worker sends the top first: none about one thing, whose title is of its content."""
    pages = json.loads((compiler.PROJECT / "pwa" / "offline_routes.json").read_text("utf-8"))["pages"]
    return sorted(
        page["template"] for page in pages if "<id>" not in page["path"] and not page.get("is_by_network", False)
    )


def _frame_of_the_worker() -> list[str]:
    """Give the names that the worker knows before it has read the content of a page."""
    source = (compiler.PROJECT / "pwa" / "views.js").read_text("utf-8")
    found = re.search(r"const frame = \{\n(.*?)\n  \};", source, re.DOTALL)
    assert found
    return [*re.findall(r"^    (\w+)[,:]", found[1], re.MULTILINE), "assets"]


def _hostile(value: Any, turn: Iterator[str], *, is_total: bool) -> Any:
    """Replace the texts of a context by hostile ones; codes, ids and dates too when the attack is total."""
    if isinstance(value, dict):
        return {
            key: part if key in _NOT_DATA else _hostile(part, turn, is_total=is_total) for key, part in value.items()
        }
    if isinstance(value, list):
        return [_hostile(part, turn, is_total=is_total) for part in value]
    is_code = isinstance(value, str) and re.fullmatch(r"[A-Za-z0-9_:.-]+", value)
    return next(turn) if isinstance(value, str) and (is_total or not is_code) else value


def _turn(start: int) -> Iterator[str]:
    while True:
        yield _HOSTILE[start % len(_HOSTILE)]
        start += 1


def _fields(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], Any]]:
    """Yield the way to every field of a context and what is there; of a list only the first item counts."""
    parts = value.items() if isinstance(value, dict) else enumerate(value[:1]) if isinstance(value, list) else ()
    for key, part in parts:
        if key not in _NOT_DATA:
            yield (*path, key), part
            yield from _fields(part, (*path, key))


def _without(context: dict[str, Any], path: tuple[Any, ...], *, replacement: list[Any]) -> dict[str, Any]:
    """Copy a context, one field dropped, or replaced by the one value in `replacement`."""
    changed = copy.deepcopy(context)
    holder: Any = changed
    for key in path[:-1]:
        holder = holder[key]
    if replacement:
        holder[path[-1]] = replacement[0]
    else:
        del holder[path[-1]]
    return changed


@pytest.fixture(scope="module")
def pages(pair: Any) -> Any:
    loader = rendering.page_environment().loader
    assert loader is not None
    pair.compile(loader, FIRST, LATER)
    return pair


@pytest.mark.parametrize("locale", catalogues.LOCALES)
@pytest.mark.parametrize("name", PAGES)
def test_page_is_rendered_alike(pages: Any, name: str, locale: str) -> None:
    for context in _contexts(name).values():
        assert pages.same(name, {"locale": locale, **context}, locale)


@pytest.mark.parametrize("locale", catalogues.LOCALES)
@pytest.mark.parametrize("name", PAGES)
def test_hostile_text_is_escaped_alike(pages: Any, name: str, locale: str) -> None:
    for context in _contexts(name).values():
        for start in range(len(_HOSTILE)):
            html = pages.same(name, _hostile(context, _turn(start), is_total=False), locale)
            assert "<script>alert" not in html
            assert ' onmouseover="' not in html
            pages.same_or_both_fail(name, _hostile(context, _turn(start), is_total=True), locale)


@pytest.mark.parametrize("name", PAGES)
def test_incomplete_data_is_treated_alike(pages: Any, name: str) -> None:
    """Each field absent, null or empty, or a number instead of a text: the same bytes, or no page on both sides."""
    seen: set[tuple[Any, ...]] = set()
    for context in _contexts(name).values():
        for path, value in _fields(context):
            if path in seen:
                continue
            seen.add(path)
            replacements: list[list[Any]] = [[], [None], [type(value)()] if value else [0]]
            if isinstance(value, str):
                replacements.append([7])
            for replacement in replacements:
                changed = _without(context, path, replacement=replacement)
                pages.same_or_both_fail(name, changed, about=f"{path} → {replacement or 'absent'}")


@pytest.mark.parametrize("name", _sent_in_two_parts())
def test_a_whole_page_begins_with_its_top(pages: Any, name: str) -> None:
    """The worker sends the top before it has read the rest, so it must be the same bytes."""
    frame_names = _frame_of_the_worker()
    for context in _contexts(name).values():
        if context.get("layout") == "layouts/page.html" or "layout" not in context:
            frame = {key: context[key] for key in frame_names if key in context}
            html = pages.javascript(name, {"locale": "vi", **context}, "vi")
            top = pages.javascript(name, {"locale": "vi", **frame, "is_top": True}, "vi").partition("<main")[0]
            assert html.startswith(top + "<main")


def test_compiled_pages_are_small(tmp_path: Path) -> None:
    """The worker and page scripts together may take 60 KB gzipped; the share of the first pages' templates is 14 KB."""
    import gzip

    module = tmp_path / "templates.js"
    source = compiler.compile_templates(rendering.page_environment(), FIRST, str(compiler.HERE))
    module.write_text(source, "utf-8")
    bundler = compiler.PROJECT / "node_modules" / ".bin" / "esbuild"
    command = [str(bundler), str(module), "--bundle", "--minify", "--format=esm", "--charset=utf8"]
    bundle = subprocess.run(command, capture_output=True, check=True, cwd=compiler.PROJECT).stdout
    assert len(gzip.compress(bundle)) <= 14 * 1024
