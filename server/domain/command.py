"""What every command is: immutable and complete, with its own fields declared one by one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import Field, dataclass, field, fields
from typing import Any, ClassVar, TypedDict

SUBJECT_LIMIT = 500
"""Length of a subject, and of a description, in decree 30/2020 Appendix VI."""
CODE_NUMBER_LIMIT = 11
CODE_NOTATION_LIMIT = 30
"""Lengths of a document's number and of its symbol there."""
TEXT_LIMIT = 4000
LINE_LIMIT = 200
MANY_LIMIT = 300


class FileReference(TypedDict):
    """A file whose body is already in the file store: `size` in bytes, `sha256` lowercase hex."""

    sha256: str
    name: str
    size: int
    media_type: str


def own(kind: str, *, required: bool = False, limit: int = LINE_LIMIT) -> Any:
    """Declare one of a command's own fields.

    `limit` in characters (text, each value of a map) or entries (many), or the largest integer.
    """
    if kind in ("map", "dates"):
        return field(default_factory=dict, metadata={"kind": kind, "required": required, "limit": limit})
    default: Any = {"many": (), "flag": False, "date": None, "integer": None, "file": None}.get(kind, "")
    return field(default=default, metadata={"kind": kind, "required": required, "limit": limit})


@dataclass(frozen=True, kw_only=True)
class Command:
    """What every command carries.

    `acted_at` is the instant it counts for, `claimed_at` what the device's clock said when that differs; both ISO
    instants. `after` names the device's previous act on the same document; `is_forced`: its author sends it without
    that one. `replaces` names a refused act that this one does anew. `action_sha256` is the digest of the act as
    a device handed it over, `device_signature` that device's, `{key_id, value}`; acts from a form have neither.
    `on_behalf_of` is nobody's claim: it is found by judging (server/domain/judgement.py).
    """

    kind: ClassVar[str] = ""
    """The kind of record that the command changes or makes."""
    makes: ClassVar[str] = ""
    """The kind of record that it makes anew, if it does."""
    database: ClassVar[str] = "records"
    """The database that the record is in."""

    action_id: str
    actor_id: str
    acted_at: str
    document_id: str | None = None
    seen_version: int = 0
    device_id: str | None = None
    after: str | None = None
    claimed_at: str | None = None
    is_offline: bool = False
    action_sha256: str | None = None
    device_signature: Mapping[str, str] | None = None
    on_behalf_of: str | None = None
    is_forced: bool = False
    replaces: str | None = None

    @classmethod
    def own_fields(cls) -> dict[str, Field[Any]]:
        """Return the command's own fields by name."""
        return {item.name: item for item in fields(cls) if "kind" in item.metadata}

    def own_values(self) -> dict[str, Any]:
        """Return the values of the command's own fields as JSON."""
        values = {name: getattr(self, name) for name in self.own_fields()}
        return {name: list(value) if isinstance(value, tuple) else value for name, value in values.items()}

    @property
    def authority_id(self) -> str:
        """Return whose authority the act draws upon: the actor's own, or that of who delegated it."""
        return self.on_behalf_of or self.actor_id

    @property
    def record_id(self) -> str | None:
        """Return the id of the record that the command writes."""
        return f"{self.makes}:{self.action_id}" if self.makes else self.document_id
