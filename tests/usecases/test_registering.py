"""Arrival numbers: without gap or repeat, whatever is repeated, raced or interrupted (Article 9.1)."""

from __future__ import annotations

import contextlib
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from server.domain.errors import DomainError
from server.usecases.registering import repair_books
from sync.stores.embedded_database import EmbeddedDatabase
from tests.fixtures import office
from tests.fixtures.acting import Acting

_PUT = EmbeddedDatabase.put


def numbers(acting: Acting) -> list[int]:
    """Return the arrival numbers given, sorted."""
    return sorted(one["arrival_number"] for one in acting.services.records.all("incoming:"))


def test_fifty_registrations_at_once_are_numbered_one_to_fifty(acting: Acting) -> None:
    with ThreadPoolExecutor(10) as pool:
        list(pool.map(lambda n: acting.registers(number=f"{n}/CV-TEST", action_id=f"act-race-{n:04d}"), range(50)))
    assert numbers(acting) == list(range(1, 51))


def test_a_crash_between_the_book_and_the_record_is_repaired(acting: Acting, monkeypatch: pytest.MonkeyPatch) -> None:
    acting.registers()
    records = acting.services.records
    monkeypatch.setattr(type(records), "put", _dies)
    with pytest.raises(KeyboardInterrupt):
        acting.registers(action_id="act-interrupted", number="99/UBND-VX")
    monkeypatch.undo()
    assert numbers(acting) == [1]
    assert repair_books(acting.services) == 1
    assert numbers(acting) == [1, 2]
    assert repair_books(acting.services) == 0
    # the clerk's browser sends it again: same number, no second entry
    again = acting.registers(action_id="act-interrupted", number="99/UBND-VX")
    assert acting.record(again)["arrival_number"] == 2
    assert acting.record(acting.registers())["arrival_number"] == 3


def test_a_crash_is_repaired_by_the_next_registration(acting: Acting, monkeypatch: pytest.MonkeyPatch) -> None:
    records = acting.services.records
    monkeypatch.setattr(type(records), "put", _dies)
    with pytest.raises(KeyboardInterrupt):
        acting.registers(action_id="act-interrupted")
    monkeypatch.undo()
    acting.registers()
    assert numbers(acting) == [1, 2]


def _dies(self: EmbeddedDatabase, doc: dict[str, object]) -> str:
    """Stand for a process killed before it writes a record; number books are still written."""
    if str(doc["_id"]).startswith("incoming:"):
        raise KeyboardInterrupt
    return _PUT(self, doc)


def test_the_books_of_two_years_and_of_secrets_count_for_themselves(acting: Acting) -> None:
    acting.registers()
    secret = acting.does(
        office.CLERK,
        "RegisterIncoming",
        sender="Công an tỉnh",
        number="07/CAT-PA05",
        document_on="2026-11-20",
        confidentiality="secret",
    )
    assert secret["status"] == "applied", secret
    found = acting.record(secret["document_id"])
    assert (found["book"], found["arrival_number"]) == ("den-mat-2026", 1)
    acting.clock.move(days=60)
    assert acting.record(acting.registers(due_on=None))["arrival_number"] == 1


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"subject": "Nội dung mật"}, "secret_has_content"),
        ({"leader_id": office.DIRECTOR}, "secret_not_transferable"),
    ],
)
def test_a_secret_document_keeps_nothing_but_its_entry(acting: Acting, changes: dict[str, str], reason: str) -> None:
    receipt = acting.does(
        office.CLERK,
        "RegisterIncoming",
        **{"sender": "Công an tỉnh", "number": "07/CAT", "confidentiality": "secret", **changes},
    )
    assert (receipt["status"], receipt["reason"]) == ("refused", reason)


def test_the_same_document_again_is_warned_about_and_names_the_first(acting: Acting) -> None:
    first = acting.registers(number="15/UBND-KGVX")
    again = {"sender": "UBND Tỉnh  Gia Lai", "number": "15/ubnd-kgvx"}
    fields = {"document_on": "2026-11-20", "subject": "UBND tỉnh mời họp ngày 25/11/2026 về chuyển đổi số"}
    warned = acting.does(office.CLERK, "RegisterIncoming", **fields, **again)
    assert (warned["status"], warned["reason"]) == ("refused", "duplicate")
    assert warned["details"]["document_id"] == first
    assert numbers(acting) == [1]
    confirmed = acting.does(office.CLERK, "RegisterIncoming", **fields, **again, duplicate_reason="Bản đính chính")
    assert confirmed["status"] == "applied"
    assert acting.record(confirmed["document_id"])["confirmations"] == [
        {
            "check": "duplicate",
            "reason": "Bản đính chính",
            "documents": [{"document_id": first, "arrival_number": 1, "checks": ["number"]}],
        }
    ]


