"""The fixed office over a real embedded store, with a clock that the test moves."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fixtures import office
from tests.fixtures.acting import Acting, open_office

IT = f"unit:{office.IT_UNIT}"


@pytest.fixture
def acting(tmp_path: Path) -> Iterator[Acting]:
    """Give the office, ready to act in."""
    found = open_office(tmp_path)
    yield found
    found.services.close()


@pytest.fixture
def assigned(acting: Acting) -> str:
    """Give a document that the director assigned to the IT division."""
    document_id = acting.registers()
    assert acting.does(office.DIRECTOR, "Assign", document_id, lead=IT, directive="Tham mưu")["status"] == "applied"
    return document_id


@pytest.fixture
def passed_on(acting: Acting, assigned: str) -> str:
    """Give a document that the head passed on to a specialist."""
    target = f"person:{office.IT_SPECIALIST}"
    assert acting.does(office.IT_HEAD, "Assign", assigned, lead=target, directive="Dự thảo")["status"] == "applied"
    return assigned


@pytest.fixture
def submitted(acting: Acting, passed_on: str) -> str:
    """Give a draft that lies with the head of the division."""
    draft_id = acting.drafts(passed_on)
    acts = {"to_person": office.IT_HEAD, "version_sha256": acting.record(draft_id)["versions"][-1]["sha256"]}
    assert acting.does(office.IT_SPECIALIST, "SubmitDraft", draft_id, **acts)["status"] == "applied"
    return draft_id


@pytest.fixture
def with_leader(acting: Acting, submitted: str) -> str:
    """Give a draft that lies with the director."""
    acts = {"leader_id": office.DIRECTOR, "version_sha256": acting.record(submitted)["versions"][-1]["sha256"]}
    assert acting.does(office.IT_HEAD, "SubmitToLeader", submitted, **acts)["status"] == "applied"
    return submitted
