"""The table of an office's units and people (CSV), read and checked before anything is written (Articles 3, 5, 12).

Columns: kind (`unit` or `person`), login, name, position, unit, roles, honorific, short_name, symbol, head. A row of a
unit has kind, unit (its code) and name, and may have short_name, symbol and head (the login of who receives for it). A
row of a person has kind, login, name, position, unit and roles (parted by spaces), and may have an honorific.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from server.domain.office import ROLES, Office

NEEDED = ("kind", "login", "name", "position", "unit", "roles")
OPTIONAL = ("honorific", "short_name", "symbol", "head")
CODE = re.compile(r"[a-z][a-z0-9-]{0,39}")
"""A login or the code of a unit; logins name inbox databases, so the gateway asks the same of them."""
LONGEST = 200
FILLED = {"unit": ("unit", "name"), "person": ("login", "name", "position", "unit", "roles")}


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong in a line; `key` names the message for the operator, `values` go into it with the line."""

    line: int
    key: str
    values: Mapping[str, Any]


class TableRefused(Exception):  # noqa: N818 - the name says what is the matter
    """The table is not taken; nothing was written."""

    def __init__(self, faults: list[Fault]) -> None:
        """Keep every fault, in the order of lines."""
        super().__init__(f"{len(faults)} faults")
        self.faults = faults


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its line in the file and its cells by column, trimmed; codes and logins in lower case."""

    line: int
    cells: Mapping[str, str]

    def __getitem__(self, column: str) -> str:
        """Return a cell, empty when the table has no such column."""
        return self.cells.get(column, "")

    @property
    def roles(self) -> list[str]:
        """Return the roles named, each once."""
        return list(dict.fromkeys(self["roles"].split()))


@dataclass(frozen=True, slots=True)
class OfficeTable:
    """The units and people of a table that was found in order."""

    units: list[Row] = field(default_factory=list)
    people: list[Row] = field(default_factory=list)


def read_table(text: str, office: Office) -> OfficeTable:
    """Read a table and check it against itself and the office that is there. Raises TableRefused."""
    rows, faults = _rows(text)
    table = OfficeTable(
        [row for row in rows if row["kind"] == "unit"], [row for row in rows if row["kind"] == "person"]
    )
    for row in rows:
        faults += _cell_faults(row)
    faults += _repeated(table.units, "unit") + _repeated(table.people, "login")
    faults += _reference_faults(table, office)
    if not faults and not rows:
        faults.append(Fault(1, "office_empty", {}))
    if faults:
        raise TableRefused(sorted(faults, key=lambda fault: fault.line))
    return table


def _rows(text: str) -> tuple[list[Row], list[Fault]]:
    """Read the cells. Raises TableRefused when the columns are not those of the table."""
    text = text.removeprefix("\ufeff")  # spreadsheets put it there
    first = text.partition("\n")[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=max(",;\t", key=first.count), strict=True)
    rows: list[Row] = []
    faults: list[Fault] = []
    try:
        columns = [cell.strip().lower() for cell in next(reader, [])]
        _check_columns(columns)
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            if len(cells) > len(columns):
                faults.append(Fault(reader.line_num, "office_cells", {"count": len(cells), "columns": len(columns)}))
            given = {name: cell.strip() for name, cell in zip(columns, cells, strict=False)}
            given |= {name: given.get(name, "").lower() for name in ("kind", "login", "unit", "roles", "head")}
            rows.append(Row(reader.line_num, given))
    except csv.Error as error:
        raise TableRefused([Fault(reader.line_num, "office_not_csv", {"error": error})]) from error
    return rows, faults


def _check_columns(columns: list[str]) -> None:
    missing = [name for name in NEEDED if name not in columns]
    unknown = [name or "?" for name in columns if name not in NEEDED + OPTIONAL]
    twice = sorted({name for name in columns if columns.count(name) > 1} - set(unknown))
    faults = [
        Fault(1, key, {"columns": ", ".join(names)})
        for key, names in (
            ("office_columns_missing", missing),
            ("office_columns_unknown", unknown),
            ("office_columns_twice", twice),
        )
        if names
    ]
    if faults:
        raise TableRefused(faults)


def _cell_faults(row: Row) -> list[Fault]:
    if row["kind"] not in FILLED:
        return [Fault(row.line, "office_kind", {"value": row["kind"]})]
    filled = FILLED[row["kind"]]
    faults = [Fault(row.line, "office_missing", {"column": name}) for name in filled if not row[name]]
    for name in ("login", "unit", "head"):
        if row[name] and not CODE.fullmatch(row[name]):
            faults.append(Fault(row.line, "office_code", {"column": name, "value": row[name]}))
    for name, cell in row.cells.items():
        if len(cell) > LONGEST or not cell.isprintable():
            faults.append(Fault(row.line, "office_cell", {"column": name, "limit": LONGEST}))
    for role in row.roles:
        if role not in ROLES:
            faults.append(Fault(row.line, "office_role", {"value": role, "choices": ", ".join(ROLES)}))
    return faults


def _repeated(rows: list[Row], column: str) -> list[Fault]:
    first: dict[str, int] = {}
    faults = []
    for row in rows:
        value = row[column]
        if value and value in first:
            faults.append(Fault(row.line, "office_twice", {"column": column, "value": value, "first": first[value]}))
        first.setdefault(value, row.line)
    return faults


def _reference_faults(table: OfficeTable, office: Office) -> list[Fault]:
    units = {row["unit"] for row in table.units} | set(office.units)
    # who is in the office already is left as he is, whatever the table says of him
    homes = {row["login"]: row["unit"] for row in table.people} | {
        person.person_id: person.unit_id for person in office.people.values()
    }
    faults = [
        Fault(row.line, "office_unit", {"value": row["unit"]})
        for row in table.people
        if row["unit"] and row["unit"] not in units
    ]
    for row in table.units:
        head = row["head"]
        if head and homes.get(head) != row["unit"]:
            faults.append(Fault(row.line, "office_head", {"value": head, "unit": row["unit"]}))
    return faults
