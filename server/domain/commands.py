"""Everything a person does, as a command: the same from a form, from a device's queue, from a test.

A command is immutable and complete: who, what, when, on which version of the document, and (`action_id`) which act
this is, so that telling it twice does it once. Field kinds (`text`, `one`, `many`, `map`, `dates`, `date`, `flag`,
`file`) are what `pwa/offline_routes.json` names; `server/domain/payloads.py` reads them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import Field, dataclass, field, fields
from typing import Any, ClassVar, TypedDict

SUBJECT_LIMIT = 500
"""Length of a subject in decree 30/2020 Appendix VI."""
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
    """Declare one of a command's own fields; `limit` in characters (text, each value of a map) or entries (many)."""
    if kind in ("map", "dates"):
        return field(default_factory=dict, metadata={"kind": kind, "required": required, "limit": limit})
    default: Any = {"many": (), "flag": False, "date": None, "file": None}.get(kind, "")
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


@dataclass(frozen=True, kw_only=True)
class RegisterIncoming(Command):
    """Vào sổ văn bản đến (Article 9.1)."""

    kind = "incoming"
    makes = "incoming"
    sender: str = own("text", required=True)
    number: str = own("text", limit=60)
    document_on: str | None = own("date")
    arrived_on: str | None = own("date")
    type: str = own("one")
    subject: str = own("text", limit=SUBJECT_LIMIT)
    original_subject: str = own("text", limit=SUBJECT_LIMIT)
    urgency: str = own("one")
    confidentiality: str = own("one")
    is_priority: bool = own("flag")
    field: str = own("one")
    due_on: str | None = own("date")
    file: FileReference | None = own("file")
    leader_id: str = own("one")
    note: str = own("text", limit=TEXT_LIMIT)
    is_duplicate_confirmed: bool = own("flag")
    is_subject_confirmed: bool = own("flag")


@dataclass(frozen=True, kw_only=True)
class PresentToLeader(Command):
    """Trình Lãnh đạo Sở (Article 9.1)."""

    kind = "incoming"
    leader_id: str = own("one", required=True)
    note: str = own("text", limit=TEXT_LIMIT)


@dataclass(frozen=True, kw_only=True)
class AddScan(Command):
    """Bổ sung bản quét: the scan of a document that was registered before it was scanned (Articles 9.1, 14.2)."""

    kind = "incoming"
    file: FileReference | None = own("file", required=True)


@dataclass(frozen=True, kw_only=True)
class Assign(Command):
    """Chuyển xử lý, xử lý đồng thời, phối hợp, để biết (Articles 9.3 to 9.5).

    Targets are `unit:<unit_id>` or `person:<person_id>`; either one `lead` or several `simultaneous`. `directives` and
    `due_ons` (ISO dates) are recipients' own, by target. A leader's first transfer confirms `type` and `field` (15.3).
    """

    kind = "incoming"
    lead: str = own("one")
    simultaneous: tuple[str, ...] = own("many", limit=MANY_LIMIT)
    collaborating: tuple[str, ...] = own("many", limit=MANY_LIMIT)
    informed: tuple[str, ...] = own("many", limit=MANY_LIMIT)
    directive: str = own("text", required=True, limit=TEXT_LIMIT)
    due_on: str | None = own("date")
    directives: Mapping[str, str] = own("map", limit=TEXT_LIMIT)
    due_ons: Mapping[str, str] = own("dates")
    type: str = own("one")
    field: str = own("one")
    is_entry_confirmed: bool = own("flag")
    is_due_confirmed: bool = own("flag")
    direct_reason: str = own("text", limit=TEXT_LIMIT)

    def targets(self) -> tuple[str, ...]:
        """Return everybody it names, the lead first."""
        lead = (self.lead,) if self.lead else ()
        return (*lead, *self.simultaneous, *self.collaborating, *self.informed)


@dataclass(frozen=True, kw_only=True)
class TakeOn(Command):
    """Trực tiếp xử lý (Article 9.4)."""

    kind = "incoming"
    note: str = own("text", limit=TEXT_LIMIT)


@dataclass(frozen=True, kw_only=True)
class ReturnAssignment(Command):
    """Trả lại người chuyển, with the reason."""

    kind = "incoming"
    reason: str = own("text", required=True, limit=TEXT_LIMIT)


@dataclass(frozen=True, kw_only=True)
class RequestExtension(Command):
    """Xin gia hạn: ask who gave the work for a later deadline, with the reason (Article 9.4)."""

    kind = "incoming"
    due_on: str | None = own("date", required=True)
    reason: str = own("text", required=True, limit=TEXT_LIMIT)


@dataclass(frozen=True, kw_only=True)
class DecideExtension(Command):
    """Quyết định gia hạn: grant more time, until the day asked for or another one, or refuse it."""

    kind = "incoming"
    request_id: str = own("text", required=True, limit=100)
    is_granted: bool = own("flag")
    due_on: str | None = own("date")
    note: str = own("text", limit=TEXT_LIMIT)


@dataclass(frozen=True, kw_only=True)
class HandOver(Command):
    """Chuyển đồng nghiệp xử lý: to a colleague of the same unit, with the reason (Article 9.4)."""

    kind = "incoming"
    to_person: str = own("one", required=True)
    reason: str = own("text", required=True, limit=TEXT_LIMIT)


@dataclass(frozen=True, kw_only=True)
class Urge(Command):
    """Đôn đốc whoever has work in hand (Articles 13.1, 15); `rows` are assignment ids, none: everybody below."""

    kind = "incoming"
    rows: tuple[str, ...] = own("many", limit=MANY_LIMIT)
    grade: str = own("one", required=True)
    text: str = own("text", limit=TEXT_LIMIT)


