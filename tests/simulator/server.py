"""The server's side of a simulated office: the whole app over a real store, called in process, in virtual time.

Its process can be killed at any write (before or just after the commit), find the disk full, or be overtaken by another
process between reading and writing; what is left is the SQLite file, or what CouchDB holds, and the next process starts
from that.
"""

from __future__ import annotations

import contextlib
import json
import random
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import flask.sessions
import flask.templating
from werkzeug.routing import Rule

from server.adapters import pdf_facts
from server.adapters.passwords import cheap_passwords
from server.app import Assembled, assemble, create_app
from server.config import Config
from server.usecases import devices as ending
from server.web.security import HEADERS
from sync.fanout import Fanout
from sync.ports import Conflict, StoreUnavailable
from tests.fixtures import office
from tests.fixtures.stores import is_couchdb, open_test_store
from tests.simulator import governing, mending
from tests.simulator.acting import does
from tests.simulator.office_history import OfficeHistory
from tests.simulator.traps import Killed, Trap, VirtualClock
from tests.simulator.wsgi import environ_of

EMBEDDED = "congvan.sqlite3"
PASSWORD = "simulated"
PASSWORDS = cheap_passwords()
PASSWORD_HASH = PASSWORDS.hash(PASSWORD)
UNREAD = frozenset(HEADERS)
"""Headers for browsers, which no worker looks at."""
LEADERS = (office.DIRECTOR, office.DIRECTOR, office.DEPUTY)


Request = tuple[dict[str, Any], bytes]


