"""The demo's documents: data files into what the typesetter sets, with days counted from the seed day."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from server.demo.days import Days
from server.domain.catalogues import DOCUMENT_TYPES

DATA = Path(__file__).parent / "data"
BOOKS = ("incoming_it", "incoming_telecom", "incoming_press", "incoming_office")


class Content:
    """Everything that the demo's people receive and write."""

    def __init__(self, days: Days) -> None:
        """Read the data files and fill in the days."""
        self.days = days
        self.letterheads: dict[str, Any] = _read("letterheads")
        self.incoming: list[dict[str, Any]] = [days.filled(item) for book in BOOKS for item in _read(book)]
        self.drafts: dict[str, Any] = days.filled(_read("drafts"))

    def signed_on(self, item: Mapping[str, Any]) -> str:
        """Return the day on which the sender signed: two days before it arrived."""
        return self.days.iso(-item["age"] - 2)

    def incoming_document(self, item: Mapping[str, Any]) -> dict[str, Any]:
        """Return an incoming document for the typesetter."""
        head = self.letterheads[item["from"]]
        keys = ("number", "type", "type_name", "subject", "urgency", "to", "authority", "bases", "body", "recipients")
        return {
            **{key: item[key] for key in keys if key in item},
            **{key: head[key] for key in ("parent", "agency", "place", "address") if key in head},
            "date": self.signed_on(item),
            "signature": {"authority": head["authority"], "name": head["name"], "is_signed": True},
        }

    def draft_document(self, key: str, version: int) -> dict[str, Any]:
        """Return a version of a draft for the typesetter: no number, no day, no signature yet."""
        draft = self.drafts[key]
        head = self.letterheads["stttt"]
        own = draft["unit"] if draft["type"] == "CV" else ""
        symbol = f"STTTT-{own}" if own else f"{draft['type']}-STTTT"
        return {
            **{name: draft[name] for name in ("type", "type_name", "subject", "to", "recipients") if name in draft},
            "parent": head["parent"],
            "agency": head["agency"],
            "number": f"       /{symbol}",
            "year": str(self.days.today.year),
            "body": draft["body"] if version == 1 else _revised(draft),
            "signature": {"authority": draft["signature"], "name": draft["name"]},
        }


def file_name(document: Mapping[str, Any]) -> str:
    """Return what a clerk would call the scan: 4382-BTTTT-CATTT.pdf."""
    return f"{re.sub(r'[^0-9A-Za-zÀ-ỹ&]+', '-', document['number']).strip('-')}.pdf"


def draft_name(key: str, draft: Mapping[str, Any], version: int) -> str:
    """Return the name of a draft's file: du-thao-cong-van-don-doc-cap-do-v1.pdf."""
    kind = unicodedata.normalize("NFD", DOCUMENT_TYPES[draft["type"]].lower().replace("đ", "d"))
    plain = "".join(letter for letter in kind if not unicodedata.combining(letter)).replace(" ", "-")
    return f"du-thao-{plain}-{key}-v{version}.pdf"


def _revised(draft: Mapping[str, Any]) -> list[Any]:
    """Return the body of the second version: paragraphs replaced, others put in before a position."""
    changes = draft["v2"]
    body: list[Any] = []
    for position, block in enumerate(draft["body"]):
        if added := changes.get("insert", {}).get(str(position)):
            body.append(added)
        body.append(changes.get("replace", {}).get(str(position), block))
    return body


def _read(name: str) -> Any:
    return json.loads((DATA / f"{name}.json").read_text("utf-8"))
