"""The embedded store's connections: one writer that commits groups, readers for any thread, one watcher.

Web and worker may be separate processes on the same file: SQLite's own lock orders their writers, and the watcher
notices their commits by `PRAGMA data_version`, which costs some microseconds and reads no page.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar, cast

from sync.ports import StoreUnavailable
from sync.stores.wakeups import Bell

Answer = TypeVar("Answer")

BUSY_TIMEOUT_S = 30.0
WATCH_INTERVAL_S = 0.075
WRITER_CACHE_KB = 8000
READER_CACHE_KB = 1000
"""Of each of many connections, emptied by every commit of another; what is read often is in the system's memory."""


def connect(path: Path, *, read_only: bool = False) -> sqlite3.Connection:
    """Open one connection; the caller sees to it that one thread at a time uses it."""
    connection = sqlite3.connect(path, timeout=BUSY_TIMEOUT_S, isolation_level=None, check_same_thread=False)
    # NORMAL would lose the latest commits with the power; a receipt promises that they are kept.
    cache_kb = READER_CACHE_KB if read_only else WRITER_CACHE_KB
    for pragma in ("synchronous = FULL", f"cache_size = -{cache_kb}", "temp_store = MEMORY"):
        connection.execute(f"PRAGMA {pragma}")
    if read_only:
        connection.execute("PRAGMA query_only = ON")
    return connection


@contextmanager
def reporting(path: Path) -> Iterator[None]:
    """Turn SQLite's operational errors into `StoreUnavailable` with the file named."""
    try:
        yield
    except sqlite3.IntegrityError:
        raise
    except sqlite3.Error as error:
        raise StoreUnavailable(f"the data file {path} cannot be used: {error}") from error


@dataclass(slots=True)
class _Ticket:
    """A piece of writing that waits for its turn, and what became of it."""

    job: Callable[[sqlite3.Connection], Any]
    is_done: bool = False
    answer: Any = None
    error: BaseException | None = None


class Writer:
    """Runs pieces of writing one after the other; those that wait at the same time share one commit."""

    def __init__(self, path: Path) -> None:
        """Open the writing connection."""
        self._path = path
        self._connection = connect(path)
        self._turn = threading.Lock()
        self._queue_lock = threading.Lock()
        self._queue: list[_Ticket] = []
        self._closed = False
        self._own = threading.local()

    @property
    def is_together(self) -> bool:
        """Tell whether this thread is inside `together`."""
        return self.open_connection() is not None

    def open_connection(self) -> sqlite3.Connection | None:
        """Give the connection of this thread's open transaction, whose reading sees what it wrote."""
        connection: sqlite3.Connection | None = getattr(self._own, "connection", None)
        return connection

    @contextmanager
    def together(self) -> Iterator[None]:
        """Keep the writer's turn during a `with` block: what this thread runs meanwhile is one transaction."""
        with self._turn, reporting(self._path), self._transaction():
            self._own.connection = self._connection
            try:
                yield
            finally:
                self._own.connection = None

    def run(self, job: Callable[[sqlite3.Connection], Answer]) -> Answer:
        """Run a job in a transaction; when this returns, what it wrote is on the disk.

        A job that raises leaves nothing behind and does not disturb the others of its group. Inside `together` it is
        on the disk when that ends.
        """
        ticket = _Ticket(job)
        if self.is_together:
            with reporting(self._path):
                if not self._connection.in_transaction:
                    raise StoreUnavailable("the transaction was broken off")
                self._run(ticket)
            return cast(Answer, _answer(ticket))
        with self._queue_lock:
            self._queue.append(ticket)
        with self._turn:
            # Whoever had the turn before may have taken this ticket along.
            if not ticket.is_done:
                with self._queue_lock:
                    group, self._queue = self._queue, []
                self._commit(group)
        return cast(Answer, _answer(ticket))

    def close(self) -> None:
        """Close the connection after the last job."""
        with self._turn:
            self._closed = True
            self._connection.close()

    def _commit(self, group: list[_Ticket]) -> None:
        """Run a group in one transaction; when that fails, it failed for all of them."""
        try:
            with reporting(self._path), self._transaction():
                for ticket in group:
                    self._run(ticket)
        except BaseException as error:
            for ticket in group:
                ticket.error = ticket.error or error
        finally:
            for ticket in group:
                ticket.is_done = True

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        """Commit what is written during a `with` block, or nothing of it."""
        if self._closed:
            raise StoreUnavailable("the store is closed")
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield
            self._connection.execute("COMMIT")
        except BaseException:
            with suppress(sqlite3.Error):
                self._connection.execute("ROLLBACK")
            raise

    def _run(self, ticket: _Ticket) -> None:
        """Run one job inside the group's transaction."""
        self._connection.execute("SAVEPOINT job")
        try:
            ticket.answer = ticket.job(self._connection)
        except sqlite3.OperationalError:
            raise
        except Exception as error:
            ticket.error = error
            self._connection.execute("ROLLBACK TO job")
        self._connection.execute("RELEASE job")


