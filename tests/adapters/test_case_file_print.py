"""A case file typeset as PDF and written as XML, out of files and words that others chose."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import pypdf

from server.adapters import dossier_xml
from server.adapters.typesetting import fonts
from server.adapters.typesetting_contents import typeset_case_file
from tests.fixtures import pdfs

HEAD = {
    "title": "MỤC LỤC VĂN BẢN, TÀI LIỆU",
    "code": "Số, ký hiệu hồ sơ: 01.CNTT",
    "subject": "Hồ sơ chuyển đổi số năm 2026",
    "year": "Năm 2026",
}


def row(number: int, path: Path | None) -> dict[str, Any]:
    cells = [
        str(number),
        f"{number}/STC-NS",
        "10/11/2026",
        "Công văn\nĐề nghị rà soát dự toán",
        "Sở Tài chính",
        "1",
        "",
    ]
    return {"cells": cells, "path": path, "name": f"{number} – {number}/STC-NS"}


def typeset(target: Path, rows: list[dict[str, Any]]) -> tuple[pypdf.PdfReader, list[int]]:
    told: list[int] = []
    pages = typeset_case_file(
        target, head=HEAD, rows=rows, broken="Tệp không mở được", fonts=fonts().files, on_progress=told.append
    )
    found = pypdf.PdfReader(target)
    assert len(found.pages) == pages
    return found, told


def test_a_file_that_cannot_be_opened_is_named_and_the_others_are_there(tmp_path: Path) -> None:
    whole, broken, locked = tmp_path / "1.pdf", tmp_path / "2.pdf", tmp_path / "3.pdf"
    whole.write_bytes(pdfs.simple("Toan van", pages=2))
    broken.write_bytes(b"%PDF-1.7\nnothing of it\n%%EOF")
    locked.write_bytes(pdfs.encrypted())
    rows = [row(1, broken), row(2, whole), row(3, None), row(4, locked)]
    found, told = typeset(tmp_path / "out.pdf", rows)
    texts = [page.extract_text() for page in found.pages]
    assert len(texts) == 3
    assert texts[0].count("Tệp không mở được") + texts[0].count("Tệp không mở\nđược") == 2
    assert "Toan van" in texts[1]
    assert [one.title for one in found.outline] == [HEAD["title"], "2 – 2/STC-NS"]
    assert told == [1, 2, 3, 4]


def test_a_long_list_goes_on_over_pages_and_its_head_is_on_the_first(tmp_path: Path) -> None:
    found, _ = typeset(tmp_path / "out.pdf", [row(number, None) for number in range(1, 121)])
    texts = [page.extract_text() for page in found.pages]
    assert len(texts) > 3
    assert ["Hồ sơ chuyển đổi số năm 2026" in text for text in texts] == [True] + [False] * (len(texts) - 1)
    assert "120/STC-NS" in texts[-1]


def test_xml_leaves_out_what_it_cannot_hold_and_cuts_what_is_too_long() -> None:
    written = dossier_xml.written(
        {
            "Title": "a\x00b\x1f<c>&\ud800" + "x" * 600,
            "Rights": "",
            "SignerInfo": {"Position": None, "FullName": ""},
            "Document": [{"Subject": "một"}, {"Subject": "hai"}],
        }
    )
    root = ET.fromstring(written)
    assert root.findtext("Title", "").startswith("ab<c>&x")
    assert len(root.findtext("Title", "")) == 500
    assert [one.tag for one in root] == ["Title", "Document", "Document"]
    assert [one.findtext("Subject") for one in root.findall("Document")] == ["một", "hai"]
