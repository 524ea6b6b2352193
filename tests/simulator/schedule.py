"""Schedules by chance: what people do and what befalls them, made from a seed and nothing else.

Each step has its own `salt`, from which all that it leaves open is chosen: so a schedule with steps left out is the
same schedule with steps left out, which is what shrinking needs.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from tests.fixtures import office

Step = dict[str, Any]

OPERATIONS = 200
FAULTS = 32
START_AT = office.NOW_AT
STAFF = (
    office.DIRECTOR,
    office.DEPUTY,
    office.IT_HEAD,
    office.IT_DEPUTY_HEAD,
    office.IT_SPECIALIST,
    office.SECOND_IT_SPECIALIST,
    office.CLERK,
    office.CHIEF_OF_OFFICE,
    office.POST_HEAD,
    office.POST_SPECIALIST,
    office.PRESS_HEAD,
    office.PRESS_SPECIALIST,
)
CHANGED = (office.IT_SPECIALIST, office.IT_HEAD, office.DEPUTY, office.POST_HEAD, office.CHIEF_OF_OFFICE)
DELEGATING = (
    (office.DIRECTOR, office.DEPUTY),
    (office.DIRECTOR, office.IT_HEAD),
    (office.IT_HEAD, office.IT_SPECIALIST),
    (office.IT_SPECIALIST, office.SECOND_IT_SPECIALIST),
    (office.POST_HEAD, office.POST_SPECIALIST),
)
"""Who puts their authority into whose hands."""
MERGING = ((office.POST_UNIT, office.IT_UNIT), (office.IT_UNIT, office.POST_UNIT), (office.PRESS_UNIT, office.IT_UNIT))
DAY_MS = 24 * 3600 * 1000


@dataclass(frozen=True)
class Schedule:
    """What one run does: devices (one person each, some people have two) and steps in order."""

    seed: int
    people: tuple[str, ...]
    steps: tuple[Step, ...]

    def with_steps(self, steps: tuple[Step, ...]) -> Schedule:
        """Return the same schedule with other steps."""
        return replace(self, steps=steps)

    def as_json(self) -> dict[str, Any]:
        """Return what the devices' side is told."""
        return {
            "seed": self.seed,
            "start_at": round(datetime.fromisoformat(START_AT).timestamp() * 1000),
            "devices": [{"device": number, "person_id": one} for number, one in enumerate(self.people)],
            "steps": self.steps,
        }


def schedule_of(seed: int, operations: int = OPERATIONS, faults: int = FAULTS) -> Schedule:
    """Return the schedule of a seed."""
    rng = random.Random(seed)
    people = list(STAFF[: rng.randint(5, len(STAFF))])
    people += rng.choices(people, k=rng.randint(0, min(8, 20 - len(people))))
    kinds = [_operation] * operations + [_fault] * faults
    rng.shuffle(kinds)
    steps = [_register(rng) for _ in range(8)]
    steps += [kind(rng) for kind in kinds]
    for number, step in enumerate(steps):
        step |= {"n": number, "salt": rng.getrandbits(31), "device": rng.randrange(len(people))}
        step.setdefault("wait_ms", _pause(rng))
        if step["kind"] in ("expire", "revoke"):
            step["person_id"] = people[step["device"]]
    return Schedule(seed, tuple(people), tuple(steps))


def is_fault(step: Step) -> bool:
    """Tell whether a step is something that befalls people, as against something they do."""
    return step["kind"] in FAULT_KINDS


def fault_name(step: Step) -> str:
    """Return what a fault is called in the summary."""
    if step["kind"] == "request":
        return str(next(iter(step["fault"])))
    if step["kind"] == "offline":
        return f"offline, {step['way']}"
    if step["kind"] == "evict":
        return f"evict, {step['what']}"
    return str(step["kind"])


def _pause(rng: random.Random) -> int:
    return rng.choice((0, 20, 200, 1_000, 3_000, 6_000))


def _register(_rng: random.Random) -> Step:
    return {"kind": "register", "wait_ms": 100}


OPERATIONS_BY_WEIGHT = {
    "act": 77,
    "resolve": 7,
    "register": 5,
    "case_file": 2,
    "enter": 2,
    "mend": 3,
    "keep_file": 3,
    "sync": 4,
    "sign_in": 4,
    "undo": 1,
    "repair": 1,
}


def _operation(rng: random.Random) -> Step:
    kind = rng.choices(list(OPERATIONS_BY_WEIGHT), list(OPERATIONS_BY_WEIGHT.values()))[0]
    if kind != "act":
        return {"kind": kind}
    step: Step = {"kind": "act", "thinking": rng.choice((0, 0, 500, 5_000, 30_000, 120_000))}
    if rng.random() < 0.06:
        step["isDouble"] = True
    elif rng.random() < 0.12:
        step["isPlain"] = True
    elif rng.random() < 0.05:
        step["isForged"] = True
    return step


