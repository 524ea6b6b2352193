"""A random working day of the fixed office: people online and on phones that lag, lie, repeat and lose what they send.

One seed makes one schedule, the same every time. Phones act on the cards that they last pulled, as the app does.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from server.domain.cards import Card
from server.domain.commands import VERBS
from server.domain.instants import parse, written
from server.domain.payloads import build
from server.domain.versions import APP_VERSION
from server.usecases.handle import handle
from server.web.forms import COMMAND_ROUTES
from sync import intake
from sync.devices import Devices
from sync.fanout import Fanout
from sync.gate import Identity
from tests.fixtures import office
from tests.fixtures.acting import open_office

UNITS = (office.IT_UNIT, office.POST_UNIT)
HEADS = {
    office.IT_UNIT: (office.IT_HEAD, office.IT_DEPUTY_HEAD),
    office.POST_UNIT: (office.POST_HEAD, office.POST_DEPUTY_HEAD),
}
STAFF = {
    office.IT_UNIT: (office.IT_SPECIALIST, office.SECOND_IT_SPECIALIST),
    office.POST_UNIT: (office.POST_SPECIALIST, office.SECOND_POST_SPECIALIST),
}
LEADERS = (office.DIRECTOR, office.DEPUTY)
COMMANDS = sorted({route.command for route in COMMAND_ROUTES if route.kind in ("incoming", "outgoing")})
SAID = {"is_entry_confirmed": True, "direct_reason": "Việc gấp"}
CLERKS = (office.CLERK, office.SECOND_CLERK)
FIELD_ROLES = (*LEADERS, *(one for unit in UNITS for one in (*HEADS[unit], *STAFF[unit])))
PEOPLE = (*FIELD_ROLES, *CLERKS, office.CHIEF_OF_OFFICE, office.NOBODY)
SKEW = timedelta(days=1)
FLUSHES = 12


@dataclass
class Act:
    """One act of a person: as sent, when it really happened, and what was answered each time."""

    person_id: str
    payload: dict[str, Any]
    moments: tuple[str, ...]
    receipts: list[dict[str, Any]] = field(default_factory=list)


@dataclass
class Phone:
    """One device: the cards that it holds, what it has not had receipted, its clock's error."""

    person_id: str
    device_id: str
    skew: timedelta
    cards: dict[str, Card] = field(default_factory=dict)
    outbox: list[Act] = field(default_factory=list)
    last_on: dict[str, str] = field(default_factory=dict)


