"""What a device tells of documents that were opened on it: bounded, of its own person, and no action."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from server.usecases import openings
from tests.fixtures.acting import open_office
from tests.fixtures.office import DIRECTOR, IT_HEAD, NOBODY
from tests.sync.conftest import device_of
from tests.sync.test_actions import Outboxes

AT = "2026-11-23T00:30:00.000Z"


@pytest.fixture
def outboxes(tmp_path: Path) -> Iterator[Outboxes]:
    """Give the office with its gateway."""
    acting = open_office(tmp_path)
    yield Outboxes(acting)
    acting.services.close()


def told(outboxes: Outboxes, person_id: str, opened: Any, device_id: str | None = None) -> Any:
    """Post openings from a device of a person's."""
    outboxes.devices.enrol(person_id, device_of(person_id), "Phone", "tests", outboxes.acting.clock.now())
    headers = {"X-Test-Person": person_id, "X-Congvan-Device": device_id or device_of(person_id)}
    return outboxes.app.test_client().post("/sync/openings", json={"opened": opened}, headers=headers)


def test_a_device_tells_what_was_opened_on_it(outboxes: Outboxes) -> None:
    document_id = outboxes.acting.registers()
    rows = [{"document_id": document_id, "version": 1, "at": AT}]
    assert told(outboxes, DIRECTOR, rows).json == {"noted": 1}
    assert told(outboxes, DIRECTOR, rows).json == {"noted": 0}
    assert set(openings.of_document(outboxes.acting.services, document_id)) == {DIRECTOR}


def test_nothing_is_noted_of_what_its_person_may_not_see(outboxes: Outboxes) -> None:
    document_id = outboxes.acting.registers()
    rows = [
        {"document_id": one, "version": 1, "at": AT}
        for one in (document_id, "incoming:none-0001", "case_file:none-0001")
    ]
    for person_id in (NOBODY, IT_HEAD):
        assert told(outboxes, person_id, rows).json == {"noted": 0}
    assert openings.of_document(outboxes.acting.services, document_id) == {}


def test_what_is_malformed_or_of_an_unknown_device_is_turned_away(outboxes: Outboxes) -> None:
    assert told(outboxes, DIRECTOR, "all").status_code == 400
    assert told(outboxes, DIRECTOR, [], "never-seen-0001").status_code == 403
