"""The pull half of CouchDB's replication protocol, on the inbox of the signed-in person.

PouchDB, another CouchDB and the PWA pull with it. There is nothing to write: cards and receipts have one writer, the
fan-out. Every revision is told with its ancestry (`_revisions`), so that a client extends the one branch it has.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from flask import Blueprint, Response, g, request

from sync.gateway_answers import ProtocolError, answer, encoded, read_json
from sync.gateway_arguments import count, flag, inbox, json_argument, strings
from sync.gateway_changes import changes
from sync.ports import Document, Lineage

BODY_LIMIT = 1024 * 1024
LOCAL_LIMIT = 64 * 1024
LOCAL_ID_LIMIT = 200
BULK_GET_LIMIT = 2000
READ_ATTEMPTS = 5
BOUNDARY = "congvan-revision"


def add_inbox_routes(blueprint: Blueprint) -> None:
    """Add the routes; each finds the person's database in `g.inbox`."""
    rules = (
        ("/", _server, ["GET"]),
        ("/inbox", _info, ["GET"]),
        ("/inbox/", _info, ["GET"]),
        ("/inbox/_changes", changes, ["GET", "POST"]),
        ("/inbox/_bulk_get", _bulk_get, ["POST"]),
        ("/inbox/_all_docs", _all_docs, ["GET", "POST"]),
        ("/inbox/_ensure_full_commit", _full_commit, ["POST"]),
        ("/inbox/_local/<path:local_id>", _local, ["GET", "PUT"]),
        ("/inbox/<path:doc_id>", _document, ["GET"]),
    )
    for rule, view, methods in rules:
        blueprint.add_url_rule(rule, view.__name__.lstrip("_"), view, methods=methods)
    for rule in ("/inbox", "/inbox/", "/inbox/_bulk_docs", "/inbox/<path:doc_id>"):
        methods = ["PUT", "POST", "DELETE"] if rule != "/inbox/_bulk_docs" else ["POST"]
        blueprint.add_url_rule(rule, f"refuse_write {rule}", _refuse_write, methods=methods)


def _server() -> Response:
    # `uuid` tells one person's inbox from another's in the checkpoints of replication clients.
    return answer({"couchdb": "Welcome", "version": "3.5.0", "uuid": g.inbox_uuid, "vendor": {"name": "Congvan"}})


def _info() -> Response:
    if request.method == "HEAD":
        return answer({})
    info = inbox().info()
    return answer(
        {
            "db_name": "inbox",
            "doc_count": info["doc_count"],
            "doc_del_count": info["doc_del_count"],
            "update_seq": info["update_seq"],
            "purge_seq": "0",
            "instance_start_time": "0",
            "compact_running": False,
        }
    )


def _refuse_write(doc_id: str = "") -> Response:
    if request.method == "PUT" and not doc_id:
        raise ProtocolError(412, "file_exists", "The database could not be created, the file already exists.")
    if doc_id.startswith("_") and not doc_id.startswith(("_local/", "_design/")):
        raise ProtocolError(405, "method_not_allowed", "Only GET allowed")
    raise ProtocolError(403, "forbidden", "Inboxes are written by the server; send actions.")


def _full_commit() -> Response:
    return answer({"ok": True, "instance_start_time": "0"}, 201)


def _bulk_get() -> Response:
    body = read_json(BODY_LIMIT)
    asked = body.get("docs") if isinstance(body, Mapping) else None
    if not isinstance(asked, list) or not all(_is_revision_request(item) for item in asked):
        raise ProtocolError(400, "bad_request", "Missing JSON list of 'docs'.")
    if len(asked) > BULK_GET_LIMIT:
        raise ProtocolError(413, "too_large", f"at most {BULK_GET_LIMIT} documents at once")
    with_ancestry, latest = flag("revs"), flag("latest")
    found = _leaves(item["id"] for item in asked)
    results = []
    for item in asked:
        leaf = found.get(item["id"])
        rev = item.get("rev")
        if leaf is None or (rev is not None and rev != leaf[1]["rev"] and not latest):
            fault = {"id": item["id"], "rev": rev or "undefined", "error": "not_found", "reason": "missing"}
            results.append({"id": item["id"], "docs": [{"error": fault}]})
        else:
            results.append({"id": item["id"], "docs": [{"ok": _shown(leaf, with_ancestry)}]})
    return answer({"results": results})


def _is_revision_request(item: object) -> bool:
    return isinstance(item, Mapping) and isinstance(item.get("id"), str) and isinstance(item.get("rev"), str | None)


def _leaves(doc_ids: Iterable[str]) -> dict[str, tuple[Document, Lineage]]:
    """Read documents, tombstones included, each with the lineage of exactly the revision that was read."""
    wanted = list(dict.fromkeys(doc_ids))
    found: dict[str, tuple[Document, Lineage]] = {}
    for _attempt in range(READ_ATTEMPTS):
        try:
            documents = inbox().get_many(wanted)
            lineages = inbox().revisions(wanted)
        except ValueError:
            raise ProtocolError(400, "illegal_docid", "not a document id") from None
        moved = []
        for doc_id in wanted:
            lineage, document = lineages.get(doc_id), documents.get(doc_id)
            if lineage is None:
                continue
            if lineage["deleted"]:
                document = {"_id": doc_id, "_rev": lineage["rev"], "_deleted": True}
            if document is None or document["_rev"] != lineage["rev"]:
                moved.append(doc_id)  # written between the two readings
            else:
                found[doc_id] = (document, lineage)
        if not moved:
            return found
        wanted = moved
    raise ProtocolError(503, "busy", "the document is being written")


