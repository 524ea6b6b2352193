"""Receipts leave the inboxes once every device has long had them; the records keep them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from sync.fanout import Fanout
from tests.fixtures import office
from tests.fixtures.acting import Acting, new_action_id, open_office


@pytest.fixture
def acting(tmp_path: Path) -> Iterator[Acting]:
    """Give the office with a fan-out that goes by the test's clock."""
    found = open_office(tmp_path)
    found.services = replace(found.services, fanout=Fanout(found.services))
    yield found
    found.services.close()


def receipted(acting: Acting, person_id: str) -> set[str]:
    """Give the acts of which a person's inbox has the receipt."""
    acting.services.fanout.catch_up()
    inbox = acting.services.store.database(f"inbox_{person_id}")
    return {one["action_id"] for one in inbox.all("receipt:")}


def comments(acting: Acting, document_id: str, action_id: str) -> dict[str, Any]:
    """Let the director comment."""
    return acting.does(office.DIRECTOR, "AddComment", document_id, action_id=action_id, text="Khẩn trương.")


def test_receipts_of_ninety_days_go_and_the_younger_ones_stay(acting: Acting) -> None:
    document_id, old, young = acting.registers(), new_action_id(), new_action_id()
    first = comments(acting, document_id, old)
    acting.clock.move(days=89)
    comments(acting, document_id, young)
    assert receipted(acting, office.DIRECTOR) == {old, young}
    assert acting.services.fanout.forget_old_receipts() == 0
    acting.clock.move(days=2)
    assert acting.services.fanout.forget_old_receipts() == 2  # the clerk's, who registered it, and the director's
    assert receipted(acting, office.DIRECTOR) == {young}
    assert comments(acting, document_id, old) == first


def test_an_inbox_made_anew_does_not_bring_them_back(acting: Acting) -> None:
    document_id, old, young = acting.registers(), new_action_id(), new_action_id()
    comments(acting, document_id, old)
    acting.clock.move(days=91)
    comments(acting, document_id, young)
    acting.services.fanout.forget_old_receipts()
    acting.services.fanout.rebuild(office.DIRECTOR)
    assert receipted(acting, office.DIRECTOR) == {young}
