"""A device with the app installed: signed in, with a whole replica and every file of the app kept."""

from __future__ import annotations

import time

from server.web.current import SESSION_COOKIE
from tests.bench.chromium import Browser, BrowserError, Page
from tests.bench.office import PATIENCE_S, BenchOffice

SINCE = """new Promise((resolve, reject) => {
  const asked = indexedDB.open('congvan-replica-%s');
  asked.onerror = () => reject(asked.error);
  asked.onupgradeneeded = () => asked.transaction.abort();
  asked.onsuccess = () => {
    const get = asked.result.transaction('meta').objectStore('meta').get('since');
    get.onsuccess = () => { asked.result.close(); resolve(get.result ?? null); };
  };
})"""
KEPT = "caches.keys().then((names) => caches.open(names[0])).then((cache) => cache.keys()).then((keys) => keys.length)"
QUIET_S = 1.0


def install(browser: Browser, bench_office: BenchOffice, person_id: str, path: str = "/inbox") -> Page:
    """Open the app on a new device and wait until nothing more is being loaded. Raises TimeoutError."""
    page = browser.page()
    page.sign_in(bench_office.url, SESSION_COOKIE, bench_office.signed_in(person_id))
    page.open(bench_office.url + path)
    page.run("navigator.serviceWorker.ready.then(() => true)")
    _wait(page, SINCE % person_id, "the replica was not loaded")
    _wait_for_quiet(page)
    return page


def _wait(page: Page, expression: str, what: str) -> None:
    """Evaluate until something true comes back."""
    deadline = time.monotonic() + PATIENCE_S
    while True:
        try:
            if page.run(expression):
                return
        except BrowserError as error:
            what = f"{what}: {error}"  # not made yet
        if time.monotonic() > deadline:
            raise TimeoutError(what)
        time.sleep(0.05)


def _wait_for_quiet(page: Page) -> None:
    """Wait until the worker has kept its files: their number stays the same."""
    deadline = time.monotonic() + PATIENCE_S
    known, since = -1, time.monotonic()
    while time.monotonic() - since < QUIET_S:
        count = page.run(KEPT)
        if count != known:
            known, since = count, time.monotonic()
        if time.monotonic() > deadline:
            raise TimeoutError("the files of the app were not kept")
        time.sleep(0.1)
