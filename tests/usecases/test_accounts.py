"""Signing in: one answer for every failure, a lock after too many, sessions that end (Articles 3, 6)."""

from __future__ import annotations

import pytest

from server.usecases import accounts
from tests.fixtures import office
from tests.fixtures.acting import Acting
from tests.fixtures.stores import open_test_store

SECRET = "mật khẩu của văn thư"


@pytest.fixture
def login(acting: Acting) -> str:
    """Give the clerk a password and return the login name."""
    services = acting.services
    person = services.accounts.get(f"person:{office.CLERK}")
    assert person is not None
    services.accounts.put({**person, "password_hash": services.passwords.hash(SECRET)})
    return str(person["login"])


def test_the_right_password_opens_a_session_that_ends_with_signing_out(acting: Acting, login: str) -> None:
    session = accounts.sign_in(acting.services, f"  {login.upper()} ", SECRET)
    assert session is not None
    found = accounts.session_of(acting.services, session.token)
    assert found is not None
    assert found.person_id == office.CLERK
    accounts.sign_out(acting.services, session.token)
    assert accounts.session_of(acting.services, session.token) is None


def test_the_token_itself_is_stored_nowhere(acting: Acting, login: str) -> None:
    session = accounts.sign_in(acting.services, login, SECRET)
    assert session is not None
    assert session.token not in repr(acting.services.sessions.all())


@pytest.mark.parametrize("password", ["", "sai", SECRET + " ", "x" * 100_000])
def test_a_wrong_password_opens_nothing(acting: Acting, login: str, password: str) -> None:
    assert accounts.sign_in(acting.services, login, password) is None
    assert accounts.sign_in(acting.services, "khong-co-ai", password) is None


def test_an_account_without_password_opens_with_nothing(acting: Acting) -> None:
    login = office.person(office.DIRECTOR)["login"]
    for password in ("", "!", office.NO_PASSWORD):
        assert accounts.sign_in(acting.services, login, password) is None


def test_too_many_failures_lock_the_login_for_a_while(acting: Acting, login: str) -> None:
    for _ in range(accounts.FAILURES_ALLOWED):
        assert accounts.sign_in(acting.services, login, "đoán") is None
    assert accounts.sign_in(acting.services, login, SECRET) is None
    acting.clock.move(minutes=accounts.LOCK_MINUTES + 1)
    assert accounts.sign_in(acting.services, login, SECRET) is not None


def test_a_person_who_is_locked_out_loses_the_open_session(acting: Acting, login: str) -> None:
    session = accounts.sign_in(acting.services, login, SECRET)
    assert session is not None
    person = acting.services.accounts.get(f"person:{office.CLERK}")
    assert person is not None
    acting.services.accounts.put({**person, "is_active": False, "inactive_from_at": acting.clock.now()})
    assert accounts.session_of(acting.services, session.token) is None
    assert accounts.sign_in(acting.services, login, SECRET) is None


@pytest.mark.parametrize("token", ["", "x" * 5000, "../../etc/passwd", "đ" * 40])
def test_a_made_up_token_opens_nothing(acting: Acting, token: str) -> None:
    assert accounts.session_of(acting.services, token) is None


def test_a_change_of_accounts_by_another_process_is_seen(acting: Acting, monkeypatch: pytest.MonkeyPatch) -> None:
    before = acting.services.directory.office()
    assert before.is_leader(office.DIRECTOR, office.NOW_AT)
    elsewhere = open_test_store(acting.services.data_dir)
    accounts_there = elsewhere.database("accounts")
    person = accounts_there.get(f"person:{office.DIRECTOR}")
    assert person is not None
    accounts_there.put({**person, "roles": []})
    elsewhere.close()
    monkeypatch.setattr(accounts, "LOOK_AGAIN_S", 0.0)
    assert not acting.services.directory.office().is_leader(office.DIRECTOR, office.NOW_AT)
