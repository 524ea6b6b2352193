"""The slip that goes with an incoming document, phiếu giải quyết văn bản đến (decree 30/2020, Appendix IV, form VII).

Written from the document's own history: what the leaders of the office said, what the heads of units said, what those
who handle it proposed. A part in which nobody has spoken yet stays empty, with lines to write on.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, abort, render_template, send_file

from server.adapters import formats
from server.adapters.catalogues import load, translate
from server.adapters.typesetting import fonts
from server.adapters.typesetting_slip import typeset_slip
from server.domain.catalogues import INCOMING_TYPES
from server.domain.office import CHIEF_OF_OFFICE, DEPUTY_DIVISION_HEAD, DIVISION_HEAD, Office
from server.web import current
from server.web.context import common
from server.web.documents import card_of
from server.web.files import PDF_POLICY
from server.web.stamps import OFFICIAL

blueprint = Blueprint("slip", __name__)

SPOKEN = frozenset(
    {
        *("Assigned", "TakenOn", "AssignmentReturned", "HandedOver", "Commented", "Concluded", "Withdrawn"),
        *("ExtensionRequested", "ExtensionDecided", "ExcuseRequested", "ExcuseDecided"),
    }
)
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


@blueprint.get("/incoming/<key>/slip.pdf")
def slip_pdf(key: str) -> Response:
    """Send the slip as PDF, typeset in the decree's form."""
    card = card_of(f"incoming:{key}")
    if card is None or card["is_bare"]:
        abort(404)
    with tempfile.TemporaryDirectory(prefix="congvan-slip-") as folder:
        target = Path(folder) / "slip.pdf"
        typeset_slip(target, words_of(card, current.office(), current.today()), fonts().files)
        sent = target.open("rb")
    name = f"phieu-giai-quyet-{card['arrival']['label']}.pdf"
    response = send_file(sent, mimetype="application/pdf", download_name=name, etag=False)
    response.headers.update({"Cache-Control": "private, no-store", "Content-Security-Policy": PDF_POLICY})
    return response


def words_of(card: Mapping[str, Any], office: Office, today: str) -> dict[str, Any]:
    """Return the words of the slip in the language of official writing."""
    messages = load(OFFICIAL)

    def text(key: str, **values: Any) -> str:
        return str(translate(messages, key, values))

    kind = INCOMING_TYPES.get(card["type"], "")
    about = [
        f"{kind} {text('print.number', number=card['number'])}" if card["number"] else kind,
        formats.date_long(messages, card["document_on"]) if card["document_on"] else "",
        text("print.of", sender=card["sender"]),
    ]
    arrival = {"number": card["arrival"]["label"], "on": formats.date(messages, card["arrival"]["arrived_on"])}
    due = text("print.due", on=formats.date(messages, card["due_on"])) if card["due_on"] else ""
    return {
        **{key: text(f"print.{key}") for key in ("agency", "nation", "motto")},
        "place_and_date": text("print.place_and_date", on=formats.date_long(messages, today)),
        "title": text("print.slip"),
        "about": ", ".join(part for part in about if part),
        "subject": card["title"],
        "arrival": "; ".join(part for part in (text("print.arrival", **arrival), due) if part),
        "parts": [
            {"head": text(f"print.part.{one['part']}"), "entries": [_entry(row, messages) for row in one["entries"]]}
            for one in parts_of(card, office)
        ],
    }


def _entry(entry: Mapping[str, Any], messages: Mapping[str, str]) -> dict[str, Any]:
    """Return what is set of one opinion: who gave it, its words, to whom the document goes, until when, the day."""
    details = entry["details"]
    who = ", ".join(part for part in (entry["actor_name"], entry["actor_position"]) if part)
    if entry["on_behalf_of_name"]:
        who += f" ({translate(messages, 'history.on_behalf', {'name': entry['on_behalf_of_name']})})"
    did = translate(messages, f"events.{entry['event']}", {})
    lines = [
        f"{translate(messages, 'states.role.' + to['role'], {})}: {to['name']}" for to in details.get("recipients", [])
    ]
    if details.get("decision"):
        lines.append(str(translate(messages, f"history.decision.{details['decision']}", {})))
    if details.get("due_on"):
        word = "incoming.extension_until" if entry["event"] == "ExtensionRequested" else "print.due"
        lines.append(str(translate(messages, word, {"on": formats.date(messages, details["due_on"])})))
    return {
        "who": f"{who} {did}{':' if entry['text'] or lines else '.'}",
        "said": entry["text"],
        "lines": lines,
        "when": formats.date_long(messages, entry["at"]),
    }


def parts_of(card: Mapping[str, Any], office: Office) -> list[dict[str, Any]]:
    """Return the parts of the form, `{"part", "entries"}`, each entry of the timeline in the part of its author."""
    entries: dict[str, list[dict[str, Any]]] = {part: [] for part in PARTS}
    for entry in card["timeline"]:
        if entry["event"] in SPOKEN and not entry.get("is_undone"):
            entries[_part_of(entry, office)].append(entry)
    return [{"part": part, "entries": entries[part]} for part in PARTS]


def _part_of(entry: Mapping[str, Any], office: Office) -> str:
    """Tell in which part an entry belongs, by the role that its author, or who had delegated to them, had then."""
    at, person_id = entry["at"], entry["on_behalf_of"] or entry["actor_id"]
    if office.is_leader(person_id, at):
        return "leaders"
    person = office.person(person_id)
    return "units" if person is not None and person.roles(at) & UNIT_ROLES else "handlers"
