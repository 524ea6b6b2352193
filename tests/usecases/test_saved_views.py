"""Views of the inbox that a person keeps by name."""

from __future__ import annotations

import pytest

from server.domain.errors import DomainError
from server.usecases import saved_views
from tests.fixtures import office
from tests.fixtures.acting import Acting

LATE = {"folder": "todo", "list": "overdue", "query": ""}


def names(acting: Acting, person_id: str = office.DIRECTOR) -> list[str]:
    return [one["name"] for one in saved_views.views_of(acting.services, person_id)]


def test_a_view_is_kept_by_its_name_and_replaced_under_it(acting: Acting) -> None:
    saved_views.keep(acting.services, office.DIRECTOR, {**LATE, "name": "  Việc   trễ "})
    saved_views.keep(acting.services, office.DIRECTOR, {**LATE, "name": "Của Viettel", "query": "viettel"})
    saved_views.keep(acting.services, office.DIRECTOR, {**LATE, "name": "Việc trễ", "list": "due_soon"})
    assert names(acting) == ["Của Viettel", "Việc trễ"]
    assert saved_views.views_of(acting.services, office.DIRECTOR)[1]["list"] == "due_soon"
    assert names(acting, office.DEPUTY) == []
    saved_views.forget(acting.services, office.DIRECTOR, "Việc trễ")
    saved_views.forget(acting.services, office.DIRECTOR, "Việc trễ")
    assert names(acting) == ["Của Viettel"]


@pytest.mark.parametrize(("name", "code"), [("", "required"), ("  ", "required"), ("x" * 61, "too_long")])
def test_a_name_that_is_none_is_refused(acting: Acting, name: str, code: str) -> None:
    with pytest.raises(DomainError) as refused:
        saved_views.keep(acting.services, office.DIRECTOR, {**LATE, "name": name})
    assert refused.value.code == code


def test_there_are_no_more_than_can_be_looked_through(acting: Acting) -> None:
    for number in range(saved_views.MOST):
        saved_views.keep(acting.services, office.DIRECTOR, {**LATE, "name": f"Bộ lọc {number}"})
    with pytest.raises(DomainError, match="too_many_views"):
        saved_views.keep(acting.services, office.DIRECTOR, {**LATE, "name": "Một bộ lọc nữa"})
    saved_views.keep(acting.services, office.DIRECTOR, {**LATE, "name": "Bộ lọc 3"})
    assert len(names(acting)) == saved_views.MOST


def test_columns_come_in_the_order_of_lists_with_the_title_in_any_case(acting: Acting) -> None:
    assert saved_views.kept_by(acting.services, office.DIRECTOR)["columns"] == []
    saved_views.choose_columns(acting.services, office.DIRECTOR, ["held_by", "due_on", "arrival", "../x"])
    kept = saved_views.kept_by(acting.services, office.DIRECTOR)
    assert kept["columns"] == ["arrival", "title", "due_on", "held_by"]
    saved_views.choose_columns(acting.services, office.DIRECTOR, ["../x"])
    assert saved_views.kept_by(acting.services, office.DIRECTOR)["columns"] == []
