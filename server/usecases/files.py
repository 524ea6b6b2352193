"""What is known of a file, whichever door it came through: who brought it, its pages, its text.

The body itself is in the file store, under its hash. Only who brought a body, or has a document that names it, may
refer to it; so the note of who brought it is what gives the right.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from server.domain.fingerprints import bands_of
from server.ports import Collection, Document, WriteConflict
from server.usecases.recognizing import to_be_recognized

TEXT_BYTES = 200_000
"""How much of a file's text is kept with it."""


def note_file(
    files: Collection,
    person_id: str,
    now: str,
    *,
    sha256: str,
    size: int,
    media_type: str,
    name: str = "",
    facts: Mapping[str, Any] | None = None,
) -> Document:
    """Write what is known of a stored body, or add the person to those who brought it; return the note.

    `facts` are `pages`, `text`, `bare_pages` and `coarse_pages`, or `problem` (a code) when it cannot be read; None
    leaves what is known. The text's fingerprint is kept beside it, and a file with bare pages is put into the queue for
    recognition by the same write.
    """
    while True:
        known = files.get(f"file:{sha256}")
        noted: Document = {
            "_id": f"file:{sha256}",
            "kind": "file",
            "sha256": sha256,
            "name": name,
            "uploaded_at": now,
            "uploaded_by": [],
            **(known or {}),
            "size": size,
            "media_type": media_type,
        }
        if facts is not None and "recognition" not in noted:
            # of a scan that is known already, text and place in the queue stay as they are
            text = bounded(facts.get("text") or "")
            noted |= {**facts, "text": text, **bands_of(text)}
            noted |= to_be_recognized(facts.get("bare_pages") or (), now)
        if person_id not in noted["uploaded_by"]:
            noted["uploaded_by"] = [*noted["uploaded_by"], person_id]
        if noted == known:
            return noted
        try:
            return {**noted, "_rev": files.put(noted)}
        except WriteConflict:
            continue  # somebody else brought the same file at this moment


def facts_of(found: Any) -> dict[str, Any]:
    """Return what is kept with a file of what a reader found in it."""
    return {
        "pages": found.pages,
        "text": found.text,
        "bare_pages": list(found.bare_pages),
        "coarse_pages": list(found.coarse_pages),
    }


def bounded(text: str) -> str:
    """Return as much of a text as is kept."""
    return text.encode("utf-8")[:TEXT_BYTES].decode("utf-8", "ignore")
