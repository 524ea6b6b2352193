"""Case files are proposed alike by the server and on devices (tests/pwa/suggest.test.mjs)."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from server.domain.case_file import suggested

TABLE = json.loads(Path(__file__).with_name("case_file_suggestions.json").read_text("utf-8"))
FILES = [{"_id": f"case_file:{number}", "title": title} for number, title in enumerate(TABLE["files"])]


@pytest.mark.parametrize("case", TABLE["cases"], ids=lambda case: case["subject"][:20])
def test_the_files_that_seem_to_be_about_it_come_first(case: dict) -> None:
    found = suggested(FILES, case["subject"])
    assert [int(one["_id"].partition(":")[2]) for one in found] == case["order"]
    assert [int(one["_id"].partition(":")[2]) for one in found if one["is_suggested"]] == case["suggested"]
