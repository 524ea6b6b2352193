"""Where a template variable lives: in a JavaScript variable, or in the context of the rendering."""

from __future__ import annotations

from collections.abc import Iterable

from jinja2 import nodes


class Scope:
    """One lexical scope: template name → JavaScript variable. The top scope lives in the context."""

    def __init__(self, parent: Scope | None = None, *, is_top: bool = False) -> None:
        self.parent = parent
        self.is_top = is_top
        self.variables: dict[str, str] = {}

    def find(self, name: str) -> str | None:
        """Return the JavaScript variable that holds `name`, or None when it lives in the context."""
        scope: Scope | None = self
        while scope is not None:
            if name in scope.variables:
                return scope.variables[name]
            scope = scope.parent
        return None

    def visible(self) -> dict[str, str]:
        """Return every local name with its JavaScript variable, inner scopes first."""
        found = dict(self.parent.visible()) if self.parent else {}
        return found | self.variables


def stored_names(target: nodes.Node) -> list[str]:
    """Return the names that an assignment to `target` sets."""
    if isinstance(target, nodes.Name):
        return [target.name]
    if isinstance(target, nodes.Tuple | nodes.List):
        return [name for item in target.items for name in stored_names(item)]
    return []


def imported_names(node: nodes.FromImport) -> list[tuple[str, str]]:
    """Return (name in the module, name here) of a `from … import`."""
    return [(name, name) if isinstance(name, str) else (name[0], name[1]) for name in node.names]


def assigned_names(body: Iterable[nodes.Node]) -> list[str]:
    """Return the names set directly in a scope: `if` does not open a scope, loops and macros do."""
    names: list[str] = []
    for node in body:
        if isinstance(node, nodes.Assign | nodes.AssignBlock):
            names += stored_names(node.target)
        elif isinstance(node, nodes.Import):
            names.append(node.target)
        elif isinstance(node, nodes.FromImport):
            names += [here for _, here in imported_names(node)]
        elif isinstance(node, nodes.Macro):
            names.append(node.name)
        elif isinstance(node, nodes.If):
            names += assigned_names([*node.body, *node.elif_, *node.else_])
    return list(dict.fromkeys(names))


def uses_name(nodes_: Iterable[nodes.Node], name: str) -> bool:
    """Say whether any of the nodes, or a node inside, reads `name`."""
    return any(
        found.name == name
        for node in nodes_
        for found in ([node] if isinstance(node, nodes.Name) else node.find_all(nodes.Name))
    )
