"""Settings: what is wrong is named, and production has no convenient defaults."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from server.config import Config, ConfigError
from server.console import both

SECRET = "0123456789abcdef" * 4
PRODUCTION = {"CONGVAN_ENV": "production", "CONGVAN_SECRET": SECRET, "CONGVAN_URL": "https://cv.example.vn"}


def test_defaults_suit_a_demonstration(tmp_path: Path) -> None:
    """Nothing needs to be set to try it out."""
    config = Config.from_env({"CONGVAN_DATA": str(tmp_path / "data")})
    assert (config.mode, config.host, config.port, config.couchdb_url) == ("demo", "127.0.0.1", 8000, None)


def test_the_secret_is_made_once_and_for_this_user_only(tmp_path: Path) -> None:
    """Signing in survives a restart; other users of the machine cannot forge it."""
    env = {"CONGVAN_DATA": str(tmp_path / "data")}
    secret = Config.from_env(env).secret
    assert len(secret) == 64
    assert Config.from_env(env).secret == secret
    assert stat.S_IMODE((tmp_path / "data" / "secret").stat().st_mode) == 0o600
    assert [path.name for path in (tmp_path / "data").iterdir()] == ["secret"]


@pytest.mark.parametrize(
    ("setting", "key"),
    [
        ({"PORT": "80a"}, "operations.bad_number"),
        ({"PORT": "70000"}, "operations.bad_number"),
        ({"CONGVAN_ENV": "prod"}, "operations.bad_choice"),
        ({"COUCHDB_URL": "localhost:5984"}, "operations.bad_url"),
        ({"COUCHDB_PREFIX": "congvan"}, "operations.bad_prefix"),
        ({"COUCHDB_PREFIX": "_Office_"}, "operations.bad_prefix"),
        ({"COUCHDB_PREFIX": "a_b_"}, "operations.bad_prefix"),
        ({"CONGVAN_URL": "https://cv.example.vn/path"}, "operations.bad_origin"),
        ({"CONGVAN_TIMEZONE": "Hanoi"}, "operations.bad_timezone"),
        ({"CONGVAN_THREADS": "0"}, "operations.bad_number"),
        ({"CONGVAN_REVIEW_DAYS": "0"}, "operations.bad_number"),
        ({"CONGVAN_HELD_HOURS": "soon"}, "operations.bad_number"),
        ({"CONGVAN_SECRET_FILE": "/nonexistent"}, "operations.secret_unreadable"),
        ({"CONGVAN_SIGNING_KEY_FILE": "/nonexistent"}, "operations.secret_unreadable"),
        ({"CONGVAN_SIGNING_KEY": "0123"}, "operations.bad_signing_key"),
    ],
)
def test_a_wrong_setting_is_named(tmp_path: Path, setting: dict[str, str], key: str) -> None:
    """Each has a message in both languages that can be filled in."""
    with pytest.raises(ConfigError) as caught:
        Config.from_env({"CONGVAN_DATA": str(tmp_path), **setting})
    assert caught.value.key == key
    assert all(both(caught.value.key, **caught.value.values))


@pytest.mark.parametrize(
    ("setting", "key"),
    [
        ({"CONGVAN_SECRET": ""}, "operations.secret_missing"),
        ({"CONGVAN_SECRET": "short"}, "operations.secret_missing"),
        ({"CONGVAN_URL": ""}, "operations.url_missing"),
        ({"CONGVAN_URL": "http://cv.example.vn"}, "operations.url_insecure"),
    ],
)
def test_production_has_no_convenient_defaults(tmp_path: Path, setting: dict[str, str], key: str) -> None:
    """It does not start without a secret of its own and an https address."""
    base = {"CONGVAN_DATA": str(tmp_path), **PRODUCTION}
    assert Config.from_env(base).is_production
    with pytest.raises(ConfigError) as caught:
        Config.from_env({**base, **setting})
    assert caught.value.key == key
    assert all(both(caught.value.key, **caught.value.values))


def test_passwords_are_not_shown(tmp_path: Path) -> None:
    """Neither in a log of the settings nor in a message about them."""
    config = Config.from_env({"CONGVAN_DATA": str(tmp_path), **PRODUCTION, "COUCHDB_URL": "http://admin:hush@db:5984"})
    assert "hush" not in repr(config)
    assert SECRET not in repr(config)
    with pytest.raises(ConfigError) as caught:
        Config.from_env({"CONGVAN_DATA": str(tmp_path), "COUCHDB_URL": "admin:hush@db"})
    assert "hush" not in str(caught.value)
