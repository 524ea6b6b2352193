"""Simulated clients over real HTTP: phones with an outbox, clerks at the form; they repeat until they are answered."""

from __future__ import annotations

import hashlib
import random
import threading
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import httpx

from server.domain.instants import written
from server.domain.versions import APP_VERSION
from tests.fixtures import office, pdfs
from tests.journeys.office_server import PASSWORD

CURRENT = 2**20
"""A version that no document reaches: the act is meant for whatever stands."""
BATCH = 8
PIECES = 3
PATIENCE_S = 20
SUBJECT = "UBND tỉnh Gia Lai yêu cầu báo cáo kết quả chuyển đổi số năm 2026 trước ngày 05/12/2026"


class UnansweredError(Exception):
    """The server was not there, or fell silent in the middle."""


@dataclass
class Office:
    """What the clients know together: documents that there are, and what was acknowledged to whom."""

    url: str
    is_up: threading.Event = field(default_factory=threading.Event)
    is_over: threading.Event = field(default_factory=threading.Event)
    lock: threading.Lock = field(default_factory=threading.Lock)
    registered: list[str] = field(default_factory=list)
    unassigned: list[str] = field(default_factory=list)
    assigned: list[str] = field(default_factory=list)
    issued: dict[str, str] = field(default_factory=dict)
    told: dict[str, dict[str, Any]] = field(default_factory=dict)
    uploaded: dict[str, bytes] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)

    def keep(self, person_id: str, receipt: dict[str, Any]) -> None:
        """Keep a receipt; a second one for the same act must be the same."""
        with self.lock:
            first = self.told.setdefault(receipt["action_id"], receipt)
            if first != receipt:
                self.faults.append(f"{person_id}: {receipt} after {first}")
            if self.issued.get(receipt["action_id"]) != person_id:
                self.faults.append(f"{person_id} was given the receipt {receipt} of another")


class Client:
    """Somebody with a connection that breaks."""

    def __init__(self, office_: Office, person_id: str, seed: str) -> None:
        """Not signed in yet."""
        self.office, self.person_id = office_, person_id
        self.rng = random.Random(seed)
        self.http = httpx.Client(base_url=office_.url, timeout=PATIENCE_S, trust_env=False)
        self.is_signed_in = False

    def live(self) -> None:
        """Work until it is over and everything has been acknowledged; for a thread."""
        try:
            while not (self.office.is_over.is_set() and self.is_settled()):
                self.office.is_up.wait(1)
                try:
                    self.step(is_over=self.office.is_over.is_set())
                except UnansweredError:
                    self.office.is_over.wait(0.03)
        except Exception as error:
            self.office.faults.append(f"{self.person_id}: {type(error).__name__}: {error}")

    def step(self, *, is_over: bool) -> None:
        """Do one thing."""
        raise NotImplementedError

    def is_settled(self) -> bool:
        """Tell whether nothing waits for an answer."""
        raise NotImplementedError

    def tell_again(self) -> None:
        """Send everything once more, as a client would that had forgotten the answers."""
        raise NotImplementedError

    def ask(self, method: str, path: str, **options: Any) -> httpx.Response:
        """Send a request; a server that is away, or says that it is, is no answer."""
        try:
            answer = self.http.request(method, path, **options)
        except httpx.TransportError as error:
            raise UnansweredError from error
        if answer.status_code >= 500:
            raise UnansweredError(f"{path}: {answer.status_code} {answer.text[:200]}")
        return answer

    def sign_in(self) -> None:
        """Sign in, as after an update of the browser."""
        self.is_signed_in = False
        self.http.cookies.clear()
        answer = self.ask("POST", "/login", data={"login": self.person_id, "password": PASSWORD})
        assert answer.status_code == 303, (answer.status_code, answer.text[:300])
        self.is_signed_in = True

    def issue(self) -> str:
        """Return the id of a new act."""
        action_id = str(uuid.UUID(int=self.rng.getrandbits(128)))
        self.office.issued[action_id] = self.person_id
        return action_id


