"""A request from the devices' side as the app is asked it, with a body that may end before it should."""

from __future__ import annotations

import io
from typing import Any


def environ_of(asked: dict[str, Any], body: bytes) -> dict[str, Any]:
    """Return the WSGI environment of a request."""
    path, _, query = asked["path"].partition("?")
    headers = {name.lower(): value for name, value in asked["headers"].items()}
    environ = {
        "REQUEST_METHOD": asked["method"],
        "SCRIPT_NAME": "",
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "HTTP_HOST": "localhost",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": io.StringIO(),
        "wsgi.multithread": False,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
        "CONTENT_TYPE": headers.pop("content-type", ""),
        "CONTENT_LENGTH": headers.pop("content-length", "0"),
    }
    return environ | {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in headers.items() if value}
