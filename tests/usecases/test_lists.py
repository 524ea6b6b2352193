"""What a document asks of each person who has it: the list that it is in, from the clerk's desk to the case file."""

from __future__ import annotations

import pytest

from server.domain.lists import LISTS
from tests.fixtures import office
from tests.fixtures.acting import Acting


def lists(acting: Acting, document_id: str, *people: str) -> list[str]:
    """Return the list of each person's card, having checked that the folder goes with it."""
    found = []
    for person_id in people:
        card = acting.card(person_id, document_id)
        assert card is not None
        assert card["folder"] == LISTS[card["list"]]
        found.append(card["list"])
    return found


def test_a_document_is_in_one_list_after_the_other(acting: Acting) -> None:
    document_id = acting.registers(leader_id="")
    assert lists(acting, document_id, office.CLERK) == ["waiting"]
    acting.does(office.CLERK, "PresentToLeader", document_id, leader_id=office.DIRECTOR)
    assert lists(acting, document_id, office.DIRECTOR) == ["waiting"]
    acting.does(
        office.DIRECTOR,
        "Assign",
        document_id,
        lead=f"unit:{office.IT_UNIT}",
        informed=[f"unit:{office.POST_UNIT}"],
        directive="Tham mưu",
    )
    people = (office.DIRECTOR, office.IT_HEAD, office.POST_HEAD)
    assert lists(acting, document_id, *people) == ["passed_on", "waiting", "to_know"]
    acting.does(office.IT_HEAD, "Assign", document_id, lead=f"person:{office.IT_SPECIALIST}", directive="Dự thảo")
    acting.does(office.IT_SPECIALIST, "TakeOn", document_id)
    assert lists(acting, document_id, office.IT_HEAD, office.IT_SPECIALIST) == ["passed_on", "in_hand"]
    acting.does(office.IT_SPECIALIST, "Conclude", document_id, new_case_file_title="Chuyển đổi số năm 2026")
    assert lists(acting, document_id, *people, office.IT_SPECIALIST) == ["done"] * 4


def test_what_was_given_back_says_so_until_it_is_given_on(acting: Acting) -> None:
    document_id = acting.registers()
    acting.does(office.DIRECTOR, "Assign", document_id, lead=f"unit:{office.POST_UNIT}", directive="Tham mưu")
    acting.does(office.POST_HEAD, "ReturnAssignment", document_id, reason="Thuộc lĩnh vực công nghệ thông tin")
    assert lists(acting, document_id, office.DIRECTOR) == ["returned"]
    acting.does(office.DIRECTOR, "Assign", document_id, lead=f"unit:{office.IT_UNIT}", directive="Tham mưu")
    assert lists(acting, document_id, office.DIRECTOR) == ["passed_on"]


def test_a_request_for_more_time_is_to_be_decided(acting: Acting) -> None:
    document_id = acting.registers()
    acting.does(
        office.DIRECTOR, "Assign", document_id, lead=f"unit:{office.IT_UNIT}", directive="Gấp", due_on="2026-12-01"
    )
    acting.does(
        office.IT_HEAD, "RequestExtension", document_id, due_on="2026-12-04", reason="Chờ số liệu của các huyện"
    )
    assert lists(acting, document_id, office.DIRECTOR, office.IT_HEAD) == ["to_decide", "waiting"]


def test_a_draft_is_in_hand_to_approve_or_returned(acting: Acting) -> None:
    draft_id = acting.brings_to_leader()
    assert lists(acting, draft_id, office.IT_SPECIALIST, office.DIRECTOR) == ["passed_on", "to_approve"]
    bound = {"version_sha256": acting.record(draft_id)["versions"][-1]["sha256"]}
    acting.does(office.DIRECTOR, "ReturnDraft", draft_id, reason="Bổ sung số liệu", return_to="drafter", **bound)
    assert lists(acting, draft_id, office.IT_SPECIALIST, office.DIRECTOR) == ["returned", "passed_on"]


def test_a_draft_just_begun_is_in_hand(acting: Acting) -> None:
    document_id = acting.registers()
    acting.does(office.DIRECTOR, "Assign", document_id, lead=f"person:{office.IT_SPECIALIST}", directive="Tham mưu")
    assert lists(acting, acting.drafts(document_id), office.IT_SPECIALIST) == ["in_hand"]


def test_who_must_see_nothing_has_no_list(acting: Acting) -> None:
    document_id = acting.registers()
    assert acting.card(office.NOBODY, document_id) is None


@pytest.mark.parametrize("name", LISTS)
def test_every_list_is_in_a_folder_of_the_inbox(name: str) -> None:
    assert LISTS[name] in ("todo", "watching", "done")
