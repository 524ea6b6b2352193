"""How well subjects are written (Article 9.1): leaders and the chief of office see every clerk, a clerk their own."""

from __future__ import annotations

from typing import Any

from flask import Blueprint

from server.domain.office import CHIEF_OF_OFFICE, LEADER, Office
from server.domain.subjects import THIN
from server.usecases import subject_quality as quality
from server.usecases.progress_following import DAYS
from server.web import current
from server.web.context import page

blueprint = Blueprint("subject_quality", __name__)


@blueprint.get("/incoming/subjects")
def subject_quality() -> str:
    """Show a line for each clerk, and what was thin lately with the reason that was given."""
    office, person_id = current.office(), current.person_id()
    sees_all = bool(current.roles() & {LEADER, CHIEF_OF_OFFICE})
    own = "" if sees_all else person_id
    found = quality.quality(current.services(), office, person_id, current.now(), clerk_id=own)
    lines = [{"name": office.name_of(clerk_id), "card": card} for clerk_id, card in found["cards"].items()]
    return page(
        "pages/subject_quality.html",
        lines=sorted(lines, key=lambda line: line["name"]),
        whole=found["whole"],
        thin=[_thin(one, office) for one in found["thin"]],
        codes=THIN,
        days=DAYS,
        sees_all=sees_all,
    )


def _thin(one: dict[str, Any], office: Office) -> dict[str, Any]:
    record = one["record"]
    return {
        "_id": record["_id"],
        "title": record["subject"],
        "original_subject": record["original_subject"],
        "arrived_on": record["arrived_on"],
        "clerk_name": office.name_of(one["clerk_id"]),
        "warnings": one["warnings"],
        "reason": one["reason"],
    }
