"""What a request of the pull protocol says, and whose inbox it is about."""

from __future__ import annotations

import json
from typing import Any

from flask import g, request

from sync.gateway_answers import ProtocolError
from sync.ports import Database


def inbox() -> Database:
    """Give the inbox of the person who speaks."""
    database: Database = g.inbox
    return database


def flag(name: str) -> bool:
    """Tell whether a query argument is true."""
    return request.args.get(name) == "true"


def count(text: str | None, name: str) -> int | None:
    """Read a number of at least one. Raises ProtocolError."""
    if text is None:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise ProtocolError(400, "query_parse_error", f"Invalid value for {name}")
    return max(int(text), 1)


def json_argument(name: str) -> Any:
    """Read a query argument that is JSON. Raises ProtocolError."""
    text = request.args.get(name)
    if text is None:
        return None
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise ProtocolError(400, "query_parse_error", f"Invalid value for {name}") from None


def strings(value: Any, name: str) -> list[str]:
    """Check a list of strings. Raises ProtocolError."""
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise ProtocolError(400, "bad_request", f"`{name}` must be an array of strings")
    return value