def _offline(rng: random.Random) -> Step:
    way = rng.choice(("up", "down", "both", "refused", "refused"))
    return {"kind": "offline", "way": way, "ms": rng.choice((2_000, 20_000, 90_000, 240_000))}


def _request(rng: random.Random) -> Step:
    fault = rng.choice(
        (
            {"loseAnswer": True},
            {"loseAnswer": True},
            {"repeat": rng.choice((0, 300, 4_000, 40_000))},
            {"delay": rng.choice((2_000, 6_000, 35_000))},
            {"cutRequest": rng.random()},
            {"cutAnswer": rng.random()},
            {"scramble": "reversed"},
            {"scramble": "first left out"},
        )
    )
    return {"kind": "request", "fault": fault}


def _kill(rng: random.Random) -> Step:
    return {"kind": "kill", "writes": rng.randint(1, 12), "is_after": rng.random() < 0.5}


def _kill_fanout(rng: random.Random) -> Step:
    return {"kind": "kill_fanout", "writes": rng.randint(1, 6), "is_after": rng.random() < 0.5}


def _disk_full(rng: random.Random) -> Step:
    return {"kind": "disk_full", "writes": rng.choice((1, 5, 20))}


def _wipe(_rng: random.Random) -> Step:
    return {"kind": "wipe_checkpoint"}


def _evict(rng: random.Random) -> Step:
    return {"kind": "evict", "what": rng.choice(("replica", "replica", "checkpoint"))}


def _restore(_rng: random.Random) -> Step:
    return {"kind": "restore"}


def _quota(rng: random.Random) -> Step:
    return {"kind": "quota", "ms": rng.choice((1_000, 10_000, 60_000))}


def _skew(rng: random.Random) -> Step:
    by_ms = rng.choice((-DAY_MS, DAY_MS, -3_600_000, 3_600_000, -90_000, 90_000))
    return {"kind": "skew", "by_ms": by_ms, "ms": rng.choice((30_000, 300_000))}


def _expire(_rng: random.Random) -> Step:
    return {"kind": "expire"}


def _roles(rng: random.Random) -> Step:
    kind = rng.choice(("end_role", "end_role", "demote", "lock", "begin_role", "begin_role"))
    return {"kind": kind, "person_id": rng.choice(CHANGED)}


def _delegate(rng: random.Random) -> Step:
    from_person, to_person = rng.choice(DELEGATING)
    return {"kind": "delegate", "from_person": from_person, "to_person": to_person}


def _end_delegation(_rng: random.Random) -> Step:
    return {"kind": "end_delegation"}


def _merge_unit(rng: random.Random) -> Step:
    unit_id, into = rng.choice(MERGING)
    return {"kind": "merge_unit", "unit_id": unit_id, "into": into}


def _reload(rng: random.Random) -> Step:
    return {"kind": rng.choice(("reload", "interrupted", "interrupted")), "turns": rng.choice((0, 3, 10, 30, 60, 120))}


def _update(_rng: random.Random) -> Step:
    return {"kind": "update"}


def _dies(rng: random.Random) -> Step:
    return {"kind": "dies", "writes": rng.randint(1, 12), "is_after": rng.random() < 0.5}


def _revoke(_rng: random.Random) -> Step:
    return {"kind": "revoke"}


def _portal(rng: random.Random) -> Step:
    status = rng.choice((200, 200, 302, 403, 404, 410, 422))
    return {"kind": "portal", "ms": rng.choice((5_000, 60_000)), "status": status}


def _overtake(rng: random.Random) -> Step:
    return {"kind": "overtake", "writes": rng.randint(1, 3)}


FAULTS_BY_WEIGHT: tuple[tuple[Callable[[random.Random], Step], float], ...] = (
    (_offline, 6),
    (_request, 8),
    (_kill, 4),
    (_kill_fanout, 2),
    (_disk_full, 2),
    (_wipe, 1),
    (_evict, 1),
    (_restore, 1),
    (_quota, 1),
    (_skew, 2),
    (_expire, 2),
    (_roles, 4),
    (_delegate, 2),
    (_end_delegation, 1),
    (_merge_unit, 0.3),
    (_reload, 3),
    (_update, 1),
    (_revoke, 1),
    (_dies, 3),
    (_portal, 1),
    (_overtake, 2),
)
FAULT_KINDS = frozenset(
    (
        *("offline", "request", "portal", "kill", "kill_fanout", "disk_full", "wipe_checkpoint", "overtake"),
        *("evict", "restore", "quota", "skew", "reload", "interrupted", "update", "revoke", "dies"),
        *("expire", "end_role", "demote", "lock", "begin_role", "delegate", "end_delegation", "merge_unit"),
    )
)


def _fault(rng: random.Random) -> Step:
    makers, weights = zip(*FAULTS_BY_WEIGHT, strict=True)
    return rng.choices(makers, weights)[0](rng)
