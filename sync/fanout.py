"""The fan-out: brings what is committed to the inbox of everybody whom it concerns (Articles 9 and 10: chuyển văn bản).

It follows `records` and `accounts` from checkpoints that are advanced only after the inboxes are written: whatever is
interrupted is done again, and doing it again changes nothing. Several processes may run it at once: inboxes are read
before records, so whoever writes from an older record meets a conflict and decides anew.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable
from contextlib import AbstractContextManager
from typing import Any

from server.domain.cards import CARD_FORM
from server.domain.office import OFFICE_PREFIXES, Office
from server.ports import Services
from server.usecases.links import links_of
from server.usecases.saved_views import PREFIX as VIEWS
from sync import fanout_inboxes
from sync.fanout_cards import (
    AGGREGATES,
    REFUSAL,
    VIEWS_ID,
    Documents,
    documents_of,
    neighbours_of,
    office_documents,
    people_with_inbox,
    receipts_kept_since,
    receipts_of,
    shown_of,
    views_documents,
)
from sync.fanout_ledger import Entry, Ledger
from sync.fanout_office import OfficeReader, compare, moved_by_time, with_delegates
from sync.fanout_pace import Pace
from sync.ports import BEGINNING, Conflict, Database, Document, Store, StoreUnavailable

BATCH = 100
ATTEMPTS = 30
IDLE_S = 2.0
PASSED_OVER_AT_MOST = 500
WATCHED = frozenset({"records", "accounts"})


class Fanout:
    """Follows the records; one object per process, used from any thread."""

    def __init__(self, services: Services) -> None:
        """Open the databases; nothing is done yet."""
        self._services = services
        self._store: Store = services.store
        self._records: Database = self._store.database("records")
        self._accounts: Database = self._store.database("accounts")
        self._state: Database = self._store.database("fanout")
        self._ledger = Ledger(self._state)
        self._reader = OfficeReader(self._accounts)
        self._lock = threading.RLock()
        self._pace = Pace(lambda: self._records.info()["update_seq"])
        self._known: Office | None = None

    def run(self, stop_event: threading.Event) -> None:
        """Follow what is committed, by any process, until told to stop."""
        since = self._store.updates().last_seq
        names = WATCHED
        self._renew_older_cards()
        while not stop_event.is_set():
            # roles begin and end by the clock too: look at that also when nothing was written
            if names & WATCHED or moved_by_time(self._reader.office(), self._office_state()["at"], self._now()):
                self.catch_up()
            if self._refresh_page():
                updates = self._store.updates(since, 0)  # what is new does not wait until all that is old is done
                since, names = updates.last_seq, updates.names
                continue
            updates = self._store.updates(since, IDLE_S)
            since, names = updates.last_seq, updates.names
            if names & WATCHED:
                self._pace.let_gather(stop_event)

    def taking_batch(self, size: int = 1) -> AbstractContextManager[None]:
        """Say that a device's batch is being taken in this process, for as long as a `with` block lasts."""
        return self._pace.taking_batch(size)

    def catch_up(self) -> None:
        """Bring every inbox up to what is committed now."""
        with self._lock:
            try:
                self._follow_accounts()
                while self._follow_records():
                    pass
            except BaseException:
                self._known = None  # what was half done is looked at from the checkpoint again
                raise

    def rebuild(self, person_id: str) -> None:
        """Make one inbox anew from the records: right what is wrong, leave alone what is right."""
        with self._lock:
            self._rebuild(frozenset({person_id}))
            self._tell_office([person_id])

    def forget_old_receipts(self) -> int:
        """Take receipts that every device has long had out of the inboxes; gives how many."""
        return fanout_inboxes.forget_receipts(self._store, receipts_kept_since(self._now()))

    def _follow_records(self) -> bool:
        state = self._checkpoint("checkpoint:records")
        page = self._records.changes(state["seq"], limit=BATCH)
        if not page.results:
            return False
        self._refresh([change.id for change in page.results])
        self._save({**state, "seq": page.last_seq})
        return page.pending > 0

    def _follow_accounts(self) -> None:
        state = self._office_state()
        now_at = self._now()
        office = self._reader.office()  # before the changes are read: what it lacks is told by these
        seq, changed_ids = self._changed_accounts(state["seq"])
        is_told = any(doc_id.startswith(OFFICE_PREFIXES) for doc_id in changed_ids)
        keepers = {doc_id.removeprefix(VIEWS) for doc_id in changed_ids if doc_id.startswith(VIEWS)}
        self._write({key: {} for key in self._active(keepers)})
        moved = moved_by_time(office, state["at"], now_at)
        if office is self._known and not is_told and not moved:
            if keepers or len(changed_ids) > PASSED_OVER_AT_MOST:
                self._save({**state, "seq": seq})
            return
        change = compare(self._known, office, changed_ids)
        moved = with_delegates(moved | change.moved, office)
        if moved:
            self._rebuild(moved)
        if moved or change.is_different:
            self._tell_office(people_with_inbox(office, now_at))
        if moved or is_told or change.is_different:
            refresh_after = "" if change.is_renamed else state["refresh_after"]
            self._save({**state, "seq": seq, "at": now_at, "refresh_after": refresh_after})
        self._known = office

    def _changed_accounts(self, seq: str) -> tuple[str, list[str]]:
        changed: list[str] = []
        while True:
            page = self._accounts.changes(seq, limit=1000)
            changed += [change.id for change in page.results]
            seq = page.last_seq
            if not page.pending:
                return seq, changed

    def _rebuild(self, people: frozenset[str]) -> None:
        active = self._active(people)
        there = set(self._store.names("inbox_"))  # the others are made by the first write, several at a time
        for person_id in people:
            if f"inbox_{person_id}" not in there:
                continue
            if person_id in active:
                self._own_up_cards(person_id)
            else:
                fanout_inboxes.wipe(self._store, person_id)
        last_id: str | None = None
        while page := self._records.all(start_after=last_id, limit=BATCH):
            last_id = page[-1]["_id"]
            if active:
                self._refresh([record["_id"] for record in page], active)
            # whoever decides a conflict may be another now, and everybody's card says who
            self._refresh([record["_id"] for record in page if record.get("open_review_owner")])

    def _active(self, people: Iterable[str]) -> frozenset[str]:
        return frozenset(people) & frozenset(people_with_inbox(self._reader.office(), self._now()))

    def _own_up_cards(self, person_id: str) -> None:
        """Enter the person as holder of every card in the inbox, so that none escapes being judged."""
        inbox = self._store.database(f"inbox_{person_id}")
        last_id: str | None = None
        while page := inbox.all(start_after=last_id, limit=BATCH):
            last_id = page[-1]["_id"]
            cards = [document["_id"] for document in page if document["_id"].startswith(AGGREGATES)]
            entries = self._ledger.read(cards)
            held = {key: {"holders": sorted({*entries[key]["holders"], person_id})} for key in cards}
            self._ledger.write(entries, held)
            self._refresh(cards, frozenset({person_id}))

    def _tell_office(self, people: Iterable[str]) -> None:
        """Write directory, profile and views of people."""
        office, at, active = self._reader.office(), self._now(), self._active(people)
        self._write({one: office_documents(office, one, at) for one in active})

    def _write(self, documents: Documents) -> None:
        """Write documents of people, and the views that they keep; these are read after the inboxes are."""
        keys = [f"{VIEWS}{person_id}" for person_id in documents]
        for _attempt in range(ATTEMPTS if keys else 0):
            current = fanout_inboxes.read(self._store, {one: [*own, VIEWS_ID] for one, own in documents.items()})
            kept = self._accounts.get_many(keys)
            wanted = {one: {**own, **views_documents(kept.get(f"{VIEWS}{one}"))} for one, own in documents.items()}
            if not fanout_inboxes.write(self._store, wanted, current):
                return

    def _refresh(self, record_ids: Iterable[str], only: frozenset[str] | None = None) -> None:
        """Bring the cards and receipts of records to those whom they concern (or only to some people)."""
        todo = {record_id for record_id in record_ids if record_id.startswith((*AGGREGATES, REFUSAL))}
        for _attempt in range(ATTEMPTS):
            if not todo:
                return
            todo = self._refresh_once(todo, only)
        raise StoreUnavailable("the fan-out was overtaken again and again")

    def _refresh_once(self, todo: set[str], only: frozenset[str] | None) -> set[str]:
        """Do it once; give the ids for which somebody else was faster."""
        entries = self._ledger.read(sorted(todo))
        seq = self._records.info()["update_seq"]
        records = self._records.get_many(entries)
        if only is None:
            near = sorted(neighbours_of(records, entries, self._records))
            entries |= self._ledger.read(near)
            records |= self._records.get_many(near)
            self._note_related(records, entries)
        wanted = documents_of(
            records,
            entries,
            self._reader.office(),
            self._now(),
            lambda some: links_of(some, self._services),
            self._services.signer.signed,
            only,
        )
        self._ledger.write(entries, _grown(entries, wanted))
        current = fanout_inboxes.read(self._store, wanted)
        if self._have_moved(records, entries, seq):
            return set(entries)
        if fanout_inboxes.write(self._store, wanted, current):
            return set(entries)
        told = frozenset(todo) if only is None else frozenset()
        return self._ledger.write(entries, _settled(entries, wanted, records, told))

    def _note_related(self, records: dict[str, Document], entries: dict[str, Entry]) -> None:
        """Enter a new draft, or a case file, with the records that it names, before its cards show how they stand."""
        for record_id, record in records.items():
            related = record.get("related", []) if entries[record_id]["shown"] is None else []
            if named_ids := [*related, *record.get("filed", [])]:
                named = self._ledger.read(named_ids)
                noted = {
                    key: {"named_by": sorted({*entry.get("named_by", ()), record_id})} for key, entry in named.items()
                }
                self._ledger.write(named, noted)
                entries |= {key: entry for key, entry in named.items() if key in entries}

    def _have_moved(self, records: dict[str, Document], ids: Iterable[str], seq: str) -> bool:
        """Tell whether one of the records was written after a sequence; inboxes were read in between."""
        if self._records.info()["update_seq"] == seq:
            return False
        now = self._records.get_many(ids)
        return now.keys() != records.keys() or any(now[key]["_rev"] != records[key]["_rev"] for key in now)

    def _refresh_page(self) -> bool:
        """After names changed: write the cards of some more records; tells whether there was anything to do."""
        with self._lock:
            state = self._office_state()
            if state["refresh_after"] is None:
                return False
            page = self._records.all(start_after=state["refresh_after"] or None, limit=BATCH)
            self._refresh([record["_id"] for record in page])
            self._save({**state, "refresh_after": page[-1]["_id"] if page else None})
            return True

    def _renew_older_cards(self) -> None:
        """Have every card written anew, page by page, when an earlier version of the server made them differently."""
        with self._lock:
            state = self._office_state()
            if state.get("card_form") != CARD_FORM:
                self._save({**state, "card_form": CARD_FORM, "refresh_after": ""})

    def _office_state(self) -> Document:
        return {"at": "", "refresh_after": None, **self._checkpoint("checkpoint:accounts")}

    def _checkpoint(self, name: str) -> Document:
        return self._state.get(name) or {"_id": name, "seq": BEGINNING}

    def _save(self, state: Document) -> None:
        try:
            self._state.put(state)
        except Conflict:
            return  # another process wrote its own: wherever that stands, all before it was done

    def _now(self) -> str:
        return self._services.clock.now()


