"""Everything a person does to a draft, from its start to the leader's approval, as commands (Articles 9.6, 10)."""

from __future__ import annotations

from dataclasses import dataclass

from server.domain.command import SUBJECT_LIMIT, TEXT_LIMIT, Command, FileReference, own


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
