"""Who can sign in to the demo, and with which password: kept in a file of the data folder, for its owner only."""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from server.demo.office import PEOPLE, UNITS

SIGN_INS = "demo-sign-ins.txt"


@dataclass(frozen=True)
class SignIn:
    """How to sign in as somebody of the demo office."""

    login: str
    password: str
    name: str
    position: str
    unit: str


def sign_ins(data_dir: Path) -> list[SignIn]:
    """Return the demo's sign-ins, to be shown at every start; empty when this store was not seeded."""
    try:
        password = (data_dir / SIGN_INS).read_text("utf-8").split("\n", 1)[0].strip()
    except FileNotFoundError:
        return []
    units = {unit.unit_id: unit.name for unit in UNITS}
    return [SignIn(one.person_id, password, one.name, one.position, units[one.unit_id]) for one in PEOPLE]


def password_of(data_dir: Path) -> str:
    """Return this installation's demo password, made once and kept for its owner only."""
    known = sign_ins(data_dir)
    if known:
        return known[0].password
    password = f"gia-lai-{secrets.token_hex(4)}"
    data_dir.mkdir(parents=True, exist_ok=True)
    lines = [password, "", *(f"{one.person_id}\t{one.name}\t{one.position}" for one in PEOPLE)]
    descriptor = os.open(data_dir / SIGN_INS, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")
    return password
