"""What the fault tests saw, as tables at the end of their run."""

from __future__ import annotations

from collections.abc import Mapping

TABLES: list[str] = []


def tell(title: str, rows: Mapping[str, object]) -> None:
    """Keep a table for the end of the run, and print it for who looks at the captured output."""
    width = max(map(len, rows))
    table = "\n".join([title, *(f"  {name:<{width}}  {value:>10}" for name, value in rows.items())])
    TABLES.append(table)
    print(table)
