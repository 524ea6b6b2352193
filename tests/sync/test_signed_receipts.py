"""Receipts that the server signs: the same wherever and however often they come, and worthless once changed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP384R1

from server.adapters.receipt_keys import is_valid
from server.domain.signed_forms import act_sha256
from server.domain.versions import APP_VERSION
from tests.fixtures.acting import open_office
from tests.fixtures.office import CLERK, DIRECTOR, IT_HEAD
from tests.fixtures.signing import DeviceKey
from tests.sync.conftest import PHONE, SECOND_PHONE, device_of
from tests.sync.test_actions import Outboxes


@pytest.fixture
def outboxes(tmp_path: Path) -> Iterator[Outboxes]:
    """Give the office with its gateway."""
    acting = open_office(tmp_path)
    yield Outboxes(acting)
    acting.services.close()


def keys_of(outboxes: Outboxes) -> list[dict[str, Any]]:
    """Ask for the public keys."""
    answer = outboxes.app.test_client().get("/sync/keys", headers={"X-Test-Person": DIRECTOR})
    assert answer.status_code == 200
    return list(answer.json["keys"])


def in_inbox(outboxes: Outboxes, person_id: str, action_id: str) -> dict[str, Any]:
    """Give a receipt as the inbox holds it."""
    found = outboxes.acting.services.store.database(f"inbox_{person_id}").get(f"receipt:{action_id}")
    return {key: value for key, value in found.items() if key not in ("_id", "_rev", "kind")}


def test_every_final_receipt_is_signed_and_the_same_at_each_place_and_time(outboxes: Outboxes) -> None:
    document_id = outboxes.acting.registers()
    actions = [
        outboxes.action("AddComment", document_id, text="Đồng ý"),
        outboxes.action("AddComment", document_id, text=""),  # refused as it is read
        outboxes.action("Approve", document_id, version_sha256="a" * 64),  # refused by the domain
    ]
    first = outboxes.send(DIRECTOR, *actions)
    keys = keys_of(outboxes)
    assert [receipt["status"] for receipt in first] == ["applied", "refused", "refused"]
    assert all(is_valid(receipt, keys) for receipt in first)
    outboxes.acting.clock.move(days=2)
    assert json.dumps(outboxes.send(DIRECTOR, *actions)) == json.dumps(first)
    for receipt in first:
        assert in_inbox(outboxes, DIRECTOR, receipt["action_id"]) == receipt


def test_a_receipt_names_what_was_handed_over(outboxes: Outboxes) -> None:
    document_id = outboxes.acting.registers()
    action = outboxes.action("AddComment", document_id, text="  Đồng ý\r\n", device_id=device_of(DIRECTOR))
    (receipt,) = outboxes.send(DIRECTOR, action)
    assert receipt["device_id"] == device_of(DIRECTOR)
    assert receipt["action_sha256"] == act_sha256(action, receipt["device_id"])
    action["fields"]["text"] = "Không đồng ý"
    assert receipt["action_sha256"] != act_sha256(action, receipt["device_id"])


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("status", "refused"),
        ("actor_id", IT_HEAD),
        ("version", 99),
        ("document_id", "incoming:another-one"),
        ("acted_at", "2026-01-01T00:00:00.000Z"),
        ("received_at", "2026-01-01T00:00:00.000Z"),
        ("action_sha256", "0" * 64),
        ("device_id", SECOND_PHONE),
        ("signature", None),
        ("signature", {"key_id": "unknown", "value": ""}),
    ],
)
def test_a_receipt_that_was_changed_is_found_out(outboxes: Outboxes, field: str, value: Any) -> None:
    (receipt,) = outboxes.send(DIRECTOR, outboxes.action("AddComment", outboxes.acting.registers(), text="Đồng ý"))
    keys = keys_of(outboxes)
    assert is_valid(receipt, keys)
    assert not is_valid({**receipt, field: value}, keys)


def test_what_is_held_is_not_signed(outboxes: Outboxes) -> None:
    document_id = outboxes.acting.registers()
    (receipt,) = outboxes.send(DIRECTOR, outboxes.action("AddComment", document_id, text="x", after="never-0001"))
    assert (receipt["status"], "signature" in receipt) == ("held", False)


def test_the_keys_are_for_people_who_are_signed_in(outboxes: Outboxes) -> None:
    (key,) = keys_of(outboxes)
    assert (key["algorithm"], key["is_current"]) == ("Ed25519", True)
    assert outboxes.app.test_client().get("/sync/keys").status_code == 401


class SigningDevice:
    """The director's phone, enrolled with a key."""

    def __init__(self, outboxes: Outboxes) -> None:
        """Enrol it, long enough ago that nothing unsigned can be on its way."""
        self.outboxes = outboxes
        self.key = DeviceKey()
        self.enrols(self.key)
        outboxes.acting.clock.move(hours=1)

    def enrols(self, key: DeviceKey | None, device_id: str = PHONE, person_id: str = DIRECTOR) -> Any:
        """Enrol over HTTP; gives the answer."""
        body = {"device_id": device_id, "name": "", "user_agent": ""}
        body |= {"public_key": key.public_key} if key else {}
        headers = {"X-Test-Person": person_id}
        return self.outboxes.app.test_client().post("/sync/devices", json=body, headers=headers)

    def sends(self, action: dict[str, Any]) -> dict[str, Any]:
        """Send an action; gives its receipt."""
        headers = {"X-Test-Person": DIRECTOR, "X-Congvan-Device": PHONE}
        body = {"device_id": PHONE, "actions": [action]}
        answer = self.outboxes.app.test_client().post("/sync/actions", json=body, headers=headers)
        assert answer.status_code == 200
        return dict(answer.json["receipts"][0])


