"""Correcting a wrong entry of the book (Article 14.2): asked for, permitted, carried out; nothing is lost by it."""

from __future__ import annotations

from typing import Any

import pytest

from server.domain.correction_commands import CORRECTION_COMMANDS
from server.domain.notices import notices_of
from server.usecases import correcting
from tests.fixtures import office
from tests.fixtures.acting import Acting

CLERK, IT_HEAD, ADMINISTRATOR = office.CLERK, office.IT_HEAD, office.ADMINISTRATOR
SUBJECT = "UBND tỉnh mời họp ngày 25/11/2026 về chuyển đổi số, do Phó Chủ tịch chủ trì"


def asked(acting: Acting, document_id: str, **changes: Any) -> str:
    """Let the clerk ask for a correction and return its id."""
    wanted = acting.entry(document_id, reason="Ghi nhầm khi vào sổ", **changes)
    receipt = acting.does(CLERK, "RequestCorrection", document_id, **wanted)
    assert receipt["status"] == "applied", receipt
    return str(receipt["action_id"])


def told(acting: Acting, document_id: str) -> dict[str, str]:
    """Return who has a notice of a correction, and what it tells."""
    found = notices_of(acting.record(document_id), acting.services.directory.office(), acting.clock.now())
    return {key: str(one["told"]) for key, notices in found.items() for one in notices.values() if one is not None}


def test_an_entry_is_corrected_in_three_steps_and_the_old_value_kept(acting: Acting) -> None:
    document_id = acting.registers(number="12/UBND-KGVX", sender="UBND tỉnh")
    correction_id = asked(acting, document_id, number="21/UBND-KGVX", document_on="2026-11-19")
    assert acting.record(document_id)["number"] == "12/UBND-KGVX"
    assert told(acting, document_id) == {IT_HEAD: "requested"}
    named = {"correction_id": correction_id}
    permitted = acting.does(IT_HEAD, "PermitCorrection", document_id, note="Giao quản trị thực hiện", **named)
    assert permitted["status"] == "applied", permitted
    assert acting.record(document_id)["number"] == "12/UBND-KGVX"
    assert told(acting, document_id) == {ADMINISTRATOR: "permitted"}
    assert acting.does(ADMINISTRATOR, "CarryOutCorrection", document_id, **named)["status"] == "applied"
    record = acting.record(document_id)
    assert (record["number"], record["document_on"]) == ("21/UBND-KGVX", "2026-11-19")
    assert record["arrival_number"] == 1
    assert told(acting, document_id) == {CLERK: "done"}
    [correction] = record["corrections"]
    assert correction["changes"] == {
        "number": {"old": "12/UBND-KGVX", "new": "21/UBND-KGVX"},
        "document_on": {"old": "2026-11-20", "new": "2026-11-19"},
    }
    by = (correction["asked_by"], correction["decided_by"], correction["done_by"])
    assert by == (CLERK, IT_HEAD, ADMINISTRATOR)
    events = [(one["event"], one["actor_id"]) for one in record["events"][1:]]
    assert events == [
        ("CorrectionRequested", CLERK),
        ("CorrectionPermitted", IT_HEAD),
        ("Corrected", ADMINISTRATOR),
    ]
    assert acting.does(CLERK, "AcknowledgeCorrection", document_id, **named)["status"] == "applied"
    assert told(acting, document_id) == {}


def test_who_sees_the_document_reads_the_old_and_the_new_value_in_its_history(acting: Acting) -> None:
    document_id = acting.registers(type="CV")
    acting.corrects(document_id, type="GM", subject=SUBJECT)
    card = acting.card(office.DIRECTOR, document_id)
    assert card is not None
    assert (card["title"], card["type"]) == (SUBJECT, "GM")
    [correction] = card["corrections"]
    shown = {one["field"]: (one["old"], one["new"]) for one in correction["changes"]}
    assert shown["type"] == ("Công văn", "Giấy mời")
    assert shown["subject"][0].startswith("UBND tỉnh yêu cầu báo cáo")
    assert correction["done_by_name"] == office.name_of(ADMINISTRATOR)
    assert card["timeline"][-1]["details"]["changes"] == correction["changes"]


