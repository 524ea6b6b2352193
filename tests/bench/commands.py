"""How many commands a second are applied, beside raw durable writes of documents as large to the same store."""

from __future__ import annotations

from tests.bench.measure import Row, compared, in_turns, milliseconds
from tests.bench.office import open_office
from tests.bench.queued import applied

DOCUMENTS = 100
REPETITIONS = 7
SHARE = 0.3
"""Commands a second have to be at least this share of raw writes a second."""


def measure(*, documents: int = DOCUMENTS, repetitions: int = REPETITIONS, couchdb_url: str | None = None) -> list[Row]:
    """Measure the row: ms for a command beside ms for a write."""
    with open_office(couchdb_url=couchdb_url) as bench_office:
        document_ids = [bench_office.registers(number) for number in range(documents)]
        raw = bench_office.services.store.database("fanout")
        names = iter(range(10**9))
        count = 2 * documents

        def commands() -> float:
            return applied(bench_office, document_ids) / count

        def writes() -> float:
            found = bench_office.services.records.get_many(document_ids)
            records = [{key: value for key, value in one.items() if key != "_rev"} for one in found.values()]
            copies = [{**records[turn % documents], "_id": f"copy:{next(names)}"} for turn in range(count)]
            return milliseconds(lambda: [raw.put(one) for one in copies]) / count

        medians = in_turns({"commands": commands, "writes": writes}, repetitions)
    name = "one command, beside one raw durable write as large" + (" (CouchDB)" if couchdb_url else "")
    return [compared(name, medians["commands"], medians["writes"], 1 / SHARE)]
