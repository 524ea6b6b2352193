"""Printing the arrival book in the decree's forms, a volume at a time (decree 30/2020 Article 22.3.b, Appendix IV).

A volume is made in the background, since it may have thousands of entries; its page says how far it is.
"""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, abort, redirect, request, send_file
from werkzeug.wrappers import Response as BaseResponse

from server.adapters import formats
from server.adapters.catalogues import load, translate
from server.adapters.print_jobs import KEPT_S, MADE, PrintJob, PrintJobs, Tell, wait_for
from server.adapters.typesetting import fonts
from server.adapters.typesetting_registers import typeset_register
from server.domain.office import CLERK
from server.usecases import register_print
from server.usecases.register_print import FORMS, LAST, SIZES, Selection
from server.web import current
from server.web.context import page
from server.web.files import PDF_POLICY
from server.web.stamps import OFFICIAL

blueprint = Blueprint("printing", __name__)

PAPERS = ("A4", "A3")
DEFAULT_SIZE = 200
MOST_VOLUMES = 500
PATIENCE_S = 2.0
"""How long an answer waits for a short volume, so that its page need not be asked for again."""


@blueprint.get("/registers")
def choose() -> str:
    """Show the form in which part of a book is chosen, and the volumes that it makes."""
    asked = _asked(request.args)
    is_asked = "form" in request.args
    volumes: list[dict[str, Any]] = []
    if is_asked:
        volumes = register_print.volumes(
            current.services(), _selection(asked), asked["size"], current.person_id(), current.now()
        )[:MOST_VOLUMES]
    return page(
        "pages/registers.html",
        asked=asked,
        is_asked=is_asked,
        volumes=[{**one, "label": f"{one['volume']:02d}"} for one in volumes],
        years=_years(asked["year"]),
        forms=FORMS,
        sizes=SIZES,
        papers=PAPERS,
        may_see_secret=CLERK in current.roles(),
    )


@blueprint.post("/registers")
def start() -> BaseResponse:
    """Begin to make a volume, and go to its page."""
    asked = _asked(request.form)
    chosen, services = _selection(asked), current.services()
    person_id, at, volume_number = current.person_id(), current.now(), _number(request.form.get("volume", ""), 1)
    volumes = register_print.volumes(services, chosen, SIZES[-1], person_id, at)
    if len(volumes) != 1:
        abort(400)
    volume = {**volumes[0], "volume": volume_number}
    cover = register_print.cover(asked["form"], chosen, volume, _texts)

    def make(target: Path, tell: Tell) -> None:
        entries = target.with_suffix(".rows")
        try:
            with entries.open("w", encoding="utf-8") as out:
                for row in register_print.rows(services, asked["form"], chosen, person_id, at, _texts):
                    out.write(json.dumps(row, ensure_ascii=False) + "\n")
            typeset_register(
                entries, target, form=asked["form"], cover=cover, paper=asked["paper"], fonts=fonts().files,
                on_progress=tell,
            )  # fmt: skip
        finally:
            entries.unlink(missing_ok=True)

    name = f"{asked['form']}-{chosen.book}-{volume_number:02d}.pdf"
    job = jobs().start(person_id, chosen.book, name, volume["count"], make)
    wait_for(job, PATIENCE_S)
    return redirect(f"/registers/{job.job_id}", 303)


@blueprint.get("/registers/<key>")
def progress(key: str) -> str:
    """Tell how far a volume is."""
    job = _own(key)
    return progress_page(job, at=f"/registers/{key}", made_at=f"/registers/{key}/pdf", back="/registers")


@blueprint.get("/registers/<key>/pdf")
def printed(key: str) -> Response:
    """Send a volume that is made."""
    return sent(_own(key))


def progress_page(job: PrintJob, *, at: str, made_at: str, back: str) -> str:
    """Show how far a print is; `at` is where that is asked for again, `made_at` where its PDF will be."""
    return page(
        "pages/print_progress.html",
        job={"state": job.state, "done": job.done, "total": job.total, "name": job.name},
        at=at,
        made_at=made_at,
        back=back,
        kept_minutes=KEPT_S // 60,
    )


def sent(job: PrintJob) -> Response:
    """Send the PDF of a print that is made."""
    path = jobs().path_of(job)
    if job.state != MADE or not path.exists():
        abort(404)
    response = send_file(path.open("rb"), mimetype="application/pdf", download_name=job.name, etag=False)
    response.headers.update({"Cache-Control": "private, no-store", "Content-Security-Policy": PDF_POLICY})
    return response


def jobs() -> PrintJobs:
    """Return the prints of this installation."""
    return PrintJobs(current.services().data_dir / "prints")


def _own(job_id: str) -> PrintJob:
    """Return the reader's own print; one of the secret book only while they may see it."""
    job = jobs().find(job_id, current.person_id())
    if job is None or (job.book.startswith("den-mat-") and CLERK not in current.roles()):
        abort(404)
    return job


def _texts(key: str, **values: Any) -> str:
    """Return a message, or a date as it is written, in the language of official writing."""
    messages = load(OFFICIAL)
    return formats.date(messages, values["value"]) if key == "date" else str(translate(messages, key, values))


def _asked(given: Any) -> dict[str, Any]:
    """Return what was chosen; what makes no sense is as if it had not been chosen."""
    year = given.get("year", "")
    is_year = len(year) == 4 and year.isascii() and year.isdigit()
    is_secret = given.get("book") == "secret" and CLERK in current.roles()
    return {
        "year": year if is_year else current.today()[:4],
        "is_secret": is_secret,
        "form": _one_of(given.get("form", ""), FORMS),
        "first": _number(given.get("first", ""), None),
        "last": _number(given.get("last", ""), None),
        "from_on": _day(given.get("from_on", "")),
        "to_on": _day(given.get("to_on", "")),
        "size": int(_one_of(given.get("size", ""), [str(DEFAULT_SIZE), *map(str, SIZES)])),
        "paper": _one_of(given.get("paper", ""), PAPERS),
    }


def _selection(asked: dict[str, Any]) -> Selection:
    book = f"den-mat-{asked['year']}" if asked["is_secret"] else f"den-{asked['year']}"
    return Selection(book, asked["first"] or 1, asked["last"] or LAST, asked["from_on"], asked["to_on"])


def _one_of(asked: str, known: Any) -> str:
    return asked if asked in known else str(next(iter(known)))


def _number(asked: str, otherwise: Any) -> Any:
    return int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 9 and int(asked) > 0 else otherwise


def _day(asked: str) -> str:
    try:
        return asked if date.fromisoformat(asked).isoformat() == asked else ""
    except ValueError:
        return ""


def _years(shown: str) -> list[str]:
    books = current.services().registers.all("book:den-")
    return sorted({book["_id"][-4:] for book in books} | {shown}, reverse=True)
