"""What happens to the office in a schedule: authority put into another's hands and taken back, a unit merged."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from server.domain.instants import written
from tests.fixtures import office
from tests.simulator.acting import does


def happens(server: Any, step: dict[str, Any]) -> None:
    """Let a step happen; what the office refuses does not happen."""
    at = server.clock.now()
    if step["kind"] == "delegate":
        until_at = written(datetime.fromisoformat(at) + timedelta(days=1))
        fields = {"to_person": step["to_person"], "from_at": at, "until_at": until_at, "reason": "Đi công tác"}
        asked = _does(server, step, step["from_person"], "RequestDelegation", None, fields)
        if asked["status"] == "applied":
            _does(server, step, office.DIRECTOR, "PermitDelegation", asked["document_id"], {"note": ""})
    elif step["kind"] == "end_delegation":
        for one in server.services.accounts.all("delegation:"):
            _does(server, step, office.DIRECTOR, "EndDelegation", one["_id"], {"note": ""})
    else:
        fields = {"into": step["into"], "reason": "Quyết định số 12/QĐ-UBND"}
        _does(server, step, office.ADMINISTRATOR, "MergeUnit", f"unit:{step['unit_id']}", fields)


def _does(
    server: Any, step: dict[str, Any], person_id: str, command: str, record_id: str | None, fields: dict[str, Any]
) -> dict[str, Any]:
    action_id = f"office-{step['n']:05d}-{command}-{(record_id or '')[-12:].replace(':', '-')}"
    return does(server.services, person_id, command, action_id, (record_id, 0), fields)
