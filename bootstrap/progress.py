"""Show what the bootstrap is doing: one line a step, its seconds, and a log for what the tools print."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

from texts import both

ROOT = Path(__file__).resolve().parent.parent
LOG = ROOT / "build" / "bootstrap.log"
TAIL_LINES = 15
NETWORK_SIGNS = (
    "Temporary failure in name resolution",
    "Name or service not known",
    "NewConnectionError",
    "Connection refused",
    "ConnectTimeout",
    "ReadTimeout",
    "ProxyError",
    "Could not find a version that satisfies",
    "Network is unreachable",
    "No matching distribution found",
    "ENOTFOUND",
    "ECONNREFUSED",
    "ECONNRESET",
    "ETIMEDOUT",
    "EAI_AGAIN",
    "CERTIFICATE_VERIFY_FAILED",
    "SELF_SIGNED_CERT_IN_CHAIN",
)


class StopError(Exception):
    """The bootstrap cannot go on; `key` and `values` name the text that says what to do."""

    def __init__(self, key: str, **values: object) -> None:
        super().__init__(key)
        self.key = key
        self.values = values


def say(key: str, /, **values: object) -> None:
    """Print a text in both languages, a line each."""
    print(*both(key, **values), sep="\n", flush=True)


@contextmanager
def step(key: str) -> Iterator[None]:
    """Show a step while it runs, then ✓ or ✗ and its seconds."""
    vietnamese, english = both(key)
    print(f"  {vietnamese} · {english} … ", end="", flush=True)
    started = time.monotonic()
    try:
        yield
    except BaseException:
        print("✗", flush=True)
        raise
    print(f"✓ {time.monotonic() - started:.1f} s", flush=True)


def quiet(key: str, command: Sequence[str], env: Mapping[str, str] | None = None) -> None:
    """Run a command as a step, its output going to the log; on failure show the log's end and why.

    Raises StopError with a cause guessed from the output.
    """
    LOG.parent.mkdir(exist_ok=True)
    began = 0
    try:
        with step(key), LOG.open("a", encoding="utf-8") as log:
            log.write(f"\n$ {' '.join(command)}\n")
            log.flush()
            began = log.tell()
            subprocess.run(
                list(command),
                cwd=ROOT,
                env=env,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                check=True,
            )
    except (subprocess.CalledProcessError, OSError) as error:
        output = LOG.read_bytes()[began:].decode("utf-8", "replace") if LOG.exists() else ""
        explain(key, f"{output}\n{error}", error)


def explain(key: str, output: str, error: Exception) -> NoReturn:
    """Show the end of what a failed step printed, and where the rest is; raise StopError."""
    print(*(f"    {line}" for line in output.splitlines()[-TAIL_LINES:]), sep="\n")
    say("failed", step=both(key)[1], log=os.path.relpath(LOG))
    raise StopError(cause_of(output)) from error


def cause_of(output: str) -> str:
    """Return the key of the text that fits what a failed tool printed."""
    if "No space left on device" in output or "ENOSPC" in output:
        return "why.disk"
    if any(sign in output for sign in NETWORK_SIGNS):
        return "why.network"
    return "why.other"


def use_unicode() -> None:
    """Keep Vietnamese text from failing on a terminal that cannot show it."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
