"""Notices: what becomes of an act that was held, told to its author without their opening the document.

Those of what is to be mended are in `mending_notices`.

Derived from the record and from nothing else, so the fan-out may write it as often as it likes. A notice is there from
the opening of a review until its author has acknowledged what it says; the end of the review brings it back.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from server.domain import mending_notices
from server.domain.catalogues import is_secret
from server.domain.instants import day_of
from server.domain.office import Office
from server.domain.permissions import Standing, may_see
from server.domain.records import Record
from server.domain.review_owners import review_owner
from server.domain.reviews import OPENED, RESOLVED, due_at, told_of

Notice = dict[str, Any]


def notices_of(record: Record, office: Office, at: str) -> dict[str, dict[str, Notice | None]]:
    """Return every notice that a record may ever have caused, by author and id; None: it is not (any longer) there."""
    found = mending_notices.notices_of(record, office, at)
    is_hidden = is_secret(record.get("confidentiality", "normal"))
    for review in record.get("reviews", []):
        notice = None if is_hidden or not _is_due(review) else _notice(record, review, office, at)
        found.setdefault(review["author_id"], {})[notice_id(review)] = notice
    return found


def notice_id(review: Mapping[str, Any]) -> str:
    """Return the id of a review's notice."""
    return f"notice:{review['review_id']}"


def _is_due(review: Mapping[str, Any]) -> bool:
    if review["state"] != "open" and review["resolved_by"] == review["author_id"]:
        return False  # nobody needs to be told what they decided themselves
    return bool(review.get("acknowledged") != told_of(review)[-1])


def _notice(record: Record, review: Mapping[str, Any], office: Office, at: str) -> Notice:
    told = told_of(review)[-1]
    is_open = told == OPENED
    by_id = review_owner(record, review, office, at) if is_open else review["resolved_by"]
    return {
        "_id": notice_id(review),
        "kind": "notice",
        "review_id": review["review_id"],
        "document_id": record["_id"],
        "version": record["version"],
        "title": record["subject"],
        "number": record.get("number", ""),
        "told": told,
        "at": review["opened_at"] if is_open else review["resolved_at"],
        "command": review["command"]["command"],
        "reason": review["reason"],
        "by_id": by_id,
        "by_name": office.name_of(by_id),
        "by_honorific": office.honorific_of(by_id),
        "due_on": day_of(due_at(review)) if is_open else None,
        "choice": review["choice"] if told == RESOLVED else None,
        "note": review.get("note", ""),
        "has_card": may_see(Standing(record, review["author_id"], office, at)),
    }
