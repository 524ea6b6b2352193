"""The words a page template may use: filters, tests, methods and their JavaScript twins.

What is absent here fails the build. Parameter names are those of the Python functions, in the same order, so
that keyword arguments can be placed when the template is compiled.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Twin:
    """The JavaScript function that does what a Python filter does."""

    javascript: str
    parameters: tuple[str, ...] = ()
    required: int = 0
    # Python's filter returns a generator: it can be walked once and has neither length nor truth.
    is_lazy: bool = False
    # The JavaScript function takes the render context first (it reads the catalogue).
    takes_context: bool = False
    # Catalogue keys (or prefixes ending with a dot) that the filter itself reads.
    keys: tuple[str, ...] = ()
    # Walks its input once, so a lazy result may be given to it.
    takes_lazy: bool = False


def _jinja(name: str, *parameters: str, required: int = 0, lazy: bool = False, walks: bool = False) -> Twin:
    return Twin(f"filters.{name}", parameters, required, is_lazy=lazy, takes_lazy=walks)


def _office(name: str, *parameters: str, keys: tuple[str, ...] = ()) -> Twin:
    return Twin(f"office.{name}", parameters, len(parameters), takes_context=bool(keys), keys=keys)


FILTERS: dict[str, Twin] = {
    "abs": _jinja("abs"),
    "batch": _jinja("batch", "linecount", "fill_with", required=1, lazy=True, walks=True),
    "default": _jinja("orDefault", "default_value", "boolean"),
    "dictsort": _jinja("dictsort", "case_sensitive", "by", "reverse"),
    "escape": _jinja("escaped"),
    "first": _jinja("first", walks=True),
    "groupby": _jinja("groupby", "attribute", "default", "case_sensitive", required=1, walks=True),
    "int": _jinja("int", "default"),
    "items": _jinja("items", lazy=True),
    "join": _jinja("join", "d", "attribute", walks=True),
    "last": _jinja("last"),
    "length": _jinja("length"),
    "list": _jinja("list", walks=True),
    "lower": _jinja("lower"),
    "max": _jinja("max", "case_sensitive", "attribute", walks=True),
    "min": _jinja("min", "case_sensitive", "attribute", walks=True),
    "replace": _jinja("replace", "old", "new", required=2),
    "safe": _jinja("safe"),
    "sort": _jinja("sort", "reverse", "case_sensitive", "attribute", walks=True),
    "string": _jinja("string"),
    "striptags": _jinja("striptags"),
    "sum": _jinja("sum", "attribute", "start", walks=True),
    "tojson": _jinja("tojson"),
    "trim": _jinja("trim"),
    "truncate": _jinja("truncate", "length", "killwords", "end", "leeway"),
    "unique": _jinja("unique", "case_sensitive", "attribute", lazy=True, walks=True),
    "upper": _jinja("upper"),
    "urlencode": _jinja("urlencode"),
    "date": _office("date", keys=("format.",)),
    "date_long": _office("dateLong", keys=("format.",)),
    "datetime": _office("datetime", keys=("format.",)),
    "due_in": _office("dueIn", "today", keys=("day.",)),
    "filesize": _office("filesize", keys=("format.",)),
    "initials": _office("initials"),
    "lines": _office("lines"),
    "number": _office("number", keys=("format.",)),
    "relative_day": _office("relativeDay", "today", keys=("day.",)),
    "time_of": _office("timeOf"),
}
FILTERS["d"] = FILTERS["default"]
FILTERS["e"] = FILTERS["escape"]
FILTERS["count"] = FILTERS["length"]

# Filters that take the name of another filter or test: compiled in place (calls.py), always lazy.
SELECTING = frozenset({"select", "reject", "selectattr", "rejectattr"})
WALKING = SELECTING | {"map"}

# Test name → JavaScript function and number of arguments.
TESTS: dict[str, tuple[str, int]] = {
    "boolean": ("tests.isBoolean", 0),
    "defined": ("tests.isDefined", 0),
    "divisibleby": ("tests.isDivisibleBy", 1),
    "even": ("tests.isEven", 0),
    "false": ("tests.isFalse", 0),
    "in": ("tests.isIn", 1),
    "mapping": ("tests.isMapping", 0),
    "none": ("tests.isNone", 0),
    "number": ("tests.isNumber", 0),
    "odd": ("tests.isOdd", 0),
    "sequence": ("tests.isSequence", 0),
    "string": ("tests.isString", 0),
    "true": ("tests.isTrue", 0),
    "undefined": ("tests.isUndefined", 0),
} | {
    alias: (f"tests.{function}", 1)
    for function, aliases in {
        "eq": ("eq", "==", "equalto"),
        "ne": ("ne", "!="),
        "gt": ("gt", ">", "greaterthan"),
        "ge": ("ge", ">="),
        "lt": ("lt", "<", "lessthan"),
        "le": ("le", "<="),
    }.items()
    for alias in aliases
}

# Method name → JavaScript function, fewest and most arguments.
METHODS: dict[str, tuple[str, int, int]] = {
    "endswith": ("values.endsWith", 1, 1),
    "get": ("values.get", 1, 2),
    "items": ("values.pairs", 0, 0),
    "keys": ("values.keys", 0, 0),
    "startswith": ("values.startsWith", 1, 1),
    "values": ("values.entries", 0, 0),
}

# Python finds the method of a dict before its key: `card.items` would not be the field.
DICT_METHODS = frozenset(dir(dict))

LOOP_VALUES = frozenset({"first", "index", "index0", "last", "length", "nextitem", "previtem", "revindex", "revindex0"})
LOOP_METHODS = frozenset({"changed", "cycle"})

# Names that only Flask or Jinja2 could supply.
SERVER_ONLY = frozenset(
    {"config", "cycler", "dict", "g", "get_flashed_messages", "joiner", "kwargs", "lipsum", "request", "self"}
    | {"session", "url_for", "varargs"}
)
