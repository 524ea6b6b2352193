"""Door one reads forms by the rule of form_cases.json, which the service worker's tests read as well."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from werkzeug.datastructures import FileStorage, MultiDict

from server.web import uploads
from server.web.forms import read_fields

CASES = json.loads((Path(__file__).parent / "form_cases.json").read_text("utf-8"))["cases"]


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_a_form_becomes_these_fields(case: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    form = MultiDict([(name, value) for name, value in case["form"] if isinstance(value, str)])
    found = read_fields(form, case["fields"])
    files = [(name, value) for name, value in case["form"] if not isinstance(value, str)]
    if files:
        found |= _files(files, monkeypatch)
    assert found == case["expected"]


def _files(files: list[tuple[str, Any]], monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Let the upload code take the files in; the store and the PDF reader stand still."""
    kept: dict[str, Any] = {}
    services = SimpleNamespace(
        files=SimpleNamespace(get=kept.get, put=lambda document: kept.update({document["_id"]: document})),
        store=SimpleNamespace(files=SimpleNamespace(put=lambda *_: True)),
    )
    monkeypatch.setattr(uploads.current, "services", lambda: services)
    monkeypatch.setattr(uploads.current, "person_id", lambda: "mai")
    monkeypatch.setattr(uploads.current, "now", lambda: "2026-11-23T01:15:00.000Z")
    monkeypatch.setattr(uploads.current, "parts", lambda: SimpleNamespace(config=SimpleNamespace(max_upload_bytes=99)))
    facts = SimpleNamespace(pages=1, text="", first_page_text="", bare_pages=(), coarse_pages=())
    monkeypatch.setattr(uploads, "_read_pdf", lambda *_: facts)
    found: dict[str, Any] = {}
    for name, value in files:
        data = {name: FileStorage(_stream(value["text"]), value["file"], content_type=value["type"])}
        with Flask("forms").test_request_context(method="POST", data=data):
            taken = uploads.of_form(name)
            found[name] = taken.reference if taken else None
    return found


def _stream(text: str) -> Any:
    import io

    return io.BytesIO(text.encode())
