"""Everything a person does, as a command: the same from a form, from a device's queue, from a test.

A command is immutable and complete: who, what, when, on which version of the document, and (`action_id`) which act
this is, so that telling it twice does it once. Field kinds (`text`, `one`, `many`, `map`, `dates`, `date`, `flag`,
`integer`, `file`) are what `pwa/offline_routes.json` names; `server/domain/payloads.py` reads them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from server.domain.case_file_commands import CASE_FILE_COMMANDS, ON_CASE_FILE
from server.domain.command import (
    CODE_NOTATION_LIMIT,
    CODE_NUMBER_LIMIT,
    LINE_LIMIT,
    MANY_LIMIT,
    SUBJECT_LIMIT,
    TEXT_LIMIT,
    Command,
    FileReference,
    own,
)
from server.domain.correction_commands import CORRECTION_COMMANDS
from server.domain.outgoing_commands import AddVersion, Approve, ReturnDraft, StartDraft, SubmitDraft, SubmitToLeader
from server.domain.repair_commands import REPAIR_COMMANDS

__all__ = [
    "BY_WHAT_STANDS",
    "CODE_NOTATION_LIMIT",
    "CODE_NUMBER_LIMIT",
    "COMMANDS",
    "LINE_LIMIT",
    "MANY_LIMIT",
    "ONLINE_ONLY",
    "SUBJECT_LIMIT",
    "TEXT_LIMIT",
    "VERBS",
    "AddVersion",
    "Approve",
    "Command",
    "FileReference",
    "ReturnDraft",
    "StartDraft",
    "SubmitDraft",
    "SubmitToLeader",
    "own",
    "verb",
]


@dataclass(frozen=True, kw_only=True)
class RegisterIncoming(Command):
    """Vào sổ văn bản đến (Article 9.1), with the fields of decree 30/2020 Appendix VI and their lengths.

    `number` is number and symbol, `note` the Appendix's Description, `expires_on` the last day on which the document
    holds (thời hiệu). A reason confirms what a check warns about: a subject that says little, a document that seems to
    be registered already, a dossier of the one-stop shop.
    """

    kind = "incoming"
    makes = "incoming"
    sender: str = own("text", required=True)
    number: str = own("text", limit=CODE_NUMBER_LIMIT + 1 + CODE_NOTATION_LIMIT)
    document_code: str = own("text", limit=100)
    source: str = own("one")
    document_on: str | None = own("date")
    arrived_on: str | None = own("date")
    type: str = own("one")
    subject: str = own("text", limit=SUBJECT_LIMIT)
    original_subject: str = own("text", limit=SUBJECT_LIMIT)
    urgency: str = own("one")
    confidentiality: str = own("one")
    is_priority: bool = own("flag")
    is_provincial_task: bool = own("flag")
    field: str = own("one")
    due_on: str | None = own("date")
    expires_on: str | None = own("date")
    language: str = own("text", limit=30)
    page_count: int | None = own("integer", limit=999)
    signer_position: str = own("text", limit=100)
    signer_name: str = own("text", limit=50)
    to_places: str = own("text", limit=1000)
    file: FileReference | None = own("file")
    leader_id: str = own("one")
    note: str = own("text", limit=SUBJECT_LIMIT)
    subject_reason: str = own("text", limit=SUBJECT_LIMIT)
    duplicate_reason: str = own("text", limit=SUBJECT_LIMIT)
    dossier_reason: str = own("text", limit=SUBJECT_LIMIT)


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
    With `is_answer_required` whoever handles it does not finish without an answer, unless excused from it.
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
    is_answer_required: bool = own("flag")
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
class RequestExcuse(Command):
    """Đề nghị miễn trả lời: ask who wants an answer sent to be excused from it, with the reason (Article 9.6)."""

    kind = "incoming"
    reason: str = own("text", required=True, limit=TEXT_LIMIT)


@dataclass(frozen=True, kw_only=True)
class DecideExcuse(Command):
    """Quyết định miễn trả lời: the answer is no longer asked for, or it still is."""

    kind = "incoming"
    request_id: str = own("text", required=True, limit=100)
    is_granted: bool = own("flag")
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
    title: str = own("text", limit=SUBJECT_LIMIT)
    notation: str = own("text", limit=20)
    retention: str = own("one")
    plan_code: str = own("text", limit=20)


@dataclass(frozen=True, kw_only=True)
class Follow(Command):
    """Theo dõi: keep a document in sight, or no longer (Articles 12.2, 13.1)."""

    kind = "any"
    is_followed: bool = own("flag")


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


@dataclass(frozen=True, kw_only=True)
class RemindDue(Command):
    """Nhắc hạn: whoever has work in hand that is nearly or past due is reminded, by the clock alone."""

    kind = "incoming"


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
        RequestExcuse,
        DecideExcuse,
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
        *CORRECTION_COMMANDS,
        *REPAIR_COMMANDS,
        Follow,
        CreateCaseFile,
        *CASE_FILE_COMMANDS,
        ResolveConflict,
        AcknowledgeReview,
        RemindReview,
        RemindDue,
    )
}
"""Every command by its name."""


def verb(command: str) -> str:
    """Return the snake_case verb of a command, as `allowed_actions` lists it: `TakeOn` → `take_on`."""
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in command).lstrip("_")


VERBS: dict[str, str] = {verb(name): name for name in COMMANDS}
"""Verb → command name."""

ONLINE_ONLY = frozenset(command.__name__ for command in CORRECTION_COMMANDS)
"""What mends the book: what arrives later from a device is refused."""
BY_WHAT_STANDS = ONLINE_ONLY | {command.__name__ for command in REPAIR_COMMANDS} | {*ON_CASE_FILE}
"""What is judged by what stands when it comes, not by what its author saw: it mends that, or is of the author alone."""
