"""Which templates a template extends, includes or imports: read from literal names only."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from jinja2 import Environment, TemplateNotFound, TemplateSyntaxError, nodes

from pwa.templates.errors import UnsupportedError

Reference = nodes.Extends | nodes.Include | nodes.Import | nodes.FromImport


def parse(env: Environment, name: str) -> nodes.Template:
    """Parse a template with Jinja2's own lexer and parser."""
    assert env.loader is not None
    try:
        source, _, _ = env.loader.get_source(env, name)
        return env.parse(source, name)
    except TemplateNotFound as error:
        raise UnsupportedError(name, None, "no such template") from error
    except TemplateSyntaxError as error:
        raise UnsupportedError(name, error.lineno, error.message or "syntax error") from error


def referenced_names(node: nodes.Node) -> Iterator[str]:
    """Yield the literal names in the expression of an extends, include or import.

    Allowed: a literal, a choice of literals, and `variable or literal` (the variable's template must be named
    somewhere else). Raises ValueError on anything else.
    """
    if isinstance(node, nodes.Const) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, nodes.CondExpr) and node.expr2 is not None:
        yield from referenced_names(node.expr1)
        yield from referenced_names(node.expr2)
    elif isinstance(node, nodes.Or):
        if not isinstance(node.left, nodes.Name):
            yield from referenced_names(node.left)
        yield from referenced_names(node.right)
    else:
        raise ValueError("name the template literally, or choose between literal names")


def closure(env: Environment, names: Iterable[str]) -> dict[str, nodes.Template]:
    """Return the parse tree of every named template and of all that they need, sorted by name."""
    trees: dict[str, nodes.Template] = {}
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name in trees:
            continue
        trees[name] = parse(env, name)
        for node in trees[name].find_all((nodes.Extends, nodes.Include, nodes.Import, nodes.FromImport)):
            assert isinstance(node, Reference)
            try:
                waiting += referenced_names(node.template)
            except ValueError as error:
                raise UnsupportedError(name, node.lineno, str(error)) from None
    return dict(sorted(trees.items()))
