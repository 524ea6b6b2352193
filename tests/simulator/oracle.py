"""What must be true once everything is healed and synced: of the server's file, and of every device.

Every check adds violations of one kind, told in words of the users; a run without any has lost nothing, done nothing
twice, and nothing beyond authority.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from tests.faults import oracle as stored
from tests.simulator.authority_checks import check_authority
from tests.simulator.evidence import Evidence
from tests.simulator.proof_checks import check_proofs
from tests.simulator.server import SimulatedServer

FINAL = frozenset({"applied", "merged", "needs_review", "refused"})
COMPARED = ("action_id", "command", "status", "reason", "document_id", "version")
NOT_REPLICATED = ("receipt:",)
KINDS = (
    "lost",
    "twice",
    "usurped",
    "denied",
    "order",
    "unasked",
    "numbers",
    "history",
    "inbox",
    "replica",
    "outbox",
    "receipt",
    "proof",
    "conflict without owner",
    "trouble on a device",
)


@dataclass(frozen=True)
class Violation:
    """Something that must not be."""

    kind: str
    text: str


@dataclass
class Verdict:
    """What was found."""

    violations: list[Violation] = field(default_factory=list)
    outcomes: Counter[str] = field(default_factory=Counter)


def judge(server: SimulatedServer, report: dict[str, Any]) -> Verdict:
    """Hold a finished run to everything that must be true."""
    server.send_again()
    server.services.fanout.catch_up()
    server.office.learn(server.services.accounts)
    everything = {one["_id"]: one for one in server.services.records.all()}
    evidence = Evidence(
        server,
        {key: one for key, one in everything.items() if key.startswith(stored.AGGREGATES)},
        {key.partition(":")[2]: one for key, one in everything.items() if key.startswith("refusal:")},
        report["devices"],
        {one["action_id"]: one for one in report["issued"]},
    )
    verdict = Verdict()
    for check in (check_acts, check_answers, check_devices, check_replicas, check_order, check_proofs, check_authority):
        for kind, text in check(evidence):
            verdict.violations.append(Violation(kind, text))
    for kind, assertion in ASSERTIONS:
        try:
            assertion(evidence)
        except AssertionError as error:
            verdict.violations.append(Violation(kind, str(error)[:2000]))
    for action_id in evidence.issued:
        receipts = evidence.receipts_of(action_id)
        verdict.outcomes[receipts[0]["status"] if receipts else "never left the form"] += 1
    return verdict


def check_acts(evidence: Evidence) -> Iterator[tuple[str, str]]:
    """Every act that was acknowledged ended in exactly one way, and took effect at most once."""
    settled = {row["action_id"]: row for device in evidence.devices for row in device["settled"]}
    for action_id, act in evidence.issued.items():
        receipts, events = evidence.receipts_of(action_id), evidence.events_of(action_id)
        is_taken = _is_taken(act)
        # a device that was set back to a backup forgot what came later, unless the server had it already
        is_forgotten, is_revived = act.get("is_forgotten"), act.get("is_revived")
        if is_taken and len(receipts) != 1 and (receipts or not is_forgotten):
            yield "lost" if not receipts else "twice", f"{act['device']}'s {act['verb']} {action_id}: {receipts}"
        if "refused at the form" in act["answers"] and "taken" not in act["answers"] and events and not is_revived:
            yield "twice", f"{action_id} was refused at the form and took effect: {events}"
        # one of two clicks may have been refused at the form, which is on the screen
        is_rowless = is_forgotten or act.get("is_rowless") or "refused at the form" in act["answers"]
        if is_taken and act["is_written"] and not is_rowless and action_id not in settled:
            yield "lost", f"{act['device']} shows no outcome of {act['verb']} {action_id}: {receipts}"
        yield from _effects(action_id, receipts, events)
    for action_id in {event["action_id"] for one in evidence.records.values() for event in one["events"]}:
        if action_id not in evidence.issued and not action_id.startswith(("register-", "other-", "desk-")):
            yield "unasked", f"nobody did {action_id}: {evidence.events_of(action_id)}"


def _is_taken(act: dict[str, Any]) -> bool:
    """Tell whether an act may not be lost: its author was told so, or it was in the outbox and nobody refused it."""
    if "taken" in act["answers"]:
        return True
    if "refused at the form" in act["answers"]:
        return False
    return act["is_written"] or (act.get("is_carried", False) and not act.get("is_refused"))


def _effects(
    action_id: str, receipts: list[dict[str, Any]], events: list[tuple[str, str]]
) -> Iterator[tuple[str, str]]:
    """An act has its one event where its receipt is; a conclusion may open a case file, a decision carry out an act."""
    if not receipts or receipts[0]["status"] == "refused":
        if events:
            yield "twice", f"{action_id} took effect without a receipt: {events}"
        return
    receipt = receipts[0]
    own = [event for record_id, event in events if record_id == receipt["document_id"]]
    if receipt["command"] == "ResolveConflict":
        if own.count("ConflictResolved") != 1 or len(own) > 2:
            yield "twice", f"{action_id} resolved {own}"
    elif len(own) != 1:
        yield ("twice" if own else "lost"), f"{action_id} ({receipt['status']}) caused {own}"
    elsewhere = [one for one in events if one[0] != receipt["document_id"]]
    is_filed = len(elsewhere) == 1 and elsewhere[0][0].startswith("case_file:") and elsewhere[0][1] == "DocumentFiled"
    if not is_filed and elsewhere not in ([], [(f"case_file:{action_id}", "CaseFileCreated")]):
        yield "twice", f"{action_id} caused {elsewhere} besides"


def check_devices(evidence: Evidence) -> Iterator[tuple[str, str]]:
    """Every outbox is empty but for what was refused, and its receipts are the server's."""
    for device in evidence.devices:
        for row in device["waiting"]:
            yield "outbox", f"{device['name']} still waits with {row['action_id']}: {row}"
        needed = {
            (row["action"]["fields"].get("file") or {}).get("sha256")
            for row in device["settled"]
            if row["receipt"]["status"] == "refused"
        }
        if set(device["files"]) - needed:
            yield "outbox", f"{device['name']} keeps bodies that nothing needs"
        for row in device["settled"]:
            receipts = evidence.receipts_of(row["action_id"])
            told = {key: row["receipt"].get(key) for key in COMPARED}
            if [told] != [{key: one.get(key) for key in COMPARED} for one in receipts]:
                yield "receipt", f"{device['name']} was told {told}, the server has {receipts}"
            if told["status"] not in FINAL:
                yield "receipt", f"{device['name']} settled {row['action_id']} as {told['status']}"
        for trouble in device["troubles"]:
            if not trouble.startswith("QuotaExceededError"):
                yield "trouble on a device", f"{device['name']}: {trouble}"


