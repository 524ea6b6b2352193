"""What signatures and digests are made over: the forms of an act and of a receipt, written the same way everywhere.

An act that was handed over and the receipt for it can so be held against each other by anybody, long after (Article 9
has every handling recorded). `pwa/signed_forms.js` is the same on devices; tests/contract/signed_form_cases.json holds
both to the same cases. JSON is written as RFC 8785 has it: keys in the order of UTF-16, no spaces, numbers as in
JavaScript, so that a form read and written again is the same bytes.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from decimal import Decimal
from math import isfinite
from typing import Any

ACT_FIELDS = ("action_id", "command", "document_id", "seen_version", "acted_at", "device_id", "fields")
"""Not `after`: it says in what order acts are sent, and changes when the act before is taken back (ADR 0012)."""
RECEIPT_FIELDS = (
    "action_id", "command", "actor_id", "device_id", "document_id", "status", "reason", "version", "acted_at",
    "received_at", "action_sha256",
)  # fmt: skip
LARGEST_INTEGER = 2**53
LARGEST_PLAIN_POINT = 21
SMALLEST_PLAIN_POINT = -6
LONE_SURROGATE = re.compile("[\ud800-\udfff]")


def act_form(action: Mapping[str, Any], device_id: str | None) -> bytes:
    """Return what a device signs of an act that it hands over, whatever id it had when the act was queued."""
    return _form("congvan-act-1", ACT_FIELDS, {**action, "device_id": device_id})


def act_sha256(action: Mapping[str, Any], device_id: str | None) -> str:
    """Return the digest by which a receipt names the act as it was handed over."""
    return hashlib.sha256(act_form(action, device_id)).hexdigest()


def receipt_form(receipt: Mapping[str, Any]) -> bytes:
    """Return what the server signs of a receipt."""
    return _form("congvan-receipt-1", RECEIPT_FIELDS, receipt)


def canonical(value: Any) -> str:
    """Return JSON in the one way of writing it."""
    if _is_plain(value):
        return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    if isinstance(value, Mapping):
        keys = sorted(value, key=lambda key: str(key).encode("utf-16-be", "surrogatepass"))
        return "{" + ",".join(f"{_text(key)}:{canonical(value[key])}" for key in keys) + "}"
    if isinstance(value, list | tuple):
        return "[" + ",".join(canonical(one) for one in value) + "]"
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, bool) or value is None:
        return json.dumps(value)
    return _number(value)


def _is_plain(value: Any) -> bool:
    """Tell whether Python's own JSON is the one way: neither fractions, nor large numbers, nor uncommon keys."""
    kind = type(value)
    if kind is str:
        return value.isascii() or not LONE_SURROGATE.search(value)
    if kind is dict:
        return all(type(key) is str and key.isascii() and _is_plain(one) for key, one in value.items())
    if kind is list or kind is tuple:
        return all(map(_is_plain, value))
    return value is None or kind is bool or (kind is int and -LARGEST_INTEGER <= value <= LARGEST_INTEGER)


def _form(name: str, fields: tuple[str, ...], source: Mapping[str, Any]) -> bytes:
    return canonical({"form": name, **{field: source.get(field) for field in fields}}).encode()


def _text(text: str) -> str:
    written = json.dumps(text, ensure_ascii=False)
    return LONE_SURROGATE.sub(lambda found: f"\\u{ord(found[0]):04x}", written)


def _number(value: int | float) -> str:
    """Write a number as JavaScript does, which knows floating-point numbers only."""
    if isinstance(value, int) and abs(value) <= LARGEST_INTEGER:
        return str(value)
    try:
        value = float(value)
    except OverflowError:
        return "null"
    if not isfinite(value):
        return "null"
    if value == 0:
        return "0"
    sign, digits, exponent = Decimal(repr(value)).normalize().as_tuple()
    shown = "".join(str(digit) for digit in digits)
    point = len(shown) + int(exponent)
    minus = "-" if sign else ""
    if len(shown) <= point <= LARGEST_PLAIN_POINT:
        return minus + shown.ljust(point, "0")
    if 0 < point <= LARGEST_PLAIN_POINT:
        return f"{minus}{shown[:point]}.{shown[point:]}"
    if SMALLEST_PLAIN_POINT < point <= 0:
        return f"{minus}0.{'0' * -point}{shown}"
    fraction = f".{shown[1:]}" if len(shown) > 1 else ""
    return f"{minus}{shown[0]}{fraction}e{point - 1:+d}"
