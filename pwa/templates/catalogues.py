"""Which catalogue keys the templates use: the worker gets only those, and a missing one fails the build."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, nodes

from pwa.templates import vocabulary
from pwa.templates.errors import UnsupportedError
from pwa.templates.references import closure, parse
from server.adapters.catalogues import placeholders

# Keys (or prefixes ending with a dot or underscore) that the worker's and the pages' own code reads.
WORKER_KEYS = Path(__file__).resolve().parent.parent / "worker_messages.json"


@dataclass(frozen=True)
class Use:
    """One use of a key: `key` ends with a dot or underscore when only the beginning is literal."""

    key: str
    template: str
    line: int
    # Names given to a `_()` call; None for keys that a filter reads.
    given: frozenset[str] | None


def uses(name: str, tree: nodes.Template) -> Iterator[Use]:
    """Yield every use of a catalogue key in a template; raises UnsupportedError for a key that cannot be known."""
    for call in tree.find_all(nodes.Call):
        if not isinstance(call.node, nodes.Name) or call.node.name != "_" or not call.args:
            continue
        given = frozenset(pair.key for pair in call.kwargs)
        for key in _literal_keys(name, call.args[0]):
            yield Use(key, name, call.lineno, given)
    for filter_ in tree.find_all(nodes.Filter):
        mapped = [argument.value for argument in filter_.args[:1] if isinstance(argument, nodes.Const)]
        for filter_name in [filter_.name, *(mapped if filter_.name == "map" else [])]:
            twin = vocabulary.FILTERS.get(filter_name)
            for key in twin.keys if twin else ():
                yield Use(key, name, filter_.lineno, None)


def _literal_keys(template: str, node: nodes.Node) -> Iterator[str]:
    if isinstance(node, nodes.Const) and isinstance(node.value, str):
        yield node.value
        return
    if isinstance(node, nodes.CondExpr) and node.expr2 is not None:
        yield from _literal_keys(template, node.expr1)
        yield from _literal_keys(template, node.expr2)
        return
    first = node
    while isinstance(first, nodes.Concat | nodes.Add):
        first = first.nodes[0] if isinstance(first, nodes.Concat) else first.left
    if isinstance(first, nodes.Const) and isinstance(first.value, str) and _is_prefix(first.value):
        yield first.value
        return
    message = "a key must be literal, a choice of literals, or begin with a literal prefix: 'state.' ~ card.state"
    raise UnsupportedError(template, node.lineno, message)


def _is_prefix(key: str) -> bool:
    """Say whether a literal is the beginning of keys: `state.` or `accounts.theme_`."""
    return key.endswith((".", "_")) and "." in key


def matches(key: str, message_key: str) -> bool:
    """Say whether a used key or prefix covers a key of the catalogue."""
    return message_key.startswith(key) if _is_prefix(key) else message_key == key


def missing(env: Environment, names: Iterable[str], messages: Mapping[str, Mapping[str, str]]) -> list[str]:
    """List what the named templates (just these) use and a catalogue lacks, as 'file:line: what'.

    `messages`: locale → key → text. A template must also give every placeholder of a literal key.
    """
    found = []
    for name in names:
        for use in uses(name, parse(env, name)):
            for locale, catalogue in messages.items():
                keys = [key for key in catalogue if matches(use.key, key)]
                where = f"{use.template}:{use.line}: {use.key}"
                if not keys:
                    found.append(f"{where} is not in the catalogue '{locale}'")
                elif use.given is not None and not _is_prefix(use.key):
                    wanted = placeholders(catalogue[use.key]) - use.given
                    found += [f"{where} needs {name}= in '{locale}'" for name in sorted(wanted)]
    return list(dict.fromkeys(found))


def unequal(messages: Mapping[str, Mapping[str, str]]) -> list[str]:
    """List keys that a language lacks, or whose placeholders differ between languages."""
    found = []
    for key in sorted({key for catalogue in messages.values() for key in catalogue}):
        lacking = [locale for locale, catalogue in messages.items() if key not in catalogue]
        found += [f"{key} is not in the catalogue '{locale}'" for locale in lacking]
        names = {placeholders(catalogue[key]) for catalogue in messages.values() if key in catalogue}
        if len(names) > 1 and not key.startswith("format."):
            found.append(f"{key} has different placeholders in different languages")
    return found


def problems(env: Environment, names: Iterable[str], messages: Mapping[str, Mapping[str, str]]) -> list[str]:
    """List everything wrong with the catalogues for the templates and all that they need."""
    return [*unequal(messages), *missing(env, closure(env, names), messages)]


def worker_keys(env: Environment, names: Iterable[str]) -> frozenset[str]:
    """Return the keys and prefixes that the compiled templates and the worker's own code may read."""
    declared: list[str] = json.loads(WORKER_KEYS.read_text("utf-8"))
    used = {use.key for name, tree in closure(env, names).items() for use in uses(name, tree)}
    return frozenset(declared) | used


def only(catalogue: Mapping[str, str], keys: Iterable[str]) -> dict[str, str]:
    """Return the part of a catalogue that the keys and prefixes cover."""
    wanted = tuple(keys)
    return {key: text for key, text in catalogue.items() if any(matches(use, key) for use in wanted)}