def check_answers(evidence: Evidence) -> Iterator[tuple[str, str]]:
    """An act that comes again is answered as it was the first time, to the letter."""
    for first, again in evidence.server.retold:
        yield "receipt", f"{first['action_id']} was answered {first}, and when it came again {again}"


def check_replicas(evidence: Evidence) -> Iterator[tuple[str, str]]:
    """Every replica holds exactly what its person's inbox holds, and its list has a row for each card."""
    for device in evidence.devices:
        if not device["is_whole"]:
            yield "replica", f"{device['name']} has no whole replica: {device['status']} {device['trouble']}"
            continue
        inbox = evidence.server.store.database(f"inbox_{device['person_id']}").all()
        wanted = {one["_id"]: one for one in inbox if not one["_id"].startswith(NOT_REPLICATED)}
        held = {one["_id"]: one for one in device["docs"]}
        for key in wanted.keys() | held.keys():
            if wanted.get(key) != held.get(key):
                why = "is missing" if key not in held else "should be gone" if key not in wanted else "is another"
                versions = (held.get(key, {}).get("_rev"), wanted.get(key, {}).get("_rev"))
                yield "replica", f"{key} {why} on {device['name']}: {versions} {device['status']} {device['trouble']}"
        rows = sorted([one["folder"], one["sort_key"], key] for key, one in held.items() if one.get("folder"))
        if rows != sorted(device["rows"]):
            yield "replica", f"the list of {device['name']} is not that of its cards"


def check_order(evidence: Evidence) -> Iterator[tuple[str, str]]:
    """What one device did on one document took effect in the order in which it was done."""
    last: dict[tuple[str, str], tuple[int, str]] = {}
    for action_id, act in evidence.issued.items():
        record = evidence.records.get(act["document_id"] or "")
        versions = [one["version"] for one in (record or {}).get("events", ()) if one["action_id"] == action_id]
        if not versions or "refused at the form" in act["answers"]:  # then another click on it took effect, when it did
            continue
        if act.get("is_forgotten"):  # a device restored from before it cannot put anything behind it
            continue
        key = (act["device"], act["document_id"])
        before = last.get(key)
        if before is not None and before[0] > versions[0]:
            yield "order", f"{act['device']}'s {action_id} (v{versions[0]}) overtook its own {before}"
        last[key] = (versions[0], action_id)


def _check_reviews(evidence: Evidence) -> None:
    stored.check_reviews(evidence.server.services)


ASSERTIONS: tuple[tuple[str, Callable[[Evidence], object]], ...] = (
    ("numbers", lambda evidence: stored.check_books(evidence.server.services)),
    ("history", lambda evidence: stored.check_history(evidence.server.services)),
    ("inbox", lambda evidence: stored.check_inboxes(evidence.server.services)),
    ("inbox", lambda evidence: stored.check_checkpoint(evidence.server.services)),
    ("conflict without owner", _check_reviews),
)
