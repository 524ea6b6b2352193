"""Dates, numbers and names as people here write them, and the same in JavaScript."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jinja2 import DictLoader

TODAY = "2026-11-22"

# filter → value, Vietnamese, English
EXAMPLES: list[tuple[str, Any, str, str]] = [
    ("date", "2026-11-22", "22/11/2026", "22/11/2026"),
    ("date", "2026-11-22T16:59:59.999Z", "22/11/2026", "22/11/2026"),
    ("date", "2026-11-22T17:00:00.000Z", "23/11/2026", "23/11/2026"),
    ("date", "2026-02-30", "2026-02-30", "2026-02-30"),
    ("date", "2024-02-29", "29/02/2024", "29/02/2024"),
    ("date", "22.11.2026", "22.11.2026", "22.11.2026"),
    ("date", "2026-11-22\n", "2026-11-22\n", "2026-11-22\n"),
    ("date", None, "", ""),
    ("date", "<b>", "&lt;b&gt;", "&lt;b&gt;"),
    ("date_long", "2026-11-22", "ngày 22 tháng 11 năm 2026", "22 November 2026"),
    ("date_long", "2026-01-05", "ngày 05 tháng 01 năm 2026", "5 January 2026"),
    ("date_long", "2026-02-10", "ngày 10 tháng 02 năm 2026", "10 February 2026"),
    ("date_long", "2026-03-09", "ngày 09 tháng 3 năm 2026", "9 March 2026"),
    ("datetime", "2026-11-22T08:15:00.000Z", "22/11/2026 15:15", "22/11/2026 15:15"),
    ("datetime", "2026-12-31T17:00:00Z", "01/01/2027 00:00", "01/01/2027 00:00"),
    ("datetime", "2026-11-22", "22/11/2026", "22/11/2026"),
    ("datetime", "2026-11-22T24:00:00Z", "2026-11-22T24:00:00Z", "2026-11-22T24:00:00Z"),
    ("time_of", "2026-11-22T18:05:59Z", "01:05", "01:05"),
    ("time_of", "2026-11-22", "2026-11-22", "2026-11-22"),
    ("relative_day(today)", "2026-11-22", "hôm nay", "today"),
    ("relative_day(today)", "2026-11-21", "hôm qua", "yesterday"),
    ("relative_day(today)", "2026-11-23", "ngày mai", "tomorrow"),
    ("relative_day(today)", "2026-11-25", "còn 3 ngày", "3 days left"),
    ("relative_day(today)", "2026-11-20", "quá hạn 2 ngày", "2 days overdue"),
    ("relative_day(today)", "2027-11-22", "còn 365 ngày", "365 days left"),
    ("relative_day(today)", "2026-11-21T17:00:00Z", "hôm nay", "today"),
    ("relative_day(today)", None, "", ""),
    ("relative_day('?')", "2026-11-21", "2026-11-21", "2026-11-21"),
    ("due_in(today)", "2026-11-22", "đến hạn hôm nay", "due today"),
    ("due_in(today)", "2026-11-21", "quá hạn 1 ngày", "1 day overdue"),
    ("due_in(today)", "2026-11-23", "còn 1 ngày", "due tomorrow"),
    ("due_in(today)", "2026-11-30", "còn 8 ngày", "8 days left"),
    ("filesize", 0, "0 B", "0 B"),
    ("filesize", 1023, "1023 B", "1023 B"),
    ("filesize", 1024, "1 KB", "1 KB"),
    ("filesize", 12_700, "12 KB", "12 KB"),
    ("filesize", 1_258_291, "1,2 MB", "1.2 MB"),
    ("filesize", 60 * 1024 * 1024, "60 MB", "60 MB"),
    ("filesize", 900 * 1024**4, "900 TB", "900 TB"),
    ("filesize", 1000 * 1024**2, "1.000 MB", "1,000 MB"),
    ("filesize", "1258291", "1,2 MB", "1.2 MB"),
    ("filesize", -1, "-1", "-1"),
    ("filesize", None, "", ""),
    ("number", 1234567, "1.234.567", "1,234,567"),
    ("number", -1000, "-1.000", "-1,000"),
    ("number", 999, "999", "999"),
    ("number", "1234.50", "1.234,50", "1,234.50"),
    ("number", 1.5, "1,5", "1.5"),
    ("number", "x", "x", "x"),
    ("initials", "Nguyễn Văn An", "VA", "VA"),
    ("initials", "Nguyễn Thị Ánh Tuyết", "ÁT", "ÁT"),
    ("initials", "đặng a\u0301nh", "ĐÁ", "ĐÁ"),
    ("initials", "Bình", "B", "B"),
    ("initials", "  ", "", ""),
    ("initials", None, "", ""),
    ("lines", "a <b>\r\nc\n\nd", "a &lt;b&gt;<br>\nc<br>\n<br>\nd", "a &lt;b&gt;<br>\nc<br>\n<br>\nd"),
]


@pytest.fixture(scope="module")
def formats(pair: Any) -> Any:
    filters = {example[0] for example in EXAMPLES}
    sources = {f"{name}.html": f"{{{{ value|{name} }}}}" for name in filters}
    sources["literal.html"] = "{{ '2026-03-09'|date_long }}"
    pair.compile(DictLoader(sources), list(sources))
    return pair


@pytest.mark.parametrize(("name", "value", "vietnamese", "english"), EXAMPLES)
def test_format(formats: Any, name: str, value: Any, vietnamese: str, english: str) -> None:
    context = {"value": value, "today": TODAY}
    assert formats.same(f"{name}.html", context, "vi") == vietnamese
    assert formats.same(f"{name}.html", context, "en") == english


def test_a_literal_is_written_in_the_language_of_the_reader(formats: Any) -> None:
    """Jinja2 computes filters of literals once, at compile time, unless told not to."""
    assert formats.same("literal.html", {}, "vi") == "ngày 09 tháng 3 năm 2026"
    assert formats.same("literal.html", {}, "en") == "9 March 2026"


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    value=st.dates().map(str)
    | st.datetimes().map(lambda at: f"{at.isoformat(timespec='milliseconds')}Z")
    | st.from_regex(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9]{2}:[0-9]{2}Z)?", fullmatch=True)
    | st.integers(-(2**53), 2**53)
    | st.from_regex(r"-?[0-9]{1,9}\.[0-9]{1,3}", fullmatch=True)
    | st.text(max_size=12)
)
def test_any_value_is_written_alike(formats: Any, value: Any) -> None:
    for name in {example[0] for example in EXAMPLES}:
        formats.same(f"{name}.html", {"value": value, "today": TODAY}, "vi")
