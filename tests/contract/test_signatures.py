"""What a browser signs the server can check, and what the server signs a browser can check."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from server.adapters.receipt_keys import DATABASE, open_receipt_keys
from server.config import Config
from server.domain.signed_forms import act_sha256
from sync import device_keys
from tests.fixtures.acting import MovingClock
from tests.fixtures.stores import open_test_store

SCRIPT = Path(__file__).parent / "signatures.mjs"
DEVICE = "device-0001"


@pytest.mark.skipif(shutil.which("node") is None, reason="the device's side runs under Node.js")
def test_each_side_believes_the_other(tmp_path: Path) -> None:
    store = open_test_store(tmp_path)
    signer = open_receipt_keys(Config(data=tmp_path), store.database(DATABASE), MovingClock())
    action = {
        "action_id": "act-0001",
        "command": "AddComment",
        "document_id": "incoming:d-000001",
        "seen_version": 3,
        "acted_at": "2026-11-22T08:00:00.000Z",
        "device_id": DEVICE,
        "after": None,
        "fields": {"text": "Đồng ý 👍", "numbers": [0.1, 1e21, None]},
    }
    facts = {"action_id": "act-0001", "status": "applied", "version": 4, "actor_id": "an", "device_id": DEVICE}
    receipt = signer.signed({**facts, "action_sha256": act_sha256(action, DEVICE)})
    given = json.dumps({"action": action, "receipt": receipt, "keys": signer.public_keys()})
    answered = subprocess.run(["node", SCRIPT], input=given.encode(), capture_output=True, check=True, timeout=60)
    store.close()
    told = json.loads(answered.stdout)
    assert told["proofs"] == ["signed"]
    device = {"device_id": DEVICE, **device_keys.read(told["public_key"])}
    assert device_keys.signature_of(told["signed"], device) == told["signed"]["device_signature"]
    assert device_keys.signature_of({**told["signed"], "seen_version": 2}, device) is None
