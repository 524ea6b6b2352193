"""What is known of a file, whichever door it came through: who brought it, its pages, its text.

The body itself is in the file store, under its hash. Only who brought a body, or has a document that names it, may
refer to it; so the note of who brought it is what gives the right.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from server.domain.fingerprints import bands_of
from server.ports import Collection, Document, WriteConflict

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

    `facts` are `pages` and `text`, or `problem` (a code) when it cannot be read; None leaves what is known. The text's
    fingerprint is kept beside it.
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
        if facts is not None:
            text = _bounded(facts.get("text") or "")
            noted |= {**facts, "text": text, **bands_of(text)}
        if person_id not in noted["uploaded_by"]:
            noted["uploaded_by"] = [*noted["uploaded_by"], person_id]
        if noted == known:
            return noted
        try:
            return {**noted, "_rev": files.put(noted)}
        except WriteConflict:
            continue  # somebody else brought the same file at this moment


def _bounded(text: str) -> str:
    return text.encode("utf-8")[:TEXT_BYTES].decode("utf-8", "ignore")
