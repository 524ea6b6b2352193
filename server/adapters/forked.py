"""Runs what reads strangers' files in a process of its own, forked from a clean one, under limits of time and memory.

A PDF or a picture can be made to loop, to swell or to break its reader. The process that does the work answers once,
in plain JSON; whatever else becomes of it is told as `Died`.
"""

from __future__ import annotations

import json
import multiprocessing
import os
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any, Literal

PRELOADED = [__name__, "server.adapters.pdf_facts", "pypdf"]
"""What the clean process has read already; the rest is read by whoever needs it."""

Work = Callable[..., dict[str, Any]]
Why = Literal["time", "memory", "structure"]


@dataclass(frozen=True)
class Budget:
    """What the work may cost: seconds, bytes of memory, bytes of the answer."""

    seconds: float
    memory: int
    answer: int = 1_000_000


class Died(Exception):  # noqa: N818 - the name says what is the matter
    """The work came to no answer: out of time or memory, or something in the file broke it."""

    def __init__(self, why: Why) -> None:
        """Keep the reason."""
        super().__init__(why)
        self.why: Why = why


def run_apart(work: Work, arguments: tuple[Any, ...], budget: Budget) -> dict[str, Any]:
    """Call a function of a module, with arguments that can be pickled, in another process; raises Died."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(PRELOADED)
    ours, theirs = context.Pipe(duplex=False)
    worker = context.Process(target=_main, args=(theirs, work, arguments, budget), daemon=True)
    worker.start()
    theirs.close()
    try:
        if not ours.poll(budget.seconds):
            raise Died("time")
        answer: dict[str, Any] = json.loads(ours.recv_bytes(budget.answer))
    except (EOFError, OSError, ValueError):
        # it died without an answer: killed by its limits, or by the file
        raise Died("memory") from None
    finally:
        ours.close()
        worker.kill()
        worker.join()
        worker.close()
    if why := answer.get("died"):
        raise Died(why)
    return answer


def _main(answer_to: Connection, work: Work, arguments: tuple[Any, ...], budget: Budget) -> None:
    """Be the process that works: take the limits, work, answer once."""
    import logging

    logging.disable(logging.CRITICAL)
    limit_process(budget)
    try:
        answer = work(*arguments)
    except (MemoryError, OverflowError):
        answer = {"died": "memory"}
    except Exception:  # whatever a hostile file provokes in its reader is the file's fault
        answer = {"died": "structure"}
    answer_to.send_bytes(json.dumps(answer).encode("utf-8", "replace"))
    os._exit(0)


def limit_process(budget: Budget) -> None:
    """Take the limits of a budget upon this process and what it starts."""
    import resource

    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    memory = budget.memory if hard == resource.RLIM_INFINITY else min(budget.memory, hard)
    resource.setrlimit(resource.RLIMIT_AS, (memory, hard))
    resource.setrlimit(resource.RLIMIT_CPU, (int(budget.seconds) + 1, int(budget.seconds) + 2))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