class SimulatedServer:
    """The office's server, through all the processes that it is."""

    def __init__(self, folder: Path, at_ms: int, template: Path | None = None) -> None:
        """Start over the office's file; `template` is one to begin with."""
        self.folder = folder
        self.clock = VirtualClock(at_ms)
        self.number = 0
        self.changed: set[str] = set()
        self.office = OfficeHistory()
        self.pulls: dict[str, list[int]] = {}
        self.receipts: dict[tuple[str, str], dict[str, Any]] = {}
        self.bearing: dict[tuple[str, str], Request] = {}
        self.retold: list[tuple[dict[str, Any], dict[str, Any]]] = []
        self._is_restarted = False
        self._fanout_trap: tuple[int, bool] | None = None
        leave_out_what_is_tested_elsewhere()
        if template is not None:
            shutil.copyfile(template, folder / EMBEDDED)
        elif is_couchdb():
            furnish(folder, at_ms)
        self.start()

    def start(self) -> None:
        """Begin a process."""
        self.store = open_test_store(self.folder)
        self.trap = Trap(self.store)
        self.store.on_commit(self._note_changed)
        config = Config(data=self.folder, secret="x" * 32)
        services = assemble(self.store, config, passwords=PASSWORDS)
        services = replace(services, clock=self.clock, new_id=self._new_id)
        self.services: Assembled = replace(services, fanout=Fanout(services))
        self.app = create_app(config, self.services)

    def _note_changed(self, names: frozenset[str]) -> None:
        self.changed |= names

    def close(self) -> None:
        """End it all."""
        self.store.close()

    def restart(self) -> None:
        """Let a new process begin where the old one was killed."""
        self.store.close()
        self.start()

    def http(self, asked: dict[str, Any], body: bytes) -> tuple[dict[str, Any], bytes]:
        """Answer a request; status 0 when the process was killed meanwhile."""
        environ = environ_of(asked, body)
        heard: dict[str, Any] = {}

        def start_response(status: str, headers: list[tuple[str, str]], _exc: Any = None) -> None:
            heard["status"] = int(status[:3])
            heard["headers"] = [one for one in headers if one[0] not in UNREAD]

        asked_at_ms = self.clock.at_ms  # noted by the server when it begins, also by one killed in the midst
        answered = self.guarded(lambda: b"".join(self.app.wsgi_app(environ, start_response)))
        is_pull = "_changes" in asked["path"] or "snapshot" in asked["path"]
        if is_pull and (answered is None or heard["status"] == 200):
            self.pulls.setdefault(asked["headers"].get("x-congvan-device", ""), []).append(asked_at_ms)
        if answered is None:
            return self.told({"status": 0, "headers": []}), b""
        if asked["path"].startswith("/sync/actions") and heard["status"] == 200:
            self._note_receipts(json.loads(answered)["receipts"], (asked, body))
        return self.told(heard), answered

    def _note_receipts(self, receipts: list[dict[str, Any]], request: Request) -> None:
        """Note what an act was answered for good, whether or not the answer arrives: it is the same ever after."""
        for one in receipts:
            if one["status"] == "held":
                continue
            key = (one["action_id"], one["actor_id"])
            self.bearing[key] = request
            if self.receipts.setdefault(key, one) != one:
                self.retold.append((self.receipts[key], one))

    def send_again(self) -> None:
        """Let the network deliver once more, when all is over, what brought acts: nothing comes of it."""
        for asked, body in list({id(one): one for one in self.bearing.values()}.values()):
            self.http(asked, body)

    def follow(self) -> dict[str, Any]:
        """Let the fan-out's own thread have its turn."""
        if self._fanout_trap is not None:
            self.trap.kill_in, self.trap.is_after = self._fanout_trap
            self._fanout_trap = None
        self.guarded(self._catch_up)
        return self.told({})

    def _catch_up(self) -> None:
        try:
            self.services.fanout.catch_up()
        except StoreUnavailable:
            self.changed.add("records")  # its thread tries again

    def guarded(self, work: Callable[[], Any]) -> Any:
        """Do something in the server's process; None when it was killed."""
        try:
            return work()
        except Killed:
            self.restart()
            self.changed.add("records")
            self._is_restarted = True
            return None

    def told(self, header: dict[str, Any]) -> dict[str, Any]:
        """Add what the exchange changed."""
        changed, self.changed = sorted(self.changed), set()
        is_restarted, self._is_restarted = self._is_restarted, False
        return {**header, "changed": changed, "is_restarted": is_restarted}

    def step(self, step: dict[str, Any]) -> dict[str, Any]:
        """Let a step of the schedule happen that is the server's."""
        rng = random.Random(step["salt"])
        kind = step["kind"]
        if kind == "register":
            self._register(rng, step)
        elif kind == "kill":
            self.trap.kill_in, self.trap.is_after = step["writes"], step["is_after"]
        elif kind == "kill_fanout":
            self._fanout_trap = (step["writes"], step["is_after"])
            self.changed.add("records")
        elif kind == "disk_full":
            self.trap.full_for = step["writes"]
        elif kind == "overtake":
            self.trap.overtake_in = step["writes"]
            self.trap.overtake = lambda: self._overtake(rng, step)
        elif kind == "wipe_checkpoint":
            self.guarded(lambda: tolerant(self._wipe))
        elif kind == "expire":
            self.guarded(lambda: tolerant(lambda: self._expire(step["person_id"])))
        elif kind in ("undo", "repair"):
            self.guarded(lambda: tolerant(lambda: mending.happens(self, kind, rng, step)))
        elif kind == "revoke":
            self.guarded(lambda: tolerant(lambda: self._revoke(step["person_id"], step["device_id"])))
        elif kind in ("delegate", "end_delegation", "merge_unit"):
            self.guarded(lambda: tolerant(lambda: governing.happens(self, step)))
        else:
            self.guarded(lambda: tolerant(lambda: self.office.change(self, kind, step["person_id"])))
        return self.told({})

    def heal(self) -> dict[str, Any]:
        """End all faults."""
        self.trap.kill_in = self._fanout_trap = self.trap.overtake_in = None
        self.trap.full_for = 0
        for person_id in self.office.changed:
            self.office.change(self, "begin_role", person_id)
        for failures in self.services.sessions.all("sign-in-failures:"):
            self.services.sessions.put({**failures, "count": 0, "locked_until_at": ""})  # by those who were locked out
        self.changed |= {"records", "accounts"}
        return self.told({})

    def _wipe(self) -> None:
        state = self.store.database("fanout")
        for document in state.all("checkpoint:"):
            state.delete(document["_id"], document["_rev"])
        self.changed.add("records")

    def _expire(self, person_id: str) -> None:
        now_at = self.clock.now()
        for session in self.services.sessions.all("session:"):
            if session["person_id"] == person_id:
                self.services.sessions.put({**session, "expires_at": now_at})

    def _revoke(self, person_id: str, device_id: str) -> None:
        """Let its owner end a device from elsewhere."""
        devices, now_at = self.store.database("devices"), self.clock.now()
        device = ending.revoke(devices, device_id, person_id, now_at, lambda one: one["person_id"] == person_id)
        if device is not None:
            ending.end_sessions(self.services.sessions, device, now_at)

    def _overtake(self, rng: random.Random, step: dict[str, Any]) -> None:
        """Let another process of the same office work between this one's reading and its writing."""
        before = self.store.names("inbox_")
        store = open_test_store(self.folder)
        services = assemble(store, Config(data=self.folder, secret="x" * 32), passwords=PASSWORDS)
        services = replace(services, clock=self.clock)
        for number, record in enumerate(rng.sample(found := store.database("records").all("incoming:"), len(found))):
            seen = record["_id"], record["version"]
            fields = {"text": "Đề nghị xử lý đúng hạn"}
            does(services, office.SECOND_DEPUTY, "AddComment", f"other-{step['n']:05d}-{number}", seen, fields)
        Fanout(services).catch_up()
        store.close()
        self.changed |= {"records", *before}

    def _register(self, rng: random.Random, step: dict[str, Any]) -> None:
        """Let the clerk register a document at the counter, and again when the answer does not come."""
        fields = {
            "sender": "UBND tỉnh Gia Lai",
            "number": f"{step['n']}/UBND-KGVX",
            "document_on": "2026-11-20",
            "type": "CV",
            "field": "cds",
            "subject": f"UBND tỉnh yêu cầu báo cáo kết quả chuyển đổi số năm 2026 lần {step['n']} trước 05/12/2026",
            "leader_id": rng.choice(LEADERS),
            "due_on": "2026-12-05",
        }
        action_id = f"register-{step['n']:05d}"

        def registered() -> dict[str, Any] | None:
            with contextlib.suppress(StoreUnavailable):
                return does(self.services, office.CLERK, "RegisterIncoming", action_id, (None, 0), fields)
            return None

        for _attempt in range(3):
            if self.guarded(registered) is not None:
                return

    def _new_id(self) -> str:
        self.number += 1
        return f"made-{self.number:08d}"


