"""Versions of the commands' form: what an app of the version before sends, in the form of today.

A device may be offline for weeks while the server is renewed. `APP_VERSION` is also in pwa/offline_routes.json, and
pwa/versions.js has the same steps for what waits in an outbox; tests/contract/test_app_versions.py holds them together.
A payload without a version is of version 1, from before versions were counted.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from server.domain.errors import DomainError

Payload = Mapping[str, Any]

APP_VERSION = 4
FIRST = 1


def version_of(payload: Payload) -> int:
    """Return the version that a payload is of. Raises bad_value for what is none."""
    version = payload.get("app_version", FIRST)
    if not isinstance(version, int) or isinstance(version, bool) or version < 0:
        raise DomainError("bad_value", field="app_version")
    return version


def is_understood(version: int) -> bool:
    """Tell whether devices of a version are served: this one and the one before."""
    return version in (APP_VERSION, APP_VERSION - 1)


def upgraded(payload: Payload) -> dict[str, Any]:
    """Return a payload in the form of today, step by step; one that is of today, or newer, stays as it is."""
    current = dict(payload)
    for version in range(max(version_of(payload), FIRST), APP_VERSION):
        current = {**STEPS[version](current), "app_version": version + 1}
    return current


def _from_1(payload: dict[str, Any]) -> dict[str, Any]:
    """`ReturnDraft.target` became `return_to`: everywhere else a target is whom an assignment goes to."""
    fields = payload.get("fields")
    if payload.get("command") != "ReturnDraft" or not isinstance(fields, Mapping) or "target" not in fields:
        return payload
    renamed = {("return_to" if key == "target" else key): value for key, value in fields.items()}
    return {**payload, "fields": renamed}


def _from_2(payload: dict[str, Any]) -> dict[str, Any]:
    """A transfer says that its leader confirms the entry, and why it goes straight to a specialist.

    Who transferred before that was asked for confirmed what was registered, with the directive as the reason.
    """
    fields = payload.get("fields")
    if payload.get("command") != "Assign" or not isinstance(fields, Mapping) or "type" in fields:
        return payload
    said = {"is_entry_confirmed": "1", "direct_reason": fields.get("directive", "")}
    return {**payload, "fields": {**fields, **said, "type": ""}}


def _from_3(payload: dict[str, Any]) -> dict[str, Any]:
    """Who finishes no longer says themselves why there is no answer; who did, says so with the result."""
    fields = payload.get("fields")
    if payload.get("command") != "Conclude" or not isinstance(fields, Mapping) or "no_answer_reason" not in fields:
        return payload
    kept = {key: value for key, value in fields.items() if key != "no_answer_reason"}
    said = [text for text in (fields.get("result"), fields["no_answer_reason"]) if isinstance(text, str) and text]
    return {**payload, "fields": {**kept, "result": "\n".join(said)}}


STEPS: dict[int, Callable[[dict[str, Any]], dict[str, Any]]] = {1: _from_1, 2: _from_2, 3: _from_3}
"""Version → what brings a payload of it to the next one. Steps stay: kept acts in records may be of any age.

A step must leave a payload of a later version as it is: pages do not say of which version their forms are.
"""
