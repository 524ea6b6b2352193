"""What must be true of an office's store whatever was killed, repeated, reordered or claimed: read afresh from it.

Every check is told in the words of a user: an act that was receipted is there, once; numbers have no gap; an inbox
shows what the records say; a conflict has somebody who can end it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from server.app import Assembled
from server.domain import aggregate
from server.domain.cards import cards_for
from server.domain.office import Office
from server.domain.permissions import Standing, may, may_see
from server.domain.records import new_record, open_reviews
from server.usecases import proofs
from server.usecases.links import links_of
from sync.fanout_cards import AGGREGATES

TAKEN = frozenset({"applied", "merged", "needs_review"})
SECRET_CONTENT = ("subject", "original_subject", "files")
COMMAND_OF = {
    "Presented": "PresentToLeader",
    "Assigned": "Assign",
    "TakenOn": "TakeOn",
    "AssignmentReturned": "ReturnAssignment",
    "ExtensionRequested": "RequestExtension",
    "ExtensionDecided": "DecideExtension",
    "ExcuseRequested": "RequestExcuse",
    "ExcuseDecided": "DecideExcuse",
    "HandedOver": "HandOver",
    "Urged": "Urge",
    "ScanAdded": "AddScan",
    "ActUndone": "UndoAct",
    "RepairRequested": "RequestRepair",
    "RepairConfirmed": "ConfirmRepair",
    "RepairRefused": "RefuseRepair",
    "Repaired": "CarryOutRepair",
    "Concluded": "Conclude",
    "VersionAdded": "AddVersion",
    "DraftSubmitted": "SubmitDraft",
    "SubmittedToLeader": "SubmitToLeader",
    "DraftReturned": "ReturnDraft",
    "ReviewAcknowledged": "AcknowledgeReview",
    "ReviewReminded": "RemindReview",
    "DueReminded": "RemindDue",
    "Approved": "Approve",
    "Withdrawn": "WithdrawDocument",
}
"""Event → the command whose authority it takes; comments, followers, held and merged acts change nothing."""

Record = dict[str, Any]


def records_of(services: Assembled) -> dict[str, Record]:
    """Return every aggregate by id."""
    return {one["_id"]: one for one in services.records.all() if one["_id"].startswith(AGGREGATES)}


def events_by_action(records: Mapping[str, Record]) -> dict[str, list[tuple[str, str]]]:
    """Return (record id, event name) of every event, by the action that caused it."""
    found: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for record in records.values():
        for event in record["events"]:
            found[event["action_id"]].append((record["_id"], event["event"]))
    return found


def check_once(services: Assembled, receipts: Mapping[str, Mapping[str, Any]]) -> None:
    """Assert that what was receipted as taken is there exactly once, and what was refused is not there at all."""
    records = records_of(services)
    caused = events_by_action(records)
    for action_id, receipt in receipts.items():
        events = caused.get(action_id, [])
        if receipt["status"] == "refused":
            assert events == [], (receipt, events)
            continue
        assert receipt["status"] in TAKEN, receipt
        record = records[receipt["document_id"]]
        stored = record["receipts"][action_id]
        given = services.signer.signed(stored) if "signature" in receipt else stored
        assert given == receipt, (given, receipt)
        own = [name for record_id, name in events if record_id == record["_id"]]
        if receipt["command"] == "ResolveConflict":
            assert Counter(own)["ConflictResolved"] == 1, own
            assert len(own) <= 2, own
        else:
            assert len(own) == 1, (receipt, own)
        elsewhere = [one for one in events if one[0] != record["_id"]]
        is_filed = [event for _, event in elsewhere] == ["DocumentFiled"]
        assert is_filed or elsewhere in ([], [(f"case_file:{action_id}", "CaseFileCreated")]), elsewhere


def check_nothing_unasked(services: Assembled, issued: set[str]) -> None:
    """Assert that no event stands that nobody asked for; a held act's case file carries the act's own id."""
    caused = events_by_action(records_of(services))
    assert caused.keys() <= issued, caused.keys() - issued


def check_books(services: Assembled) -> dict[str, int]:
    """Assert that each book's numbers run 1..n; return n by book."""
    numbers: dict[str, list[int]] = defaultdict(list)
    for record in records_of(services).values():
        if record["kind"] == "incoming":
            numbers[record["book"]].append(record["arrival_number"])
    for book, found in numbers.items():
        assert sorted(found) == list(range(1, len(found) + 1)), (book, sorted(found))
        stored = services.registers.get(f"book:{book}")
        assert stored is not None
        assert stored["next_number"] == len(found) + 1, (book, stored["next_number"], len(found))
    return {book: len(found) for book, found in numbers.items()}


