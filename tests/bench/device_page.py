"""A page of the office's origin without the app, into which the device's own modules (and PouchDB) are loaded.

Scripts are evaluated through the debugger, which the content policy does not concern.
"""

from __future__ import annotations

import subprocess
from functools import cache
from pathlib import Path

from server.web.current import SESSION_COOKIE
from tests.bench.chromium import Browser, Page
from tests.bench.office import ROOT, BenchOffice

MODULES = ROOT / "node_modules"
POUCHDB = MODULES / "pouchdb" / "dist" / "pouchdb.min.js"
DEVICE = "device-of-the-bench"
ENROL = f"""fetch('/sync/devices', {{
  method: 'POST',
  headers: {{ 'Content-Type': 'application/json' }},
  body: JSON.stringify({{ device_id: '{DEVICE}-%(person)s', name: 'bench' }}),
}}).then((response) => response.ok || Promise.reject(new Error(String(response.status))))"""


@cache
def device_parts() -> str:
    """Give the device's modules as one script that sets the global `congvan`."""
    command = [
        MODULES / ".bin" / "esbuild",
        Path(__file__).with_name("device_parts.mjs"),
        "--bundle",
        "--minify",
        "--format=iife",
        "--global-name=congvan",
        "--log-level=warning",
    ]
    return subprocess.run(command, cwd=ROOT, check=True, capture_output=True, encoding="utf-8").stdout


def open_device(browser: Browser, bench_office: BenchOffice, person_id: str) -> Page:
    """Open a plain page of the origin as a person on an enrolled device; `congvan` and `identity` are there."""
    page = browser.page()
    page.sign_in(bench_office.url, SESSION_COOKIE, bench_office.signed_in(person_id))
    page.open(f"{bench_office.url}/health")
    page.run(ENROL % {"person": person_id})
    page.run(device_parts() + ";globalThis.congvan = congvan")
    page.run(f"globalThis.identity = {{ personId: '{person_id}', deviceId: '{DEVICE}-{person_id}' }}")
    return page
