"""The feed of an inbox: what changed since a sequence (`_changes` of CouchDB's protocol)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Response, request

from sync.gateway_answers import ProtocolError, answer, read_json
from sync.gateway_arguments import count, flag, inbox, json_argument, strings
from sync.ports import BEGINNING, Change, Changes

WAIT_HEADER = "X-Congvan-Wait"
"""Names the database whose news the client waits for; the ASGI layer waits and asks again (see `sync.waiting`)."""

BODY_LIMIT = 1024 * 1024
PAGE = 1000


def changes() -> Response:
    """Answer what changed, and when nothing did, what there is to wait for."""
    asked = request.args
    since = asked.get("since", BEGINNING)
    limit = count(asked.get("limit"), "limit")
    feed = asked.get("feed", "normal")
    if feed not in ("normal", "longpoll"):
        raise ProtocolError(400, "bad_request", "Supported feed types: normal, longpoll")
    if flag("descending"):
        raise ProtocolError(400, "bad_request", "descending is not supported")
    wanted = _filter_ids()
    results, last_seq, pending = _read_changes(since, limit, flag("include_docs"), wanted)
    body = {"results": results, "last_seq": last_seq, "pending": pending}
    if results:
        return answer(body)
    # The ASGI layer holds this back from who waits, and asks again once there is news.
    return answer(body, headers={WAIT_HEADER: inbox().name}, may_compress=False)


def _read_changes(
    since: str, limit: int | None, include_docs: bool, wanted: frozenset[str] | None
) -> tuple[list[dict[str, Any]], str, int]:
    if wanted is None:
        page = _page_of_changes(since, limit, include_docs)
        return [_change_row(change, include_docs) for change in page.results], page.last_seq, page.pending
    rows: list[dict[str, Any]] = []
    while True:
        page = _page_of_changes(since, PAGE, include_docs)
        for change in page.results:
            since = change.seq
            if change.id in wanted:
                rows.append(_change_row(change, include_docs))
                if limit is not None and len(rows) >= limit:
                    return rows, since, page.pending
        since = page.last_seq
        if not page.pending or not page.results:
            return rows, since, 0


def _page_of_changes(since: str, limit: int | None, include_docs: bool) -> Changes:
    try:
        return inbox().changes(since, limit=limit, include_docs=include_docs)
    except ValueError:
        raise ProtocolError(400, "bad_request", "Malformed sequence supplied in 'since' parameter.") from None


def _change_row(change: Change, include_docs: bool) -> dict[str, Any]:
    row: dict[str, Any] = {"seq": change.seq, "id": change.id, "changes": [{"rev": change.rev}]}
    if change.deleted:
        row["deleted"] = True
    if include_docs:
        row["doc"] = change.doc or {"_id": change.id, "_rev": change.rev, "_deleted": True}
    return row


def _filter_ids() -> frozenset[str] | None:
    name = request.args.get("filter")
    if name is None:
        return None
    if name != "_doc_ids":
        raise ProtocolError(400, "bad_request", "Only the filter _doc_ids is offered")
    if request.method == "POST":
        body = read_json(BODY_LIMIT)
        ids = body.get("doc_ids") if isinstance(body, Mapping) else None
    else:
        ids = json_argument("doc_ids")
    return frozenset(strings(ids, "doc_ids"))
