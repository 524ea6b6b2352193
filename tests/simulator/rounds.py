"""Many seeds: shared out to processes, counted, told as a table; a seed that fails is told as a story."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.simulator.oracle import KINDS

ROOT = Path(__file__).resolve().parents[2]
COUNTED = ("faults", "outcomes", "violations")


@dataclass
class Summary:
    """What a round came to."""

    seeds: int = 0
    devices: int = 0
    operations: int = 0
    seconds: float = 0.0
    faults: Counter[str] = field(default_factory=Counter)
    outcomes: Counter[str] = field(default_factory=Counter)
    violations: Counter[str] = field(default_factory=Counter)
    failed: list[dict[str, Any]] = field(default_factory=list)

    def add(self, row: dict[str, Any]) -> None:
        """Count one seed in."""
        self.seeds += 1
        self.devices += row["devices"]
        self.operations += row["operations"]
        for name in COUNTED:
            getattr(self, name).update(row[name])
        if row["violations"]:
            self.failed.append(row)

    def table(self) -> str:
        """Return the counts as a table."""
        lines = [
            f"seeds {self.seeds}, devices {self.devices}, operations {self.operations}, "
            f"faults {self.faults.total()}, {self.seconds:.0f} s"
        ]
        violations = Counter(dict.fromkeys(KINDS, 0)) + Counter()
        violations = {kind: self.violations[kind] for kind in (*KINDS, *self.violations)}
        for title, counts in (("faults", self.faults), ("outcomes", self.outcomes), ("violations", violations)):
            lines.append(f"\n{title:<28}{'count':>10}")
            lines += [f"  {name:<26}{count:>10}" for name, count in counts.items()]
        return "\n".join(lines)


def play(seeds: list[int], *, processes: int = 2, root: Path = ROOT, stop_at_first: bool = False) -> Summary:
    """Play seeds in several processes. Raises RuntimeError when a process breaks down."""
    began = time.perf_counter()
    summary = Summary()
    processes = max(1, min(processes, len(seeds)))
    # one order of sets and dicts in every run: or "the third write" would be another one each time
    env = {**os.environ, "PYTHONHASHSEED": "0", "PYTHONPATH": str(root)}
    with tempfile.TemporaryFile("w+") as errors:
        running = [
            subprocess.Popen(
                [sys.executable, "-m", "tests.simulator.worker", *map(str, seeds[number::processes])],
                cwd=root, env=env, stdout=subprocess.PIPE, stderr=errors, text=True,
            )
            for number in range(processes)
        ]  # fmt: skip
        try:
            _collect(running, summary, stop_at_first)
        finally:
            for process in running:
                process.terminate()
                process.wait()
        errors.seek(0)
        told = errors.read()
    summary.seconds = time.perf_counter() - began
    if summary.seeds < len(seeds) and not (stop_at_first and summary.failed):
        raise RuntimeError(f"{summary.table()}\nplayed {summary.seeds} of {len(seeds)} seeds: {told[-4000:]}")
    return summary


def _collect(running: list[subprocess.Popen[str]], summary: Summary, stop_at_first: bool) -> None:
    """Read each process's rows in turn, as they come."""
    waiting = list(running)
    while waiting:
        for process in list(waiting):
            assert process.stdout is not None
            line = process.stdout.readline()
            if not line:
                waiting.remove(process)
                continue
            summary.add(json.loads(line))
            if stop_at_first and summary.failed:
                return
