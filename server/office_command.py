"""`congvan office`: makes a real office from a table, and gives a new one-time password for a lost one (Articles 3, 5).

One-time passwords go to standard output, a line each (login, name, password, parted by tabs); everything else that is
said goes to standard error, so that a file or a printer gets the passwords alone.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from server.config import ConfigError
from server.console import both, say
from server.ports import Unavailable
from server.usecases.office_import import import_office, renew_password
from server.usecases.office_table import TableRefused, read_table

LARGEST_BYTES = 4 * 1024 * 1024


def describe(parser: argparse.ArgumentParser) -> None:
    """Describe the command's own acts."""
    acts = parser.add_subparsers(dest="act", required=True, metavar="act")
    act = acts.add_parser("import", help="units and people from a CSV table; prints one-time passwords")
    act.add_argument("file", help="the table; - reads standard input")
    act = acts.add_parser("new-password", help="a one-time password in place of a lost one; ends the person's sessions")
    act.add_argument("login", help="whose")


def run(services: Any, options: argparse.Namespace) -> int:
    """Carry out the act; 1 when it is refused with an explanation. Raises ConfigError."""
    if options.act == "new-password":
        return _new_password(services, options.login)
    try:
        table = read_table(_text(options.file), services.directory.office())
    except TableRefused as refused:
        _show_faults(refused)
        return 1
    try:
        made = import_office(services, table, _show)
    except Unavailable as error:
        raise ConfigError("operations.office_interrupted", error=error) from error
    say("operations.office_imported", units=made.units, people=made.people, kept=made.kept, to=sys.stderr)
    if made.people:
        say("operations.office_passwords", to=sys.stderr)
    if not made.has_administrator:
        say("operations.office_without_administrator", to=sys.stderr)
    return 0


def _new_password(services: Any, login: str) -> int:
    password = renew_password(services, login)
    if password is None:
        say("operations.office_no_login", login=login, to=sys.stderr)
        return 1
    print(login, password, sep="\t", flush=True)
    say("operations.office_password_renewed", login=login, to=sys.stderr)
    return 0


def _show(login: str, name: str, password: str) -> None:
    print(login, name, password, sep="\t", flush=True)


def _text(path: str) -> str:
    """Read the table's text. Raises ConfigError."""
    try:
        if path == "-":
            raw = sys.stdin.buffer.read(LARGEST_BYTES)
        else:
            with Path(path).open("rb") as file:
                raw = file.read(LARGEST_BYTES)
        return raw.decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError("operations.office_unreadable", path=path, error=error) from error


def _show_faults(refused: TableRefused) -> None:
    """Say every fault with its line, all of them in one language after the other."""
    for language, head in enumerate(both("operations.office_refused")):
        print(head, file=sys.stderr)
        for fault in refused.faults:
            said = both(f"operations.{fault.key}", **fault.values)[language]
            print(both("operations.office_fault", line=fault.line, fault=said)[language], file=sys.stderr, flush=True)
