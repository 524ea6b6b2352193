"""What every test directory shares: how the markers act.

`serial` tests (kill -9, timing) run alone: after all others have finished, one by one, in one worker.
"""

from __future__ import annotations

import os

import pytest

try:
    from xdist.scheduler import LoadScopeScheduling
except ImportError:  # pragma: no cover - plain pytest without xdist
    LoadScopeScheduling = None

SERIAL = "serial"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Group the serial tests, and leave out what this machine was told to do without."""
    without_chromium = pytest.mark.skip(reason="CONGVAN_WITHOUT_CHROMIUM is set")
    without_couchdb = pytest.mark.skip(reason="COUCHDB_URL is not set")
    for item in items:
        if item.get_closest_marker("chromium") and os.environ.get("CONGVAN_WITHOUT_CHROMIUM"):
            item.add_marker(without_chromium)
        if item.get_closest_marker("couchdb") and not os.environ.get("COUCHDB_URL"):
            item.add_marker(without_couchdb)
        if item.get_closest_marker(SERIAL) and config.pluginmanager.hasplugin("xdist"):
            item.add_marker(pytest.mark.xdist_group(SERIAL))
    # Without workers the order alone keeps them apart.
    items.sort(key=lambda item: item.get_closest_marker(SERIAL) is not None)


if LoadScopeScheduling is not None:

    class FilesThenSerial(LoadScopeScheduling):
        """Hand out whole files to the workers; the serial tests to the last one, once the others are done."""

        def _split_scope(self, nodeid: str) -> str:
            return SERIAL if nodeid.endswith(f"@{SERIAL}") else nodeid.split("::", 1)[0]

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
