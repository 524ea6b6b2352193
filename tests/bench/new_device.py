"""A new device gets all cards: our snapshot into the replica, beside PouchDB's default pull from the same server."""

from __future__ import annotations

from functools import partial

from tests.bench.chromium import Page, open_browser
from tests.bench.device_page import POUCHDB, open_device
from tests.bench.measure import Row, compared, in_turns
from tests.bench.office import open_office
from tests.bench.synthetic import CARD_BYTES, fill_inbox
from tests.fixtures.office import DIRECTOR

CARDS = 2500
REPETITIONS = 5
TIMES_FASTER = 5

SNAPSHOT = """(async () => {
  const replica = new congvan.Replica(identity.personId);
  await replica.wipe();
  const started = performance.now();
  await congvan.pull(identity, replica);
  const took = performance.now() - started;
  const { todo, watching } = await replica.counts();
  await replica.wipe();
  return [took, todo + watching];
})()"""

POUCHDB_PULL = """(async () => {
  await new PouchDB('bench').destroy();
  const local = new PouchDB('bench');
  const remote = new PouchDB(`${location.origin}/sync/inbox`, {
    fetch(url, options) {
      options.headers.set('X-Congvan-Device', identity.deviceId);
      return PouchDB.fetch(url, options);
    },
  });
  const started = performance.now();
  await local.replicate.from(remote);
  const took = performance.now() - started;
  const { rows } = await local.allDocs({ startkey: 'incoming:', endkey: 'incoming:\\uffff' });
  await local.destroy();
  return [took, rows.length];
})()"""


def measure(*, cards: int = CARDS, repetitions: int = REPETITIONS) -> list[Row]:
    """Measure the row."""
    with open_office(has_server=True) as bench_office, open_browser() as browser:
        fill_inbox(bench_office.services.store, DIRECTOR, cards)
        page = open_device(browser, bench_office, DIRECTOR)
        page.run(POUCHDB.read_text("utf-8"))
        medians = in_turns(
            {"ours": partial(loaded, page, SNAPSHOT, cards), "pouchdb": partial(loaded, page, POUCHDB_PULL, cards)},
            repetitions,
        )
    name = f"new device, {cards} cards of {CARD_BYTES // 1024} KB, beside PouchDB's pull"
    return [compared(name, medians["ours"], medians["pouchdb"], 1 / TIMES_FASTER)]


def loaded(page: Page, script: str, cards: int) -> float:
    """Run a pull, see that all cards came, and give its time in ms."""
    took, count = page.run(script)
    assert count == cards, f"{count} of {cards} cards came"
    return float(took)
