"""Bring in what the project runs on: .venv with the Python libraries, Node.js, node_modules, static/build."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import stamps
from progress import ROOT, StopError, quiet, say

VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / ("python.exe" if os.name == "nt" else "python")
MODULES = ROOT / "node_modules"
BUILT = ROOT / "static" / "build"
BUILD_SOURCES = (
    "pwa/**/*",
    "static/**/*",
    "templates/**/*",
    "server/locales/**/*.po",
    "server/adapters/catalogues.py",
    "server/adapters/rendering.py",
    "package-lock.json",
)


def prepare(*, dev: bool) -> dict[str, str]:
    """Install and build whatever is missing or out of date; return an environment for what follows."""
    install_python(dev=dev)
    node, env = find_node()
    install_modules(node, env, dev=dev)
    build(node, env)
    return env


def install_python(*, dev: bool) -> None:
    """Make .venv and install the project into it, with the development tools when asked."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    pins = json.dumps([project["build-system"], project["project"]], sort_keys=True)
    # The place is part of the hash: a moved environment has wrong paths in its scripts.
    base = [pins, str(ROOT), sys.version]
    with_dev, without = stamps.hash_of([*base, "dev"]), stamps.hash_of([*base, "run"])
    stamp = VENV / "congvan-installed"
    works = PYTHON.exists() and subprocess.run([PYTHON, "-c", ""], check=False).returncode == 0
    if works and (stamps.is_current(stamp, with_dev) or (not dev and stamps.is_current(stamp, without))):
        return
    place = VENV / "congvan-place"
    if not works or not stamps.is_current(place, stamps.hash_of([str(ROOT), sys.version])):
        if not all(importlib.util.find_spec(name) for name in ("venv", "ensurepip")):
            raise StopError("why.venv")
        quiet("step.venv", [sys.executable, "-m", "venv", "--clear", str(VENV)])
        stamps.write(place, stamps.hash_of([str(ROOT), sys.version]))
    target = ".[dev,ocr]" if dev else "."
    pip = [str(PYTHON), "-m", "pip", "install", "--disable-pip-version-check", "--no-input"]
    quiet("step.python", [*pip, "--editable", target])
    stamps.write(stamp, with_dev if dev else without)


def find_node() -> tuple[str, dict[str, str]]:
    """Return a Node.js that is new enough, the machine's or PyPI's, and an environment that uses it."""
    wanted = int(json.loads((ROOT / "package.json").read_text())["engines"]["node"].strip(">= "))
    own = {**os.environ, "PATH": f"{BIN}{os.pathsep}{os.environ.get('PATH', '')}"}
    found = shutil.which("node")
    version = version_of(found) if found else None
    if found and version and version[0] >= wanted and shutil.which("npm"):
        return found, {**os.environ}
    inside = BIN / ("node.exe" if os.name == "nt" else "node")
    if not (inside.exists() and version_of(str(inside))):
        if found:
            say("note.old_node", have=".".join(map(str, version or ())) or "?", want=wanted)
        pip = [str(PYTHON), "-m", "pip", "install", "--disable-pip-version-check", "--no-input"]
        quiet("step.node", [*pip, *node_pins()])
    return str(inside), own


def node_pins() -> list[str]:
    """Return the pinned requirement that brings Node.js from PyPI."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    pins: list[str] = project["project"]["optional-dependencies"]["node"]
    return pins


def version_of(node: str) -> tuple[int, ...] | None:
    """Return the version of a Node.js, or None when it does not run."""
    try:
        printed = subprocess.run([node, "--version"], capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return None
    return tuple(int(part) for part in re.findall(r"\d+", printed)[:3])


def install_modules(node: str, env: dict[str, str], *, dev: bool) -> None:
    """Install node_modules exactly as package-lock.json has them."""
    release = str((version_of(node) or (0,))[0])
    base = [release, sys.platform]
    files = [ROOT / "package-lock.json"]
    with_dev, without = stamps.hash_of([*base, "dev"], files), stamps.hash_of([*base, "run"], files)
    stamp = MODULES / ".congvan-installed"
    if stamps.is_current(stamp, with_dev) or (not dev and stamps.is_current(stamp, without)):
        return
    npm = shutil.which("npm", path=env["PATH"]) or "npm"
    options = ["--no-audit", "--no-fund", "--fetch-retry-maxtimeout=15000", *([] if dev else ["--omit=dev"])]
    quiet("step.npm", [npm, "ci", *options], env)
    stamps.write(stamp, with_dev if dev else without)


def build(node: str, env: dict[str, str]) -> None:
    """Build static/build when a source of it has changed."""
    script = ROOT / "pwa" / "build.mjs"
    if not script.exists():
        return
    files = {path for pattern in BUILD_SOURCES for path in ROOT.glob(pattern) if is_source(path)}
    wanted = stamps.hash_of(["build"], files)
    stamp = BUILT / ".congvan-built"
    if stamps.is_current(stamp, wanted) and (BUILT / "manifest.json").exists():
        return
    quiet("step.build", [node, str(script)], {**env, "CONGVAN_PYTHON": str(PYTHON)})
    stamps.write(stamp, wanted)


def is_source(path: Path) -> bool:
    """Tell whether a file is a source of the build and not its result."""
    generated = {"build", "vendor", "generated", "__pycache__"}
    return path.is_file() and not generated & set(path.relative_to(ROOT).parts)