def _answer(ticket: _Ticket) -> Any:
    """Give what became of a piece of writing."""
    if ticket.error is not None:
        raise ticket.error
    return ticket.answer


class Readers:
    """A pool of reading connections, as many as threads read at the same time."""

    def __init__(self, path: Path, own: Callable[[], sqlite3.Connection | None]) -> None:
        """Start empty; connections are opened when they are needed. `own` is that of a thread's open transaction."""
        self._path = path
        self._own = own
        self._lock = threading.Lock()
        self._idle: list[sqlite3.Connection] = []
        self._closed = False

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Lend a connection; every statement on it sees the latest commit, and what its thread's transaction wrote."""
        with reporting(self._path):
            if (own := self._own()) is not None:
                yield own
                return
            with self._lock:
                if self._closed:
                    raise StoreUnavailable("the store is closed")
                connection = self._idle.pop() if self._idle else None
            if connection is None:
                connection = connect(self._path, read_only=True)
            try:
                yield connection
            finally:
                with self._lock:
                    if not self._closed:
                        self._idle.append(connection)
                        connection = None
                if connection is not None:
                    connection.close()

    def close(self) -> None:
        """Close the idle connections; those lent are closed when they come back."""
        with self._lock:
            self._closed = True
            for connection in self._idle:
                connection.close()
            self._idle.clear()


class Watcher:
    """Rings the bell for commits of other processes, while somebody in this one waits."""

    def __init__(self, path: Path, bell: Bell) -> None:
        """Remember what is there already; the thread starts with the first who waits."""
        self._path = path
        self._bell = bell
        self._waiting = 0
        self._state = threading.Condition()
        self._thread: threading.Thread | None = None
        self._closed = False

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Keep watch during a `with` block."""
        with self._state:
            self._waiting += 1
            if self._thread is None and not self._closed:
                # Before whoever comes here first reads: what is committed later will be noticed.
                known = self._last_sequence()
                self._thread = threading.Thread(target=self._watch, args=(known,), daemon=True, name="watcher")
                self._thread.start()
            self._state.notify_all()
        try:
            yield
        finally:
            with self._state:
                self._waiting -= 1

    def close(self) -> None:
        """Stop the thread."""
        with self._state:
            self._closed = True
            self._state.notify_all()
        if self._thread is not None:
            self._thread.join()

    def _last_sequence(self) -> int:
        """Read the newest sequence of the file."""
        with reporting(self._path), closing(connect(self._path, read_only=True)) as connection:
            return int(connection.execute("SELECT last FROM sequence").fetchone()[0])

    def _look(self, connection: sqlite3.Connection, known: int) -> int:
        """Ring for the databases that changed since `known`; give the newest sequence."""
        rows = connection.execute("SELECT name, last_seq FROM databases WHERE last_seq > ?", (known,)).fetchall()
        self._bell.ring(name for name, _ in rows)
        return max((seq for _, seq in rows), default=known)

    def _watch(self, known: int) -> None:
        """Look again whenever the file was changed by another connection."""
        connection = connect(self._path, read_only=True)
        version = -1
        try:
            while True:
                with self._state:
                    while not self._waiting and not self._closed:
                        self._state.wait()
                    if not self._closed and version >= 0:
                        self._state.wait(WATCH_INTERVAL_S)
                    if self._closed:
                        return
                with suppress(sqlite3.Error):
                    (current,) = connection.execute("PRAGMA data_version").fetchone()
                    if current != version:
                        known = self._look(connection, known)
                        version = current
        finally:
            connection.close()
