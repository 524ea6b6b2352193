"""The demo comes about through the write path, once, whatever interrupts it."""

from __future__ import annotations

import io
import json
import stat
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace
from typing import ClassVar

import pytest

from server.adapters.passwords import cheap_passwords
from server.adapters.typesetting import Typesetter
from server.app import build_services
from server.config import Config
from server.demo import files, seed_demo, seeding, sign_ins
from server.demo.content import Content
from server.demo.days import Days
from server.domain.instants import parse, written
from server.domain.subjects import check_subject
from server.usecases import read
from tests.fixtures import office

ROLES = {"leader", "division_head", "deputy_division_head", "specialist", "clerk", "chief_of_office", "it_head"}


def open_services(folder):
    return build_services(Config.from_env({"CONGVAN_DATA": str(folder)}), passwords=cheap_passwords())


def quiet(_key, _done, _total):
    pass


class RememberingTypesetter(Typesetter):
    """Sets each document once for all the seedings of this module."""

    remembered: ClassVar[dict[str, bytes]] = {}

    def typeset(self, document, out):
        key = json.dumps(document, sort_keys=True)
        if key not in self.remembered:
            made = io.BytesIO()
            super().typeset(document, made)
            self.remembered[key] = made.getvalue()
        out.write(self.remembered[key])


@pytest.fixture(scope="module", autouse=True)
def remembering():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(files, "Typesetter", RememberingTypesetter)
        yield


@pytest.fixture(scope="module")
def seeded(tmp_path_factory):
    folder = tmp_path_factory.mktemp("demo")
    services = open_services(folder)
    told = []
    seed_demo(services, lambda *progress: told.append(progress))
    yield services, told
    services.close()


def outcome(record):
    files = [entry["sha256"] for entry in [*record.get("files", []), *record.get("versions", [])]]
    return record.get("state"), record["version"], record.get("arrived_on"), record.get("due_on"), files


def documents(services, kind):
    return services.records.all(f"{kind}:")


def test_documents_stand_in_every_state(seeded):
    services, _ = seeded
    incoming = Counter(one["state"] for one in documents(services, "incoming"))
    outgoing = Counter(one["state"] for one in documents(services, "outgoing"))
    assert set(incoming) == {"registered", "presented", "assigned", "in_progress", "concluded"}
    assert set(outgoing) == {"drafting", "with_division", "with_leader", "approved"}
    assert sum(incoming.values()) + sum(outgoing.values()) >= 55
    assert len(documents(services, "case_file")) >= 5


def test_arrival_numbers_follow_the_days_without_gap(seeded):
    services, _ = seeded
    books = {}
    for one in documents(services, "incoming"):
        books.setdefault(one["book"], []).append((one["arrival_number"], one["arrived_on"]))
    for numbers in books.values():
        assert [number for number, _ in sorted(numbers)] == list(range(1, len(numbers) + 1))
        days = [day for _, day in sorted(numbers)]
        assert days == sorted(days)


def test_conflicts_wait_on_the_desk_and_a_stale_approval_shows_what_changed(seeded):
    services, _ = seeded
    reviews = [
        review
        for kind in ("incoming", "outgoing")
        for one in documents(services, kind)
        for review in one["reviews"]
        if review["state"] == "open"
    ]
    assert len(reviews) == 3
    [stale] = [review for review in reviews if review.get("difference")]
    added = " ".join(hunk["text"] for hunk in stale["difference"]["hunks"] if hunk["op"] == "insert")
    assert "Kbang" in added


def test_every_registered_subject_says_more_than_the_original():
    content = Content(Days(office.NOW_AT))
    for item in content.incoming:
        if not item.get("is_secret"):
            assert check_subject(item["registered"], item["subject"]) == [], item["id"]


@pytest.mark.parametrize("now_at", ["2026-11-22T14:00:00.000Z", "2027-01-04T00:10:00.000Z", "2028-02-29T23:30:00.000Z"])
def test_no_act_lies_in_the_future_or_outside_working_hours(now_at):
    days = Days(now_at)
    for story in seeding.stories_of(Content(days).incoming, days):
        assert [story.arrived_at, *story.instants] == sorted([story.arrived_at, *story.instants])
        assert all(instant < now_at for instant in [story.arrived_at, *story.instants])
        assert all("00:30" <= instant[11:16] <= "10:01" for instant in story.instants)


