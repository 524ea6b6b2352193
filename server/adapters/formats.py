"""How dates, numbers and names are written on pages (dates as Decree 30/2020 writes them).

Each function has a twin in pwa/templates/office.js, and the words come from the catalogues (`format.*`, `day.*`), so
that a page is the same online and offline. What cannot be read is shown as it is; None and nothing become ''.
Instants are ISO 8601 in UTC with Z and are shown in Vietnam's time, UTC+7 the whole year.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date as calendar_date
from datetime import datetime as calendar_datetime
from datetime import timedelta
from typing import Any

from markupsafe import Markup, escape

from server.adapters.catalogues import plain_text, translate

Messages = Mapping[str, str]

_VIETNAM = timedelta(hours=7)
_DATE = re.compile(r"([12][0-9]{3})-([0-9]{2})-([0-9]{2})(?:T([0-9]{2}):([0-9]{2})(?::[0-5][0-9](?:\.[0-9]+)?)?Z)?")
_NUMBER = re.compile(r"(-?)([0-9]+)(?:\.([0-9]+))?")
_UNITS = ("KB", "MB", "GB", "TB")
_ESCAPES = (("&lt;", "<"), ("&gt;", ">"), ("&#34;", '"'), ("&quot;", '"'), ("&#39;", "'"), ("&amp;", "&"))


def _parse(value: Any) -> tuple[calendar_date, str | None] | None:
    """Read an ISO date or instant: the day in Vietnam and the time of day, if it has one."""
    match = _DATE.fullmatch(plain_text(value))
    if match is None:
        return None
    try:
        moment = calendar_datetime(*(int(part) for part in match.groups(default="0")))  # type: ignore[arg-type]
    except ValueError:
        return None
    if match[4] is None:
        return moment.date(), None
    local = moment + _VIETNAM
    return local.date(), f"{local.hour:02}:{local.minute:02}"


def _written(messages: Messages, key: str, day: calendar_date) -> str:
    month = translate(messages, f"format.month_{day.month}", {})
    parts = {"day": str(day.day), "dd": f"{day.day:02}", "mm": f"{day.month:02}", "yyyy": f"{day.year:04}"}
    return translate(messages, key, {**parts, "month": month})


def date(messages: Messages, value: Any) -> str:
    """'2026-11-22' → '22/11/2026'; an instant gives its day in Vietnam."""
    parsed = _parse(value)
    return _written(messages, "format.date", parsed[0]) if parsed else plain_text(value)


def date_long(messages: Messages, value: Any) -> str:
    """'2026-02-05' → 'ngày 05 tháng 02 năm 2026' (zeros as Decree 30/2020 asks), '5 February 2026' in English."""
    parsed = _parse(value)
    return _written(messages, "format.date_long", parsed[0]) if parsed else plain_text(value)


def time_of(value: Any) -> str:
    """'2026-11-22T08:15:00.000Z' → '15:15'."""
    parsed = _parse(value)
    return parsed[1] if parsed and parsed[1] else plain_text(value)


def datetime(messages: Messages, value: Any) -> str:
    """'2026-11-22T08:15:00.000Z' → '22/11/2026 15:15'; a date without a time gives just the date."""
    parsed = _parse(value)
    if not parsed or not parsed[1]:
        return date(messages, value)
    day = _written(messages, "format.date", parsed[0])
    return translate(messages, "format.datetime", {"date": day, "time": parsed[1]})


def _days_until(value: Any, today: Any) -> int | None:
    parsed, reference = _parse(value), _parse(today)
    return (parsed[0] - reference[0]).days if parsed and reference else None


def relative_day(messages: Messages, value: Any, today: Any) -> str:
    """'hôm nay', 'hôm qua', 'ngày mai', 'còn 3 ngày', 'quá hạn 2 ngày'."""
    days = _days_until(value, today)
    if days is None:
        return plain_text(value)
    near = {-1: "day.yesterday", 0: "day.today", 1: "day.tomorrow"}
    if days in near:
        return translate(messages, near[days], {})
    return translate(messages, "day.left" if days > 0 else "day.overdue", {"count": abs(days)})


def due_in(messages: Messages, value: Any, today: Any) -> str:
    """A deadline seen from today: 'còn 3 ngày', 'đến hạn hôm nay', 'quá hạn 1 ngày'."""
    days = _days_until(value, today)
    if days is None:
        return plain_text(value)
    near = {-1: "day.overdue_since_yesterday", 0: "day.due_today", 1: "day.due_tomorrow"}
    if days in near:
        return translate(messages, near[days], {})
    return translate(messages, "day.left" if days > 0 else "day.overdue", {"count": abs(days)})


def number(messages: Messages, value: Any) -> str:
    """1234567 → '1.234.567', '1,234,567' in English; a decimal is best given as a string: '1234.5' → '1.234,5'."""
    match = _NUMBER.fullmatch(plain_text(value))
    if match is None:
        return plain_text(value)
    group, decimal = messages.get("format.group", "."), messages.get("format.decimal", ",")
    whole = re.sub(r"(?<=[0-9])(?=(?:[0-9]{3})+$)", lambda _: group, match[2])
    return match[1] + whole + (decimal + match[3] if match[3] else "")


def filesize(messages: Messages, value: Any) -> str:
    """A size in bytes, in steps of 1024 as office computers show it: '512 B', '12 KB', '1,2 MB'."""
    written = plain_text(value)
    if not re.fullmatch(r"[0-9]{1,15}", written):
        return written
    size = int(written)
    if size < 1024:
        return f"{size} B"
    unit, name = 1024, _UNITS[0]
    for larger in _UNITS[1:]:
        if size < unit * 1024:
            break
        unit, name = unit * 1024, larger
    tenths = (size * 10 + unit // 2) // unit
    whole, tenth = divmod(tenths, 10)
    if name == "KB" or tenth == 0:
        return f"{number(messages, whole)} {name}"
    return f"{number(messages, f'{whole}.{tenth}')} {name}"


def initials(value: Any) -> str:
    """'Nguyễn Văn An' → 'VA': the first letters of the last two words, for an avatar."""
    words = unicodedata.normalize("NFC", plain_text(value)).split()
    return "".join(word[0].upper() for word in words[-2:])


def lines(value: Any) -> Markup:
    """Escape a text and keep its line breaks."""
    html = escape(value) if isinstance(value, Markup) else escape(plain_text(value))
    return Markup(re.sub(r"\r\n|\r|\n", "<br>\n", str(html)))


def striptags(value: Any) -> str:
    """Drop tags and comments, join white space, undo the five escapes (and no other: the worker has no such table)."""
    bare = re.sub(r"<!--.*?-->|<[^>]*>", "", plain_text(value), flags=re.DOTALL)
    joined = " ".join(bare.split())
    for escaped, sign in _ESCAPES:
        joined = joined.replace(escaped, sign)
    return joined


# Filters that read the catalogue of the current language, and those that do not.
LOCALIZED: dict[str, Callable[..., str]] = {
    "date": date,
    "date_long": date_long,
    "datetime": datetime,
    "due_in": due_in,
    "filesize": filesize,
    "number": number,
    "relative_day": relative_day,
}
PLAIN: dict[str, Callable[..., str]] = {
    "initials": initials,
    "lines": lines,
    "striptags": striptags,
    "time_of": time_of,
}
