"""A server and people at their devices for each journey."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.journeys.office_server import OfficeServer
from tests.journeys.people import Person


@pytest.fixture
def server(tmp_path: Path) -> Iterator[OfficeServer]:
    """Give a running server over the fixed office."""
    found = OfficeServer(tmp_path / "data")
    found.start()
    yield found
    found.stop()


@pytest.fixture
def person(browser: Browser, server: OfficeServer) -> Iterator[Callable[..., Person]]:
    """Give a way to seat people at devices; every page must have run without a script error."""
    seated: list[Person] = []

    def seat(person_id: str, *, on_phone: bool = False) -> Person:
        seated.append(Person(browser, server, person_id, on_phone=on_phone))
        return seated[-1]

    yield seat
    faults = [fault for one in seated for fault in one.faults]
    for one in seated:
        one.context.close()
    assert faults == []


@pytest.fixture
def letter(tmp_path: Path) -> Callable[[str], Path]:
    """Give a way to have a PDF file with some words in it."""
    from fpdf import FPDF

    def write(text: str) -> Path:
        pdf = FPDF()
        pdf.add_page()
        pdf.set_font("Helvetica", size=12)
        pdf.multi_cell(0, 8, text)
        path = tmp_path / f"{abs(hash(text))}.pdf"
        pdf.output(str(path))
        return path

    return write
