"""`python -m tests.simulator.worker <seed>…`: plays seeds and tells each as a line of JSON. Started by `rounds`."""

from __future__ import annotations

import gc
import json
import os
import sys
from collections import Counter

from tests.simulator.run import DevicesFailed, Outcome, Simulator
from tests.simulator.schedule import Schedule, schedule_of
from tests.simulator.shrinking import shrink

TOLD = 12


def row_of(outcome: Outcome) -> dict[str, object]:
    """Return what is counted of a run, and what is told of one that failed."""
    return {
        "seed": outcome.schedule.seed,
        "devices": len(outcome.schedule.people),
        "operations": outcome.operations,
        "faults": outcome.faults,
        "outcomes": outcome.outcomes,
        "violations": Counter(one.kind for one in outcome.violations),
        "told": [f"{one.kind}: {one.text[:600]}" for one in outcome.violations[:TOLD]],
        "story": outcome.story,
    }


def smallest(simulator: Simulator, outcome: Outcome) -> Outcome:
    """Return the smallest run found that goes wrong in the same way."""
    kind = outcome.violations[0].kind
    best = [outcome]

    def fails(schedule: Schedule) -> bool:
        try:
            found = simulator.play(schedule)
        except DevicesFailed:
            return False
        if any(one.kind == kind for one in found.violations):
            best[0] = found
            return True
        return False

    shrink(outcome.schedule, fails)
    return best[0]


def main(seeds: list[int]) -> None:
    """Play the seeds; with SHRINK set, one that fails is made small before it is told."""
    simulator = Simulator()
    gc.disable()  # a run makes little that counting references does not free: once after each is enough
    try:
        for seed in seeds:
            gc.collect()
            outcome = simulator.play(schedule_of(seed))
            row = row_of(outcome)
            if outcome.violations and os.environ.get("SHRINK"):
                row |= {"smallest": row_of(smallest(simulator, outcome))}
            if not outcome.violations:
                row |= {"story": []}
            print(json.dumps(row), flush=True)
    finally:
        simulator.close()


if __name__ == "__main__":
    main([int(seed) for seed in sys.argv[1:]])
