"""Chromium over its debugging pipe, with nothing else attached: a tool in between would delay the worker's start.

A page is driven by a few commands of the DevTools protocol; `Page.run` evaluates in it.
"""

from __future__ import annotations

import fcntl
import json
import os
import select
import shutil
import signal
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

SWITCHES = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-extensions",
    "--disable-sync",
    "--metrics-recording-only",
    "--mute-audio",
    "--no-default-browser-check",
    "--no-first-run",
    "--no-proxy-server",
    "--password-store=basic",
    "--remote-debugging-pipe",
    "--window-size=1280,800",
)
FIRST_OWN_DESCRIPTOR = 10
PATIENCE_S = 60.0
MISSING = "Chromium was not found: set CHROMIUM to its path, or install the package `chromium`."

Message = dict[str, Any]


class BrowserError(Exception):
    """Chromium refused a command, or a page's script failed."""


def find_chromium() -> str | None:
    """Give the path of Chromium; None when there is none."""
    names = (os.environ.get("CHROMIUM"), "chromium", "chromium-browser", "google-chrome")
    return next((path for name in names if name and (path := shutil.which(name))), None)


class Browser:
    """One Chromium with a profile of its own on the disk."""

    def __init__(self, profile: Path) -> None:
        """Start it."""
        path = find_chromium()
        if path is None:
            raise BrowserError(MISSING)
        heard, self._write = _pipe()
        self._read, said = _pipe()
        actions = [
            (os.POSIX_SPAWN_DUP2, heard, 3),
            (os.POSIX_SPAWN_DUP2, said, 4),
            (os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0),
            (os.POSIX_SPAWN_DUP2, 1, 2),
        ]
        arguments = [path, *SWITCHES, f"--user-data-dir={profile}", "about:blank"]
        self._pid = os.posix_spawn(path, arguments, dict(os.environ), file_actions=actions, setpgroup=0)
        os.close(heard)
        os.close(said)
        self._buffer = bytearray()
        self._number = 0
        self.events: list[Message] = []

    def call(self, method: str, session: str | None = None, **parameters: Any) -> Message:
        """Send a command and give its result. Raises BrowserError."""
        self._number += 1
        number = self._number
        message = {"id": number, "method": method, "params": parameters}
        if session:
            message["sessionId"] = session
        os.write(self._write, json.dumps(message).encode() + b"\0")
        while True:
            answer = self._next(PATIENCE_S, method)
            if answer.get("id") == number:
                if "error" in answer:
                    raise BrowserError(f"{method}: {answer['error']['message']}")
                return dict(answer["result"])

    def wait_for(self, is_it: Callable[[Message], Any], what: str) -> Message:
        """Give the first event, of those not yet taken, that is the one; all before it are dropped."""
        while True:
            while self.events:
                event = self.events.pop(0)
                if is_it(event):
                    return event
            self._next(PATIENCE_S, what)

    def page(self, url: str = "about:blank") -> Page:
        """Open a page."""
        target = self.call("Target.createTarget", url=url)["targetId"]
        return Page(self, self.attach(target))

    def attach(self, target: str) -> str:
        """Attach to a page or worker and give the session."""
        return str(self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"])

    def worker(self) -> str:
        """Attach to the service worker, which this keeps alive, and give the session."""
        return self.attach(self.workers()[0])

    def workers(self) -> list[str]:
        """Give the service workers that run, without touching them."""
        targets = self.call("Target.getTargets", filter=[{"type": "service_worker"}])["targetInfos"]
        return [target["targetId"] for target in targets]

    def close(self) -> None:
        """End Chromium and all its processes."""
        with suppress(BrowserError, OSError, TimeoutError):
            self.call("Browser.close")
        deadline = time.monotonic() + 5
        while time.monotonic() < deadline and os.waitpid(self._pid, os.WNOHANG)[0] == 0:
            time.sleep(0.02)
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self._pid, signal.SIGKILL)
        with suppress(ChildProcessError):
            os.waitpid(self._pid, 0)
        os.close(self._read)
        os.close(self._write)

    def _next(self, patience_s: float, what: str) -> Message:
        """Give the next message, an event also into `events`. Raises TimeoutError, BrowserError."""
        deadline = time.monotonic() + patience_s
        while (end := self._buffer.find(b"\0")) < 0:
            if not select.select([self._read], [], [], max(0.0, deadline - time.monotonic()))[0]:
                raise TimeoutError(what)
            piece = os.read(self._read, 1 << 16)
            if not piece:
                raise BrowserError("Chromium ended")
            self._buffer += piece
        message: Message = json.loads(self._buffer[:end])
        del self._buffer[: end + 1]
        if "method" in message:
            self.events.append(message)
        return message


class Page:
    """One tab."""

    def __init__(self, browser: Browser, session: str) -> None:
        """Follow its loading and its workers."""
        self.browser = browser
        self._session = session
        self.call("Page.enable")

    def call(self, method: str, **parameters: Any) -> Message:
        """Send a command to this page."""
        return self.browser.call(method, self._session, **parameters)

    def open(self, url: str) -> None:
        """Navigate and wait for the load event. Raises BrowserError."""
        self.browser.events.clear()
        problem = self.call("Page.navigate", url=url).get("errorText")
        if problem:
            raise BrowserError(f"{url}: {problem}")
        self.browser.wait_for(lambda event: event["method"] == "Page.loadEventFired", url)

    def run(self, expression: str) -> Any:
        """Evaluate, wait for a promise, and give the value. Raises BrowserError with the page's exception."""
        answer = self.call("Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True)
        if "exceptionDetails" in answer:
            details = answer["exceptionDetails"]
            raise BrowserError((details.get("exception") or {}).get("description") or details["text"])
        return answer["result"].get("value")

    def sign_in(self, url: str, cookie: str, token: str) -> None:
        """Hold a session from now on."""
        self.call("Network.setCookie", url=url, name=cookie, value=token, httpOnly=True, sameSite="Lax")

    def paints(self) -> tuple[float, float]:
        """Give when the first and the largest content were painted, in ms since the navigation began."""
        first, largest = self.run(PAINTS)
        return float(first), float(largest)


PAINTS = """new Promise((resolve, reject) => {
  let [first, largest] = [null, null];
  new PerformanceObserver((list) => {
    first = list.getEntriesByName('first-contentful-paint')[0]?.startTime ?? first;
  }).observe({ type: 'paint', buffered: true });
  new PerformanceObserver((list) => {
    largest = list.getEntries().at(-1).startTime;
  }).observe({ type: 'largest-contentful-paint', buffered: true });
  // the largest is known when nothing larger follows
  setTimeout(() => (first && largest ? resolve([first, largest]) : reject(new Error('nothing was painted'))), 1000);
})"""


@contextmanager
def open_browser() -> Iterator[Browser]:
    """Give a Chromium with a fresh profile; both are gone afterwards."""
    profile = Path(tempfile.mkdtemp(prefix="congvan-bench-profile-"))
    try:
        browser = Browser(profile)
        try:
            yield browser
        finally:
            browser.close()
    finally:
        shutil.rmtree(profile, ignore_errors=True)


def _pipe() -> tuple[int, int]:
    """Make a pipe whose ends do not stand where Chromium expects its own."""
    ends = os.pipe()
    moved = [fcntl.fcntl(end, fcntl.F_DUPFD_CLOEXEC, FIRST_OWN_DESCRIPTOR) for end in ends]
    for end in ends:
        os.close(end)
    return moved[0], moved[1]
