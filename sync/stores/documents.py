"""What may be stored: the checks both stores make before a document leaves the process."""

from __future__ import annotations

import json
import re

from sync.ports import Document

_NAME = re.compile(r"[a-z][a-z0-9_-]{0,200}")
_META_FIELDS = frozenset({"_id", "_rev", "_deleted"})
_MEDIA_TYPE = re.compile(r"[a-z0-9.+-]{1,80}/[a-z0-9.+-]{1,120}(; ?[a-z0-9-]+=[a-zA-Z0-9.-]+)?")
_SHA256 = re.compile(r"[0-9a-f]{64}")


def check_name(name: str) -> str:
    """Give back a database name that both stores can hold, or raise ValueError."""
    if not _NAME.fullmatch(name):
        raise ValueError(f"not a database name: {name!r}")
    return name


def check_id(doc_id: object) -> str:
    """Give back a document id that both stores can hold, or raise ValueError."""
    if not isinstance(doc_id, str) or not doc_id or doc_id in {".", ".."} or not doc_id.isprintable():
        # A URL with a step of "." or ".." would be rewritten on its way to CouchDB.
        raise ValueError(f"not a document id: {doc_id!r}")
    if doc_id.startswith("_"):
        raise ValueError(f"a document id must not start with an underscore: {doc_id!r}")
    return doc_id


def check_document(doc: Document) -> tuple[str, str | None, bool]:
    """Give the id, the revision it updates and whether it deletes, or raise ValueError."""
    doc_id = check_id(doc.get("_id"))
    for field in doc:
        if field.startswith("_") and field not in _META_FIELDS:
            raise ValueError(f"{doc_id}: fields that start with an underscore are the store's own: {field}")
    rev = doc.get("_rev")
    if rev is not None and not isinstance(rev, str):
        raise ValueError(f"{doc_id}: _rev must be a string")
    return doc_id, rev, doc.get("_deleted") is True


def encode(value: object) -> str:
    """Write JSON as both stores keep it; ValueError for NaN, infinity and broken Unicode."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    text.encode("utf-8")  # a lone surrogate fails here, not halfway through a write
    return text


def encode_fields(doc: Document) -> str:
    """Write a document's own fields, without `_id`, `_rev` and `_deleted`."""
    return encode({field: value for field, value in doc.items() if field not in _META_FIELDS})


def check_body(sha256: str, size: int, media_type: str) -> None:
    """Raise ValueError unless a file body is announced properly."""
    if not _SHA256.fullmatch(sha256):
        raise ValueError("not a SHA-256 in lowercase hexadecimal")
    if size < 0:
        raise ValueError("a size must not be negative")
    if not _MEDIA_TYPE.fullmatch(media_type):
        raise ValueError(f"not a media type: {media_type!r}")
