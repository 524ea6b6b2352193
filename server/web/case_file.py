"""One work case file: its contents list, and the whole of it as PDF and as XML (decree 30/2020 Appendix V.IV, VI)."""

from __future__ import annotations

import shutil
import tempfile
import uuid
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, abort, make_response, redirect, request
from werkzeug.wrappers import Response as BaseResponse

from server.adapters import dossier_xml, formats
from server.adapters.catalogues import load, translate
from server.adapters.print_jobs import PrintJob, Tell, wait_for
from server.adapters.typesetting import fonts
from server.adapters.typesetting_contents import typeset_case_file
from server.domain.case_file_commands import ON_CASE_FILE
from server.domain.commands import verb
from server.domain.histories import timeline_entry
from server.domain.payloads import RECORD_ID
from server.ports import Services
from server.usecases.case_file_contents import Contents, Entry, contents
from server.web import acts, current, printing, uploads
from server.web.context import page
from server.web.documents import path_of, show
from server.web.errors import error_text
from server.web.forms import kinds_of
from server.web.stamps import OFFICIAL

blueprint = Blueprint("case_file", __name__)
DONE = {verb(command) for command in ON_CASE_FILE}


@blueprint.get("/case-files/<key>")
def case_file(key: str) -> BaseResponse:
    """Show a case file: its documents in the order of time, and how far they are."""
    done = request.args.get("done", "")
    return _page(key, notice=current.text(f"case_files.done.{done}") if done in DONE else "")


@blueprint.post("/case-files/<key>/file-document")
def file_document(key: str) -> BaseResponse:
    """Put a document into a case file of the reader's, and go back to the document."""
    act = acts.send("FileDocument", f"case_file:{key}", kinds_of("FileDocument"))
    if current.wants_json():
        return acts.json_answer(act)
    document_id = str(act.fields["document"])
    if not document_id.startswith(("incoming:", "outgoing:")):
        abort(404)
    if not act.is_done:
        notice = error_text(act.receipt["reason"], act.receipt["details"])
        return acts.answered(show(document_id, fault=notice, status=act.status), act.receipt)
    return acts.answered(redirect(f"{path_of(document_id)}#filing", 303), act.receipt)


def _done(act: acts.Act, key: str) -> str:
    return f"/case-files/{key}?done={verb(act.command)}"


def _shown(*, notice: str = "", is_fault: bool = False, status: int = 200) -> BaseResponse:
    key = str((request.view_args or {}).get("key", ""))
    return _page(key, notice=notice, is_fault=is_fault, status=status)


def _page(key: str, *, notice: str = "", is_fault: bool = False, status: int = 200) -> BaseResponse:
    found = _contents(key)
    entries = [
        {
            "ordinal": one.ordinal,
            "_id": one.record["_id"],
            "kind": one.record["kind"],
            "state": one.record["state"],
            "number": one.number,
            "on": one.on,
            "type_name": one.type_name,
            "title": one.record["subject"],
            "author": one.author,
            "pages": one.pages,
            "is_filed": one.is_filed,
        }
        for one in found.entries
    ]
    named = ("_id", "title", "notation", "retention", "state", "version")
    html = page(
        "pages/case_file.html",
        file={**{name: found.record[name] for name in named}, "key": key, "owner_name": found.owner_name},
        year=found.year,
        start_on=found.start_on,
        end_on=found.end_on,
        page_total=found.page_total,
        done_count=found.done_count,
        entries=entries,
        is_own=found.record["owner_id"] == current.person_id(),
        notice=notice,
        is_fault=is_fault,
        new_action_id=str(uuid.uuid4()),
    )
    return make_response(html, status)


acts.add_command_routes(blueprint, "/case-files", "case_file", ON_CASE_FILE, done=_done, page=_shown)


@blueprint.get("/case-files/<key>/xml")
def xml(key: str) -> Response:
    """Send the fields of the file and of its documents as XML."""
    found = _contents(key)
    response = make_response(dossier_xml.written(_dossier(found)))
    response.headers.update(
        {
            "Content-Type": "application/xml; charset=utf-8",
            "Content-Disposition": f'attachment; filename="{_name(found)}.xml"',
            "Cache-Control": "private, no-store",
        }
    )
    return response


@blueprint.post("/case-files/<key>/pdf")
def start(key: str) -> BaseResponse:
    """Begin to make the whole file as one PDF, and go to its page."""
    found, services = _contents(key), current.services()

    def make(target: Path, tell: Tell) -> None:
        with tempfile.TemporaryDirectory(prefix="congvan-case-file-") as folder:
            rows = [_row(one, Path(folder), services) for one in found.entries]
            typeset_case_file(
                target, head=_head(found), rows=rows, broken=_text("print.contents.broken"), fonts=fonts().files,
                on_progress=tell,
            )  # fmt: skip

    name, total = f"{_name(found)}.pdf", len(found.entries)
    job = printing.jobs().start(current.person_id(), found.record["_id"], name, total, make)
    wait_for(job, printing.PATIENCE_S)
    return redirect(f"/case-files/{key}/pdf/{job.job_id}", 303)


@blueprint.get("/case-files/<key>/pdf/<job_id>")
def progress(key: str, job_id: str) -> str:
    """Tell how far the PDF is."""
    job = _own(key, job_id)
    at = f"/case-files/{key}/pdf/{job_id}"
    return printing.progress_page(job, at=at, made_at=f"{at}/file", back=f"/case-files/{key}")


