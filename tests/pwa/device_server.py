"""A server for one device: the built files, one page, and the sync endpoints over a list of cards in memory."""

from __future__ import annotations

import base64
import hashlib
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

ROOT = Path(__file__).resolve().parent.parent.parent
STATIC = ROOT / "static"
ME = {"_id": "profile:me", "kind": "profile", "person_id": "an", "name": "Nguyễn Văn An", "position": "Chuyên viên"}
ME |= {"unit_id": "cntt", "unit_name": "Phòng CNTT", "roles": ["specialist"]}
OFFICE: dict[str, Any] = {"_id": "directory:office", "kind": "directory", "units": [], "people": [], "leaders": []}
OFFICE["catalogues"] = {"types": [{"code": "CV", "name": "Công văn"}], "urgencies": ["normal"]}
MEDIA = {".js": "text/javascript", ".mjs": "text/javascript", ".css": "text/css", ".json": "application/json"}
MEDIA |= {".svg": "image/svg+xml", ".woff2": "font/woff2", ".png": "image/png"}
PAGE = """<!doctype html><html lang="vi"><title>Server</title><body data-person="an"><div id="net-status"></div>
<div class="bars"></div><main id="main">from the server</main><script src="{page_js}" defer></script>"""


def card(number: int, **more: Any) -> dict[str, Any]:
    """Return a card to be done."""
    made = {
        "_id": f"incoming:document-{number:05}", "kind": "incoming", "version": 1, "state": "assigned",
        "title": f"Văn bản số {number} về việc triển khai chuyển đổi số", "number": f"{number}/UBND",
        "sender": "UBND tỉnh", "folder": "todo", "sort_key": f"4-2026-12-01-{number:05}",
        "updated_at": "2026-11-22T07:00:00.000Z", "urgency": "normal", "confidentiality": "normal",
        "is_priority": False, "is_bare": False, "due_on": "2026-12-01", "type": "CV", "field": "",
        "allowed_actions": ["take_on", "add_comment"], "assign_scope": None, "files": [], "links": [],
        "timeline": [_entry("Registered", "registered")], "reviews": [], "document_on": None,
        "original_subject": "", "arrival": {"book": "den-2026", "number": number, "label": str(number),
        "arrived_on": "2026-11-20"}, "leader_id": None, "leader_name": "", "my_assignment": None,
        "assignments": [], "case_file": None,
    }  # fmt: skip
    return made | more


def _entry(event: str, action_id: str, text: str = "") -> dict[str, Any]:
    entry = {"at": "2026-11-22T07:00:00.000Z", "event": event, "action_id": action_id, "actor_id": "mai"}
    entry |= {"actor_name": "Huỳnh Thị Mai", "actor_position": "Văn thư", "on_behalf_of_name": None, "text": text}
    return entry | {"details": {}, "is_offline": False}


def comment(text: str) -> dict[str, Any]:
    """Return a line of history that somebody else wrote."""
    return _entry("Commented", f"other-{text}", text)


