"""What a list shows of a card is the same on the server and on devices."""

from __future__ import annotations

import json
import subprocess
from contextlib import closing
from pathlib import Path
from typing import Any

from server.web.context import summary
from tests.fixtures import office
from tests.fixtures.acting import Acting, open_office

ROOT = Path(__file__).resolve().parents[2]
SUMMARISE = """
import { summary } from "./pwa/replica.js";
let text = "";
for await (const part of process.stdin) text += part;
console.log(JSON.stringify(JSON.parse(text).map((card) => summary(card))));
"""
OF_A_DEVICE = {"review_mark"}
"""Indexes reviews."""


def on_device(cards: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Summarise as a device does."""
    command = ["node", "--input-type=module", "--eval", SUMMARISE]
    told = subprocess.run(
        command, cwd=ROOT, input=json.dumps(cards), capture_output=True, text=True, check=True, timeout=60
    )
    found: list[dict[str, Any]] = json.loads(told.stdout)
    return found


def test_devices_show_of_a_card_what_the_server_shows(tmp_path: Path) -> None:
    acting = open_office(tmp_path)
    with closing(acting.services):
        cards = played(acting)
    assert {one["kind"] for one in cards} == {"incoming", "outgoing"}
    told = [{key: value for key, value in one.items() if key not in OF_A_DEVICE} for one in on_device(cards)]
    assert told == [summary(one) for one in cards]


def played(acting: Acting) -> list[dict[str, Any]]:
    """Play what makes cards differ, and return the cards of those concerned."""
    document_id = acting.registers(due_on="2026-12-10")
    bare = acting.registers(subject="", leader_id="", confidentiality="secret")
    sent = {"collaborating": [f"person:{office.PRESS_HEAD}"], "informed": [f"unit:{office.POST_UNIT}"]}
    acting.does(office.DIRECTOR, "Assign", document_id, lead=f"unit:{office.IT_UNIT}", directive="Làm", **sent)
    acting.does(office.IT_HEAD, "RequestExtension", document_id, due_on="2026-12-20", reason="Nhiều việc")
    acting.does(office.DIRECTOR, "Urge", document_id, grade="urge", text="Khẩn trương")
    file = acting.has_file(office.IT_HEAD, "Dự thảo")
    draft = acting.does(office.IT_HEAD, "StartDraft", document_id, subject="Trả lời", type="CV", file=file)
    draft_id = f"outgoing:{draft['action_id']}"
    people = (office.CLERK, office.DIRECTOR, office.IT_HEAD, office.PRESS_HEAD)
    seen = [acting.card(one, key) for one in people for key in (document_id, bare, draft_id)]
    return [one for one in seen if one is not None]
