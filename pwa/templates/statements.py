"""Statements of a template: output, branches, loops, assignments, macros, blocks, includes."""

from __future__ import annotations

from collections.abc import Sequence

from jinja2 import nodes

from pwa.templates.calls import CallWriter
from pwa.templates.expressions import literal
from pwa.templates.scopes import Scope, assigned_names, imported_names, stored_names, uses_name


class StatementWriter(CallWriter):
    """Write statements that append to the JavaScript variable `o`."""

    def statements(self, body: Sequence[nodes.Node], scope: Scope) -> str:
        """Write statements in a scope that is already open."""
        return "\n".join(filter(None, (self._statement(node, scope) for node in body)))

    def scoped(self, body: Sequence[nodes.Node], scope: Scope) -> str:
        """Write the body of a scope; a name set in it starts with the value that it has outside."""
        hoisted = []
        for name in assigned_names(body):
            if name not in scope.variables:
                outer = scope.find(name) or self.context_variable(name)
                scope.variables[name] = self.fresh(name)
                hoisted.append(f"let {scope.variables[name]} = {outer};")
        return "\n".join([*hoisted, self.statements(body, scope)])

    def _statement(self, node: nodes.Node, scope: Scope) -> str:
        writer = getattr(self, f"state_{type(node).__name__.lower()}", None)
        if writer is None:
            self.fail(node, f"{type(node).__name__} is not supported")
        written: str = writer(node, scope)
        return written

    def _captured(self, body: Sequence[nodes.Node], scope: Scope) -> str:
        return f'(() => {{\nlet o = "";\n{self.scoped(body, scope)}\nreturn new values.Markup(o);\n}})()'

    def _store(self, target: nodes.Node, value: str, scope: Scope) -> str:
        if isinstance(target, nodes.Name):
            if scope.is_top:
                return f"c.set({literal(target.name)}, {value});"
            return f"{scope.find(target.name)} = {value};"
        if not isinstance(target, nodes.Tuple):
            self.fail(target, f"cannot assign to {type(target).__name__}")
        parts = self.fresh("parts")
        stores = (self._store(item, f"{parts}[{i}]", scope) for i, item in enumerate(target.items))
        return f"const {parts} = values.unpack({value}, {len(target.items)});\n" + "\n".join(stores)

    def _declare(self, target: nodes.Node, value: str, scope: Scope) -> str:
        """Write `let` for the names of a loop or with target, and note them in the scope."""
        if isinstance(target, nodes.Name):
            scope.variables[target.name] = self.fresh(target.name)
            return f"let {scope.variables[target.name]} = {value};"
        if not isinstance(target, nodes.Tuple):
            self.fail(target, f"cannot assign to {type(target).__name__}")
        parts = self.fresh("parts")
        lines = [f"const {parts} = values.unpack({value}, {len(target.items)});"]
        lines += [self._declare(item, f"{parts}[{i}]", scope) for i, item in enumerate(target.items)]
        return "\n".join(lines)

    def state_output(self, node: nodes.Output, scope: Scope) -> str:
        parts = []
        for part in node.nodes:
            if isinstance(part, nodes.TemplateData):
                parts.append(literal(part.data))
            elif isinstance(part, nodes.Const) and part.value is None:
                self.fail(part, "Jinja2 prints the literal none as 'None'")
            else:
                parts.append(f"values.output({self.value(part, scope)})")
        return f"o += {' + '.join(parts)};" if parts else ""

    def state_if(self, node: nodes.If, scope: Scope) -> str:
        written = f"if ({self.condition(node.test, scope)}) {{\n{self.statements(node.body, scope)}\n}}"
        for branch in node.elif_:
            condition = self.condition(branch.test, scope)
            written += f" else if ({condition}) {{\n{self.statements(branch.body, scope)}\n}}"
        if node.else_:
            written += f" else {{\n{self.statements(node.else_, scope)}\n}}"
        return written

    def state_for(self, node: nodes.For, scope: Scope) -> str:
        if node.recursive:
            self.fail(node, "a recursive loop is not supported: write a macro")
        items, position = self.fresh("items"), self.fresh("i")
        source = f"values.iterate({self.expression(node.iter, scope)})"
        if node.test is not None:
            source += self._loop_filter(node, scope)
        inner = Scope(scope)
        lines = [f"const {items} = {source};"]
        advance = ""
        if uses_name(node.body, "loop"):
            inner.variables["loop"] = self.fresh("loop")
            lines.append(f"const {inner.variables['loop']} = new runtime.Loop({items});")
            advance = f"{inner.variables['loop']}.index0 = {position};\n"
        declared = self._declare(node.target, f"{items}[{position}]", inner)
        lines.append(f"for (let {position} = 0; {position} < {items}.length; {position}++) {{")
        lines.append(f"{advance}{declared}\n{self.scoped(node.body, inner)}\n}}")
        if node.else_:
            lines.append(f"if (!{items}.length) {{\n{self.scoped(node.else_, Scope(scope))}\n}}")
        return "{\n" + "\n".join(lines) + "\n}"

    def _loop_filter(self, node: nodes.For, scope: Scope) -> str:
        assert node.test is not None
        if uses_name([node.test], "loop") and "loop" not in stored_names(node.target):
            self.fail(node, "loop cannot be used in the condition of a for")
        tested, item = Scope(scope), self.fresh("item")
        declared = self._declare(node.target, item, tested)
        return f".filter(({item}) => {{\n{declared}\nreturn {self.condition(node.test, tested)};\n}})"

    def state_assign(self, node: nodes.Assign, scope: Scope) -> str:
        return self._store(node.target, self.value(node.node, scope), scope)

    def state_assignblock(self, node: nodes.AssignBlock, scope: Scope) -> str:
        if node.filter is not None:
            self.fail(node, "a filter on {% set %} with a body is not supported")
        return self._store(node.target, self._captured(node.body, Scope(scope)), scope)

    def state_with(self, node: nodes.With, scope: Scope) -> str:
        inner = Scope(scope)
        written = [self.value(value, scope) for value in node.values]
        pairs = zip(node.targets, written, strict=True)
        declared = [self._declare(target, value, inner) for target, value in pairs]
        return "{\n" + "\n".join([*declared, self.scoped(node.body, inner)]) + "\n}"

    def state_macro(self, node: nodes.Macro, scope: Scope) -> str:
        return self._store(nodes.Name(node.name, "store"), self._macro(node, node.name, scope), scope)

    def _macro(self, node: nodes.Macro | nodes.CallBlock, name: str, scope: Scope) -> str:
        """Write a macro, or the body of a call block, as a function that answers Markup."""
        for special in ("varargs", "kwargs"):
            if uses_name(node.body, special):
                self.fail(node, f"{special} is not supported")
        inner = Scope(scope)
        names = [argument.name for argument in node.args]
        for argument in names:
            inner.variables[argument] = self.fresh(argument)
        lines = []
        first_default = len(names) - len(node.defaults)
        for argument, value in zip(names[first_default:], node.defaults, strict=True):
            variable, default = inner.variables[argument], self.value(value, inner)
            lines.append(f"if ({variable} === runtime.missing) {variable} = {default};")
        parameters = [inner.variables[argument] for argument in names]
        takes_caller = isinstance(node, nodes.Macro) and uses_name(node.body, "caller")
        if takes_caller:
            inner.variables["caller"] = self.fresh("caller")
            parameters.append(inner.variables["caller"])
        lines.append(f'let o = "";\n{self.scoped(node.body, inner)}\nreturn new values.Markup(o);')
        body = "\n".join(lines)
        described = f"{literal(name)}, {literal(' '.join(names))}, {first_default}"
        caller = ", true" if takes_caller else ""
        return f"runtime.macro({described}, ({', '.join(parameters)}) => {{\n{body}\n}}{caller})"

    def state_callblock(self, node: nodes.CallBlock, scope: Scope) -> str:
        body = self._macro(node, "caller", scope)
        return f"o += values.output({self.call(node.call, scope, caller=body)});"

    def state_block(self, node: nodes.Block, _scope: Scope) -> str:
        if node.scoped or node.required:
            self.fail(node, "scoped and required blocks are not supported")
        return f"o += runtime.block(c, {literal(node.name)});"

    def state_include(self, node: nodes.Include, scope: Scope) -> str:
        if node.ignore_missing or not node.with_context:
            self.fail(node, "include takes neither 'ignore missing' nor 'without context'")
        target = self.expression(node.template, scope)
        return f"o += runtime.include({self._derived(scope)}, {target});"

    def _derived(self, scope: Scope) -> str:
        visible = scope.visible()
        if not visible:
            return "runtime.derive(c)"
        written = ", ".join(f"[{literal(name)}]: {variable}" for name, variable in visible.items())
        return f"runtime.derive(c, {{{written}}})"

    def state_import(self, node: nodes.Import, scope: Scope) -> str:
        return self._store(nodes.Name(node.target, "store"), self._module(node, scope), scope)

    def state_fromimport(self, node: nodes.FromImport, scope: Scope) -> str:
        imported = list(imported_names(node))
        if scope.is_top and all(there == here for there, here in imported):
            names = literal(" ".join(here for _, here in imported))
            return f"runtime.take(c, {self._module(node, scope)}, {names});"
        module = self.fresh("module")
        stores = (
            self._store(nodes.Name(here, "store"), f"{module}.read({literal(there)})", scope)
            for there, here in imported
        )
        return f"const {module} = {self._module(node, scope)};\n" + "\n".join(stores)

    def _module(self, node: nodes.Import | nodes.FromImport, scope: Scope) -> str:
        target = self.expression(node.template, scope)
        if node.with_context:
            return f"runtime.moduleOf({self._derived(scope)}, {target})"
        return f"runtime.sharedModule(c, {target})"