def test_the_corrected_entry_is_what_a_repeat_is_measured_by(acting: Acting) -> None:
    document_id = acting.registers(number="12/UBND-KGVX")
    acting.corrects(document_id, number="21/UBND-KGVX")
    again = {"sender": "UBND tỉnh Gia Lai", "document_on": "2026-11-20", "subject": SUBJECT}
    warned = acting.does(CLERK, "RegisterIncoming", number="21/UBND-KGVX", **again)
    assert (warned["reason"], warned["details"]["document_id"]) == ("duplicate", document_id)
    assert acting.does(CLERK, "RegisterIncoming", number="12/UBND-KGVX", **again)["status"] == "applied"


def test_a_refusal_keeps_the_entry_and_tells_who_asked_why(acting: Acting) -> None:
    document_id = acting.registers(number="12/UBND-KGVX")
    correction_id = asked(acting, document_id, number="21/UBND-KGVX")
    fields = {"correction_id": correction_id, "reason": "Số trên văn bản giấy là 12"}
    assert acting.does(IT_HEAD, "RefuseCorrection", document_id, **fields)["status"] == "applied"
    assert acting.record(document_id)["number"] == "12/UBND-KGVX"
    assert told(acting, document_id) == {CLERK: "refused"}
    [one] = correcting.lists(acting.services, CLERK, acting.clock.now())["waiting"]
    assert (one["decision"], one["actions"]) == ("Số trên văn bản giấy là 12", ["acknowledge_correction"])
    late = acting.does(ADMINISTRATOR, "CarryOutCorrection", document_id, correction_id=correction_id)
    assert (late["status"], late["reason"]) == ("refused", "correction_not_open")
    asked(acting, document_id, number="22/UBND-KGVX")


def test_a_struck_number_stays_used_and_takes_the_registration_back(acting: Acting) -> None:
    document_id = acting.registers()
    acting.corrects(document_id, strikes_number=True)
    record = acting.record(document_id)
    assert (record["state"], record["arrival_number"]) == ("withdrawn", 1)
    assert acting.record(acting.registers())["arrival_number"] == 2
    last = record["events"][-1]
    assert (last["event"], last["actor_id"], last["data"]["reason"]) == (
        "Withdrawn",
        ADMINISTRATOR,
        "Ghi nhầm khi vào sổ",
    )
    assert record["corrections"][0]["state"] == "done"
    # nobody puts it in use again
    again = acting.does(CLERK, "RequestCorrection", document_id, **acting.entry(document_id, sender="X", reason="Sửa"))
    assert (again["status"], again["reason"]) == ("refused", "wrong_state")


def test_a_withdrawal_ends_an_open_request(acting: Acting) -> None:
    document_id = acting.registers()
    correction_id = asked(acting, document_id, sender="Sở Nội vụ")
    assert acting.does(CLERK, "WithdrawDocument", document_id, reason="Vào sổ hai lần")["status"] == "applied"
    assert told(acting, document_id) == {CLERK: "lapsed"}
    late = acting.does(IT_HEAD, "PermitCorrection", document_id, correction_id=correction_id)
    assert (late["status"], late["reason"]) == ("refused", "correction_not_open")


@pytest.mark.parametrize(
    ("changes", "reason", "field"),
    [
        ({}, "correction_changes_nothing", "reason"),
        ({"sender": ""}, "required", "sender"),
        ({"subject": ""}, "required", "subject"),
        ({"arrived_on": None}, "required", "arrived_on"),
        ({"type": "không có"}, "bad_value", "type"),
        ({"arrived_on": "2026-11-24"}, "document_in_future", "arrived_on"),
        ({"arrived_on": "2026-11-19"}, "document_in_future", "arrived_on"),
        ({"document_on": "2026-11-24"}, "document_in_future", "document_on"),
        ({"arrived_on": "2025-12-31"}, "arrival_in_other_year", "arrived_on"),
        ({"sender": "Sở Nội vụ", "strikes_number": True}, "correction_strikes_only", "strikes_number"),
    ],
)
def test_what_cannot_be_asked_for(acting: Acting, changes: dict[str, Any], reason: str, field: str) -> None:
    document_id = acting.registers()
    wanted = acting.entry(document_id, reason="Ghi nhầm", **changes)
    receipt = acting.does(CLERK, "RequestCorrection", document_id, **wanted)
    assert (receipt["status"], receipt["reason"], receipt["details"]["field"]) == ("refused", reason, field)
    assert not acting.record(document_id).get("corrections")


