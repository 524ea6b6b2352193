"""Serve the built scripts, styles, fonts and icons without going through Flask and its threads.

Hashed names never change their content and are cached for good; the rest is revalidated by ETag. The build
leaves a .gz beside what is worth compressing.
"""

from __future__ import annotations

import asyncio
import hashlib
import re
from collections.abc import Awaitable, Callable, MutableMapping
from pathlib import Path
from typing import Any

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
AsgiApp = Callable[[Scope, Receive, Send], Awaitable[None]]

ROOT = Path(__file__).resolve().parent.parent / "static"
PREFIX = "/static/"
WORKER_PATH = "/sw.js"
# At the root, because a worker's scope and an app's identity follow from where they are.
AT_ROOT = {WORKER_PATH: "build/sw.js", "/manifest.webmanifest": "manifest.webmanifest"}
HASHED = re.compile(r"^build/(?:.*/)?[^/]*-[A-Z0-9]{8}\.[a-z0-9.]+$|^build/pdfjs-[0-9.]+/")
FOR_GOOD = "public, max-age=31536000, immutable"
MEDIA_TYPES = {
    ".js": "text/javascript; charset=utf-8",
    ".mjs": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".json": "application/json",
    ".webmanifest": "application/manifest+json",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".ico": "image/x-icon",
    ".woff2": "font/woff2",
    ".ttf": "font/ttf",
    ".wasm": "application/wasm",
    ".txt": "text/plain; charset=utf-8",
}
POLICY = "default-src 'self'; script-src 'self'; object-src 'none'; base-uri 'none'"
WORKER_POLICY = "default-src 'none'; script-src 'self'; connect-src 'self'"
WASM_POLICY = POLICY.replace("script-src 'self'", "script-src 'self' 'wasm-unsafe-eval'")
# A worker lives under its own script's policy, whatever that of the page is.
POLICIES_OF_WORKERS = (
    # pdf.js decodes some images with WebAssembly, never with eval
    (re.compile(r"^build/pdf\.worker-[A-Z0-9]{8}\.mjs$"), WASM_POLICY),
    # what looks at photographs is sent all it needs
    (re.compile(r"^build/edges-[A-Z0-9]{8}\.js$"), "default-src 'none'"),
)


class StaticFiles:
    """An ASGI app for `/static/…`, `/sw.js` and `/manifest.webmanifest`."""

    def __init__(self, root: Path = ROOT) -> None:
        """Serve the files below `root`."""
        self.root = root.resolve()
        self._tags: dict[tuple[Path, int, int], str] = {}

    @staticmethod
    def handles(path: str) -> bool:
        """Tell whether a request path is this app's."""
        return path in AT_ROOT or path.startswith(PREFIX)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002
        """Answer one request."""
        if scope["method"] not in {"GET", "HEAD"}:
            await _answer(send, 405, {"allow": "GET, HEAD"})
            return
        is_worker = scope["path"] == WORKER_PATH
        name = AT_ROOT.get(scope["path"]) or scope["path"].removeprefix(PREFIX)
        sent = {key: value.decode("latin-1") for key, value in scope["headers"]}
        takes_gzip = bool(re.search(r"\bgzip\b(?!\s*;\s*q=0(?:\.0*)?(?:,|\s|$))", sent.get(b"accept-encoding", "")))
        found = await asyncio.to_thread(self._read, name, takes_gzip)
        if found is None:
            await _answer(send, 404, {"cache-control": "no-cache"})
            return
        body, is_gzip, tag = found
        headers = {
            "content-type": MEDIA_TYPES.get(Path(name).suffix, "application/octet-stream"),
            "cache-control": FOR_GOOD if HASHED.match(name) else "no-cache",
            "etag": tag,
            "vary": "Accept-Encoding",
            "x-content-type-options": "nosniff",
            "cross-origin-resource-policy": "same-origin",
            "content-security-policy": WORKER_POLICY if is_worker else policy_of(name),
        }
        known = {one.strip().removeprefix("W/") for one in sent.get(b"if-none-match", "").split(",")}
        if tag in known:
            await _answer(send, 304, headers)
            return
        if is_gzip:
            headers["content-encoding"] = "gzip"
        headers["content-length"] = str(len(body))
        await _answer(send, 200, headers, b"" if scope["method"] == "HEAD" else body)

    def _read(self, name: str, takes_gzip: bool) -> tuple[bytes, bool, str] | None:
        """Return a file's content, whether it is compressed, and its ETag; None when there is none."""
        if "\0" in name or any(part.startswith(".") for part in name.split("/")):
            return None
        path = (self.root / name).resolve()
        if not path.is_relative_to(self.root) or not path.is_file():
            return None
        packed = path.with_name(path.name + ".gz")
        is_gzip = takes_gzip and packed.is_file()
        chosen = packed if is_gzip else path
        body = chosen.read_bytes()
        facts = chosen.stat()
        key = (chosen, facts.st_mtime_ns, facts.st_size)
        if key not in self._tags:
            self._tags[key] = f'"{hashlib.sha256(body).hexdigest()[:24]}"'
        return body, is_gzip, self._tags[key]


def policy_of(name: str) -> str:
    """Return the content policy of a file below the folder of static files."""
    return next((policy for pattern, policy in POLICIES_OF_WORKERS if pattern.match(name)), POLICY)


async def _answer(send: Send, status: int, headers: dict[str, str], body: bytes = b"") -> None:
    """Send a whole answer."""
    if status in {404, 405}:
        headers["content-length"] = "0"
    pairs = [(key.encode(), value.encode("latin-1")) for key, value in headers.items()]
    await send({"type": "http.response.start", "status": status, "headers": pairs})
    await send({"type": "http.response.body", "body": body})
