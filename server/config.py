"""What can be configured, read once from the environment when a process starts.

The names below are the whole list; docs/operations.md describes them for operators. In production nothing
has a convenient default: see `Config.check_production`.
"""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, cast, get_args
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

Mode = Literal["demo", "development", "production"]
SECRET_BYTES = 32
SHORTEST_SECRET = 32


class ConfigError(Exception):
    """A setting is missing or wrong; `key` and `values` name the message for the operator."""

    def __init__(self, key: str, **values: object) -> None:
        """Remember the message's key and what it is about."""
        super().__init__(f"{key} {values}" if values else key)
        self.key = key
        self.values = values


@dataclass(frozen=True)
class Config:
    """The settings of one process."""

    mode: Mode = "demo"
    """CONGVAN_ENV: `demo` (default), `development` or `production`."""
    data: Path = Path("data")
    """CONGVAN_DATA: the folder for the embedded store, the search index, the secret and certificates."""
    couchdb_url: str | None = field(default=None, repr=False)
    """COUCHDB_URL: http(s)://user:password@host:5984; without it the embedded store is used."""
    couchdb_prefix: str = "congvan_"
    """COUCHDB_PREFIX: goes before every database's name, so that several installations can share a server."""
    host: str = "127.0.0.1"
    """HOST: the address to listen on."""
    port: int = 8000
    """PORT: the port to listen on; 0 takes a free one."""
    secret: str = field(default="", repr=False)
    """CONGVAN_SECRET, or what CONGVAN_SECRET_FILE holds; made and kept in `data` outside production."""
    signing_key: str = field(default="", repr=False)
    """CONGVAN_SIGNING_KEY, or what CONGVAN_SIGNING_KEY_FILE holds: signs receipts; else made and kept in `data`."""
    public_url: str | None = None
    """CONGVAN_URL: how browsers reach it, scheme and host only; the only Origin whose writes are accepted."""
    trusted_proxies: str | None = None
    """CONGVAN_PROXIES: addresses, parted by commas, of proxies whose X-Forwarded headers are believed."""
    threads: int = 12
    """CONGVAN_THREADS: how many requests are worked on at once; waiting devices need none."""
    max_upload_bytes: int = 50 * 1024 * 1024
    """CONGVAN_MAX_UPLOAD_MB: the largest file taken in."""
    timezone: str = "Asia/Ho_Chi_Minh"
    """CONGVAN_TIMEZONE: the office's day: when a year's book begins, when a deadline ends."""
    review_days: int = 2
    """CONGVAN_REVIEW_DAYS: working days in which a conflict is to be decided."""
    held_hours: int = 24
    """CONGVAN_HELD_HOURS: after how many hours an act may be sent without the one before it, which does not come."""
    log_level: str = "info"
    """CONGVAN_LOG: debug, info, warning or error."""

    @property
    def is_production(self) -> bool:
        """Tell whether this process serves a real office."""
        return self.mode == "production"

    @classmethod
    def from_env(cls, environ: Mapping[str, str] | None = None) -> Config:
        """Read and check the settings; make the secret outside production. Raises ConfigError."""
        env = {key: value.strip() for key, value in (os.environ if environ is None else environ).items()}
        mode = _one_of("CONGVAN_ENV", env.get("CONGVAN_ENV") or "demo", get_args(Mode))
        data = Path(env.get("CONGVAN_DATA") or "data").expanduser().absolute()
        config = cls(
            mode=cast(Mode, mode),
            data=data,
            couchdb_url=_url("COUCHDB_URL", env.get("COUCHDB_URL")),
            couchdb_prefix=_prefix("COUCHDB_PREFIX", env.get("COUCHDB_PREFIX") or cls.couchdb_prefix),
            host=env.get("HOST") or cls.host,
            port=_number("PORT", env.get("PORT"), 8000, 0, 65535),
            secret=_secret(env, data, mode),
            signing_key=_signing_key(env),
            public_url=_origin("CONGVAN_URL", env.get("CONGVAN_URL")),
            trusted_proxies=env.get("CONGVAN_PROXIES") or None,
            threads=_number("CONGVAN_THREADS", env.get("CONGVAN_THREADS"), 12, 1, 256),
            max_upload_bytes=_number("CONGVAN_MAX_UPLOAD_MB", env.get("CONGVAN_MAX_UPLOAD_MB"), 50, 1, 2048)
            * 1024
            * 1024,
            timezone=_timezone(env.get("CONGVAN_TIMEZONE") or "Asia/Ho_Chi_Minh"),
            review_days=_number("CONGVAN_REVIEW_DAYS", env.get("CONGVAN_REVIEW_DAYS"), 2, 1, 60),
            held_hours=_number("CONGVAN_HELD_HOURS", env.get("CONGVAN_HELD_HOURS"), 24, 1, 24 * 365),
            log_level=_one_of("CONGVAN_LOG", env.get("CONGVAN_LOG") or "info", ("debug", "info", "warning", "error")),
        )
        if config.is_production:
            config.check_production()
        return config

    def check_production(self) -> None:
        """Refuse what only suits a demonstration. Raises ConfigError."""
        if len(self.secret) < SHORTEST_SECRET:
            raise ConfigError("operations.secret_missing", length=SHORTEST_SECRET)
        if not self.public_url:
            raise ConfigError("operations.url_missing")
        is_local = urlsplit(self.public_url).hostname in {"localhost", "127.0.0.1", "::1"}
        if not self.public_url.startswith("https://") and not is_local:
            raise ConfigError("operations.url_insecure", value=self.public_url)