def test_one_correction_at_a_time(acting: Acting) -> None:
    document_id = acting.registers()
    asked(acting, document_id, sender="Sở Nội vụ")
    wanted = acting.entry(document_id, sender="Sở Tài chính", reason="Ghi nhầm")
    second = acting.does(office.SECOND_CLERK, "RequestCorrection", document_id, **wanted)
    assert (second["status"], second["reason"]) == ("refused", "correction_open")


def test_each_step_is_for_one_role_alone(acting: Acting) -> None:
    document_id = acting.registers()
    wanted = acting.entry(document_id, sender="Sở Nội vụ", reason="Ghi nhầm")
    for person_id in set(office.EVERYBODY) - {CLERK, office.SECOND_CLERK}:
        receipt = acting.does(person_id, "RequestCorrection", document_id, **wanted)
        assert receipt["status"] == "refused", person_id
    named = {"correction_id": asked(acting, document_id, sender="Sở Nội vụ")}
    for person_id in set(office.EVERYBODY) - {IT_HEAD}:
        for command, more in (("PermitCorrection", {}), ("RefuseCorrection", {"reason": "Không"})):
            assert acting.does(person_id, command, document_id, **named, **more)["status"] == "refused", person_id
    # not even the administrator does anything that was not permitted
    early = acting.does(ADMINISTRATOR, "CarryOutCorrection", document_id, **named)
    assert (early["status"], early["reason"]) == ("refused", "correction_not_open")
    acting.does(IT_HEAD, "PermitCorrection", document_id, **named)
    for person_id in set(office.EVERYBODY) - {ADMINISTRATOR}:
        assert acting.does(person_id, "CarryOutCorrection", document_id, **named)["status"] == "refused", person_id
    assert acting.record(document_id)["sender"] == "UBND tỉnh Gia Lai"


def test_the_administrator_knows_of_no_entry_without_a_correction(acting: Acting) -> None:
    document_id = acting.registers()
    receipt = acting.does(ADMINISTRATOR, "CarryOutCorrection", document_id, correction_id="act-00000000")
    assert (receipt["status"], receipt["reason"]) == ("refused", "not_found")
    assert acting.card(ADMINISTRATOR, document_id) is None


def test_the_administrator_and_the_head_of_it_see_the_correction_and_nothing_else(acting: Acting) -> None:
    document_id = acting.registers(number="12/UBND-KGVX", original_subject="V/v mật khẩu Wi-Fi của phòng họp")
    named = {"correction_id": asked(acting, document_id, number="21/UBND-KGVX")}
    acting.does(IT_HEAD, "PermitCorrection", document_id, **named)
    for person_id in (IT_HEAD, ADMINISTRATOR):
        assert acting.card(person_id, document_id) is None
        seen = str(correcting.lists(acting.services, person_id, acting.clock.now()))
        assert "12/UBND-KGVX" in seen
        assert "21/UBND-KGVX" in seen
        for hidden in ("chuyển đổi số", "Wi-Fi", "UBND tỉnh Gia Lai"):
            assert hidden not in seen
    acting.services.fanout.catch_up()
    inbox = str(acting.services.store.database(f"inbox_{ADMINISTRATOR}").all())
    assert f"notice:{named['correction_id']}" in inbox
    assert "chuyển đổi số" not in inbox
    for person_id in (office.NOBODY, office.PRESS_SPECIALIST, office.DIRECTOR):
        assert correcting.lists(acting.services, person_id, acting.clock.now()) == {
            "waiting": [],
            "open": [],
            "past": [],
        }


def test_a_delegate_of_the_head_of_it_decides_in_that_name(acting: Acting) -> None:
    fields = {"from_at": "2026-11-23", "until_at": "2026-11-25", "reason": "Đi công tác"}
    wish = acting.does(IT_HEAD, "RequestDelegation", to_person=office.IT_DEPUTY_HEAD, **fields)
    permit = acting.services.accounts.get(wish["document_id"])
    assert permit is not None
    given = acting.does(office.DIRECTOR, "PermitDelegation", wish["document_id"], seen=permit["version"])
    assert given["status"] == "applied", given
    document_id = acting.registers()
    correction_id = asked(acting, document_id, sender="Sở Nội vụ")
    assert told(acting, document_id) == {IT_HEAD: "requested", office.IT_DEPUTY_HEAD: "requested"}
    receipt = acting.does(office.IT_DEPUTY_HEAD, "PermitCorrection", document_id, correction_id=correction_id)
    assert receipt["status"] == "applied", receipt
    assert acting.record(document_id)["events"][-1]["on_behalf_of"] == IT_HEAD


