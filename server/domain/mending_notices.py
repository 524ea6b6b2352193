"""Who is told of what is to be mended, an entry or a flow: who has the next step, then whoever asked (14.2, 12.4).

Derived from the record alone, as all notices are. They say nothing of the document beyond its number in the book and
the repair that was asked for, since whoever mends it may see none.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from server.domain import corrections
from server.domain.catalogues import is_secret
from server.domain.office import (
    ADMINISTRATOR,
    CHIEF_OF_OFFICE,
    CLERK,
    DEPUTY_DIVISION_HEAD,
    DIVISION_HEAD,
    IT_HEAD,
    LEADER,
    Office,
)
from server.domain.permissions import Standing, may
from server.domain.records import Record
from server.domain.repair_entries import ACT_OF_STATE as REPAIR_ACTS
from server.domain.repair_entries import repair_entry

Notice = dict[str, Any]


class Kind(NamedTuple):
    """One kind of mending: where a record has it, its id, what has to be done in which state, and who may be told."""

    about: str
    listed: str
    id_key: str
    act_of_state: Mapping[str, str]
    deciding: frozenset[str]


KINDS = (
    Kind(
        "correction",
        "corrections",
        "correction_id",
        {corrections.REQUESTED: "PermitCorrection", corrections.PERMITTED: "CarryOutCorrection"},
        frozenset({IT_HEAD, ADMINISTRATOR, LEADER, CLERK}),
    ),
    Kind(
        "repair",
        "repairs",
        "repair_id",
        REPAIR_ACTS,
        frozenset({IT_HEAD, DIVISION_HEAD, DEPUTY_DIVISION_HEAD, CHIEF_OF_OFFICE}),
    ),
)
ACT_OF_STATE = {kind.about: kind.act_of_state for kind in KINDS}
"""What is mended → state in which it is open → what has to be done."""


def notices_of(record: Record, office: Office, at: str) -> dict[str, dict[str, Notice | None]]:
    """Return every notice that the mending of a record may ever have caused, as `notices.notices_of` does."""
    found: dict[str, dict[str, Notice | None]] = {}
    of_secrets = is_secret(record.get("confidentiality", "normal"))
    for kind in KINDS:
        is_hidden = of_secrets and kind.about != "correction"
        asked = record.get(kind.listed, [])
        for person_id in _ever_told(kind, asked, office) if asked else ():
            who = Standing(record, person_id, office, at)
            told = found.setdefault(person_id, {})
            for one in asked:
                is_told = not is_hidden and _is_due(kind, one, who)
                told[notice_id(one[kind.id_key])] = _notice(kind, one, record, who) if is_told else None
    return found


def notice_id(key: str) -> str:
    """Return the id of the notice of a correction or a repair."""
    return f"notice:{key}"


def _ever_told(kind: Kind, asked: list[dict[str, Any]], office: Office) -> set[str]:
    """Return who may have a notice now, or may have had one before a role or a delegation ended."""
    deciding = {
        key for key, person in office.people.items() if any(grant.role in kind.deciding for grant in person.grants)
    }
    delegates = {key for key, given in office.delegations.items() if any(one.from_person in deciding for one in given)}
    return deciding | delegates | {one["asked_by"] for one in asked}


def _is_due(kind: Kind, one: Mapping[str, Any], who: Standing) -> bool:
    if one["state"] in kind.act_of_state:
        return may(kind.act_of_state[one["state"]], who)
    return one["asked_by"] == who.person_id and not one["is_acknowledged"]


def _notice(kind: Kind, one: Mapping[str, Any], record: Record, who: Standing) -> Notice:
    office = who.office
    state, is_open = one["state"], one["state"] in kind.act_of_state
    by = ("decided_by", "decided_at") if one["decided_by"] else ("asked_by", "asked_at")
    if one["done_by"]:
        by = ("done_by", "done_at")
    by_id = one[by[0]]
    return {
        "_id": notice_id(one[kind.id_key]),
        "kind": "notice",
        "about": kind.about,
        "review_id": one[kind.id_key],
        "document_id": record["_id"],
        "version": record["version"],
        "told": state,
        "at": one[by[1]] or record["updated_at"],
        "by_id": by_id,
        "by_name": office.name_of(by_id),
        "by_honorific": office.honorific_of(by_id),
        "label": f"{record['arrival_number']:02d}/{record['book'][-4:]}",
        # notices go to devices: nothing that anybody wrote about a secret entry does
        "note": one["decision"] if not (is_open or is_secret(record["confidentiality"])) else "",
        **({"is_secret_book": True} if is_secret(record["confidentiality"]) else {}),
        "is_open": is_open,
        # a repair can be decided on a device, whose page of repairs is made of notices
        **({"entry": repair_entry(one, record, who)} if kind.about == "repair" else {}),
    }
