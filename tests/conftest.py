"""What every test directory shares: how the markers act.

`serial` tests (kill -9, timing) run alone: a file that has one is run after all other files, in one worker.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.fixtures import stores

try:
    from xdist.scheduler import LoadScopeScheduling
except ImportError:  # pragma: no cover - plain pytest without xdist
    LoadScopeScheduling = None

ROOT = Path(__file__).resolve().parent.parent
pytest_plugins = ["tests.fixtures.chromium"]
SERIAL = "serial"


@pytest.fixture(autouse=True)
def _cleaned_store() -> Iterator[None]:
    """Leave nothing of a test behind on CouchDB, where tests run on it."""
    with stores.cleaned():
        yield


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the serial tests last, and leave out what this machine was told to do without."""
    without_chromium = pytest.mark.skip(reason="CONGVAN_WITHOUT_CHROMIUM is set")
    without_couchdb = pytest.mark.skip(reason="COUCHDB_URL is not set")
    for item in items:
        if item.get_closest_marker("chromium") and os.environ.get("CONGVAN_WITHOUT_CHROMIUM"):
            item.add_marker(without_chromium)
        if item.get_closest_marker("couchdb") and not os.environ.get("COUCHDB_URL"):
            item.add_marker(without_couchdb)
    items.sort(key=lambda item: is_serial_file(item.nodeid.split("::", 1)[0]))


@cache
def is_serial_file(name: str) -> bool:
    """Tell whether a file has a serial test; the workers' markers are not known where files are handed out."""
    path = ROOT / name
    return path.is_file() and f"mark.{SERIAL}" in path.read_text(encoding="utf-8")


if LoadScopeScheduling is not None:

    class FilesThenSerial(LoadScopeScheduling):
        """Hand out whole files to the workers; the serial files to the last one, once the others are done."""

        def _split_scope(self, nodeid: str) -> str:
            name = nodeid.split("::", 1)[0]
            return SERIAL if is_serial_file(name) else name

        def _assign_work_unit(self, node) -> None:
            if SERIAL in self.workqueue:
                self.workqueue.move_to_end(SERIAL)
            if next(iter(self.workqueue)) == SERIAL and len(self.nodes) > 1:
                if node is not self.nodes[0]:
                    node.shutdown()
                return
            super()._assign_work_unit(node)

        def remove_node(self, node) -> str | None:
            crashed = super().remove_node(node)
            if self.workqueue and len(self.nodes) == 1:
                self._reschedule(self.nodes[0])
            return crashed

    def pytest_xdist_make_scheduler(config, log):
        """Use the scheduler above whenever tests run in several workers."""
        return FilesThenSerial(config, log)
