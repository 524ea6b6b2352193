"""Text off the pages of real scans, by OCRmyPDF and Tesseract; and pages that take too long or break their reader."""

from __future__ import annotations

import io
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

import pytest

from server.adapters import recognizer
from server.adapters.pdf_facts import read_pdf
from server.adapters.recognizer import Recognizer, RecognizerLimits
from server.adapters.typesetting import Typesetter
from server.usecases.recognizing import RecognizedFacts
from tests.adapters.test_pdf_facts import LETTER, shared
from tests.fixtures import pictures

MISSING = Recognizer().missing()
needs_tesseract = pytest.mark.skipif(
    bool(MISSING),
    reason=f"not installed: {', '.join(MISSING)} (apt-get install tesseract-ocr-vie tesseract-ocr-osd; pip: .[ocr])",
)


def photographed(pdf: bytes) -> bytes:
    """Return a PDF as a scanner makes it of the printed pages: pictures at 200 dpi, not a letter of text."""
    import pypdfium2

    pages = []
    for page in pypdfium2.PdfDocument(pdf):
        out = io.BytesIO()
        page.render(scale=200 / 72).to_pil().convert("RGB").save(out, "JPEG", quality=85, dpi=(200, 200))
        pages.append(out.getvalue())
    return pictures.scan(pages)


@pytest.fixture
def scanned(tmp_path: Path) -> Path:
    """Give the scan of a letter."""
    out = io.BytesIO()
    Typesetter().typeset(LETTER, out)
    path = tmp_path / "scan.pdf"
    path.write_bytes(photographed(out.getvalue()))
    return path


@needs_tesseract
@pytest.mark.timeout(300)
def test_a_scanned_letter_says_what_the_letter_said(scanned: Path) -> None:
    facts = read_pdf(scanned)
    assert (facts.bare_pages, facts.text.strip(), facts.coarse_pages) == ((1,), "", ())
    ((number, text),) = Recognizer().pages(scanned, facts.bare_pages)
    assert number == 1
    assert text is not None
    found = RecognizedFacts({"text": text, "first_page_text": text}).proposals()
    assert found["number"].value == LETTER["number"]
    assert found["document_on"].value == LETTER["date"]
    assert found["sender"].value == "Sở Tài chính"
    assert "chuyển đổi số năm 2027" in " ".join(text.split())


@needs_tesseract
@pytest.mark.timeout(300)
def test_a_real_scan_of_the_regulation_is_read(tmp_path: Path) -> None:
    path = shared("243-QD-STTTT-scan.pdf")
    facts = read_pdf(path)
    assert 1 in facts.bare_pages
    ((_, text),) = Recognizer().pages(path, [1])
    assert text is not None
    assert "thông tin" in text.lower()
    assert not list(tmp_path.iterdir())


@needs_tesseract
@pytest.mark.timeout(300)
def test_a_page_that_is_over_its_time_is_given_up_and_the_process_with_it(scanned: Path) -> None:
    assert list(Recognizer(limits=RecognizerLimits(seconds=0.01)).pages(scanned, [1])) == [(1, None)]
    assert not readers_of(scanned)


STUB = """
import json, os, signal, sys, time
task = json.loads(sys.argv[1])
for number in task["pages"]:
    if number == 2:
        {at_two}
    print(json.dumps({{"page": number, "text": f"trang {{number}}"}}), flush=True)
"""


def with_stub(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, at_two: str, **limits: Any
) -> list[tuple[int, str | None]]:
    """Recognise pages one to three by a program that does something at the second one."""
    program = tmp_path / "stub.py"
    program.write_text(textwrap.dedent(STUB.format(at_two=at_two)))
    begin = subprocess.Popen

    def begun(command: list[str], **settings: Any) -> Any:
        return begin([sys.executable, str(program), command[-1]], **settings)

    monkeypatch.setattr(recognizer.subprocess, "Popen", begun)
    monkeypatch.setattr(recognizer, "_languages", lambda _program: {"vie"})
    return list(Recognizer(limits=RecognizerLimits(**limits)).pages(tmp_path / "x.pdf", [1, 2, 3]))


def test_a_page_that_kills_its_reader_costs_that_page_only(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    found = with_stub(monkeypatch, tmp_path, "os.kill(os.getpid(), signal.SIGKILL)")
    assert found == [(1, "trang 1"), (2, None), (3, "trang 3")]


def test_a_page_that_never_ends_costs_that_page_only(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(recognizer, "START_S", 1.0)
    found = with_stub(monkeypatch, tmp_path, "time.sleep(600)", seconds=1.0)
    assert found == [(1, "trang 1"), (2, None), (3, "trang 3")]


def test_told_to_stop_it_ends_at_once(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    told = iter([False, False, True])
    program = tmp_path / "stub.py"
    program.write_text("import time; time.sleep(600)")
    begin = subprocess.Popen
    monkeypatch.setattr(recognizer.subprocess, "Popen", lambda _c, **s: begin([sys.executable, str(program)], **s))
    monkeypatch.setattr(recognizer, "_languages", lambda _program: {"vie"})
    assert list(Recognizer().pages(tmp_path / "x.pdf", [1, 2], lambda: next(told, True))) == []


def test_nothing_of_this_process_s_environment_is_handed_on(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("CONGVAN_SECRET", "geheim")
    seen = tmp_path / "seen"
    with_stub(monkeypatch, tmp_path, f"open({str(seen)!r}, 'w').write(repr(dict(os.environ)))")
    assert "geheim" not in seen.read_text()
    assert "OMP_THREAD_LIMIT" in seen.read_text()


def test_what_is_not_installed_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recognizer.shutil, "which", lambda _name: None)
    assert "tesseract" in Recognizer().missing()
    monkeypatch.setattr(recognizer.shutil, "which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setattr(recognizer, "_languages", lambda _program: {"eng", "osd"})
    assert "vie" in Recognizer().missing()


def readers_of(path: Path) -> list[str]:
    """Return the command lines of the processes that recognise this file: tests beside this one have theirs."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            line = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
        except OSError:
            continue
        if "recognizer_process" in line and str(path) in line:
            found.append(line)
    return found
