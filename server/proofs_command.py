"""`congvan verify-receipts` and `verify-history`: what can be proved afterwards of what was done (Article 9)."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from server.config import Config, ConfigError
from server.console import both, say
from server.ports import Services, Unavailable
from server.usecases import proofs


def describe(commands: Any) -> None:
    """Describe the commands."""
    command = commands.add_parser("verify-receipts", help="check the receipts in the export of an outbox")
    command.add_argument("file", type=Path, help="the exported file")
    command.add_argument("--keys", type=Path, help="what /sync/keys answered (default: the keys in the store)")
    commands.add_parser("verify-history", help="check that no history was changed after it was written")


def verify_history(services: Services) -> int:
    """Tell of each history that is not as it was written, and from which event on; 1 when there is one."""
    total, broken = 0, 0
    try:
        for found in proofs.histories(services):
            total += 1
            if found.first_broken is not None:
                broken += 1
                told = " · ".join(both("operations.history_broken"))
                print(told, found.first_broken, found.record_id, sep="  ", flush=True)
    except Unavailable as error:
        raise ConfigError("operations.store_unreachable", error=error) from error
    say("operations.histories_checked", whole=total - broken, total=total)
    return 1 if broken else 0


def verify_receipts(config: Config, options: argparse.Namespace) -> int:
    """Tell of each receipt in the export of an outbox who did what when, and whether the server vouches for it.

    Where the store is at hand (no `--keys`), its histories are held against what the receipts name.
    """
    if options.keys:
        return _verified(options, _read_json(options.keys).get("keys", []), None)
    with _stored(config) as (keys, digest_of):
        return _verified(options, keys, digest_of)


def _verified(options: argparse.Namespace, keys: list[dict[str, Any]], digest_of: proofs.DigestOf | None) -> int:
    from server.adapters.receipt_keys import is_valid

    findings = []
    try:
        for act in proofs.receipted_acts(_read_json(options.file)):
            receipt = act["receipt"]
            findings.append(proofs.judge(act, lambda one: is_valid(one, keys), digest_of))
            told = [receipt.get(key) or "–" for key in ("actor_id", "command", "document_id", "acted_at")]
            answered = [receipt.get(key) or "–" for key in ("received_at", "status", "action_id")]
            print(" · ".join(both(f"operations.receipt_{findings[-1]}")), *told, "→", *answered, sep="  ", flush=True)
    except ValueError as error:
        raise ConfigError("operations.export_unreadable", path=options.file) from error
    valid = sum(finding in proofs.SOUND for finding in findings)
    say("operations.receipts_checked", valid=valid, total=len(findings))
    return 0 if valid == len(findings) else 1


def _read_json(path: Path) -> Any:
    """Read a JSON file. Raises ConfigError."""
    try:
        return json.loads(path.read_text("utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise ConfigError("operations.export_unreadable", path=path) from error


@contextmanager
def _stored(config: Config) -> Iterator[tuple[list[dict[str, Any]], proofs.DigestOf]]:
    """Give the public keys that the store lists, and a way to its histories. Raises ConfigError."""
    from server.adapters import receipt_keys
    from sync.ports import StoreError
    from sync.stores import open_store

    try:
        store = open_store(config.couchdb_url, config.data, config.couchdb_prefix)
    except (StoreError, OSError) as error:
        raise ConfigError("operations.store_unreachable", error=error) from error
    with closing(store):
        homes = [store.database("records"), store.database("accounts")]
        try:
            yield receipt_keys.listed_keys(store.database(receipt_keys.DATABASE)), partial(proofs.digest_in, homes)
        except StoreError as error:
            raise ConfigError("operations.store_unreachable", error=error) from error