def test_days_of_the_story_are_working_days():
    sunday = Days("2026-11-22T14:00:00.000Z")
    assert {sunday.day(offset).weekday() for offset in range(-30, 30)} == {0, 1, 2, 3, 4}
    assert sunday.iso(0) == "2026-11-20"
    assert sunday.iso(6) == "2026-11-30"
    assert sunday.filled(["{d-1} {y+1} {m+2} {q}"]) == ["20/11/2026 2027 1 III"]


def test_the_secret_document_is_a_bare_entry(seeded):
    services, _ = seeded
    [secret] = [one for one in documents(services, "incoming") if one["confidentiality"] != "normal"]
    assert (secret["files"], secret["subject"], secret["book"].startswith("den-mat-")) == ([], "", True)


def test_every_file_has_a_body_pages_and_text(seeded):
    services, _ = seeded
    named = {
        entry["sha256"] for one in services.records.all() for entry in [*one.get("files", []), *one.get("versions", [])]
    }
    assert len(named) >= 55
    for sha256 in named:
        facts = services.files.get(f"file:{sha256}")
        assert facts["pages"] >= 1
        assert "Độc lập - Tự do - Hạnh phúc" in " ".join(facts["text"].split())
        with services.store.files.open(sha256).stream as body:
            assert body.read(5) == b"%PDF-"


def test_everybody_can_sign_in_and_the_password_is_for_its_owner_only(seeded):
    services, _ = seeded
    found = sign_ins(services.data_dir)
    assert [one.login for one in found] == list(office.EVERYBODY)
    assert {one.password for one in found} == {found[0].password}
    assert stat.S_IMODE((services.data_dir / "demo-sign-ins.txt").stat().st_mode) == 0o600
    person = services.accounts.get(f"person:{office.CLERK}")
    assert services.passwords.fits(person["password_hash"], found[0].password)
    assert sign_ins(services.data_dir / "elsewhere") == []


def test_people_see_their_work_and_nobody_sees_nothing(seeded):
    services, _ = seeded
    first = documents(services, "incoming")[0]["_id"]
    assert read.card(services, office.DIRECTOR, first) is not None
    assert read.card(services, office.NOBODY, first) is None
    assert read.card(services, office.ADMINISTRATOR, first) is None


def test_progress_is_told_to_the_end(seeded):
    _, told = seeded
    last = {key: (done, total) for key, done, total in told}
    assert set(last) == {"operations.seed_files", "operations.seed_acts"}
    assert all(done == total for done, total in last.values())


def test_seeding_again_changes_nothing(seeded):
    services, _ = seeded
    before = {one["_id"]: one["_rev"] for one in services.records.all()}
    again = seed_demo(services, quiet)
    assert {one["_id"]: one["_rev"] for one in services.records.all()} == before
    assert again == sign_ins(services.data_dir)


def test_an_interrupted_seeding_is_taken_up_and_ends_the_same(seeded, tmp_path, monkeypatch):
    whole, _ = seeded
    services = open_services(tmp_path)
    handle, acts = seeding.handle, []

    def interrupted(command, given):
        if len(acts) == 120:
            raise KeyboardInterrupt
        acts.append(command.action_id)
        return handle(command, given)

    monkeypatch.setattr(seeding, "handle", interrupted)
    with pytest.raises(KeyboardInterrupt):
        seed_demo(services, quiet)
    first = sign_ins(tmp_path)
    monkeypatch.setattr(seeding, "handle", handle)
    days_later = written(parse(services.clock.now()) + timedelta(days=5))
    assert seed_demo(replace(services, clock=SimpleNamespace(now=lambda: days_later)), quiet) == first
    states = [{one["_id"]: outcome(one) for one in each.records.all()} for each in (whole, services)]
    assert states[0] == states[1]
    services.close()


def test_the_fixed_office_has_what_the_tests_speak_of():
    people = {one["person_id"]: one for one in office.people()}
    held = {grant["role"] for one in people.values() for grant in one["roles"]}
    assert held >= ROLES
    assert people[office.NOBODY]["roles"] == []
    assert 24 <= len(people) <= 30
    assert all(unit["head_id"] in people for unit in office.units())
