"""The board of progress: what each act makes of the counts of units and people (Articles 13.2, 13.4)."""

from __future__ import annotations

from typing import Any

import pytest

from server.usecases import progress
from server.usecases.progress_following import DAYS, PAGE, Following, counted_since
from tests.fixtures import office
from tests.fixtures.acting import Acting

IT, POST = office.IT_UNIT, office.POST_UNIT
DIRECTOR, HEAD, SPECIALIST = office.DIRECTOR, office.IT_HEAD, office.IT_SPECIALIST
COLLEAGUE = office.SECOND_IT_SPECIALIST
NUMBERS = ("waiting", "in_hand", "returned", "overdue", "due_soon", "in_time", "late", "no_deadline")


class Looking:
    """A board that is followed, and the whole of it built anew each time: both must say the same."""

    def __init__(self, acting: Acting) -> None:
        self.acting = acting
        self.following = Following(acting.services.store)

    def _reader(self, person_id: str) -> progress.Reader:
        services = self.acting.services
        return progress.Reader(person_id, services.directory.office(), services.clock.now())

    def board(self, unit_id: str = IT, person_id: str = DIRECTOR, **asked: Any) -> dict[str, Any]:
        """Return a unit's board."""
        services, reader = self.acting.services, self._reader(person_id)
        found = progress.of_unit(services, self.following, reader, unit_id, **asked)
        assert found == progress.of_unit(services, Following(services.store), reader, unit_id, **asked)
        return found

    def unit(self, unit_id: str = IT) -> dict[str, int]:
        """Return what of a unit's counts is not nothing."""
        return numbers(self.board(unit_id)["card"])

    def person(self, person_id: str, unit_id: str = IT) -> dict[str, int]:
        """Return what of a person's counts is not nothing."""
        found = {one["person_id"]: one["card"] for one in self.board(unit_id)["people"]}
        return numbers(found[person_id]) if person_id in found else {}

    def overview(self) -> dict[str, dict[str, int]]:
        """Return the counts of the whole department, under "", and of every unit that has some."""
        lines = progress.overview(self.following, self._reader(DIRECTOR))
        return {line["unit_id"]: found for line in lines if (found := numbers(line["card"]))}


def numbers(card: Any) -> dict[str, int]:
    """Return the counts of a scorecard that are not nothing."""
    return {name: count for name in NUMBERS if (count := getattr(card, name))}


@pytest.fixture
def looking(acting: Acting) -> Looking:
    """Give the board."""
    return Looking(acting)


def given(acting: Acting, due_on: str | None = "2026-12-04", to: str = f"unit:{IT}", **registered: Any) -> str:
    """Let the director give a document to a unit."""
    document_id = acting.registers(**{"due_on": None, **registered})
    receipt = acting.does(DIRECTOR, "Assign", document_id, lead=to, directive="Tham mưu", due_on=due_on)
    assert receipt["status"] == "applied", receipt
    return document_id


def passes_on(acting: Acting, document_id: str, to: str = SPECIALIST, **fields: Any) -> None:
    """Let the head of IT pass a document on."""
    lead = f"person:{to}"
    receipt = acting.does(HEAD, "Assign", document_id, lead=lead, directive="Làm", is_due_confirmed=True, **fields)
    assert receipt["status"] == "applied", receipt


def concludes(acting: Acting, document_id: str, person_id: str = SPECIALIST) -> dict[str, Any]:
    """Let somebody finish their part."""
    receipt = acting.does(person_id, "Conclude", document_id, new_case_file_title="Hồ sơ", result="Xong")
    assert receipt["status"] == "applied", receipt
    return receipt