def leave_out_what_is_tested_elsewhere() -> None:
    """Do without what costs more than all the rest: a process for each PDF, the look of pages, Flask's unused parts."""
    pdf_facts._read_apart = _facts_of
    flask.templating._render = lambda *_given: ""
    flask.templating.Environment.get_or_select_template = lambda *_given: None
    flask.sessions.SecureCookieSessionInterface.open_session = lambda *_given: None  # ours are in the store
    Rule._compile_builder = lambda *_given: _no_url  # for `url_for`, which nobody calls


def tolerant(work: Callable[[], None]) -> None:
    """Do something that an administrator would try again later."""
    with contextlib.suppress(StoreUnavailable, Conflict):
        work()


def _no_url(*_given: Any, **_named: Any) -> None:
    raise NotImplementedError("url_for")


def _facts_of(_path: Path, _limits: Any) -> dict[str, Any]:
    return {"pages": 1, "text": "Dự thảo", "first_page_text": ""}


def make_template(folder: Path, at_ms: int) -> Path | None:
    """Make the file of an office where nobody has acted yet; None where the store is not a file."""
    if is_couchdb():
        return None
    (folder / "template").mkdir()
    furnish(folder / "template", at_ms)
    return folder / "template" / EMBEDDED


def furnish(folder: Path, at_ms: int) -> None:
    """Make an office where nobody has acted yet."""
    store = open_test_store(folder)
    store.database("accounts").bulk(office.documents(PASSWORD_HASH))
    config = Config(data=folder, secret="x" * 32)
    services = assemble(store, config, passwords=PASSWORDS)
    Fanout(replace(services, clock=VirtualClock(at_ms))).catch_up()
    store.close()
