"""A device asks for news and there are none: one request, whose cost does not grow with what the device holds."""

from __future__ import annotations

from functools import partial

from server.web.current import SESSION_COOKIE
from tests.bench.chromium import Page, open_browser
from tests.bench.device_page import open_device
from tests.bench.measure import Row, compared, counted, in_turns
from tests.bench.office import open_office
from tests.bench.synthetic import fill_inbox
from tests.fixtures.office import CLERK, DIRECTOR

FEW = 1000
MANY = 10_000
REPETITIONS = 15
PULLS = 10

LOAD = "congvan.pull(identity, new congvan.Replica(identity.personId)).then(() => true)"
READY = "globalThis.replica = new congvan.Replica(identity.personId); true"
PULL = f"""(async () => {{
  performance.clearResourceTimings();
  const took = [];
  for (let round = 0; round < {PULLS}; round += 1) {{
    const started = performance.now();
    await congvan.pull(identity, replica);
    took.push(performance.now() - started);
  }}
  took.sort((a, b) => a - b);
  return [took[took.length >> 1], performance.getEntriesByType('resource').length];
}})()"""


def measure(
    *, few: int = FEW, many: int = MANY, repetitions: int = REPETITIONS, couchdb_url: str | None = None
) -> list[Row]:
    """Measure both rows."""
    requests: set[int] = set()
    with open_office(couchdb_url=couchdb_url, has_server=True) as bench_office, open_browser() as browser:
        devices: dict[str, Page] = {}
        for person_id, count in ((CLERK, few), (DIRECTOR, many)):
            fill_inbox(bench_office.services.store, person_id, count)
            page = devices[person_id] = open_device(browser, bench_office, person_id)
            page.run(LOAD)
            page.run(READY)
        tokens = {person_id: bench_office.signed_in(person_id) for person_id in devices}

        def asked(person_id: str) -> float:
            page = devices[person_id]
            page.call("Page.bringToFront")
            page.sign_in(bench_office.url, SESSION_COOKIE, tokens[person_id])
            took, count = page.run(PULL)
            requests.add(count)
            return float(took)

        medians = in_turns({person_id: partial(asked, person_id) for person_id in devices}, repetitions)
    kind = " (CouchDB)" if couchdb_url else ""
    most = max(requests) / PULLS
    return [
        counted(f"nothing new, {many} cards: requests{kind}", most, "requests", 1),
        compared(f"nothing new, {many} cards on the device beside {few}{kind}", medians[DIRECTOR], medians[CLERK], 1.2),
    ]