def test_given_passed_on_taken_on_and_finished_one_document_is_one(acting: Acting, looking: Looking) -> None:
    assert looking.overview() == {}
    document_id = given(acting)
    assert looking.unit() == looking.person(HEAD) == {"waiting": 1}
    passes_on(acting, document_id)
    assert (looking.unit(), looking.person(HEAD), looking.person(SPECIALIST)) == ({"waiting": 1}, {}, {"waiting": 1})
    acting.does(SPECIALIST, "TakeOn", document_id)
    assert looking.unit() == looking.person(SPECIALIST) == {"in_hand": 1}
    concludes(acting, document_id)
    # the head's own part ended with it: it is no work of the head's
    assert (looking.unit(), looking.person(HEAD), looking.person(SPECIALIST)) == ({"in_time": 1}, {}, {"in_time": 1})
    assert looking.overview() == {"": {"in_time": 1}, IT: {"in_time": 1}}


def test_to_be_informed_and_to_direct_is_no_work(acting: Acting, looking: Looking) -> None:
    document_id = acting.registers()
    acting.does(
        DIRECTOR, "Assign", document_id, lead=f"person:{SPECIALIST}", informed=[f"unit:{POST}"], directive="Làm"
    )
    assert looking.overview() == {"": {"waiting": 1}, IT: {"waiting": 1}}
    # the head was told of it (Article 9.5)
    assert looking.person(HEAD) == {}


def test_a_unit_counts_documents_a_person_parts(acting: Acting, looking: Looking) -> None:
    document_id = given(acting)
    receipt = acting.does(
        HEAD,
        "Assign",
        document_id,
        simultaneous=[f"person:{SPECIALIST}", f"person:{COLLEAGUE}"],
        directive="Cùng làm",
        due_ons={f"person:{COLLEAGUE}": "2026-11-24"},
    )
    assert receipt["status"] == "applied", receipt
    assert looking.unit() == {"waiting": 1, "due_soon": 1}
    assert (looking.person(SPECIALIST), looking.person(COLLEAGUE)) == ({"waiting": 1}, {"waiting": 1, "due_soon": 1})
    [line] = looking.board()["documents"]
    assert (line["due_on"], line["holders"]) == (
        "2026-11-24",
        [office.name_of(SPECIALIST), office.name_of(COLLEAGUE)],
    )
    concludes(acting, document_id, COLLEAGUE)
    assert looking.unit() == {"waiting": 1}
    assert looking.person(COLLEAGUE) == {"in_time": 1}
    # two units have it: each counts it, the department once
    acting.does(DIRECTOR, "Assign", document_id, collaborating=[f"unit:{POST}"], directive="Phối hợp")
    assert looking.overview() == {"": {"waiting": 1}, IT: {"waiting": 1}, POST: {"waiting": 1}}


def test_days_pass_due_soon_overdue_late_and_forgotten(acting: Acting, looking: Looking) -> None:
    document_id, free = given(acting), given(acting, None)
    for one in (document_id, free):
        passes_on(acting, one)
    assert looking.unit() == {"waiting": 2}
    acting.clock.move(days=9)  # a Wednesday, two working days before
    assert looking.unit() == {"waiting": 2, "due_soon": 1}
    acting.clock.move(days=2)
    assert looking.unit() == {"waiting": 2, "due_soon": 1}
    acting.clock.move(days=1)
    assert looking.unit() == looking.person(SPECIALIST) == {"waiting": 2, "overdue": 1}
    concludes(acting, document_id)
    concludes(acting, free)
    assert looking.unit() == looking.person(SPECIALIST) == {"late": 1, "no_deadline": 1}
    assert looking.board()["card"].in_time_percent == 0
    acting.clock.move(days=DAYS - 1)
    assert looking.unit() == {"late": 1, "no_deadline": 1}
    acting.clock.move(days=1)
    assert looking.unit() == looking.person(SPECIALIST) == {}
    assert counted_since("2026-11-30") == "2026-11-01"


def test_on_its_last_day_it_is_in_time(acting: Acting, looking: Looking) -> None:
    document_id = given(acting, office.TODAY)
    assert looking.unit() == {"waiting": 1, "due_soon": 1}
    concludes(acting, document_id, HEAD)
    assert looking.unit() == looking.person(HEAD) == {"in_time": 1}