def _shown(leaf: tuple[Document, Lineage], with_ancestry: bool) -> Document:
    document, lineage = leaf
    if not with_ancestry:
        return document
    return {**document, "_revisions": {"start": lineage["start"], "ids": lineage["ancestry"]}}


def _document(doc_id: str) -> Response:
    if doc_id.startswith("_") or "/" in doc_id:
        raise ProtocolError(404, "not_found", "missing")
    leaf = _leaves([doc_id]).get(doc_id)
    if "open_revs" in request.args:
        return _open_revisions(leaf)
    rev = request.args.get("rev")
    if leaf is None or (leaf[1]["deleted"] and rev is None):
        raise ProtocolError(404, "not_found", "missing" if leaf is None else "deleted")
    if rev is not None and rev != leaf[1]["rev"] and not flag("latest"):
        raise ProtocolError(404, "not_found", "missing")
    return answer(_shown(leaf, flag("revs")))


def _open_revisions(leaf: tuple[Document, Lineage] | None) -> Response:
    asked = request.args["open_revs"]
    rows: list[dict[str, Any]] = []
    if asked == "all":
        if leaf is None:
            raise ProtocolError(404, "not_found", "missing")
        rows.append({"ok": _shown(leaf, flag("revs"))})
    else:
        for rev in strings(json_argument("open_revs"), "open_revs"):
            if leaf is not None and (rev == leaf[1]["rev"] or flag("latest")):
                rows.append({"ok": _shown(leaf, flag("revs"))})
            else:
                rows.append({"missing": rev})
    if request.accept_mimetypes.best_match(["application/json", "multipart/mixed"]) == "application/json":
        return answer(rows)
    return _multipart(rows)


def _multipart(rows: list[dict[str, Any]]) -> Response:
    """Answer revisions as CouchDB's own replicator asks for them: a part for each."""
    parts = []
    for row in rows:
        fault = '; error="true"' if "missing" in row else ""
        head = f"--{BOUNDARY}\r\nContent-Type: application/json{fault}\r\n\r\n".encode()
        parts.append(head + encoded(row.get("ok", row)) + b"\r\n")
    content = b"".join(parts) + f"--{BOUNDARY}--".encode()
    response = Response(content, content_type=f'multipart/mixed; boundary="{BOUNDARY}"')
    response.headers["Cache-Control"] = "no-store"
    return response


def _all_docs() -> Response:
    body = read_json(BODY_LIMIT) if request.method == "POST" else {}
    if not isinstance(body, Mapping):
        raise ProtocolError(400, "bad_request", "Request body must be a JSON object")
    include_docs = flag("include_docs")
    keys = body.get("keys") if request.method == "POST" else json_argument("keys")
    if keys is None:
        limit = count(request.args.get("limit"), "limit")
        documents = inbox().all(limit=limit)
        rows = [_row(document["_id"], document, include_docs) for document in documents]
    else:
        leaves = _leaves(strings(keys, "keys"))
        rows = [
            _row(key, leaves[key][0], include_docs) if key in leaves else {"key": key, "error": "not_found"}
            for key in keys
        ]
    return answer({"total_rows": inbox().info()["doc_count"], "offset": 0, "rows": rows})


def _row(key: str, document: Document, include_docs: bool) -> dict[str, Any]:
    row: dict[str, Any] = {"id": key, "key": key, "value": {"rev": document["_rev"]}}
    if document.get("_deleted"):
        row["value"]["deleted"] = True
    if include_docs:
        row["doc"] = None if document.get("_deleted") else document
    return row


def _local(local_id: str) -> Response:
    """Keep a replication client's checkpoint, apart for each device."""
    if len(local_id) > LOCAL_ID_LIMIT or not local_id.isprintable():
        raise ProtocolError(400, "bad_request", "not a usable id")
    kept_as = f"{g.device_id}:{local_id}"
    shown_id = f"_local/{local_id}"
    if request.method == "GET":
        document = inbox().local_get(kept_as)
        if document is None:
            raise ProtocolError(404, "not_found", "missing")
        return answer({**document, "_id": shown_id})
    body = read_json(LOCAL_LIMIT)
    if not isinstance(body, dict):
        raise ProtocolError(400, "bad_request", "Document must be a JSON object")
    # CouchDB's replicator hands back `_revisions` and the like: the store's own fields, not the checkpoint's
    content = {key: value for key, value in body.items() if not key.startswith("_")}
    rev = inbox().local_put(kept_as, content)
    return answer({"ok": True, "id": shown_id, "rev": rev}, 201)
