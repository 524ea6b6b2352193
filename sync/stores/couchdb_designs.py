"""Making a CouchDB database: closed to everybody but administrators, with the design documents of design_docs/.

A fingerprint of what was installed is kept in a `_local` document, so that opening a database costs one request.
"""

from __future__ import annotations

import hashlib
import json
from contextlib import suppress
from typing import Any

from ibmcloudant.cloudant_v1 import SecurityObject

from sync.ports import Conflict, NotFound, StoreUnavailable
from sync.stores.couchdb_client import CouchClient, DatabaseMissing
from sync.stores.indexes import DESIGN_DOCS, declared_indexes, family_of

FINGERPRINT = "congvan-design"
VALIDATION = "congvan-validation"
SMALL_FAMILY = "inbox"
ONLY_ADMINISTRATORS = {"names": [], "roles": ["_admin"]}
"""An empty list would let everybody read; said here, because a server can be set up to open new databases."""


def ensure_database(client: CouchClient, full_name: str, name: str) -> None:
    """Make the database when it is missing; guard it and declare its indexes when that has not been done as now."""
    wanted = _fingerprint(name)
    is_new = False
    try:
        found = client.read(client.api.get_local_document, db=full_name, doc_id=FINGERPRINT)
        if found.get("fingerprint") == wanted:
            return
    except DatabaseMissing:
        # One shard is enough for one person's cards, and saves three files for each person.
        shards = 1 if family_of(name) == SMALL_FAMILY else None
        is_new = create_guarded(client, full_name, shards)
    except NotFound:
        pass
    if not is_new:
        guard(client, full_name)
    _install_indexes(client, full_name, name, is_new)
    _install_validation(client, full_name, name, is_new)
    client.write(
        client.api.put_local_document,
        db=full_name,
        doc_id=FINGERPRINT,
        document=json.dumps({"fingerprint": wanted}).encode(),
        content_type="application/json",
    )


def create_guarded(client: CouchClient, full_name: str, shards: int | None = None) -> bool:
    """Create a database that only administrators reach; gives False when another process was faster."""
    try:
        client.write(client.api.put_database, db=full_name, q=shards)
        is_new = True
    except StoreUnavailable:
        # Among the failures is 412, it exists; after any other the database cannot be read either.
        client.read(client.api.get_database_information, db=full_name)
        is_new = False
    guard(client, full_name)
    return is_new


def guard(client: CouchClient, full_name: str) -> None:
    """Close a database to everybody but the server's administrators, of whom Congvan's own account is one."""
    only = SecurityObject.from_dict(ONLY_ADMINISTRATORS)
    client.write(client.api.put_security, db=full_name, admins=only, members=only)


def design_count(name: str) -> int:
    """Count the design documents that a database has once it was made."""
    return len(declared_indexes().get(family_of(name), {})) + (_validation(name) is not None)


def _install_indexes(client: CouchClient, full_name: str, name: str, is_new: bool) -> None:
    """Make the declared indexes, and remove those no longer declared."""
    wanted = declared_indexes().get(family_of(name), {})
    present: dict[str, tuple[str, ...]] = {}
    found = [] if is_new else client.read(client.api.get_indexes_information, db=full_name)["indexes"]
    for index in found:
        if index["ddoc"]:
            present[index["name"]] = tuple(key for part in index["def"]["fields"] for key in part)
    for old in present.keys() - wanted.keys():
        with suppress(NotFound):
            client.write(client.api.delete_index, db=full_name, ddoc=old, type="json", index=old)
    for index_name, declared in wanted.items():
        if present.get(index_name) != declared.fields:
            with suppress(Conflict):  # another process does the same
                client.write(
                    client.api.post_index,
                    db=full_name,
                    index={"fields": list(declared.fields)},
                    ddoc=index_name,
                    name=index_name,
                    type="json",
                )


def _install_validation(client: CouchClient, full_name: str, name: str, is_new: bool) -> None:
    """Install the family's validate_doc_update function when there is one."""
    source = _validation(name)
    if source is None:
        return
    design: dict[str, Any] = {"language": "javascript", "validate_doc_update": source}
    if not is_new:
        with suppress(NotFound):
            present = client.read(client.api.get_design_document, db=full_name, ddoc=VALIDATION)
            if present.get("validate_doc_update") == source:
                return
            design["_rev"] = present["_rev"]
    with suppress(Conflict):
        client.write(client.api.put_design_document, db=full_name, ddoc=VALIDATION, design_document=design)


def _validation(name: str) -> str | None:
    """Read the family's validate_doc_update function."""
    path = DESIGN_DOCS / family_of(name) / "validate_doc_update.js"
    return path.read_text("utf-8") if path.exists() else None


def _fingerprint(name: str) -> str:
    """Hash what is declared for a database."""
    indexes = declared_indexes().get(family_of(name), {})
    declared = {index.name: index.fields for index in indexes.values()}
    text = json.dumps([declared, _validation(name), ONLY_ADMINISTRATORS], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()
