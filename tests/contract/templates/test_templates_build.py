"""What the worker could not render like Jinja2 stops the build, with file and line."""

from __future__ import annotations

import inspect
from typing import Any

import pytest
from jinja2 import DictLoader, Environment
from jinja2.utils import _PassArg

from pwa.templates import compiler, vocabulary
from pwa.templates.errors import UnsupportedError
from server.adapters import rendering


def _environment(**templates: str) -> Environment:
    named = {f"{name}.html": source for name, source in templates.items()}
    return rendering.configure(Environment(loader=DictLoader(named), autoescape=True), lambda: "vi")


UNSUPPORTED = {
    "{{ x|wordcount }}": "wordcount",
    "{{ x is callable }}": "callable",
    "{{ x|map('frobnicate')|list }}": "frobnicate",
    "{{ x|map(y)|list }}": "literal string",
    "{{ x|truncate(5, length=3) }}": "length",
    "{{ x|date('%d') }}": "arguments",
    "{{ x|relative_day }}": "today",
    "{{ x|selectattr('a')|length }}": "add |list",
    "{% set y = x|map('upper') %}": "add |list",
    "{% if x|select %}{% endif %}": "add |list",
    "{{ x|map('upper')|last }}": "add |list",
    "{{ x / 2 }}": "Div",
    "{{ x ** 2 }}": "Pow",
    "{{ '%s' % x }}": "%",
    "{{ 1.0 }}": "1.0",
    "{{ none }}": "None",
    "{{ {x: 1} }}": "literal string",
    "{{ {'7': 1} }}": "looks like a number",
    "{{ x[::2] }}": "step",
    "{{ x.items }}": "['items']",
    "{{ x.__class__ }}": "private",
    "{{ x.append(1) }}": "append",
    "{{ x.get() }}": "1 to 2",
    "{{ x.y() }}": ".y()",
    "{{ greet() }}": "greet()",
    "{{ url_for('static') }}": "url_for",
    "{{ request.path }}": "only on the server",
    "{{ self.title() }}": ".title()",
    "{{ _ }}": "only be called",
    "{{ _('a.b', x) }}": "one key",
    "{{ super() }}": "super",
    "{% for x in y %}{{ loop.depth }}{% endfor %}": "loop.depth",
    "{% for x in y recursive %}{% endfor %}": "recursive",
    "{% for x in y if loop.first %}{% endfor %}": "condition of a for",
    "{% macro m() %}{{ varargs }}{% endmacro %}": "varargs",
    "{% macro m(a) %}{{ a }}{% endmacro %}{{ m(*x) }}": "*args",
    "{% filter upper %}{% endfilter %}": "FilterBlock",
    "{% set x|upper %}{% endset %}": "filter on",
    "{% set ns.x = 1 %}": "NSRef",
    "{% autoescape false %}{{ x }}{% endautoescape %}": "not supported",
    "{% include 'x' ~ y %}": "literally",
    "{% include y %}": "literally",
    "{% include 'page.html' ignore missing %}": "ignore missing",
    "{% include 'absent.html' %}": "no such template",
    "{% block a scoped %}{% endblock %}": "scoped",
    "{% trans %}a{% endtrans %}": "unknown tag",
    "{% if %}": "Expected",
    "{% extends 'base.html' %}lost": "stands in a block",
    "{% extends 'base.html' %}{% if x %}{% endif %}": "stands in a block",
    "{% if x %}{% extends 'base.html' %}{% endif %}": "outside of any branch",
}


@pytest.mark.parametrize("source", UNSUPPORTED)
def test_unsupported_construct_fails_with_file_and_line(source: str) -> None:
    env = _environment(page="\n\n" + source, base="")
    with pytest.raises(UnsupportedError) as failure:
        compiler.compile_templates(env, ["page.html"])
    assert UNSUPPORTED[source] in str(failure.value)
    assert str(failure.value).startswith(("page.html:3: ", "absent.html:"))


def test_a_template_that_is_not_escaped_is_refused() -> None:
    env = rendering.configure(Environment(loader=DictLoader({"page.txt": ""})), lambda: "vi")
    env.autoescape = False
    with pytest.raises(UnsupportedError, match="autoescape"):
        compiler.compile_templates(env, ["page.txt"])


def test_what_a_template_needs_is_compiled_too_and_nothing_else() -> None:
    env = _environment(
        page="{% extends 'base.html' %}{% block a %}{% include 'part.html' if x else 'other.html' %}{% endblock %}",
        base="{% from 'macros.html' import m %}{{ m() }}{% block a %}{% endblock %}",
        macros="{% macro m() %}{% endmacro %}",
        part="",
        other="",
        unrelated="",
    )
    module = compiler.compile_templates(env, ["page.html"])
    for name in ("page", "base", "macros", "part", "other"):
        assert f'"{name}.html": {{' in module
    assert "unrelated" not in module


def test_the_module_runs_no_code_from_text() -> None:
    module = compiler.compile_templates(_environment(page="{{ x }}</script>"), ["page.html"])
    assert "eval(" not in module
    assert "Function(" not in module


@pytest.mark.parametrize("name", vocabulary.FILTERS)
def test_parameters_of_a_filter_are_those_of_python(name: str) -> None:
    function: Any = rendering.page_environment().filters[name]
    names = list(inspect.signature(function).parameters)
    if _PassArg.from_obj(function) is not None:
        names = names[1:]
    twin = vocabulary.FILTERS[name]
    assert tuple(names[1 : 1 + len(twin.parameters)]) == twin.parameters
    assert twin.is_lazy == inspect.isgeneratorfunction(inspect.unwrap(function))


@pytest.mark.parametrize("name", vocabulary.TESTS)
def test_every_test_exists_in_jinja(name: str) -> None:
    assert name in rendering.page_environment().tests


def test_command_writes_module_and_both_catalogues(tmp_path: Any, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "build" / "templates.js"
    assert compiler.main(["--out", str(out), *compiler.offline_names()]) == 0, capsys.readouterr().err
    assert sorted(path.name for path in out.parent.iterdir()) == [
        "messages.en.json",
        "messages.vi.json",
        "templates.js",
    ]
    printed = capsys.readouterr().out
    assert printed.count("gzipped") == 3


def test_what_only_later_pages_need_is_in_the_second_module() -> None:
    env = _environment(
        first="{% include 'shared.html' %}",
        shared="s",
        second="{% include 'shared.html' %}{% include 'own.html' %}",
        own="o",
    )
    later = compiler.compile_later(env, ["second.html"], ["first.html"])
    assert '"second.html": {' in later
    assert '"own.html": {' in later
    assert '"shared.html": {' not in later
    assert "import " not in later


def test_the_lists_become_two_modules(tmp_path: Any, capsys: pytest.CaptureFixture[str]) -> None:
    assert compiler.main(["--out", str(tmp_path / "templates.js")]) == 0, capsys.readouterr().err
    first, later = compiler.offline_lists()
    assert set(first).isdisjoint(later)
    assert f'"{later[0]}": {{' in (tmp_path / "templates_later.js").read_text("utf-8")
    assert f'"{later[0]}": {{' not in (tmp_path / "templates.js").read_text("utf-8")


def test_command_fails_for_a_template_that_is_not_there(tmp_path: Any, capsys: pytest.CaptureFixture[str]) -> None:
    assert compiler.main(["--out", str(tmp_path / "templates.js"), "pages/absent.html"]) == 1
    assert "pages/absent.html" in capsys.readouterr().err
    assert not (tmp_path / "templates.js").exists()
