"""The demo's PDF files: typeset, read as any stranger's file would be, and put where uploads go."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from server.adapters.pdf_facts import read_pdf
from server.adapters.typesetting import Typesetter
from server.demo.content import Content, draft_name, file_name
from server.ports import Services
from server.usecases.files import note_file

File = dict[str, Any]
"""A file reference as commands carry it: sha256, name, size, media_type."""
CLERK = "mai"


def make_files(
    content: Content, services: Services, progress: Callable[[int, int], None]
) -> dict[tuple[str, int], File]:
    """Typeset and store every file; keys are (id of the incoming document, 0) or (key of the draft, version)."""
    wanted = list(_wanted(content))
    typesetter = Typesetter()
    made: dict[tuple[str, int], File] = {}
    # The reader works in processes of its own: two threads keep both cores busy
    with ThreadPoolExecutor(2) as pool:
        pending = []
        for key, name, document, person_id in wanted:
            out = io.BytesIO()
            typesetter.typeset(document, out)
            body = out.getvalue()
            sha256 = hashlib.sha256(body).hexdigest()
            made[key] = {"sha256": sha256, "name": name, "size": len(body), "media_type": "application/pdf"}
            pending.append(pool.submit(_store, services, sha256, body, person_id))
        for number, task in enumerate(pending, 1):
            task.result()
            if number % 20 == 0 or number == len(pending):
                progress(number, len(pending))
    return made


def _wanted(content: Content) -> Any:
    for item in content.incoming:
        if not item.get("is_secret"):
            document = content.incoming_document(item)
            clerk = next((row[1] for row in item["steps"] if row[0] == "present"), CLERK)
            yield (item["id"], 0), file_name(document), document, clerk
        for row in item["steps"]:
            if row[0] == "draft":
                key = row[2]["file"]
                for version in (1, 2) if "v2" in content.drafts[key] else (1,):
                    name = draft_name(key, content.drafts[key], version)
                    yield (key, version), name, content.draft_document(key, version), row[1]


def _store(services: Services, sha256: str, body: bytes, person_id: str) -> None:
    if services.files.get(f"file:{sha256}") is not None:
        return
    facts = read_pdf(io.BytesIO(body))
    services.store.files.put(sha256, io.BytesIO(body), len(body), "application/pdf")
    known = {"pages": facts.pages, "text": facts.text}
    now = services.clock.now()
    note_file(services.files, person_id, now, sha256=sha256, size=len(body), media_type="application/pdf", facts=known)
