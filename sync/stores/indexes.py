"""The declared indexes: read from design_docs/, turned into SQL for one store and Mango for the other.

A folder of design_docs holds the indexes of the database of that name; databases named `<folder>_<more>` (the
inboxes) share them.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from sync.ports import Document, Range, Scalar

DESIGN_DOCS = Path(__file__).resolve().parents[2] / "design_docs"
LARGEST_INTEGER = 2**53

_FIELD = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*")
_IDENTIFIER = re.compile(r"[a-z][a-z0-9_]*")
_MISSING = object()


@dataclass(frozen=True, slots=True)
class Index:
    """One declared index of a family of databases."""

    family: str
    name: str
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Query:
    """A checked question to an index."""

    index: Index
    equals: Mapping[str, Scalar] = field(default_factory=dict)
    ranges: Mapping[str, Range] = field(default_factory=dict)
    any_of: Mapping[str, Sequence[Scalar]] = field(default_factory=dict)
    descending: bool = False
    limit: int | None = None
    skip: int = 0

    @property
    def is_empty(self) -> bool:
        """Tell whether nothing can answer it."""
        return self.limit == 0 or any(not values for values in self.any_of.values())

    def matches(self, doc: Document) -> bool:
        """Tell whether a document answers it, comparing by code point and never across types."""
        return (
            all(_same(_value(doc, name), value) for name, value in self.equals.items())
            and all(_within(_value(doc, name), bounds) for name, bounds in self.ranges.items())
            and all(any(_same(_value(doc, n), v) for v in values) for n, values in self.any_of.items())
        )


@cache
def declared_indexes(root: Path = DESIGN_DOCS) -> dict[str, dict[str, Index]]:
    """Read all definitions: family, then index name. Raises ValueError for what one store cannot do."""
    families: dict[str, dict[str, Index]] = {}
    for folder in sorted(entry for entry in root.iterdir() if entry.is_dir()):
        if not _IDENTIFIER.fullmatch(folder.name):
            raise ValueError(f"not a name for a folder of design_docs: {folder.name!r}")
        families[folder.name] = {path.stem: _index(folder.name, path) for path in sorted(folder.glob("*.json"))}
    return families


def family_of(database: str) -> str:
    """Name the folder of design_docs that holds for a database; its own name when there is none."""
    families = declared_indexes()
    if database in families:
        return database
    stem = database.split("_", 1)[0]
    return stem if stem in families else database


def find_index(database: str, name: str) -> Index:
    """Give the index of that name, or raise ValueError."""
    try:
        return declared_indexes()[family_of(database)][name]
    except KeyError:
        raise ValueError(f"database {database} declares no index {name}") from None


def checked_query(
    index: Index,
    equals: Mapping[str, Scalar] | None,
    ranges: Mapping[str, Range] | None,
    any_of: Mapping[str, Sequence[Scalar]] | None,
    *,
    descending: bool,
    limit: int | None,
    skip: int,
) -> Query:
    """Make a query of what both stores promise, or raise ValueError."""
    query = Query(index, equals or {}, ranges or {}, any_of or {}, descending, limit, skip)
    named = [*query.equals, *query.ranges, *query.any_of]
    if len(set(named)) != len(named):
        raise ValueError("one condition for each field")
    for name in named:
        if name not in index.fields:
            raise ValueError(f"index {index.name} has no field {name}")
    for value in query.equals.values():
        _check_operand(value)
    for values in query.any_of.values():
        for value in values:
            _check_operand(value)
    for bounds in query.ranges.values():
        _check_bounds(bounds)
    if skip < 0 or (limit is not None and limit < 0):
        raise ValueError("limit and skip must not be negative")
    return query


def mango_selector(query: Query) -> dict[str, Any]:
    """Write a query as a Mango selector; every field of the index is named, or CouchDB would not use it."""
    conditions: list[dict[str, Any]] = [{name: {"$eq": value}} for name, value in query.equals.items()]
    for name, bounds in query.ranges.items():
        conditions += [{name: {operator: value}} for operator, value in _bounds(bounds, "$gte $gt $lte $lt")]
    # Not $in: with null among its values and an index to use, CouchDB 3.5 fails (function_clause).
    for name, values in query.any_of.items():
        conditions.append({"$or": [{name: {"$eq": value}} for value in values]})
    conditions += [{name: {"$exists": True}} for name in query.index.fields if name not in query.equals]
    return {"$and": conditions}


def sql_index_name(index: Index) -> str:
    """Name the SQLite index; it holds its fields, so that a changed definition is another index."""
    return f"ix_{index.family}__{index.name}__{'__'.join(index.fields).replace('.', '_dot_')}"


def sql_create_index(index: Index) -> str:
    """Write the statement that makes the expression index."""
    columns = ", ".join(["db", *map(_extract, index.fields), "id"])
    return f"CREATE INDEX {sql_index_name(index)} ON docs({columns}) WHERE {_membership(index)}"


def sql_select(query: Query, db: int) -> tuple[str, list[Any]]:
    """Write a query as SQL over that index, giving rows (id, rev, deleted, body)."""
    where = ["db = ?", _membership(query.index)]
    values: list[Any] = [db]
    for name, value in query.equals.items():
        where.append(_sql_equal(name, value, values))
    for name, bounds in query.ranges.items():
        for operator, value in _bounds(bounds, ">= > <= <"):
            where.append(f"{_extract(name)} {operator} ?")
            where.append(_type_test(name, value))
            values.append(value)
    for name, options in query.any_of.items():
        marks = ", ".join("?" for _ in options)
        values.extend(options)
        tests = " OR ".join(sorted({_type_test(name, option) for option in options}))
        null = f" OR {_type_test(name, None)}" if None in options else ""
        where.append(f"(({_extract(name)} IN ({marks}) AND ({tests})){null})")
    way = " DESC" if query.descending else ""
    # A field that is fixed is left out of the order, else SQLite would sort what it reads in order already.
    free = [_extract(name) for name in query.index.fields if name not in query.equals]
    order = ", ".join(f"{column}{way}" for column in [*free, "id"])
    values += [-1 if query.limit is None else query.limit, query.skip]
    return (
        f"SELECT id, rev, deleted, body FROM docs INDEXED BY {sql_index_name(query.index)}"
        f" WHERE {' AND '.join(where)} ORDER BY {order} LIMIT ? OFFSET ?",
        values,
    )


def _index(family: str, path: Path) -> Index:
    """Read one definition file."""
    definition = json.loads(path.read_text("utf-8"))
    fields = definition["index"]["fields"]
    if definition.get("type") != "json" or definition.get("name") != path.stem:
        raise ValueError(f"{path.name}: type must be json and name the file's")
    if set(definition["index"]) != {"fields"}:
        raise ValueError(f"{path.name}: only fields are promised by both stores")
    if not fields or not all(isinstance(name, str) and _FIELD.fullmatch(name) for name in fields):
        raise ValueError(f"{path.name}: fields must be plain names, in ascending order")
    if not _IDENTIFIER.fullmatch(path.stem):
        raise ValueError(f"{path.name}: not a name for an index")
    return Index(family, path.stem, tuple(fields))


def _check_operand(value: object) -> None:
    """Refuse what the stores would compare differently."""
    if value is not None and not isinstance(value, str | int | float):
        raise ValueError("an operand must be a string, a number, a boolean or null")
    if isinstance(value, int) and abs(value) > LARGEST_INTEGER:
        raise ValueError("no integer beyond 2^53")
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError("an operand must be finite")


def _check_bounds(bounds: Range) -> None:
    """Refuse bounds that sort differently in the two stores."""
    given = [value for _, value in _bounds(bounds, ">= > <= <")]
    if not given:
        raise ValueError("a range needs a bound")
    for value in given:
        _check_operand(value)
        if isinstance(value, bool) or (isinstance(value, str) and not value.isascii()):
            raise ValueError("a range is over numbers, dates or lowercase ASCII")
    if len({isinstance(value, str) for value in given}) > 1:
        raise ValueError("both bounds of a range must be of one type")


def _bounds(bounds: Range, operators: str) -> list[tuple[str, Any]]:
    """Pair the bounds that are set with the operators for at_least, above, at_most, below."""
    values = (bounds.at_least, bounds.above, bounds.at_most, bounds.below)
    return [pair for pair in zip(operators.split(), values, strict=True) if pair[1] is not None]


def _extract(name: str) -> str:
    """Write the SQL expression of a field's value."""
    return f"json_extract(body, '$.{name}')"