@pytest.fixture
def phone(outboxes: Outboxes) -> SigningDevice:
    """Give a device that signs."""
    return SigningDevice(outboxes)


def test_an_act_can_be_traced_to_the_device_that_signed_it(outboxes: Outboxes, phone: SigningDevice) -> None:
    document_id = outboxes.acting.registers()
    action = phone.key.signs(outboxes.action("AddComment", document_id, text="Đồng ý"), PHONE)
    assert phone.sends(action)["status"] == "applied"
    event = outboxes.events(document_id)[-1]
    assert event["device_signature"] == action["device_signature"]
    assert event["device_signature"]["key_id"] == phone.key.key_id
    card = outboxes.acting.card(DIRECTOR, document_id)
    assert phone.key.key_id not in json.dumps(card)


def tampered(action: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Give an action with something of it changed under its signature."""
    signature = action["device_signature"]
    yield {**action, "fields": {"text": "Không đồng ý"}}
    yield {**action, "seen_version": 2}
    yield {**action, "acted_at": "2026-11-01T00:00:00.000Z"}
    yield {**action, "device_signature": {**signature, "value": signature["value"][::-1]}}
    yield {**action, "device_signature": {**signature, "value": "not base64"}}
    yield {**action, "device_signature": {**signature, "value": 7}}
    yield {**action, "device_signature": {"key_id": "another", "value": signature["value"]}}
    yield {**action, "device_signature": "signed, honestly"}
    yield {key: value for key, value in action.items() if key != "device_signature"}


def test_a_wrong_signature_is_refused_kept_and_told(outboxes: Outboxes, phone: SigningDevice) -> None:
    document_id = outboxes.acting.registers()
    version = outboxes.acting.record(document_id)["version"]
    for number in range(9):
        action = outboxes.action("AddComment", document_id, text="Đồng ý", action_id=f"act-tampered-{number}")
        sent = list(tampered(phone.key.signs(action, PHONE)))[number]
        receipt = phone.sends(sent)
        assert (receipt["status"], receipt["reason"]) == ("refused", "bad_signature"), number
        assert phone.sends(sent) == receipt
        kept = outboxes.acting.services.records.get(f"refusal:{receipt['action_id']}")
        assert kept["command"]["fields"] == sent["fields"]
        outboxes.acting.services.fanout.catch_up()
        assert in_inbox(outboxes, DIRECTOR, receipt["action_id"]) == receipt
    assert outboxes.acting.record(document_id)["version"] == version


def test_what_was_taken_keeps_its_receipt_whoever_repeats_it(outboxes: Outboxes, phone: SigningDevice) -> None:
    action = outboxes.action("AddComment", outboxes.acting.registers(), text="Đồng ý")
    receipt = phone.sends(phone.key.signs(action, PHONE))
    assert phone.sends({**action, "fields": {"text": "Khác"}}) == receipt
    assert outboxes.acting.services.records.get(f"refusal:{action['action_id']}") is None


def test_an_order_that_changed_on_the_way_leaves_the_signature_whole(outboxes: Outboxes, phone: SigningDevice) -> None:
    action = phone.key.signs(outboxes.action("AddComment", outboxes.acting.registers(), text="Đồng ý"), PHONE)
    (first,) = outboxes.send(DIRECTOR, outboxes.action("AddComment", action["document_id"], text="Trước đó"))
    assert phone.sends({**action, "after": first["action_id"]})["status"] == "applied"


def test_a_device_without_a_key_sends_unsigned_acts(outboxes: Outboxes) -> None:
    document_id = outboxes.acting.registers()
    action = outboxes.action("AddComment", document_id, text="Đồng ý")
    stray = DeviceKey().signs(outboxes.action("AddComment", document_id, text="Nữa"), device_of(DIRECTOR))
    assert [one["status"] for one in outboxes.send(DIRECTOR, action, stray)] == ["applied", "applied"]
    assert not any("device_signature" in event for event in outboxes.events(document_id))


def test_a_device_gets_a_key_once_and_another_one_never(phone: SigningDevice) -> None:
    assert phone.enrols(phone.key).json["device"]["key_id"] == phone.key.key_id
    assert phone.enrols(None).json["device"]["key_id"] == phone.key.key_id
    other = phone.enrols(DeviceKey())
    assert (other.status_code, other.json["error"]) == (409, "key_taken")
    # a device from before there were keys adds one
    assert phone.enrols(None, SECOND_PHONE).json["device"]["key_id"] is None
    late = DeviceKey()
    assert phone.enrols(late, SECOND_PHONE).json["device"]["key_id"] == late.key_id
    assert phone.enrols(DeviceKey(), SECOND_PHONE).status_code == 409


@pytest.mark.parametrize("key", ["", "no key", 7, {"kty": "EC"}, "A" * 4000, DeviceKey(SECP384R1()).public_key])
def test_what_is_no_key_is_refused(outboxes: Outboxes, key: Any) -> None:
    body = {"device_id": PHONE, "public_key": key}
    answer = outboxes.app.test_client().post("/sync/devices", json=body, headers={"X-Test-Person": CLERK})
    assert (answer.status_code, answer.json["error"]) == (400, "bad_public_key")
    assert outboxes.devices.get(PHONE) is None


def test_an_act_that_was_on_the_way_when_the_key_came_is_held_and_then_signed(outboxes: Outboxes) -> None:
    device = SigningDevice(outboxes)
    device.enrols(None, SECOND_PHONE)
    key = DeviceKey()
    assert device.enrols(key, SECOND_PHONE).status_code == 201
    document_id = outboxes.acting.registers()
    action = outboxes.action("AddComment", document_id, text="Đồng ý")

    def sends(sent: dict[str, Any]) -> dict[str, Any]:
        headers = {"X-Test-Person": DIRECTOR, "X-Congvan-Device": SECOND_PHONE}
        body = {"device_id": SECOND_PHONE, "actions": [sent]}
        return dict(outboxes.app.test_client().post("/sync/actions", json=body, headers=headers).json["receipts"][0])

    assert (sends(action)["status"], sends(action)["reason"]) == ("held", "bad_signature")
    assert outboxes.acting.services.records.get(f"refusal:{action['action_id']}") is None
    assert sends(key.signs(action, SECOND_PHONE))["status"] == "applied"
    outboxes.acting.clock.move(minutes=11)
    late = sends(outboxes.action("AddComment", document_id, text="Muộn"))
    assert (late["status"], late["reason"]) == ("refused", "bad_signature")


def test_an_act_in_the_form_of_the_version_before_is_checked_as_it_was_signed(
    outboxes: Outboxes, phone: SigningDevice
) -> None:
    """The server reads it in the form of today; what was signed, and what the receipt names, is what was sent."""
    acting = outboxes.acting
    document_id = acting.registers()
    queued = outboxes.action("Conclude", document_id, new_case_file_title="Hồ sơ", result="Xong")
    queued["fields"]["no_answer_reason"] = "Đã gọi điện"
    action = phone.key.signs({**queued, "app_version": APP_VERSION - 1}, PHONE)
    receipt = phone.sends(action)
    assert (receipt["status"], receipt["action_sha256"]) == ("applied", act_sha256(action, PHONE))
    assert acting.record(document_id)["events"][-1]["device_signature"] == action["device_signature"]
    assert acting.record(document_id)["events"][-1]["data"]["result"] == "Xong\nĐã gọi điện"
