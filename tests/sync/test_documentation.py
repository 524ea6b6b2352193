"""docs/sync.md tells the outcomes as the code decides them."""

from __future__ import annotations

from pathlib import Path

from server.domain.conflicts import TABLE

PAGE = Path(__file__).parents[2] / "docs" / "sync.md"


def outcomes() -> str:
    """Give the table of outcomes in Markdown."""
    lines = ["| command | event meanwhile | goes together | reason |", "| --- | --- | --- | --- |"]
    for command, entries in TABLE.items():
        for event, (severity, reason) in entries.items():
            lines.append(f"| `{command}` | `{event}` | {severity} | `{reason}` |")
    return "\n".join(lines)


def test_the_table_of_outcomes_is_the_one_in_the_code() -> None:
    text = PAGE.read_text(encoding="utf-8")
    printed = text.split("-->\n", 1)[1].split("\n<!-- /outcomes", 1)[0]
    assert printed == outcomes(), f"docs/sync.md should say:\n{outcomes()}"
