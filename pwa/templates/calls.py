"""Calls, filters and tests of a template → calls of their JavaScript twins."""

from __future__ import annotations

from collections.abc import Sequence

from jinja2 import nodes

from pwa.templates import vocabulary
from pwa.templates.expressions import ExpressionWriter, literal
from pwa.templates.scopes import Scope


class CallWriter(ExpressionWriter):
    """Write what is called; whatever the table does not name stops the build."""

    def __init__(self, template: str) -> None:
        super().__init__(template)
        # Names that hold macros or modules of macros in this template.
        self.macros: set[str] = set()
        self.modules: set[str] = set()
        self.block: str | None = None

    def write_call(self, node: nodes.Call, scope: Scope) -> str:
        return self.call(node, scope)

    def call(self, node: nodes.Call, scope: Scope, caller: str | None = None) -> str:
        """Write a call; `caller` is the JavaScript of a call block's body."""
        self.arguments(node)
        target = node.node
        if isinstance(target, nodes.Name) and caller is None and scope.find(target.name) is None:
            special = {"_": self._translation, "super": self._super, "range": self._range}.get(target.name)
            if special is not None:
                return special(node, scope)
        if isinstance(target, nodes.Getattr) and caller is None:
            name = target.attr
            if isinstance(target.node, nodes.Name) and target.node.name == "loop" and scope.find("loop"):
                if name not in vocabulary.LOOP_METHODS:
                    self.fail(node, f"loop.{name}() is not supported")
                return f"{scope.find('loop')}.{name}({self._list(node, scope)})"
            if not self._is_module(target.node):
                return self._method(node, target, scope)
        return self._macro_call(node, scope, caller)

    def _macro_call(self, node: nodes.Call, scope: Scope, caller: str | None) -> str:
        target = node.node
        if isinstance(target, nodes.Name):
            if target.name not in self.macros and target.name != "caller":
                self.fail(node, f"{target.name}() is neither a macro of this file nor imported in it")
            callee = self.write_name(target, scope)
        elif isinstance(target, nodes.Getattr) and self._is_module(target.node):
            callee = f"{self.expression(target.node, scope)}.read({literal(target.attr)})"
        else:
            self.fail(node, "only macros, _(), super(), caller() and a few methods can be called")
        named = [f"[{literal(pair.key)}]: {self.value(pair.value, scope)}" for pair in node.kwargs]
        arguments = [callee, f"[{self._list(node, scope)}]"]
        if named or caller:
            arguments.append("{" + ", ".join(named) + "}")
        if caller:
            arguments.append(caller)
        return f"runtime.call({', '.join(arguments)})"

    def _is_module(self, node: nodes.Node) -> bool:
        return isinstance(node, nodes.Name) and node.name in self.modules

    def _list(self, node: nodes.Call, scope: Scope) -> str:
        return ", ".join(self.value(argument, scope) for argument in node.args)

    def _method(self, node: nodes.Call, target: nodes.Getattr, scope: Scope) -> str:
        if target.attr not in vocabulary.METHODS:
            self.fail(node, f".{target.attr}() is not supported")
        function, fewest, most = vocabulary.METHODS[target.attr]
        if node.kwargs or not fewest <= len(node.args) <= most:
            self.fail(node, f".{target.attr}() takes {fewest} to {most} arguments without names")
        written = [self.value(target.node, scope), *(self.value(argument, scope) for argument in node.args)]
        return f"{function}({', '.join(written)})"

    def _translation(self, node: nodes.Call, scope: Scope) -> str:
        if len(node.args) != 1:
            self.fail(node, "_() takes one key; values are passed by name")
        arguments = ["c", self.value(node.args[0], scope)]
        if node.kwargs:
            named = (f"[{literal(pair.key)}]: {self.value(pair.value, scope)}" for pair in node.kwargs)
            arguments.append("{" + ", ".join(named) + "}")
        return f"runtime.translate({', '.join(arguments)})"

    def _super(self, node: nodes.Call, _scope: Scope) -> str:
        if self.block is None or node.args or node.kwargs:
            self.fail(node, "super() belongs in a block and takes no arguments")
        return f"runtime.superBlock(c, {literal(self.block)}, depth)"

    def _range(self, node: nodes.Call, scope: Scope) -> str:
        if node.kwargs or not 1 <= len(node.args) <= 2:
            self.fail(node, "range() takes a start and a stop")
        return f"operators.range({self._list(node, scope)})"

    def write_filter(self, node: nodes.Filter, scope: Scope) -> str:
        if node.node is None:
            self.fail(node, "a filter block is not supported")
        return self.filtered(node, node.node, scope)

    def filtered(self, node: nodes.Filter, source: nodes.Expr, scope: Scope) -> str:
        """Write a filter applied to an expression."""
        self.arguments(node)
        if node.name in vocabulary.WALKING:
            return self._walking(node, self.expression(source, scope), scope)
        twin = self._twin(node, node.name)
        if not twin.takes_lazy:
            self.require_walked(source, f"|{node.name}")
        named: dict[str, nodes.Expr] = {str(pair.key): pair.value for pair in node.kwargs}
        return self._apply(node, node.name, self.expression(source, scope), node.args, named, scope)

    def _twin(self, node: nodes.Node, name: str) -> vocabulary.Twin:
        if name not in vocabulary.FILTERS:
            self.fail(node, f"the filter |{name} has no JavaScript twin")
        return vocabulary.FILTERS[name]

    def _apply(
        self,
        node: nodes.Node,
        name: str,
        source: str,
        positional: Sequence[nodes.Expr],
        named: dict[str, nodes.Expr],
        scope: Scope,
    ) -> str:
        """Write the call of a filter's twin, its arguments in the order of the table."""
        twin = self._twin(node, name)
        if len(positional) > len(twin.parameters):
            self.fail(node, f"|{name} takes at most {len(twin.parameters)} arguments")
        given = dict(zip(twin.parameters, positional, strict=False))
        for key, value in named.items():
            if key not in twin.parameters or key in given:
                self.fail(node, f"|{name} has no argument {key} to give here")
            given[key] = value
        if any(parameter not in given for parameter in twin.parameters[: twin.required]):
            self.fail(node, f"|{name} needs {', '.join(twin.parameters[: twin.required])}")
        written = [
            self.value(given[parameter], scope) if parameter in given else "undefined" for parameter in twin.parameters
        ]
        while written and written[-1] == "undefined":
            written.pop()
        context = ["c"] if twin.takes_context else []
        return f"{twin.javascript}({', '.join([*context, source, *written])})"

    def _walking(self, node: nodes.Filter, source: str, scope: Scope) -> str:
        item = self.fresh("item")
        if node.name == "map":
            return self._map(node, source, item, scope)
        arguments = list(node.args)
        if node.kwargs:
            self.fail(node, f"|{node.name} takes no named arguments")
        tested = item
        if node.name.endswith("attr"):
            if not arguments:
                self.fail(node, f"|{node.name} needs an attribute")
            tested = f"filters.path({item}, {self.value(arguments.pop(0), scope)})"
        if arguments:
            tested = self._test(node, self._literal_name(node, arguments.pop(0)), tested, arguments, scope)
        else:
            tested = f"values.truthy({tested})"
        kept = f"!({tested})" if node.name.startswith("reject") else tested
        return f"filters.walk({source}).filter(({item}) => {kept})"

    def _map(self, node: nodes.Filter, source: str, item: str, scope: Scope) -> str:
        named: dict[str, nodes.Expr] = {str(pair.key): pair.value for pair in node.kwargs}
        if node.args:
            name = self._literal_name(node, node.args[0])
            if name in vocabulary.WALKING or self._twin(node, name).is_lazy:
                self.fail(node, f"|map('{name}') would make generators")
            mapped = self._apply(node, name, item, node.args[1:], named, scope)
        elif "attribute" in named and named.keys() <= {"attribute", "default"}:
            arguments = [self.value(named[key], scope) for key in ("attribute", "default") if key in named]
            mapped = f"filters.path({item}, {', '.join(arguments)})"
        else:
            self.fail(node, "|map takes the name of a filter, or attribute and default")
        return f"filters.walk({source}).map(({item}) => {mapped})"

    def _literal_name(self, node: nodes.Node, argument: nodes.Expr) -> str:
        if not (isinstance(argument, nodes.Const) and isinstance(argument.value, str)):
            self.fail(node, "the name of a filter or test must be a literal string")
        return argument.value

    def write_test(self, node: nodes.Test, scope: Scope) -> str:
        self.arguments(node)
        if node.kwargs:
            self.fail(node, "a test takes no named arguments")
        return self._test(node, node.name, self.value(node.node, scope), node.args, scope)

    def _test(self, node: nodes.Node, name: str, tested: str, arguments: Sequence[nodes.Expr], scope: Scope) -> str:
        if name not in vocabulary.TESTS:
            self.fail(node, f"the test '{name}' has no JavaScript twin")
        function, count = vocabulary.TESTS[name]
        if len(arguments) != count:
            self.fail(node, f"the test '{name}' takes {count} arguments")
        written = [tested, *(self.value(argument, scope) for argument in arguments)]
        return f"{function}({', '.join(written)})"
