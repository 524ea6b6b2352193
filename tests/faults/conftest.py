"""Prints the tables of the fault tests when they are done."""

from __future__ import annotations

from typing import Any

from tests.faults.table import TABLES


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Print what was seen."""
    for table in TABLES:
        terminalreporter.write_line("")
        terminalreporter.write_line(table)
