"""500 queued actions, from the moment the network is back until the page shows all receipts.

The whole device is at work: page, worker, outbox with strict durability, server, and the page drawn anew. The
reference is what the server needs for the same commands by itself: `handle`, durable, on a store of the same kind.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from server.domain.payloads import build
from server.domain.versions import APP_VERSION
from server.usecases.handle import handle
from tests.bench.chromium import Browser, Page, open_browser
from tests.bench.device_page import device_parts
from tests.bench.installed_app import install
from tests.bench.measure import Row, compared, in_turns, milliseconds
from tests.bench.office import BenchOffice, open_office
from tests.bench.relay import Relay, relayed
from tests.fixtures.office import DIRECTOR

ACTIONS = 500
PER_DOCUMENT = 2
REPETITIONS = 5
TEXT = "Đã kiểm tra tại hiện trường; đề nghị Phòng Công nghệ thông tin tổng hợp, báo cáo trước thứ Sáu."

NETWORK = {"latency": 0, "downloadThroughput": -1, "uploadThroughput": -1}
QUEUE = """(async (actions) => {
  const known = await new congvan.Replica('%(person)s').since();
  if (known === undefined) throw new Error('no replica');
  const device_id = await congvan.deviceId('%(person)s');
  for (const action of actions) await congvan.addAction('%(person)s', { ...action, device_id }, { title: 'bench' });
})(%(actions)s)"""
WAITING = "document.querySelectorAll('#outbox .tag-wait').length"
WATCH = f"""(() => {{
  globalThis.watched = new Promise((resolve) => {{
    let started;
    const look = () => {{
      const isDone = started && document.getElementById('outbox') && {WAITING} === 0;
      if (isDone) requestAnimationFrame(() => resolve(performance.now() - started));
      return isDone;
    }};
    addEventListener('online', () => {{ started = performance.now(); }}, {{ capture: true, once: true }});
    new MutationObserver((_changes, observer) => look() && observer.disconnect())
      .observe(document.getElementById('main'), {{ childList: true, subtree: true }});
  }});
}})()"""
LEFT = f"congvan.waitingActions('{DIRECTOR}').then((rows) => rows.length)"


def measure(*, actions: int = ACTIONS, repetitions: int = REPETITIONS, couchdb_url: str | None = None) -> list[Row]:
    """Measure the row."""
    with (
        open_office(couchdb_url=couchdb_url, has_server=True) as field,
        open_office(couchdb_url=couchdb_url) as alone,
        relayed(field.url) as network,
        open_browser() as browser,
    ):
        ids = {one.url: [one.registers(n) for n in range(actions // PER_DOCUMENT)] for one in (field, alone)}
        device = FieldDevice(browser, field, network)
        medians = in_turns(
            {
                "device": lambda: device.sends(comments(field, ids[field.url])),
                "server": partial(applied, alone, ids[alone.url]),
            },
            repetitions,
        )
    name = f"{actions} queued actions until all receipts are shown" + (" (CouchDB)" if couchdb_url else "")
    return [compared(name, medians["device"], medians["server"], 2)]


def comments(bench_office: BenchOffice, document_ids: Sequence[str]) -> list[dict[str, Any]]:
    """Make comments as a device queues them, each after the one before it on the same document."""
    found = bench_office.services.records.get_many(document_ids)
    last: dict[str, str] = {}
    made = []
    for _round in range(PER_DOCUMENT):
        for document_id in document_ids:
            action = {
                "app_version": APP_VERSION,
                "action_id": f"act-{secrets.token_hex(10)}",
                "command": "AddComment",
                "document_id": document_id,
                "seen_version": found[document_id]["version"],
                "acted_at": bench_office.services.clock.now(),
                "after": last.get(document_id),
                "fields": {"text": TEXT},
            }
            last[document_id] = action["action_id"]
            made.append(action)
    return made


def applied(bench_office: BenchOffice, document_ids: Sequence[str]) -> float:
    """Carry out as many commands in this process and give the time in ms."""
    commands = [build(action, actor_id=DIRECTOR, is_offline=True) for action in comments(bench_office, document_ids)]

    def carry_out() -> None:
        for command in commands:
            receipt = handle(command, bench_office.services, keep_refused=True)
            assert receipt["status"] == "applied", receipt

    return milliseconds(carry_out)


class FieldDevice:
    """The director's device: the installed app on the page of what is not yet sent."""

    def __init__(self, browser: Browser, bench_office: BenchOffice, network: Relay) -> None:
        """Install the app."""
        self._network = network
        self._url = f"{network.url}/outbox"
        self._page: Page = install(browser, replace(bench_office, url=network.url), DIRECTOR, "/outbox")

    def sends(self, actions: Sequence[dict[str, Any]]) -> float:
        """Queue actions without a network, bring the network back, and give the ms until all receipts are shown."""
        self._page.open("about:blank")
        self._is_connected(False)
        self._page.open(self._url)
        self._page.run(device_parts() + ";globalThis.congvan = congvan; true")
        self._page.run(QUEUE % {"person": DIRECTOR, "actions": json.dumps(actions)})
        self._page.open(self._url)
        shown = self._page.run(WAITING)
        assert shown == len(actions), f"{shown} actions wait"
        self._page.run(device_parts() + ";globalThis.congvan = congvan; true")
        self._page.run(WATCH)
        self._is_connected(True)
        took = float(self._page.run("watched"))
        assert self._page.run(LEFT) == 0
        return took

    def _is_connected(self, is_so: bool) -> None:
        """Give or take the network; the page is told last, as a phone tells it."""
        self._network.switch(is_so)
        self._page.call("Network.enable")
        self._page.call("Network.emulateNetworkConditions", offline=not is_so, **NETWORK)
