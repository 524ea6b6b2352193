"""Looking for earlier registrations of a document, by each way that `server.domain.duplicates` can tell one."""

from __future__ import annotations

from server.domain.duplicates import CHECKS, Candidate, Earlier, code_key, compare, duplicate_key
from server.domain.fingerprints import ALIKE, bands_in, likeness, triples
from server.domain.records import Record
from server.ports import Services

EACH = 20
"""Candidates that are looked at of each way."""
TOLD = 5
"""Earlier registrations that are told of."""


def earlier(candidate: Candidate, services: Services) -> tuple[Earlier, ...]:
    """Return earlier registrations of the candidate, the surest first."""
    found: dict[str, Record] = {}
    keys = {
        "document_code": code_key(candidate.document_code),
        "duplicate_key": duplicate_key(candidate.sender, candidate.number),
        "file_sha256": candidate.sha256 or None,
    }
    for field, key in keys.items():
        if key is not None:
            found |= {one["_id"]: one for one in services.records.find(f"by_{field}", {field: key}, limit=EACH)}
    alike = _files_alike(candidate.sha256, services)
    if alike:
        of_files = services.records.find("by_file_sha256", any_of={"file_sha256": sorted(alike)}, limit=EACH)
        found |= {one["_id"]: one for one in of_files}
    compared = [compare(candidate, record, alike) for record in found.values()]
    told = sorted((one for one in compared if one is not None), key=_rank)
    return tuple(told[:TOLD])


def _files_alike(sha256: str, services: Services) -> set[str]:
    """Return the hashes of other files with nearly the same text: of those that share a band with it."""
    note = services.files.get(f"file:{sha256}") if sha256 else None
    if note is None:
        return set()
    texts = {
        one["sha256"]: one.get("text") or ""
        for band, value in bands_in(note).items()
        for one in services.files.find(f"by_{band}", {band: value}, limit=EACH)
        if one["sha256"] != sha256
    }
    own = triples(note.get("text") or "") if texts else frozenset()
    return {other for other, text in texts.items() if likeness(own, triples(text)) >= ALIKE}


def _rank(one: Earlier) -> tuple[int, str]:
    return CHECKS.index(one.checks[0]), str(one.record["_id"])
