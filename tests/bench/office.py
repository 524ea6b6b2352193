"""The fixed office over a store of its own, in this process or behind a server in another one."""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from server.adapters.passwords import cheap_passwords
from server.app import Assembled, assemble
from server.config import Config
from server.domain.payloads import build
from server.usecases.handle import handle
from sync.stores import open_store
from tests.fixtures import office

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_S = 60.0
SESSION_COOKIE = "congvan_session"


@dataclass
class BenchOffice:
    """An office with nobody at work yet; `url` is that of its server, empty without one."""

    services: Assembled
    url: str = ""
    server: subprocess.Popen[str] | None = None

    def signed_in(self, person_id: str) -> str:
        """Make a session and give its token, the value of the session cookie."""
        token = secrets.token_urlsafe(32)
        session = {
            "_id": f"session:{hashlib.sha256(token.encode()).hexdigest()}",
            "kind": "session",
            "person_id": person_id,
            "created_at": self.services.clock.now(),
            "expires_at": "2999-01-01T00:00:00.000Z",
        }
        self.services.sessions.put(session)
        return token

    def inbox(self, person_id: str) -> Any:
        """Give a person's inbox."""
        return self.services.store.database(f"inbox_{person_id}")

    def does(self, person_id: str, command: str, document_id: str | None = None, **fields: Any) -> dict[str, Any]:
        """Let a person act on what they see now; give the receipt."""
        record = self.services.records.get(document_id) if document_id else None
        if command == "Assign":
            fields = {"is_entry_confirmed": True, "direct_reason": "Việc gấp", "field": "cds", **fields}
        payload = {
            "action_id": f"act-{secrets.token_hex(8)}",
            "command": command,
            "document_id": document_id,
            "seen_version": record["version"] if record else 0,
            "acted_at": self.services.clock.now(),
            "fields": fields,
        }
        receipt = handle(build(payload, actor_id=person_id, is_offline=False), self.services)
        assert receipt["status"] == "applied", receipt
        return receipt

    def registers(self, number: int) -> str:
        """Let the clerk register a document for the director; give its id."""
        receipt = self.does(
            office.CLERK,
            "RegisterIncoming",
            sender="UBND tỉnh Gia Lai",
            number=f"{number}/UBND-KGVX",
            document_on="2026-01-20",
            type="CV",
            subject=f"UBND tỉnh yêu cầu báo cáo kết quả chuyển đổi số đợt {number} năm 2026",
            urgency="normal",
            confidentiality="normal",
            field="cds",
            leader_id=office.DIRECTOR,
        )
        return str(receipt["document_id"])

    def stop_server(self) -> None:
        """End the server and wait until it is gone."""
        if self.server and self.server.poll() is None:
            self.server.send_signal(signal.SIGTERM)
            try:
                self.server.wait(PATIENCE_S)
            except subprocess.TimeoutExpired:
                self.server.kill()
                self.server.wait()


@contextmanager
def open_office(*, couchdb_url: str | None = None, has_server: bool = False) -> Iterator[BenchOffice]:
    """Give the office in a folder (and databases) that are gone afterwards; its inboxes hold directory and profile."""
    folder = Path(tempfile.mkdtemp(prefix="congvan-bench-"))
    prefix = f"bench{secrets.token_hex(4)}_"
    store = open_store(couchdb_url, folder, prefix)
    opened = None
    try:
        store.database("accounts").bulk(office.documents())
        config = Config(data=folder, couchdb_url=couchdb_url, secret="b" * 64)
        opened = BenchOffice(assemble(store, config, passwords=cheap_passwords()))
        opened.services.fanout.catch_up()
        if has_server:
            opened.server, opened.url = _start(folder, prefix, couchdb_url)
        yield opened
    finally:
        if opened:
            opened.stop_server()
        if couchdb_url:
            for name in store.names():
                store.drop(name)
        store.close()
        shutil.rmtree(folder, ignore_errors=True)


def _start(folder: Path, prefix: str, couchdb_url: str | None) -> tuple[subprocess.Popen[str], str]:
    """Start the server and read its address from what it says first."""
    env = {**os.environ, "COUCHDB_URL": couchdb_url or "", "PYTHONUNBUFFERED": "1", "PYTHONIOENCODING": "utf-8"}
    command = [sys.executable, "-m", "tests.bench.serve", str(folder), prefix]
    server = subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True)
    assert server.stdout is not None
    for line in server.stdout:
        if found := re.search(r"http://127\.0\.0\.1:\d+", line):
            return server, found.group()
    raise RuntimeError(f"the server ended before it was ready: {server.wait()}")


def wait_until(is_so: Callable[[], Any], what: str, patience_s: float = PATIENCE_S) -> Any:
    """Look again until something is so, and give what was found. Raises TimeoutError."""
    deadline = time.monotonic() + patience_s
    while not (found := is_so()):
        if time.monotonic() > deadline:
            raise TimeoutError(what)
        time.sleep(0.02)
    return found
