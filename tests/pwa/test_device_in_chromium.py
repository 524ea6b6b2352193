"""The device in a real browser against a small server: what only a browser can show of the worker and the pages."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.pwa.device_server import ME, OFFICE, DeviceServer, card, comment

pytestmark = pytest.mark.chromium

LISTEN = """navigator.serviceWorker?.addEventListener('message', ({ data }) => (window.told ??= []).push(data));"""
SYNCED = "() => window.told?.some(({ type, synced_at }) => type === 'status' && synced_at)"
HAS_DRAFT = """() => new Promise((resolve) => {
  const request = indexedDB.open('congvan-device');
  request.onsuccess = () => {
    const count = request.result.transaction('drafts').objectStore('drafts').count();
    count.onsuccess = () => { request.result.close(); resolve(count.result === 1); };
  };
})"""
DOCUMENT = "/incoming/document-00001"
NOT_GREETED_YET = """(() => {
  const wait = window.setTimeout;
  window.setTimeout = (work, ms, ...rest) => wait(work, ms === 1000 ? 1e9 : ms, ...rest);
  window.PerformanceObserver = class {
    static supportedEntryTypes = ['paint'];
    constructor(then) { window.greet = then; }
    observe() {}
  };
  const listen = ServiceWorkerContainer.prototype.addEventListener;
  ServiceWorkerContainer.prototype.addEventListener = function (type, hear, ...rest) {
    const late = (event) => event.data?.type === 'changed' && !window.isGreeted || hear(event);
    return listen.call(this, type, type === 'message' ? late : hear, ...rest);
  };
})()"""
"""A page that hears of no change until it has greeted the worker, which it does on `greet()`."""

LATE_ANSWERS = """() => {
  window.answers = [];
  window.letThrough = () => {
    window.isOpen = true;
    window.answers.splice(0).forEach((go) => go());
  };
  const send = XMLHttpRequest.prototype.send;
  XMLHttpRequest.prototype.send = function (...body) {
    if (window.isOpen) return send.apply(this, body);
    window.answers.push(() => send.apply(this, body));
  };
  const ask = window.fetch;
  window.fetch = (...what) =>
    window.isOpen ? ask(...what) : new Promise((go) => window.answers.push(go)).then(() => ask(...what));
}"""
"""What the page itself asks for comes only after `letThrough()`."""

SLOW_STORAGE = """(() => {
  window.late = [];
  const open = IDBFactory.prototype.open;
  IDBFactory.prototype.open = function (name, version) {
    const request = open.call(this, name, version);
    if (version) Object.defineProperty(request, 'onsuccess', {
      set: (then) => request.addEventListener('success', (event) => window.late.push(() => then(event))),
    });
    return request;
  };
})()"""
"""What a page keeps on the device opens only when `late` is let go."""


@pytest.fixture
def server() -> Iterator[DeviceServer]:
    """Give a running server with one person and their office."""
    found = DeviceServer()
    found.write(ME, OFFICE)
    found.start()
    yield found
    found.stop()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """Give a fresh device."""
    found = browser.new_context()
    faults: list[str] = []
    found.on("weberror", lambda error: faults.append(str(error.error)))
    found.on("console", lambda said: faults.append(said.text) if "Content Security Policy" in said.text else None)
    yield found
    found.close()
    assert faults == []


def enrol(context: BrowserContext, server: DeviceServer) -> Page:
    """Open the app and wait until its replica is whole."""
    context.add_init_script(LISTEN)
    page = context.new_page()
    page.goto(f"{server.url}/inbox")
    page.wait_for_function("() => navigator.serviceWorker.controller !== null")
    page.wait_for_function(SYNCED)
    return page


def stop_workers(context: BrowserContext, page: Page) -> None:
    """Kill the worker as the browser does when it has been idle."""
    session = context.new_cdp_session(page)
    session.send("ServiceWorker.enable")
    session.send("ServiceWorker.stopAllWorkers")
    session.detach()


def test_a_thousand_cards_with_the_server_stopped_and_the_worker_killed(
    context: BrowserContext, server: DeviceServer
) -> None:
    server.write(*(card(number) for number in range(1, 1001)))
    page = enrol(context, server)
    server.stop()
    stop_workers(context, page)
    page.goto(f"{server.url}/inbox")
    expect(page.locator(".row")).to_have_count(50)
    expect(page.locator("head > style")).to_have_count(1)
    expect(page.locator("head > link[rel=stylesheet]")).to_have_count(0)
    expect(page.locator(".row").first).to_have_css("display", "grid")
    expect(page.locator(".folders [data-count]").first).to_have_text("1000")
    page.locator(".more a").click()
    expect(page.locator(".row").first).to_have_attribute("data-id", "incoming:document-00051")
    page.goto(f"{server.url}/incoming/document-00999")
    expect(page.locator("h1").last).to_contain_text("Văn bản số 999")
    page.goto(f"{server.url}/devices")
    expect(page.locator("h1")).to_have_text("Chưa có dữ liệu trên máy này")


def test_an_act_without_a_network_is_sent_once_when_there_is_one(context: BrowserContext, server: DeviceServer) -> None:
    server.write(card(1))
    page = enrol(context, server)
    server.stop()
    page.goto(server.url + DOCUMENT)
    page.fill("#act-add-comment textarea", "Đã đọc, đang kiểm tra tại xã")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".is-pending")).to_contain_text("Đã đọc, đang kiểm tra tại xã")
    expect(page.locator("#waiting-count")).to_have_text("1")
    stop_workers(context, page)
    page.reload()
    expect(page.locator(".is-pending")).to_have_count(1)
    server.start()
    expect(page.locator("#waiting-count")).to_have_text("0", timeout=20_000)
    assert [one["fields"]["text"] for one in server.actions] == ["Đã đọc, đang kiểm tra tại xã"]


def test_news_that_came_while_a_page_was_being_made_reach_it(context: BrowserContext, server: DeviceServer) -> None:
    server.write(card(1))
    first = enrol(context, server)
    late = context.new_page()
    late.add_init_script(NOT_GREETED_YET)
    late.goto(f"{server.url}/inbox")
    late.wait_for_function("() => window.greet")
    server.write(card(2))
    expect(first.locator(".row")).to_have_count(2)
    expect(late.locator(".row")).to_have_count(1)
    late.evaluate("() => { window.isGreeted = true; window.greet(); }")
    expect(late.locator(".row")).to_have_count(2)


def test_two_tabs_share_one_waiting_request_and_both_see_the_news(
    context: BrowserContext, server: DeviceServer
) -> None:
    server.write(card(1))
    first = enrol(context, server)
    second = context.new_page()
    for page in (first, second):
        page.goto(server.url + DOCUMENT)
    server.write(card(1, version=2, timeline=[comment("Ý kiến của Lãnh đạo")]))
    for page in (first, second):
        page.bring_to_front()
        expect(page.locator("#timeline")).to_contain_text("Ý kiến của Lãnh đạo")
    assert server.most_waiting == 1


def test_news_leaves_a_form_alone_that_somebody_is_in(context: BrowserContext, server: DeviceServer) -> None:
    server.write(card(1))
    page = enrol(context, server)
    page.goto(server.url + DOCUMENT)
    page.fill("#act-add-comment textarea", "đang viết dở")
    server.write(card(1, version=2, timeline=[comment("Ý kiến mới")]))
    page.wait_for_function("() => window.told.some(({ type }) => type === 'changed')")
    expect(page.locator("#act-add-comment textarea")).to_be_focused()
    expect(page.locator("#timeline")).not_to_contain_text("Ý kiến mới")
    page.locator("h1").last.click()  # out of the form
    expect(page.locator("#timeline")).to_contain_text("Ý kiến mới")
    expect(page.locator("#act-add-comment textarea")).to_have_value("đang viết dở")
    assert page.locator("#act-add-comment [name=seen_version]").input_value() == "2"


def test_that_news_cannot_be_taken_in_is_said_until_they_can(context: BrowserContext, server: DeviceServer) -> None:
    server.write(card(1))
    page = enrol(context, server)
    page.goto(server.url + DOCUMENT)
    expect(page.locator("#trouble-bar")).to_be_hidden()
    server.is_garbled = True
    server.write(card(1, version=2, timeline=[comment("Ý kiến mới")]))
    expect(page.locator("#trouble-bar")).to_be_visible()
    server.is_garbled = False
    page.locator("[data-try-again]").click()
    expect(page.locator("#timeline")).to_contain_text("Ý kiến mới")
    expect(page.locator("#trouble-bar")).to_be_hidden()


def test_what_is_typed_while_news_are_asked_for_stays(context: BrowserContext, server: DeviceServer) -> None:
    server.write(card(1))
    page = enrol(context, server)
    page.goto(server.url + DOCUMENT)
    text = page.locator("#act-add-comment textarea")
    page.evaluate(LATE_ANSWERS)
    server.write(card(1, version=2, timeline=[comment("Ý kiến mới")]))
    page.wait_for_function("() => window.answers?.length === 1")
    text.press_sequentially("gõ trong lúc chờ")
    page.evaluate("() => window.letThrough()")
    expect(text).to_be_focused()
    expect(text).to_have_value("gõ trong lúc chờ")
    expect(page.locator("#timeline")).not_to_contain_text("Ý kiến mới")
    page.locator("h1").last.click()  # out of the form
    expect(page.locator("#timeline")).to_contain_text("Ý kiến mới")
    expect(text).to_have_value("gõ trong lúc chờ")


def test_what_was_typed_comes_back_after_a_reload(context: BrowserContext, server: DeviceServer) -> None:
    server.write(card(1))
    page = enrol(context, server)
    page.goto(server.url + DOCUMENT)
    page.fill("#act-add-comment textarea", "một nửa câu")
    while not page.evaluate(HAS_DRAFT):
        pass
    page.reload()
    expect(page.locator("#act-add-comment textarea")).to_have_value("một nửa câu")


def test_what_is_typed_before_the_kept_words_are_back_stays(context: BrowserContext, server: DeviceServer) -> None:
    server.write(card(1))
    page = enrol(context, server)
    page.goto(server.url + DOCUMENT)
    text = page.locator("#act-add-comment textarea")
    page.fill("#act-add-comment textarea", "câu cũ")
    while not page.evaluate(HAS_DRAFT):
        pass
    page.add_init_script(SLOW_STORAGE)
    page.reload()
    page.wait_for_function("() => window.late?.length > 0")
    text.fill("câu mới")
    page.evaluate("() => window.late.splice(0).forEach((go) => go())")
    page.wait_for_function(HAS_DRAFT.replace("count.result === 1", "window.late.length === 0"))
    expect(text).to_have_value("câu mới")


def test_a_new_version_waits_while_a_form_is_half_written(context: BrowserContext, server: DeviceServer) -> None:
    server.write(card(1))
    page = enrol(context, server)
    page.goto(server.url + DOCUMENT)
    page.fill("#act-add-comment textarea", "đang viết")
    server.version = "new"
    page.evaluate("() => navigator.serviceWorker.ready.then((registration) => { registration.update(); })")
    expect(page.locator("#update-bar")).to_be_visible()
    expect(page.locator("#act-add-comment textarea")).to_have_value("đang viết")
    waiting = "() => navigator.serviceWorker.ready.then((registration) => registration.waiting !== null)"
    assert page.evaluate(waiting)
    with page.expect_navigation():
        page.click("[data-update]")
    expect(page.locator("#act-add-comment textarea")).to_have_value("đang viết")
    expect(page.locator("#update-bar")).to_be_hidden()


def test_a_new_version_takes_over_unasked_when_nothing_is_half_written(
    context: BrowserContext, server: DeviceServer
) -> None:
    page = enrol(context, server)
    page.goto(f"{server.url}/inbox")
    server.version = "new"
    changed = "() => { addEventListener('x', () => {}); window.taken = false; navigator.serviceWorker.addEventListener("
    page.evaluate(changed + "'controllerchange', () => { window.taken = true; }); }")
    page.evaluate("() => navigator.serviceWorker.ready.then((registration) => { registration.update(); })")
    page.wait_for_function("() => window.taken")
    expect(page.locator("#update-bar")).to_be_hidden()


def with_file(server: DeviceServer, body: bytes) -> dict[str, Any]:
    """Return a card with a file of this content."""
    sha256 = hashlib.sha256(body).hexdigest()
    server.bodies[sha256] = body
    file = {"sha256": sha256, "name": "3002-UBND.pdf", "size": len(body), "pages": 2, "media_type": "application/pdf"}
    return card(1, files=[file])


def test_a_pdf_is_shown_without_a_network(context: BrowserContext, server: DeviceServer) -> None:
    from fpdf import FPDF

    pdf = FPDF()
    for text in ("Page one", "Page two"):
        pdf.add_page()
        pdf.set_font("Helvetica", size=20)
        pdf.cell(text=text)
    server.write(with_file(server, bytes(pdf.output())))
    page = enrol(context, server)
    page.goto(server.url + DOCUMENT)
    expect(page.locator(".viewer-sheet canvas").first).to_be_visible()
    server.stop()
    page.reload()
    expect(page.locator(".viewer-sheet")).to_have_count(2)
    expect(page.locator(".textLayer").first).to_contain_text("Page one")
    expect(page.locator(".viewer-count")).to_have_text("1 / 2")
    page.locator("[data-viewer]").focus()
    page.keyboard.press("n")
    expect(page.locator(".viewer-count")).to_have_text("2 / 2")
    inked = """() => {
      const canvas = document.querySelector('.viewer-sheet canvas');
      const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
      return data.some((value, index) => index % 4 === 0 && value < 100);
    }"""
    page.keyboard.press("p")
    page.wait_for_function(inked)


def test_a_broken_pdf_says_so_and_can_be_fetched(context: BrowserContext, server: DeviceServer) -> None:
    server.write(with_file(server, b"%PDF-1.7 and then nothing"))
    page = enrol(context, server)
    page.goto(server.url + DOCUMENT)
    expect(page.locator("[data-viewer]")).to_contain_text("tệp bị hỏng")
    assert "/files/incoming/" in (page.locator("[data-viewer] a").get_attribute("href") or "")
