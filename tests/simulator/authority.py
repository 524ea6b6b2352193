"""Whether what took effect was its author's to do: judged anew from the history of events and of roles alone.

Written from docs/sync.md and the regulation, not from server.domain.permissions, and reading nothing but events: so
that a mistake in the rules, or in the moment at which they are asked, shows.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tests.simulator.office_history import OfficeHistory

Record = dict[str, Any]
Row = dict[str, Any]

COMMAND_OF = {
    "Registered": "RegisterIncoming",
    "Presented": "PresentToLeader",
    "Assigned": "Assign",
    "TakenOn": "TakeOn",
    "AssignmentReturned": "ReturnAssignment",
    "ExtensionRequested": "RequestExtension",
    "ExtensionDecided": "DecideExtension",
    "ExcuseRequested": "RequestExcuse",
    "ExcuseDecided": "DecideExcuse",
    "HandedOver": "HandOver",
    "Urged": "Urge",
    "Concluded": "Conclude",
    "Commented": "AddComment",
    "Followed": "Follow",
    "DraftStarted": "StartDraft",
    "VersionAdded": "AddVersion",
    "DraftSubmitted": "SubmitDraft",
    "SubmittedToLeader": "SubmitToLeader",
    "DraftReturned": "ReturnDraft",
    "Approved": "Approve",
    "Withdrawn": "WithdrawDocument",
    "ConflictResolved": "ResolveConflict",
}
HELD_BY = {"AddVersion": ("drafter",), "SubmitDraft": ("drafter",), "ReturnDraft": ("division", "leader")}


def authority_of(event: dict[str, Any]) -> str:
    """Return whose authority an event bears."""
    return str(event.get("on_behalf_of") or event["actor_id"])


class Judge:
    """Knows the office's history and the records."""

    def __init__(self, history: OfficeHistory, records: dict[str, Record]) -> None:
        """Take the evidence."""
        self._history = history
        self._records = records

    def had(self, command: str, record: Record, person_id: str, at: str, version: int) -> bool:
        """Tell whether a person at an instant, before a version of a record, could give a command, or for another."""
        if not self._history.is_staff(person_id, at):
            return False
        givers = self._history.acts_for(person_id, at) if record["kind"] in ("incoming", "outgoing") else []
        return any(self._had(command, record, one, at, version) for one in (person_id, *givers))

    def _had(self, command: str, record: Record, person_id: str, at: str, version: int) -> bool:
        history = self._history
        if not history.is_staff(person_id, at):
            return False
        if command == "RegisterIncoming":
            return history.has(person_id, "clerk", at)
        if command == "PresentToLeader":
            return history.has(person_id, "clerk", at) or history.has(person_id, "chief_of_office", at)
        if command in ("AddComment", "Follow"):
            return self._sees(record, person_id, at, version)
        if command == "ResolveConflict":
            return True  # by name: `check_decisions`
        if command == "WithdrawDocument":
            return self._withdraws(record, person_id, at)
        if record["kind"] == "outgoing":
            return self._holds_draft(command, record, person_id, at, version)
        rows = [
            row for row in self._rows(record, version) if row["role"] != "inform" and self._fits(row, person_id, at)
        ]
        if command == "Assign":
            is_leader = history.has(person_id, "leader", at)
            return any(is_leader or history.heads(person_id, row["unit_id"], at) for row in rows)
        if command in ("ReturnAssignment", "RequestExtension", "RequestExcuse"):
            return any(row["role"] != "leader" for row in rows)
        if command == "HandOver":
            return any(row["target"] == f"person:{person_id}" and row["role"] != "leader" for row in rows)
        if command == "Urge" and history.has(person_id, "chief_of_office", at):
            return True
        if command in ("Urge", "DecideExtension", "DecideExcuse"):
            # who gave the work out, or could have: the leaders, and the head of a unit that has it
            is_leader = history.has(person_id, "leader", at)
            return any(is_leader or history.heads(person_id, row["unit_id"], at) for row in rows)
        return bool(rows)

    def mends(self, record: Record, event: dict[str, Any], at: str) -> bool:
        """Tell whether somebody could take an act back, have a part in a repair, or keep a case file; else true."""
        history, data, person_id = self._history, event["data"], event["actor_id"]
        people = [one for one in (person_id, *history.acts_for(person_id, at)) if history.is_staff(one, at)]
        events = {one["action_id"]: one for one in record["events"]}
        asked = events.get(data.get("repair_id", ""), {})
        unit_id = asked.get("data", {}).get("unit_id", "")
        heads = any(history.heads(one, unit_id, at) or history.has(one, "chief_of_office", at) for one in people)
        is_of_it = any(history.has(one, "it_head", at) for one in people)
        match event["event"]:
            case "ActUndone":
                undone = events[data["undone"]]
                return bool(people) and undone["actor_id"] == person_id and undone["version"] < event["version"]
            case "RepairConfirmed":
                return heads
            case "RepairRefused":
                return heads or is_of_it or asked["actor_id"] == person_id
            case "Repaired":
                return is_of_it
            case "RepairAcknowledged":
                return bool(asked["actor_id"] == person_id)
            case "DocumentFiled" | "DocumentUnfiled" | "CaseFileClosed" | "CaseFileReopened":
                owner = authority_of(record["events"][0])
                return owner == authority_of(event) and owner in people
        return True

    def _withdraws(self, record: Record, person_id: str, at: str) -> bool:
        history = self._history
        if history.has(person_id, "leader", at):
            return True
        if record["kind"] == "incoming":
            return history.has(person_id, "clerk", at)
        begun = record["events"][0]
        return person_id == authority_of(begun) or history.heads(person_id, begun["data"]["unit_id"], at)

    def _fits(self, row: Row, person_id: str, at: str) -> bool:
        history = self._history
        if row["person_id"] == person_id:
            return True
        if row["role"] == "leader":
            return history.has(person_id, "leader", at)
        return row["target"].startswith("unit:") and history.heads(person_id, row["unit_id"], at)

    def _rows(self, record: Record, version: int) -> list[Row]:
        """Return the assignments that stood after so many events."""
        rows: dict[str, Row] = {}
        for event in record["events"][:version]:
            data = event["data"]
            leader_id = data.get("leader_id")
            if event["event"] in ("Registered", "Presented") and leader_id:
                row_id, target = f"{event['action_id']}:leader", f"person:{leader_id}"
                leader = {"role": "leader", "person_id": leader_id, "unit_id": "", "target": target}
                rows = {row_id: {**leader, "assignment_id": row_id}}
            for key in data.get("ended_rows", ()):
                rows.pop(key, None)
            if event["event"] == "ActUndone":
                rows = {row["assignment_id"]: row for row in self._rows(record, data["undone_version"] - 1)}
            if event["event"] in ("Assigned", "HandedOver", "Repaired"):
                rows |= {row["assignment_id"]: row for row in data.get("rows", ())}
        return list(rows.values())

    def _holder(self, record: Record, version: int) -> tuple[str, str]:
        """Return who held a draft after so many events, and in what part."""
        found = ("", "")
        for event in record["events"][:version]:
            match event["event"]:
                case "DraftStarted":
                    found = (authority_of(event), "drafter")
                case "DraftSubmitted":
                    found = (event["data"]["person_id"], "division")
                case "SubmittedToLeader":
                    found = (event["data"]["person_id"], "leader")
                case "DraftReturned":
                    found = (event["data"]["person_id"], event["data"]["target"])
                case "Approved":
                    found = ("", "")
        return found

    def _holds_draft(self, command: str, record: Record, person_id: str, at: str, version: int) -> bool:
        holder, part = self._holder(record, version)
        unit_id = record["events"][0]["data"]["unit_id"]
        is_head = self._history.heads(person_id, unit_id, at)
        if part == "drafter":
            own = ("AddVersion", "SubmitDraft", *(("SubmitToLeader",) if is_head else ()))
            return command in own and holder == person_id
        if part == "division":
            return command in ("SubmitToLeader", "ReturnDraft") and (is_head or holder == person_id)
        if part == "leader":
            return command in ("ReturnDraft", "Approve") and self._history.has(person_id, "leader", at)
        return False

    def _sees(self, record: Record, person_id: str, at: str, version: int) -> bool:
        history = self._history
        if history.has(person_id, "leader", at) or history.has(person_id, "chief_of_office", at):
            return True
        if record["kind"] == "incoming":
            is_clerk = history.has(person_id, "clerk", at)
            rows = self._rows(record, version)
            fits = is_clerk or any(self._fits(row, person_id, at) for row in rows)
            return fits or self._is_in_review(record, person_id, version)
        held = [self._holder(record, count) for count in range(1, version + 1)]
        unit_id = record["events"][0]["data"]["unit_id"]
        is_head = any(part == "division" for _, part in held) and history.heads(person_id, unit_id, at)
        fits = is_head or any(holder == person_id for holder, _ in held)
        return fits or self._is_in_review(record, person_id, version)

    def _is_in_review(self, record: Record, person_id: str, version: int) -> bool:
        """Tell whether a conflict had been opened about a person's act or for that person, after so many events."""
        events = record["events"][:version]
        opened = {one["action_id"] for one in events}
        named = [(one["author_id"], one["owner_id"]) for one in record["reviews"] if one["review_id"] in opened]
        return any(person_id in pair for pair in named) or any(
            event["event"] == "ConflictResolved" and authority_of(event) == person_id for event in events
        )


def check_decisions(record: Record, history: OfficeHistory) -> Iterator[str]:
    """A conflict is ended by the person named for it, or by whoever stands in when that person cannot."""
    reviews = {one["review_id"]: one for one in record["reviews"]}
    for event in record["events"]:
        if event["event"] == "ConflictResolved":
            owner_id = reviews[event["data"]["review_id"]]["owner_id"]
            is_theirs = owner_id in (event["actor_id"], *history.acts_for(event["actor_id"], event["at"]))
            if not is_theirs and history.is_staff(owner_id, event["at"]):
                yield f"{event['actor_id']} ended a conflict that was {owner_id}'s: {event}"


def check_approvals(record: Record, bound: dict[str, str | None]) -> Iterator[str]:
    """An approval is of the version that was current, and the one that its author had read."""
    current = ""
    for event in record["events"]:
        data = event["data"]
        current = data["version"]["sha256"] if data.get("version") else current
        if event["event"] in ("Approved", "SubmittedToLeader", "DraftSubmitted"):
            read = bound.get(event["action_id"])
            if data["sha256"] != current:
                yield f"{event['event']} of a version that was not current: {event}"
            if read is not None and data["sha256"] != read:
                yield f"{event['event']} of another version than was read: {event}"
