"""Devices: enrolled for one person, revoked for good, their outbox offered back first."""

from __future__ import annotations

from typing import Any

import pytest

from tests.fixtures.office import ADMINISTRATOR, DIRECTOR, IT_HEAD, NOBODY
from tests.sync.conftest import PHONE, SECOND_PHONE, SyncServer, device_of

PULLS = ("/sync/inbox", "/sync/inbox/_changes", "/sync/inbox/incoming:00000000", "/sync/snapshot")


def enrol(server: SyncServer, person_id: str, device_id: Any = PHONE, **fields: Any) -> Any:
    """Enrol over HTTP."""
    body = {"device_id": device_id, "name": "Điện thoại", "user_agent": "Chrome", **fields}
    return server.client(person_id, SECOND_PHONE).post("/sync/devices", json=body)


def test_enrolling_tells_who_is_signed_in_and_can_be_repeated(server: SyncServer) -> None:
    first = enrol(server, DIRECTOR)
    assert first.status_code == 201
    assert first.json["person_id"] == DIRECTOR
    assert first.json["device"]["name"] == "Điện thoại"
    assert enrol(server, DIRECTOR, name="Máy mới").json["device"]["name"] == "Máy mới"
    assert server.enrolled == [PHONE, PHONE]
    listed = server.client(DIRECTOR).get("/sync/devices").json["devices"]
    assert {device["device_id"] for device in listed} == {PHONE, device_of(DIRECTOR)}
    assert not any("person_id" in device or "_rev" in device for device in listed)


def test_a_device_belongs_to_one_person(server: SyncServer) -> None:
    enrol(server, DIRECTOR)
    assert enrol(server, IT_HEAD).status_code == 409
    for path in PULLS:
        foreign = server.client(IT_HEAD, PHONE).get(path)
        unknown = server.client(IT_HEAD, "never-seen-0001").get(path)
        assert (foreign.status_code, foreign.data) == (unknown.status_code, unknown.data) == (403, unknown.data)
    assert all(device["device_id"] != PHONE for device in server.client(IT_HEAD).get("/sync/devices").json["devices"])


@pytest.mark.parametrize("path", PULLS)
def test_without_a_device_there_is_nothing_to_pull(server: SyncServer, path: str) -> None:
    server.inbox(DIRECTOR).put({"kind": "incoming", "_id": "incoming:00000000"})
    client = server.app.test_client()
    response = client.get(path, headers={"X-Test-Person": DIRECTOR})
    assert (response.status_code, response.json["error"]) == (403, "device_unknown")


def test_the_session_s_own_device_counts_and_not_the_one_it_claims(server: SyncServer) -> None:
    server.enrol(DIRECTOR, PHONE)
    server.enrol(DIRECTOR, SECOND_PHONE)
    server.client(DIRECTOR).post(f"/sync/devices/{PHONE}/revoke")
    bound = server.client(DIRECTOR, PHONE, is_bound=True)
    response = bound.get("/sync/inbox", headers={"X-Congvan-Device": SECOND_PHONE})
    assert response.status_code == 410


@pytest.mark.parametrize("device_id", ["", "short", "../../etc", "x" * 65, 7, None, {"a": 1}, "a b c d e f g h"])
def test_a_malformed_device_id_is_refused(server: SyncServer, device_id: Any) -> None:
    assert enrol(server, DIRECTOR, device_id).status_code == 400


def test_hostile_descriptions_are_cut_and_cleaned(server: SyncServer) -> None:
    device = enrol(server, DIRECTOR, name="\u202eabc\x00" + "x" * 5000, user_agent={"$gt": ""}).json["device"]
    assert device["name"] == ("abc" + "x" * 5000)[:100]
    assert isinstance(device["user_agent"], str)


def test_nobody_fills_the_register(server: SyncServer) -> None:
    answers = [enrol(server, DIRECTOR, f"device-number-{n:04}").status_code for n in range(21)]
    assert answers == [201] * 20 + [403]
    server.client(DIRECTOR, "device-number-0000").post("/sync/devices/device-number-0003/revoke")
    assert enrol(server, DIRECTOR, "device-number-0099").status_code == 201


