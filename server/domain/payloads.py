"""JSON payloads into commands: the one reader behind both doors, which trusts nothing.

Shape: `{"action_id", "command", "document_id", "seen_version", "acted_at", "device_id", "after", "fields": {…}}`,
and where it is so `"replaces"` and `"is_forced": true`.
Every fault is a `DomainError` that names the field.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import Field
from datetime import date, datetime
from typing import Any

from server.domain.commands import LINE_LIMIT, MANY_LIMIT, Command
from server.domain.errors import DomainError
from server.domain.office_commands import ALL_COMMANDS
from server.domain.versions import APP_VERSION, upgraded

ACTION_ID = re.compile(r"[0-9A-Za-z][0-9A-Za-z-]{7,63}")
RECORD_ID = re.compile(r"(incoming|outgoing|case_file|delegation):[0-9A-Za-z][0-9A-Za-z-]{7,63}")
ACCOUNT_IDS = {
    **{kind: re.compile(rf"{kind}:[a-z][a-z0-9-]{{0,63}}") for kind in ("person", "unit")},
    **{kind: re.compile(rf"{kind}:20[0-9]{{2}}") for kind in ("calendar", "file_plan")},
    "due_targets": re.compile(r"due_targets:office"),
}
"""Accounts, units and years of the office have ids that nobody's act made; only their own commands name them."""
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?Z", re.ASCII)
SHA256 = re.compile(r"[0-9a-f]{64}")
CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069]")
"""Control characters, and the ones that turn the direction of text to make it read as something else."""
FILE_KEYS = {"sha256", "name", "size", "media_type"}
LARGEST_VERSION = 2**31
KEPT_LIMIT = 64 * 1024
"""Length up to which a text is shown to its author again, also one that was refused for being too long."""


def build(payload: Mapping[str, Any], *, actor_id: str, is_offline: bool = False) -> Command:
    """Read a command.

    Raises `DomainError`: unknown_command, unknown_field, bad_action_id, bad_instant, bad_value, required,
    too_long, too_many, too_much, bad_date; details name the `field`.
    """
    if not isinstance(payload, Mapping):
        raise DomainError("bad_value", field="payload")
    name = payload.get("command")
    command_type = ALL_COMMANDS.get(name) if isinstance(name, str) else None
    if command_type is None:
        raise DomainError("unknown_command", field="command")
    given = payload.get("fields") or {}
    if not isinstance(given, Mapping):
        raise DomainError("bad_value", field="fields")
    known = command_type.own_fields()
    for key in given:
        if key not in known:
            raise DomainError("unknown_field", field=str(key)[:LINE_LIMIT])
    values = {key: _value(key, item, given.get(key)) for key, item in known.items()}
    return command_type(
        action_id=action_id(payload.get("action_id"), "action_id"),
        actor_id=actor_id,
        acted_at=_instant(payload.get("acted_at")),
        document_id=_document_id(payload.get("document_id"), command_type.kind),
        seen_version=_version(payload.get("seen_version")),
        device_id=action_id(payload["device_id"], "device_id") if payload.get("device_id") else None,
        after=action_id(payload["after"], "after") if payload.get("after") else None,
        replaces=action_id(payload["replaces"], "replaces") if payload.get("replaces") else None,
        is_forced=payload.get("is_forced") is True,
        is_offline=is_offline,
        **values,
    )


def rebuild(kept: Mapping[str, Any], *, actor_id: str) -> Command:
    """Read a command that a record keeps, whatever version it was of when it was kept."""
    return build(upgraded(kept), actor_id=actor_id)


def payload_of(command: Command) -> dict[str, Any]:
    """Return the JSON form of a command, the inverse of `build` (without the actor)."""
    rare: dict[str, Any] = {"replaces": command.replaces} if command.replaces else {}
    return {
        "app_version": APP_VERSION,
        "action_id": command.action_id,
        "command": type(command).__name__,
        "document_id": command.document_id,
        "seen_version": command.seen_version,
        "acted_at": command.acted_at,
        "device_id": command.device_id,
        "after": command.after,
        "fields": command.own_values(),
        **rare,
    }


def readable_fields(command: Any, fields: Any) -> dict[str, Any]:
    """Return what can be shown of the fields of a kept act, each of the kind that forms expect; never raises."""
    command_type = ALL_COMMANDS.get(command) if isinstance(command, str) else None
    shown: dict[str, Any] = {}
    for key, item in command_type.own_fields().items() if command_type and isinstance(fields, Mapping) else ():
        with suppress(DomainError):
            kind, limit = item.metadata["kind"], item.metadata["limit"]
            shown[key] = READERS[kind](key, fields.get(key), max(limit, KEPT_LIMIT))
    return {key: list(value) if isinstance(value, tuple) else value for key, value in shown.items()}


