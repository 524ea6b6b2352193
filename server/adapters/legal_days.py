"""The days off of Vietnamese law, and the days swapped in past years, as the `holidays` package knows them."""

from __future__ import annotations

from functools import cache

import holidays

from server.domain.work_calendar import DayMark

YEARS = range(2018, 2041)
"""From the year of the regulation as far as anybody sets a deadline."""
LANGUAGES = {"vi": "vi", "en": "en_US"}


@cache
def legal_days() -> dict[str, DayMark]:
    """Return the marks of the law by ISO date: days off, and Saturdays that were worked for a day off given before."""
    named = {
        locale: holidays.country_holidays("VN", years=YEARS, language=language)
        for locale, language in LANGUAGES.items()
    }
    marks = {
        day.isoformat(): DayMark(False, {locale: days[day] for locale, days in named.items()}) for day in named["vi"]
    }
    worked = (day.isoformat() for day in getattr(named["vi"], "weekend_workdays", ()) if day.year in YEARS)
    return {**marks, **{day: DayMark(True) for day in worked}}
