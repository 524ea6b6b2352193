"""`congvan verify-receipts`: a person proves with an exported file what was handed over, and what was answered."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from server.__main__ import main
from server.domain.history_chain import first_broken, linked
from tests.fixtures import stores
from tests.fixtures.acting import open_office
from tests.fixtures.office import DIRECTOR
from tests.sync.conftest import device_of
from tests.sync.test_actions import Outboxes


@pytest.fixture
def export(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Give what a device of an office exports, and let the command find that office."""
    for name, value in {"CONGVAN_DATA": str(tmp_path), **stores.settings(tmp_path)}.items():
        monkeypatch.setenv(name, value)
    acting = open_office(tmp_path)
    outboxes = Outboxes(acting)
    document_id = acting.registers()
    actions = [
        outboxes.action("AddComment", document_id, text="Đồng ý", device_id=device_of(DIRECTOR)),
        outboxes.action("AddComment", document_id, text="", device_id=device_of(DIRECTOR)),
    ]
    receipts = outboxes.send(DIRECTOR, *actions)
    form = acting.services.signer.signed(acting.does(DIRECTOR, "AddComment", document_id, text="Bằng biểu mẫu"))
    (keys,) = [acting.services.signer.public_keys()]
    acting.services.close()
    (tmp_path / "keys.json").write_text(json.dumps({"keys": keys}))
    return {
        "format": "congvan-outbox-1",
        "waiting": [outboxes.action("AddComment", document_id, text="Chưa gửi")],
        "settled": [{**actions[0], "receipt": receipts[0]}, {"action_id": form["action_id"], "receipt": form}],
        "refused": [{**actions[1], "receipt": receipts[1]}],
    }


def checked(folder: Path, export: Any, *options: str) -> int:
    """Run the command on an export."""
    file = folder / "export.json"
    file.write_text(json.dumps(export), "utf-8")
    return main(["verify-receipts", str(file), *options])


@pytest.mark.parametrize("options", [(), ("--keys", "keys.json")])
def test_each_receipt_is_told_of_with_who_what_and_when(
    tmp_path: Path, export: dict[str, Any], capsys: pytest.CaptureFixture[str], options: tuple[str, ...]
) -> None:
    given = [str(tmp_path / one) if one.endswith(".json") else one for one in options]
    assert checked(tmp_path, export, *given) == 0
    lines = capsys.readouterr().out.splitlines()
    for line, act in zip(lines, [*export["settled"], *export["refused"]], strict=False):
        receipt = act["receipt"]
        assert line.startswith("Hợp lệ")
        for fact in ("actor_id", "command", "document_id", "acted_at", "received_at", "status", "action_id"):
            assert receipt[fact] in line
    assert lines[-1] == "Valid receipts: 3 of 3"


def test_what_was_changed_afterwards_is_found_out(
    tmp_path: Path, export: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    export["settled"][0]["fields"] = {"text": "Không đồng ý"}
    export["settled"][1]["receipt"]["acted_at"] = "2026-01-01T00:00:00.000Z"
    del export["refused"][0]["receipt"]["signature"]
    assert checked(tmp_path, export) == 1
    lines = capsys.readouterr().out.splitlines()
    assert [line.split(" · ")[0] for line in lines[:3]] == [
        "Nội dung không khớp với biên nhận",
        "Chữ ký không hợp lệ",
        "Không có chữ ký",
    ]
    assert lines[-1] == "Valid receipts: 0 of 3"


def test_a_history_that_was_written_anew_is_found_out_by_what_a_person_has(
    tmp_path: Path, export: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    """Who keeps the store can write all digests and receipts in it anew, and still not those on a device."""
    acting = open_office(tmp_path)
    record = acting.record(export["settled"][0]["document_id"])
    events, record["events"] = record["events"], []
    events[1]["data"]["text"] = "Không đồng ý"
    for event in events:
        record["events"].append(linked(record, event))
        record["receipts"][event["action_id"]]["history_sha256"] = record["events"][-1]["sha256"]
    assert first_broken(record) is None
    acting.services.records.put(record)
    acting.services.close()
    assert checked(tmp_path, export) == 1
    lines = capsys.readouterr().out.splitlines()
    assert [line.split(" · ")[0] for line in lines[:3]] == [
        "Lịch sử xử lý đã bị thay đổi sau khi cấp biên nhận",
        "Lịch sử xử lý đã bị thay đổi sau khi cấp biên nhận",
        "Hợp lệ",
    ]
    assert checked(tmp_path, export, "--keys", str(tmp_path / "keys.json")) == 0  # no history at hand


def test_the_receipt_of_another_act_proves_nothing(tmp_path: Path, export: dict[str, Any]) -> None:
    export["settled"][0]["receipt"] = export["settled"][1]["receipt"]
    assert checked(tmp_path, export) == 1


@pytest.mark.parametrize("text", ["", "[]", '{"settled": 7}', '{"settled": [{"action_id": "a"}]}'])
@pytest.mark.usefixtures("export")
def test_what_is_no_export_is_explained(tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str) -> None:
    file = tmp_path / "other.json"
    file.write_text(text)
    assert main(["verify-receipts", str(file)]) == 1
    assert "This is no readable export" in capsys.readouterr().err
