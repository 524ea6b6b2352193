"""Password hashes by argon2id (argon2-cffi); an unknown login takes as long as a known one."""

from __future__ import annotations

import secrets

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

LONGEST = 1000


class ArgonPasswords:
    """Hashes with the library's defaults, or cheaper ones for tests."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        """Make the dummy hash once."""
        self._hasher = hasher or PasswordHasher()
        self._dummy = self._hasher.hash(secrets.token_hex(16))

    def hash(self, password: str) -> str:
        """Return a salted argon2id hash."""
        return self._hasher.hash(password)

    def fits(self, password_hash: str | None, password: str) -> bool:
        """Tell whether a password fits its hash."""
        try:
            fits = self._hasher.verify(password_hash or self._dummy, password[:LONGEST])
        except (VerificationError, InvalidHashError):
            return False
        return fits and password_hash is not None


def cheap_passwords() -> ArgonPasswords:
    """Return hashing that costs next to nothing, for tests and generated data only."""
    return ArgonPasswords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
