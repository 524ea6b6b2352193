"""Reads a posted form into the fields of a command, by the table that the service worker reads it by.

The rule for each kind, the same in pwa/commands.js; tests/contract/form_cases.json holds both to it:

* text, one: the first value of that name, line ends as "\\n"; "" when there is none.
* many: all values of that name, empty ones left out.
* map, dates: `{"x": value}` of every name `<name>:x`, the first value of each, line ends as "\\n", empty ones left out.
* date: the first value, None when empty.
* flag: true unless there is no value or it is one of "", "0", "false", "off".
* integer: the first value as a number, None when empty.
* file: `{"sha256", "name", "size", "media_type"}` of the chosen file, None when none was chosen or it is empty.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from werkzeug.datastructures import MultiDict

from server.domain.commands import verb
from server.domain.office_commands import ALL_COMMANDS
from server.domain.versions import upgraded

TABLE = Path(__file__).resolve().parent.parent.parent / "pwa" / "offline_routes.json"
NO = frozenset({"", "0", "false", "off"})


@dataclass(frozen=True, slots=True)
class CommandRoute:
    """A row of the table: where a command is posted, to which kind of record, with which fields."""

    path: str
    kind: str
    command: str
    fields: Mapping[str, str]
    back: str = ""
    """Where its author goes on when it is done; empty: to the document."""

    @property
    def verb(self) -> str:
        """Return the verb as `allowed_actions` names it."""
        return verb(self.command)


COMMAND_ROUTES = tuple(CommandRoute(**row) for row in json.loads(TABLE.read_text("utf-8"))["commands"])


def kinds_of(command: str) -> dict[str, str]:
    """Return the fields of a command with the kind of each."""
    return {name: item.metadata["kind"] for name, item in ALL_COMMANDS[command].own_fields().items()}


REGISTER_FIELDS = kinds_of("RegisterIncoming")


def routes_of(kind: str) -> list[CommandRoute]:
    """Return the commands that are posted to one kind of record."""
    return [route for route in COMMAND_ROUTES if route.kind == kind]


def read_fields(form: MultiDict[str, str], kinds: Mapping[str, str]) -> dict[str, Any]:
    """Read the fields of a form; file fields are None here, `uploads` sees to them."""
    return {name: _READERS[kind](form, name) for name, kind in kinds.items()}


def of_today(command: str, form: MultiDict[str, str]) -> MultiDict[str, str]:
    """Return a form with the names of fields as they are now, if it is of a page of an older version of the app.

    A page does not say of which version it is: today's names pass through the steps unchanged.
    """
    fields = upgraded({"command": command, "fields": form.to_dict(flat=False)})["fields"]
    return MultiDict(fields)


def read_envelope(form: MultiDict[str, str]) -> dict[str, Any]:
    """Read what every command's form carries: action_id, seen_version, after, replaces."""
    return {
        "action_id": _text(form, "action_id"),
        "seen_version": _text(form, "seen_version"),
        "after": _text(form, "after") or None,
        "replaces": _text(form, "replaces") or None,
    }


def _text(form: MultiDict[str, str], name: str) -> str:
    return form.get(name, "").replace("\r\n", "\n")


def _many(form: MultiDict[str, str], name: str) -> list[str]:
    return [value for value in form.getlist(name) if value]


def _map(form: MultiDict[str, str], name: str) -> dict[str, str]:
    named = {key.removeprefix(f"{name}:"): _text(form, key) for key in form if key.startswith(f"{name}:")}
    return {key: value for key, value in named.items() if key and value}


def _date(form: MultiDict[str, str], name: str) -> str | None:
    return _text(form, name) or None


def _flag(form: MultiDict[str, str], name: str) -> bool:
    return _text(form, name) not in NO


def _integer(form: MultiDict[str, str], name: str) -> int | None:
    text = _text(form, name)
    return int(text) if text.lstrip("-").isdecimal() and len(text) < 17 else None


def _file(_form: MultiDict[str, str], _name: str) -> None:
    return None


_READERS = {
    "text": _text,
    "one": _text,
    "many": _many,
    "map": _map,
    "dates": _map,
    "date": _date,
    "flag": _flag,
    "integer": _integer,
    "file": _file,
}
