"""The running process: the ASGI server, the fan-out and the scheduler, started together and stopped in order.

`serve` runs everything in one process; `web` and `worker` are its two halves for production.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType
from typing import Any, Protocol

import uvicorn
from a2wsgi import WSGIMiddleware

from server.config import Config, ConfigError
from server.console import say
from server.jobs.scheduler import Job, Scheduler
from server.longpoll import LongPolls
from server.ports import Unavailable
from server.static_files import Receive, Scope, Send, StaticFiles
from sync.ports import Store
from sync.waiting import Waiting

log = logging.getLogger(__name__)
FEED_WAIT_S = 20.0
LONGEST_PAUSE_S = 5.0
"""A store that was away is looked for this often: people wait for their news meanwhile."""
PATIENCE_S = 10
BACKLOG = 2048
DEMO_MARK = "demo"


class FanOut(Protocol):
    """What brings committed records to people's inboxes."""

    def run(self, stop_event: threading.Event) -> None:
        """Follow the records until told to stop; leave a checkpoint."""


class Services(Protocol):
    """What the composition root hands to the process. An attribute `jobs` (list of Job) may be there too."""

    store: Store
    fanout: FanOut

    def close(self) -> None:
        """Let go of everything."""


class Application:
    """The ASGI app: static files and waiting devices here, everything else in Flask on a few threads."""

    def __init__(self, wsgi_app: Any, waiting: Waiting, threads: int, static: StaticFiles | None = None) -> None:
        """Join the parts."""
        self.static = static or StaticFiles()
        self.pages = WSGIMiddleware(wsgi_app, workers=threads)
        self.rest = LongPolls(self.pages, waiting)  # type: ignore[arg-type]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the request to its part."""
        if scope["type"] != "http":
            await self.pages(scope, receive, send)  # type: ignore[arg-type]
            return
        # WSGI folds "-" and "_" together: without this a client could write headers in a proxy's name.
        scope["headers"] = [pair for pair in scope["headers"] if b"_" not in pair[0]]
        if self.static.handles(scope["path"]):
            await self.static(scope, receive, send)
        elif scope["path"] == "/health":
            await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
            await send({"type": "http.response.body", "body": b"ok"})
        else:
            await self.rest(scope, receive, send)


class Server(uvicorn.Server):
    """uvicorn, leaving the signals to this module and saying when it is ready."""

    def __init__(self, config: uvicorn.Config, on_ready: Callable[[], None] = lambda: None) -> None:
        """Call `on_ready` once connections are accepted."""
        super().__init__(config)
        self.on_ready = on_ready

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave the signals alone."""
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, then tell."""
        await super().startup(sockets)
        self.on_ready()


def make_server(
    app: Application,
    config: Config,
    cert: Path | None = None,
    key: Path | None = None,
    on_ready: Callable[[], None] = lambda: None,
) -> Server:
    """Return the HTTP server, with TLS when a certificate is given."""
    settings = uvicorn.Config(
        app,
        http="h11",
        ws="none",
        loop="asyncio",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        backlog=BACKLOG,
        timeout_keep_alive=30,
        timeout_graceful_shutdown=PATIENCE_S,
        proxy_headers=config.trusted_proxies is not None,
        forwarded_allow_ips=config.trusted_proxies,
        ssl_certfile=cert,
        ssl_keyfile=key,
    )
    return Server(settings, on_ready)


def open_socket(config: Config) -> socket.socket:
    """Listen on the configured address. Raises ConfigError when it is taken or not this machine's."""
    family = socket.AF_INET6 if ":" in config.host else socket.AF_INET
    # With the protocol named, asyncio turns off Nagle's algorithm; otherwise most answers come 40 ms late.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((config.host, config.port))
    except OSError as error:
        listener.close()
        raise ConfigError(
            "operations.cannot_listen", host=config.host, port=config.port, error=error.strerror or error
        ) from error
    return listener


def follow_updates(store: Store, waiting: Waiting, stop: threading.Event) -> None:
    """Wake the waiting devices when another process writes; one feed for all of them."""
    since = store.updates().last_seq
    waiting.notify_all()  # what was written before this began, or while it was broken off, nobody told them
    while not stop.is_set():
        updates = store.updates(since, FEED_WAIT_S)
        since = updates.last_seq
        waiting.notify(updates.names)