def test_a_thin_subject_is_refused_until_confirmed_and_takes_no_number(acting: Acting) -> None:
    fields = {
        "sender": "UBND tỉnh",
        "number": "16/GM-UBND",
        "subject": "V/v Mời họp",
        "original_subject": "V/v Mời họp",
    }
    refused = acting.does(office.CLERK, "RegisterIncoming", **fields)
    assert (refused["status"], refused["reason"]) == ("refused", "subject_too_thin")
    assert refused["details"]["warnings"]
    receipt = acting.does(office.CLERK, "RegisterIncoming", **fields, subject_reason="Giấy mời không ghi nội dung")
    assert receipt["status"] == "applied"
    kept = acting.record(receipt["document_id"])["confirmations"]
    assert [(one["check"], one["reason"]) for one in kept] == [("subject", "Giấy mời không ghi nội dung")]
    assert "stock_phrase" in kept[0]["warnings"]
    assert numbers(acting) == [1]


@pytest.mark.parametrize("person_id", [office.DIRECTOR, office.IT_SPECIALIST, office.ADMINISTRATOR, office.NOBODY])
def test_only_clerks_register(acting: Acting, person_id: str) -> None:
    receipt = acting.does(person_id, "RegisterIncoming", sender="X", subject="UBND tỉnh mời họp ngày 25/11/2026")
    assert (receipt["status"], receipt["reason"]) == ("refused", "not_allowed")


def test_a_file_of_somebody_else_cannot_be_taken_by_its_hash(acting: Acting) -> None:
    stolen = acting.has_file(office.DIRECTOR, "chỉ của giám đốc")
    receipt = acting.does(
        office.CLERK,
        "RegisterIncoming",
        sender="UBND tỉnh",
        subject="UBND tỉnh mời họp ngày 25/11/2026 về chuyển đổi số",
        file=stolen,
    )
    assert (receipt["status"], receipt["reason"]) == ("refused", "file_missing")


APPENDIX = {
    "document_code": "000.00.15.H27-2026-0001",
    "source": "exchange",
    "language": "Tiếng Việt",
    "page_count": 3,
    "signer_position": "Phó Chủ tịch",
    "signer_name": "Nguyễn Hữu Quang",
    "to_places": "Như trên; Lưu: VT, KGVX",
    "expires_on": "2027-06-30",
    "is_priority": True,
    "is_provincial_task": True,
    "note": "Kèm 02 phụ lục",
}


def test_the_fields_of_appendix_vi_are_kept_and_on_the_card(acting: Acting) -> None:
    document_id = acting.registers(**APPENDIX)
    record = acting.record(document_id)
    told = {**APPENDIX, "document_code": APPENDIX["document_code"].lower()}  # type: ignore[attr-defined]
    assert {name: record[name] for name in told if name != "note"} == {
        name: value for name, value in told.items() if name != "note"
    }
    assert record["events"][0]["data"]["note"] == "Kèm 02 phụ lục"
    card = acting.card(office.DIRECTOR, document_id)
    assert card is not None
    assert {name: card[name] for name in told if name != "note"} == {
        name: value for name, value in told.items() if name != "note"
    }


@pytest.mark.parametrize("source", ["exchange", "email"])
def test_what_came_electronically_is_registered_with_how_it_came_and_goes_to_a_leader(
    acting: Acting, source: str
) -> None:
    document_id = acting.registers(source=source, leader_id="")
    assert acting.record(document_id)["state"] == "registered"
    receipt = acting.does(office.CLERK, "PresentToLeader", document_id, leader_id=office.DIRECTOR, note="Kính trình")
    assert receipt["status"] == "applied", receipt
    card = acting.card(office.DIRECTOR, document_id)
    assert card is not None
    assert (card["source"], card["list"]) == (source, "waiting")
    assert "assign" in card["allowed_actions"]


def test_pages_are_counted_from_the_file_when_nobody_says_and_paper_is_the_usual_source(acting: Acting) -> None:
    record = acting.record(acting.registers(file=acting.has_file(office.CLERK, "văn bản")))
    assert (record["page_count"], record["source"], record["expires_on"]) == (1, "paper", None)


