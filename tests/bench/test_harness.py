"""The harness tells the truth, and every row can be run; how fast is not asserted here."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.bench.__main__ import MANIFEST, main
from tests.bench.measure import Row, compared, counted, in_turns, table, write
from tests.bench.rows import FULL, NEEDS_CHROMIUM, ON_BOTH_STORES, TINY, measures

FIELDS = {"name", "value", "unit", "reference", "ratio", "goal", "ok"}


def test_a_row_is_judged_by_its_ratio_or_by_itself() -> None:
    good, bad = compared("a", 15.0, 10.0, goal=1.5), compared("a", 15.1, 10.0, goal=1.5)
    assert (good.ratio, good.ok, bad.ok) == (1.5, True, False)
    assert (counted("b", 60.0, "KB", 60).ok, counted("b", 60.1, "KB", 60).ok) == (True, False)
    assert counted("b", 60.0, "KB", 60).reference is None


def test_a_ratio_is_not_rounded_into_its_goal() -> None:
    assert not compared("a", 1.2004, 1.0, goal=1.2).ok


def test_things_are_measured_in_turns_and_the_warm_up_is_left_out() -> None:
    values = {"a": iter([1000.0, 3.0, 1.0, 2.0]), "b": iter([1000.0, 30.0, 10.0, 20.0])}
    order: list[str] = []

    def measured(name: str) -> float:
        order.append(name)
        return next(values[name])

    medians = in_turns({"a": lambda: measured("a"), "b": lambda: measured("b")}, repetitions=3, warm_up=1)
    assert medians == {"a": 2.0, "b": 20.0}
    assert order == ["a", "b", "b", "a", "a", "b", "b", "a"]


def test_the_table_shows_what_was_missed() -> None:
    text = table([compared("first", 30.0, 10.0, goal=1.5), counted("second", 2.0, "requests", 3)])
    head, first, second = text.splitlines()
    assert head.split() == ["row", "value", "reference", "ratio", "goal"]
    assert first.split() == ["first", "30.0", "ms", "10.0", "ms", "3.00", "×", "≤", "1.5", "×", "MISSED"]
    assert second.split() == ["second", "2.0", "requests", "≤", "3", "requests", "ok"]


def test_json_has_every_field_and_keeps_rows_measured_before(tmp_path: Path) -> None:
    out = tmp_path / "build" / "bench.json"
    write([counted("a", 1, "KB", 2), counted("b", 1, "KB", 2)], out)
    write([counted("b", 3, "KB", 2)], out)
    rows = json.loads(out.read_text("utf-8"))
    assert [(row["name"], row["value"], row["ok"]) for row in rows] == [("a", 1, True), ("b", 3, False)]
    assert all(row.keys() == FIELDS for row in rows)


def test_json_that_is_damaged_is_written_anew(tmp_path: Path) -> None:
    out = tmp_path / "bench.json"
    out.write_text("[{", "utf-8")
    write([counted("a", 1, "KB", 2)], out)
    assert len(json.loads(out.read_text("utf-8"))) == 1


def test_a_missed_goal_is_told_by_the_exit_code(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = {"good": lambda: [counted("good", 1, "KB", 2)], "bad": lambda: [counted("bad", 3, "KB", 2)]}
    assert main([], found, tmp_path / "a.json") == 1
    assert main(["--only", "good"], found, tmp_path / "b.json") == 0
    assert [row["name"] for row in json.loads((tmp_path / "b.json").read_text("utf-8"))] == ["good"]
    assert "MISSED" in capsys.readouterr().out


def test_what_was_measured_is_kept_when_a_later_row_fails(tmp_path: Path) -> None:
    def fails() -> list[Row]:
        raise RuntimeError("no")

    with pytest.raises(RuntimeError):
        main([], {"good": lambda: [counted("good", 1, "KB", 2)], "bad": fails}, tmp_path / "a.json")
    assert len(json.loads((tmp_path / "a.json").read_text("utf-8"))) == 1


def test_couchdb_brings_rows_of_its_own() -> None:
    assert set(measures()) == set(FULL) == set(TINY)
    assert set(measures("http://127.0.0.1:1")) - set(FULL) == {f"{name}_couchdb" for name in ON_BOTH_STORES}


@pytest.mark.skipif(not MANIFEST.is_file(), reason="needs static/build")
@pytest.mark.parametrize(
    "name", [pytest.param(one, marks=[pytest.mark.chromium] if one in NEEDS_CHROMIUM else []) for one in FULL]
)
def test_every_row_can_be_measured(name: str) -> None:
    rows = FULL[name](**TINY[name])
    assert rows
    assert all(row.value > 0 for row in rows)
    assert all(row.reference is None or row.reference > 0 for row in rows)
