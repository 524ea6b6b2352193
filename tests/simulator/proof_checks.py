"""What the signatures of a finished run must show: each act is of its device, each receipt of the server."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from server.adapters import receipt_keys
from server.usecases.proofs import SOUND, judge
from sync import device_keys, devices
from tests.simulator.evidence import Evidence


def check_proofs(evidence: Evidence) -> Iterator[tuple[str, str]]:
    """Every receipt on a device is proved, and every event that a device caused bears that device's signature."""
    store = evidence.server.store
    keys = receipt_keys.listed_keys(store.database(receipt_keys.DATABASE))
    known = {one["device_id"]: one for one in store.database(devices.DATABASE).all("device:")}
    for device in evidence.devices:
        for row in device["settled"]:
            act, receipt = row["action"], row["receipt"]
            name = f"{device['name']}'s {row['action_id']}"
            found = judge({**act, "receipt": receipt}, lambda one: receipt_keys.is_valid(one, keys))
            if row["proof"] != "signed" or found not in SOUND:
                yield "proof", f"{name} has a receipt that is {row['proof']} to the device and {found} in truth"
            # a decision carries out the act that was held, in an event of its own after the decision's
            record = evidence.records.get(receipt["document_id"] or "", {})
            caused = [one for one in record.get("events", ()) if one["action_id"] == row["action_id"]]
            if receipt["action_sha256"] and caused and not _is_of_its_device(caused[0], act, known):
                yield "proof", f"{name} was taken without a signature of its device: {caused}"

    for action_id, act in evidence.issued.items():
        refusal = evidence.refusals.get(action_id)
        if refusal and refusal["receipt"]["reason"] == "bad_signature" and not act["is_forged"]:
            yield "proof", f"{action_id} was refused as one that its device did not sign"


def _is_of_its_device(event: Mapping[str, Any], act: Mapping[str, Any], known: Mapping[str, Any]) -> bool:
    device = known.get(event["device_id"], {})
    given = {**act, "device_signature": event.get("device_signature")}
    return device_keys.signature_of(given, device) is not None
