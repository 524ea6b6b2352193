"""Work on what others wrote, in a process of its own: forked from a clean one, under limits, answering in JSON.

A file of a stranger can make its reader loop or swell, and a long book takes long to set: neither is to be felt by who
asks for another page. Two such processes run at a time, others wait for their turn.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any

from server.domain.errors import DomainError

PRELOADED = ["pypdf", "fpdf", "server.adapters.pdf_facts", "server.adapters.apart"]
ANSWER_BYTES = 1_000_000
AT_ONCE = threading.BoundedSemaphore(2)
Tell = Callable[[int], None]
Work = Callable[[Tell, Mapping[str, Any]], Mapping[str, Any]]
"""What is done apart: given how to tell how much is done, and its arguments; raises `DomainError` for what is wrong."""


@dataclass(frozen=True)
class Limits:
    """What it may cost: seconds altogether and bytes of memory."""

    seconds: float = 20.0
    memory: int = 768 * 1024 * 1024


def run(work: Work, arguments: Mapping[str, Any], limits: Limits, *, on_progress: Tell | None = None) -> dict[str, Any]:
    """Do some work apart and return its answer; `work` is a function of a module, its arguments are plain.

    Raises `DomainError`: what the work raised, pdf_broken {why: time, memory, structure} when it came to no end.
    """
    with AT_ONCE:
        return _run(work, arguments, limits, on_progress)


def _run(work: Work, arguments: Mapping[str, Any], limits: Limits, on_progress: Tell | None) -> dict[str, Any]:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(PRELOADED)
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_main, args=(theirs, work, dict(arguments), limits), daemon=True)
    process.start()
    theirs.close()
    try:
        while ours.poll(limits.seconds):
            told = json.loads(ours.recv_bytes(ANSWER_BYTES))
            if "progress" not in told:
                return _answer(told)
            if on_progress is not None:
                on_progress(int(told["progress"]))
        raise DomainError("pdf_broken", why="time")
    except (EOFError, OSError, ValueError):
        # it died without an answer: killed by its limits, or by what it read
        raise DomainError("pdf_broken", why="memory") from None
    finally:
        ours.close()
        process.kill()
        process.join()
        process.close()


def _answer(told: Mapping[str, Any]) -> dict[str, Any]:
    if code := told.get("code"):
        raise DomainError(code, **told.get("details", {}))
    return dict(told["answer"])


def _main(answer_to: Connection, work: Work, arguments: Mapping[str, Any], limits: Limits) -> None:
    """Be the process that works: take the limits, work, answer once."""
    import logging
    import resource

    def send(message: Mapping[str, Any]) -> None:
        answer_to.send_bytes(json.dumps(message).encode("utf-8", "replace"))

    logging.disable(logging.CRITICAL)
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    memory = limits.memory if hard == resource.RLIM_INFINITY else min(limits.memory, hard)
    resource.setrlimit(resource.RLIMIT_AS, (memory, hard))
    resource.setrlimit(resource.RLIMIT_CPU, (int(limits.seconds) + 1, int(limits.seconds) + 2))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        send({"answer": dict(work(lambda done: send({"progress": done}), arguments))})
    except DomainError as error:
        send({"code": error.code, "details": error.details})
    except (MemoryError, OverflowError):
        send({"code": "pdf_broken", "details": {"why": "memory"}})
    except Exception:  # whatever a hostile file provokes is the file's fault
        send({"code": "pdf_broken", "details": {"why": "structure"}})
    os._exit(0)
