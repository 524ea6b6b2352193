"""The one error of the template compiler: it stops the build and says where."""

from __future__ import annotations


class UnsupportedError(Exception):
    """A template uses something that the service worker could not render byte for byte like Jinja2."""

    def __init__(self, template: str, line: int | None, message: str) -> None:
        super().__init__(f"{template}:{line or '?'}: {message}")