@pytest.mark.parametrize("command", sorted(command.__name__ for command in CORRECTION_COMMANDS))
def test_none_of_it_is_taken_from_a_device_s_queue(acting: Acting, command: str) -> None:
    document_id = acting.registers()
    wanted = acting.entry(document_id, sender="Sở Nội vụ", reason="Ghi nhầm")
    if command == "RequestCorrection":
        person_id, fields = CLERK, wanted
    else:
        named = {"correction_id": asked(acting, document_id, sender="Sở Nội vụ")}
        person_id = {"CarryOutCorrection": ADMINISTRATOR, "AcknowledgeCorrection": CLERK}.get(command, IT_HEAD)
        fields = {**named, "reason": "Không"} if command == "RefuseCorrection" else named
    receipt = acting.does(person_id, command, document_id, device_id="device-may-tinh-ban", **fields)
    assert (receipt["status"], receipt["reason"]) == ("refused", "online_only")


def secret_entry(acting: Acting) -> str:
    """Give an entry of the book of secret documents."""
    fields = {"sender": "Công an tỉnh", "number": "07/CAT", "confidentiality": "secret"}
    return str(acting.does(CLERK, "RegisterIncoming", **fields)["document_id"])


def test_a_secret_entry_is_permitted_by_a_leader_and_mended_by_a_clerk(acting: Acting) -> None:
    document_id = secret_entry(acting)
    correction_id = asked(acting, document_id, number="70/CAT")
    named = {"correction_id": correction_id}
    leaders = {office.DIRECTOR, office.DEPUTY, office.SECOND_DEPUTY}
    assert told(acting, document_id) == dict.fromkeys(leaders, "requested")
    for person_id in (IT_HEAD, ADMINISTRATOR, CLERK, office.CHIEF_OF_OFFICE, office.IT_SPECIALIST):
        receipt = acting.does(person_id, "PermitCorrection", document_id, **named)
        assert receipt["status"] == "refused", person_id
    permitted = acting.does(office.DIRECTOR, "PermitCorrection", document_id, note="Đồng ý, đúng số 70", **named)
    assert permitted["status"] == "applied", permitted
    assert told(acting, document_id) == {CLERK: "permitted", office.SECOND_CLERK: "permitted"}
    for person_id in (ADMINISTRATOR, IT_HEAD, office.DIRECTOR):
        assert acting.does(person_id, "CarryOutCorrection", document_id, **named)["status"] == "refused", person_id
    assert acting.does(office.SECOND_CLERK, "CarryOutCorrection", document_id, **named)["status"] == "applied"
    record = acting.record(document_id)
    assert (record["number"], record["arrival_number"], record["book"]) == ("70/CAT", 1, "den-mat-2026")
    assert told(acting, document_id) == {CLERK: "done"}


def test_who_corrects_other_entries_gets_to_know_of_no_secret_one(acting: Acting) -> None:
    document_id = secret_entry(acting)
    asked(acting, document_id, number="70/CAT")
    at = acting.clock.now()
    for person_id in (IT_HEAD, ADMINISTRATOR, office.CHIEF_OF_OFFICE):
        assert not any(correcting.lists(acting.services, person_id, at).values()), person_id
        receipt = acting.does(person_id, "PermitCorrection", document_id, correction_id="act-00000000")
        assert (receipt["status"], receipt["reason"]) == ("refused", "not_found")
    [shown] = correcting.lists(acting.services, office.DIRECTOR, at)["waiting"]
    assert (shown["is_secret_book"], shown["may_open"]) == (True, False), "the change, and nothing else of the entry"
    assert shown["changes"] == [{"field": "number", "old": "07/CAT", "new": "70/CAT"}]


def test_what_goes_to_devices_says_nothing_that_was_written_of_a_secret_entry(acting: Acting) -> None:
    document_id = secret_entry(acting)
    named = {"correction_id": asked(acting, document_id, number="70/CAT")}
    refused = acting.does(office.DIRECTOR, "RefuseCorrection", document_id, reason="Số 07 là đúng", **named)
    assert refused["status"] == "applied"
    found = notices_of(acting.record(document_id), acting.services.directory.office(), acting.clock.now())
    [notice] = [one for one in found[CLERK].values() if one]
    assert (notice["told"], notice["label"], notice["is_secret_book"]) == ("refused", "01/2026", True)
    for words in ("CAT", "Công an", "Số 07", "Ghi nhầm"):
        assert words not in str(notice), words


