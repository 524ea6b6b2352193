"""What nothing refers to is cleared away; what something refers to, or may soon, is not."""

from __future__ import annotations

import hashlib
import io

from server.usecases import accounts, cleaning
from tests.fixtures import office
from tests.fixtures.acting import Acting


def stored(acting: Acting, text: str) -> str:
    """Put a body into the file store and return its hash."""
    body = text.encode()
    sha256 = hashlib.sha256(body).hexdigest()
    acting.services.store.files.put(sha256, io.BytesIO(body), len(body), "application/pdf")
    return sha256


def test_only_old_bodies_that_no_record_names_are_removed(acting: Acting) -> None:
    named, unnamed = stored(acting, "bản đến"), stored(acting, "bỏ quên")
    acting.registers(file=acting.has_file(office.CLERK, "bản đến"))
    files = acting.services.store.files
    assert cleaning.unnamed_files(acting.services) == 0
    acting.clock.move(days=3650)
    assert cleaning.unnamed_files(acting.services) == 1
    assert files.exists(named)
    assert not files.exists(unnamed)


def test_a_body_that_a_refused_or_held_act_names_is_kept(acting: Acting) -> None:
    document_id = acting.registers()
    kept = stored(acting, "dự thảo bị từ chối")
    file = acting.has_file(office.PRESS_SPECIALIST, "dự thảo bị từ chối")
    refused = acting.does(
        office.PRESS_SPECIALIST, "StartDraft", document_id, device_id="device-0001", subject="x", type="BC", file=file
    )
    assert refused["status"] == "refused"
    acting.clock.move(days=3650)
    assert cleaning.unnamed_files(acting.services) == 0
    assert acting.services.store.files.exists(kept)


def test_ended_sessions_go_and_open_ones_stay(acting: Acting) -> None:
    services = acting.services
    person = {**office.person(office.CLERK), "password_hash": services.passwords.hash("mật khẩu thử")}
    services.accounts.put({**services.accounts.get(person["_id"]), **person})
    session = accounts.sign_in(services, person["login"], "mật khẩu thử")
    assert session is not None
    assert cleaning.ended_sessions(services) == 0
    assert accounts.session_of(services, session.token) is not None
    acting.clock.move(days=accounts.SESSION_DAYS + 1)
    assert accounts.session_of(services, session.token) is None
    assert cleaning.ended_sessions(services) == 1
