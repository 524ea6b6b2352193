"""Nothing lost, nothing twice, nothing beyond authority, whatever befalls an office of devices in the field.

Random schedules over the real app and the real worker, in virtual time (docs/adr/0010-simulator.md). `SEEDS=n` plays so
many, `SEED=n` one; `python -m tests.simulator` plays any number and prints the table. Where COUCHDB_URL names a server,
some are played over CouchDB too.
"""

from __future__ import annotations

import os
import shutil

import pytest

from tests.fixtures.stores import SWITCH
from tests.simulator import rounds
from tests.simulator.schedule import FAULT_KINDS, Schedule, is_fault, schedule_of
from tests.simulator.shrinking import shrink

SEEDS = 500
COUCHDB_SEEDS = 10
MANY = 40
"""From so many seeds on, every outcome must have come about."""

pytestmark = [
    pytest.mark.serial,  # it takes both cores for itself
    pytest.mark.skipif(shutil.which("node") is None, reason="the devices' side runs under Node.js"),
]


@pytest.mark.timeout(4800)
@pytest.mark.parametrize(
    ("store", "count"), [("embedded", SEEDS), pytest.param("couchdb", COUCHDB_SEEDS, marks=pytest.mark.couchdb)]
)
def test_whatever_befalls_the_office_nothing_is_lost_doubled_or_usurped(
    store: str, count: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(SWITCH, store)
    asked = os.environ.get("SEED")
    seeds = [int(asked)] if asked else list(range(1, 1 + int(os.environ.get("SEEDS", count))))
    summary = rounds.play(seeds, processes=os.cpu_count() or 1)
    print(summary.table())
    told = "\n".join(f"SEED={row['seed']}: {one}" for row in summary.failed for one in row["told"])
    assert not summary.failed, f"replay with SEED=n python -m tests.simulator\n{told}"
    if len(seeds) >= MANY:
        assert min(summary.outcomes[status] for status in ("applied", "merged", "needs_review", "refused")) > 0


@pytest.mark.timeout(300)
def test_a_seed_is_the_same_story_every_time() -> None:
    first, again = (rounds.play([7], processes=1) for _ in range(2))
    assert first.outcomes == again.outcomes


def test_a_schedule_is_long_and_full_of_faults() -> None:
    schedules = [schedule_of(seed) for seed in range(1, 60)]
    for schedule in schedules:
        faults = [step for step in schedule.steps if is_fault(step)]
        assert len(schedule.steps) - len(faults) >= 200
        assert len(faults) >= 20
        assert 5 <= len(schedule.people) <= 20
    assert {step["kind"] for one in schedules for step in one.steps if is_fault(step)} == FAULT_KINDS


def test_shrinking_keeps_what_matters_and_leaves_out_the_rest() -> None:
    schedule = schedule_of(3)
    matter = {schedule.steps[40]["n"], schedule.steps[170]["n"]}

    def fails(fewer: Schedule) -> bool:
        return matter <= {step["n"] for step in fewer.steps}

    small = shrink(schedule, fails)
    assert {step["n"] for step in small.steps} == matter
    assert sum(step["wait_ms"] for step in small.steps) == sum(step["wait_ms"] for step in schedule.steps[:171])
    assert shrink(schedule, fails, patience_s=0) == schedule
