"""File bodies for reading: only through a document that the reader may see (Articles 12, 17).

A body never changes under its address, but the right to read it may end: it is asked for anew each time, by ETag.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from flask import Blueprint, Response, abort, request

from server.usecases import read
from server.web import current, uploads

blueprint = Blueprint("files", __name__)

KINDS = ("incoming", "outgoing", "case_file")
CHUNK = 256 * 1024
INLINE = frozenset({uploads.PDF, "image/png", "image/jpeg"})
"""Types that a browser shows by itself without running anything."""
SANDBOX = "sandbox; default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"
PDF_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'"
"""A browser's own PDF viewer does not start in a sandbox."""


@blueprint.get("/files/<kind>/<key>/<sha256>")
def body(kind: str, key: str, sha256: str) -> Response:
    """Send a file of a document."""
    if kind not in KINDS or not uploads.SHA256.fullmatch(sha256):
        abort(404)
    entry = read.may_read_file(current.services(), current.person_id(), f"{kind}:{key}", sha256)
    return send_body(sha256, entry)


def send_body(sha256: str, entry: dict[str, Any] | None) -> Response:
    """Answer with a body or the part asked for; 404 when the reader has no `entry` that names it."""
    bodies = current.services().store.files
    if entry is None or not bodies.exists(sha256):
        abort(404)
    headers = {
        "ETag": f'"{sha256}"',
        "Cache-Control": "private, no-cache",
        "Accept-Ranges": "bytes",
        "Content-Security-Policy": PDF_POLICY if entry["media_type"] == uploads.PDF else SANDBOX,
        "Content-Disposition": _disposition(entry),
    }
    if request.if_none_match.contains(sha256):
        return Response(status=304, headers=headers)
    size, status, start, stop = int(entry["size"]), 200, 0, int(entry["size"])
    if request.range is not None and _is_range_valid(sha256):
        asked = request.range.range_for_length(size)
        if asked is None:
            return Response(status=416, headers={**headers, "Content-Range": f"bytes */{size}"})
        start, stop = asked
        status = 206
        headers["Content-Range"] = f"bytes {start}-{stop - 1}/{size}"
    opened = bodies.open(sha256, start, stop)
    response = Response(_chunks(opened.stream), status, headers, mimetype=_media_type(entry))
    response.content_length = stop - start
    response.call_on_close(opened.stream.close)
    return response


def _is_range_valid(sha256: str) -> bool:
    """Tell whether a part was asked for of this very content; a request without If-Range means whatever is there."""
    wanted = request.headers.get("If-Range", "").strip()
    return not wanted or wanted == f'"{sha256}"'


def _chunks(stream: Any) -> Iterator[bytes]:
    while piece := stream.read(CHUNK):
        yield piece


def _media_type(entry: dict[str, Any]) -> str:
    return entry["media_type"] if entry["media_type"] in INLINE else "application/octet-stream"


def _disposition(entry: dict[str, Any]) -> str:
    """Return the header that names the file; what a browser cannot safely show is only offered for saving."""
    kind = "inline" if entry["media_type"] in INLINE else "attachment"
    name = uploads.clean_name(entry.get("name", ""))
    plain = "".join(letter if letter.isascii() and letter not in '"\\%;' else "_" for letter in name)
    return f"{kind}; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
