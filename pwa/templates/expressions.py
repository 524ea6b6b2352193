"""Expressions of a template: Jinja2's parse tree → JavaScript with Python's semantics."""

from __future__ import annotations

import json
import re
from typing import Any, NoReturn

from jinja2 import nodes

from pwa.templates import vocabulary
from pwa.templates.errors import UnsupportedError
from pwa.templates.scopes import Scope

_IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")

_BINARY = {
    nodes.Add: "operators.add",
    nodes.Sub: "operators.subtract",
    nodes.Mul: "operators.multiply",
    nodes.FloorDiv: "operators.divideFloor",
    nodes.Mod: "operators.modulo",
}
_COMPARISONS = {
    "eq": "operators.equal({}, {})",
    "ne": "!operators.equal({}, {})",
    "lt": "operators.compare({}, {}) < 0",
    "lteq": "operators.compare({}, {}) <= 0",
    "gt": "operators.compare({}, {}) > 0",
    "gteq": "operators.compare({}, {}) >= 0",
    "in": "operators.contains({1}, {0})",
    "notin": "!operators.contains({1}, {0})",
}


def literal(value: object) -> str:
    """Write a constant as a JavaScript literal."""
    return json.dumps(value, ensure_ascii=False)


class ExpressionWriter:
    """Write one expression at a time; calls, filters and tests are in CallWriter."""

    def __init__(self, template: str) -> None:
        self.template = template
        self._counter = 0

    def fail(self, node: nodes.Node, message: str) -> NoReturn:
        """Stop the build at the line of `node`."""
        inside = (found.lineno for found in node.find_all(nodes.Node) if found.lineno)
        raise UnsupportedError(self.template, node.lineno or next(inside, None), message)

    def fresh(self, name: str) -> str:
        """Return a JavaScript variable name that is used nowhere else in the template."""
        self._counter += 1
        return f"{re.sub(r'[^A-Za-z0-9_]', '_', name)}_{self._counter}"

    def expression(self, node: nodes.Node, scope: Scope) -> str:
        """Write an expression for its value."""
        writer = getattr(self, f"write_{type(node).__name__.lower()}", None)
        if writer is None:
            self.fail(node, f"{type(node).__name__} is not supported in an expression")
        written: str = writer(node, scope)
        return written

    def condition(self, node: nodes.Node, scope: Scope) -> str:
        """Write an expression for its truth only, as a JavaScript boolean."""
        if isinstance(node, nodes.And | nodes.Or):
            operator = "&&" if isinstance(node, nodes.And) else "||"
            return f"({self.condition(node.left, scope)} {operator} {self.condition(node.right, scope)})"
        if isinstance(node, nodes.Not | nodes.Compare | nodes.Test):
            return self.expression(node, scope)
        self.require_walked(node, "its truth")
        return f"values.truthy({self.expression(node, scope)})"

    def require_walked(self, node: nodes.Node, use: str) -> None:
        """Refuse a generator where only a list works: Jinja2 would fail or, worse, answer something else."""
        if isinstance(node, nodes.Filter):
            twin = vocabulary.FILTERS.get(node.name)
            if node.name in vocabulary.WALKING or (twin is not None and twin.is_lazy):
                self.fail(node, f"|{node.name} can be walked only once and not used for {use}: add |list")

    def value(self, node: nodes.Node, scope: Scope) -> str:
        """Write an expression whose value may be kept, printed or looked into."""
        self.require_walked(node, "a value")
        return self.expression(node, scope)

    def write_const(self, node: nodes.Const, _scope: Scope) -> str:
        if isinstance(node.value, float) and node.value.is_integer():
            self.fail(node, "JavaScript cannot tell 1.0 from 1: write an integer or a string")
        return literal(node.value)

    def write_templatedata(self, node: nodes.TemplateData, _scope: Scope) -> str:
        return f"new values.Markup({literal(node.data)})"

    def write_name(self, node: nodes.Name, scope: Scope) -> str:
        local = scope.find(node.name)
        if local is not None:
            return local
        if node.name in vocabulary.SERVER_ONLY:
            self.fail(node, f"{node.name} exists only on the server: pass what the page needs in its context")
        if node.name in {"_", "super", "range"}:
            self.fail(node, f"{node.name} can only be called")
        return self.context_variable(node.name)

    def context_variable(self, name: str) -> str:
        """Write the reading of a name that lives in the context."""
        return f"v.{name}" if _IDENTIFIER.fullmatch(name) else f"v[{literal(name)}]"

    def write_tuple(self, node: nodes.Tuple | nodes.List, scope: Scope) -> str:
        return f"[{', '.join(self.value(item, scope) for item in node.items)}]"

    write_list = write_tuple

    def write_dict(self, node: nodes.Dict, scope: Scope) -> str:
        pairs = []
        for pair in node.items:
            if not (isinstance(pair.key, nodes.Const) and isinstance(pair.key.value, str)):
                self.fail(pair, "a key of a mapping must be a literal string")
            if re.fullmatch(r"0|[1-9][0-9]*", pair.key.value):
                self.fail(pair, "JavaScript moves a key that looks like a number: use another key")
            pairs.append(f"[{literal(pair.key.value)}]: {self.value(pair.value, scope)}")
        return "({" + ", ".join(pairs) + "})"

    def write_getattr(self, node: nodes.Getattr, scope: Scope) -> str:
        name = node.attr
        if name.startswith("_"):
            self.fail(node, f"{name} is private")
        if name in vocabulary.DICT_METHODS:
            self.fail(node, f".{name} is a method of Python's dict: write ['{name}'] for the field")
        if isinstance(node.node, nodes.Name) and node.node.name == "loop" and scope.find("loop"):
            if name not in vocabulary.LOOP_VALUES:
                self.fail(node, f"loop.{name} is not supported")
            return f"{scope.find('loop')}.{name}"
        return f"values.attribute({self.value(node.node, scope)}, {literal(name)})"

    def write_getitem(self, node: nodes.Getitem, scope: Scope) -> str:
        base = self.value(node.node, scope)
        if isinstance(node.arg, nodes.Slice):
            if node.arg.step is not None:
                self.fail(node, "a slice with a step is not supported")
            bounds = [
                "null" if bound is None else self.value(bound, scope) for bound in (node.arg.start, node.arg.stop)
            ]
            return f"values.slice({base}, {', '.join(bounds)})"
        return f"values.item({base}, {self.value(node.arg, scope)})"

    def write_condexpr(self, node: nodes.CondExpr, scope: Scope) -> str:
        otherwise = "undefined" if node.expr2 is None else self.value(node.expr2, scope)
        return f"({self.condition(node.test, scope)} ? {self.value(node.expr1, scope)} : {otherwise})"

    def write_and(self, node: nodes.And, scope: Scope) -> str:
        return f"operators.and({self.value(node.left, scope)}, () => {self.value(node.right, scope)})"

    def write_or(self, node: nodes.Or, scope: Scope) -> str:
        return f"operators.or({self.value(node.left, scope)}, () => {self.value(node.right, scope)})"

    def write_not(self, node: nodes.Not, scope: Scope) -> str:
        return f"!({self.condition(node.node, scope)})"

    def write_neg(self, node: nodes.Neg, scope: Scope) -> str:
        return f"operators.subtract(0, {self.value(node.node, scope)})"

    def _write_binary(self, node: nodes.BinExpr, scope: Scope) -> str:
        function = _BINARY[type(node)]
        if isinstance(node, nodes.Mod) and isinstance(node.left, nodes.Const | nodes.Concat):
            self.fail(node, "formatting with % is not supported: use _() with names")
        return f"{function}({self.value(node.left, scope)}, {self.value(node.right, scope)})"

    write_add = write_sub = write_mul = write_floordiv = write_mod = _write_binary

    def write_concat(self, node: nodes.Concat, scope: Scope) -> str:
        return f"operators.concat({', '.join(self.value(part, scope) for part in node.nodes)})"

    def write_compare(self, node: nodes.Compare, scope: Scope) -> str:
        left = self.value(node.expr, scope)
        parts = []
        for operand in node.ops:
            right = self.expression(operand.expr, scope)
            if operand.op not in {"in", "notin"}:
                self.require_walked(operand.expr, "a comparison")
            parts.append(_COMPARISONS[operand.op].format(left, right))
            left = right
        return f"({' && '.join(parts)})"

    def arguments(self, node: Any) -> None:
        """Refuse `*args` and `**kwargs`, whose names are not known at build time."""
        if node.dyn_args is not None or node.dyn_kwargs is not None:
            self.fail(node, "*args and **kwargs are not supported")
