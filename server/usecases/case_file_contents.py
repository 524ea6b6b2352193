"""What is in a work case file: its documents in the order of time, as its contents list and its export tell them.

Decree 30/2020 Article 29 (documents are kept by the course of the work), Appendix V.IV (the contents list), Appendix VI
(fields of an exported dossier). A document is in the file whose owner concluded it there; what answers it is there too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from server.domain.catalogues import DOCUMENT_TYPES, INCOMING_TYPES
from server.domain.instants import day_of
from server.domain.permissions import Standing, may_see
from server.domain.records import Record, current_version_of
from server.ports import Services

NUMBER_SEPARATOR = "/"


@dataclass(frozen=True, slots=True)
class Entry:
    """One document of a case file; `is_filed`: it was put there beside the file that it was concluded into, and can be
    taken out again. `first_page` is where its pages begin in the file, None when it has none."""

    ordinal: int
    record: Record
    on: str
    type_name: str
    author: str
    file: dict[str, Any] | None
    first_page: int | None
    is_filed: bool

    @property
    def number(self) -> str:
        """Return number and symbol; empty while a draft has none."""
        return str(self.record.get("number") or "")

    @property
    def code(self) -> tuple[str, str]:
        """Return number and symbol apart, as Appendix VI has them."""
        number, _, notation = self.number.partition(NUMBER_SEPARATOR)
        return number, notation

    @property
    def pages(self) -> int:
        """Return the number of pages: of the file, else as it was registered."""
        return int((self.file or {}).get("pages") or self.record.get("page_count") or 0)

    @property
    def is_done(self) -> bool:
        """Tell whether nothing more is to be done about the document."""
        return self.record["state"] in ("concluded", "approved", "withdrawn")


@dataclass(frozen=True, slots=True)
class Contents:
    """A case file with what is in it."""

    record: Record
    owner_name: str
    entries: tuple[Entry, ...]

    @property
    def year(self) -> str:
        """Return the year in which the file was opened."""
        return day_of(self.record["events"][0]["at"])[:4]

    @property
    def start_on(self) -> str:
        """Return the date of its first document; while it has none, the day on which it was opened."""
        return self.entries[0].on if self.entries else day_of(self.record["events"][0]["at"])

    @property
    def end_on(self) -> str:
        """Return the date of its last document; empty while it has none."""
        return self.entries[-1].on if self.entries else ""

    @property
    def page_total(self) -> int:
        """Return the number of pages of all documents."""
        return sum(entry.pages for entry in self.entries)

    @property
    def done_count(self) -> int:
        """Return how many documents need nothing more."""
        return sum(entry.is_done for entry in self.entries)


def contents(services: Services, person_id: str, case_file_id: str, agency: str) -> Contents | None:
    """Return a case file and the documents in it that the person may see; None when they may not see the file.

    `agency` is the author of what the office itself writes. Four reads, however many documents there are.
    """
    office, at = services.directory.office(), services.clock.now()
    record = services.records.get(case_file_id)
    if record is None or record.get("kind") != "case_file":
        return None
    if not may_see(Standing(record, person_id, office, at)):
        return None
    kept = services.records.find("by_case_file", any_of={"case_file_id": [case_file_id]})
    filed = services.records.get_many(record["filed"]) if record.get("filed") else {}
    kept = list({one["_id"]: one for one in (*kept, *filed.values())}.values())
    asked = [one["_id"] for one in kept if one["kind"] == "incoming"]
    answers = services.records.find("by_reply_to", any_of={"reply_to": asked}) if asked else []
    found = {one["_id"]: one for one in (*kept, *(one for one in answers if one["state"] == "approved"))}
    seen = [one for one in found.values() if may_see(Standing(one, person_id, office, at))]
    return Contents(record, office.name_of(record["owner_id"]), _in_order(seen, agency, record))


def _in_order(records: Sequence[Record], agency: str, case_file: Record) -> tuple[Entry, ...]:
    entries: list[Entry] = []
    page = 1
    for ordinal, record in enumerate(sorted(records, key=lambda one: (_day(one), one["_id"])), 1):
        file = _file(record)
        pages = int((file or {}).get("pages") or 0)
        types = INCOMING_TYPES if record["kind"] == "incoming" else DOCUMENT_TYPES
        entries.append(
            Entry(
                ordinal=ordinal,
                record=record,
                on=_day(record),
                type_name=types.get(record["type"], ""),
                author=record["sender"] if record["kind"] == "incoming" else agency,
                file=file,
                first_page=page if pages else None,
                is_filed=record["_id"] in case_file.get("filed", ()) and record.get("case_file_id") != case_file["_id"],
            )
        )
        page += pages
    return tuple(entries)


def _day(record: Record) -> str:
    """Return the date of a document: its own, else that of its arrival or of its approval."""
    return str(record.get("document_on") or record.get("arrived_on") or day_of(record["updated_at"]))


def _file(record: Record) -> dict[str, Any] | None:
    """Return the file that stands for a document: the scan, or the version that was approved."""
    if record["kind"] == "outgoing":
        return current_version_of(record)
    files = record.get("files") or []
    return files[0] if files else None
