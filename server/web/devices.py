"""The reader's devices: which ones hold a copy, when they last synced, and ending a lost one (Article 12)."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, redirect
from werkzeug.wrappers import Response

from server.usecases import devices as ending
from server.web import current
from server.web.context import page
from server.web.session import end_sessions_of_device, own_device_ids

blueprint = Blueprint("devices", __name__)

SHOWN = ("device_id", "name", "user_agent", "enrolled_at", "last_sync_at", "revoked_at")


@blueprint.get("/devices")
def devices() -> str:
    """List the reader's devices, those in use first."""
    own = [one for one in _database().all("device:") if one["person_id"] == current.person_id()]
    own.sort(key=lambda one: one.get("last_sync_at") or one["enrolled_at"], reverse=True)
    own.sort(key=lambda one: bool(one.get("revoked_at")))
    here = own_device_ids()
    shown = [{**{key: one.get(key) for key in SHOWN}, "is_this": one["device_id"] in here} for one in own]
    return page("pages/devices.html", devices=shown)


@blueprint.post("/devices/<device_id>/revoke")
def revoke(device_id: str) -> Response:
    """End a device of the reader's for good: at its next contact it is wiped, and its sessions end now."""
    own = current.person_id()
    device = ending.revoke(_database(), device_id, own, current.now(), lambda one: one["person_id"] == own)
    if device is None:
        abort(404)
    end_sessions_of_device(device)
    return redirect("/devices", 303)


def _database() -> Any:
    return current.services().store.database("devices")