def _grown(entries: dict[str, Entry], wanted: Documents) -> dict[str, Entry]:
    """Give the entries' holders with those added who are about to get a card."""
    added: dict[str, set[str]] = {record_id: set(entry["holders"]) for record_id, entry in entries.items()}
    for person_id, documents in wanted.items():
        for doc_id, document in documents.items():
            if document is not None and doc_id in added:
                added[doc_id].add(person_id)
    return {record_id: {"holders": sorted(holders)} for record_id, holders in added.items()}


def _settled(
    entries: dict[str, Entry], wanted: Documents, records: dict[str, Document], told: frozenset[str]
) -> dict[str, Entry]:
    """Give the entries as they are once the inboxes are written.

    `told` are the records whose neighbours were looked for: of one that was itself met as a neighbour, its own other
    neighbours still have to hear, when its change comes.
    """
    changes: dict[str, Any] = {}
    for record_id, entry in entries.items():
        if record_id.startswith(REFUSAL):
            continue  # one receipt for one person: nothing to remember
        holders = [one for one in entry["holders"] if wanted.get(one, {}).get(record_id, _UNTOLD) is not None]
        changes[record_id] = {"holders": holders}
        if record_id in told:
            record = records.get(record_id)
            receipted = sorted({receipt["action_id"] for receipt in receipts_of(record)}) if record else []
            changes[record_id] |= {"receipted": receipted, "shown": shown_of(record)}
    return changes


_UNTOLD: Document = {}
