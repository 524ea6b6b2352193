"""`congvan verify-history`: whoever keeps the machines can be held to what the people did."""

from __future__ import annotations

from pathlib import Path

import pytest

from server.__main__ import main
from tests.fixtures import stores
from tests.fixtures.acting import open_office
from tests.fixtures.office import DIRECTOR


def test_a_changed_history_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, value in {"CONGVAN_DATA": str(tmp_path), **stores.settings(tmp_path)}.items():
        monkeypatch.setenv(name, value)
    acting = open_office(tmp_path)
    document_ids = [acting.registers() for _ in range(3)]
    acting.does(DIRECTOR, "AddComment", document_ids[1], text="Đồng ý")
    acting.services.close()
    assert main(["verify-history"]) == 0
    assert "3/3" in capsys.readouterr().out
    acting = open_office(tmp_path)
    record = acting.record(document_ids[1])
    record["events"][1]["data"]["text"] = "Không đồng ý"
    acting.services.records.put(record)
    acting.services.close()
    assert main(["verify-history"]) == 1
    told = capsys.readouterr().out
    assert (
        f"Lịch sử xử lý không còn nguyên vẹn kể từ lần thứ · History changed from event number  2  {document_ids[1]}"
        in told
    )
    assert document_ids[0] not in told
    assert "2/3" in told
