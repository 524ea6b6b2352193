"""Render the same template twice, by Jinja2 and by the compiled JavaScript in Node, and compare bytes."""

from __future__ import annotations

import itertools
import json
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from jinja2 import BaseLoader, Environment

from pwa.templates import compiler
from server.adapters import catalogues, rendering

HERE = Path(__file__).resolve().parent


class Pair:
    """Both renderers of one set of templates."""

    def __init__(self, node: subprocess.Popen[str], folder: Path) -> None:
        self._node = node
        self._folder = folder
        self._numbers = itertools.count()
        self._locale = "vi"
        self.env: Environment
        self._module = self._later = ""

    def compile(self, loader: BaseLoader, names: Sequence[str], later: Sequence[str] = ()) -> None:
        """Compile the templates, `later` ones into a module of their own; what is rendered after that uses them."""
        self.env = rendering.configure(Environment(loader=loader, autoescape=True), lambda: self._locale)
        path = self._folder / f"templates_{next(self._numbers)}.mjs"
        path.write_text(compiler.compile_templates(self.env, names, compiler.HERE.as_uri()), "utf-8")
        self._module, self._later = path.as_uri(), ""
        if later:
            path = path.with_stem(f"{path.stem}_later")
            path.write_text(compiler.compile_later(self.env, later, names), "utf-8")
            self._later = path.as_uri()

    def jinja(self, name: str, context: dict[str, Any], locale: str) -> str | None:
        """Render with Jinja2; None when that fails."""
        self._locale = locale
        try:
            return self.env.get_template(name).render(json.loads(json.dumps(context)))
        except Exception as error:
            self.error = repr(error)
            return None

    def javascript(self, name: str, context: dict[str, Any], locale: str) -> str | None:
        """Render with Node; None when that fails."""
        assert self._node.stdin is not None
        assert self._node.stdout is not None
        messages = self._folder / f"messages.{locale}.json"
        if not messages.exists():
            messages.write_text(json.dumps(dict(catalogues.load(locale))), "utf-8")
        request = {"module": self._module, "name": name, "context": context, "messages": str(messages)}
        request["later"] = self._later
        self._node.stdin.write(json.dumps(request) + "\n")
        self._node.stdin.flush()
        answer = json.loads(self._node.stdout.readline())
        self.error = answer.get("error", "")
        html: str | None = answer.get("html")
        return html

    def same(self, name: str, context: dict[str, Any], locale: str = "vi") -> str:
        """Assert that both render, and byte for byte alike; return the HTML."""
        expected = self.jinja(name, context, locale)
        assert expected is not None, self.error
        found = self.javascript(name, context, locale)
        assert found is not None, self.error
        assert found.encode() == expected.encode()
        return expected

    def same_or_both_fail(self, name: str, context: dict[str, Any], locale: str = "vi", about: str = "") -> None:
        """Assert equal bytes, or that neither side renders."""
        expected = self.jinja(name, context, locale)
        reason = self.error if expected is None else ""
        found = self.javascript(name, context, locale)
        sides = f"Jinja2: {reason or 'rendered'}; JavaScript: {self.error or 'rendered'}"
        assert found == expected, f"{about} {sides}"


@pytest.fixture(scope="session")
def node_process() -> Iterator[subprocess.Popen[str]]:
    """Keep one Node process for all renderings."""
    program = shutil.which("node")
    assert program, "Node 20 or later is needed to compare the templates"
    command = [program, str(HERE / "render.mjs")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1) as node:
        yield node
        node.terminate()


@pytest.fixture(scope="module")
def pair(node_process: subprocess.Popen[str], tmp_path_factory: pytest.TempPathFactory) -> Pair:
    """Give a module its own pair of renderers."""
    return Pair(node_process, tmp_path_factory.mktemp("compiled"))
