"""The keys of devices: each act can be traced to the device that made it (Articles 9 and 12).

A device keeps its private key where not even its own scripts can read it, and hands over the public one when it is
enrolled. A browser without Web Crypto has none, and its acts come unsigned.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Mapping
from datetime import timedelta
from functools import lru_cache
from typing import Any

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, SECP256R1, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_der_public_key

from server.domain.signed_forms import act_form
from sync import gate
from sync.ports import Document

KEY_ID_LENGTH = 16
LONGEST_KEY = 400
NUMBER_BYTES = 32
KEY_GRACE = timedelta(minutes=10)
"""How long after its key was added a device may still have unsigned acts on the way; they are held, and come signed."""


def read(public_key: object) -> Document:
    """Read a public key, base64 of its SPKI form: `{public_key, key_id}`. Raises ValueError."""
    if not isinstance(public_key, str) or len(public_key) > LONGEST_KEY:
        raise ValueError("not a key")
    spki = base64.b64decode(public_key, validate=True)
    _loaded(spki)
    return {"public_key": public_key, "key_id": hashlib.sha256(spki).hexdigest()[:KEY_ID_LENGTH]}


def signature_of(action: Mapping[str, Any], device: Document) -> dict[str, str] | None:
    """Give the signature on an act when it is the device's own; None when there is none, or it is another's."""
    given = action.get("device_signature")
    if not device.get("key_id") or not isinstance(given, Mapping) or given.get("key_id") != device["key_id"]:
        return None
    value = given.get("value")
    if not isinstance(value, str) or len(value) > LONGEST_KEY:
        return None
    try:
        raw = base64.b64decode(value, validate=True)
        numbers = [int.from_bytes(half, "big") for half in (raw[:NUMBER_BYTES], raw[NUMBER_BYTES:])]
        if len(raw) != 2 * NUMBER_BYTES:
            return None
        key = _loaded(base64.b64decode(device["public_key"]))
        key.verify(encode_dss_signature(*numbers), act_form(action, device["device_id"]), ECDSA(SHA256()))
    except (binascii.Error, ValueError, InvalidSignature):
        return None
    return {"key_id": device["key_id"], "value": value}


def may_be_on_the_way(device: Document, received_at: str) -> bool:
    """Tell whether an unsigned act may have been sent before the device had its key."""
    return gate.instant(received_at) - gate.instant(device["key_added_at"]) < KEY_GRACE


@lru_cache(maxsize=1024)
def _loaded(spki: bytes) -> EllipticCurvePublicKey:
    try:
        key = load_der_public_key(spki)
    except UnsupportedAlgorithm as error:
        raise ValueError("not a key of this kind") from error
    if not isinstance(key, EllipticCurvePublicKey) or not isinstance(key.curve, SECP256R1):
        raise ValueError("not a key on P-256")
    return key