def supervise(name: str, work: Callable[[], None], stop: threading.Event) -> threading.Thread:
    """Run `work` in a thread; when it fails, log it and run it again after a pause, until told to stop."""

    def loop() -> None:
        pause = 1.0
        while not stop.is_set():
            try:
                work()
                return
            except Exception as error:
                if stop.is_set():
                    return
                # what is the matter with a store that is away is said in one line; of anything else, all of it
                log.error(
                    "%s failed; again in %.0f s: %s", name, pause, error, exc_info=not isinstance(error, Unavailable)
                )
            stop.wait(pause)
            pause = min(pause * 2, LONGEST_PAUSE_S)

    thread = threading.Thread(target=loop, name=name, daemon=True)
    thread.start()
    return thread


def refuse_demo_data(config: Config, store: Store) -> None:
    """Keep a real office from running on the demo office's accounts. Raises ConfigError."""
    if config.is_production and store.database("accounts").local_get(DEMO_MARK):
        raise ConfigError("operations.demo_in_production")


@contextlib.contextmanager
def background(
    config: Config, services: Services, waiting: Waiting, *, is_worker: bool, is_web: bool
) -> Iterator[None]:
    """Run fan-out, recognition, scheduler and feed around a `with` block, and stop them in order after it."""
    stop = threading.Event()
    threads: list[threading.Thread] = []
    scheduler: Scheduler | None = None
    unsubscribe = services.store.on_commit(waiting.notify) if is_web else (lambda: None)
    if is_web and (config.couchdb_url or not is_worker):
        threads.append(supervise("feed", lambda: follow_updates(services.store, waiting, stop), stop))
    followers: list[threading.Thread] = []
    if is_worker:
        followers.append(supervise("fan-out", lambda: services.fanout.run(stop), stop))
        recognition = getattr(services, "recognition", None)
        if recognition is not None:
            followers.append(supervise("recognition", lambda: recognition.run(stop), stop))
        jobs: list[Job] = list(getattr(services, "jobs", ()))
        scheduler = Scheduler(jobs, config.timezone)
        scheduler.start()
    try:
        yield
    finally:
        stop.set()
        unsubscribe()
        if scheduler:
            scheduler.stop()
        for follower in followers:
            # They write how far they are while the store is still open.
            follower.join(PATIENCE_S)
        services.close()
        for thread in threads:
            thread.join(PATIENCE_S)


@contextlib.contextmanager
def signals(on_stop: Callable[[int], None]) -> Iterator[None]:
    """Call `on_stop` with how often Ctrl-C or a request to end has come, and no longer after the block."""
    count = 0

    def stop(_number: int, _frame: FrameType | None) -> None:
        nonlocal count
        count += 1
        on_stop(count)

    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def run_web(config: Config, wsgi_app: Any, waiting: Waiting, listener: socket.socket, **tls: Path | None) -> None:
    """Serve until Ctrl-C or a request to end; waiting devices are answered before connections close."""
    scheme = "https" if tls.get("cert") else "http"
    host, port = listener.getsockname()[:2]
    application = Application(wsgi_app, waiting, config.threads)
    shown = f"[{host}]" if ":" in host else host
    server = make_server(
        application,
        config,
        **tls,
        on_ready=lambda: say("operations.serving", url=f"{scheme}://{shown}:{port}"),
    )

    async def serve() -> None:
        loop = asyncio.get_running_loop()

        def on_stop(count: int) -> None:
            server.should_exit = True
            server.force_exit = count > 1
            loop.call_soon_threadsafe(waiting.close)

        with signals(on_stop):
            await server.serve(sockets=[listener])

    try:
        asyncio.run(serve())
    finally:
        application.pages.executor.shutdown(wait=True, cancel_futures=True)


def run_worker() -> None:
    """Leave the background work running until Ctrl-C or a request to end."""
    stop = threading.Event()
    with signals(lambda _count: stop.set()):
        say("operations.working")
        while not stop.wait(1):
            pass
