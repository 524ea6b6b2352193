"""What a decision needs besides the record: gathered beforehand, so that deciding itself reads nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from server.domain.commands import FileReference
from server.domain.duplicates import Earlier
from server.domain.errors import DomainError
from server.domain.instants import day_of
from server.domain.office import Office, Person
from server.domain.stamps import secrecy

PDF = "application/pdf"


@dataclass(frozen=True, slots=True)
class Context:
    """The office as it is, the instant of receipt, and facts read for this command.

    `files`: sha256 → metadata of bodies that the actor may refer to. `records`: id → other records that the command
    names and the actor may see. `duplicates`: earlier registrations that seem to be of the same document.
    `answers`: states of the drafts that answer the document, where an answer is asked for. `opened`: person id → newest
    version that they had on the screen, where it matters.
    `review_days`: working days in which a conflict is to be decided.
    """

    office: Office
    received_at: str
    files: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    records: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    duplicates: tuple[Earlier, ...] = ()
    answers: tuple[str, ...] = ()
    opened: Mapping[str, int] = field(default_factory=dict)
    review_days: int = 2

    @property
    def today(self) -> str:
        """Return today's date in Vietnam."""
        return day_of(self.received_at)

    def active_person(self, person_id: str) -> Person:
        """Return a person who can receive work now; raises no_such_person, person_inactive."""
        person = self.office.person(person_id)
        if person is None:
            raise DomainError("no_such_person", person_id=person_id)
        if not self.office.is_staff(person_id, self.received_at):
            raise DomainError("person_inactive", person_id=person_id, name=person.name)
        return person

    def leader(self, person_id: str) -> Person:
        """Return a leader of the department; raises not_a_leader."""
        person = self.active_person(person_id)
        if not self.office.is_leader(person_id, self.received_at):
            raise DomainError("not_a_leader", person_id=person_id, name=person.name)
        return person

    def file_entry(self, reference: FileReference | None) -> dict[str, Any] | None:
        """Return the record's entry for a file, with its facts.

        Raises file_missing when there is no body, the code of what is wrong with it when it is no readable PDF, and
        secret_stamp when it is marked as a state secret.
        """
        if reference is None:
            return None
        facts = self.files.get(reference["sha256"])
        if facts is None:
            raise DomainError("file_missing", name=reference["name"], sha256=reference["sha256"])
        problem = facts.get("problem") or ("" if facts["media_type"] == PDF else "pdf_not_pdf")
        if problem:
            raise DomainError(problem, name=reference["name"], sha256=reference["sha256"])
        if level := secrecy(facts.get("text") or ""):
            raise DomainError("secret_stamp", field="file", level=level)
        entry = {
            "sha256": reference["sha256"],
            "name": reference["name"],
            "size": facts["size"],
            "media_type": facts["media_type"],
            "pages": facts.get("pages"),
        }
        # said only of those that are: what is known of their text changes, and is asked for where it is shown
        return {**entry, "is_scan": True} if facts.get("bare_pages") else entry