def test_the_deadline_is_the_nearest_from_above(acting: Acting, looking: Looking) -> None:
    passes_on(acting, given(acting, "2026-11-20", arrived_on="2026-11-18", document_on="2026-11-18"))
    assert looking.person(SPECIALIST) == {"waiting": 1, "overdue": 1}


def test_given_back_it_waits_as_returned_with_who_gave_it(acting: Acting, looking: Looking) -> None:
    document_id = given(acting)
    passes_on(acting, document_id)
    acting.does(SPECIALIST, "ReturnAssignment", document_id, reason="Không thuộc lĩnh vực")
    assert (looking.unit(), looking.person(HEAD), looking.person(SPECIALIST)) == ({"returned": 1}, {"returned": 1}, {})
    acting.does(HEAD, "ReturnAssignment", document_id, reason="Không thuộc phòng")
    assert looking.overview() == {}


def test_handed_over_it_is_the_colleague_s(acting: Acting, looking: Looking) -> None:
    document_id = given(acting)
    passes_on(acting, document_id)
    acting.does(SPECIALIST, "HandOver", document_id, to_person=COLLEAGUE, reason="Nghỉ phép")
    assert (looking.unit(), looking.person(SPECIALIST)) == ({"waiting": 1}, {})
    assert looking.person(COLLEAGUE) == {"waiting": 1}


def test_an_end_that_is_taken_back_is_none(acting: Acting, looking: Looking) -> None:
    document_id = given(acting)
    passes_on(acting, document_id)
    undone = concludes(acting, document_id)["action_id"]
    assert looking.unit() == {"in_time": 1}
    assert acting.does(SPECIALIST, "UndoAct", document_id, undone=undone)["status"] == "applied"
    assert looking.unit() == looking.person(SPECIALIST) == {"waiting": 1}


def test_withdrawn_it_counts_no_more(acting: Acting, looking: Looking) -> None:
    document_id = given(acting)
    assert looking.unit() == {"waiting": 1}
    assert acting.does(office.CLERK, "WithdrawDocument", document_id, reason="Vào sổ nhầm")["status"] == "applied"
    assert looking.overview() == {}


def test_what_nobody_below_has_any_more_is_with_who_passed_it_on(acting: Acting, looking: Looking) -> None:
    document_id = given(acting)
    passes_on(acting, document_id)
    acting.does(HEAD, "Assign", document_id, collaborating=[f"person:{SPECIALIST}"], directive="Chỉ phối hợp")
    assert (looking.unit(), looking.person(SPECIALIST)) == ({"waiting": 1}, {"waiting": 1})
    concludes(acting, document_id)
    assert (looking.unit(), looking.person(HEAD)) == ({"in_hand": 1}, {"in_hand": 1})


def test_a_merged_unit_counts_as_the_one_in_its_place(acting: Acting, looking: Looking) -> None:
    document_id = given(acting)
    acting.does(DIRECTOR, "Assign", document_id, collaborating=[f"unit:{POST}"], directive="Phối hợp")
    assert looking.overview() == {"": {"waiting": 1}, IT: {"waiting": 1}, POST: {"waiting": 1}}
    merged = acting.does(office.ADMINISTRATOR, "MergeUnit", f"unit:{IT}", seen=0, into=POST, reason="Sáp nhập")
    assert merged["status"] == "applied"
    assert looking.overview() == {"": {"waiting": 1}, POST: {"waiting": 1}}
    # the former head heads the other unit too as long as the role is theirs; then it is with that unit's head
    assert looking.person(HEAD, POST) == {"waiting": 1}
    acting.does(office.ADMINISTRATOR, "EndRole", f"person:{HEAD}", seen=0, role="division_head")
    assert looking.person(HEAD, POST) == {}
    assert looking.person(office.POST_HEAD, POST) == {"waiting": 2}
    [line] = looking.board(POST)["documents"]
    assert line["holders"] == [office.name_of(office.POST_HEAD)]
    assert progress.unit_for(looking._reader(DIRECTOR), IT) == POST