class Clerk(Client):
    """Registers incoming documents at the form (door one), one after the other."""

    form: dict[str, Any] | None = None

    def __init__(self, office_: Office, person_id: str, seed: str) -> None:
        """Begin with nothing."""
        super().__init__(office_, person_id, seed)
        self.forms: list[dict[str, Any]] = []

    def step(self, *, is_over: bool) -> None:
        """Register one document, again with the same form until the answer comes."""
        if not self.is_signed_in or self.rng.random() < 0.02:
            self.sign_in()
        if self.form is None and is_over:
            return
        if self.form is None:
            self.form = {
                "action_id": self.issue(),
                "sender": "UBND tỉnh Gia Lai",
                "number": f"{len(self.forms) + 1}/{self.person_id}-KGVX",
                "document_on": "2026-01-05",
                "type": "CV",
                "subject": SUBJECT,
                "leader_id": office.DIRECTOR,
            }
            self.forms.append(self.form)
        receipt = self._post(self.form)
        with self.office.lock:
            self.office.registered.append(receipt["document_id"])
            self.office.unassigned.append(receipt["document_id"])
        self.form = None

    def _post(self, form: dict[str, Any]) -> dict[str, Any]:
        answer = self.ask("POST", "/incoming", data=form, headers={"Accept": "application/json"})
        assert answer.status_code == 200, (answer.status_code, answer.text[:300])
        receipt: dict[str, Any] = answer.json()["receipt"]
        assert receipt["status"] == "applied", receipt
        self.office.keep(self.person_id, receipt)
        return receipt

    def is_settled(self) -> bool:
        """Tell whether no form waits for its answer."""
        return self.form is None

    def tell_again(self) -> None:
        """Post every form again."""
        for form in self.forms:
            self._post(form)


