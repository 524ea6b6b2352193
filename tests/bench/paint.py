"""Opening the inbox of the installed app with the server stopped, beside the same page from a local server.

The app's server is really stopped; the reference comes from a second office with the same cards, in a second Chromium
where no worker can be registered and the browser's cache is warm.
"""

from __future__ import annotations

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
REST_MS = 500
WITHOUT_WORKER = "navigator.serviceWorker.register = () => Promise.reject(new Error('not here'))"


def measure(*, cards: int = CARDS, repetitions: int = REPETITIONS) -> list[Row]:
    """Measure both rows."""
    with open_office(has_server=True) as app_office, open_office(has_server=True) as page_office:
        for one in (app_office, page_office):
            fill_inbox(one.services.store, DIRECTOR, cards)
        with open_browser() as browser, open_browser() as plain_browser:
            app = InstalledApp(browser, install(browser, app_office, DIRECTOR), app_office.url)
            app_office.stop_server()
            page = plain_browser.page()
            page.call("Page.addScriptToEvaluateOnNewDocument", source=WITHOUT_WORKER)
            page.sign_in(page_office.url, SESSION_COOKIE, page_office.signed_in(DIRECTOR))

            def from_server() -> float:
                return paint_of(page, f"{page_office.url}/inbox")

            medians = in_turns(
                {"server": from_server, "killed": app.paint_after_kill, "alive": app.paint_alive},
                repetitions,
                WARM_UP,
            )
    server = medians["server"]
    return [
        compared("inbox offline, first paint, worker killed before", medians["killed"], server, 1.5),
        compared("inbox offline, first paint, worker alive", medians["alive"], server, 0.8),
    ]


def paint_of(page: Page, url: str) -> float:
    """Navigate from an empty page and give the first contentful paint in ms."""
    leave(page)
    page.open(url)
    return page.paint()


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

    def paint_after_kill(self) -> float:
        """Give the first paint in ms when the worker has to start."""
        leave(self._page)
        self._page.call("ServiceWorker.enable")
        self._page.call("ServiceWorker.stopAllWorkers")
        self._browser.wait_for(lambda event: _states(event) == {"stopped"}, "the worker did not stop")
        self._page.call("ServiceWorker.disable")
        return self._paint()

    def paint_alive(self) -> float:
        """Give the first paint in ms when the worker runs."""
        self._page.open(self._url)
        leave(self._page)
        self._page.call("ServiceWorker.enable")
        self._browser.wait_for(lambda event: _states(event) == {"running"}, "the worker does not run")
        self._page.call("ServiceWorker.disable")
        return self._paint()

    def _paint(self) -> float:
        """Open the inbox and see that it came from the device."""
        self._page.open(self._url)
        painted = self._page.paint()
        origin = self._page.run("document.getElementById('net-status').dataset.local")
        assert origin == "yes", f"the page did not come from the worker: {origin}"
        return painted


def _states(event: dict[str, Any]) -> set[str]:
    """Give how the activated workers of an event run."""
    if event["method"] != "ServiceWorker.workerVersionUpdated":
        return set()
    versions = event["params"]["versions"]
    return {version["runningStatus"] for version in versions if version["status"] == "activated"}
