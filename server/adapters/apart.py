"""Work on what others wrote, in a process of its own: forked from a clean one, under limits, answering in JSON.

A file of a stranger can make its reader loop, swell or break, and a long book takes long to set: none of it is to be
felt by who asks for another page. The process that does the work may tell how far it is, and answers once; whatever
else becomes of it is told as `Died`.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any, Literal

from server.domain.errors import DomainError

PRELOADED = [
    "pypdf",
    "pypdf.filters",
    "pypdf._codecs._codecs",
    "fpdf",
    "server.adapters.pdf_facts",
    "server.adapters.page_pictures",
    __name__,
]
"""What the clean process has read already, so that nobody waits for it; the rest is read by whoever needs it."""
AT_ONCE = threading.BoundedSemaphore(2)
"""How many pages of print are made at a time; others wait for their turn."""
Tell = Callable[[int], None]
Work = Callable[[Tell, Mapping[str, Any]], Mapping[str, Any]]
"""What `run` does apart: given how to tell how much is done, and its arguments; may raise `DomainError`."""
Why = Literal["time", "memory", "structure"]


@dataclass(frozen=True)
class Budget:
    """What the work may cost: seconds without a word of it, bytes of memory, bytes of an answer."""

    seconds: float = 20.0
    memory: int = 768 * 1024 * 1024
    answer: int = 1_000_000


class Died(Exception):  # noqa: N818 - the name says what is the matter
    """The work came to no answer: out of time or memory, or something in the file broke it."""

    def __init__(self, why: Why) -> None:
        """Keep the reason."""
        super().__init__(why)
        self.why: Why = why


def run(work: Work, arguments: Mapping[str, Any], budget: Budget, *, on_progress: Tell | None = None) -> dict[str, Any]:
    """Do some work for a page apart, in turn, and return its answer; `work` is a function of a module.

    Raises `DomainError`: what the work raised, pdf_broken {why: time, memory, structure} when it came to no end.
    """
    with AT_ONCE:
        try:
            told = run_apart(_told, (work, dict(arguments)), budget, on_progress=on_progress or _ignore)
        except Died as died:
            raise DomainError("pdf_broken", why=died.why) from None
    if code := told.get("code"):
        raise DomainError(code, **told["details"])
    return dict(told["answer"])


def run_apart(
    work: Callable[..., Mapping[str, Any]],
    arguments: tuple[Any, ...],
    budget: Budget,
    *,
    on_progress: Tell | None = None,
) -> dict[str, Any]:
    """Call a function of a module, with arguments that can be pickled, in another process; raises Died.

    With `on_progress` the function is given first how to tell a number; each is handed on as it comes.
    """
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(PRELOADED)
    ours, theirs = context.Pipe(duplex=False)
    worker = context.Process(target=_main, args=(theirs, work, arguments, budget, on_progress is not None), daemon=True)
    worker.start()
    theirs.close()
    try:
        while ours.poll(budget.seconds):
            told: dict[str, Any] = json.loads(ours.recv_bytes(budget.answer))
            if why := told.get("died"):
                raise Died(why)
            if "progress" not in told:
                return dict(told["answer"])
            if on_progress is not None:
                on_progress(int(told["progress"]))
        raise Died("time")
    except (EOFError, OSError, ValueError):
        # it died without an answer: killed by its limits, or by the file
        raise Died("memory") from None
    finally:
        ours.close()
        worker.kill()
        worker.join()
        worker.close()


def _main(
    answer_to: Connection,
    work: Callable[..., Mapping[str, Any]],
    arguments: tuple[Any, ...],
    budget: Budget,
    tells: bool,
) -> None:
    """Be the process that works: take the limits, work, answer once."""
    import logging

    def send(message: Mapping[str, Any]) -> None:
        answer_to.send_bytes(json.dumps(message).encode("utf-8", "replace"))

    logging.disable(logging.CRITICAL)
    limit_process(budget)
    told: tuple[Tell, ...] = (lambda done: send({"progress": done}),) if tells else ()
    try:
        send({"answer": dict(work(*told, *arguments))})
    except (MemoryError, OverflowError):
        send({"died": "memory"})
    except Exception:  # whatever a hostile file provokes in its reader is the file's fault
        send({"died": "structure"})
    os._exit(0)


def limit_process(budget: Budget) -> None:
    """Take the limits of a budget upon this process and what it starts."""
    import resource

    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    memory = budget.memory if hard == resource.RLIM_INFINITY else min(budget.memory, hard)
    resource.setrlimit(resource.RLIMIT_AS, (memory, hard))
    resource.setrlimit(resource.RLIMIT_CPU, (int(budget.seconds) + 1, int(budget.seconds) + 2))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _told(tell: Tell, work: Work, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Do the work of `run` there, and bring what is wrong with the file over as it is."""
    try:
        return {"answer": dict(work(tell, arguments))}
    except DomainError as error:
        return {"code": error.code, "details": error.details}


def _ignore(_done: int) -> None:
    """Pass over how far it is."""