class Phone(Client):
    """A device (door two): queues acts, brings their files in pieces, sends batches, pulls its inbox."""

    def __init__(self, office_: Office, person_id: str, seed: str, doing: Callable[[Phone], None]) -> None:
        """Begin with an empty outbox; `doing` queues the next act."""
        super().__init__(office_, person_id, seed)
        self.device_id = f"phone-{uuid.UUID(int=self.rng.getrandbits(128))}"
        self.http.headers["X-Congvan-Device"] = self.device_id
        self.doing = doing
        self.outbox: dict[str, dict[str, Any]] = {}
        self.sent: dict[str, dict[str, Any]] = {}
        self.bodies: dict[str, bytes] = {}
        self.drafts: list[str] = []
        self.last_on: dict[str, str] = {}
        self.since = "0"
        self.is_enrolled = False

    def step(self, *, is_over: bool) -> None:
        """Do one of what a device does."""
        if not self.is_signed_in or self.rng.random() < 0.01:
            self.sign_in()
        if not self.is_enrolled or self.rng.random() < 0.02:
            answer = self.ask("POST", "/sync/devices", json={"device_id": self.device_id, "name": "Phone"})
            assert answer.status_code == 201, answer.text
            self.is_enrolled = True
        if not is_over and len(self.outbox) < 20:
            for _ in range(self.rng.randint(1, 3)):
                self.doing(self)
        if self.bodies:
            self._bring(next(iter(self.bodies)))
        else:
            self._send()
            if self.rng.random() < 0.3:
                self._pull()

    def is_settled(self) -> bool:
        """Tell whether everything was receipted and every file taken."""
        return not self.outbox and not self.bodies

    def act(self, command: str, document_id: str | None, **fields: Any) -> str:
        """Queue an act."""
        action_id = self.issue()
        self.outbox[action_id] = {
            "app_version": APP_VERSION,
            "action_id": action_id,
            "command": command,
            "document_id": document_id,
            "seen_version": CURRENT,
            "acted_at": written(datetime.now(UTC)),
            "device_id": self.device_id,
            "after": self.last_on.get(document_id or ""),
            "fields": fields,
        }
        if document_id:
            self.last_on[document_id] = action_id
        return action_id

    def file(self) -> dict[str, Any]:
        """Make a file that is to be brought before what names it."""
        body = pdfs.simple(f"Du thao {self.rng.getrandbits(64)}")
        sha256 = hashlib.sha256(body).hexdigest()
        self.bodies[sha256] = body
        return {"sha256": sha256, "name": "du-thao.pdf", "size": len(body), "media_type": "application/pdf"}

    def _bring(self, sha256: str) -> None:
        body, path = self.bodies[sha256], f"/sync/files/{sha256}"
        known = self.ask("HEAD", path)
        offset = int(known.headers.get("Upload-Offset", "0"))
        while known.status_code != 200:
            piece = body[offset : offset + len(body) // PIECES + 1]
            headers = {"Upload-Offset": str(offset), "Upload-Length": str(len(body))}
            answer = self.ask("PUT", path, content=piece, headers=headers)
            assert answer.status_code in (201, 202, 409), (answer.status_code, answer.text)
            offset = answer.json()["offset"]
            if answer.status_code == 201:
                break
        self.office.uploaded[sha256] = body
        del self.bodies[sha256]

    def _send(self) -> None:
        batch = list(self.outbox.values())[: self.rng.randint(1, BATCH)]
        if not batch:
            return
        if self.rng.random() < 0.2:
            batch.append(self.rng.choice(batch))
        if self.rng.random() < 0.2:
            self.rng.shuffle(batch)
        for receipt in self._post(batch):
            if receipt["status"] != "held":
                self.office.keep(self.person_id, receipt)
                if self.rng.random() > 0.1:  # else the app was closed before it wrote the receipt down
                    self._note(receipt)

    def _note(self, receipt: dict[str, Any]) -> None:
        action = self.outbox.pop(receipt["action_id"], None)
        if action is None:
            return
        self.sent[action["action_id"]] = action
        if action["command"] == "Assign" and receipt["status"] == "applied":
            with self.office.lock:
                self.office.assigned.append(action["document_id"])
        if action["command"] == "StartDraft" and receipt["status"] == "applied":
            self.drafts.append(receipt["document_id"])

    def _post(self, batch: list[dict[str, Any]]) -> list[dict[str, Any]]:
        answer = self.ask("POST", "/sync/actions", json={"device_id": self.device_id, "actions": batch})
        assert answer.status_code == 200, (answer.status_code, answer.text[:300])
        receipts: list[dict[str, Any]] = answer.json()["receipts"]
        assert [one["action_id"] for one in receipts] == [one["action_id"] for one in batch]
        return receipts

    def _pull(self) -> None:
        """Take what is new in the inbox; a receipt that comes this way must be the one that was given."""
        answer = self.ask("GET", "/sync/inbox/_changes", params={"since": self.since, "include_docs": "true"})
        assert answer.status_code == 200, answer.text[:300]
        body = answer.json()
        for row in body["results"]:
            if row["id"].startswith("receipt:") and not row.get("deleted"):
                receipt = {key: value for key, value in row["doc"].items() if key not in ("_id", "_rev", "kind")}
                self.office.keep(self.person_id, receipt)
        self.since = body["last_seq"]

    def tell_again(self) -> None:
        """Send every act again, the last first."""
        actions = list(reversed(self.sent.values()))
        for start in range(0, len(actions), 100):
            for receipt in self._post(actions[start : start + 100]):
                self.office.keep(self.person_id, receipt)
        self.since = "0"
        self._pull()


def _any(phone: Phone, found: list[str]) -> str | None:
    with phone.office.lock:
        return phone.rng.choice(found) if found else None


def leads(phone: Phone) -> None:
    """Queue what a leader does: give documents out, comment."""
    with phone.office.lock:
        waiting = phone.office.unassigned.pop(0) if phone.office.unassigned and phone.rng.random() < 0.6 else None
    if waiting:
        person_id = phone.rng.choice((office.IT_SPECIALIST, office.SECOND_IT_SPECIALIST))
        words = {"directive": "Tham mưu trả lời", "is_entry_confirmed": True, "direct_reason": "Việc gấp"}
        phone.act("Assign", waiting, lead=f"person:{person_id}", **words)
    elif document_id := _any(phone, phone.office.registered):
        phone.act("AddComment", document_id, text=f"Ý kiến {phone.rng.getrandbits(32)}")


def works(phone: Phone) -> None:
    """Queue what a specialist does: draft, comment, conclude; some of it on what is another's, and refused."""
    document_id = _any(phone, phone.office.assigned)
    if document_id is None:
        return
    chance = phone.rng.random()
    if chance < 0.12:
        fields = {"subject": "Báo cáo kết quả chuyển đổi số năm 2026", "type": "BC", "file": phone.file()}
        phone.act("StartDraft", document_id, **fields)
    elif chance < 0.18 and phone.drafts:
        phone.act("AddVersion", phone.rng.choice(phone.drafts), file=phone.file())
    elif chance < 0.3:
        phone.act("Conclude", document_id, new_case_file_title=f"Hồ sơ {phone.rng.getrandbits(32)}")
    elif chance < 0.4:
        phone.act("TakeOn", document_id)
    elif chance < 0.45:
        phone.act("CreateCaseFile", None, title=f"Hồ sơ {phone.rng.getrandbits(32)}")
    else:
        phone.act("AddComment", document_id, text=f"Ý kiến {phone.rng.getrandbits(32)}")
