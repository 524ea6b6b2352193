"""`python -m tests.simulator`: many seeds, or one again (`SEED=n`)."""

from __future__ import annotations

import os
import sys
import time

from tests.simulator.run import Simulator
from tests.simulator.schedule import schedule_of

if __name__ == "__main__":
    simulator = Simulator()
    first = int(os.environ.get("SEED", "1"))
    count = int(os.environ.get("SEEDS", "1"))
    for seed in range(first, first + count):
        began = time.perf_counter()
        outcome = simulator.play(schedule_of(seed))
        print(seed, dict(outcome.outcomes), len(outcome.violations), f"{time.perf_counter() - began:.2f} s")
        for one in outcome.violations[:8]:
            print("  ", one.kind, one.text[:600])
        if "-v" in sys.argv:
            print("\n".join(outcome.story))
