"""The scan that follows a registration: paper has its number at once, and its scan later (Articles 9.1, 14.2).

What came is one file and stays it: a scan is added while there is none, never put in the place of another. A secret
document is a bare entry of its register and gets no file, whoever asks (decision 28/2018 Article 1).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from server.domain.catalogues import is_secret
from server.domain.commands import AddScan
from server.domain.context import Context
from server.domain.errors import DomainError
from server.domain.records import Event, Record

LEAST_DPI = 200
"""Dots for an inch of a scan (decree 30/2020 Appendix I); a coarser one is taken all the same, and the clerk told."""


def awaits_scan(record: Mapping[str, Any]) -> bool:
    """Tell whether an incoming document has been registered and its scan has still to come."""
    return not (record["files"] or record["state"] == "withdrawn" or is_secret(record.get("confidentiality", "normal")))


def decide(record: Record, command: AddScan, context: Context) -> tuple[str, str, dict[str, Any]]:
    """Return the event that gives the document its scan."""
    if is_secret(record.get("confidentiality", "normal")):
        raise DomainError("secret_has_content", field="file")
    if record["files"]:
        raise DomainError("scan_there", field="file")
    return "ScanAdded", context.received_at, {"file": context.file_entry(command.file)}


def carry_out(record: Record, event: Event) -> None:
    """Put the scan where the file of a document is."""
    record["files"] = [event["data"]["file"]]
