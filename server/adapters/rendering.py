"""The Jinja2 environment of every page: the filters and `_()` that the service worker has as well.

Both sides share these choices: HTML is escaped, blocks are trimmed, an undefined value prints nothing, None prints
nothing, and printing a list or mapping is an error.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import wraps
from pathlib import Path
from typing import Any

from flask import Flask
from jinja2 import Environment, FileSystemLoader, pass_context, select_autoescape

from server.adapters import catalogues, formats

TEMPLATES = Path(__file__).resolve().parent.parent.parent / "templates"

LocaleGetter = Callable[[], str]


def configure(target: Flask | Environment, current_locale: LocaleGetter) -> Environment:
    """Give an application's environment (or a bare one) the shared filters and `_()`; returns the environment.

    `current_locale` is asked at every use and answers 'vi' or 'en'. Call it before any template is loaded, and after
    Flask-Babel, whose own `_` it replaces.
    """
    env = target.jinja_env if isinstance(target, Flask) else target

    def messages() -> Mapping[str, str]:
        return catalogues.load(current_locale())

    def gettext(key: object, /, **values: Any) -> str:
        return catalogues.translate(messages(), key, values)

    env.autoescape = select_autoescape(default_for_string=True, default=True)
    env.trim_blocks = True
    env.lstrip_blocks = True
    env.finalize = printable
    env.policies["json.dumps_function"] = json.dumps
    env.policies["json.dumps_kwargs"] = {"sort_keys": True}
    env.globals["_"] = gettext
    env.filters.update(formats.PLAIN)
    env.filters.update({name: _localized(filter_, messages) for name, filter_ in formats.LOCALIZED.items()})
    return env


def page_environment(
    folder: Path = TEMPLATES, current_locale: LocaleGetter = lambda: catalogues.LOCALES[0]
) -> Environment:
    """Return an environment over a folder of templates, without Flask: for the build and for tests."""
    return configure(Environment(loader=FileSystemLoader(folder), autoescape=True), current_locale)


def printable(value: Any) -> Any:
    """Return what `{{ value }}` prints: nothing for None; a list or mapping is a mistake in the template."""
    if value is None:
        return ""
    if isinstance(value, list | tuple | dict):
        raise TypeError("a list or a mapping is not text")
    return value


def _localized(filter_: Callable[..., str], messages: Callable[[], Mapping[str, str]]) -> Callable[..., str]:
    """Hand a filter the current catalogue; taking the context keeps Jinja2 from computing it at compile time."""

    @pass_context
    @wraps(filter_)
    def with_messages(_context: object, value: Any, *arguments: Any, **named: Any) -> str:
        return filter_(messages(), value, *arguments, **named)

    return with_messages
