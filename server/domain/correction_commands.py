"""Commands that correct a wrong entry of the arrival book (Article 14.2); `corrections` says what they do."""

from __future__ import annotations

from dataclasses import dataclass

from server.domain.command import SUBJECT_LIMIT, TEXT_LIMIT, Command, own


@dataclass(frozen=True, kw_only=True)
class RequestCorrection(Command):
    """Đề nghị đính chính: an entry's fields as they should be, or that its number be struck (Article 14.2).

    The fields that differ from the entry are what is to be corrected. What a registration would be warned about is
    asked for all the same with `subject_reason` or `duplicate_reason`.
    """

    kind = "incoming"
    sender: str = own("text")
    number: str = own("text", limit=60)
    document_on: str | None = own("date")
    arrived_on: str | None = own("date")
    type: str = own("one")
    subject: str = own("text", limit=SUBJECT_LIMIT)
    original_subject: str = own("text", limit=SUBJECT_LIMIT)
    strikes_number: bool = own("flag")
    subject_reason: str = own("text", limit=SUBJECT_LIMIT)
    duplicate_reason: str = own("text", limit=SUBJECT_LIMIT)
    reason: str = own("text", required=True, limit=TEXT_LIMIT)


@dataclass(frozen=True, kw_only=True)
class PermitCorrection(Command):
    """Đồng ý đính chính: the head of IT directs the administrator to do it (Article 14.2)."""

    kind = "incoming"
    correction_id: str = own("text", required=True, limit=100)
    note: str = own("text", limit=TEXT_LIMIT)


@dataclass(frozen=True, kw_only=True)
class RefuseCorrection(Command):
    """Không đồng ý đính chính, with the reason."""

    kind = "incoming"
    correction_id: str = own("text", required=True, limit=100)
    reason: str = own("text", required=True, limit=TEXT_LIMIT)


@dataclass(frozen=True, kw_only=True)
class CarryOutCorrection(Command):
    """Thực hiện đính chính: the administrator puts in what was asked for and permitted, nothing else."""

    kind = "incoming"
    correction_id: str = own("text", required=True, limit=100)


@dataclass(frozen=True, kw_only=True)
class AcknowledgeCorrection(Command):
    """Who asked for a correction has read what became of it."""

    kind = "incoming"
    correction_id: str = own("text", required=True, limit=100)


CORRECTION_COMMANDS: tuple[type[Command], ...] = (
    RequestCorrection,
    PermitCorrection,
    RefuseCorrection,
    CarryOutCorrection,
    AcknowledgeCorrection,
)
