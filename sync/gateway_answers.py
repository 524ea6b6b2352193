"""How the sync endpoints answer: JSON in CouchDB's shape, compressed when large, never kept by a cache."""

from __future__ import annotations

import gzip
import json
from typing import Any

from flask import Response, request

COMPRESS_FROM = 2048
COMPRESS_LEVEL = 1  # a tenth of the time of the default for most of the gain


class ProtocolError(Exception):
    """A request that cannot be answered; `error` is a stable code, `extra` goes into the answer beside it."""

    def __init__(
        self, status: int, error: str, reason: str = "", headers: dict[str, str] | None = None, **extra: Any
    ) -> None:
        """Keep what the answer will say."""
        super().__init__(error)
        self.status = status
        self.error = error
        self.reason = reason
        self.headers = headers or {}
        self.extra = extra


def encoded(body: Any) -> bytes:
    """Write JSON compactly, in UTF-8."""
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()


def answer(
    body: Any, status: int = 200, headers: dict[str, str] | None = None, *, may_compress: bool = True
) -> Response:
    """Answer JSON, compressed when that is accepted and worth it."""
    content = encoded(body)
    response = Response(status=status, mimetype="application/json", headers=headers)
    response.headers["Cache-Control"] = "no-store"
    response.headers["Vary"] = "Accept-Encoding, Cookie"
    if may_compress and len(content) >= COMPRESS_FROM and accepts_gzip():
        content = gzip.compress(content, COMPRESS_LEVEL)
        response.headers["Content-Encoding"] = "gzip"
    response.set_data(content)
    return response


def answer_error(error: ProtocolError) -> Response:
    """Answer an error as CouchDB would: `{"error", "reason"}`, plus what else helps the device."""
    return answer({"error": error.error, "reason": error.reason, **error.extra}, error.status, headers=error.headers)


def accepts_gzip() -> bool:
    """Tell whether the client takes gzip."""
    return request.accept_encodings["gzip"] > 0


def read_json(limit_bytes: int) -> Any:
    """Read a JSON body of at most so many bytes. Raises ProtocolError 413 or 400."""
    content = read_body(limit_bytes)
    try:
        return json.loads(content, parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        raise ProtocolError(400, "bad_request", "invalid UTF-8 JSON") from None


def read_body(limit_bytes: int) -> bytes:
    """Read a body of at most so many bytes, whether or not its length was announced. Raises ProtocolError 413."""
    if (request.content_length or 0) > limit_bytes:
        raise ProtocolError(413, "too_large", "the request body is too large", limit=limit_bytes)
    content = request.stream.read(limit_bytes + 1)
    if len(content) > limit_bytes:
        raise ProtocolError(413, "too_large", "the request body is too large", limit=limit_bytes)
    if request.content_length is not None and len(content) < request.content_length:
        raise ProtocolError(400, "cut_off", "the request body was cut off")
    return content


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")