def test_nothing_of_the_content_comes_into_a_secret_entry_by_a_correction(acting: Acting) -> None:
    document_id = secret_entry(acting)
    wanted = acting.entry(document_id, number="70/CAT", subject=SUBJECT, reason="Ghi nhầm")
    receipt = acting.does(CLERK, "RequestCorrection", document_id, **wanted)
    assert (receipt["status"], receipt["reason"]) == ("refused", "secret_has_content")


def test_a_number_of_the_book_of_secrets_is_struck_and_stays_used(acting: Acting) -> None:
    document_id = secret_entry(acting)
    named = {"correction_id": asked(acting, document_id, strikes_number=True)}
    acting.does(office.DEPUTY, "PermitCorrection", document_id, **named)
    assert acting.does(CLERK, "CarryOutCorrection", document_id, **named)["status"] == "applied"
    assert acting.record(document_id)["state"] == "withdrawn"
    fields = {"sender": "Bộ Công an", "number": "08/BCA", "confidentiality": "secret"}
    later = acting.does(CLERK, "RegisterIncoming", **fields)["document_id"]
    assert acting.record(later)["arrival_number"] == 2


def test_told_twice_it_is_done_once(acting: Acting) -> None:
    document_id = acting.registers()
    named = {"correction_id": asked(acting, document_id, sender="Sở Nội vụ")}
    acting.does(IT_HEAD, "PermitCorrection", document_id, **named)
    act = {"action_id": "act-carry-out-1", **named}
    first = acting.does(ADMINISTRATOR, "CarryOutCorrection", document_id, **act)
    assert acting.does(ADMINISTRATOR, "CarryOutCorrection", document_id, **act) == first
    assert [one["event"] for one in acting.record(document_id)["events"]].count("Corrected") == 1


def test_a_correction_is_warned_about_as_a_registration_is(acting: Acting) -> None:
    first = acting.registers(number="12/UBND-KGVX", sender="UBND tỉnh")
    second = acting.registers(number="13/UBND-KGVX", sender="UBND tỉnh")

    def asks(**changes: str) -> dict[str, Any]:
        return acting.does(CLERK, "RequestCorrection", second, **acting.entry(second, reason="Ghi nhầm", **changes))

    thin = asks(subject="Mời họp")
    assert (thin["status"], thin["reason"], thin["details"]["field"]) == ("refused", "subject_too_thin", "subject")
    repeated = asks(number="12/UBND-KGVX")
    assert (repeated["reason"], repeated["details"]["field"]) == ("duplicate", "duplicate_reason")
    assert [one["document_id"] for one in repeated["details"]["documents"]] == [first]
    assert "corrections" not in acting.record(second), "nothing was asked for"
    reasons = {"subject_reason": "Bản gốc chỉ ghi vậy", "duplicate_reason": "Văn bản thứ hai cùng số"}
    both = asks(subject="Mời họp", number="12/UBND-KGVX", **reasons)
    assert both["status"] == "applied", both
    [correction] = acting.record(second)["corrections"]
    assert [(one["check"], one["reason"]) for one in correction["confirmations"]] == [
        ("subject", "Bản gốc chỉ ghi vậy"),
        ("duplicate", "Văn bản thứ hai cùng số"),
    ]


def test_what_is_not_changed_is_not_warned_about_again(acting: Acting) -> None:
    document_id = acting.registers(number="12/UBND-KGVX", subject="Mời họp", subject_reason="Bản gốc chỉ ghi vậy")
    asked(acting, document_id, arrived_on="2026-11-21")
    assert acting.record(document_id)["corrections"][0]["confirmations"] == []


def test_a_corrected_number_is_the_one_by_which_a_repetition_is_told(acting: Acting) -> None:
    document_id = acting.registers(number="12/UBND-KGVX", sender="UBND tỉnh")
    acting.corrects(document_id, number="21/UBND-KGVX")
    fields = {"sender": "UBND tỉnh", "document_on": "2026-11-20", "subject": SUBJECT, "urgency": "normal"}
    again = acting.does(CLERK, "RegisterIncoming", number="21/UBND-KGVX", **fields)
    assert (again["status"], again["reason"]) == ("refused", "duplicate")
    assert acting.does(CLERK, "RegisterIncoming", number="12/UBND-KGVX", **fields)["status"] == "applied"