class DeviceServer:
    """Start, write cards, stop; `waiting` counts the requests held open now."""

    def __init__(self) -> None:
        """Begin with nothing in the inbox."""
        self.lock = threading.Condition()
        self.changes: dict[str, tuple[int, dict[str, Any]]] = {}
        self.seq = 0
        self.actions: list[dict[str, Any]] = []
        self.bodies: dict[str, bytes] = {}
        self.paths: list[str] = []
        self.waiting = 0
        self.most_waiting = 0
        self.version = ""
        self.is_stopping = False
        self.is_garbled = False
        """Whether answers about changes are not what the protocol has."""
        self.port = 0
        self._httpd: ThreadingHTTPServer | None = None

    @property
    def url(self) -> str:
        """The address, the same after a restart."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Serve."""
        self.is_stopping = False
        office = self

        class Handler(_Handler):
            server_of_device = office

        self._httpd = ThreadingHTTPServer(("127.0.0.1", self.port), Handler)
        self._httpd.daemon_threads = True
        self.port = self._httpd.server_port
        threading.Thread(target=self._httpd.serve_forever, daemon=True).start()

    def stop(self) -> None:
        """Refuse connections from now on."""
        with self.lock:
            self.is_stopping = True
            self.lock.notify_all()
        if self._httpd:
            self._httpd.shutdown()
            self._httpd.server_close()
            self._httpd = None

    def write(self, *documents: dict[str, Any]) -> None:
        """Put documents into the inbox and wake who waits."""
        with self.lock:
            for document in documents:
                self.seq += 1
                self.changes[document["_id"]] = (self.seq, document)
            self.lock.notify_all()

    def since(self, seq: int) -> list[tuple[int, dict[str, Any]]]:
        """Return what changed after a sequence number."""
        return sorted((change for change in self.changes.values() if change[0] > seq), key=lambda one: one[0])


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_of_device: DeviceServer

    def log_message(self, *_: Any) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        """Answer."""
        office, url = self.server_of_device, urlsplit(self.path)
        office.paths.append(url.path)
        if url.path == "/sw.js":
            source = (STATIC / "build/sw.js").read_text("utf-8") + f"\n// {office.version}"
            self._send(200, source.encode(), "text/javascript")
        elif url.path.startswith("/static/"):
            path = STATIC / url.path.removeprefix("/static/")
            if path.is_file():
                self._send(200, path.read_bytes(), MEDIA.get(path.suffix, "application/octet-stream"))
            else:
                self._send(404)
        elif url.path == "/sync/snapshot":
            lines = [{"since": str(office.seq), "count": len(office.changes)}, *(one for _, one in office.since(0))]
            self._send(200, "".join(f"{json.dumps(line)}\n" for line in lines).encode(), "application/x-ndjson")
        elif url.path == "/sync/inbox/_changes":
            self._changes({key: values[0] for key, values in parse_qs(url.query).items()})
        elif url.path.endswith("/seen"):
            self._send(200, b"<div></div>", "text/html; charset=utf-8")  # a part of a page, never a page in a page
        elif url.path.startswith("/files/"):
            self._send(200, office.bodies[url.path.rsplit("/", 1)[-1]], "application/pdf")
        else:
            manifest = json.loads((STATIC / "build/manifest.json").read_text("utf-8"))
            html = PAGE.replace("{page_js}", manifest["files"]["page.js"]["path"])
            self._send(200, html.encode(), "text/html; charset=utf-8")

    def do_POST(self) -> None:
        """Enrol, or take actions."""
        office = self.server_of_device
        office.paths.append(self.path)
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.path == "/sync/devices":
            key_id = hashlib.sha256(base64.b64decode(body.get("public_key", ""))).hexdigest()[:16]
            self._send_json(201, {"person_id": "an", "device": {"device_id": body["device_id"], "key_id": key_id}})
            return
        office.actions += body["actions"]
        receipts = [
            {"action_id": one["action_id"], "status": "applied", "reason": None, "details": {}, "version": 2}
            | {"document_id": one["document_id"], "received_at": "2026-11-22T08:00:00.000Z", "command": one["command"]}
            for one in body["actions"]
        ]
        self._send_json(200, {"receipts": receipts})

    def _changes(self, asked: dict[str, str]) -> None:
        office, since = self.server_of_device, int(asked["since"])
        with office.lock:
            if asked.get("feed") == "longpoll":
                office.waiting += 1
                office.most_waiting = max(office.most_waiting, office.waiting)
                until = time.monotonic() + 20
                while not office.since(since) and not office.is_stopping and time.monotonic() < until:
                    office.lock.wait(0.2)
                office.waiting -= 1
            found = office.since(since)
        if office.is_garbled:
            self._send_json(200, {"results": "?", "last_seq": "?"})
            return
        results = [{"seq": str(seq), "id": one["_id"], "changes": [], "doc": one} for seq, one in found]
        self._send_json(200, {"results": results, "last_seq": results[-1]["seq"] if results else asked["since"]})

    def _send_json(self, status: int, body: dict[str, Any]) -> None:
        self._send(status, json.dumps(body).encode(), "application/json")

    def _send(self, status: int, body: bytes = b"", media_type: str = "text/plain") -> None:
        self.send_response(status)
        self.send_header("Content-Type", media_type)
        self.send_header("Content-Length", str(len(body)))
        if self.path.startswith("/static/build/"):
            self.send_header("Cache-Control", "public, max-age=31536000, immutable")
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)
