"""What every answer and every write is held to: content policy, origin, size, cookies (Article 17).

A write is taken only from our own pages: browsers say where a request comes from in Sec-Fetch-Site and Origin. A client
that sends neither is no browser, so nobody else's session can be misused through it.
"""

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import urlsplit

from flask import Flask, Response, abort, request
from werkzeug.exceptions import HTTPException

from server.web import current
from server.web.access import GATEWAY

READS = frozenset({"GET", "HEAD", "OPTIONS"})
FORM_LIMIT = 2 * 1024 * 1024
"""Bytes of a form without files."""
OVERSHOOT = 48 * 1024 * 1024
"""How far beyond the largest file an upload is still taken in, so that its form can come back filled."""

POLICY = "; ".join(json.loads((Path(__file__).resolve().parents[2] / "pwa" / "content_policy.json").read_text("utf-8")))
"""The worker sends the same with the pages that it answers, with a digest for the styles (pwa/policy.js)."""

HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
    "Cache-Control": "no-store",
}
HSTS = "max-age=31536000"


class ForeignOrigin(HTTPException):
    """A write that another site's page sent."""

    code = 403
    description = "cross-origin write"


def guard(app: Flask) -> None:
    """Hang the checks before every request and the headers on every answer."""
    app.config["MAX_FORM_MEMORY_SIZE"] = FORM_LIMIT

    @app.before_request
    def check_write() -> None:
        if request.method in READS:
            return
        if not is_own_write():
            raise ForeignOrigin
        if request.blueprint != GATEWAY:
            _limit_body()

    @app.after_request
    def add_headers(response: Response) -> Response:
        own = {name.lower() for name, _ in response.headers}
        for name, value in HEADERS.items():
            if name.lower() not in own:
                response.headers.add_header(name, value)
        if request.is_secure:
            response.headers.setdefault("Strict-Transport-Security", HSTS)
        return response


def is_own_write() -> bool:
    """Tell whether a write comes from a page of ours, or from no browser at all."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None and site != "same-origin":
        return False
    origin = request.headers.get("Origin")
    return origin is None or origin == own_origin()


def own_origin() -> str:
    """Return the scheme and host under which this office is reached."""
    public_url = current.parts().config.public_url
    parts = urlsplit(public_url or request.host_url)
    return f"{parts.scheme}://{parts.netloc}"


def is_https() -> bool:
    """Tell whether the browser reaches us over HTTPS."""
    return own_origin().startswith("https://")


def _limit_body() -> None:
    is_upload = request.mimetype == "multipart/form-data" and current.session() is not None
    limit = current.parts().config.max_upload_bytes + OVERSHOOT if is_upload else FORM_LIMIT
    request.max_content_length = limit
    if (request.content_length or 0) > limit:
        abort(413)
