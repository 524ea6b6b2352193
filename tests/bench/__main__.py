"""`python -m tests.bench [--only NAME …]`: measure, print, write build/bench.json; exit code 1 if a goal is missed."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from tests.bench.measure import Row, table, write
from tests.bench.office import ROOT

OUT = ROOT / "build" / "bench.json"
MANIFEST = ROOT / "static" / "build" / "manifest.json"


def main(
    arguments: Sequence[str] | None = None,
    found: Mapping[str, Callable[[], list[Row]]] | None = None,
    out: Path = OUT,
) -> int:
    """Run the chosen rows one after the other; what was measured is written also when a later one fails."""
    if found is None:
        if not MANIFEST.is_file():
            print("static/build is missing: run `make build` first", file=sys.stderr)
            return 2
        from tests.bench.rows import measures

        found = measures(os.environ.get("COUCHDB_URL") or None)
    parser = argparse.ArgumentParser(prog="python -m tests.bench")
    parser.add_argument("--only", action="append", choices=list(found), help="may be repeated")
    chosen = parser.parse_args(arguments).only or list(found)
    rows: list[Row] = []
    for name in chosen:
        print(f"{name} …", file=sys.stderr, flush=True)
        rows += found[name]()
        write(rows, out)
    print(f"load average {', '.join(f'{load:.1f}' for load in os.getloadavg())} on {os.cpu_count()} cores")
    print(table(rows))
    return 0 if all(row.ok for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
