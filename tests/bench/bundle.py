"""What a phone downloads of scripts: the worker and the script of every page, and the later templates, compressed."""

from __future__ import annotations

import json

from server.web.context import MANIFEST
from tests.bench.measure import Row, counted

SCRIPTS = ("sw.js", "page.js")
LATER = "later.js"
GOAL_KB = LATER_GOAL_KB = 60


def measure() -> list[Row]:
    """Read what the build wrote down."""
    files = json.loads(MANIFEST.read_text("utf-8"))["files"]
    size = sum(files[name]["gzip"] for name in SCRIPTS) / 1024
    return [
        counted("bundle: worker and page script, gzipped, htmx included", size, "KB", GOAL_KB),
        counted("bundle: templates read later, gzipped", files[LATER]["gzip"] / 1024, "KB", LATER_GOAL_KB),
    ]
