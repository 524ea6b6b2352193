"""The key that the server signs receipts with, Ed25519: made at the first start, the same for all processes.

The private key is in a file or a setting, never in the database: who gets hold of a copy of the store can forge no
receipt. The public keys, past ones too, are in database `signing`, so that old receipts can be checked (ADR 0012).
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Iterable, Mapping
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_der_public_key

from server.config import Config, ConfigError, kept_secret
from server.domain.signed_forms import receipt_form
from server.ports import Clock, Collection, Document, WriteConflict
from server.usecases.receipts import FINAL

DATABASE = "signing"
KEYS = "keys:receipts"
ALGORITHM = "Ed25519"
KEY_ID_LENGTH = 16
FILE = "signing-key"


class ReceiptKeys:
    """Signs receipts, and knows the public keys of all that were ever signed."""

    def __init__(self, database: Collection, private_key: str) -> None:
        """Take the private key, 32 bytes as hex."""
        self._database = database
        self._private = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(private_key))
        spki = self._private.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        self._public_key = base64.b64encode(spki).decode()
        self.key_id = hashlib.sha256(spki).hexdigest()[:KEY_ID_LENGTH]

    def signed(self, receipt: Mapping[str, Any]) -> Document:
        """Return a final receipt with its signature; any other as it is."""
        if receipt["status"] not in FINAL:
            return dict(receipt)
        value = base64.b64encode(self._private.sign(receipt_form(receipt))).decode()
        return {**receipt, "signature": {"key_id": self.key_id, "value": value}}

    def public_keys(self) -> list[Document]:
        """Return the keys that check receipts, oldest first."""
        return [{**key, "is_current": key["key_id"] == self.key_id} for key in listed_keys(self._database)]

    def is_listed_or_added(self, clock: Clock, *, is_only_one: bool) -> bool:
        """Add the public key to the list; False when `is_only_one` and there is another one already."""
        while True:
            document = self._database.get(KEYS) or {"_id": KEYS, "kind": "keys", "keys": []}
            if any(key["key_id"] == self.key_id for key in document["keys"]):
                return True
            if is_only_one and document["keys"]:
                return False
            added = {"key_id": self.key_id, "algorithm": ALGORITHM, "public_key": self._public_key}
            try:
                self._database.put({**document, "keys": [*document["keys"], {**added, "since": clock.now()}]})
            except WriteConflict:  # another process starts at the same moment
                continue
            return True


def open_receipt_keys(config: Config, database: Collection, clock: Clock) -> ReceiptKeys:
    """Return the keys of an installation; makes the private one at the first start.

    Raises ConfigError when processes on several machines would each sign with a key of their own making.
    """
    keys = ReceiptKeys(database, config.signing_key or kept_secret(config.data / FILE))
    is_made_here = not config.signing_key and config.couchdb_url is not None
    if not keys.is_listed_or_added(clock, is_only_one=is_made_here):
        raise ConfigError("operations.signing_key_differs", path=config.data / FILE)
    return keys


def listed_keys(database: Collection) -> list[Document]:
    """Return the public keys that the store lists, oldest first."""
    document = database.get(KEYS)
    return list(document["keys"]) if document else []


def is_valid(receipt: Mapping[str, Any], keys: Iterable[Mapping[str, Any]]) -> bool:
    """Tell whether a receipt bears a signature by one of the keys."""
    signature = receipt.get("signature")
    if not isinstance(signature, Mapping):
        return False
    for key in keys:
        if key.get("key_id") == signature.get("key_id"):
            try:
                public = load_der_public_key(base64.b64decode(str(key["public_key"])))
                value = base64.b64decode(str(signature.get("value")), validate=True)
                if isinstance(public, Ed25519PublicKey):
                    public.verify(value, receipt_form(receipt))
                    return True
            except (binascii.Error, ValueError, InvalidSignature):
                return False
    return False
