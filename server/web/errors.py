"""What can go wrong, for people: error codes to HTTP statuses, to words, to pages."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from flask import Flask, Response, g, jsonify, make_response, redirect, request
from werkzeug.exceptions import HTTPException, Unauthorized
from werkzeug.wrappers import Response as BaseResponse

from server.domain.errors import CODES, DomainError
from server.ports import Unavailable
from server.web import current
from server.web.access import GATEWAY, PasswordChangeNeeded
from server.web.context import page
from server.web.security import READS, ForeignOrigin

log = logging.getLogger(__name__)

SWAPPED = frozenset({409, 413, 422})
"""Error statuses whose fragment htmx puts into the page (see the htmx-config of templates/layouts/page.html)."""
AGAIN_AFTER_S = 10
RECEIPT_HEADER = "X-Congvan-Receipt"
"""On every answer to a form that is this server's last word on it; a device settles nothing by an answer without."""
KNOWN_STATUSES = frozenset({400, 401, 403, 404, 405, 409, 413, 422, 500, 503})


def status_of(code: str) -> int:
    """Return the HTTP status of an error code."""
    return CODES.get(code, 500)


def error_text(code: str, details: Mapping[str, Any] | None = None) -> str:
    """Return an error in words of the reader's language."""
    values = {key: value for key, value in (details or {}).items() if isinstance(value, str | int | float)}
    said = current.text(f"errors.{code}", **{"limit": "", "pages": "", **values})
    # of several files that came together one is at fault: it is named
    return current.text("paper.in_file", name=values["file_name"], fault=said) if "file_name" in values else said


def error_page(status: int, message: str, code: str | None = None) -> Response:
    """Return a page that says what is the matter."""
    if current.wants_json() or request.blueprint == GATEWAY:
        return make_response(jsonify({"error": code or f"http_{status}", "reason": message}), status)
    response = make_response(page("pages/error.html", status=status, code=code, message=message), status)
    if request.method not in READS and status < 500 and status != 401:
        response.headers[RECEIPT_HEADER] = "refused"
    return response


def handle_errors(app: Flask) -> None:
    """Hang the handlers on the application."""

    @app.errorhandler(Unauthorized)
    def ask_to_sign_in(_error: Unauthorized) -> BaseResponse:
        return first("/login", "errors.http_401")

    @app.errorhandler(PasswordChangeNeeded)
    def ask_to_change_password(_error: PasswordChangeNeeded) -> BaseResponse:
        return first("/password", "errors.password_change_needed")

    @app.errorhandler(ForeignOrigin)
    def refuse_foreign(_error: ForeignOrigin) -> Response:
        return error_page(403, current.text("errors.foreign_origin"))

    @app.errorhandler(DomainError)
    def show_domain_error(error: DomainError) -> Response:
        return error_page(status_of(error.code), error_text(error.code, error.details), error.code)

    @app.errorhandler(HTTPException)
    def show_http_error(error: HTTPException) -> BaseResponse:
        status = error.code or 500
        if error.response is not None or status < 400:
            return error.get_response()
        known = status if status in KNOWN_STATUSES else 400
        return error_page(status, current.text(f"errors.http_{known}"))

    @app.errorhandler(Unavailable)
    def ask_to_wait(error: Unavailable) -> Response:
        # one line: while the store is away this is said for every request
        log.error("%s %s: %s", request.method, request.path, error)
        return unavailable()

    @app.errorhandler(Exception)
    def show_failure(error: Exception) -> Response:
        if app.testing and app.config.get("PROPAGATE_EXCEPTIONS"):
            raise error
        log.exception("%s %s failed", request.method, request.path)
        response = error_page(500, current.text("errors.http_500"))
        response.headers["Retry-After"] = "5"
        return response


def unavailable() -> Response:
    """Return the answer while the store is away; a page that was only being read is asked for again by itself."""
    g.session = None  # who asks cannot be found out now; the frame of the page is that of nobody
    is_page = request.method in READS and not current.wants_json() and request.blueprint != GATEWAY
    message = current.text("errors.unavailable_page" if is_page else "errors.unavailable", limit=AGAIN_AFTER_S)
    response = error_page(503, message, "unavailable")
    response.headers["Retry-After"] = str(AGAIN_AFTER_S)
    if is_page and not current.wants_fragment():
        response.headers["Refresh"] = str(AGAIN_AFTER_S)
    return response


def unavailable_reason() -> str:
    """Return what a device is told while the store is away."""
    g.session = None
    return current.text("errors.unavailable")


def first(address: str, key: str) -> BaseResponse:
    """Send a reader to what comes first; a form or a fragment gets 401, which the service worker knows how to keep."""
    if request.method in READS and not current.wants_fragment() and not current.wants_json():
        query = request.query_string.decode("latin-1")
        asked = f"{request.path}?{query}" if query else request.path
        return redirect(f"{address}?next={quote(asked)}", 303)
    response = error_page(401, current.text(key))
    if current.wants_fragment():
        response.headers["HX-Redirect"] = f"{address}?next={quote(_shown_path())}"
    return response


def _shown_path() -> str:
    """Return the path of the page on which htmx runs."""
    _, _, rest = request.headers.get("HX-Current-URL", "").partition("://")
    _, slash, path = rest.partition("/")
    return f"/{path}" if slash else "/inbox"
