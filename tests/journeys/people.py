"""People at their browsers: short words for what a person does on a page."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from tests.journeys.office_server import PASSWORD, OfficeServer

PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1280, "height": 860}
PATIENCE_S = 20
ROOT = Path(__file__).parents[2]
AXE = ROOT / "node_modules/axe-core/axe.min.js"


class Person:
    """One person at one device."""

    def __init__(self, browser: Browser, server: OfficeServer, person_id: str, *, on_phone: bool = False) -> None:
        """Open a fresh device."""
        self.person_id = person_id
        self.server = server
        self.context: BrowserContext = browser.new_context(
            viewport=PHONE if on_phone else DESKTOP, has_touch=on_phone, locale="vi-VN"
        )
        self.page: Page = self.context.new_page()
        self.faults: list[str] = []
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))

    def signs_in(self) -> Person:
        """Sign in, and wait until the device has its inbox."""
        self.page.goto(f"{self.server.url}/login")
        self.page.fill("input[name=login]", self.person_id)
        self.page.fill("input[name=password]", PASSWORD)
        self.page.click("button[type=submit]")
        self.page.wait_for_url("**/inbox*")
        return self

    def is_installed(self) -> Person:
        """Wait until the worker answers the inbox from what the device keeps."""
        self.page.evaluate("() => navigator.serviceWorker.ready.then(() => null)")
        end = time.monotonic() + PATIENCE_S
        while self.page.locator("#net-status[data-local=yes]").count() == 0:
            assert time.monotonic() < end, "the worker did not take over"
            self.page.wait_for_timeout(100)
            self.opens("/inbox")
        return self

    def opens(self, path: str) -> Person:
        """Go to a page by its address."""
        self.page.goto(self.server.url + path)
        return self

    def opens_document(self, title: str) -> Person:
        """Open a document from the inbox by its title."""
        return self.opens("/inbox").opens_document_here(title)

    def opens_document_here(self, title: str) -> Person:
        """Open a document from the list at hand."""
        self.page.locator("main a", has_text=title).first.click()
        expect(self.page.locator("#document h1")).to_contain_text(title)
        return self

    def form(self, verb: str) -> Locator:
        """Open the sheet of an action and return its form."""
        form = self.page.locator(f"form#act-{verb.replace('_', '-')}, #act-{verb.replace('_', '-')} form").first
        if not form.is_visible():
            opener = self.page.locator(f"[popovertarget=act-{verb.replace('_', '-')}]").first
            if not opener.is_visible():
                self.page.locator("[popovertarget=act-others]").click()
            opener.click()
        expect(form).to_be_visible()
        return form

    def sends(self, verb: str, **fields: Any) -> Person:
        """Fill an action's form and send it: text, `{"check": value}` or a file's path."""
        form = self.form(verb)
        confirmed = form.locator("[name=is_entry_confirmed][required]")
        if confirmed.count():
            if not form.locator("[name=field]").input_value():
                form.locator("[name=field]").select_option("cds")
            confirmed.check()
        for name, value in fields.items():
            fill(form, name, value)
        form.locator("button[type=submit]").click()
        return self

    def sees(self, text: str) -> Person:
        """Expect words on the page."""
        expect(self.page.locator("main")).to_contain_text(text)
        return self

    def goes_offline(self) -> Person:
        """Lose the network."""
        self.context.set_offline(True)
        return self

    def comes_online(self) -> Person:
        """Have the network again."""
        self.context.set_offline(False)
        return self


def fill(form: Locator, name: str, value: Any) -> None:
    """Fill one field of a form."""
    if isinstance(value, Path):
        form.locator(f"input[type=file][name={name}]").set_input_files(value)
    elif isinstance(value, bool):
        form.locator(f"input[name={name}]").set_checked(value)
    elif isinstance(value, list):
        for one in value:
            tick(form, name, one)
    else:
        field = form.locator(f"[name={name}]").first
        kind = field.evaluate("e => e.tagName === 'INPUT' ? e.type : e.tagName.toLowerCase()")
        if kind in ("radio", "checkbox"):
            tick(form, name, value)
        elif kind == "select":
            field.select_option(value)
        else:
            field.fill(value)


def tick(form: Locator, name: str, value: str) -> None:
    """Choose one of several boxes, opening the group that holds it."""
    box = form.locator(f"input[name={name}][value='{value}']")
    if not box.is_visible():
        form.locator(f"details:has(input[name={name}][value='{value}']) summary").click()
    box.check()


def axe_findings(page: Page) -> list[str]:
    """Return what axe finds wrong on a page, one line each."""
    # a sheet that is still sliding in has colours that nobody is meant to read
    page.evaluate("() => Promise.all(document.getAnimations().map((one) => one.finished.catch(() => null)))")
    page.evaluate(AXE.read_text("utf-8"))
    found = page.evaluate("async () => (await axe.run()).violations")
    return [f"{one['id']}: {node['target']}" for one in found for node in one["nodes"]]
