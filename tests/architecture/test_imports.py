"""Guard what the layer contracts (import-linter) cannot express."""

from __future__ import annotations

import ast
import subprocess
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CODE = ("server", "sync", "pwa", "bootstrap")
VAGUE = {"utils", "util", "helpers", "helper", "common", "manager", "service", "services", "misc"}
LONGEST_MODULE = 320
CLOCK_CALLS = {"now", "utcnow", "today"}


@cache
def sources() -> list[Path]:
    """Return the project's Python modules, as git knows or would know them."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "--", *CODE],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    return [ROOT / name for name in listed if name.endswith(".py") and (ROOT / name).exists()]


def named(path: Path) -> str:
    """Return a path as a test's name."""
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("path", sources(), ids=named)
def test_module_says_what_it_is_for_and_stays_readable(path: Path) -> None:
    """Every module has a docstring and a length that can be read in one go."""
    text = path.read_text(encoding="utf-8")
    tree = ast.parse(text)
    if tree.body:
        assert ast.get_docstring(tree), "no module docstring"
    assert len(text.splitlines()) <= LONGEST_MODULE
    assert path.stem not in VAGUE, "a name that says nothing"


@pytest.mark.parametrize("path", [p for p in sources() if "server/domain" in named(p)], ids=named)
def test_domain_never_asks_the_clock(path: Path) -> None:
    """Instants come into the domain; it does not take them."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            assert node.func.attr not in CLOCK_CALLS, f"line {node.lineno}"


def test_ci_runs_the_command_that_the_readme_names() -> None:
    """CI and the README agree on how to test."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert "\nmake test\n" in readme
    assert "make test" in script
