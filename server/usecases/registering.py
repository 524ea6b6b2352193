"""Taking a number and making the record that it is for (Article 9.1; decree 30/2020 Articles 15 and 22).

A book is one document. Taking a number is a conditional write on it that carries the whole new record along
(`pending`); the record itself is written next. Whoever takes the following number, or starts the server, first writes
what an interrupted predecessor left: so numbers have no gap and no repeat, whatever is killed when.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from server.domain import aggregate, case_file
from server.domain.commands import Command, RegisterIncoming
from server.domain.context import Context
from server.domain.errors import DomainError
from server.domain.records import Record
from server.domain.registration import book_of, candidate_of, check_duplicates, check_registration
from server.ports import Document, Services, WriteConflict
from server.usecases import alarms
from server.usecases.receipts import Receipt, receipt_of


def register(command: RegisterIncoming, services: Services, context: Context) -> Receipt:
    """Register an incoming document under the next number of its book. Raises `DomainError`, `WriteConflict`."""
    check_registration(command, context)
    book_id = book_of(command, context.today)
    # clerks of this process queue up here; those of another one meet in the conditional write
    with services.lock(f"book:{book_id}"):
        return _take_number(command, services, context, book_id)


def _take_number(command: RegisterIncoming, services: Services, context: Context, book_id: str) -> Receipt:
    book = _book(services, book_id)
    finish_pending(services, book)
    # another process may have registered this very act since it was looked for; nothing can since the book was read
    record = services.records.get(command.record_id or "")
    if record is not None and record["receipts"][command.action_id]["actor_id"] != command.actor_id:
        raise DomainError("bad_action_id", field="action_id")
    if record is None:
        # two clerks with the same document meet here: what the first one registered is there, or on the book
        context = replace(context, duplicates=alarms.earlier(candidate_of(command), services))
        check_duplicates(command, context)
        number = book["next_number"]
        record, event = aggregate.make(command, context, number)
        record = aggregate.apply(record, event)
        digest = record["events"][-1]["sha256"]
        receipt = receipt_of(
            command, "applied", context.received_at, record_id=record["_id"], version=1, history_sha256=digest
        )
        record["receipts"][command.action_id] = {**receipt, "details": {"arrival_number": number}}
        services.registers.put(
            {**book, "next_number": number + 1, "pending": [record], "updated_at": context.received_at}
        )
        write_once(services, record)
    stored: Receipt = record["receipts"][command.action_id]
    return stored


def _book(services: Services, book_id: str) -> Document:
    found = services.registers.get(f"book:{book_id}")
    return found or {"_id": f"book:{book_id}", "kind": "book", "next_number": 1, "pending": []}


def finish_pending(services: Services, book: Document) -> int:
    """Write the records that a book has given numbers to and that are not there; returns how many were missing."""
    return sum(write_once(services, record) for record in book["pending"])


def repair_books(services: Services) -> int:
    """Finish what every book has pending, at start-up; returns how many records were missing."""
    return sum(finish_pending(services, book) for book in services.registers.all("book:"))


def write_once(services: Services, record: Record) -> bool:
    """Create a record unless it is there already; tells whether it was missing."""
    if services.records.get(record["_id"]) is not None:
        return False
    try:
        services.records.put(record)
    except WriteConflict:
        return False
    return True


def open_case_file(command: Command, services: Services, context: Context, filed: Sequence[str] = ()) -> None:
    """Make the case file into which a document is being concluded; done again, it is already there."""
    record, event = case_file.create(command, context, filed)
    # no receipt: the act is receipted by the document that it concludes, and only once that is written
    write_once(services, aggregate.apply(record, event))
