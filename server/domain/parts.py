"""Which part of a document a person acts upon, and which acts that part gives the right to."""

from __future__ import annotations

from collections.abc import Callable

from server.domain.assignments import HANDLING, asked_for_answer, line_of
from server.domain.records import Assignment, assignments_at, stood
from server.domain.row_requests import EXCUSES, EXTENSIONS, was_open
from server.domain.standing import Standing

HOLDING_STATES = frozenset({"waiting", "taken_on", "passed_on"})


def row_for(who: Standing) -> Assignment | None:
    """Return the assignment that the person acts upon: their own first, then their unit's, then the leaders'."""
    return next(iter(_rows_for(who)), None)


def row_acted_upon(command: str, who: Standing) -> Assignment | None:
    """Return the assignment that an act was about: of several at a version, one that gave the right to it."""
    rows, gives_right = _rows_for(who), ROW_RIGHTS.get(command)
    found = [row for row in rows if gives_right is None or gives_right(row, who)]
    return next(iter(found or rows), None)


def _rows_for(who: Standing) -> list[Assignment]:
    """Return the assignments that the person may have acted upon, what they act upon first.

    Now it is one. Of an earlier version it is kept that a row stood and not its state: it may have been any of them.
    """
    rows = [row for row in assignments_at(who.record, who.version) if row["role"] != "inform"]
    for fits in _FITS:
        found = [row for row in rows if fits(row, who)]
        if found:
            # an open row before a finished one, the newest first; a row is ended while it is open
            found.sort(key=_is_open_and_new, reverse=True)
            return found[:1] if who.version is None else found
    return []


def _is_open_and_new(row: Assignment) -> tuple[bool, int]:
    return row["state"] in HOLDING_STATES or not stood(row, None), row["since_version"]


def _is_own(row: Assignment, who: Standing) -> bool:
    return row["person_id"] == who.person_id


def is_of_headed_unit(row: Assignment, who: Standing) -> bool:
    """Tell whether a row is that of the unit whose head or deputy head the person is."""
    return _is_units(row) and who.office.heads(who.person_id, row["unit_id"], who.at)


def _is_of_leaders(row: Assignment, who: Standing) -> bool:
    return row["role"] == "leader" and who.office.is_leader(who.person_id, who.at)


def _is_units(row: Assignment) -> bool:
    return row["target"].startswith("unit:")


def _is_given(row: Assignment, _who: Standing) -> bool:
    return row["role"] != "leader"


def _is_given_by_a_day(row: Assignment, who: Standing) -> bool:
    return _is_given(row, who) and bool(row["due_on"])


def _is_owed_an_answer(row: Assignment, who: Standing) -> bool:
    """Tell whether an answer is owed with a row; of an earlier version it is kept only whether one ever was."""
    if who.version is None:
        return _is_given(row, who) and bool(asked_for_answer(who.record, row))
    return _is_given(row, who) and row["role"] in HANDLING and bool(_ever_asked_for_answer(row, who))


def _ever_asked_for_answer(row: Assignment, who: Standing) -> list[Assignment]:
    return [one for one in line_of(who.record, row["assignment_id"]) if "needs_answer" in one]


def _is_given_by_name(row: Assignment, who: Standing) -> bool:
    is_with_them = who.version is not None or row["state"] in ("waiting", "taken_on")
    return _is_given(row, who) and row["person_id"] == who.person_id and not _is_units(row) and is_with_them


def _gives_from(row: Assignment, who: Standing) -> bool:
    """Tell whether the person may give work from a row that is with them: being named in it is not enough."""
    return who.office.is_leader(who.person_id, who.at) or who.office.heads(who.person_id, row["unit_id"], who.at)


ROW_RIGHTS: dict[str, Callable[[Assignment, Standing], bool]] = {
    "Assign": _gives_from,
    "ReturnAssignment": _is_given,
    "RequestExtension": _is_given_by_a_day,
    "RequestExcuse": _is_owed_an_answer,
    "HandOver": _is_given_by_name,
}
"""What of a row gives the right to an act, where it is not every row."""
_FITS = (_is_own, is_of_headed_unit, _is_of_leaders)


def is_staff(who: Standing) -> bool:
    """Tell whether the person takes part in correspondence at all."""
    return who.office.is_staff(who.person_id, who.at)


def holds_row(who: Standing) -> bool:
    """Tell whether the person holds an assignment that is not finished."""
    return bool(_rows_held(who))


def _rows_held(who: Standing) -> list[Assignment]:
    rows = _rows_for(who) if is_staff(who) else []
    return [row for row in rows if who.version is not None or row["state"] in HOLDING_STATES]


def holds_given_row(who: Standing) -> bool:
    """Tell whether somebody assigned the document to the person or their unit."""
    return any(_is_given(row, who) for row in _rows_held(who))


def distributes(who: Standing) -> bool:
    """Tell whether the person may assign: a leader, or head or deputy head of the unit that holds the document."""
    return any(_gives_from(row, who) for row in _rows_held(who))


def has_deadline(who: Standing) -> bool:
    """Tell whether somebody gave the person work with a deadline, of which they can ask for more time."""
    return any(_is_given_by_a_day(row, who) for row in _rows_held(who))


def decides_extension(who: Standing) -> bool:
    """Tell whether a request for more time waits for the person's decision: it is they who give that work."""
    asked, above = _rows_asked(EXTENSIONS, who)
    return any(one["parent_id"] in above for one in asked)


def owes_answer_oneself(who: Standing) -> bool:
    """Tell whether the person has work with which an answer is owed, of which they can ask to be excused."""
    return any(_is_owed_an_answer(row, who) for row in _rows_held(who))


def decides_excuse(who: Standing) -> bool:
    """Tell whether a request to be excused from an answer waits for the person: it is they who asked for it."""
    asked, above = _rows_asked(EXCUSES, who)
    if who.version is None:
        owed = [found[-1] for found in (asked_for_answer(who.record, one) for one in asked) if found]
    else:
        owed = [found for one in asked for found in _ever_asked_for_answer(one, who)]
    return any(one["parent_id"] in above for one in owed)


def _rows_asked(key: str, who: Standing) -> tuple[list[Assignment], set[str]]:
    """Return the rows with a request that waits, and the ids of those from which the person gives work."""
    rows = assignments_at(who.record, who.version)
    # what is finished asks for nothing any more; of an earlier version it is not kept whether it was
    is_earlier = who.version is not None
    asked = [one for one in rows if was_open(one, key, who.version) and (is_earlier or one["state"] != "concluded")]
    if not asked or not is_staff(who):
        return [], set()
    above = {one["assignment_id"] for one in rows if any(fits(one, who) for fits in _FITS) and _gives_from(one, who)}
    return asked, above


def holds_own_row(who: Standing) -> bool:
    """Tell whether a part of the work was given to the person by name, and is with them."""
    return any(_is_given_by_name(row, who) for row in _rows_held(who))
