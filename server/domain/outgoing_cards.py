"""What a card says of an outgoing document beyond what all cards say: drafter, holder, versions, approvals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from server.domain import histories
from server.domain.office import Office
from server.domain.records import Record, current_version_of, custody_at


def shared(record: Record, office: Office, _links: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return the keys that a card of an outgoing document adds."""
    held = custody_at(record)
    versions = [histories.version_entry(version, office) for version in record["versions"]]
    current = current_version_of(record)
    drafter = office.person(record["drafter_id"])
    return {
        "number": record["number"],
        "reply_to": record["reply_to"],
        "unit_id": record["unit_id"],
        "drafter": {
            "person_id": record["drafter_id"],
            "name": office.name_of(record["drafter_id"]),
            "unit_name": office.unit_name(drafter.unit_id if drafter else None),
        },
        "holder": {"person_id": held["person_id"], "name": office.name_of(held["person_id"])} if held else None,
        "holder_role": held["role"] if held else None,
        "round": record["round"],
        "note": record["events"][0]["data"].get("note", ""),
        "versions": versions,
        "current_version": histories.version_entry(current, office) if current else None,
        "approvals": [_approval(one, office) for one in record["approvals"]],
    }


def _approval(approval: Mapping[str, Any], office: Office) -> dict[str, Any]:
    return {
        **approval,
        "person_name": office.name_of(approval["person_id"]),
        "on_behalf_of_name": office.name_of(approval.get("on_behalf_of")) or None,
    }
