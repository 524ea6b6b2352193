"""How documents name one another on their cards: a draft and what it answers, related documents, case files."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from server.domain.cards import link_to
from server.domain.office import Office
from server.domain.permissions import Standing, may_see
from server.domain.records import Record
from server.ports import Services

Links = dict[str, list[dict[str, Any]]]


def links_of(records: Sequence[Record], services: Services) -> Links:
    """Return the links of several records by id, in at most three reads whatever their number."""
    named = sorted({key for record in records for key in _names(record)})
    found = services.records.get_many(named) if named else {}
    answers = _pointing(
        "by_reply_to", "reply_to", [one["_id"] for one in records if one["kind"] == "incoming"], services
    )
    contents = _pointing(
        "by_case_file", "case_file_id", [one["_id"] for one in records if one["kind"] == "case_file"], services
    )
    links: Links = {}
    office, now_at = services.directory.office(), services.clock.now()
    for record in records:
        own: list[dict[str, Any]] = []
        # what is in a case file is named to its owner, who may have lost sight of it since
        is_shown = partial(_may_see, record.get("owner_id"), office, now_at)
        for key, relation in _names(record).items():
            if key in found and is_shown(found[key]):
                own.append(link_to(found[key], relation))
        own += [link_to(one, "reply") for one in answers if one["reply_to"] == record["_id"]]
        own += [link_to(one, "contained") for one in contents if one["case_file_id"] == record["_id"] and is_shown(one)]
        links[record["_id"]] = list({link["_id"]: link for link in own}.values())
    return links


def _may_see(owner_id: str | None, office: Office, at: str, named: Record) -> bool:
    return owner_id is None or may_see(Standing(named, owner_id, office, at))


def affected_by(record: Record) -> list[str]:
    """Return the ids of records whose cards name this one and so change with it."""
    return [key for key in (record.get("reply_to"), record.get("case_file_id")) if key]


def _names(record: Record) -> dict[str, str]:
    if record["kind"] == "case_file":
        return dict.fromkeys(record.get("filed", []), "contained")
    names = dict.fromkeys(record.get("related", []), "related")
    if record.get("reply_to"):
        names[record["reply_to"]] = "answers"
    if record.get("case_file_id"):
        names[record["case_file_id"]] = "case_file"
    return names


def _pointing(index: str, field: str, ids: list[str], services: Services) -> list[Record]:
    return services.records.find(index, any_of={field: ids}) if ids else []
