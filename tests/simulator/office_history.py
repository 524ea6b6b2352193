"""Who had which role when, as the simulator itself changed it: what authority is judged against."""

from __future__ import annotations

from typing import Any

from tests.fixtures import office

Interval = tuple[str, str]
LAST_AT = "9999"
HEADS = frozenset({"division_head", "deputy_division_head"})


class OfficeHistory:
    """The roles of everybody through a run, known at its end; a person who is locked out has none."""

    def __init__(self) -> None:
        """Know where people belong at the beginning."""
        self._units = {one["person_id"]: one["unit_id"] for one in office.people()}
        self._held: dict[tuple[str, str], list[Interval]] = {}
        self._locked: dict[str, list[Interval]] = {}
        self.changed: set[str] = set()
        self._terms: list[tuple[str, str, str, str]] = []
        self._mergers: dict[str, tuple[str, str]] = {}

    def learn(self, accounts: Any) -> None:
        """Take from the office's papers who had which role, delegated to whom, was locked, and which unit was merged.

        A process may be killed when the change is written and before anybody noted it: the papers have it.
        """
        for one in accounts.all("person:"):
            key = one["person_id"]
            locks = [(row["from_at"], row["until_at"]) for row in one.get("locks", [])]
            self._locked[key] = locks if one["is_active"] else [*locks, (one["inactive_from_at"], LAST_AT)]
            for row in one["roles"]:
                self._held.setdefault((key, row["role"]), []).append((row["from_at"], row.get("until_at") or LAST_AT))
        for one in accounts.all("delegation:"):
            if one["permitted_at"]:
                since = max(one["from_at"], one["permitted_at"])
                until = min(one["until_at"], one.get("ended_at") or one["until_at"])
                self._terms.append((one["from_person"], one["to_person"], since, until))
        for one in accounts.all("unit:"):
            if one.get("merged_at"):
                self._mergers[one["unit_id"]] = (one["merged_into"], one["merged_at"])

    def acts_for(self, person_id: str, at: str) -> list[str]:
        """Return in whose place a person could act at an instant."""
        return [giver for giver, taker, since, until in self._terms if taker == person_id and since <= at < until]

    def _unit_at(self, unit_id: str, at: str) -> str:
        for _ in self._mergers:
            into, merged_at = self._mergers.get(unit_id, ("", ""))
            if into and merged_at <= at:
                unit_id = into
        return unit_id

    def change(self, server: Any, kind: str, person_id: str) -> None:
        """Change a person's account on the server."""
        person = server.services.accounts.get(f"person:{person_id}")
        at = server.clock.now()
        ended = [{**row, "until_at": row.get("until_at") or at} for row in person["roles"]]
        wanted: list[str] = []
        if kind == "end_role":
            changed: dict[str, Any] = {"roles": ended}
        elif kind == "demote":
            wanted = ["specialist"]
            changed = {"roles": [*ended, {"role": "specialist", "from_at": at, "until_at": None}]}
        elif kind == "lock":
            changed = {"is_active": False, "inactive_from_at": person.get("inactive_from_at") or at}
        elif kind == "begin_role":
            wanted = [row["role"] for row in office.person(person_id)["roles"]]
            begun = [{"role": role, "from_at": at, "until_at": None} for role in wanted]
            locks = person.get("locks", [])
            if not person["is_active"]:
                locks = [*locks, {"from_at": person["inactive_from_at"], "until_at": at}]
            changed = {"roles": [*ended, *begun], "is_active": True, "inactive_from_at": None, "locks": locks}
        else:
            raise ValueError(kind)
        self.changed.add(person_id)
        server.services.accounts.put({**person, **changed})

    def has(self, person_id: str, role: str, at: str) -> bool:
        """Tell whether a person had a role at an instant."""
        if any(since <= at < until for since, until in self._locked.get(person_id, ())):
            return False
        return any(since <= at < until for since, until in self._held.get((person_id, role), ()))

    def is_staff(self, person_id: str, at: str) -> bool:
        """Tell whether a person took part in correspondence at an instant."""
        return any(self.has(person_id, role, at) for holder, role in self._held if holder == person_id)

    def heads(self, person_id: str, unit_id: str, at: str) -> bool:
        """Tell whether a person was head or deputy head of a unit at an instant."""
        own = self._unit_at(self._units.get(person_id, ""), at)
        return own == self._unit_at(unit_id, at) and any(self.has(person_id, role, at) for role in HEADS)
