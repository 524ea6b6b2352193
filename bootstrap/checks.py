"""The checks of `make lint` and `make test`: each quiet while it passes, in full when it fails."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence

from environment import BIN, MODULES, PYTHON
from progress import ROOT, StopError, quiet, say


def tool(name: str) -> str:
    """Return the path of a Python tool in the environment."""
    return str(BIN / name)


def module(name: str) -> str:
    """Return the path of a JavaScript tool in node_modules."""
    return str(MODULES / ".bin" / name)


def lint_commands() -> dict[str, list[str]]:
    """Return the linters and type checkers, in the order in which they run."""
    commands = {
        "ruff": [tool("ruff"), "check", "."],
        "ruff format": [tool("ruff"), "format", "--check", "."],
        "mypy": [tool("mypy")],
        "layers": [tool("lint-imports")],
    }
    if any((ROOT / "pwa").rglob("*.js")):
        commands["tsc"] = [module("tsc"), "-p", "tsconfig.json"]
    commands["biome"] = [module("biome"), "check", "--no-errors-on-unmatched", "."]
    return commands


def node_tests() -> dict[str, list[str]]:
    """Return the command that runs the Node tests, when there are any."""
    files = sorted(str(path.relative_to(ROOT)) for path in (ROOT / "tests" / "pwa").glob("**/*.test.mjs"))
    return {"node --test": ["node", "--test", "--test-reporter=spec", *files]} if files else {}


def run_quietly(commands: dict[str, list[str]], env: dict[str, str]) -> list[str]:
    """Run each command, print the output of those that fail, and return their names."""
    failed = []
    for name, command in commands.items():
        print(f"  {name} … ", end="", flush=True)
        started = time.monotonic()
        done = subprocess.run(
            command,
            cwd=ROOT,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
        )
        print(f"{'✗' if done.returncode else '✓'} {time.monotonic() - started:.1f} s", flush=True)
        if done.returncode:
            failed.append(name)
            print(done.stdout.decode("utf-8", "replace"), flush=True)
    return failed


def find_chromium() -> str | None:
    """Return the path of a Chromium, or None."""
    named = os.environ.get("CHROMIUM")
    if named:
        return shutil.which(named)
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    return next((path for path in map(shutil.which, names) if path), None)


def install_chromium() -> None:
    """Find Chromium for the journeys, or install Debian's where that is allowed.

    Raises StopError when there is none and it may not be installed.
    """
    if os.environ.get("CONGVAN_WITHOUT_CHROMIUM"):
        say("note.without_chromium")
        return
    if find_chromium():
        return
    may_install = sys.platform == "linux" and os.geteuid() == 0 and shutil.which("apt-get")
    if not may_install or os.environ.get("CHROMIUM"):
        raise StopError("why.chromium")
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    script = "apt-get update && apt-get install -y --no-install-recommends chromium"
    quiet("step.chromium", ["sh", "-c", script], env)
    if not find_chromium():
        raise StopError("why.chromium")


def install_tesseract() -> None:
    """Find what reads scans, or install Debian's where that is allowed; where there is none its tests are left out."""
    if shutil.which("tesseract"):
        return
    if sys.platform != "linux" or os.geteuid() != 0 or not shutil.which("apt-get"):
        say("note.without_tesseract")
        return
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    packages = "tesseract-ocr tesseract-ocr-vie tesseract-ocr-osd"
    script = f"apt-get update && apt-get install -y --no-install-recommends {packages}"
    try:
        quiet("step.tesseract", ["sh", "-c", script], env)
    except StopError:
        say("note.without_tesseract")  # nobody needs it but its own tests


def run_pytest(arguments: Sequence[str], env: dict[str, str]) -> int:
    """Run pytest with its output shown; return its exit code."""
    if chromium := find_chromium():
        env = {**env, "CHROMIUM": chromium}
    return subprocess.call([str(PYTHON), "-m", "pytest", *arguments], cwd=ROOT, env=env)