@blueprint.get("/case-files/<key>/pdf/<job_id>/file")
def made(key: str, job_id: str) -> Response:
    """Send the PDF that is made."""
    return printing.sent(_own(key, job_id))


def _contents(key: str) -> Contents:
    """Return the file with what the reader may see of it; absent and hidden look alike."""
    case_file_id = f"case_file:{key}"
    found = None
    if RECORD_ID.fullmatch(case_file_id):
        found = contents(current.services(), current.person_id(), case_file_id, _text("print.agency_name"))
    if found is None:
        abort(404)
    return found


def _own(key: str, job_id: str) -> PrintJob:
    """Return the reader's own print of a file that they may still see."""
    found = _contents(key)
    job = printing.jobs().find(job_id, current.person_id())
    if job is None or job.book != found.record["_id"]:
        abort(404)
    return job


def _text(key: str, **values: Any) -> str:
    """Return a message in the language of official writing."""
    return str(translate(load(OFFICIAL), key, values))


def _date(day: str) -> str:
    return formats.date(load(OFFICIAL), day) if day else ""


def _name(found: Contents) -> str:
    """Return what the file is called when it is saved."""
    notation = "".join(letter if letter.isascii() and letter.isalnum() else "-" for letter in found.record["notation"])
    return f"ho-so-{notation.strip('-') or found.record['_id'][-8:]}-{found.year}"


def _head(found: Contents) -> dict[str, str]:
    return {
        "title": _text("print.contents.title"),
        "code": _text("print.contents.code", notation=found.record["notation"] or "................"),
        "subject": found.record["title"],
        "year": _text("print.contents.year", year=found.year),
    }


def _row(entry: Entry, folder: Path, services: Services) -> dict[str, Any]:
    """Return a row of the contents list, with a copy of the document's PDF where it has one."""
    first, last = entry.first_page, (entry.first_page or 0) + entry.pages - 1
    return {
        "cells": [
            str(entry.ordinal),
            entry.number,
            _date(entry.on),
            "\n".join(part for part in (entry.type_name, entry.record["subject"]) if part),
            entry.author,
            "" if first is None else f"{first}" if first >= last else f"{first}–{last}",
            "",
        ],
        "path": _copied(entry, folder, services),
        "name": " – ".join(part for part in (str(entry.ordinal), entry.number, entry.record["subject"][:80]) if part),
    }


def _copied(entry: Entry, folder: Path, services: Services) -> Path | None:
    file, bodies = entry.file, services.store.files
    if file is None or file["media_type"] != uploads.PDF or not bodies.exists(file["sha256"]):
        return None
    path = folder / f"{entry.ordinal}.pdf"
    with bodies.open(file["sha256"], 0, int(file["size"])).stream as stream, path.open("wb") as copy:
        shutil.copyfileobj(stream, copy)
    return path


def _dossier(found: Contents) -> dict[str, Any]:
    """Return the fields of Appendix VI: of the dossier, and of each of its documents."""
    code = {"FileCatalog": found.year, "FileNotation": found.record["notation"]}
    return {
        "FileCode": code,
        "Title": found.record["title"],
        "Maintenance": _text(f"states.retention.{found.record['retention']}"),
        "Creator": found.owner_name,
        "Language": dossier_xml.LANGUAGE,
        "StartDate": _date(found.start_on),
        "EndDate": _date(found.end_on),
        "DocTotal": str(len(found.entries)),
        "PageTotal": str(found.page_total),
        "Document": [_document(one, code) for one in found.entries],
    }


def _document(entry: Entry, code: dict[str, Any]) -> dict[str, Any]:
    record = entry.record
    number, notation = entry.code
    signer = {"Position": record.get("signer_position"), "FullName": record.get("signer_name")}
    common = {
        "FileCode": code,
        "DocOrdinal": str(entry.ordinal),
        "TypeName": entry.type_name,
        "CodeNumber": number,
        "CodeNotation": notation,
        "IssuedDate": _date(entry.on),
        "OrganName": entry.author,
        "Subject": record["subject"],
        "Language": record.get("language") or dossier_xml.LANGUAGE,
        "PageAmount": str(entry.pages) if entry.pages else "",
        "Description": record.get("note"),
        "SignerInfo": signer,
    }
    if record["kind"] != "incoming":
        return {**common, "DueDate": _date(record["due_on"] or "")}
    return {
        **common,
        "ArrivalDate": _date(record["arrived_on"]),
        "ArrivalNumber": str(record["arrival_number"]),
        "ToPlaces": record.get("to_places"),
        "TraceHeaderList": "\n".join(_trace(event) for event in record["events"] if event["event"] != "Followed"),
        "DueDate": _date(record["due_on"] or ""),
    }


def _trace(event: dict[str, Any]) -> str:
    """Return a line of what happened to a document: when, who and for whom, what, with which words."""
    told = timeline_entry(event, current.office())
    who = told["actor_name"] or _text("history.clock")
    if told["on_behalf_of_name"]:
        who += f" ({_text('history.on_behalf', name=told['on_behalf_of_name'])})"
    line = f"{formats.datetime(load(OFFICIAL), told['at'])} {who} {_text('events.' + told['event'])}"
    return f"{line}: {told['text']}" if told["text"] else line
