"""Who has a part in mending what went wrong: an entry of the book (Article 14.2), a flow (Article 12.4)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from server.domain.catalogues import is_secret
from server.domain.office import CHIEF_OF_OFFICE, CLERK, IT_HEAD
from server.domain.standing import Standing

Predicate = Callable[[Standing], bool]


def has(role: str) -> Predicate:
    """Return the predicate for holding a role."""

    def has_role(who: Standing) -> bool:
        person = who.office.person(who.person_id)
        return person is not None and person.has_role(role, who.at)

    return has_role


def corrects_as(role: str, *, of_secrets: str) -> Predicate:
    """Return the predicate for having a role in the correction of an entry for which one was asked.

    Of the book of secret documents it is another role: nobody gets to know of an entry there only to mend it.
    """

    def corrects(who: Standing) -> bool:
        wanted = of_secrets if is_secret(who.record.get("confidentiality", "normal")) else role
        return bool(who.record.get("corrections")) and has(wanted)(who)

    return corrects


def asked_for_correction(who: Standing) -> bool:
    """Tell whether the person asked for a correction of the entry, and still keeps the book."""
    return has(CLERK)(who) and any(one["asked_by"] == who.person_id for one in who.record.get("corrections", []))


def confirms_repair(who: Standing) -> bool:
    """Tell whether the person heads the unit that asks for a repair, or is chief of office where nobody heads it."""
    for one in who.record.get("repairs", []):
        if one["state"] != "requested":
            continue
        if who.office.heads(who.person_id, one["unit_id"], who.at):
            return True
        if not any(who.office.heads(key, one["unit_id"], who.at) for key in who.office.people):
            return has(CHIEF_OF_OFFICE)(who)
    return False


def repairs_flows(who: Standing) -> bool:
    """Tell whether the person carries out repairs for the IT division, of a document for which one was asked."""
    return bool(who.record.get("repairs")) and has(IT_HEAD)(who)


def refuses_repair(who: Standing) -> bool:
    """Tell whether an open repair is the person's to end: to confirm, to carry out, or their own to take back."""
    asked = [one for one in who.record.get("repairs", []) if one["state"] in ("requested", "confirmed")]
    is_own = any(one["asked_by"] == who.person_id for one in asked) and asked_for_repair(who)
    return is_own or confirms_repair(who) or (bool(asked) and repairs_flows(who))


def had_part(repair: Mapping[str, Any], who: Standing) -> bool:
    """Tell whether a repair is one that the person asked for, or that came or may have come to them."""
    heads_unit = who.office.heads(who.person_id, repair["unit_id"], who.at)
    return repair["asked_by"] == who.person_id or heads_unit or has(IT_HEAD)(who)


def asked_for_repair(who: Standing) -> bool:
    """Tell whether the person asked for a repair of the document."""
    is_staff = who.office.is_staff(who.person_id, who.at)
    return is_staff and any(one["asked_by"] == who.person_id for one in who.record.get("repairs", []))
