"""Guard what the layer contracts (import-linter) cannot express."""

from __future__ import annotations

import ast
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CODE = ("server", "sync", "pwa", "bootstrap")
VAGUE = {"utils", "util", "helpers", "helper", "common", "manager", "service", "services", "misc"}
LONGEST_MODULE = 350
CLOCK_CALLS = {"now", "utcnow", "today"}


def sources(*folders: str) -> list[Path]:
    """Return the Python modules below the folders."""
    return sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))


def offenders(paths: list[Path], is_wrong: Callable[[Path], bool]) -> list[str]:
    """Return the names of the modules that a rule finds wrong."""
    return [path.relative_to(ROOT).as_posix() for path in paths if is_wrong(path)]


def tree_of(path: Path) -> ast.Module:
    """Parse a module."""
    return ast.parse(path.read_text(encoding="utf-8"))


def test_every_module_says_what_it_is_for() -> None:
    """Every module that holds anything has a docstring."""

    def is_wrong(path: Path) -> bool:
        tree = tree_of(path)
        return bool(tree.body) and not ast.get_docstring(tree)

    assert offenders(sources(*CODE), is_wrong) == []


def test_every_module_can_be_read_in_one_go() -> None:
    """About 250 lines are the aim; this is where it ends."""
    paths = sources(*CODE)
    assert paths, "the folders are wrong"
    assert offenders(paths, lambda path: len(path.read_text("utf-8").splitlines()) > LONGEST_MODULE) == []


def test_no_module_has_a_name_that_says_nothing() -> None:
    """A module is named for what it holds."""
    assert offenders(sources(*CODE), lambda path: path.stem in VAGUE) == []


def test_domain_never_asks_the_clock() -> None:
    """Instants come into the domain; it does not take them."""

    def is_wrong(path: Path) -> bool:
        calls = (node for node in ast.walk(tree_of(path)) if isinstance(node, ast.Call))
        return any(isinstance(call.func, ast.Attribute) and call.func.attr in CLOCK_CALLS for call in calls)

    assert offenders(sources("server/domain"), is_wrong) == []


def test_ci_runs_the_command_that_the_readme_names() -> None:
    """CI and the README agree on how to test."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert "\nmake test\n" in readme
    assert "make test" in script
