"""Who handles an incoming document: lead, simultaneous, collaborating, informed (Articles 9.3 to 9.5).

Rows form a tree: the leader is the root, a division hangs below, a specialist below the division. New
handlers take the place of those given before; collaborators and informed add up.
"""

from __future__ import annotations

from server.domain.records import Assignment, Event, Record, assignments_at, authority_of, branch_of, children_of

HANDLING = frozenset({"lead", "simultaneous"})
__all__ = ["branch_of"]


def row(record: Record, assignment_id: str) -> Assignment:
    """Return a row by its id, standing or not; of one that was taken up again, where it is now."""
    found: Assignment = next(one for one in reversed(record["assignments"]) if one["assignment_id"] == assignment_id)
    return found


def line_of(record: Record, assignment_id: str) -> list[Assignment]:
    """Return a row and those that it hangs below, up to the leader's."""
    line = [row(record, assignment_id)]
    while line[-1]["parent_id"] is not None:
        line.append(row(record, line[-1]["parent_id"]))
    return line


def owes_answer(record: Record, one: Assignment) -> bool:
    """Tell whether whoever handles a row owes an answer: asked for of them, or of anybody above."""
    return bool(asked_for_answer(record, one))


def asked_for_answer(record: Record, one: Assignment) -> list[Assignment]:
    """Return the rows for whose sake who handles a row owes an answer, the highest last; none where none is owed."""
    line = line_of(record, one["assignment_id"]) if one["role"] in HANDLING else []
    return [above for above in line if above.get("needs_answer")]


def deadline_of(record: Record, one: Assignment) -> str | None:
    """Return the deadline that counts for a row: its own, else the nearest from above, else the document's."""
    dues = [above["due_on"] for above in line_of(record, one["assignment_id"])]
    return next((due_on for due_on in dues if due_on), record.get("due_on"))


def present(record: Record, event: Event, leader_id: str) -> None:
    """Give the document to a leader, the root of the tree; one to whom it was presented before no longer has it."""
    end_rows(record, [one["assignment_id"] for one in assignments_at(record)], "revoked", event["version"])
    record["leader_id"] = leader_id
    record["assignments"].append(
        {
            "assignment_id": f"{event['action_id']}:leader",
            "parent_id": None,
            "role": "leader",
            "target": f"person:{leader_id}",
            "unit_id": "",
            "person_id": leader_id,
            "directive": event["data"].get("note", ""),
            "due_on": record.get("due_on"),
            "assigned_by": authority_of(event),
            "assigned_at": event["at"],
            "state": "waiting",
            "since_version": event["version"],
            "ended_version": None,
            "case_file_id": None,
        }
    )


def carry_out(record: Record, event: Event) -> None:
    """Add the rows of an `Assigned` event, change the words of some, and end those that it replaces."""
    data = event["data"]
    end_rows(record, data["ended_rows"], "revoked", event["version"])
    for one in data["rows"]:
        record["assignments"].append({**one, "since_version": event["version"], "ended_version": None})
    for one in data.get("changed_rows", ()):
        changed = row(record, one["assignment_id"])
        changed["directive"], changed["due_on"] = one["directive"], one["due_on"]
        if one.get("needs_answer"):
            changed["needs_answer"] = True
        changed["worded_version"] = event["version"]
    if data.get("entry"):
        record.update(data["entry"], entry_confirmed_by=authority_of(event), entry_confirmed_version=event["version"])
    above = row(record, data["row_id"])
    if any(one["role"] in HANDLING for one in children_of(record, data["row_id"])):
        above["state"] = "passed_on"
    if above["role"] == "leader" and data["due_on"]:
        record["due_on"] = above["due_on"] = data["due_on"]
        record["is_due_by_urgency"] = False


def give_back(record: Record, event: Event) -> None:
    """End a returned row with everything below it; the assigner's row waits again when no handler is left."""
    data = event["data"]
    end_rows(record, [one for one in data["ended_rows"] if one != data["row_id"]], "revoked", event["version"])
    end_rows(record, [data["row_id"]], "returned", event["version"])
    parent_id = row(record, data["row_id"])["parent_id"]
    if parent_id is not None:
        above = row(record, parent_id)
        handlers = [one for one in children_of(record, parent_id) if one["role"] in HANDLING]
        if not handlers and above["state"] == "passed_on":
            above["state"] = "waiting"


def conclude(record: Record, done: Assignment) -> None:
    """Conclude a row, and upwards every row whose handlers have all concluded."""
    done["state"] = "concluded"
    if done["role"] not in HANDLING or done["parent_id"] is None:
        return
    handlers = [one for one in children_of(record, done["parent_id"]) if one["role"] in HANDLING]
    if all(one["state"] == "concluded" for one in handlers):
        conclude(record, row(record, done["parent_id"]))


def open_handlers(record: Record, assignment_id: str) -> list[Assignment]:
    """Return the handlers directly below a row who have not concluded."""
    return [
        one for one in children_of(record, assignment_id) if one["role"] in HANDLING and one["state"] != "concluded"
    ]


def state_of(record: Record) -> str:
    """Return the state of an incoming document, as its rows tell it."""
    standing = assignments_at(record)
    roots = [one for one in standing if one["role"] == "leader"]
    if not roots:
        return "registered"
    if all(one["state"] == "concluded" for one in roots):
        return "concluded"
    working = [one for one in standing if one["role"] != "inform"]
    if any(one["state"] in ("taken_on", "concluded") for one in working):
        return "in_progress"
    if any(one["role"] != "leader" for one in working):
        return "assigned"
    return "presented"


def end_rows(record: Record, ended: list[str], state: str, version: int) -> None:
    """End rows that stand, in a state, at a version."""
    for one in record["assignments"]:
        if one["assignment_id"] in ended and one["ended_version"] is None:
            one["state"] = state
            one["ended_version"] = version
