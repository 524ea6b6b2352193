"""Registering through the form's endpoint: with a PDF of 2 MB, beside what cannot be saved; and fifty at once.

The reference is what cannot be saved: pypdf extracts the text of every page in this process, and one document as large
as the record is written. The fifty are sent by fifty threads, beside the same number one after the other; their numbers
have to be one to fifty.
"""

from __future__ import annotations

import io
import os
import secrets
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from flask import Flask
from fpdf import FPDF
from PIL import Image
from pypdf import PdfReader

from server.adapters.typesetting import fonts
from server.app import create_app
from server.config import Config
from server.web.current import SESSION_COOKIE
from tests.bench.measure import Row, compared, in_turns, milliseconds
from tests.bench.office import BenchOffice, open_office
from tests.bench.synthetic import WORDS
from tests.fixtures.office import CLERK, DIRECTOR

PAGES = 24
SIZE = 2 * 1024 * 1024
AT_ONCE = 50
REPETITIONS = 9
GOAL_FILE, GOAL_AT_ONCE = 2.0, 1.5


def measure(*, pages: int = PAGES, at_once: int = AT_ONCE, repetitions: int = REPETITIONS) -> list[Row]:
    """Measure both rows."""
    with open_office() as bench_office:
        services = bench_office.services
        app = create_app(Config(data=services.data_dir, secret="b" * 64), services)
        clerk = Clerk(app, bench_office.signed_in(CLERK))
        raw = services.store.database("fanout")

        def registered() -> float:
            body = document(pages)
            return milliseconds(lambda: clerk.registers(body))

        def read_and_written() -> float:
            body, record = document(pages), last_record(bench_office)
            return milliseconds(lambda: (extracted(body), raw.put(record)))

        registered()
        with_file = in_turns({"form": registered, "reference": read_and_written}, repetitions)

        def together() -> float:
            with ThreadPoolExecutor(at_once) as pool:
                return milliseconds(lambda: list(pool.map(lambda _turn: clerk.registers(), range(at_once))))

        def one_by_one() -> float:
            return milliseconds(lambda: [clerk.registers() for _ in range(at_once)])

        many = in_turns({"together": together, "one by one": one_by_one}, min(repetitions, 5))
        numbers = sorted(one["arrival_number"] for one in services.records.all("incoming:"))
        assert numbers == list(range(1, len(numbers) + 1)), "a number is missing or was given twice"
    return [
        compared(
            "registering a document with a PDF of 2 MB, beside reading it and one durable write",
            with_file["form"],
            with_file["reference"],
            GOAL_FILE,
        ),
        compared(
            f"{at_once} registrations at once, beside one after the other",
            many["together"],
            many["one by one"],
            GOAL_AT_ONCE,
        ),
    ]


class Clerk:
    """A clerk at the form."""

    def __init__(self, app: Flask, token: str) -> None:
        """Sign in."""
        self._app, self._token = app, token

    def registers(self, body: bytes | None = None) -> None:
        """Post the form, with a file or without."""
        client = self._app.test_client()
        client.set_cookie(SESSION_COOKIE, self._token)
        mark = secrets.token_hex(4)
        form: dict[str, Any] = {
            "action_id": f"act-{secrets.token_hex(8)}",
            "seen_version": "0",
            "after": "",
            "sender": f"Sở Tài chính {mark}",
            "number": f"15/STC-{mark}",
            "type": "CV",
            "subject": f"Sở Tài chính đề nghị rà soát dự toán {mark} trước ngày 01/12/2026",
            "urgency": "normal",
            "confidentiality": "normal",
            "field": "cds",
            "source": "paper",
            "leader_id": DIRECTOR,
            "duplicate_reason": "Đo hiệu năng",
        }
        if body is not None:
            form["file"] = (io.BytesIO(body), "van-ban.pdf")
        answer = client.post("/incoming", data=form)
        assert answer.status_code == 303, answer.get_data(as_text=True)[-3000:]


def document(pages: int, size: int = SIZE) -> bytes:
    """Typeset a document of many words, with a picture that makes it as large as it has to be; no two are alike."""
    made = FPDF()
    for style, path in fonts().files.items():
        made.add_font("tinos", style, path)
    for number in range(pages):
        made.add_page()
        made.set_font("tinos", "", 13)
        made.multi_cell(0, 7, f"{number} {secrets.token_hex(8)} " + WORDS * 5)
    side = int((max(size - 60_000, 3_000) / 3) ** 0.5)
    noise = Image.frombytes("RGB", (side, side), os.urandom(3 * side * side))
    picture = io.BytesIO()
    noise.save(picture, "PNG", compress_level=0)
    made.image(picture, w=100)
    return bytes(made.output())


def extracted(body: bytes) -> str:
    """Read the text of every page."""
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(body)).pages)


def last_record(bench_office: BenchOffice) -> dict[str, Any]:
    """Give a document as large as a registered one."""
    record = bench_office.services.records.all("incoming:")[-1]
    return {**{key: value for key, value in record.items() if key != "_rev"}, "_id": f"copy:{secrets.token_hex(8)}"}
