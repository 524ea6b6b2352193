"""The fixed office over a real embedded store, with a clock that the test moves."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fixtures.acting import Acting, open_office


@pytest.fixture
def acting(tmp_path: Path) -> Iterator[Acting]:
    """Give the office, ready to act in."""
    found = open_office(tmp_path)
    yield found
    found.services.close()
