"""The process that recognises pages: `python -m server.adapters.recognizer_process TASK`, started by `recognizer` only.

A line of JSON for each page: `{"page", "text"}`, or without `text` when it could not be read.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

from server.adapters.apart import Budget, limit_process
from server.adapters.pdf_facts import clean_text

LOWEST_PRIORITY = 19
GIVEN_UP = ("[skipped page]", "[OCR skipped")
"""What OCRmyPDF writes in place of the text of a page that it left out, because it took too long."""


def main(task: dict[str, Any]) -> None:
    """Recognise the pages of one file, one after the other."""
    os.nice(LOWEST_PRIORITY)
    limit_process(Budget(task["seconds"] * len(task["pages"]) + 60, task["memory"]))
    # the answers alone go to where this process was told to write; what libraries print goes nowhere
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    with open(os.devnull, "w") as nowhere:
        os.dup2(nowhere.fileno(), sys.stdout.fileno())
    import pikepdf

    folder = Path(os.environ["TMPDIR"])
    with pikepdf.open(task["path"]) as whole:
        for number in task["pages"]:
            page = folder / "page.pdf"
            with pikepdf.Pdf.new() as single:
                single.pages.append(whole.pages[number - 1])
                single.save(page)
            answer: dict[str, Any] = {"page": number}
            try:
                answer["text"] = _recognized(page, folder / "page.txt", task)
            except Exception as error:  # whatever a hostile page provokes is the page's fault
                answer["problem"] = type(error).__name__
            print(json.dumps(answer), file=answers, flush=True)


def _recognized(page: Path, text: Path, task: dict[str, Any]) -> str:
    import ocrmypdf

    text.unlink(missing_ok=True)
    ocrmypdf.ocr(
        page,
        "-",
        sidecar=text,
        language=[task["language"]],
        output_type="none",
        rasterizer="pypdfium",
        mode="force",  # what words such a page has are a stamp upon the picture
        rotate_pages=task["has_orientation"],
        deskew=True,
        jobs=1,
        use_threads=True,
        progress_bar=False,
        tesseract_timeout=task["seconds"],
        max_image_mpixels=task["megapixels"],
    )
    found = clean_text(text.read_text("utf-8").replace("\f", "\n")).strip()
    if found.startswith(GIVEN_UP):
        raise TimeoutError
    return found


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
