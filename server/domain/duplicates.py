"""Whether a document has been registered before: four ways to tell (decree 30/2020 Appendix VI III.1).

The decree wants an alarm when the document id repeats, or all three of number, symbol and issuing agency. Numbers begin
anew each year (Article 15), so two documents whose years are known and differ are not the same. The file's hash and
its text tell what was registered under other words.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from typing import Any, NamedTuple

from server.domain.records import Record

CHECKS = ("document_code", "number", "file", "text")
"""The ways, in the order in which they are told: the surest first."""


class Earlier(NamedTuple):
    """An earlier registration and the checks that hit it."""

    record: Record
    checks: tuple[str, ...]

    def told(self) -> dict[str, Any]:
        """Return it as details of a refusal."""
        number = self.record["arrival_number"]
        return {"document_id": self.record["_id"], "arrival_number": number, "checks": list(self.checks)}


class Candidate(NamedTuple):
    """What is known of a document that may be there already."""

    sender: str
    number: str
    document_on: str | None = None
    document_code: str = ""
    sha256: str = ""


def duplicate_key(sender: str, number: str) -> str | None:
    """Return the key under which registrations have the same number, symbol and agency; None without a number."""
    if not number:
        return None
    plain = unicodedata.normalize("NFD", f"{sender}|{number}".replace("đ", "d").replace("Đ", "D"))
    ascii_only = "".join(letter for letter in plain if not unicodedata.combining(letter)).lower()
    return re.sub(r"[^a-z0-9|]+", "", ascii_only)


def code_key(document_code: str) -> str | None:
    """Return a document id as it is compared; None for none."""
    return "".join(document_code.split()).lower() or None


def compare(candidate: Candidate, record: Record, alike: Collection[str]) -> Earlier | None:
    """Return which checks an earlier registration meets, None for none; `alike`: hashes of files with nearly its text.

    One that was withdrawn makes room for the right one.
    """
    if record["state"] == "withdrawn":
        return None
    sha256 = record.get("file_sha256") or ""
    code, key = code_key(candidate.document_code), duplicate_key(candidate.sender, candidate.number)
    met = {
        "document_code": code is not None and record.get("document_code") == code,
        "number": key is not None
        and record.get("duplicate_key") == key
        and _may_be_of_one_year(candidate.document_on, record["document_on"]),
        "file": bool(candidate.sha256) and sha256 == candidate.sha256,
        "text": sha256 != candidate.sha256 and sha256 in alike,
    }
    checks = tuple(check for check in CHECKS if met[check])
    return Earlier(record, checks) if checks else None


def _may_be_of_one_year(one: str | None, other: str | None) -> bool:
    return not one or not other or one[:4] == other[:4]