def check_history(services: Assembled) -> None:
    """Assert that a record is what its events make of it, with versions 1..n."""
    for record in records_of(services).values():
        assert [event["version"] for event in record["events"]] == list(range(1, record["version"] + 1))
        *_, replayed = replay(record)
        told = {key: value for key, value in record.items() if key not in ("_rev", "receipts")}
        assert {key: replayed[key] for key in told if key in replayed} == told, record["_id"]
    broken = [one for one in proofs.histories(services) if one.first_broken is not None]
    assert broken == []


def replay(record: Record) -> Iterator[Record]:
    """Give the record as it was after none, one, two … of its events, made anew from them."""
    standing = new_record(record["kind"], record["_id"])
    if record["kind"] == "incoming":
        standing["assignments"] = []
    elif record["kind"] == "outgoing":
        standing.update(versions=[], custody=[], approvals=[], round=1, confidentiality="normal", number="")
    yield standing
    for event in record["events"]:
        standing = aggregate.apply(standing, event)
        yield standing


def check_inboxes(services: Assembled) -> int:
    """Assert that every inbox holds exactly what the records say, once the fan-out has caught up; return how much."""
    services.fanout.catch_up()
    office, at = services.directory.office(), services.clock.now()
    records = records_of(services)
    links = links_of(list(records.values()), services)
    wanted: dict[str, dict[str, Any]] = defaultdict(dict)
    for record in records.values():
        for person_id, card in cards_for(record, office, at, links[record["_id"]]).items():
            wanted[person_id][record["_id"]] = card
    told = [*records.values(), *services.records.all("refusal:")]
    for person_id, action_id, receipt in _receipts(told):
        person = office.person(person_id)
        if person is not None and person.was_active(at):
            document = {"_id": f"receipt:{action_id}", "kind": "receipt", **services.signer.signed(receipt)}
            other = wanted[person_id].setdefault(document["_id"], document)
            assert other == document, ("two receipts for one act", other, document)
    count = 0
    for name in services.store.names("inbox_"):
        person_id = name.removeprefix("inbox_")
        held = {
            one["_id"]: {key: value for key, value in one.items() if key != "_rev"}
            for one in services.store.database(name).all()
            if one["_id"].startswith((*AGGREGATES, "receipt:"))
        }
        expected = wanted.pop(person_id, {})
        assert held.keys() == expected.keys(), (person_id, held.keys() ^ expected.keys())
        for key, document in expected.items():
            assert held[key] == document, (person_id, key, _differing(held[key], document))
        count += len(held)
    assert not any(wanted.values()), wanted.keys()
    return count


def _receipts(documents: list[Record]) -> Iterator[tuple[str, str, Record]]:
    for one in documents:
        for receipt in [one["receipt"]] if one["kind"] == "refusal" else one["receipts"].values():
            yield receipt["actor_id"], receipt["action_id"], receipt


def _differing(held: Record, expected: Record) -> dict[str, Any]:
    keys = {key for key in held.keys() | expected.keys() if held.get(key) != expected.get(key)}
    return {key: (held.get(key), expected.get(key)) for key in keys}


