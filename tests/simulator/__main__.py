"""`python -m tests.simulator`: `SEEDS=n` plays so many and prints the table; `SEED=n` plays one and tells its story.

Where COUCHDB_URL names a server, the office's store is there.
"""

from __future__ import annotations

import os
import sys

from tests.fixtures.stores import SWITCH
from tests.simulator import rounds
from tests.simulator.rounds import Summary

DEFAULT_SEEDS = 500


def tell(summary: Summary, *, is_whole: bool) -> None:
    """Print the stories of failed seeds, shrunk, and the table."""
    for row in summary.failed[: None if is_whole else 3]:
        small = row.get("smallest", row)
        print(f"\nSEED={row['seed']} went wrong; its smallest story:")
        print("\n".join(small["story"]))
        print("\n".join(f"  → {one}" for one in small["told"]))
    print(f"\n{summary.table()}")
    if summary.failed:
        print("\nfailed seeds: " + " ".join(str(row["seed"]) for row in summary.failed))


def main() -> int:
    """Play what the environment asks for."""
    os.environ.setdefault("SHRINK", "1")
    if os.environ.get("COUCHDB_URL"):
        os.environ.setdefault(SWITCH, "couchdb")
    seed = os.environ.get("SEED")
    first = int(os.environ.get("FIRST_SEED", "1"))
    count = int(os.environ.get("SEEDS", DEFAULT_SEEDS))
    seeds = [int(seed)] if seed else list(range(first, first + count))
    summary = rounds.play(seeds, processes=int(os.environ.get("PROCESSES", os.cpu_count() or 1)))
    tell(summary, is_whole=bool(seed))
    return 1 if summary.failed else 0


if __name__ == "__main__":
    sys.exit(main())
