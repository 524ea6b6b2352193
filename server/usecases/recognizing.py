"""The queue of scans whose text is still to be read off their pages (Articles 3.2, 9.1: số hóa văn bản).

Its place is the note of the file itself, `recognition` in the database `files`: whoever notes a scan queues it by the
same write, and its text is kept by the same write that takes it off. States: waiting → running → done or failed. Who
works on a scan holds it for a while (`lease_until`) and says so again with every page; whoever comes after that goes on
behind the last page kept. So a killed worker costs one page, and two workers never do the same one at once.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any

from server.domain.findings import Finding
from server.domain.fingerprints import bands_of
from server.domain.instants import parse, written
from server.domain.reading import read_first_page
from server.domain.stamps import secrecy
from server.ports import Collection, Document, WriteConflict

WAITING, RUNNING, DONE, FAILED = "waiting", "running", "done", "failed"
STATES = (WAITING, RUNNING, DONE, FAILED)
LEASE_S = 300
ATTEMPTS = 3
"""How often a scan is taken up without a single page of it coming out."""
TEXT_BYTES = 200_000
"""How much of a file's text is kept with it."""
LISTED = 100
ENGINE = "recognizer"
MOTTO = re.compile(r"(?<=\S)[ \t]+(?:CỘNG H(?:ÒA|OÀ)\b|Độc lập ?[-–—]).*$", re.MULTILINE)
"""Boxes 1 and 2 of the layout stand side by side, and are read as one line: the agency, then this."""


class RecognizedFacts:
    """What is known of a scan once its pages are recognised; speaks as the facts of a PDF do."""

    def __init__(self, known: Mapping[str, Any]) -> None:
        """Take the note of the file."""
        self.pages = known.get("pages")
        self.text = known.get("text") or ""
        self.first_page_text = known.get("first_page_text") or ""

    def proposals(self) -> dict[str, Finding]:
        """Return what can be proposed for the register: read off a picture, so nothing is sure."""
        if not self.first_page_text:
            return {}
        found = read_first_page(MOTTO.sub("", self.first_page_text), self.text[len(self.first_page_text) :])
        return {name: one._replace(confidence="low") for name, one in found.items()}


def to_be_recognized(bare_pages: Sequence[int], now: str) -> Document:
    """Return what puts a file into the queue; nothing for one whose pages have text of their own."""
    if not bare_pages:
        return {}
    return {"recognition": {**_NEW, "pages": list(bare_pages), "queued_at": now}}


_NEW: Document = {
    "state": WAITING,
    "attempts": 0,
    "texts": {},
    "failed_pages": [],
    "holder": "",
    "lease_until": "",
    "problem": "",
}


def progress_of(file: Mapping[str, Any] | None) -> Document | None:
    """Return how far a file is: `{state, done, total, problem, failed_pages, secrecy}`; None when it is no scan."""
    entry = (file or {}).get("recognition")
    if not entry:
        return None
    total = len(entry["pages"])
    done = total if entry["state"] == DONE else len(entry["texts"])
    return {
        "state": entry["state"],
        "done": done,
        "total": total,
        "problem": entry["problem"],
        "failed_pages": entry["failed_pages"],
        "secrecy": entry.get("secrecy", ""),
    }


def claim(files: Collection, holder: str, now: str) -> Document | None:
    """Take the scan that has waited longest, or one whose worker has gone; None when there is nothing to do."""
    for found in [*_in_state(files, WAITING, 5), *_in_state(files, RUNNING, LISTED)]:
        entry = found["recognition"]
        if entry["state"] == RUNNING and entry["lease_until"] > now:
            continue
        taken = {
            **entry,
            "state": RUNNING,
            "holder": holder,
            "lease_until": _later(now),
            "attempts": entry["attempts"] + 1,
        }
        if taken["attempts"] > ATTEMPTS:
            taken = _ended(entry, FAILED, now, problem="gave_up")
        try:
            rev = files.put({**found, "recognition": taken})
        except WriteConflict:
            continue  # another worker was faster, or somebody brought the same file at this moment
        if taken["state"] == RUNNING:
            return {**found, "recognition": taken, "_rev": rev}
    return None


def pages_left(file: Mapping[str, Any]) -> list[int]:
    """Return the pages that are still to be recognised."""
    entry = file["recognition"]
    return [number for number in entry["pages"] if str(number) not in entry["texts"]]


def keep_page(files: Collection, sha256: str, holder: str, page: int, text: str | None, now: str) -> bool:
    """Keep the text of one page (None: it could not be recognised) and hold on; False when the scan is lost."""

    def kept(note: Document) -> Document:
        entry = note["recognition"]
        failed = entry["failed_pages"] if text is not None else [*entry["failed_pages"], page]
        room = TEXT_BYTES - sum(len(one.encode()) for one in entry["texts"].values())
        cut = (text or "").encode()[: max(0, room)].decode("utf-8", "ignore")
        texts = {**entry["texts"], str(page): cut}
        going_on = {"attempts": 0, "lease_until": _later(now)}
        return {**note, "recognition": {**entry, **going_on, "texts": texts, "failed_pages": failed}}

    return _change(files, sha256, kept, holder)


