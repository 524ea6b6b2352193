"""Random schedules in one process, held to the oracle; `SEED=n` replays one, `SCHEDULES=n` runs so many."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults import oracle
from tests.faults.schedules import Schedule
from tests.faults.table import tell

IS_FULL = os.environ.get("CONGVAN_FAULTS") == "full"
SCHEDULES = int(os.environ.get("SCHEDULES", "2000" if IS_FULL else "200"))
OPERATIONS = 60
GROUPS = 8
FIRST_SEED = 1
MEMORY = Path("/dev/shm")


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """Give a folder in memory where there is one: these tests are of order, not of disks."""
    if not os.access(MEMORY, os.W_OK):
        yield tmp_path
        return
    found = Path(tempfile.mkdtemp(prefix="congvan-schedules-", dir=MEMORY))
    yield found
    shutil.rmtree(found)


def seeds_of(group: int) -> list[int]:
    """Return the seeds of a group: the one asked for, or every so manieth."""
    asked = os.environ.get("SEED")
    if asked:
        return [int(asked)] if group == 0 else []
    return list(range(FIRST_SEED + group, FIRST_SEED + SCHEDULES, GROUPS))


@pytest.mark.timeout(1800)
@pytest.mark.parametrize("group", range(GROUPS))
def test_whatever_order_things_happen_in_nothing_is_lost_doubled_or_usurped(group: int, folder: Path) -> None:
    outcomes: Counter[str] = Counter()
    for seed in seeds_of(group):
        schedule = Schedule(seed, folder / str(seed))
        try:
            schedule.run(OPERATIONS)
            outcomes += check(schedule)
        except Exception as error:
            error.add_note(f"SEED={seed} replays this schedule")
            raise
        finally:
            schedule.services.close()
            shutil.rmtree(folder / str(seed))
    tell(f"schedules of group {group}", {"schedules": len(seeds_of(group)), **dict(sorted(outcomes.items()))})
    if len(seeds_of(group)) > 10:
        assert min(outcomes[status] for status in ("applied", "merged", "needs_review", "refused")) > 0, outcomes


def check(schedule: Schedule) -> Counter[str]:
    """Hold a finished schedule to the oracle; return how its acts ended."""
    services, acts = schedule.services, schedule.acts
    told = {}
    for action_id, act in acts.items():
        statuses = {receipt["status"] for receipt in act.receipts}
        assert len(statuses) <= 1, (action_id, act.receipts)
        for receipt in act.receipts:
            assert receipt == act.receipts[0], (receipt, act.receipts[0])
        if act.receipts:
            told[action_id] = act.receipts[0]
    delivered = [act for phone in schedule.phones for act in phone.outbox]
    assert all(act.payload["action_id"] in told or act in delivered for act in acts.values())
    oracle.check_once(services, told)
    oracle.check_nothing_unasked(services, set(acts))
    oracle.check_books(services)
    oracle.check_history(services)
    oracle.check_inboxes(services)
    oracle.check_checkpoint(services)
    oracle.check_secrets(services)
    oracle.check_authority(services, {key: act.moments for key, act in acts.items()})
    for owner_id, document_id, review_id in oracle.check_reviews(services):
        ended = schedule.acting.does(owner_id, "ResolveConflict", document_id, review_id=review_id, choice="theirs")
        assert ended["status"] == "applied", ended
    oracle.check_inboxes(services)
    return Counter(receipt["status"] for receipt in told.values())