def test_a_state_secret_is_neither_counted_nor_listed(acting: Acting, looking: Looking) -> None:
    document_id = given(acting)
    record = acting.record(document_id)
    acting.services.records.put({**record, "confidentiality": "secret"})
    found = looking.board()
    assert (numbers(found["card"]), found["documents"], found["documents_hidden"]) == ({}, [], 0)
    assert looking.overview() == {}


def test_drafts_by_where_they_lie_and_for_how_long(acting: Acting, looking: Looking) -> None:
    document_id = given(acting)
    passes_on(acting, document_id)
    draft_id = acting.drafts(document_id)

    def states() -> dict[str, tuple[int, int]]:
        found = looking.board()["draft_states"]
        return {one["state"]: (one["count"], one["days"]) for one in found if one["count"]}

    def held_by() -> list[str]:
        return [one["person_id"] for one in looking.board()["people"] if one["card"].draft_count]

    acting.clock.move(days=3)
    assert (states(), held_by()) == ({"drafting": (1, 3)}, [SPECIALIST])
    bound = {"version_sha256": acting.record(draft_id)["versions"][-1]["sha256"]}
    acting.does(SPECIALIST, "SubmitDraft", draft_id, to_person=HEAD, **bound)
    assert (states(), held_by()) == ({"with_division": (1, 0)}, [HEAD])
    acting.does(HEAD, "SubmitToLeader", draft_id, leader_id=DIRECTOR, **bound)
    acting.clock.move(days=1)
    assert (states(), held_by()) == ({"with_leader": (1, 1)}, [])
    [line] = looking.board(person_id=SPECIALIST)["drafts"]
    assert (line["drafter_name"], line["holder_name"], line["days"]) == (
        office.name_of(SPECIALIST),
        office.name_of(DIRECTOR),
        1,
    )
    acting.does(DIRECTOR, "ReturnDraft", draft_id, reason="Bổ sung số liệu")
    assert (states(), held_by()) == ({"returned": (1, 0)}, [SPECIALIST])
    acting.does(SPECIALIST, "SubmitDraft", draft_id, to_person=HEAD, **bound)
    acting.does(HEAD, "SubmitToLeader", draft_id, leader_id=DIRECTOR, **bound)
    approved = {"is_content_approved": True, "is_form_approved": True, **bound}
    assert acting.does(DIRECTOR, "Approve", draft_id, **approved)["status"] == "applied"
    assert (states(), looking.board()["drafts"]) == ({}, [])


def test_what_the_reader_may_not_open_is_counted_and_not_named(acting: Acting, looking: Looking) -> None:
    seen, hidden = given(acting), given(acting, to=f"person:{SPECIALIST}")
    acting.drafts(hidden)
    found = looking.board(person_id=DIRECTOR)
    assert ({one["_id"] for one in found["documents"]}, found["documents_hidden"]) == ({seen, hidden}, 0)
    # the deputy head heads the unit, but was given neither the document nor the draft, nor told of them
    services, reader = acting.services, looking._reader(office.IT_DEPUTY_HEAD)
    found = progress.of_unit(services, looking.following, reader, IT)
    assert numbers(found["card"]) == {"waiting": 2}
    assert ([one["_id"] for one in found["documents"]], found["documents_hidden"]) == ([seen], 1)
    assert (found["drafts"], found["drafts_hidden"], found["card"].draft_count) == ([], 1, 1)


def test_the_board_is_built_of_more_than_a_page_at_one_instant(
    acting: Acting, looking: Looking, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = acting.record(given(acting))
    copies = [{**record, "_id": f"incoming:copy-{number}", "_rev": None} for number in range(7)]
    for copy in copies:
        acting.services.records.put({key: value for key, value in copy.items() if value is not None})
    monkeypatch.setattr("server.usecases.progress_following.PAGE", 3)
    assert PAGE > 3
    assert looking.unit() == {"waiting": 8}
