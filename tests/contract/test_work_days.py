"""Working days are counted alike by the server and by devices, with the table that devices get."""

from __future__ import annotations

import json
from pathlib import Path

from server.adapters.legal_days import legal_days
from server.domain.work_calendar import WorkCalendar
from server.web.context import DUE_OFFERED

CASES = json.loads((Path(__file__).parent / "work_days_cases.json").read_text("utf-8"))
ROOT = Path(__file__).resolve().parents[2]


def test_the_server_counts_as_the_cases_say() -> None:
    calendar = WorkCalendar(legal_days())
    for day, count, expected in CASES["after"]:
        assert calendar.after(day, count) == expected


def test_the_table_of_those_days_is_what_devices_get() -> None:
    table = WorkCalendar(legal_days()).exceptions((2018, 2019))
    window = {kind: [day for day in days if day >= "2018-12-01"] for kind, days in table.items()}
    assert window == CASES["days"]


def test_both_offer_the_same_deadlines() -> None:
    assert f"const OFFERED = {list(DUE_OFFERED)};" in (ROOT / "pwa" / "work_days.js").read_text("utf-8")
