"""What is done with a work case file that is open (Articles 2, 9.6); `case_file` says what it does."""

from __future__ import annotations

from dataclasses import dataclass

from server.domain.command import TEXT_LIMIT, Command, own


@dataclass(frozen=True, kw_only=True)
class FileDocument(Command):
    """Đưa văn bản vào hồ sơ: a document is in another case file as well, without being copied."""

    kind = "case_file"
    document: str = own("text", required=True, limit=200)


@dataclass(frozen=True, kw_only=True)
class UnfileDocument(Command):
    """Đưa văn bản ra khỏi hồ sơ, where it was put by `FileDocument`."""

    kind = "case_file"
    document: str = own("text", required=True, limit=200)


@dataclass(frozen=True, kw_only=True)
class CloseCaseFile(Command):
    """Kết thúc hồ sơ: the work is done, nothing more comes into the file (decree 30/2020 Article 29)."""

    kind = "case_file"
    note: str = own("text", limit=TEXT_LIMIT)


@dataclass(frozen=True, kw_only=True)
class ReopenCaseFile(Command):
    """Mở lại hồ sơ, with the reason."""

    kind = "case_file"
    reason: str = own("text", required=True, limit=TEXT_LIMIT)


CASE_FILE_COMMANDS: tuple[type[Command], ...] = (FileDocument, UnfileDocument, CloseCaseFile, ReopenCaseFile)
"""`FileDocument` is done on the page of a document, which devices have; the others on the page of the case file."""
ON_CASE_FILE = ("UnfileDocument", "CloseCaseFile", "ReopenCaseFile")