@pytest.mark.parametrize(
    ("changes", "reason", "field"),
    [
        ({"number": "123456789012/UBND"}, "number_too_long", "number"),
        ({"number": "12/" + "A" * 31}, "number_too_long", "number"),
        ({"sender": "S" * 201}, "too_long", "sender"),
        ({"subject": "S" * 501}, "too_long", "subject"),
        ({"language": "V" * 31}, "too_long", "language"),
        ({"signer_position": "P" * 101}, "too_long", "signer_position"),
        ({"signer_name": "N" * 51}, "too_long", "signer_name"),
        ({"to_places": "N" * 1001}, "too_long", "to_places"),
        ({"note": "N" * 501}, "too_long", "note"),
        ({"page_count": 1000}, "too_much", "page_count"),
        ({"page_count": -1}, "bad_value", "page_count"),
        ({"page_count": "ba"}, "bad_value", "page_count"),
        ({"source": "fax"}, "bad_value", "source"),
        ({"document_on": "2026-11-20", "expires_on": "2026-11-19"}, "expires_before_document", "expires_on"),
    ],
)
def test_lengths_are_those_of_appendix_vi(acting: Acting, changes: dict[str, Any], reason: str, field: str) -> None:
    fields = {"sender": "UBND tỉnh", "subject": "UBND tỉnh mời họp ngày 25/11/2026 về chuyển đổi số", **changes}
    with contextlib.suppress(DomainError):
        receipt = acting.does(office.CLERK, "RegisterIncoming", **fields)
        assert (receipt["status"], receipt["reason"], receipt["details"]["field"]) == ("refused", reason, field)
        return
    with pytest.raises(DomainError) as caught:
        acting.does(office.CLERK, "RegisterIncoming", **fields)
    assert (caught.value.code, caught.value.details["field"]) == (reason, field)


def test_a_legal_act_can_be_registered(acting: Acting) -> None:
    subject = "Chính phủ ban hành Nghị định số 30/2020/NĐ-CP về công tác văn thư"
    assert acting.record(acting.registers(type="NĐ", sender="Chính phủ", subject=subject))["type"] == "NĐ"


def test_a_dossier_of_the_one_stop_shop_is_warned_about_and_the_reason_kept(acting: Acting) -> None:
    fields = {
        "sender": "Công ty TNHH In Phố Núi",
        "subject": "Công ty TNHH In Phố Núi đề nghị cấp giấy phép hoạt động in theo hồ sơ ngày 20/11/2026",
    }
    warned = acting.does(office.CLERK, "RegisterIncoming", **fields)
    assert (warned["status"], warned["reason"]) == ("refused", "one_stop_dossier")
    assert numbers(acting) == []
    receipt = acting.does(office.CLERK, "RegisterIncoming", **fields, dossier_reason="Một cửa chuyển để phối hợp")
    assert acting.record(receipt["document_id"])["confirmations"] == [
        {"check": "dossier", "reason": "Một cửa chuyển để phối hợp"}
    ]


def test_a_file_that_is_stamped_secret_is_refused_whatever_way_it_came(acting: Acting) -> None:
    stamped = acting.has_file(office.CLERK, "CÔNG AN TỈNH GIA LAI\nSố: 07/CAT-PA05\nTỐI MẬT\nKính gửi: Sở Y tế")
    fields = {"sender": "Công an tỉnh", "subject": "Công an tỉnh đề nghị phối hợp ngày 25/11/2026 về chuyển đổi số"}
    receipt = acting.does(office.CLERK, "RegisterIncoming", **fields, file=stamped)
    assert (receipt["reason"], receipt["details"]["level"]) == ("secret_stamp", "secret")
    incoming_id = acting.registers()
    mine = acting.has_file(office.IT_SPECIALIST, "MẬT\nSỞ THÔNG TIN VÀ TRUYỀN THÔNG\nKính gửi: UBND tỉnh")
    acting.does(office.DIRECTOR, "Assign", incoming_id, lead=f"person:{office.IT_SPECIALIST}", directive="Dự thảo")
    draft = {"subject": "Sở TT&TT trả lời UBND tỉnh về chuyển đổi số", "type": "CV"}
    receipt = acting.does(office.IT_SPECIALIST, "StartDraft", incoming_id, file=mine, **draft)
    assert (receipt["status"], receipt["reason"]) == ("refused", "secret_stamp")


@pytest.mark.parametrize("name", ["note", "to_places", "signer_name", "signer_position", "original_subject"])
def test_a_secret_entry_has_no_words_of_the_content_or_of_whom_it_concerns(acting: Acting, name: str) -> None:
    fields = {"sender": "Công an tỉnh", "number": "07/CAT", "confidentiality": "secret", name: "Nội dung"}
    assert acting.does(office.CLERK, "RegisterIncoming", **fields)["reason"] == "secret_has_content"


@pytest.mark.parametrize("source", ["email", "exchange"])
def test_a_secret_document_does_not_come_through_an_open_network(acting: Acting, source: str) -> None:
    secret = {
        "sender": "Công an tỉnh",
        "number": "07/CAT-PA05",
        "document_on": "2026-11-20",
        "confidentiality": "secret",
    }
    receipt = acting.does(office.CLERK, "RegisterIncoming", source=source, **secret)
    assert (receipt["reason"], receipt["details"]) == ("secret_over_network", {"field": "source"})
    assert acting.services.records.all("incoming:") == []
    assert acting.does(office.CLERK, "RegisterIncoming", source="by_hand", **secret)["status"] == "applied"
