"""The lists of the inbox are the same on the server and on devices."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

from server.domain.lists import COLUMNS, LISTS, SOON_DAYS
from server.web.tallies import FOLDERS

ROOT = Path(__file__).resolve().parents[2]
PRINT = """
import { COLUMNS, FOLDERS, LISTS, SOON_DAYS } from "./pwa/lists.js";
const lists = Object.entries(LISTS);
console.log(JSON.stringify({ columns: COLUMNS, folders: FOLDERS, lists, soon: SOON_DAYS }));
"""


def test_devices_offer_the_same_lists_in_the_same_order() -> None:
    command = ["node", "--input-type=module", "--eval", PRINT]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True, timeout=60)
    lists = [list(one) for one in LISTS.items()]
    expected = {"columns": list(COLUMNS), "folders": list(FOLDERS), "lists": lists, "soon": SOON_DAYS}
    assert json.loads(told.stdout) == expected
