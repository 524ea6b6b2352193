"""Cards that change with another document or person: who decides a conflict, how a related document stands."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from sync.fanout import Fanout
from tests.fixtures import office
from tests.fixtures.acting import Acting, open_office


@pytest.fixture
def acting(tmp_path: Path) -> Iterator[Acting]:
    """Give the office with a fan-out that goes by the test's clock."""
    acting = open_office(tmp_path)
    acting.services = replace(acting.services, fanout=Fanout(acting.services))
    yield acting
    acting.services.close()


def on_device(acting: Acting, person_id: str, document_id: str) -> dict[str, Any]:
    """Return the card in a person's inbox, once the fan-out has caught up."""
    acting.services.fanout.catch_up()
    card = acting.services.store.database(f"inbox_{person_id}").get(document_id)
    assert card is not None, (person_id, document_id)
    return card


def test_a_conflict_reaches_whoever_decides_it_once_its_owner_is_locked_out(acting: Acting) -> None:
    document_id = acting.registers()
    acting.does(office.DIRECTOR, "Assign", document_id, lead=f"unit:{office.IT_UNIT}", directive="Tham mưu")
    seen = acting.record(document_id)["version"]
    acting.does(office.IT_DEPUTY_HEAD, "TakeOn", document_id)
    acting.does(office.IT_HEAD, "ReturnAssignment", document_id, seen=seen, device_id="device-0001", reason="Không")
    assert on_device(acting, office.DIRECTOR, document_id)["reviews"][0]["is_mine"]
    person = acting.services.accounts.get(f"person:{office.DIRECTOR}")
    acting.services.accounts.put({**person, "is_active": False, "inactive_from_at": acting.clock.now()})
    card = on_device(acting, office.CHIEF_OF_OFFICE, document_id)
    assert (card["folder"], card["reviews"][0]["is_mine"]) == ("todo", True)
    assert on_device(acting, office.IT_HEAD, document_id)["reviews"][0]["owner_id"] == office.CHIEF_OF_OFFICE


def test_a_draft_shows_how_a_related_document_stands_now(acting: Acting) -> None:
    answered, related = acting.registers(), acting.registers()
    for document_id in (answered, related):
        acting.does(office.DIRECTOR, "Assign", document_id, lead=f"person:{office.IT_SPECIALIST}", directive="Dự thảo")
    acting.services.fanout.catch_up()
    fields = {"subject": "Trả lời UBND tỉnh", "type": "CV", "related": [related]}
    file = acting.has_file(office.IT_SPECIALIST, "Dự thảo")
    draft = acting.does(office.IT_SPECIALIST, "StartDraft", answered, file=file, **fields)["document_id"]

    def shown() -> str:
        links = on_device(acting, office.IT_SPECIALIST, draft)["links"]
        return str(next(link["state"] for link in links if link["relation"] == "related"))

    assert shown() == "assigned"
    acting.does(office.IT_SPECIALIST, "TakeOn", related)
    assert shown() == "in_progress"


def test_a_document_met_as_a_neighbour_still_tells_its_other_drafts_how_it_stands(
    acting: Acting, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Found by kill -9: one of two drafts changed just before the document that both answer."""
    answered = acting.registers()
    acting.does(office.DIRECTOR, "Assign", answered, lead=f"person:{office.IT_SPECIALIST}", directive="Dự thảo")
    first, second = (acting.drafts(answered, text=f"Dự thảo {number}") for number in (1, 2))
    on_device(acting, office.IT_SPECIALIST, second)
    sha256 = acting.record(first)["versions"][-1]["sha256"]
    acting.does(office.IT_SPECIALIST, "SubmitDraft", first, to_person=office.IT_HEAD, version_sha256=sha256)
    acting.does(office.IT_SPECIALIST, "TakeOn", answered)
    monkeypatch.setattr("sync.fanout.BATCH", 1)  # the draft's change is on a page of its own
    links = on_device(acting, office.IT_SPECIALIST, second)["links"]
    assert [(link["relation"], link["state"]) for link in links] == [("answers", "in_progress")]
