"""What two registrations of the same document have in common is the same on the server and on devices."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

from server.domain.duplicates import duplicate_key

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = [
    ("UBND tỉnh Gia Lai", "812/UBND-KGVX"),
    ("ubnd  Tỉnh, Gia Lai", "812 / ubnd.kgvx"),
    ("Bộ Thông tin và Truyền thông", "04/BTTTT-CĐSQG"),
    ("Sở Nội vụ", ""),
    ("Đài PT&TH Đắk Lắk", "17/ĐPT-KH"),
    ("Viettel – Chi nhánh №1", "Ⅳ/VT"),
    ("", "1/A"),
]
PRINT = """
import { duplicateKey } from "./pwa/entry_view.js";
console.log(JSON.stringify(JSON.parse(process.argv[1]).map(([sender, number]) => duplicateKey(sender, number))));
"""


def test_devices_compare_entries_as_the_server_does() -> None:
    command = ["node", "--input-type=module", "--eval", PRINT, json.dumps(SAMPLES)]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True, timeout=60)
    assert json.loads(told.stdout) == [duplicate_key(*one) for one in SAMPLES]
    assert duplicate_key(*SAMPLES[0]) == duplicate_key(*SAMPLES[1])
