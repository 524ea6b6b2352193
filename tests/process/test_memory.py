"""What the process gives back to the system; the load of many devices is measured by `tests.bench --only field`."""

from __future__ import annotations

import platform
import subprocess
import sys
from pathlib import Path

import pytest

from server.adapters.memory import OWN, give_back_memory

ROOT = Path(__file__).resolve().parents[2]
ANSWERS = """
import random, threading
from server.adapters.memory import give_back_memory

assert give_back_memory()

def held_kb():
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmRSS:"))

kept = []
def answer():
    for _ in range(60):
        large = []
        for _ in range(4):
            large.append(bytes(random.randrange(130_000, 900_000)))
            kept.append(bytes(2_000))  # something small of each answer stays
        del large

before = held_kb()
for _ in range(3):
    threads = [threading.Thread(target=answer) for _ in range(12)]
    for thread in threads: thread.start()
    for thread in threads: thread.join()
print(held_kb() - before)
"""
KEPT_KB = 3 * 12 * 60 * 4 * 2


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="settings of glibc")
def test_what_many_threads_answered_does_not_stay_with_the_process() -> None:
    done = subprocess.run([sys.executable, "-c", ANSWERS], cwd=ROOT, capture_output=True, text=True, check=True)
    assert int(done.stdout) < 1.2 * KEPT_KB


@pytest.mark.parametrize("name", OWN)
def test_what_the_operator_has_set_stays(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, "1")
    assert not give_back_memory()
