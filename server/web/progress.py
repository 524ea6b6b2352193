"""The board of progress: how much work every unit has, and one unit's in full (Articles 13.1, 13.2, 13.4, 15.1).

A page of the server alone: it counts what others have, and a device keeps only what concerns its owner.
"""

from __future__ import annotations

from flask import Blueprint, abort, request

from server.usecases import progress as board
from server.usecases.progress_following import DAYS
from server.web import current
from server.web.context import page

blueprint = Blueprint("progress", __name__)


@blueprint.get("/progress")
def progress() -> str:
    """Show a line for each unit to who looks at all, to who heads a unit that one."""
    reader = _reader()
    if not board.sees_all(reader):
        return _unit(reader, reader.office.unit_of(reader.person_id, reader.at))
    lines = board.overview(current.parts().progress, reader)
    return page(
        "pages/progress.html",
        whole=lines[0],
        lines=lines[1:],
        most=max((line["card"].open for line in lines[1:]), default=0),
        days=DAYS,
    )


@blueprint.get("/progress/<key>")
def unit(key: str) -> str:
    """Show a unit's board, or what one person has there."""
    return _unit(_reader(), key)


def _reader() -> board.Reader:
    return board.Reader(current.person_id(), current.office(), current.now())


def _unit(reader: board.Reader, asked: str) -> str:
    unit_id = board.unit_for(reader, asked)
    if unit_id is None:
        abort(404)
    after = {name: request.args.get(name, "")[:200] for name in ("after", "drafts_after")}
    person_id = request.args.get("person", "")[:100]
    found = board.of_unit(current.services(), current.parts().progress, reader, unit_id, person_id=person_id, **after)
    return page(
        "pages/progress_unit.html",
        unit={"unit_id": unit_id, "name": reader.office.units[unit_id].name},
        sees_all=board.sees_all(reader),
        chosen={"person_id": person_id, "name": reader.office.name_of(person_id)} if person_id else None,
        most=max((one["card"].open for one in found["people"]), default=0),
        is_further=bool(after["after"] or after["drafts_after"]),
        days=DAYS,
        **found,
    )
