"""The slip that goes with an incoming document, phiếu giải quyết văn bản đến (decree 30/2020, Appendix IV, form VII).

Written from the document's own history: what the leaders of the office said, what the heads of units said, what those
who handle it proposed. A part in which nobody has spoken yet stays empty, with lines to write on.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, abort, render_template

from server.domain.catalogues import INCOMING_TYPES
from server.domain.office import CHIEF_OF_OFFICE, DEPUTY_DIVISION_HEAD, DIVISION_HEAD, Office
from server.web import current
from server.web.context import common
from server.web.documents import card_of

blueprint = Blueprint("slip", __name__)

SPOKEN = frozenset({"Assigned", "TakenOn", "AssignmentReturned", "Commented", "Concluded", "Withdrawn"})
PARTS = ("leaders", "units", "handlers")
UNIT_ROLES = frozenset({DIVISION_HEAD, DEPUTY_DIVISION_HEAD, CHIEF_OF_OFFICE})


@blueprint.get("/incoming/<key>/slip")
def slip(key: str) -> str:
    """Show the slip of a document, ready to be printed."""
    card = card_of(f"incoming:{key}")
    if card is None or card["is_bare"]:
        abort(404)
    parts = parts_of(card, current.office())
    type_name = INCOMING_TYPES.get(card["type"], "")
    return render_template("print/handling_slip.html", **common(), card=card, type_name=type_name, parts=parts)


def parts_of(card: Mapping[str, Any], office: Office) -> list[dict[str, Any]]:
    """Return the parts of the form, `{"part", "entries"}`, each entry of the timeline in the part of its author."""
    entries: dict[str, list[dict[str, Any]]] = {part: [] for part in PARTS}
    for entry in card["timeline"]:
        if entry["event"] in SPOKEN:
            entries[_part_of(entry, office)].append(entry)
    return [{"part": part, "entries": entries[part]} for part in PARTS]


def _part_of(entry: Mapping[str, Any], office: Office) -> str:
    """Tell in which part an entry belongs, by the role that its author, or who had delegated to them, had then."""
    at, person_id = entry["at"], entry["on_behalf_of"] or entry["actor_id"]
    if office.is_leader(person_id, at):
        return "leaders"
    person = office.person(person_id)
    return "units" if person is not None and person.roles(at) & UNIT_ROLES else "handlers"