def _one_of(name: str, value: str, choices: tuple[str, ...]) -> str:
    """Return the value when it is one of the choices."""
    if value not in choices:
        raise ConfigError("operations.bad_choice", name=name, value=value, choices=", ".join(choices))
    return value


def _number(name: str, value: str | None, default: int, low: int, high: int) -> int:
    """Return a whole number within bounds."""
    if not value:
        return default
    if not (value.isascii() and value.isdecimal() and low <= int(value) <= high):
        raise ConfigError("operations.bad_number", name=name, value=value, low=low, high=high)
    return int(value)


def _url(name: str, value: str | None) -> str | None:
    """Return an http(s) address without its last slash."""
    if not value:
        return None
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        # The value is not repeated: it may hold a password.
        raise ConfigError("operations.bad_url", name=name)
    return value.rstrip("/")


def _prefix(name: str, value: str) -> str:
    """Return what can begin the names of databases; it ends with "_", so that none begins with another's."""
    if not re.fullmatch(r"[a-z][a-z0-9-]{0,30}_", value):
        raise ConfigError("operations.bad_prefix", name=name, value=value)
    return value


def _origin(name: str, value: str | None) -> str | None:
    """Return an address that is scheme and host only."""
    url = _url(name, value)
    if url and (urlsplit(url).path or urlsplit(url).query or urlsplit(url).username):
        raise ConfigError("operations.bad_origin", name=name)
    return url


def _timezone(value: str) -> str:
    """Return the name of a time zone that exists."""
    try:
        ZoneInfo(value)
    except (KeyError, OSError, ValueError) as error:
        raise ConfigError("operations.bad_timezone", name="CONGVAN_TIMEZONE", value=value) from error
    return value


def _secret(env: Mapping[str, str], data: Path, mode: str) -> str:
    """Return the secret that was given or, outside production, one that is made once and kept."""
    if given := _given(env, "CONGVAN_SECRET"):
        return given
    if mode == "production":
        return ""
    return kept_secret(data / "secret")


def _signing_key(env: Mapping[str, str]) -> str:
    """Return the key that was given to sign receipts with, 32 bytes as hex; nothing when one is to be made."""
    given = _given(env, "CONGVAN_SIGNING_KEY").lower()
    if given and not re.fullmatch(r"[0-9a-f]{64}", given):
        raise ConfigError("operations.bad_signing_key")
    return given


def _given(env: Mapping[str, str], name: str) -> str:
    """Return what a setting holds, or the file that the setting of the same name with _FILE names."""
    if env.get(name):
        return env[name]
    path = env.get(f"{name}_FILE")
    if not path:
        return ""
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError("operations.secret_unreadable", name=f"{name}_FILE", path=path) from error


def kept_secret(path: Path) -> str:
    """Read a secret, or make it readable to this user only; two processes starting at once agree on one."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        return _read_or_made(path)
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError("operations.data_unwritable", path=path.parent) from error


def _read_or_made(path: Path) -> str:
    if not path.exists():
        fresh = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
        handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(secrets.token_hex(SECRET_BYTES) + "\n")
        try:
            os.link(fresh, path)
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    return path.read_text(encoding="ascii").strip()