def action_id(value: Any, name: str) -> str:
    """Check an id made by a client; raises `DomainError` bad_action_id."""
    if not isinstance(value, str) or not ACTION_ID.fullmatch(value):
        raise DomainError("bad_action_id", field=name)
    return value


def _document_id(value: Any, kind: str) -> str | None:
    if value in (None, ""):
        return None
    if not isinstance(value, str) or not ACCOUNT_IDS.get(kind, RECORD_ID).fullmatch(value):
        raise DomainError("not_found")
    return value


def _version(value: Any) -> int:
    if value in (None, ""):
        return 0
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 10:
        value = int(value)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < LARGEST_VERSION:
        raise DomainError("bad_value", field="seen_version")
    return value


def _instant(value: Any) -> str:
    if not isinstance(value, str) or not INSTANT.fullmatch(value):
        raise DomainError("bad_instant", field="acted_at")
    head, _, fraction = value.rstrip("Z").partition(".")
    try:
        is_written_so = datetime.fromisoformat(head).isoformat() == head
    except ValueError:
        is_written_so = False
    if not is_written_so:
        raise DomainError("bad_instant", field="acted_at")
    return f"{head}.{fraction[:3]:0<3}Z"


def _value(name: str, item: Field[Any], value: Any) -> Any:
    kind, limit = item.metadata["kind"], item.metadata["limit"]
    read = READERS[kind](name, value, limit)
    if item.metadata["required"] and read in ("", (), None):
        raise DomainError("required", field=name)
    return read


def _text(name: str, value: Any, limit: int) -> str:
    if value is None:
        return ""
    if not isinstance(value, str):
        raise DomainError("bad_value", field=name)
    text = CONTROLS.sub("", value.replace("\r\n", "\n")).strip()
    if len(text) > limit:
        raise DomainError("too_long", field=name, limit=limit, length=len(text))
    return text


def _many(name: str, value: Any, limit: int) -> tuple[str, ...]:
    if value in (None, ""):
        return ()
    if not isinstance(value, list | tuple):
        raise DomainError("bad_value", field=name)
    if len(value) > limit:
        raise DomainError("too_many", field=name, limit=limit)
    return tuple(dict.fromkeys(text for text in (_text(name, one, LINE_LIMIT) for one in value) if text))


def _map(name: str, value: Any, limit: int) -> dict[str, str]:
    if value in (None, "", {}):
        return {}
    if not isinstance(value, Mapping) or not all(isinstance(key, str) and 0 < len(key) <= LINE_LIMIT for key in value):
        raise DomainError("bad_value", field=name)
    if len(value) > MANY_LIMIT:
        raise DomainError("too_many", field=name, limit=MANY_LIMIT)
    read = {key: _text(name, one, limit) for key, one in value.items()}
    return {key: one for key, one in read.items() if one}


def _dates(name: str, value: Any, limit: int) -> dict[str, str]:
    return {key: _date(name, one, limit) or "" for key, one in _map(name, value, limit).items()}


def _date(name: str, value: Any, limit: int) -> str | None:
    text = _text(name, value, limit)
    if not text:
        return None
    try:
        found = date.fromisoformat(text)
    except ValueError:
        raise DomainError("bad_date", field=name) from None
    if text != found.isoformat() or not 1900 <= found.year <= 2200:  # ISO has weeks too: 2026-W47-1
        raise DomainError("bad_date", field=name)
    return text


def _flag(name: str, value: Any, _limit: int) -> bool:
    if value in (None, "", False, "false", "off", "0"):
        return False
    if value in (True, "true", "on", "1"):
        return True
    raise DomainError("bad_value", field=name)


def _integer(name: str, value: Any, limit: int) -> int | None:
    if value in (None, ""):
        return None
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 10:
        value = int(value)
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise DomainError("bad_value", field=name)
    if value > limit:
        raise DomainError("too_much", field=name, limit=limit)
    return value


def _file(name: str, value: Any, _limit: int) -> dict[str, Any] | None:
    if value in (None, "", {}):
        return None
    if not isinstance(value, Mapping) or set(value) != FILE_KEYS:
        raise DomainError("bad_value", field=name)
    size, sha256 = value["size"], value["sha256"]
    if not isinstance(sha256, str) or not SHA256.fullmatch(sha256):
        raise DomainError("bad_value", field=name)
    if not isinstance(size, int) or isinstance(size, bool) or not 0 < size < 2**40:
        raise DomainError("bad_value", field=name)
    return {
        "sha256": sha256,
        "name": _text(name, value["name"], LINE_LIMIT).replace("/", "_").replace("\\", "_"),
        "size": size,
        "media_type": _text(name, value["media_type"], 100),
    }


READERS: Mapping[str, Callable[[str, Any, int], Any]] = {
    "text": _text,
    "one": _text,
    "many": _many,
    "map": _map,
    "dates": _dates,
    "date": _date,
    "flag": _flag,
    "integer": _integer,
    "file": _file,
}
