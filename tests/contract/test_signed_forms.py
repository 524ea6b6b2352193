"""What is signed is the same bytes here and on devices: by signed_form_cases.json, and by chance."""

from __future__ import annotations

import json
import random
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from server.domain.signed_forms import act_form, canonical, receipt_form

HERE = Path(__file__).parent
CASES = json.loads((HERE / "signed_form_cases.json").read_text("utf-8"))
WRITE = """
import { canonical } from '%s';
let text = '';
for await (const piece of process.stdin) text += piece;
for (const line of text.trimEnd().split('\\n')) console.log(canonical(JSON.parse(line)));
"""
SIGNS = 'aZ0 "\\/\n\t\x00\x1fĐễ\u0301\u2028\uffff～😀'


@pytest.mark.parametrize("case", CASES["json"], ids=[case["name"] for case in CASES["json"]])
def test_json_is_written_in_one_way(case: dict[str, Any]) -> None:
    written = canonical(json.loads(case["json"]))
    assert written == case["expected"]
    assert canonical(json.loads(written)) == written


@pytest.mark.parametrize("case", CASES["acts"], ids=[case["name"] for case in CASES["acts"]])
def test_what_is_signed_of_an_act(case: dict[str, Any]) -> None:
    assert act_form(case["act"], case["device_id"]).decode() == case["expected"]


@pytest.mark.parametrize("case", CASES["receipts"], ids=[case["name"] for case in CASES["receipts"]])
def test_what_is_signed_of_a_receipt(case: dict[str, Any]) -> None:
    assert receipt_form(case["receipt"]).decode() == case["expected"]


@pytest.mark.skipif(shutil.which("node") is None, reason="the device's side runs under Node.js")
def test_whatever_comes_is_written_alike_on_the_device() -> None:
    rng = random.Random(12)
    values = [_value(rng, 3) for _ in range(2000)]
    script = WRITE % (HERE.parent.parent / "pwa/signed_forms.js").as_uri()
    given = "".join(f"{json.dumps(value)}\n" for value in values)
    command = ["node", "--input-type=module", "-e", script]
    answered = subprocess.run(command, input=given.encode(), capture_output=True, check=True, timeout=60)
    assert answered.stdout.decode().split("\n")[:-1] == [canonical(value) for value in values]


def _value(rng: random.Random, depth: int) -> Any:
    kind = rng.randrange(8 if depth else 6)
    if kind == 0:
        return rng.choice([None, True, False])
    if kind == 1:
        return rng.randrange(-(10 ** rng.randrange(1, 30)), 10 ** rng.randrange(1, 30))
    if kind == 2:
        return rng.uniform(-1, 1) * 10.0 ** rng.randrange(-30, 30)
    if kind == 3:
        return float(rng.randrange(10**6)) / 10 ** rng.randrange(8)
    if kind in {4, 5}:
        return _text(rng)
    if kind == 6:
        return [_value(rng, depth - 1) for _ in range(rng.randrange(5))]
    return {_text(rng): _value(rng, depth - 1) for _ in range(rng.randrange(6))}


def _text(rng: random.Random) -> str:
    return "".join(rng.choice(SIGNS) for _ in range(rng.randrange(6)))
