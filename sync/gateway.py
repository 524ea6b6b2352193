"""The endpoints that devices speak to, below /sync: pull, snapshot, actions, files, devices.

Everything is denied until `authenticate` names a person and an enrolled device of theirs is in good standing; from then
on a request can reach only this person's inbox. What may be done is judged in sync.gate and in the use cases, not here.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from typing import Any, Protocol

from flask import Blueprint, Response, g, request, stream_with_context

from server.ports import Services
from server.usecases import openings
from sync import gate, intake, snapshot
from sync.actions import MAX_BODY_BYTES, BatchRefused
from sync.devices import DeviceRefused, Devices, public
from sync.gateway_answers import ProtocolError, accepts_gzip, answer, answer_error, read_body, read_json
from sync.gateway_inbox import add_inbox_routes
from sync.ports import Document, StoreUnavailable
from sync.uploads import LARGEST_BYTES, Progress, Uploads, pdf_facts

log = logging.getLogger(__name__)

DEVICE_HEADER = "X-Congvan-Device"
PERSON_HEADER = "X-Congvan-Person"
DEVICE_BODY_LIMIT = 8 * 1024
OPENINGS_BODY_LIMIT = 64 * 1024
DRAINED_BYTES = 4 * 1024 * 1024
PULL_ENDPOINTS = {"changes", "snapshot"}
OUTBOX_ENDPOINTS = {"receive_actions", "file_progress", "receive_file"}
WITHOUT_DEVICE = {"server", "enrol_device", "list_devices", "revoke_device", "nothing_here", "signing_keys"}
NDJSON = "application/x-ndjson"

UPLOAD_STATUS = {
    "stored": 201,
    "more": 202,
    "wrong_offset": 409,
    "busy": 409,
    "too_large": 413,
    "too_many": 429,
    "bad_length": 400,
    "hash_mismatch": 422,
}


class FanOut(Protocol):
    """What brings committed records to inboxes (see sync.fanout)."""

    def taking_batch(self, size: int = 1) -> AbstractContextManager[None]:
        """Say that a batch is being taken, during a `with` block."""

    def catch_up(self) -> None:
        """Bring every inbox up to what is committed now."""


class Speaker(Protocol):
    """Who speaks, as the application knows it; `device_id` is the device that the session is bound to, if any."""

    @property
    def person_id(self) -> str:
        """The person signed in."""


def create_gateway(
    services: Services,
    fanout: FanOut,
    authenticate: Callable[[], Speaker | None],
    uploads: Uploads | None = None,
    on_enrolled: Callable[[str], None] = lambda _device_id: None,
    on_revoked: Callable[[Document], object] = lambda _device: None,
    unavailable_reason: Callable[[], str] = lambda: "",
) -> Blueprint:
    """Make the blueprint of /sync.

    `authenticate` tells from the Flask request who speaks (None: nobody); of what it gives, `person_id` is read, and
    `device_id`, `is_administrator` and `must_change_password` where they are there. `on_enrolled` may bind the session
    to a device, `on_revoked` end the sessions bound to it; `unavailable_reason` says in the reader's language that the
    store is away. The check of Origin on writes is the application's.
    """
    blueprint = Blueprint("sync", __name__, url_prefix="/sync")
    devices = Devices(services.store)

    @blueprint.before_request
    def admit() -> None:
        speaker = authenticate()
        if speaker is None and (devices.get(request.headers.get(DEVICE_HEADER, "")) or {}).get("revoked_at"):
            # Revoking ended the session as well; the device still has to learn that it keeps nothing.
            raise ProtocolError(410, "device_revoked", "This device was revoked.")
        identity = _identity_of(speaker)
        if not gate.speaks_for(identity, request.headers.get(PERSON_HEADER)):
            # Two people share this browser: nothing of the one is sent or read under the other's session.
            raise ProtocolError(421, "another_person", "Somebody else is signed in.")
        g.identity = identity
        g.device_id = identity.device_id or request.headers.get(DEVICE_HEADER)
        g.device = devices.get(g.device_id) if g.device_id else None
        if _endpoint() not in WITHOUT_DEVICE:
            _require_good_standing(g.device, identity, services.clock.now())
        g.inbox = services.store.database(gate.inbox_name(identity.person_id))
        g.inbox_uuid = hashlib.sha256(g.inbox.name.encode()).hexdigest()[:32]

    @blueprint.after_request
    def note_sync(response: Response) -> Response:
        if _endpoint() in PULL_ENDPOINTS and response.status_code == 200:
            devices.touch(g.device, services.clock.now())
        return response

    add_inbox_routes(blueprint)
    blueprint.add_url_rule("/snapshot", "snapshot", _answer_snapshot)
    _add_outbox_routes(blueprint, services, fanout, devices, uploads or default_uploads(services))
    _add_device_routes(blueprint, services, devices, on_enrolled, on_revoked)
    _add_openings_route(blueprint, services)
    blueprint.add_url_rule("/keys", "signing_keys", lambda: answer({"keys": services.signer.public_keys()}))
    _add_error_answers(blueprint, unavailable_reason)

    @blueprint.route("/<path:_rest>", methods=["GET", "POST", "PUT", "DELETE", "PATCH"])
    def nothing_here(_rest: str) -> Response:
        raise ProtocolError(404, "not_found", "missing")

    return blueprint


def _add_outbox_routes(
    blueprint: Blueprint, services: Services, fanout: FanOut, devices: Devices, uploads: Uploads
) -> None:
    # Devices that sent actions and have not pulled since: several batches are told of once, and receipts do not wait.
    untold: set[str] = set()

    @blueprint.before_request
    def tell_of_actions() -> None:
        if _endpoint() not in PULL_ENDPOINTS or g.device["device_id"] not in untold:
            return
        untold.discard(g.device["device_id"])
        try:
            fanout.catch_up()  # so that this pull has what the device's own actions did
        except Exception:
            log.exception("the fan-out could not catch up; it will by itself")

    @blueprint.post("/actions")
    def receive_actions() -> Response:
        payload = read_json(MAX_BODY_BYTES)
        if not isinstance(payload, Mapping) or payload.get("device_id") != g.device["device_id"]:
            raise ProtocolError(403, "device_unknown", "The batch is another device's.")
        devices.open_outbox(g.device, services.clock.now())
        try:
            actions = payload.get("actions")
            with fanout.taking_batch(len(actions) if isinstance(actions, list) else 0):
                receipts = intake.receive(services, g.identity, payload, device=g.device)
        finally:
            untold.add(g.device["device_id"])
        return answer({"receipts": [services.signer.signed(receipt) for receipt in receipts]})

    @blueprint.route("/files/<sha256>", methods=["HEAD"])
    def file_progress(sha256: str) -> Response:
        _require_hash(sha256)
        if uploads.is_whole(g.identity.person_id, sha256):
            return answer({}, 200)
        offset = uploads.offset(g.identity.person_id, sha256)
        return answer({}, 404, headers={"Upload-Offset": str(offset)})

    @blueprint.put("/files/<sha256>")
    def receive_file(sha256: str) -> Response:
        _require_hash(sha256)
        offset = _number_header("Upload-Offset") or 0
        total = _number_header("Upload-Length")
        devices.open_outbox(g.device, services.clock.now())
        progress = uploads.receive(g.identity.person_id, sha256, offset, total, request.stream)
        # A refusal is only heard by a browser that could send all of its piece.
        request.stream.read(DRAINED_BYTES)
        return _answer_progress(progress, uploads.largest_bytes)


def _add_openings_route(blueprint: Blueprint, services: Services) -> None:
    @blueprint.post("/openings")
    def note_openings() -> Response:
        payload = read_json(OPENINGS_BODY_LIMIT)
        try:
            opened = openings.read(payload)
        except ValueError as error:
            raise ProtocolError(400, "bad_request", "Malformed openings") from error
        return answer({"noted": openings.note(services, g.identity.person_id, opened)})


def _add_device_routes(
    blueprint: Blueprint,
    services: Services,
    devices: Devices,
    on_enrolled: Callable[[str], None],
    on_revoked: Callable[[Document], object],
) -> None:
    @blueprint.post("/devices")
    def enrol_device() -> Response:
        body = read_json(DEVICE_BODY_LIMIT)
        if not isinstance(body, Mapping):
            raise ProtocolError(400, "bad_request", "Document must be a JSON object")
        agent = body.get("user_agent") or request.headers.get("User-Agent")
        person_id = g.identity.person_id
        described = (body.get("device_id"), body.get("name"), agent)
        device = devices.enrol(person_id, *described, services.clock.now(), body.get("public_key"))
        on_enrolled(device["device_id"])
        return answer({"person_id": person_id, "device": public(device)}, 201)

    @blueprint.get("/devices")
    def list_devices() -> Response:
        return answer({"devices": [public(device) for device in devices.of_person(g.identity.person_id)]})

    @blueprint.post("/devices/<device_id>/revoke")
    def revoke_device(device_id: str) -> Response:
        read_body(DEVICE_BODY_LIMIT)
        device = devices.revoke(g.identity, device_id, services.clock.now())
        on_revoked(device)
        return answer({"device": public(device)})


def default_uploads(services: Services, largest_bytes: int = LARGEST_BYTES) -> Uploads:
    """Give the uploads of an office: partial files in the data folder, facts read from PDFs."""
    folder = services.data_dir / "uploads"
    return Uploads(services.store, folder, now=services.clock.now, facts=pdf_facts, largest_bytes=largest_bytes)


def _endpoint() -> str:
    return (request.endpoint or "").removeprefix("sync.")


def _identity_of(speaker: Speaker | None) -> gate.Identity:
    if speaker is None:
        raise ProtocolError(401, "unauthorized", "You are not signed in.")
    if getattr(speaker, "must_change_password", False):
        raise ProtocolError(401, "password_change_needed", "Change the one-time password first.")
    return gate.Identity(
        speaker.person_id,
        getattr(speaker, "device_id", None),
        bool(getattr(speaker, "is_administrator", False)),
    )


def _require_good_standing(device: Document | None, identity: gate.Identity, now_at: str) -> None:
    purpose: gate.Purpose = "outbox" if _endpoint() in OUTBOX_ENDPOINTS else "pull"
    standing = gate.standing_of(device, identity, purpose, now_at)
    if standing == "revoked":
        raise ProtocolError(410, "device_revoked", "This device was revoked.")
    if standing != "good":  # the same for another person's device as for none
        raise ProtocolError(403, "device_unknown", "Enrol this device first.")


def _answer_snapshot() -> Response:
    chunks = snapshot.lines(g.inbox)
    headers = {"Cache-Control": "no-store", "Vary": "Accept-Encoding, Cookie"}
    if accepts_gzip():
        chunks = snapshot.compressed(chunks)
        headers["Content-Encoding"] = "gzip"
    return Response(stream_with_context(chunks), mimetype=NDJSON, headers=headers)


def _answer_progress(progress: Progress, largest_bytes: int) -> Response:
    status = UPLOAD_STATUS[progress.outcome]
    headers = {"Upload-Offset": str(progress.offset)}
    body: dict[str, Any] = {"offset": progress.offset}
    if progress.outcome == "busy":
        headers["Retry-After"] = "1"  # another request of the same device is at it: it was cut off there, not here
    if status >= 400:
        body |= {"error": progress.outcome, "reason": "", "limit": largest_bytes}
    return answer(body, status, headers=headers)


def _require_hash(sha256: str) -> None:
    if not gate.SHA256.fullmatch(sha256):
        raise ProtocolError(404, "not_found", "missing")


def _number_header(name: str) -> int | None:
    text = request.headers.get(name)
    if text is None:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 16):
        raise ProtocolError(400, "bad_request", f"Malformed {name}")
    return int(text)


def _add_error_answers(blueprint: Blueprint, unavailable_reason: Callable[[], str]) -> None:
    blueprint.register_error_handler(ProtocolError, answer_error)

    @blueprint.errorhandler(DeviceRefused)
    def refuse_device(error: DeviceRefused) -> Response:
        return answer({"error": error.code, "reason": ""}, error.status)

    @blueprint.errorhandler(BatchRefused)
    def refuse_batch(error: BatchRefused) -> Response:
        return answer({"error": error.code, "reason": ""}, error.status)

    @blueprint.errorhandler(StoreUnavailable)
    def refuse_for_now(error: StoreUnavailable) -> Response:
        log.error("%s %s: %s", request.method, request.path, error)
        return answer({"error": "unavailable", "reason": unavailable_reason()}, 503, headers={"Retry-After": "5"})
