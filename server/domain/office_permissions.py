"""Who may do what to the office itself: delegations (Articles 4.5, 11), accounts (16), units. None of it is delegated.

The same table as `permissions` has for documents: a command without a row is denied.
"""

from __future__ import annotations

from collections.abc import Callable

from server.domain.mending_rights import has
from server.domain.office import ADMINISTRATOR, CHIEF_OF_OFFICE, CLERK
from server.domain.parts import is_staff
from server.domain.permissions import Standing


def permits(who: Standing) -> bool:
    """Tell whether the person gives the leader's permission: a leader who is no party to it, or the director."""
    if not who.office.is_leader(who.person_id, who.at):
        return False
    parties = (who.record["from_person"], who.record["to_person"])
    return who.person_id not in parties or who.office.is_director(who.person_id, who.at)


def ends(who: Standing) -> bool:
    """Tell whether the person may end it: the delegator, or a leader of the department."""
    is_delegator = who.record["from_person"] == who.person_id and is_staff(who)
    return is_delegator or who.office.is_leader(who.person_id, who.at)


def administers(who: Standing) -> bool:
    """Tell whether the person administers the system."""
    person = who.office.person(who.person_id)
    return person is not None and person.has_role(ADMINISTRATOR, who.at)


def plans_files(who: Standing) -> bool:
    """Tell whether the person keeps the list of case files: a clerk, or the chief of office."""
    return has(CLERK)(who) or has(CHIEF_OF_OFFICE)(who)


def sets_targets(who: Standing) -> bool:
    """Tell whether the person says by when documents are handled: a leader, or the chief of office (Article 13)."""
    return who.office.is_leader(who.person_id, who.at) or has(CHIEF_OF_OFFICE)(who)


OFFICE_GRANTS: dict[str, tuple[Callable[[Standing], bool], ...]] = {
    "RequestDelegation": (is_staff,),
    "PermitDelegation": (permits,),
    "RefuseDelegation": (permits,),
    "EndDelegation": (ends,),
    "LockAccount": (administers,),
    "UnlockAccount": (administers,),
    "GrantRole": (administers,),
    "EndRole": (administers,),
    "MergeUnit": (administers,),
    "MarkDay": (administers,),
    "UnmarkDay": (administers,),
    "SetPlanEntry": (plans_files,),
    "RemovePlanEntry": (plans_files,),
    "SetDueTargets": (sets_targets,),
}
"""Command → predicates of which one must hold."""

OFFICE_STATES: dict[str, dict[str, frozenset[str]]] = {
    "delegation": {
        "PermitDelegation": frozenset({"requested"}),
        "RefuseDelegation": frozenset({"requested"}),
        "EndDelegation": frozenset({"requested", "permitted"}),
    },
    "person": {
        "LockAccount": frozenset({"active"}),
        "UnlockAccount": frozenset({"locked"}),
        "GrantRole": frozenset({"active", "locked"}),
        "EndRole": frozenset({"active", "locked"}),
    },
    "unit": {"MergeUnit": frozenset({"standing"})},
    "calendar": {"MarkDay": frozenset({"kept"}), "UnmarkDay": frozenset({"kept"})},
    "file_plan": {"SetPlanEntry": frozenset({"kept"}), "RemovePlanEntry": frozenset({"kept"})},
    "due_targets": {"SetDueTargets": frozenset({"kept"})},
}
"""Kind → command → states in which it makes sense."""


def may_govern(command: str, who: Standing) -> bool:
    """Tell whether the person may give a command on the office; unknown commands are denied."""
    return any(predicate(who) for predicate in OFFICE_GRANTS.get(command, ()))


def may_know_of(who: Standing) -> bool:
    """Tell whether the person may know of it: of a permitted delegation the office is told, of accounts it is not."""
    if who.record["kind"] in ("person", "unit", "calendar"):
        return administers(who)
    if not is_staff(who):
        return False
    if who.record["kind"] in ("file_plan", "due_targets"):
        return True
    parties = (who.record["from_person"], who.record["to_person"])
    is_announced = who.record["permitted_at"] is not None
    return is_announced or who.person_id in parties or who.office.is_leader(who.person_id, who.at)


def offered(who: Standing) -> list[str]:
    """Return the commands open to the person on a delegation that they know of."""
    possible = OFFICE_STATES[who.record["kind"]]
    return [name for name, states in possible.items() if who.record["state"] in states and may_govern(name, who)]
