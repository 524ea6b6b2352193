"""A flow that went wrong: taking back one's own act, asking for a repair, confirming and doing it (Article 12.4).

Devices keep these acts too: whether somebody has seen an act, and what a repair finds, is judged when they come.
"""

from __future__ import annotations

import uuid
from typing import Any

from flask import Blueprint, abort, make_response, redirect, request
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from server.domain.catalogues import is_secret
from server.domain.commands import verb
from server.domain.permissions import Standing, may
from server.domain.repair_commands import REPAIR_COMMANDS
from server.domain.undoing import undoable
from server.usecases import refusals, repairing
from server.web import acts, current
from server.web.context import directory, page
from server.web.documents import card_of, path_of, show
from server.web.errors import error_text
from server.web.forms import kinds_of

blueprint = Blueprint("repairs", __name__)

ON_ONE = ("ConfirmRepair", "RefuseRepair", "CarryOutRepair", "AcknowledgeRepair")
DONE = {verb(command.__name__) for command in REPAIR_COMMANDS}


@blueprint.get("/repairs")
def repairs() -> Response:
    """Show the repairs that the reader has a part in."""
    done = request.args.get("done", "")
    return _page(notice=current.text(f"repairs.done.{done}") if done in DONE else "")


@blueprint.get("/incoming/<key>/repair")
def repair(key: str) -> Response:
    """Show the form in which somebody asks for a repair of their part of a document, filled with what was refused."""
    refused = refusals.refused_act(current.services(), current.person_id(), request.args.get("from", ""))
    if refused is None or (refused["command"], refused["document_id"]) != ("RequestRepair", f"incoming:{key}"):
        return _form(key, {})
    return _form(key, {**refused["fields"], "replaces": refused["action_id"]})


@blueprint.post("/incoming/<key>/request-repair")
def request_repair(key: str) -> Response:
    """Ask for a repair, or give the form back."""
    act = acts.send("RequestRepair", f"incoming:{key}", kinds_of("RequestRepair"))
    if current.wants_json():
        return acts.json_answer(act)
    if act.is_done:
        return acts.answered(redirect(_done(act), 303), act.receipt)
    return acts.answered(_form(key, act.filled(), form_errors=act.faults(), status=act.status), act.receipt)


@blueprint.post("/incoming/<key>/undo-act")
def undo_act(key: str) -> Response:
    """Take back the reader's own last act on a document, or say on its page why that cannot be done any more."""
    document_id = f"incoming:{key}"
    act = acts.send("UndoAct", document_id, kinds_of("UndoAct"))
    if current.wants_json():
        return acts.json_answer(act)
    if act.is_done:
        return acts.answered(redirect(f"{path_of(document_id)}?receipt={act.receipt['action_id']}", 303), act.receipt)
    notice = error_text(act.receipt["reason"], act.receipt["details"])
    if card_of(document_id) is None:
        return acts.answered(_page(notice=notice, is_fault=True, status=act.status), act.receipt)
    return acts.answered(show(document_id, fault=notice, status=act.status), act.receipt)


@blueprint.get("/incoming/<key>/undo/<action_id>")
def undo(key: str, action_id: str) -> ResponseReturnValue:
    """Offer to take back an act with which the reader gave the document out of their hands: they no longer see it.

    A part of the inbox, fetched when that stands: nothing, once there is nothing to take back any more.
    """
    record = current.services().records.get(f"incoming:{key}")
    who = Standing(record or {"kind": "incoming"}, current.person_id(), current.office(), current.now())
    last = undoable(record, who.person_id) if record and not is_secret(record["confidentiality"]) else None
    if record is None or last is None or last["action_id"] != action_id or not may("UndoAct", who):
        if current.wants_fragment():
            return ""
        abort(404)
    return page(
        "pages/undo.html",
        key=key,
        undo={"action_id": action_id, "event": last["event"]},
        label=f"{record['arrival_number']:02d}",
        year=record["book"][-4:],
        version=record["version"],
        new_action_id=str(uuid.uuid4()),
    )


def _done(act: acts.Act, _key: str = "") -> str:
    return f"/repairs?done={verb(act.command)}"


def _form(key: str, form: dict[str, Any], *, form_errors: dict[str, str] | None = None, status: int = 200) -> Response:
    card = card_of(f"incoming:{key}")
    if card is None or not (card["may_ask_repair"] or form_errors):
        abort(404)
    mine = card["my_assignment"] or {}
    is_finished = mine.get("state") == "concluded"
    html = page(
        "pages/repair_new.html",
        card=card,
        form={"wanted": "reopen" if is_finished else "reroute", **form},
        form_errors=form_errors or {},
        is_finished=is_finished,
        directory=directory(),
        new_action_id=str(uuid.uuid4()),
    )
    return make_response(html, status)


def _page(*, notice: str = "", is_fault: bool = False, status: int = 200) -> Response:
    html = page(
        "pages/repairs.html",
        **repairing.lists(current.services(), current.person_id(), current.now()),
        notice=notice,
        is_fault=is_fault,
        new_action_id=str(uuid.uuid4()),
    )
    return make_response(html, status)


acts.add_command_routes(blueprint, "/incoming", "incoming", ON_ONE, done=_done, page=_page)
