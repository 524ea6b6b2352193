"""The commands behind the Makefile: each prepares what it needs, then does its work."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Callable

import checks
from environment import PYTHON, prepare
from progress import ROOT, StopError, say, use_unicode
from texts import both


def run() -> int:
    """Install, build, seed the demo office the first time, and serve."""
    check_port()
    env = prepare(dev=False)
    code = subprocess.call([PYTHON, "-m", "server", "seed", "--demo", "--if-empty"], cwd=ROOT, env=env)
    if code:
        return code
    command = [str(PYTHON), "-m", "server", "serve"]
    if os.name != "nt":
        # The server takes this process over, so that Ctrl-C and signals reach it and nothing stands between.
        os.chdir(ROOT)
        os.execve(command[0], command, env)
    return subprocess.call(command, cwd=ROOT, env=env)


def check_port() -> None:
    """Find out that the port is taken before minutes are spent on installing."""
    host, port = os.environ.get("HOST") or "127.0.0.1", os.environ.get("PORT") or "8000"
    if not port.isdecimal() or not 0 < int(port) < 65536:
        raise StopError("why.bad_port", port=port)
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        # As the server binds it: a socket that is only winding down does not count as taken.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, int(port)))
        except OSError as error:
            if error.errno in (98, 48, 10048):
                raise StopError("why.port", port=port) from error
            raise StopError("why.bind", host=host, port=port, error=error.strerror) from error


def test() -> int:
    """Run every check, then every test; pytest's closing line comes last unless something failed."""
    env = prepare(dev=True)
    checks.install_chromium()
    checks.install_tesseract()
    failed = checks.run_quietly({**checks.lint_commands(), **checks.node_tests()}, env)
    if failed:
        say("checks.failed", names=", ".join(failed))
    code = checks.run_pytest(["-n", "2", "--max-worker-restart", "0"], env)
    if failed:
        say("checks.failed", names=", ".join(failed))
    return code or (1 if failed else 0)


def lint() -> int:
    """Run the linters, the type checkers and the layer contracts."""
    env = prepare(dev=True)
    failed = checks.run_quietly(checks.lint_commands(), env)
    if failed:
        say("checks.failed", names=", ".join(failed))
    return 1 if failed else 0


def format_sources() -> int:
    """Rewrite the sources in the project's format."""
    env = prepare(dev=True)
    commands = [
        [checks.tool("ruff"), "check", "--fix-only", "--quiet", "."],
        [checks.tool("ruff"), "format", "."],
        [checks.module("biome"), "check", "--write", "--no-errors-on-unmatched", "."],
    ]
    return max(subprocess.call(command, cwd=ROOT, env=env) for command in commands)


def bench() -> int:
    """Measure, print the table and write build/bench.json."""
    env = prepare(dev=True)
    checks.install_chromium()
    return subprocess.call([PYTHON, "-m", "tests.bench"], cwd=ROOT, env=env)


def faults() -> int:
    """Run the fault tests with their full number of rounds, then the simulator (SEEDS=n, SEED=n replays one)."""
    env = prepare(dev=True)
    failed = checks.run_pytest(["tests/faults"], {**env, "CONGVAN_FAULTS": "full"})
    return subprocess.call([PYTHON, "-m", "tests.simulator"], cwd=ROOT, env=env) or failed


def build() -> int:
    """Build static/build."""
    prepare(dev=False)
    return 0


COMMANDS: dict[str, Callable[[], int]] = {
    "run": run,
    "test": test,
    "lint": lint,
    "format": format_sources,
    "bench": bench,
    "faults": faults,
    "build": build,
}


def main(arguments: list[str]) -> int:
    """Run the command that the arguments name; return its exit code."""
    use_unicode()
    name = arguments[0] if arguments else ""
    command = COMMANDS.get(name)
    try:
        if command is None:
            raise StopError("why.unknown", command=name, commands=", ".join(COMMANDS))
        return command()
    except StopError as stop:
        print(*both(stop.key, **stop.values), sep="\n", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print()
        say("stopped")
        return 130
