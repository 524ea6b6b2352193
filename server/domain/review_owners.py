"""Who decides a conflict, at an instant: the person named when it arose, or whoever stands in for them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from server.domain import office as roles
from server.domain.office import Office
from server.domain.records import Record, custody_at, reviews_at
from server.domain.standing import Standing


def owns_review(who: Standing) -> bool:
    """Tell whether a conflict waits for the person's decision."""
    record = who.record
    waiting = reviews_at(record, who.version)
    return any(review_owner(record, one, who.office, who.at) == who.person_id for one in waiting)


def review_owner(record: Record, review: Mapping[str, Any], office: Office, at: str) -> str:
    """Return who decides a conflict at an instant: the person named when it arose, or whoever stands in for them.

    A person who left or was locked out decides nothing: then it is who holds the draft, the document's leader, the
    chief of office, any leader, any head of a division, a clerk; so that no conflict is ever left with nobody.
    """
    fit = (one for one in _deciders(record, review, office, at) if one and office.is_staff(one, at))
    return next(fit, str(review["owner_id"]))


def _deciders(record: Record, review: Mapping[str, Any], office: Office, at: str) -> Iterator[str | None]:
    """Yield who may decide a conflict, in order; whoever is mostly there comes first, so the rest is not looked for."""
    yield review["owner_id"]
    custody = custody_at(record)
    yield custody["person_id"] if custody else None
    yield record.get("leader_id")
    for role in (roles.CHIEF_OF_OFFICE, roles.LEADER, roles.DIVISION_HEAD, roles.CLERK):
        yield from office.with_role(role, at)


def wrote_held_act(who: Standing) -> bool:
    """Tell whether an act of the person's own was ever held for a decision on the document."""
    return any(review["author_id"] == who.person_id for review in who.record.get("reviews", []))
