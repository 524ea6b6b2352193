"""docs/sync.md tells the outcomes as the code decides them."""

from __future__ import annotations

from pathlib import Path

from server.domain.commands import ONLINE_ONLY
from server.domain.outcomes import ARRIVALS, FROM_A_DEVICE, PEOPLE, STATE_AFTER, Outcome, commands_on, outcome

PAGE = Path(__file__).parents[2] / "docs" / "sync.md"


def cell(found: Outcome | None) -> str:
    """Give a cell's words."""
    if found is None:
        return "–"
    return found.status + (f" `{found.reason}`" if found.reason else "")


def table(heads: list[str], rows: list[list[str]]) -> str:
    """Give a table in Markdown."""
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def on_documents(kind: str) -> str:
    """Give the table of a kind of document: a row for each command, a column for each event."""
    events = list(STATE_AFTER[kind])
    rows = [[f"`{name}`", *(cell(outcome(kind, name, event)) for event in events)] for name in commands_on(kind)]
    return table(["command", *(f"`{event}`" for event in events)], rows)


def on_people() -> str:
    """Give the table of what happens to people."""
    rows = [[f"`{one.name}`", one.whose, cell(one.before), cell(one.after)] for one in PEOPLE]
    return table(["meanwhile", "whose act", "done before", "done after"], rows)


def from_a_device() -> str:
    """Give the table of commands that need a network."""
    return table(
        ["from a device", "whatever happened"], [[f"`{name}`", cell(FROM_A_DEVICE)] for name in sorted(ONLINE_ONLY)]
    )


def on_arrival() -> str:
    """Give the table of commands that are judged by what they find."""
    rows = [[f"`{one.command}`", f"`{one.meanwhile}`", cell(one.outcome)] for one in ARRIVALS]
    return table(["command", "meanwhile", "what becomes of it"], rows)


def outcomes() -> str:
    """Give the tables of outcomes in Markdown."""
    return "\n\n".join([on_documents("incoming"), on_documents("outgoing"), on_people(), on_arrival(), from_a_device()])


def test_the_tables_of_outcomes_are_those_in_the_code() -> None:
    text = PAGE.read_text(encoding="utf-8")
    printed = text.split("-->\n", 1)[1].split("\n<!-- /outcomes", 1)[0]
    assert printed == outcomes(), f"docs/sync.md should say:\n{outcomes()}"
    assert "last writer" not in printed
