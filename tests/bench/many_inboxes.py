"""One document assigned to 200 people: writing all their inboxes, beside 200 single writes to the same store."""

from __future__ import annotations

from typing import Any

from server.demo.office import Person, person_document
from tests.bench.measure import Row, compared, in_turns, milliseconds
from tests.bench.office import BenchOffice, open_office
from tests.fixtures import office

PEOPLE = 200
REPETITIONS = 5


def measure(*, people: int = PEOPLE, repetitions: int = REPETITIONS, couchdb_url: str | None = None) -> list[Row]:
    """Measure the row."""
    with open_office(couchdb_url=couchdb_url) as bench_office:
        ids = hire(bench_office, people)
        cards: list[dict[str, Any]] = []

        def fanned_out() -> float:
            document_id = bench_office.registers(len(cards))
            bench_office.services.fanout.catch_up()
            informed = [f"person:{person_id}" for person_id in ids]
            bench_office.does(
                office.DIRECTOR, "Assign", document_id, directive="Để biết, triển khai.", informed=informed
            )
            took = milliseconds(bench_office.services.fanout.catch_up)
            found = [bench_office.inbox(person_id).get(document_id) for person_id in ids]
            assert all(found), "not everybody has the card"
            cards.append(found[0])
            return took

        def written_singly() -> float:
            card = {key: value for key, value in cards[-1].items() if key != "_rev"}
            copy = {**card, "_id": f"incoming:copy-{len(cards)}-{next(numbers)}"}
            inboxes = [bench_office.inbox(person_id) for person_id in ids]
            return milliseconds(lambda: [inbox.put(dict(copy)) for inbox in inboxes])

        numbers = iter(range(1000))
        fanned_out()
        medians = in_turns({"fan-out": fanned_out, "single writes": written_singly}, repetitions)
    name = f"one document to {people} people, all inboxes written" + (" (CouchDB)" if couchdb_url else "")
    return [compared(name, medians["fan-out"], medians["single writes"], 3)]


def hire(bench_office: BenchOffice, count: int) -> list[str]:
    """Add specialists, make their inboxes, and give their ids."""
    people = [
        Person(f"cv-{n:03}", f"Nguyễn Văn {n}", "Chuyên viên", "Ông", office.IT_UNIT, ("specialist",))
        for n in range(count)
    ]
    documents = [person_document(person, office.NO_PASSWORD) for person in people]
    bench_office.services.accounts.bulk(documents)  # type: ignore[attr-defined]
    bench_office.services.fanout.catch_up()
    return [person.person_id for person in people]
