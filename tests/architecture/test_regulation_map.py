"""The regulation map and the glossary speak of what is there."""

from __future__ import annotations

import re
from pathlib import Path

from server.domain import office
from server.domain.catalogues import CONFIDENTIALITIES, URGENCIES
from server.domain.commands import COMMANDS
from server.domain.errors import CODES
from server.usecases.receipts import STATUSES

ROOT = Path(__file__).parents[2]
CHECKLIST_ROWS = 160


def test_every_row_of_the_map_names_a_test_that_exists() -> None:
    text = (ROOT / "docs/regulation_map.md").read_text("utf-8")
    rows = re.findall(r"^\| (\d+) \|.*\| (tests/\S+)::(\w+) \|$", text, re.MULTILINE)
    assert rows
    assert len(rows) == len(re.findall(r"^\| \d+ \|", text, re.MULTILINE)), "a row without a test"
    for row, path, test in rows:
        assert 1 <= int(row) <= CHECKLIST_ROWS
        assert f"def {test}(" in (ROOT / path).read_text("utf-8"), f"row {row}: {path}::{test}"


def test_the_glossary_has_every_command_role_and_code() -> None:
    text = (ROOT / "docs/glossary.md").read_text("utf-8")
    words = set(re.findall(r"[A-Za-z_]+", text))
    wanted = {*COMMANDS, *office.ROLES, *URGENCIES, *CONFIDENTIALITIES, *STATUSES}
    assert wanted <= words, wanted - words


def test_every_error_code_that_the_code_raises_is_declared() -> None:
    raised: set[str] = set()
    for path in [*ROOT.glob("server/**/*.py"), *ROOT.glob("sync/**/*.py")]:
        raised |= set(re.findall(r'DomainError\(\s*"(\w+)"', path.read_text("utf-8")))
    assert raised <= set(CODES), raised - set(CODES)
