"""Opening the inbox of the installed app with the server stopped, beside the same page from a local server.

The app's server is really stopped; the reference comes from a second office with the same cards, in a second Chromium
where no worker can be registered and the browser's cache is warm.
"""

from __future__ import annotations

import statistics
from functools import partial
from typing import Any

from server.web.current import SESSION_COOKIE
from tests.bench.chromium import Browser, Page, open_browser
from tests.bench.installed_app import install
from tests.bench.measure import Row, compared, in_turns
from tests.bench.office import open_office
from tests.bench.synthetic import fill_inbox
from tests.fixtures.office import DIRECTOR

CARDS = 1000
REPETITIONS = 31
WARM_UP = 3
REST_MS = 1_500
WITHOUT_WORKER = "navigator.serviceWorker.register = () => Promise.reject(new Error('not here'))"


def measure(*, cards: int = CARDS, repetitions: int = REPETITIONS) -> list[Row]:
    """Measure the rows. The worker sends the top of a page before its list, so when the list is seen stands apart."""
    with open_office(has_server=True) as app_office, open_office(has_server=True) as page_office:
        for one in (app_office, page_office):
            fill_inbox(one.services.store, DIRECTOR, cards)
        with open_browser() as browser, open_browser() as plain_browser:
            app = InstalledApp(browser, install(browser, app_office, DIRECTOR), app_office.url)
            app_office.stop_server()
            page = plain_browser.page()
            page.call("Page.addScriptToEvaluateOnNewDocument", source=WITHOUT_WORKER)
            page.sign_in(page_office.url, SESSION_COOKIE, page_office.signed_in(DIRECTOR))

            def from_server() -> Page:
                leave(page)
                page.open(f"{page_office.url}/inbox")
                return page

            opened = {"server": from_server, "killed": app.after_kill, "alive": app.alive}
            lists: dict[str, list[float]] = {name: [] for name in opened}

            def paints(name: str) -> float:
                first, largest = opened[name]().paints()
                lists[name].append(largest)
                return first

            medians = in_turns({name: partial(paints, name) for name in opened}, repetitions, WARM_UP)
    server = medians["server"]
    list_alive, list_from_server = (statistics.median(lists[name][WARM_UP:]) for name in ("alive", "server"))
    return [
        compared("inbox offline, first paint, worker killed before", medians["killed"], server, 1.5),
        compared("inbox offline, first paint, worker alive", medians["alive"], server, 0.8),
        compared("inbox offline, list painted, worker alive", list_alive, list_from_server, 1.0),
    ]


def leave(page: Page) -> None:
    """Go to an empty page and let what the last one began come to its end."""
    page.open("about:blank")
    page.run(f"new Promise((resolve) => setTimeout(resolve, {REST_MS}))")


class InstalledApp:
    """The app on a device whose server is gone."""

    def __init__(self, browser: Browser, page: Page, url: str) -> None:
        """Follow the state of the worker."""
        self._browser = browser
        self._page = page
        self._url = f"{url}/inbox"

    def after_kill(self) -> Page:
        """Open the inbox when the worker has to start."""
        leave(self._page)
        self._page.call("ServiceWorker.enable")
        self._page.call("ServiceWorker.stopAllWorkers")
        self._browser.wait_for(lambda event: _states(event) == {"stopped"}, "the worker did not stop")
        self._page.call("ServiceWorker.disable")
        assert not self._browser.workers(), "the worker runs"
        return self._opened()

    def alive(self) -> Page:
        """Open the inbox when the worker runs."""
        leave(self._page)
        assert self._browser.workers(), "the worker does not run"
        return self._opened()

    def _opened(self) -> Page:
        """Open the inbox and see that it came from the device."""
        self._page.open(self._url)
        origin = self._page.run("document.getElementById('net-status').dataset.local")
        assert origin == "yes", f"the page did not come from the worker: {origin}"
        return self._page


def _states(event: dict[str, Any]) -> set[str]:
    """Give how the activated workers of an event run."""
    if event["method"] != "ServiceWorker.workerVersionUpdated":
        return set()
    versions = event["params"]["versions"]
    return {version["runningStatus"] for version in versions if version["status"] == "activated"}