def finish(files: Collection, sha256: str, holder: str, now: str) -> bool:
    """Make the texts of the pages the text of the file; False when the scan is lost meanwhile."""

    def finished(note: Document) -> Document:
        entry = note["recognition"]
        texts = [entry["texts"].get(str(number), "") for number in entry["pages"]]
        if len(entry["failed_pages"]) == len(entry["pages"]):
            return {**note, "recognition": _ended(entry, FAILED, now, problem="no_page")}
        own = "" if len(entry["pages"]) == note.get("pages") else note.get("text") or ""
        own = own[: entry.get("own_length", len(own))]  # a second time, what was appended the first time goes
        text = "\n".join(part for part in (own, *texts) if part).encode()[:TEXT_BYTES].decode("utf-8", "ignore")
        first = texts[0] if entry["pages"][0] == 1 else ""
        ended = _ended(entry, DONE, now, secrecy=secrecy(first) or "")
        ended |= {"texts": {}, "own_length": len(own)}
        return {**note, "text": text, **bands_of(text), "first_page_text": first, "recognition": ended}

    return _change(files, sha256, finished, holder)


def give_up(files: Collection, sha256: str, holder: str, problem: str, now: str) -> bool:
    """Let a scan fail for a reason (a code); False when it is lost meanwhile."""
    return _change(
        files,
        sha256,
        lambda note: {**note, "recognition": _ended(note["recognition"], FAILED, now, problem=problem)},
        holder,
    )


def put_back(files: Collection, sha256: str, holder: str) -> bool:
    """Leave a scan to the next worker, as it is: this one has to stop."""

    def waiting(note: Document) -> Document:
        return {
            **note,
            "recognition": {**note["recognition"], "state": WAITING, "holder": "", "lease_until": "", "attempts": 0},
        }

    return _change(files, sha256, waiting, holder)


def retry(files: Collection, sha256: str, person_id: str, now: str) -> bool:
    """Queue a scan again that failed, or of which pages did; False when there is none to be queued."""

    def queued(note: Document) -> Document | None:
        entry = note["recognition"]
        if entry["state"] not in (FAILED, DONE) or not (entry["failed_pages"] or entry["state"] == FAILED):
            return None
        # what has been recognised is read again with the rest: the pages of a finished scan are not kept apart
        begun = {str(key): text for key, text in entry["texts"].items() if int(key) not in entry["failed_pages"]}
        again = {**entry, **_NEW, "texts": begun, "queued_at": now, "retried_by": person_id, "retried_at": now}
        return {**note, "recognition": again}

    return _change(files, sha256, queued, None)


def name_document(files: Collection, sha256: str, document_id: str) -> None:
    """Note with a scan which document it became the file of, for whoever looks after the queue."""

    def named(note: Document) -> Document | None:
        is_known = note["recognition"].get("document_id")
        return None if is_known else {**note, "recognition": {**note["recognition"], "document_id": document_id}}

    _change(files, sha256, named, None)


def listed(files: Collection) -> list[Document]:
    """Return the files of the queue: what is worked on, what failed, what waits, then the latest done."""
    found = [*_in_state(files, RUNNING, LISTED), *_in_state(files, FAILED, LISTED, descending=True)]
    found += _in_state(files, WAITING, LISTED)
    return [*found, *_in_state(files, DONE, 20, descending=True)]


def progress_of_records(files: Collection, records: Sequence[Mapping[str, Any]]) -> dict[str, Document]:
    """Return how far the scans of records are, by record; those that are read or were never scans are left out."""
    named = {
        entry["sha256"]: record["_id"]
        for record in records
        for entry in record.get("files", [])
        if entry.get("is_scan")
    }
    found = files.get_many([f"file:{sha256}" for sha256 in named]) if named else {}
    all_of_them = {named[note["_id"].removeprefix("file:")]: progress_of(note) for note in found.values()}
    return {key: progress for key, progress in all_of_them.items() if progress and progress["state"] != DONE}


def tell_engine(store: Any, missing: Sequence[str], now: str) -> None:
    """Let a worker say to all processes which programs for recognition it lacks."""
    store.database("files").local_put(ENGINE, {"missing": list(missing), "since": now})


def engine_state(store: Any) -> Document | None:
    """Return what the worker said of its programs, `{missing, since}`; None when none has run yet."""
    found: Document | None = store.database("files").local_get(ENGINE)
    return found


def _in_state(files: Collection, state: str, limit: int, *, descending: bool = False) -> list[Document]:
    return files.find("by_recognition", {"recognition.state": state}, limit=limit, descending=descending)


def _ended(entry: Document, state: str, now: str, *, problem: str = "", secrecy: str = "") -> Document:
    ended = {"state": state, "ended_at": now, "holder": "", "lease_until": "", "problem": problem}
    return {**entry, **ended, **({"secrecy": secrecy} if secrecy else {})}


def _later(now: str) -> str:
    return written(parse(now) + timedelta(seconds=LEASE_S))


def _change(files: Collection, sha256: str, change: Callable[[Document], Document | None], holder: str | None) -> bool:
    """Write a change of the note upon the newest one; False when it is not to be made, or the scan is another's now."""
    while True:
        note = files.get(f"file:{sha256}")
        if note is None or "recognition" not in note:
            return False
        entry = note["recognition"]
        if holder is not None and (entry["state"], entry["holder"]) != (RUNNING, holder):
            return False
        changed = change(note)
        if changed is None:
            return False
        try:
            files.put(changed)
        except WriteConflict:
            continue
        return True
