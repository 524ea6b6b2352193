"""The pages of lists with 20,000 open documents in the store, beside the same pages with 200."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack

from server.app import create_app
from server.config import Config
from server.web.current import SESSION_COOKIE
from tests.bench.measure import Row, compared, in_turns, milliseconds
from tests.bench.office import BenchOffice, open_office
from tests.bench.synthetic import BULK, fill_inbox
from tests.fixtures.office import DIRECTOR

FEW, MANY = 200, 20_000
REPETITIONS = 40
WARM_UP = 10
GOAL = 1.5
LISTS = {
    "inbox": "/inbox",
    "inbox, one list": "/inbox?list=waiting",
    "book": "/incoming",
}


def measure(*, few: int = FEW, many: int = MANY, repetitions: int = REPETITIONS) -> list[Row]:
    """Measure a row for each list."""
    with ExitStack() as opened:
        asked = {count: _filled(opened.enter_context(open_office()), count) for count in (few, many)}
        rows = []
        for name, address in LISTS.items():
            medians = in_turns({str(count): _timed(ask, address) for count, ask in asked.items()}, repetitions, WARM_UP)
            named = f"{name}, {many} open documents beside {few}"
            rows.append(compared(named, medians[str(many)], medians[str(few)], GOAL))
    return rows


def _timed(ask: Callable[[str], None], address: str) -> Callable[[], float]:
    return lambda: milliseconds(lambda: ask(address))


def _filled(bench_office: BenchOffice, count: int) -> Callable[[str], None]:
    """Give an office so many open documents, and return how its director asks for a page."""
    services = bench_office.services
    first = services.records.get(bench_office.registers(1))
    assert first is not None
    plain = {key: value for key, value in first.items() if key != "_rev"}
    for start in range(2, count + 1, BULK):
        numbers = range(start, min(start + BULK, count + 1))
        services.store.database("records").bulk(
            [{**plain, "_id": f"incoming:act-{number:08}", "arrival_number": number} for number in numbers]
        )
    fill_inbox(services.store, DIRECTOR, count)
    client = create_app(Config(data=services.data_dir, secret="b" * 64), services).test_client()
    client.set_cookie(SESSION_COOKIE, bench_office.signed_in(DIRECTOR))

    def ask(address: str) -> None:
        answer = client.get(address)
        assert answer.status_code == 200, answer.status
        assert answer.get_data(as_text=True).count("/incoming/") > min(count // 2, 20)

    return ask