def check_checkpoint(services: Assembled) -> None:
    """Assert that the fan-out has nothing left to tell, and remembers holders of cards as they are."""
    state = services.store.database("fanout")
    checkpoint = state.get("checkpoint:records")
    assert checkpoint is not None
    left = services.store.database("records").changes(checkpoint["seq"], limit=10)
    assert left.results == [], left.results
    holders: dict[str, set[str]] = defaultdict(set)
    for name in services.store.names("inbox_"):
        for one in services.store.database(name).all():
            if one["_id"].startswith(AGGREGATES):
                holders[one["_id"]].add(name.removeprefix("inbox_"))
    for entry in state.all("audience:"):
        record_id = entry["_id"].removeprefix("audience:")
        assert holders.pop(record_id, set()) <= set(entry["holders"]), record_id
    assert not holders, holders


def check_secrets(services: Assembled) -> None:
    """Assert that a secret document is a bare entry that nobody acted on, on no device and named on none."""
    secret = [one for one in records_of(services).values() if one.get("confidentiality", "normal") != "normal"]
    for record in secret:
        assert not any(record[key] for key in SECRET_CONTENT), record["_id"]
        assert [event["event"] for event in record["events"]] == ["Registered"], record["_id"]
    ids = {one["_id"] for one in secret}
    for name in services.store.names("inbox_"):
        for one in services.store.database(name).all():
            assert one["_id"] not in ids
            assert not ids & {link["_id"] for link in one.get("links", [])}, (name, one["_id"])


def check_reviews(services: Assembled) -> list[tuple[str, str, str]]:
    """Assert that every open conflict has one owner who sees it first; return (owner, document, review) of each.

    Besides the owner only those see it as theirs who act in the owner's place.
    """
    office, at = services.directory.office(), services.clock.now()
    found = []
    for record in records_of(services).values():
        for review in open_reviews(record):
            seeing = [key for key in office.people if _may_end(record, key, office, at, review["review_id"])]
            owners = [one for one in seeing if not set(seeing) & set(office.delegators_of(one, at))]
            assert len(owners) == 1, (record["_id"], review["review_id"], review["owner_id"], seeing)
            seeing = [*owners, *(one for one in seeing if one not in owners)]
            card = services.store.database(f"inbox_{seeing[0]}").get(record["_id"])
            assert card is not None, (seeing[0], record["_id"])
            shown = next(one for one in card["reviews"] if one["review_id"] == review["review_id"])
            assert shown["is_mine"], shown
            assert card["folder"] == "todo"
            assert "resolve_conflict" in card["allowed_actions"], card["allowed_actions"]
            found.append((seeing[0], record["_id"], review["review_id"]))
    return found


def _may_end(record: Record, person_id: str, office: Office, at: str, review_id: str) -> bool:
    from server.domain.cards import card_for

    who = Standing(record, person_id, office, at)
    if not may_see(who) or not may("ResolveConflict", who):
        return False
    card = card_for(record, person_id, office, at, [])
    return card is not None and any(one["review_id"] == review_id and one["is_mine"] for one in card["reviews"])


def check_authority(services: Assembled, instants: Mapping[str, tuple[str, ...]]) -> int:
    """Assert that nothing took effect beyond the authority of its author; return how many effects were looked at.

    `instants`: action id → the instants at which its author may really have acted.
    """
    office = services.directory.office()
    looked_at = 0
    for record in records_of(services).values():
        before: Record = {}
        for after in replay(record):
            event = after["events"][-1] if after["events"] else None
            command = COMMAND_OF.get(event["event"]) if event else None
            if event is not None and command is not None:
                looked_at += 1
                moments = instants[event["action_id"]]
                assert any(may(command, Standing(before, event["actor_id"], office, at)) for at in moments), (
                    record["_id"],
                    event,
                    moments,
                )
            before = after
    return looked_at