class Schedule:
    """One office, one seed."""

    def __init__(self, seed: int, folder: Path) -> None:
        """Open the office, with two phones for some people."""
        self.seed = seed
        self.rng = random.Random(seed)
        self.acting = open_office(folder)
        # the fan-out goes by the clock that the schedule moves
        self.services = replace(self.acting.services, fanout=Fanout(self.acting.services))
        self.acting.services = self.services
        self.devices = Devices(self.services.store)
        self.acts: dict[str, Act] = {}
        self.counter = 0
        self.phones = [
            Phone(
                person_id,
                f"phone-{person_id}-{number:04d}",
                self.rng.choice((timedelta(), timedelta(), SKEW, -SKEW)),
            )
            for person_id in FIELD_ROLES
            for number in range(1 + (self.rng.random() < 0.3))
        ]
        for phone in self.phones:
            if self.rng.random() < 0.8:  # the others are enrolled when they first send
                self._enrol(phone)

    # --- one schedule -------------------------------------------------------------------------------------------------

    def run(self, operations: int) -> None:
        """Do so many things at random, then let every phone deliver what it has."""
        self._begin()
        for _ in range(operations):
            self.acting.clock.move(seconds=self.rng.choice((1, 1, 20, 600, 7200)))
            self._something()
        self._deliver_everything()

    def _begin(self) -> None:
        """Bring two documents some way along, and onto the phones that are enrolled."""
        self._register(is_secret=False)
        self._register(is_secret=False)
        for record in self.services.records.all("incoming:"):
            unit = self.rng.choice(UNITS)
            head, specialist = HEADS[unit][0], STAFF[unit][0]
            steps: list[tuple[str, str, dict[str, Any]]] = [
                (office.CLERK, "PresentToLeader", {"leader_id": office.DIRECTOR}),
                (office.DIRECTOR, "Assign", {"lead": f"unit:{unit}", "directive": "Tham mưu", **SAID}),
                (head, "Assign", {"lead": f"person:{specialist}", "directive": "Dự thảo"}),
                (specialist, "StartDraft", self._fields("StartDraft", specialist, record)),
            ]
            for person_id, command, fields in steps[: self.rng.randint(1, 4)]:
                version = self.acting.record(record["_id"])["version"]
                self._online(person_id, command, record["_id"], version, fields)
        for draft in self.services.records.all("outgoing:"):
            drafter, sha256 = draft["drafter_id"], draft["versions"][0]["sha256"]
            head = HEADS[self._unit_of(drafter)][0]
            submitted = {"to_person": head, "version_sha256": sha256}
            presented = {"leader_id": office.DIRECTOR, "version_sha256": sha256}
            steps = [(drafter, "SubmitDraft", submitted), (head, "SubmitToLeader", presented)]
            for version, (person_id, command, fields) in enumerate(steps[: self.rng.randint(0, 2)], start=1):
                self._online(person_id, command, draft["_id"], version, fields)
        for phone in self.phones:
            self._pull(phone)

    def _something(self) -> None:
        things = (
            (1, self._register),
            (18, self._act_online),
            (5, self._act_on_an_old_page),
            (10, self._pull),
            (30, self._act_on_phone),
            (14, self._send),
            (6, self._resolve),
            (3, self._change_roles),
            (5, self._lie),
        )
        weights, doings = zip(*things, strict=True)
        self.rng.choices(doings, weights)[0]()

    def _register(self, *, is_secret: bool | None = None) -> None:
        secret = self.rng.random() < 0.3 if is_secret is None else is_secret
        self._online(self.rng.choice(CLERKS), "RegisterIncoming", None, 0, self._entry(is_secret=secret))

    def _entry(self, *, is_secret: bool) -> dict[str, Any]:
        subject = f"UBND tỉnh yêu cầu báo cáo kết quả chuyển đổi số năm 2026 lần {self.counter} trước ngày 05/12/2026"
        return {
            "sender": "UBND tỉnh Gia Lai",
            "number": f"{self.counter}/UBND-KGVX",
            "document_on": "2026-11-20",
            "type": "CV",
            "field": "cds",
            "subject": "" if is_secret else subject,
            "confidentiality": "secret" if is_secret else "normal",
            "leader_id": "" if is_secret or self.rng.random() < 0.15 else self.rng.choice(LEADERS),
        }

    def _act_online(self) -> None:
        record = self._some_record()
        rows = [*record.get("assignments", []), *record.get("custody", [])]
        concerned = [row["person_id"] for row in rows if row["ended_version"] is None]
        person_id = self.rng.choice([*PEOPLE, *concerned * 6])
        card = self.acting.card(person_id, record["_id"])
        verbs = card["allowed_actions"] if card else []
        # what is withdrawn is out of the game: rarely, or nothing else happens
        verbs = [one for one in verbs if one != "withdraw_document" or self.rng.random() < 0.1]
        command = VERBS[self.rng.choice(verbs)] if verbs and self.rng.random() < 0.9 else self._any_command()
        seen = record["version"] if card else self.rng.randint(0, 9)
        self._online(person_id, command, record["_id"], seen, self._fields(command, person_id, card or record))

    def _act_on_an_old_page(self) -> None:
        person_id, record, command = self.rng.choice(PEOPLE), self._some_record(), self._any_command()
        seen = self.rng.randint(0, record["version"])
        self._online(person_id, command, record["_id"], seen, self._fields(command, person_id, record))

    def _pull(self, phone: Phone | None = None) -> None:
        phone = phone or self.rng.choice(self.phones)
        device = self.devices.get(phone.device_id)
        if device is None or not self._is_active(phone.person_id):
            return
        self.services.fanout.catch_up()
        inbox = self.services.store.database(f"inbox_{phone.person_id}")
        documents = inbox.all()
        phone.cards = {one["_id"]: one for one in documents if one["kind"] in ("incoming", "outgoing")}
        self.devices.touch(device, self.acting.clock.now())

    def _act_on_phone(self) -> None:
        holding = [(one, card) for one in self.phones for card in one.cards.values() if card["allowed_actions"]]
        if not holding:
            return
        phone, card = self.rng.choice(holding)
        verbs = card["allowed_actions"]
        command = VERBS[self.rng.choice([one for one in verbs if one != "add_comment"] or verbs)]
        if command == "ResolveConflict" and not any(one["is_mine"] for one in card["reviews"]):
            return
        at = self.acting.clock.now()
        payload = {
            "app_version": APP_VERSION,
            "action_id": self._new_id(),
            "command": command,
            "document_id": card["_id"],
            "seen_version": card["version"],
            "acted_at": written(parse(at) + phone.skew),
            "device_id": phone.device_id,
            "after": phone.last_on.get(card["_id"]),
            "fields": self._fields(command, phone.person_id, card),
        }
        self._queue(phone, payload, at)
        if command == "StartDraft":
            self._predict(phone, payload)

    def _predict(self, phone: Phone, start: dict[str, Any]) -> None:
        """Show the draft on the phone before the server knows of it, as the app does."""
        key = f"outgoing:{start['action_id']}"
        phone.last_on[key] = start["action_id"]
        phone.cards[key] = {
            "_id": key,
            "kind": "outgoing",
            "version": 0,
            "allowed_actions": ["submit_draft", "add_version"],
            "reviews": [],
            "unit_id": self._unit_of(phone.person_id),
            "current_version": start["fields"]["file"],
            "links": [],
        }

    def _send(self, phone: Phone | None = None, *, is_kind: bool = False) -> None:
        """Deliver a batch: whole, cut off, repeated, out of order; sometimes the answer is lost."""
        phone = phone or self.rng.choice([one for one in self.phones if one.outbox] or self.phones)
        if not phone.outbox or not self._is_active(phone.person_id):
            return
        device = self._enrol(phone)
        batch = list(phone.outbox)
        if not is_kind:
            if self.rng.random() < 0.3:
                self.rng.shuffle(batch)
            if self.rng.random() < 0.3:
                batch = batch[: self.rng.randint(1, len(batch))]
            if self.rng.random() < 0.2:
                batch = batch[self.rng.randint(0, len(batch) - 1) :]
            if self.rng.random() < 0.2:
                batch.insert(self.rng.randint(0, len(batch)), self.rng.choice(batch))
        payload = {"device_id": phone.device_id, "actions": [one.payload for one in batch]}
        receipts = intake.receive(self.services, Identity(phone.person_id), payload, device=device)
        assert [one["action_id"] for one in receipts] == [one.payload["action_id"] for one in batch]
        is_lost = not is_kind and self.rng.random() < 0.25
        for act, receipt in zip(batch, receipts, strict=True):
            if receipt["status"] != "held":
                act.receipts.append(receipt)
                if not is_lost and act in phone.outbox:
                    phone.outbox.remove(act)

    def _resolve(self) -> None:
        waiting = [one for one in self.services.records.all() if one.get("open_review_owner")]
        if not waiting:
            return
        record = self.rng.choice(waiting)
        review = next(one for one in record["reviews"] if one["state"] == "open")
        current = (record.get("versions") or [{"sha256": ""}])[-1]["sha256"]
        fields = {
            "review_id": review["review_id"],
            "choice": self.rng.choice(review["choices"]),
            "version_sha256": self.rng.choice(("", current)),
        }
        person_id = review["owner_id"] if self.rng.random() < 0.8 else self.rng.choice(PEOPLE)
        self._online(person_id, "ResolveConflict", record["_id"], record["version"], fields)

    def _change_roles(self) -> None:
        """End somebody's role, give it back, lock the account or open it again."""
        person_id = self.rng.choice(FIELD_ROLES)
        person = self.services.accounts.get(f"person:{person_id}")
        assert person is not None
        at = self.acting.clock.now()
        change = self.rng.choice(("end", "end", "begin", "lock", "demote"))
        if change == "end":
            changed = {"roles": [{**one, "until_at": one.get("until_at") or at} for one in person["roles"]]}
        elif change == "demote":
            ended = [{**one, "until_at": one.get("until_at") or at} for one in person["roles"]]
            changed = {"roles": [*ended, {"role": "specialist", "from_at": at, "until_at": None}]}
        elif change == "begin":
            begun = [{**one, "from_at": at, "until_at": None} for one in office.person(person_id)["roles"]]
            changed = {"roles": [*person["roles"], *begun], "is_active": True, "inactive_from_at": None}
        else:
            changed = {"is_active": False, "inactive_from_at": at}
        self.services.accounts.put({**person, **changed})

    def _lie(self) -> None:
        """Send what no honest app would: another version, another instant, a predecessor that is not one's own."""
        phone, record = self.rng.choice(self.phones), self._some_record()
        command = self._any_command()
        payload = {
            "app_version": APP_VERSION,
            "action_id": self._new_id(),
            "command": command,
            "document_id": record["_id"],
            "seen_version": self.rng.choice((0, 1, record["version"], 10_000, self.rng.randint(0, record["version"]))),
            "acted_at": self.rng.choice(
                ("2025-06-01T00:00:00.000Z", "2099-01-01T00:00:00.000Z", self.acting.clock.now())
            ),
            "device_id": phone.device_id,
            "after": self.rng.choice((None, None, *list(self.acts)[-3:])),
            "fields": self._fields(command, phone.person_id, record),
        }
        self._queue(phone, payload, self.acting.clock.now())

    def _deliver_everything(self) -> None:
        for phone in self.phones:
            for _ in range(FLUSHES):
                self._send(phone, is_kind=True)
            if self._is_active(phone.person_id):
                for act in phone.outbox:  # an invented predecessor that never comes: its author lets go of it
                    assert act.payload["after"] is not None, act

    # --- how an act is made and told ----------------------------------------------------------------------------------

    def _queue(self, phone: Phone, payload: dict[str, Any], at: str) -> None:
        device = self.devices.get(phone.device_id) or {}
        known_at = device.get("last_sync_at") or device.get("enrolled_at") or at
        act = Act(phone.person_id, payload, (min(known_at, at), at))
        self.acts[payload["action_id"]] = act
        phone.outbox.append(act)
        if payload["document_id"]:
            phone.last_on[payload["document_id"]] = payload["action_id"]

    def _online(
        self, person_id: str, command: str, document_id: str | None, seen: int, fields: dict[str, Any]
    ) -> dict[str, Any] | None:
        """Do something at a form, perhaps twice, as a browser does whose answer was lost."""
        if not self._is_active(person_id):
            return None
        at = self.acting.clock.now()
        payload = {
            "app_version": APP_VERSION,
            "action_id": self._new_id(),
            "command": command,
            "document_id": document_id,
            "seen_version": seen,
            "acted_at": at,
            "after": None,
            "device_id": None,
            "fields": fields,
        }
        act = Act(person_id, payload, (at,))
        self.acts[payload["action_id"]] = act
        for _ in range(1 + (self.rng.random() < 0.2)):
            act.receipts.append(handle(build(payload, actor_id=person_id), self.services))
        return act.receipts[0]

    def _enrol(self, phone: Phone) -> dict[str, Any]:
        return self.devices.enrol(phone.person_id, phone.device_id, "", "", self.acting.clock.now())

    def _is_active(self, person_id: str) -> bool:
        person = self.services.directory.office().person(person_id)
        return person is not None and person.was_active(self.acting.clock.now())

    # --- what somebody may think of -----------------------------------------------------------------------------------

    def _new_id(self) -> str:
        self.counter += 1
        return f"s{self.seed}-act-{self.counter:05d}"

    def _any_command(self) -> str:
        return self.rng.choice(COMMANDS)

    def _some_record(self) -> dict[str, Any]:
        kinds = ("incoming:", "outgoing:") if self.rng.random() < 0.5 else ("outgoing:", "incoming:")
        found = next((some for kind in kinds if (some := self.services.records.all(kind))), [])
        return self.rng.choice(found)

    def _unit_of(self, person_id: str) -> str:
        return str(office.person(person_id)["unit_id"])

    def _file(self, person_id: str) -> dict[str, Any]:
        self.counter += 1
        return self.acting.has_file(person_id, f"Dự thảo số {self.seed}-{self.counter}")

    def _fields(self, command: str, person_id: str, card: dict[str, Any]) -> dict[str, Any]:
        """Return fields that make sense for a command on what a card (or record) shows."""
        rng, words = self.rng, f"Ý kiến {self.counter}"
        current = card.get("current_version") or (card.get("versions") or [{}])[-1]
        sha256 = current.get("sha256") or "0" * 64
        match command:
            case "RegisterIncoming":
                return self._entry(is_secret=False)
            case "PresentToLeader":
                return {"leader_id": rng.choice(LEADERS), "note": words}
            case "Assign":
                return self._recipients(person_id, words)
            case "ReturnAssignment" | "WithdrawDocument":
                return {"reason": words}
            case "RequestExtension":
                return {"due_on": f"2027-01-{rng.randint(10, 28)}", "reason": words}
            case "DecideExtension":
                asked = [row["extension"] for row in card.get("assignments", []) if row.get("extension")]
                request_id = rng.choice(asked)["request_id"] if asked else "act-khong-co"
                return {"request_id": request_id, "is_granted": rng.random() < 0.6, "note": words}
            case "RequestExcuse":
                return {"reason": words}
            case "DecideExcuse":
                asked = [row["excuse"] for row in card.get("assignments", []) if row.get("excuse")]
                request_id = rng.choice(asked)["request_id"] if asked else "act-khong-co"
                return {"request_id": request_id, "is_granted": rng.random() < 0.6, "note": words}
            case "HandOver":
                unit = self._unit_of(person_id)
                return {"to_person": rng.choice(STAFF.get(unit, STAFF[office.IT_UNIT])), "reason": words}
            case "Urge":
                return {"grade": rng.choice(("remind", "urge", "final")), "text": words}
            case "AddComment":
                return {"text": words}
            case "RemindDue":
                return {}
            case "Follow":
                return {"is_followed": rng.random() < 0.7}
            case "UndoAct":
                last = card["events"][-1] if "events" in card else card.get("undo") or {"action_id": "none"}
                return {"undone": last["action_id"]}
            case "RequestRepair":
                wanted = rng.choice(("reopen", "reroute"))
                return {"wanted": wanted, "target": f"unit:{rng.choice(UNITS)}", "reason": words}
            case "ConfirmRepair" | "RefuseRepair" | "CarryOutRepair" | "AcknowledgeRepair":
                known = [one["repair_id"] for one in card.get("repairs", [])]
                said = {"ConfirmRepair": {"note": words}, "RefuseRepair": {"reason": words}}.get(command, {})
                return {"repair_id": rng.choice(known or ["none"]), **said}

            case "StartDraft":
                related = [link["_id"] for link in card.get("links", [])][:1]
                others = [one["_id"] for one in self.services.records.all("incoming:") if rng.random() < 0.15]
                subject = f"Báo cáo kết quả chuyển đổi số năm 2026 số {self.counter}"
                file = self._file(person_id)
                return {"subject": subject, "type": "BC", "file": file, "related": [*related, *others][:2]}
            case "AddScan":
                return {"file": self._file(person_id)}
            case "AddVersion":
                return {"file": self._file(person_id), "note": words}
            case "SubmitDraft":
                unit = self._unit_of(person_id)
                return {"to_person": rng.choice(HEADS.get(unit, HEADS[office.IT_UNIT])), "version_sha256": sha256}
            case "SubmitToLeader":
                return {"leader_id": rng.choice(LEADERS), "version_sha256": sha256, "note": words}
            case "ReturnDraft":
                return {"reason": words, "return_to": rng.choice(("drafter", "division", "")), "version_sha256": sha256}
            case "Approve":
                return {"version_sha256": sha256, "is_content_approved": True, "is_form_approved": True}
            case "Conclude":
                return {"new_case_file_title": f"Hồ sơ {self.counter}", "result": words}
            case "ResolveConflict":
                mine = [one for one in card.get("reviews", []) if one.get("is_mine")] or card.get("reviews") or [{}]
                choice = rng.choice(("ours", "theirs", "both"))
                return {"review_id": mine[0].get("review_id", "none"), "choice": choice, "version_sha256": sha256}
            case "AcknowledgeReview" | "RemindReview":
                known = [one["review_id"] for one in card.get("reviews", [])]
                told = {"told": rng.choice(("opened", "resolved"))} if command == "AcknowledgeReview" else {}
                return {"review_id": rng.choice(known or ["none"]), **told}
        return {"note": words}

    def _recipients(self, person_id: str, words: str) -> dict[str, Any]:
        rng = self.rng
        units = [f"unit:{unit}" for unit in UNITS]
        if person_id in LEADERS:
            own = [*units, *units, *(f"person:{one}" for unit in UNITS for one in STAFF[unit])]
        else:
            unit = self._unit_of(person_id)
            own = [f"person:{one}" for one in (*STAFF.get(unit, ()), *HEADS.get(unit, ()))] or units
        picked = rng.sample(own, k=min(len(own), 3))
        picked = list(dict.fromkeys(picked))
        shape = rng.choice(("lead", "lead", "many", "inform"))
        fields: dict[str, Any] = {"directive": words, "due_on": rng.choice((None, "2026-12-31")), **SAID}
        if shape == "lead":
            fields |= {"lead": picked[0], "collaborating": picked[1:2]}
        elif shape == "many":
            fields |= {"simultaneous": picked[:2], "informed": picked[2:]}
        else:
            fields |= {"informed": picked[:2]}
        return fields
