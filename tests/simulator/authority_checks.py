"""Holds every effect and every refusal of a run to the judge of `authority`, at the moment of acting."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from server.domain.instants import written
from tests.simulator.authority import COMMAND_OF, Judge, check_approvals, check_decisions
from tests.simulator.evidence import Evidence

JUDGED = frozenset(COMMAND_OF.values())


def check_authority(evidence: Evidence) -> Iterator[tuple[str, str]]:
    """Nothing took effect beyond its author's authority as it stood, and nothing within it was denied."""
    history = evidence.server.office
    judge = Judge(history, evidence.records)
    bound = {key: act["version_sha256"] for key, act in evidence.issued.items()}
    for record in evidence.records.values():
        for text in (*check_decisions(record, history), *check_approvals(record, bound)):
            yield "usurped", text
        for event in record["events"]:
            yield from _judge_event(evidence, judge, record, event)
            yield from _judge_mending(evidence, judge, record, event)
    for action_id, act in evidence.issued.items():
        yield from _judge_refusal(evidence, judge, action_id, act)


def _judge_event(
    evidence: Evidence, judge: Judge, record: dict[str, Any], event: dict[str, Any]
) -> Iterator[tuple[str, str]]:
    command = COMMAND_OF.get(event["event"])
    act = evidence.issued.get(event["action_id"])
    if command is None or act is None:
        return
    if command == "StartDraft":
        record = evidence.records[record["reply_to"]]
    is_carried_out = act["verb"] == "resolve_conflict" and event["event"] != "ConflictResolved"
    at = event["received_at"] if is_carried_out else event["at"]
    before = event["version"] - 1 if command != "StartDraft" else _count_before(record, event)
    own = [
        one["version"]
        for one in record["events"][:before]
        if one["device_id"] and one["device_id"] == event["device_id"]
    ]
    versions = {before} if is_carried_out else {act["seen"], before, *own[-1:]}
    if not any(judge.had(command, record, event["actor_id"], at, version) for version in versions if version <= before):
        yield "usurped", f"{event['actor_id']} could not {command} {record['_id']} at {at}: {event}"
    if event["is_offline"] and act["skew"] == 0 and not is_carried_out:
        done_at = written(datetime.fromtimestamp(act["at"] / 1000, UTC))
        shown = [one["received_at"] for one in record["events"][:before]]
        # what the device did itself it showed at once, and that counts from when a fast clock let it be believed
        shown += [one["at"] for one in record["events"][:before] if one["device_id"] == event["device_id"]]
        later = shown + _pulls(evidence, act, event)
        if at < done_at or (at > _plus(done_at) and not any(one <= at <= _plus(one) for one in later)):
            yield "usurped", f"{event['action_id']} was done at {done_at} and judged at {at}: {event}"


def _judge_mending(
    evidence: Evidence, judge: Judge, record: dict[str, Any], event: dict[str, Any]
) -> Iterator[tuple[str, str]]:
    """Hold what takes an act back, mends a flow or keeps a case file to the right to it when it was done."""
    receipt = record["receipts"].get(event["action_id"])
    if event["action_id"] in evidence.issued and receipt and not judge.mends(record, event, receipt["acted_at"]):
        yield "usurped", f"{event['actor_id']} could not do {event['event']} on {record['_id']}: {event}"


def _count_before(record: dict[str, Any], event: dict[str, Any]) -> int:
    """Return how many events a record had when something else happened."""
    return sum(1 for one in record["events"] if one["received_at"] <= event["received_at"])


def _judge_refusal(evidence: Evidence, judge: Judge, action_id: str, act: dict[str, Any]) -> Iterator[tuple[str, str]]:
    refusal = evidence.refusals.get(action_id)
    record = evidence.records.get(act["document_id"] or "")
    if refusal is None or record is None or refusal["receipt"]["reason"] not in ("not_allowed", "not_found"):
        return
    if act["skew"] != 0 or act["is_forged"] or act["verb"] == "resolve_conflict":
        return
    done_at = written(datetime.fromtimestamp(act["at"] / 1000, UTC))
    receipt = refusal["receipt"]
    if receipt["command"] not in JUDGED:
        return  # what mends is judged by what it finds when it comes
    if act["seen"] and receipt["acted_at"] <= _plus(done_at):
        version = min(act["seen"], len(record["events"]))
        if judge.had(receipt["command"], record, act["person_id"], done_at, version):
            yield "denied", f"{action_id} was refused ({receipt['reason']}), and was {act['person_id']}'s to do"


def _pulls(evidence: Evidence, act: dict[str, Any], event: dict[str, Any]) -> list[str]:
    """Return when the device was enrolled and seen to pull: the server believes no earlier instant than that."""
    pulls = evidence.server.pulls.get(event["device_id"] or "", [])
    enrolled = evidence.enrolled_at(event["device_id"])
    return [*enrolled, *(written(datetime.fromtimestamp(at / 1000, UTC)) for at in pulls if at >= act["at"])]


def _plus(at: str) -> str:
    """Return an instant a moment later: the server reads its clock more than once in a request."""
    return written(datetime.fromisoformat(at) + timedelta(milliseconds=200))