def test_a_revoked_device_gets_nothing_more(server: SyncServer) -> None:
    server.inbox(DIRECTOR).put({"kind": "incoming", "_id": "incoming:00000000", "title": "Văn bản"})
    server.enrol(DIRECTOR, PHONE)
    assert server.client(DIRECTOR).post(f"/sync/devices/{PHONE}/revoke").status_code == 200
    assert server.revoked == [PHONE]
    client = server.client(DIRECTOR, PHONE)
    for path in PULLS:
        response = client.get(path)
        assert (response.status_code, response.json["error"]) == (410, "device_revoked")
    assert client.post("/sync/inbox/_bulk_get", json={"docs": []}).status_code == 410
    assert enrol(server, DIRECTOR).status_code == 410
    # the person's other device is as good as before
    assert server.client(DIRECTOR).get("/sync/inbox/incoming:00000000").json["title"] == "Văn bản"


def test_a_revoked_device_is_told_so_even_when_its_session_ended_with_it(server: SyncServer) -> None:
    server.enrol(DIRECTOR, PHONE)
    signed_out = server.app.test_client()
    assert signed_out.get("/sync/inbox/_changes", headers={"X-Congvan-Device": PHONE}).status_code == 401
    server.client(DIRECTOR).post(f"/sync/devices/{PHONE}/revoke")
    for device_id, status in ((PHONE, 410), ("never-seen-0001", 401), ("../", 401)):
        answer = signed_out.get("/sync/inbox/_changes", headers={"X-Congvan-Device": device_id})
        assert answer.status_code == status


def test_a_revoked_device_hands_over_its_outbox_within_the_grace(server: SyncServer) -> None:
    server.enrol(DIRECTOR, PHONE)
    server.client(DIRECTOR).post(f"/sync/devices/{PHONE}/revoke")
    client = server.client(DIRECTOR, PHONE)
    server.clock.pass_time(days=30)  # it was out of reach all the while
    path, body = "/sync/actions", {"device_id": PHONE, "actions": []}
    assert client.post(path, json=body).status_code == 200
    server.clock.pass_time(minutes=9)
    assert client.post(path, json=body).status_code == 200  # the answer was lost, or there was more
    assert client.head(f"/sync/files/{'a' * 64}").status_code == 404
    server.clock.pass_time(minutes=2)
    assert client.post(path, json=body).status_code == 410
    assert client.head(f"/sync/files/{'a' * 64}").status_code == 410


def test_only_the_owner_or_an_administrator_revokes(server: SyncServer) -> None:
    server.enrol(DIRECTOR, PHONE)
    path = f"/sync/devices/{PHONE}/revoke"
    for other in (NOBODY, IT_HEAD):
        foreign = server.client(other).post(path)
        absent = server.client(other).post("/sync/devices/never-seen-0001/revoke")
        assert (foreign.status_code, foreign.data) == (absent.status_code, absent.data) == (404, absent.data)
    assert server.client(DIRECTOR, PHONE).get("/sync/inbox").status_code == 200
    assert server.client(ADMINISTRATOR).post(path).status_code == 200
    assert server.client(DIRECTOR, PHONE).get("/sync/inbox").status_code == 410


def test_polling_is_noted_at_most_once_a_minute(server: SyncServer) -> None:
    server.enrol(DIRECTOR, PHONE)
    client = server.client(DIRECTOR, PHONE)
    register = server.store.database("devices")
    client.get("/sync/inbox/_changes")
    first_at = server.devices.get(PHONE)["last_sync_at"]
    assert first_at == server.clock.now()
    seq = register.info()["update_seq"]
    for _ in range(5):
        server.clock.pass_time(seconds=10)
        client.get("/sync/inbox/_changes")
    assert register.info()["update_seq"] == seq
    server.clock.pass_time(seconds=10)
    client.get("/sync/inbox/_changes")
    assert server.devices.get(PHONE)["last_sync_at"] > first_at
