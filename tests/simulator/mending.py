"""What people at their desks mend in a schedule: an act of their own taken back, a flow that went wrong."""

from __future__ import annotations

import random
from typing import Any

from server.domain.records import assignments_at
from server.domain.undoing import UNDOABLE
from tests.fixtures import office
from tests.simulator.acting import does

UNITS = (office.IT_UNIT, office.POST_UNIT, office.PRESS_UNIT)


def happens(server: Any, kind: str, rng: random.Random, step: dict[str, Any]) -> None:
    """Let a step happen to some document; what the office refuses does not happen."""
    records = server.services.records.all("incoming:")
    if kind == "undo":
        fit = [one for one in records if one["events"][-1]["event"] in UNDOABLE]
        if fit:
            record = rng.choice(fit)
            last = record["events"][-1]
            _does(server, step, last["actor_id"], "UndoAct", record, {"undone": last["action_id"]})
        return
    fit = [one for one in records if any(row["role"] != "leader" for row in assignments_at(one))]
    if not fit:
        return
    record = rng.choice(fit)
    mine = rng.choice([row for row in assignments_at(record) if row["role"] != "leader"])
    wanted = "reopen" if mine["state"] == "concluded" else "reroute"
    fields = {"wanted": wanted, "target": f"unit:{rng.choice(UNITS)}", "reason": "Chuyển nhầm"}
    asked = _does(server, step, mine["person_id"], "RequestRepair", record, fields)
    named = {"repair_id": asked["action_id"]}
    for person_id in (office.IT_HEAD, office.POST_HEAD, office.PRESS_HEAD):
        _does(server, step, person_id, "ConfirmRepair", record, named)
    _does(server, step, office.IT_HEAD, "CarryOutRepair", record, named)


def _does(
    server: Any, step: dict[str, Any], person_id: str, command: str, record: dict[str, Any], fields: dict[str, Any]
) -> dict[str, Any]:
    action_id = f"desk-{step['n']:05d}-{command}-{person_id}"
    return does(server.services, person_id, command, action_id, (record["_id"], record["version"]), fields)
