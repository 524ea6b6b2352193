"""The working days of a year: everybody sees them, the administrator marks them (Labour Code Articles 111, 112)."""

from __future__ import annotations

import calendar
import uuid
from datetime import date
from typing import Any

from flask import Blueprint, make_response, redirect, request
from werkzeug.wrappers import Response

from server.domain.office import ADMINISTRATOR
from server.domain.work_calendar import WorkCalendar
from server.web import acts, current
from server.web.context import page
from server.web.forms import kinds_of

blueprint = Blueprint("work_calendar", __name__)

MARK_KINDS = kinds_of("MarkDay")
UNMARK_KINDS = kinds_of("UnmarkDay")
YEARS = range(2018, 2100)
DONE = ("marked", "unmarked")


@blueprint.get("/work-calendar")
def year() -> Response:
    """Show a year month by month; `?day=` is what the form begins with."""
    asked, day = request.args.get("year", ""), request.args.get("day", "")
    number = year_of(asked)
    done = request.args.get("done", "")
    notice = current.text(f"work_calendar.{done}") if done in DONE else ""
    form = {"day": day, "is_working": not current.office().calendar.is_working(day)} if _is_day(day) else {}
    return _page(number, notice=notice, form=form)


@blueprint.post("/work-calendar/<key>/mark-day")
def mark_day(key: str) -> Response:
    """Mark a day as off or as worked."""
    return _answer(acts.send("MarkDay", f"calendar:{key}", MARK_KINDS), key, "marked")


@blueprint.post("/work-calendar/<key>/unmark-day")
def unmark_day(key: str) -> Response:
    """Take a mark away."""
    return _answer(acts.send("UnmarkDay", f"calendar:{key}", UNMARK_KINDS), key, "unmarked")


def _answer(act: acts.Act, key: str, done: str) -> Response:
    if current.wants_json():
        return acts.json_answer(act)
    if act.is_done:
        return acts.answered(redirect(f"/work-calendar?year={key}&done={done}", 303), act.receipt)
    return acts.answered(_page(year_of(key), form=act.filled(), faults=act.faults(), status=act.status), act.receipt)


def _page(
    number: int,
    *,
    notice: str = "",
    form: dict[str, Any] | None = None,
    faults: dict[str, str] | None = None,
    status: int = 200,
) -> Response:
    days = current.office().calendar
    stored = current.services().accounts.get(f"calendar:{number}") or {}
    html = page(
        "pages/work_calendar.html",
        year=number,
        years=[one for one in (number - 1, number + 1) if one in YEARS],
        months=[_month(number, month, days) for month in range(1, 13)],
        marks=_marks(number, days),
        working_days=sum(days.is_working(day.isoformat()) for day in _days_of(number)),
        version=stored.get("version", 0),
        may_mark=ADMINISTRATOR in current.roles(),
        form=form or {},
        form_errors=faults or {},
        notice=notice,
        new_action_id=str(uuid.uuid4()),
    )
    return make_response(html, status)


def year_of(text: str) -> int:
    """Return the year that is asked for, or this one."""
    is_year = text.isdecimal() and len(text) == 4 and int(text) in YEARS
    return int(text) if is_year else int(current.today()[:4])


def _is_day(text: str) -> bool:
    try:
        return len(text) == 10 and date.fromisoformat(text).year in YEARS
    except ValueError:
        return False


def _days_of(number: int) -> list[date]:
    return [
        date(number, month, day)
        for month in range(1, 13)
        for day in range(1, calendar.monthrange(number, month)[1] + 1)
    ]


def _month(number: int, month: int, days: WorkCalendar) -> dict[str, Any]:
    """Return a month as weeks of seven days, from Monday; None where another month's day would be."""
    weeks = [
        [_day(date(number, month, day), days) if day else None for day in week]
        for week in calendar.Calendar().monthdayscalendar(number, month)
    ]
    return {"month": month, "weeks": weeks}


def _day(day: date, days: WorkCalendar) -> dict[str, Any]:
    iso = day.isoformat()
    mark = days.mark_of(iso)
    return {
        "on": iso,
        "number": day.day,
        "is_working": days.is_working(iso),
        "is_marked": mark is not None,
        "name": _name(iso, days),
    }


def _name(day: str, days: WorkCalendar) -> str:
    """Return why a day is off or worked; the law knows no name for a Saturday that was worked."""
    mark = days.mark_of(day)
    return (mark.name(current.locale()) or current.text("work_calendar.worked")) if mark else ""


def _marks(number: int, days: WorkCalendar) -> list[dict[str, Any]]:
    """Return the marked days of a year in order, the office's own with `is_own`."""
    found = {day for marks in (days.legal, days.own) for day in marks if day.startswith(f"{number}-")}
    return [
        {
            "on": day,
            "weekday": date.fromisoformat(day).weekday(),
            "name": _name(day, days),
            "is_working": days.is_working(day),
            "is_own": day in days.own,
        }
        for day in sorted(found)
    ]
