"""Devices in the real browser for random schedules: people act through the pages' own forms, and faults befall them."""

from __future__ import annotations

import base64
import random
from functools import cached_property
from typing import Any

from playwright.sync_api import Browser, CDPSession, Error, Page, expect

from tests.bench.device_page import device_parts
from tests.bench.relay import Relay
from tests.fixtures import pdfs
from tests.journeys.people import Person

PATIENCE_MS = 40_000
NAVIGATIONS = 10
NEVER = ("resolve_conflict",)
"""What a schedule leaves to the end: whoever owns a conflict decides it there."""
OUTBOX = """() => new Promise((resolve, reject) => {
  const asked = indexedDB.open('congvan-outbox');
  asked.onerror = () => reject(asked.error);
  asked.onupgradeneeded = () => asked.transaction.abort();
  asked.onsuccess = () => {
    const database = asked.result;
    const found = database.transaction(['waiting', 'settled']);
    const waiting = found.objectStore('waiting').getAll();
    const settled = found.objectStore('settled').getAll();
    found.oncomplete = () => { database.close(); resolve({ waiting: waiting.result, settled: settled.result }); };
  };
})"""
EVICT = """async (person) => {
  await new Promise((resolve) => {
    const asked = indexedDB.deleteDatabase(`congvan-replica-${person}`);
    asked.onsuccess = asked.onerror = resolve;
  });
  for (const name of await caches.keys()) if (name === 'congvan-files') await caches.delete(name);
}"""
REPLICA = """async (person) => {
  const replica = new congvan.Replica(person);
  try {
    return (await replica.since()) === undefined ? null : await replica.startingWith('');
  } finally {
    await replica.close();
  }
}"""
ACT = """({ turn, shares, text, body, clicks, never }) => {
  const forms = [...document.querySelectorAll('#document form')].filter(({ action, action_id }) =>
    action_id && !never.some((verb) => action.endsWith(verb)));
  if (forms.length === 0) return null;
  const form = forms[Math.floor(turn * forms.length)];
  const asked = { action_id: form.action_id.value, path: new URL(form.action).pathname };
  for (const field of form.elements) {
    if (field.type === 'file') {
      const bytes = Uint8Array.from(atob(body), (letter) => letter.charCodeAt(0));
      const carried = new DataTransfer();
      carried.items.add(new File([bytes], 'du-thao.pdf', { type: 'application/pdf' }));
      field.files = carried.files;
    } else if (field.tagName === 'TEXTAREA' || field.type === 'text') field.value = text;
    else if (field.type === 'checkbox' && field.name.startsWith('is_')) field.checked = true;
    else if (field.tagName === 'SELECT') {
      const open = [...field.options].filter(({ value }) => value);
      if (open.length > 0) field.value = open[Math.floor(shares[0] * open.length)].value;
    }
  }
  const leads = [...form.querySelectorAll('input[type=radio][name=lead]')].filter(({ value }) => value);
  if (leads.length > 0) leads[Math.floor(shares[1] * leads.length)].checked = true;
  for (let count = 0; count < clicks; count += 1) form.requestSubmit();
  return asked;
}"""


