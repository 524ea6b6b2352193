"""What can be proved afterwards: by the export of an outbox, and by the chain of every history in the store."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Literal, NamedTuple

from server.domain.history_chain import DIGEST, first_broken
from server.domain.signed_forms import act_sha256
from server.ports import Collection, Services

Finding = Literal["valid", "valid_form", "unsigned", "forged", "other_act", "other_history"]
DigestOf = Callable[[str, object], str | None]
SOUND: frozenset[Finding] = frozenset({"valid", "valid_form"})
PARTS = ("settled", "refused")
AT_ONCE = 200


class History(NamedTuple):
    """What was found of one history: the version of the first event that is not as it was written, or None."""

    record_id: str
    first_broken: int | None


def histories(services: Services) -> Iterator[History]:
    """Check every history: of documents, case files and delegations, and of accounts and units."""
    for collection in (services.records, services.accounts):
        last: str | None = None
        while some := collection.all(start_after=last, limit=AT_ONCE):
            for record in some:
                if record.get("events"):
                    yield History(record["_id"], first_broken(record))
            last = some[-1]["_id"]


def receipted_acts(export: object) -> Iterator[Mapping[str, Any]]:
    """Give the acts of an export that have a receipt. Raises ValueError when it is none."""
    if not isinstance(export, Mapping):
        raise ValueError("not an export")
    for part in PARTS:
        acts = export.get(part, [])
        if not isinstance(acts, list):
            raise ValueError("not an export")
        for act in acts:
            if not isinstance(act, Mapping) or not isinstance(act.get("receipt"), Mapping):
                raise ValueError("an act without a receipt")
            yield act


def judge(
    act: Mapping[str, Any], is_valid: Callable[[Mapping[str, Any]], bool], digest_of: DigestOf | None = None
) -> Finding:
    """Tell whether the receipt of an act is the server's, for this very act, and of the history that there is now.

    `valid_form`: the act came as a form, so its receipt names no content. `is_valid` checks the server's signature;
    `digest_of` gives the digest of an event by its record and version (None: no history is at hand).
    """
    receipt = act["receipt"]
    if receipt.get("signature") is None:
        return "unsigned"
    if not is_valid(receipt):
        return "forged"
    if receipt.get("action_id") != act.get("action_id"):
        return "other_act"
    named = receipt.get("history_sha256")
    if digest_of and named and digest_of(str(receipt.get("document_id")), receipt.get("version")) != named:
        return "other_history"
    if receipt.get("action_sha256") is None:
        return "valid_form"
    return "valid" if receipt["action_sha256"] == act_sha256(act, receipt.get("device_id")) else "other_act"


def digest_in(homes: Sequence[Collection], record_id: str, version: object) -> str | None:
    """Give the digest of an event, wherever its record is; None when there is no such event."""
    for home in homes:
        events = (home.get(record_id) or {}).get("events", [])
        if isinstance(version, int) and 0 < version <= len(events):
            digest: str | None = events[version - 1].get(DIGEST)
            return digest
    return None
