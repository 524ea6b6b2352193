"""Working days: the nine vectors of rules 2.11 on the law's real days, and the office's own marks before them."""

from __future__ import annotations

from datetime import date

import pytest

from server.adapters.legal_days import legal_days
from server.domain.work_calendar import DayMark, WorkCalendar, own_marks

LAW = WorkCalendar(legal_days())

VECTORS = [
    ("2018-12-26", "2019-01-02", "2019-01-02"),
    ("2018-12-27", "2019-01-02", "2019-01-03"),
    ("2018-12-28", "2019-01-02", "2019-01-04"),
    ("2019-01-02", "2019-01-05", "2019-01-05"),  # a Saturday that was worked for 31/12/2018
    ("2019-01-03", "2019-01-07", "2019-01-07"),
    ("2019-01-31", "2019-02-11", "2019-02-12"),  # the days of Tết
    ("2019-04-12", "2019-04-16", "2019-04-18"),  # Giỗ Tổ fell on a Sunday
    ("2019-04-26", "2019-05-02", "2019-05-04"),  # a Saturday that was worked for 29/4
    ("2019-08-30", "2019-09-03", "2019-09-05"),
]


@pytest.mark.parametrize(("received", "by_calendar", "by_working_days"), VECTORS)
def test_three_days_after_a_draft_is_received(received: str, by_calendar: str, by_working_days: str) -> None:
    assert LAW.after_calendar_days(received, 3) == by_calendar
    assert LAW.after(received, 3) == by_working_days


@pytest.mark.parametrize(
    ("year", "tet", "gio_to"),
    [
        (2018, "02-16", "04-25"), (2019, "02-05", "04-14"), (2020, "01-25", "04-02"), (2021, "02-12", "04-21"),
        (2022, "02-01", "04-10"), (2023, "01-22", "04-29"), (2024, "02-10", "04-18"), (2025, "01-29", "04-07"),
        (2026, "02-17", "04-26"), (2027, "02-06", "04-16"), (2028, "01-26", "04-04"), (2029, "02-13", "04-23"),
        (2030, "02-02", "04-12"), (2031, "01-23", "04-01"), (2032, "02-11", "04-19"),
    ],
)  # fmt: skip
def test_the_days_of_the_moon_are_off_in_every_year(year: int, tet: str, gio_to: str) -> None:
    for day in (f"{year}-{tet}", f"{year}-{gio_to}"):
        assert not LAW.is_working(day)
    # five days of Tết at least, and the weekday after a holiday that fell on a day off
    assert sum(not LAW.is_working(day.isoformat()) for day in _around(f"{year}-{tet}")) >= 5
    if date.fromisoformat(f"{year}-{gio_to}").weekday() == 6:
        assert not LAW.is_working(date.fromisoformat(f"{year}-{gio_to}").replace(day=int(gio_to[3:]) + 1).isoformat())


def _around(day: str) -> list[date]:
    middle = date.fromisoformat(day).toordinal()
    return [date.fromordinal(number) for number in range(middle - 2, middle + 6)]


def test_marks_are_named_in_both_languages() -> None:
    mark = LAW.mark_of("2026-09-02")
    assert mark is not None
    assert (mark.name("vi"), mark.name("en")) == ("Quốc khánh", "National Day")
    assert mark.name("fr") == "Quốc khánh"


def test_the_offices_own_marks_stand_before_the_law() -> None:
    swapped = {"days": {"2026-11-28": {"is_working": True, "name": "Làm bù"}}}
    storm = {"days": {"2026-11-30": {"is_working": False, "name": "Nghỉ tránh bão"}}}
    calendar = WorkCalendar(LAW.legal, own_marks([swapped, storm, {"_id": "calendar:2027"}]))
    assert LAW.after("2026-11-27", 1) == "2026-11-30"
    assert calendar.after("2026-11-27", 1) == "2026-11-28"
    assert calendar.after("2026-11-27", 2) == "2026-12-01"
    assert calendar.or_next("2026-11-30") == "2026-12-01"
    # the instant is that of Vietnam: at 18:00 UTC it is the next day there
    assert calendar.end_after("2026-11-26T18:00:00.000Z", 1) == "2026-11-28T16:59:59.999Z"
    assert WorkCalendar(LAW.legal, {"2026-09-02": DayMark(True)}).is_working("2026-09-02")


def test_how_many_working_days_are_left() -> None:
    assert LAW.left("2026-11-27", "2026-11-27") == 0
    assert LAW.left("2026-11-27", "2026-11-30") == 1
    assert LAW.left("2026-11-27", "2026-11-29") == 0
    assert LAW.left("2026-11-30", "2026-11-27") == -1
    assert LAW.left("2026-11-27", "9999-12-31") > 0


def test_a_calendar_without_a_working_day_ends_in_an_error_and_not_in_a_loop() -> None:
    never = WorkCalendar({date.fromordinal(n).isoformat(): DayMark(False) for n in range(740000, 745000)})
    with pytest.raises(ValueError, match="no working day"):
        never.after(date.fromordinal(740001).isoformat(), 1)
