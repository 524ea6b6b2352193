"""Registering with nothing but the keyboard: how long it takes a clerk when the fields could be read.

A real browser plays it; the keys are counted as the page hears them. Hands and head are those of the keystroke-level
model (Card, Moran and Newell 1980): 0.28 s for a key of an average typist, 1.35 s for each stop at which somebody
decides, and 0.8 s for the look at the paper and back with which a field is compared that was read for sure (two
movements of the eye, each seen and understood). The browser's dialogue for the file is not the page's: it counts as one
stop and the keys of the file's name. What the machine takes is measured, from each key that makes the clerk wait to
what is waited for.
"""

from __future__ import annotations

import io
import random
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect, sync_playwright

from server.adapters.typesetting import Typesetter
from tests.bench.chromium import MISSING, BrowserError, find_chromium
from tests.bench.measure import Row, counted
from tests.bench.synthetic import WORDS
from tests.fixtures import office
from tests.journeys.office_server import OfficeServer
from tests.journeys.people import Person

KEY_S, GLANCE_S, STOP_S = 0.28, 0.8, 1.35
GOAL_S = 20
FILE = "415.pdf"
LETTER = {
    "agency": "ỦY BAN NHÂN DÂN\nTỈNH GIA LAI",
    "number": "415/UBND-KGVX",
    "place": "Gia Lai",
    "date": "2026-11-21",
    "type": "CV",
    "subject": "tăng cường bảo đảm an toàn thông tin mạng",
    "to": ["Sở Thông tin và Truyền thông"],
    "signature": {"authority": ["TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH"], "name": "Nguyễn Hữu Quang", "is_signed": True},
    "recipients": ["Như trên;", "Lưu: VT, KGVX."],
}
COUNTING = """addEventListener('keydown', ({ isTrusted, key }) => {
  if (isTrusted && !['Control', 'Shift'].includes(key)) sessionStorage.keys = 1 + Number(sessionStorage.keys ?? 0);
}, true);"""


def measure(*, repetitions: int = 3) -> list[Row]:
    """Measure the row: the median of a few documents, each another one to the office."""
    path = find_chromium()
    if path is None:
        raise BrowserError(MISSING)
    with tempfile.TemporaryDirectory(prefix="congvan-bench-") as folder, sync_playwright() as player:
        server = OfficeServer(Path(folder) / "data")
        server.start()
        browser = player.chromium.launch(executable_path=path, args=["--no-sandbox"])
        try:
            clerk = Person(browser, server, office.CLERK).signs_in().is_installed()
            clerk.context.add_init_script(COUNTING)
            taken = [_registered(clerk, Path(folder), number) for number in range(1 + repetitions)][1:]
        finally:
            browser.close()
            server.stop()
    seconds, keys = sorted(taken)[len(taken) // 2]
    return [
        counted(f"registering by keyboard what could be read: {keys} keys and what is waited for", seconds, "s", GOAL_S)
    ]


def _registered(clerk: Person, folder: Path, number: int) -> tuple[float, int]:
    """Register a document; give the seconds it takes, and the keys."""
    out = io.BytesIO()
    words = random.Random(number).sample(WORDS.split(), 25)  # no two are alike, else the alarm rings
    body = [" ".join(words), "Đề nghị báo cáo kết quả trước ngày 31/12/2099."]
    Typesetter().typeset({**LETTER, "number": f"{415 + number}/UBND-KGVX", "body": body}, out)
    scan = folder / FILE
    scan.write_bytes(out.getvalue())
    page = clerk.opens("/inbox").page
    page.evaluate("() => sessionStorage.removeItem('keys')")
    stops = 2  # the file; the number at the end
    waited = _waited(lambda: page.keyboard.press("n"), lambda: expect(page.locator("input[name=file]")).to_be_focused())
    file = page.locator("input[name=file]")
    reading = page.locator("[name=number]")
    waited += _waited(
        lambda: file.set_input_files(scan), lambda: expect(reading).to_have_value(f"{415 + number}/UBND-KGVX")
    )
    keys = len(FILE) + 2  # Enter on the control, the name, Enter
    glances = page.locator("form.register [data-mark=high]").count()
    page.keyboard.press("Tab")
    while _focused(page) != "leader_id":
        page.keyboard.press("Enter")  # to what wants a look
        stops += 1
    page.keyboard.press("ArrowDown")
    waited += _waited(
        lambda: page.keyboard.press("Control+Enter"),
        lambda: expect(page.locator("#registered .arrival")).to_be_visible(),
    )
    keys += int(page.evaluate("() => Number(sessionStorage.keys ?? 0)"))
    return waited + keys * KEY_S + glances * GLANCE_S + stops * STOP_S, keys


def _focused(page: Page) -> str:
    found: str = page.evaluate("() => document.activeElement.name || 'x'")
    return found


def _waited(acts: Callable[[], object], until: Callable[[], object]) -> float:
    started = time.perf_counter()
    acts()
    until()
    return time.perf_counter() - started