def _membership(index: Index) -> str:
    """Write the condition that a document is in an index: of the family, alive, and having every field."""
    has_all = "".join(f" AND json_type(body, '$.{name}') IS NOT NULL" for name in index.fields)
    return f"family = '{index.family}' AND deleted = 0{has_all}"


def _type_test(name: str, value: Scalar) -> str:
    """Write the SQL test of the JSON type: SQLite would take true for 1 and a list for its text."""
    types = {
        bool: f"'{'true' if value else 'false'}'",
        str: "'text'",
        int: "'integer', 'real'",
        float: "'integer', 'real'",
        type(None): "'null'",
    }
    return f"json_type(body, '$.{name}') IN ({types[type(value)]})"


def _sql_equal(name: str, value: Scalar, values: list[Any]) -> str:
    """Write an equality, adding its operand to `values` when there is one to bind."""
    if value is None:
        return f"{_extract(name)} IS NULL AND {_type_test(name, None)}"
    values.append(value)
    return f"{_extract(name)} = ? AND {_type_test(name, value)}"


def _value(doc: Document, name: str) -> Any:
    """Take a field's value out of a document."""
    value: Any = doc
    for step in name.split("."):
        value = value.get(step, _MISSING) if isinstance(value, dict) else _MISSING
    return value


def _kind(value: Any) -> str:
    """Name a value's JSON type; Python would take True for 1."""
    if isinstance(value, bool):
        return "boolean"
    return "number" if isinstance(value, int | float) else type(value).__name__


def _same(value: Any, operand: Scalar) -> bool:
    """Tell whether two JSON values are equal."""
    return _kind(value) == _kind(operand) and bool(value == operand)


def _within(value: Any, bounds: Range) -> bool:
    """Tell whether a value is of the bounds' type and within them."""
    tests = {
        "ge": lambda bound: value >= bound,
        "gt": lambda bound: value > bound,
        "le": lambda bound: value <= bound,
        "lt": lambda bound: value < bound,
    }
    return all(_kind(value) == _kind(bound) and tests[op](bound) for op, bound in _bounds(bounds, "ge gt le lt"))
