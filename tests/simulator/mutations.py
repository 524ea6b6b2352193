"""`python -m tests.simulator.mutations`: breaks a guard at a time in a copy of the tree and plays until it is noticed.

A simulator that finds nothing may be one that looks at nothing; this shows that it looks.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from tests.simulator import rounds

ROOT = rounds.ROOT
COPIED = ("server", "sync", "pwa", "templates", "design_docs", "tests", "pyproject.toml", "package.json")
LINKED = ("node_modules", "static", "build")
SEEDS_ALLOWED = 200
PROCESSES = int(os.environ.get("PROCESSES", "2"))
SAVING = '        self._save({**state, "seq": page.last_seq})\n'


@dataclass(frozen=True)
class Mutation:
    """One guard, and how it is broken: (file, text, text in its place) for each place."""

    name: str
    places: tuple[tuple[str, str, str], ...]


MUTATIONS = (
    Mutation(
        "idempotency: an act sent again is carried out again",
        ((
            "server/usecases/handle.py",
            "    if earlier is not None:\n        return earlier\n",
            "    if earlier is not None and command.makes:\n        return earlier\n",
        ),),
    ),
    Mutation(
        "after, on the server: an act does not wait for its predecessor",
        (
            (
                "server/usecases/handle.py",
                "    return record is None or command.after not in record[\"receipts\"]\n",
                "    return False\n",
            ),
            ("sync/actions.py", "        for link in reversed(chain):\n", "        for link in [action]:\n"),
        ),
    ),
    Mutation(
        "after, on the device: an act overtakes the one before it",
        (("pwa/commands.js", "const isDirect = isOnline() && !isChained", "const isDirect = isOnline()"),),
    ),
    Mutation(
        "hash binding: an agreement is of whatever version is current",
        (
            (
                "server/domain/outgoing.py",
                '    if current is None or current["sha256"] != sha256:\n',
                "    if current is None:\n",
            ),
            ("server/domain/conflicts.py", '"VersionAdded": (HARD,', '"NoSuchEvent": (HARD,'),
        ),
    ),
    Mutation(
        "authority at the moment: judged as it is at the receipt",
        (("sync/intake.py", "    return min(max(claimed_at, known_at), received_at)\n", "    return received_at\n"),),
    ),
    Mutation(
        "authority: the right to an act is not asked for",
        (("server/domain/judgement.py", "or not (had or has):", "or False:"),),
    ),
    Mutation(
        "checkpoint atomicity, on the device: the checkpoint is written before the changes",
        (
            (
                "pwa/replica.js",
                "    return writeAll(await this.open(), STORES, async (transaction) => {\n",
                "    await (await this.open()).put('meta', to, 'since');\n"
                "    return writeAll(await this.open(), STORES, async (transaction) => {\n",
            ),
            ("pwa/replica.js", "get('since')) !== from) return false;", "get('since')) !== to) return false;"),
        ),
    ),
    Mutation(
        "checkpoint atomicity, on the server: the fan-out moves its checkpoint first",
        ((
            "sync/fanout.py",
            "        self._refresh([change.id for change in page.results])\n" + SAVING,
            SAVING + "        self._refresh([change.id for change in page.results])\n",
        ),),
    ),
    Mutation(
        "numbers: what a killed registration left is not finished",
        (
            ("server/usecases/registering.py", "    finish_pending(services, book)\n", ""),
            (
                "server/usecases/registering.py",
                'return sum(finish_pending(services, book) for book in services.registers.all("book:"))',
                "return 0",
            ),
        ),
    ),
    Mutation(
        "refusals: one that was kept is forgotten when the act comes again",
        ((
            "server/usecases/handle.py",
            "    if refusal is not None:\n",
            "    if refusal is None:\n        return None\n    if False:\n",
        ),),
    ),
    Mutation(
        "pages of networks: one with an error settles an act",
        (("pwa/commands.js", "  if (!isRedirect && !response.headers.has(RECEIPT_HEADER)) {", "  if (false) {"),),
    ),
    Mutation(
        "locks: who was locked out for a while had every right then",
        ((
            "server/domain/office.py",
            "        if any(from_at <= at < until_at for from_at, until_at in self.locks):\n",
            "        if False:\n",
        ),),
    ),
    Mutation(
        "delegations: authority stays with the delegate after the end",
        ((
            "server/domain/office.py",
            "        return term is not None and term[0] <= at < term[1]\n",
            "        return term is not None and term[0] <= at\n",
        ),),
    ),
    Mutation(
        "inboxes: who is no longer concerned keeps the card",
        ((
            "sync/fanout_cards.py",
            'for person_id in cards.keys() | set(entry["holders"]):',
            "for person_id in cards.keys():",
        ),),
    ),
    Mutation(
        "signatures, on the server: that of the device is not kept with its act",
        (("server/domain/records.py", "    if command.device_signature:\n", "    if False:\n"),),
    ),
    Mutation(
        "signatures, on the device: one that has become another device signs nothing anew",
        ((
            "pwa/device_key.js",
            "action.device_id === deviceId && action.device_signature?.key_id === key?.key_id",
            "action.device_signature !== undefined",
        ),),
    ),
    Mutation(
        "signatures, of receipts: they are made before all is known that they stand for",
        ((
            "server/adapters/receipt_keys.py",
            "self._private.sign(receipt_form(receipt))",
            'self._private.sign(receipt_form({**receipt, "version": 1}))',
        ),),
    ),
)  # fmt: skip


def broken_tree(mutation: Mutation, folder: Path) -> Path:
    """Copy what is needed of the tree, and break one guard in it."""
    for name in COPIED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("__pycache__", "*.pyc"))
        else:
            shutil.copy(source, folder / name)
    for name in LINKED:
        (folder / name).symlink_to(ROOT / name)
    for name, text, instead in mutation.places:
        path = folder / name
        before = path.read_text("utf-8")
        if text not in before:
            raise ValueError(f"{mutation.name}: {name} has no longer {text!r}")
        path.write_text(before.replace(text, instead), "utf-8")
    return folder


def main(wanted: list[str]) -> int:
    """Break each guard whose name contains one of the words (all without any); 1 when one was not noticed."""
    os.environ.pop("SHRINK", None)
    missed = 0
    for mutation in MUTATIONS:
        if wanted and not any(word in mutation.name for word in wanted):
            continue
        with tempfile.TemporaryDirectory(prefix="congvan-mutation-") as folder:
            root = broken_tree(mutation, Path(folder))
            summary = rounds.play(list(range(1, SEEDS_ALLOWED + 1)), root=root, stop_at_first=True, processes=PROCESSES)
        missed += not summary.failed
        found = summary.failed[0] if summary.failed else None
        told = f"seed {found['seed']}: {', '.join(found['violations'])}" if found else "NOT NOTICED"
        print(f"{mutation.name}\n    {told}, after {summary.seeds} seeds", flush=True)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
