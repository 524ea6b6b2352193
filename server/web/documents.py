"""The page of one document, incoming or outgoing, and the commands that its forms send."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from flask import Blueprint, abort, make_response, redirect, render_template, request
from werkzeug.wrappers import Response

from server.domain.commands import BY_WHAT_STANDS
from server.domain.payloads import RECORD_ID
from server.ports import Services
from server.usecases import openings, read, refusals
from server.web import acts, current
from server.web.context import case_files_for, common, directory, due_choices
from server.web.errors import SWAPPED, error_page, error_text
from server.web.forms import CommandRoute, routes_of

log = logging.getLogger(__name__)
GIVING_AWAY = frozenset({"ReturnAssignment", "HandOver"})
RENEWAL_HEADER = "X-Congvan-Renewal"
PAGE, FRAGMENT = "pages/document.html", "fragments/document.html"


def add_document_routes(blueprint: Blueprint, kind: str) -> None:
    """Hang the page of a kind of document, and every command of the table, on a blueprint."""

    @blueprint.get(f"/{kind}/<key>")
    def document(key: str) -> Response:
        """Show a document."""
        return show(f"{kind}:{key}")

    for route in routes_of(kind):
        if "<id>" not in route.path or route.command in BY_WHAT_STANDS:
            continue  # makes a document, or mends one: these have pages of their own
        path = route.path.replace("<id>", "<key>")
        blueprint.add_url_rule(path, route.verb, _command_view(route), methods=["POST"])


def _command_view(route: CommandRoute) -> Callable[[str], Response]:
    def take(key: str) -> Response:
        return take_command(route, f"{route.kind}:{key}")

    return take


def path_of(document_id: str) -> str:
    """Return the address of a document's page."""
    kind, _, key = document_id.partition(":")
    return f"/{kind}/{quote(key, safe='')}"


def show(document_id: str, *, fault: str = "", status: int = 200) -> Response:
    """Answer a document's page, with why something could not be done; absent and hidden look alike."""
    card = card_of(document_id)
    refused = _refused_before(document_id, request.args.get("from", ""))
    if card is None and refused is not None:
        return redirect("/outbox", 303)  # where what was written is, and why it cannot be done anew
    if card is None:
        abort(404)
    wanted = request.args.get("form", "")
    own: dict[str, Any] = {"open_form": wanted if wanted in card["allowed_actions"] else None}
    if refused is not None and refused["verb"] == own["open_form"]:
        own["form"] = {**refused["fields"], "replaces": refused["action_id"]}
    elif refused is not None:
        own["lost"] = refused
    notice = fault or _notice_about(document_id, request.args.get("receipt", ""))
    html = render_template(PAGE, **context(card, notice=notice, is_fault=bool(fault), **own))
    response = make_response(html, status)
    _note_opening(card, response)
    return response


def _note_opening(card: dict[str, Any], response: Response) -> None:
    """Note who has this version on the screen, once the page is on its way: nobody waits for it."""
    if request.headers.get(RENEWAL_HEADER):
        return  # the page asked for itself: nobody need be looking
    services, person_id = current.services(), current.person_id()
    opened = openings.Opening(card["_id"], card["version"], current.now())
    response.call_on_close(lambda: _noted(services, person_id, opened))


def _noted(services: Services, person_id: str, opened: openings.Opening) -> None:
    try:
        openings.note(services, person_id, [opened])
    except Exception:
        log.exception("the opening of %s was not noted", opened.document_id)  # the page was shown all the same


def _refused_before(document_id: str, action_id: str) -> dict[str, Any] | None:
    """Return the reader's own refused act that is to be done anew on a document; None when it is none of theirs."""
    found = refusals.refused_act(current.services(), current.person_id(), action_id)
    return found if found is not None and found["document_id"] == document_id else None


def card_of(document_id: str) -> dict[str, Any] | None:
    """Return the reader's card, fresh; None when there is none for them."""
    if not RECORD_ID.fullmatch(document_id):
        return None
    return read.card(current.services(), current.person_id(), document_id)


def context(card: dict[str, Any], **own: Any) -> dict[str, Any]:
    """Return what the document's templates are given."""
    forms = {**directory(), "case_files": case_files_for(card)}
    return {
        **common(),
        "card": card,
        "directory": forms,
        "due_choices": due_choices(),
        "is_due_off": bool(card["due_on"]) and not current.office().calendar.is_working(card["due_on"]),
        "type_names": {one["code"]: one["name"] for one in (forms["catalogues"] or {}).get("types", [])},
        "form": {},
        "form_errors": {},
        "lost": None,
        "open_form": None,
        "notice": "",
        "new_action_id": str(uuid.uuid4()),
        **own,
    }


def take_command(route: CommandRoute, document_id: str) -> Response:
    """Send a command on a document and answer its author."""
    act = acts.send(route.command, document_id, route.fields)
    if current.wants_json():
        return acts.json_answer(act)
    response = _taken(act, route, document_id) if act.is_done else _refused(act, route, document_id)
    return acts.answered(response, act.receipt)


def _taken(act: acts.Act, route: CommandRoute, document_id: str) -> Response:
    shown = act.receipt["document_id"] or document_id
    if route.back and not current.wants_fragment():
        return redirect(route.back, 303)
    if current.wants_fragment():
        card = card_of(document_id)
        if card is not None:
            html = render_template(FRAGMENT, **context(card, notice=acts.notice_of(act.receipt)))
            return make_response(html)
        # the act itself may have taken the document out of sight
        response = make_response("")
        response.headers["HX-Redirect"] = _way_out(act, document_id)
        return response
    target = (
        f"{path_of(shown)}?receipt={quote(act.receipt['action_id'])}" if card_of(shown) else _way_out(act, document_id)
    )
    return redirect(target, 303)


def _way_out(act: acts.Act, document_id: str) -> str:
    """Return where its author goes on from who no longer sees the document: what was given away can be taken back."""
    is_given_away = act.command in GIVING_AWAY and act.receipt["status"] == "applied"
    key = document_id.partition(":")[2]
    return f"/inbox?given_away={key}/undo/{act.receipt['action_id']}" if is_given_away else "/inbox"


def _refused(act: acts.Act, route: CommandRoute, document_id: str) -> Response:
    """Give the form back filled; where it is no longer offered, say why above the document."""
    card = card_of(document_id)
    if card is None:
        response = error_page(404, error_text("not_found"))
        if current.wants_fragment():
            response.headers["HX-Redirect"] = path_of(document_id)
        return response
    is_offered = route.verb in card["allowed_actions"] and route.verb != "resolve_conflict"
    own: dict[str, Any] = {"notice": error_text(act.receipt["reason"], act.receipt["details"]), "is_fault": True}
    if is_offered:
        own = {"form": act.filled(), "form_errors": act.faults(), "open_form": route.verb}
    is_fragment = current.wants_fragment()
    status = act.status
    if is_fragment and status < 500 and status not in SWAPPED:
        status = 422
    html = render_template(FRAGMENT if is_fragment else PAGE, **context(card, **own))
    return make_response(html, status)


def _notice_about(document_id: str, action_id: str) -> str:
    """Return what to tell the author of the act that led here; nothing to anybody else."""
    if not action_id:
        return ""
    record = current.services().records.get(document_id) or {}
    receipt = record.get("receipts", {}).get(action_id)
    if receipt is None or receipt["actor_id"] != current.person_id():
        return ""
    return acts.notice_of(receipt)