@dataclass(frozen=True, kw_only=True)
class AddComment(Command):
    """Cho ý kiến: on an incoming or an outgoing document."""

    kind = "any"
    text: str = own("text", required=True, limit=TEXT_LIMIT)


@dataclass(frozen=True, kw_only=True)
class StartDraft(Command):
    """Dự thảo: start the outgoing document that answers an incoming one (Articles 9.6, 10.1).

    `document_id` is the incoming document, `seen_version` its version; the draft is `outgoing:<action_id>`.
    """

    kind = "incoming"
    makes = "outgoing"
    subject: str = own("text", required=True, limit=SUBJECT_LIMIT)
    type: str = own("one", required=True)
    urgency: str = own("one")
    due_on: str | None = own("date")
    file: FileReference | None = own("file", required=True)
    related: tuple[str, ...] = own("many", limit=50)
    note: str = own("text", limit=TEXT_LIMIT)


@dataclass(frozen=True, kw_only=True)
class AddVersion(Command):
    """Thêm mới phiên bản (Article 10.8)."""

    kind = "outgoing"
    file: FileReference | None = own("file", required=True)
    note: str = own("text", limit=TEXT_LIMIT)


@dataclass(frozen=True, kw_only=True)
class SubmitDraft(Command):
    """Chuyển dự thảo to the head of the division (Article 10.1)."""

    kind = "outgoing"
    to_person: str = own("one", required=True)
    version_sha256: str = own("text", required=True, limit=64)
    note: str = own("text", limit=TEXT_LIMIT)


@dataclass(frozen=True, kw_only=True)
class SubmitToLeader(Command):
    """Trình Lãnh đạo Sở phê duyệt: the division agrees with exactly this version (Article 10.2)."""

    kind = "outgoing"
    leader_id: str = own("one", required=True)
    version_sha256: str = own("text", required=True, limit=64)
    note: str = own("text", limit=TEXT_LIMIT)


@dataclass(frozen=True, kw_only=True)
class ReturnDraft(Command):
    """Chuyển lại the draft, with reasons, to the drafter or the division (Articles 10.2 to 10.4)."""

    kind = "outgoing"
    reason: str = own("text", required=True, limit=TEXT_LIMIT)
    return_to: str = own("one")
    version_sha256: str = own("text", limit=64)


@dataclass(frozen=True, kw_only=True)
class Approve(Command):
    """Phê duyệt content and form of exactly the version that was read (Articles 10.4, 15.2)."""

    kind = "outgoing"
    version_sha256: str = own("text", required=True, limit=64)
    is_content_approved: bool = own("flag")
    is_form_approved: bool = own("flag")
    note: str = own("text", limit=TEXT_LIMIT)


@dataclass(frozen=True, kw_only=True)
class Conclude(Command):
    """Kết thúc xử lý and keep the document in a case file (Article 9.6)."""

    kind = "incoming"
    case_file_id: str = own("one")
    new_case_file_title: str = own("text", limit=SUBJECT_LIMIT)
    result: str = own("text", limit=TEXT_LIMIT)


@dataclass(frozen=True, kw_only=True)
class WithdrawDocument(Command):
    """Rút văn bản: one wrongly registered, or a draft before approval; its number stays used (Articles 9.1, 14.2)."""

    kind = "any"
    reason: str = own("text", required=True, limit=TEXT_LIMIT)


@dataclass(frozen=True, kw_only=True)
class CreateCaseFile(Command):
    """Lập hồ sơ công việc (Articles 2, 9.6)."""

    kind = "case_file"
    makes = "case_file"
    title: str = own("text", required=True, limit=SUBJECT_LIMIT)
    notation: str = own("text", limit=20)
    retention: str = own("one")


@dataclass(frozen=True, kw_only=True)
class ResolveConflict(Command):
    """End a conflict: keep what stands (`theirs`), let the held act take its place (`ours`), or have `both`."""

    kind = "any"
    review_id: str = own("text", required=True, limit=100)
    choice: str = own("one", required=True)
    version_sha256: str = own("text", limit=64)
    note: str = own("text", limit=TEXT_LIMIT)


@dataclass(frozen=True, kw_only=True)
class AcknowledgeReview(Command):
    """The author of a held act has read what became of it: that it was `opened`, or how it was `resolved`."""

    kind = "any"
    review_id: str = own("text", required=True, limit=100)
    told: str = own("one", required=True)


@dataclass(frozen=True, kw_only=True)
class RemindReview(Command):
    """Remind whoever decides a conflict that it is overdue: given by the clock, never by a person."""

    kind = "any"
    review_id: str = own("text", required=True, limit=100)


COMMANDS: dict[str, type[Command]] = {
    command.__name__: command
    for command in (
        RegisterIncoming,
        PresentToLeader,
        AddScan,
        Assign,
        TakeOn,
        ReturnAssignment,
        RequestExtension,
        DecideExtension,
        HandOver,
        Urge,
        AddComment,
        StartDraft,
        AddVersion,
        SubmitDraft,
        SubmitToLeader,
        ReturnDraft,
        Approve,
        Conclude,
        WithdrawDocument,
        CreateCaseFile,
        ResolveConflict,
        AcknowledgeReview,
        RemindReview,
    )
}
"""Every command by its name."""


def verb(command: str) -> str:
    """Return the snake_case verb of a command, as `allowed_actions` lists it: `TakeOn` → `take_on`."""
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in command).lstrip("_")


VERBS: dict[str, str] = {verb(name): name for name in COMMANDS}
"""Verb → command name."""
