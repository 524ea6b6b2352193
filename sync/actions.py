"""The batch that a device sends: its limits, and the order in which its actions must be taken.

What an action means is read by `server.domain.payloads`; here only what would harm the server is kept out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

MAX_ACTIONS = 200
MAX_BODY_BYTES = 4 * 1024 * 1024
MAX_DEPTH = 10
LARGEST_INTEGER = 2**53
TOGETHER = 25
"""Acts kept with one commit: enough to share the disk's time, few enough that others wait only briefly."""
ACTION_ID = re.compile(r"[0-9A-Za-z][0-9A-Za-z-]{7,63}")

Payload = Mapping[str, Any]


class BatchRefused(Exception):  # noqa: N818 - the name says what is the matter
    """The batch as a whole cannot be taken, and nothing of it was; `code` says why, `status` is the HTTP status."""

    def __init__(self, code: str, status: int) -> None:
        """Remember both."""
        super().__init__(code)
        self.code = code
        self.status = status


@dataclass(frozen=True, slots=True)
class Batch:
    """What one device sends at once; `person_id` is whom it says it speaks for, if it says so."""

    device_id: str
    person_id: object
    actions: tuple[Payload, ...]


def read_batch(payload: object) -> Batch:
    """Check the frame of a batch `{"device_id", "actions": […]}`. Raises BatchRefused."""
    if not isinstance(payload, Mapping):
        raise BatchRefused("bad_batch", 400)
    device_id, actions = payload.get("device_id"), payload.get("actions")
    if not isinstance(device_id, str) or not isinstance(actions, list):
        raise BatchRefused("bad_batch", 400)
    if len(actions) > MAX_ACTIONS:
        raise BatchRefused("too_many_actions", 413)
    if not all(isinstance(action, Mapping) and is_action_id(action.get("action_id")) for action in actions):
        # Without an id there is nothing to receipt, and so nothing that the device could let go of.
        raise BatchRefused("bad_action_id", 400)
    return Batch(device_id, payload.get("person_id"), tuple(actions))


def is_action_id(value: object) -> bool:
    """Tell whether a value can be an action's id."""
    return isinstance(value, str) and ACTION_ID.fullmatch(value) is not None


def is_harmless(value: object) -> bool:
    """Tell whether JSON can be stored anywhere: not nested deeply, whole numbers below 2^53, text that is Unicode."""
    level: list[object] = [value]
    for _depth in range(MAX_DEPTH):
        below: list[object] = []
        for item in level:
            if isinstance(item, str) and not _is_unicode(item):
                return False
            if isinstance(item, int | float) and abs(item) > LARGEST_INTEGER:
                return False
            if isinstance(item, Mapping):
                below.extend(item.keys())
                below.extend(item.values())
            elif isinstance(item, list):
                below.extend(item)
        if not below:
            return True
        level = below
    return False


def in_chain_order(actions: Sequence[Payload]) -> list[Payload]:
    """Put each action behind the one it names in `after`, otherwise as sent; a circle stays as sent."""
    by_id: dict[str, Payload] = {}
    for action in actions:
        by_id.setdefault(action["action_id"], action)
    ordered: list[Payload] = []
    placed: set[str] = set()
    for action in by_id.values():
        chain: list[Payload] = []
        seen: set[str] = set()
        current: Payload | None = action
        while current is not None and current["action_id"] not in placed | seen:
            chain.append(current)
            seen.add(current["action_id"])
            after = current.get("after")
            current = by_id.get(after) if isinstance(after, str) else None
        for link in reversed(chain):
            placed.add(link["action_id"])
            ordered.append(link)
    return ordered


def in_groups(actions: Sequence[Payload], by_itself: Iterable[str]) -> Iterator[list[Payload]]:
    """Give what may be kept with one commit, in order; the commands `by_itself` are, since others depend on them."""
    alone = tuple(by_itself)  # no set: what was sent as a command may be anything
    group: list[Payload] = []
    for action in actions:
        is_alone = action.get("command") in alone
        if group and (is_alone or len(group) == TOGETHER):
            yield group
            group = []
        group.append(action)
        if is_alone:
            yield group
            group = []
    if group:
        yield group


def _is_unicode(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:  # half of a surrogate pair
        return False
    return True