class Device:
    """A browser profile with somebody at it; keeps the ids of what was sent from it and what it was seen to keep.

    Its network is a relay that can be switched off: the debugger's way hangs when the worker has just been ended.
    """

    def __init__(self, browser: Browser, network: Relay, person_id: str, *, on_phone: bool) -> None:
        """Sign in and install the app."""
        self.network = network
        self.person = Person(browser, network, person_id, on_phone=on_phone)  # type: ignore[arg-type]
        self.issued: dict[str, str] = {}
        self.kept: set[str] = set()
        self.is_online = True
        self.person.signs_in().is_installed()

    @property
    def page(self) -> Page:
        """Return the page in front."""
        return self.person.page

    @cached_property
    def debugger(self) -> CDPSession:
        """Return the browser's own debugger; it stays, since letting go of it hangs where a worker has just ended."""
        return self.person.context.new_cdp_session(self.page)

    def acts(self, rng: random.Random) -> None:
        """Open a document of the inbox and send one of the forms that it offers, now and then with two clicks."""
        self.opens("/inbox")
        links = self.page.locator("main .row-title a")
        count = links.count()
        if not count:
            return
        self.opens(str(links.nth(rng.randrange(count)).get_attribute("href")))
        text = f"Ý kiến {rng.randrange(10**9)}"
        body = base64.b64encode(pdfs.simple(f"Y kien {rng.randrange(10**9)}")).decode()
        facts = {"turn": rng.random(), "shares": [rng.random(), rng.random()], "text": text, "body": body}
        asked = self.page.evaluate(ACT, {**facts, "clicks": rng.choice((1, 1, 1, 2)), "never": _paths(NEVER)})
        if asked:
            self.issued[asked["action_id"]] = asked["path"]

    def opens(self, path: str) -> None:
        """Go to a page; one that cannot be had now is no page."""
        try:
            self.page.goto(self.person.server.url + path, wait_until="domcontentloaded")
        except Error as error:
            if "ERR_" not in str(error) and "interrupted" not in str(error):
                raise

    def note(self) -> dict[str, list[dict[str, Any]]]:
        """Read the outbox; what waits there on its own may never be lost."""
        if self.page.url == "about:blank" or self.page.url.startswith("chrome-error:"):
            self.opens("/offline")
        rows: dict[str, list[dict[str, Any]]] = self.evaluates(OUTBOX)
        self.kept |= {one["action_id"] for one in rows["waiting"] if not one["not_before"] or one["is_sent"]}
        return rows

    def evaluates(self, script: str, given: object = None) -> Any:
        """Run a script in the page, again where a page that is being left took it along."""
        for _attempt in range(NAVIGATIONS):
            try:
                return self.page.evaluate(script, given)
            except Error as error:
                if "context was destroyed" not in str(error):
                    raise
                self.page.wait_for_load_state()
        raise AssertionError("the page does not come to rest")

    def kills_worker(self) -> None:
        """End the worker, as a browser may at any time."""
        self.debugger.send("ServiceWorker.enable")
        self.debugger.send("ServiceWorker.stopAllWorkers")

    def goes(self, *, online: bool) -> None:
        """Take or give the network."""
        self.network.switch(online)
        self.is_online = online

    def is_evicted(self) -> None:
        """Lose the replica and the files, as on a phone without room."""
        self.note()
        self.evaluates(EVICT, self.person.person_id)

    def is_cleared(self) -> bool:
        """Lose everything that the browser keeps of the app; only where nothing waits to be sent."""
        rows = self.note()
        if rows["waiting"] or rows["settled"] or not self.is_online:
            return False
        everything = {"origin": self.person.server.url, "storageTypes": "all"}
        self.debugger.send("Storage.clearDataForOrigin", everything)
        self.person.context.clear_cookies()
        self.person.signs_in().is_installed()
        return True

    def settles(self) -> list[dict[str, Any]]:
        """Wait until nothing is left to be sent; give what was settled."""
        self.goes(online=True)
        self.opens("/inbox")
        state = self.page.locator("#net-status")
        try:
            expect(state).to_have_attribute("data-state", "online", timeout=PATIENCE_MS)
        except AssertionError as error:
            error.add_note(
                f"{self.person.person_id} at {self.page.url}: {self.page.locator('body').inner_text()[:600]}"
            )
            raise
        for _look in range(PATIENCE_MS // 250):
            rows = self.note()
            if not rows["waiting"]:
                return rows["settled"]
            self.page.wait_for_timeout(250)
        raise AssertionError((self.person.person_id, rows["waiting"]))

    def replica(self) -> dict[str, Any] | None:
        """Give what the replica holds by id; None while it is not whole."""
        self.evaluates(device_parts() + ";globalThis.congvan = congvan; 0")
        documents = self.evaluates(REPLICA, self.person.person_id)
        return None if documents is None else {one["_id"]: one for one in documents}


def _paths(verbs: tuple[str, ...]) -> list[str]:
    return [verb.replace("_", "-") for verb in verbs]
