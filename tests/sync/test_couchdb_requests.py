"""How many requests acts cost on CouchDB: a network lies between, so what is asked in a loop is felt by everybody."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest

from sync.fanout import Fanout
from tests.fixtures import office, stores
from tests.fixtures.acting import Acting, open_office

pytestmark = pytest.mark.couchdb

IDLE = 5
"""Requests of a fan-out that finds nothing to do: its two checkpoints, and what follows them."""
PER_RECORDS = 12
"""Requests for some records that changed, however many they are: reading them, noting who holds them, going on."""


class Requests:
    """What was sent to CouchDB: method and path, without the test's prefix."""

    def __init__(self, acting: Acting, monkeypatch: pytest.MonkeyPatch) -> None:
        self.sent: list[str] = []
        session: Any = acting.services.store.client.api.get_http_client()
        send = session.send

        def noted(request: Any, **how: Any) -> Any:
            path = re.sub(r"^/t[0-9a-f]+_", "", unquote(urlsplit(request.url).path))
            self.sent.append(f"{request.method} {path}")
            return send(request, **how)

        monkeypatch.setattr(session, "send", noted)

    def of(self, act: Any, *given: Any, **named: Any) -> list[str]:
        """Carry something out, and give what it sent."""
        self.sent.clear()
        act(*given, **named)
        return list(self.sent)


@pytest.fixture
def acting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Acting]:
    """Give the office on CouchDB, its inboxes made."""
    monkeypatch.setenv(stores.SWITCH, "couchdb")
    found = open_office(tmp_path)
    found.services = replace(found.services, fanout=Fanout(found.services))
    found.services.fanout.catch_up()
    yield found
    found.services.close()


@pytest.fixture
def requests(acting: Acting, monkeypatch: pytest.MonkeyPatch) -> Requests:
    """Count from now on."""
    return Requests(acting, monkeypatch)


def test_a_simple_act_is_one_read_and_one_write(
    acting: Acting, requests: Requests, monkeypatch: pytest.MonkeyPatch
) -> None:
    document_id = acting.registers()
    # the office is kept in memory, and looked at again once a second
    monkeypatch.setattr("server.usecases.accounts.LOOK_AGAIN_S", 3600.0)
    acting.services.directory.office()
    acts: list[tuple[str, str, dict[str, Any]]] = [
        (office.DIRECTOR, "AddComment", {"text": "Khẩn trương"}),
        (office.DIRECTOR, "Assign", {"lead": f"unit:{office.IT_UNIT}", "directive": "Tham mưu"}),
        (office.IT_HEAD, "TakeOn", {}),
    ]
    for seen, (person_id, command, fields) in enumerate(acts, 1):
        sent = requests.of(acting.does, person_id, command, document_id, seen=seen, **fields)
        assert sent == ["POST records/_all_docs", f"PUT records/{document_id}"], command


def test_telling_people_costs_a_read_and_a_write_for_each(acting: Acting, requests: Requests) -> None:
    assert len(requests.of(acting.services.fanout.catch_up)) <= IDLE
    document_id = acting.registers()
    acting.services.fanout.catch_up()
    informed = [one for one in office.EVERYBODY if one not in (office.DIRECTOR, office.NOBODY, office.ADMINISTRATOR)]
    targets = [f"person:{one}" for one in informed]
    acting.does(office.DIRECTOR, "Assign", document_id, informed=targets, directive="Để biết")
    sent = Counter(requests.of(acting.services.fanout.catch_up))
    to_inboxes = Counter({one: count for one, count in sent.items() if " inbox_" in one})
    assert to_inboxes == Counter(
        f"POST inbox_{one}/{part}" for one in {*informed, office.DIRECTOR} for part in ("_all_docs", "_bulk_docs")
    )
    assert sent.total() - to_inboxes.total() <= IDLE + PER_RECORDS


def test_many_records_are_asked_for_at_once(acting: Acting, requests: Requests) -> None:
    documents = [acting.registers() for _ in range(6)]
    acting.services.fanout.catch_up()
    for document_id in documents:
        acting.does(office.DIRECTOR, "AddComment", document_id, text="Khẩn trương")
    sent = Counter(requests.of(acting.services.fanout.catch_up))
    found = sum(count for one, count in sent.items() if one.endswith("/_find"))
    assert sent.total() - found <= IDLE + PER_RECORDS + 2
    assert found <= len(documents), "only what an index answers by one value at a time"
