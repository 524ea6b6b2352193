"""Checking the export of an outbox: what a person can prove was handed over, and what the server answered to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Literal

from server.domain.signed_forms import act_sha256

Finding = Literal["valid", "valid_form", "unsigned", "forged", "other_act"]
SOUND: frozenset[Finding] = frozenset({"valid", "valid_form"})
PARTS = ("settled", "refused")


def receipted_acts(export: object) -> Iterator[Mapping[str, Any]]:
    """Give the acts of an export that have a receipt. Raises ValueError when it is none."""
    if not isinstance(export, Mapping):
        raise ValueError("not an export")
    for part in PARTS:
        acts = export.get(part, [])
        if not isinstance(acts, list):
            raise ValueError("not an export")
        for act in acts:
            if not isinstance(act, Mapping) or not isinstance(act.get("receipt"), Mapping):
                raise ValueError("an act without a receipt")
            yield act


def judge(act: Mapping[str, Any], is_valid: Callable[[Mapping[str, Any]], bool]) -> Finding:
    """Tell whether the receipt of an act is the server's, and for this very act.

    `valid_form`: the act came as a form, so its receipt names no content. `is_valid` checks the server's signature.
    """
    receipt = act["receipt"]
    if receipt.get("signature") is None:
        return "unsigned"
    if not is_valid(receipt):
        return "forged"
    if receipt.get("action_id") != act.get("action_id"):
        return "other_act"
    if receipt.get("action_sha256") is None:
        return "valid_form"
    return "valid" if receipt["action_sha256"] == act_sha256(act, receipt.get("device_id")) else "other_act"
