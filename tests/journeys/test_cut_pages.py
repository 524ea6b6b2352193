"""Photographed pages: their edges are found on the device, the outline is shown, and what is agreed to is cut out."""

from __future__ import annotations

import io
import math
from collections.abc import Callable, Sequence
from pathlib import Path

import pypdf
import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from tests.fixtures import office, photographs, pictures
from tests.journeys.people import Person, axe_findings
from tests.journeys.test_offline_entries import FIRST, enters
from tests.journeys.test_offline_story import all_sent
from tests.journeys.test_paper import names, shot
from tests.journeys.test_paper import photographs as takes

pytestmark = [pytest.mark.chromium, pytest.mark.timeout(300)]
PANEL = "[data-cut-panel]"
STATES = ".paper-pages [data-cut-state]"
CUT, WHOLE, WAITS = "Đã cắt theo mép trang", "Dùng cả ảnh", "Chờ xem đường cắt"
UNSURE, FAILED = "Không thấy rõ mép trang: dùng cả ảnh", "Thiết bị không cắt được: dùng cả ảnh"
NEAR = 0.02
"""How far a corner that was found may be from where it is, in shares of the photograph."""
KEPT = """async (name) => {
  for (;;) {
    for (const key of await caches.keys())
      for (const { url } of await (await caches.open(key)).keys())
        if (url.includes(`/build/${name}-`)) return url;
    await new Promise((later) => setTimeout(later, 100));
  }
}"""
"""Wait until the device has a part of the app, and return its address."""
LOSE = """async (url) => {
  for (const key of await caches.keys())
    if (await caches.match(url, { cacheName: key }))
      await (await caches.open(key)).put(url, new Response('', { status: 404 }));
}"""
"""Let the device answer that it has no such part."""


@pytest.fixture
def photo(tmp_path: Path) -> Callable[..., Path]:
    """Give a way to have a photograph of some name."""

    def made(name: str, corners: Sequence[photographs.Point] = (), **how: int) -> Path:
        path = tmp_path / name
        path.write_bytes(photographs.photograph(corners, **how))
        return path

    return made


def offline_form(person: Callable[..., Person], *, on_phone: bool = False) -> Person:
    clerk = person(office.CLERK, on_phone=on_phone).signs_in().is_installed()
    for part in ("cutting", "edges", "gather", "register"):
        clerk.page.evaluate(KEPT, part)
    return clerk.goes_offline().opens("/incoming/new").sees("Đang không có mạng")


def corner(page: Page, name: str) -> Locator:
    return page.get_by_role("button", name=name, exact=True)


def corners_shown(page: Page) -> Sequence[photographs.Point]:
    return page.locator(f"{PANEL} [data-corner]").evaluate_all(
        "all => all.map(({ style }) => [parseFloat(style.left) / 100, parseFloat(style.top) / 100])"
    )


def use(page: Page, name: str) -> None:
    page.locator(PANEL).get_by_role("button", name=name).click()


def sends(clerk: Person) -> None:
    clerk.page.locator("form[action='/incoming'] button[type=submit]").last.click()


def pages_that_arrived(person: Callable[..., Person], clerk: Person) -> Sequence[pypdf.PageObject]:
    """Return the pages of the entry's file as its leader has it."""
    clerk.sees("Đã lưu trên thiết bị, chờ cấp số")
    clerk.comes_online().opens("/inbox")
    all_sent(clerk)
    director = person(office.DIRECTOR).signs_in().opens_document(FIRST)
    source = director.page.locator("[data-viewer]").get_attribute("data-src")
    return pypdf.PdfReader(io.BytesIO(director.page.request.get(f"{director.server.url}{source}").body())).pages


def picture_of(page: pypdf.PageObject) -> Image.Image:
    [found] = page.images
    assert found.image is not None
    return found.image.convert("RGB")


def colour(picture: Image.Image, x: float, y: float) -> tuple[int, int, int]:
    """Return the colour at a point in shares of a picture."""
    at = (round(x * (picture.width - 1)), round(y * (picture.height - 1)))
    red, green, blue = picture.getpixel(at)  # type: ignore[misc]
    return red, green, blue


def is_near(found: tuple[int, int, int], wanted: tuple[int, int, int]) -> bool:
    return max(abs(one - other) for one, other in zip(found, wanted, strict=True)) < 40


def assert_flat(picture: Image.Image) -> None:
    """Expect an upright sheet of A4 without the table, in colour, of 200 dots per inch at least."""
    assert abs(picture.height / picture.width - math.sqrt(2)) < 0.005
    assert picture.width >= pictures.A4_AT_200[0]
    assert picture.height >= pictures.A4_AT_200[1]
    for x, y in ((0.04, 0.04), (0.96, 0.04), (0.96, 0.97), (0.04, 0.97)):
        assert is_near(colour(picture, x, y), photographs.PAPER), "no table is left"
    assert is_near(colour(picture, 0.5, 0.08), (30, 30, 34)), "the bar is at the top"
    assert is_near(colour(picture, 0.75, 0.885), photographs.SEAL), "in colour"


@pytest.mark.parametrize("on_phone", [True, False], ids=["phone", "desktop"])
def test_pages_are_cut_out_without_a_network(
    person: Callable[..., Person], photo: Callable[..., Path], on_phone: bool
) -> None:
    device = "phone" if on_phone else "desktop"
    clerk = offline_form(person, on_phone=on_phone)
    page = clerk.page
    takes(page, photo("mot.jpg", photographs.ASLANT), photo("hai.jpg", photographs.TURNED))
    expect(page.locator(STATES)).to_have_text([WAITS, WAITS], timeout=30_000)
    expect(page.locator(f"{PANEL} h2")).to_have_text("Đường cắt: 1. mot.jpg")
    expect(page.locator("[data-cut-said]")).to_contain_text("Đã thấy mép trang")
    for found, wanted in zip(corners_shown(page), photographs.ASLANT, strict=True):
        assert math.dist(found, wanted) < NEAR
    before = corners_shown(page)
    corner(page, "Góc trên bên trái").focus()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Shift+ArrowUp")
    moved = corners_shown(page)
    assert math.dist(moved[0], (before[0][0] - 0.005, before[0][1] - 0.025)) < 0.001
    assert list(moved[1:]) == list(before[1:])
    expect(page.locator("[data-cut-place]")).to_contain_text(f"{round(moved[0][0] * 1000) / 10:g}%")
    page.keyboard.press("Shift+ArrowDown")
    assert axe_findings(page) == []
    page.locator(PANEL).scroll_into_view_if_needed()
    shot(page, f"cut-{device}")
    use(page, "Cắt theo đường này")
    expect(page.locator(f"{PANEL} h2")).to_have_text("Đường cắt: 2. hai.jpg")
    expect(page.locator(f"{PANEL} h2")).to_be_focused()
    use(page, WHOLE)
    expect(page.locator(PANEL)).to_be_hidden()
    expect(page.locator(STATES)).to_have_text([CUT, WHOLE], timeout=30_000)
    expect(page.get_by_role("button", name="Xem đường cắt: 2. hai.jpg")).to_be_focused()
    assert names(page) == ["mot.jpg", "hai.jpg"]
    assert axe_findings(page) == []
    page.locator(".paper-pages").scroll_into_view_if_needed()
    shot(page, f"cut-list-{device}")
    enters(clerk, subject=FIRST, number="415/UBND-KGVX")
    pages = pages_that_arrived(person, clerk)
    assert [one.mediabox.height > one.mediabox.width for one in pages] == [True, True]
    assert_flat(picture_of(pages[0]))
    whole = picture_of(pages[1])
    assert whole.size == (2631, 3508), "as it was taken, at 300 dots per inch of A4"
    assert is_near(colour(whole, 0.02, 0.02), photographs.TABLE)


def test_with_a_network_what_is_cut_out_is_what_the_server_reads(
    person: Callable[..., Person], photo: Callable[..., Path]
) -> None:
    """A page across, in a photograph that was held upright; a corner is put right with the mouse, one by a tap."""
    page = person(office.CLERK).signs_in().opens("/incoming/new").page
    held = photo("ngang.jpg", photographs.TURNED, orientation=pictures.HELD_SIDEWAYS)
    page.locator("input[name=file]").set_input_files(held)
    expect(page.locator(STATES)).to_have_text([WAITS], timeout=30_000)
    ring = corner(page, "Góc trên bên phải")
    ring.scroll_into_view_if_needed()
    box = ring.bounding_box()
    frame = page.locator(f"{PANEL} .paper-cut-photo").bounding_box()
    assert box
    assert frame
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    before = corners_shown(page)
    page.mouse.move(x + 3, y + 3)
    page.mouse.down()
    page.mouse.move(x + 3, y + 43, steps=4)
    page.mouse.up()
    assert math.dist(corners_shown(page)[1], (before[1][0], before[1][1] + 40 / frame["height"])) < 0.01
    page.mouse.click(x, y)  # the nearest corner goes where one taps
    assert math.dist(corners_shown(page)[1], before[1]) < 0.01
    expect(ring).to_be_focused()
    use(page, "Cắt theo đường này")
    expect(page.locator(STATES)).to_have_text([CUT], timeout=30_000)
    page.locator("[formaction='/incoming/read']").click()
    expect(page.locator("[data-viewer]")).to_be_visible()
    source = page.locator("[data-viewer]").get_attribute("data-src")
    read = pypdf.PdfReader(io.BytesIO(page.request.get(page.url.replace("/incoming/new", f"{source}")).body()))
    [found] = read.pages
    assert found.mediabox.width > found.mediabox.height, "it was held sideways"
    across = picture_of(found)
    assert abs(across.width / across.height - math.sqrt(2)) < 0.005
    assert_flat(across.rotate(90, expand=True))


def test_one_decision_is_for_all_that_wait_and_can_be_taken_back(
    person: Callable[..., Person], photo: Callable[..., Path]
) -> None:
    clerk = offline_form(person)
    page = clerk.page
    files = [photo("a.jpg", photographs.ASLANT), photo("ban.jpg"), photo("b.jpg", photographs.TURNED)]
    page.locator("input[name=file]").set_input_files(files)
    expect(page.locator(STATES)).to_have_text([WAITS, UNSURE, WAITS], timeout=30_000)
    page.get_by_label("Làm như vậy với 1 ảnh còn lại đang chờ xem").check()
    use(page, "Cắt theo đường này")
    expect(page.locator(STATES)).to_have_text([CUT, UNSURE, CUT], timeout=30_000)
    page.get_by_role("button", name="Xem đường cắt: 3. b.jpg").click()
    expect(page.locator(f"{PANEL} h2")).to_be_focused()
    use(page, WHOLE)
    expect(page.locator(STATES)).to_have_text([CUT, UNSURE, WHOLE])
    # where nothing was found the corners can be set by hand
    page.get_by_role("button", name="Xem đường cắt: 2. ban.jpg").click()
    assert [round(x, 2) for x, _ in corners_shown(page)] == [0.06, 0.94, 0.94, 0.06]
    use(page, WHOLE)
    enters(clerk, subject=FIRST, number="415/UBND-KGVX")
    first, *others = [picture_of(one) for one in pages_that_arrived(person, clerk)]
    assert_flat(first)
    assert [one.size for one in others] == [(2631, 3508)] * 2


def test_a_form_is_kept_once_when_nobody_has_decided(person: Callable[..., Person], photo: Callable[..., Path]) -> None:
    clerk = offline_form(person)
    page = clerk.page
    page.locator("input[name=file]").set_input_files([photo("a.jpg", photographs.ASLANT)])
    enters(clerk, subject=FIRST, number="415/UBND-KGVX")  # while the edges are still being looked for
    expect(page.locator("[data-cut-said]")).to_contain_text("Chưa gửi: còn 1 ảnh", timeout=30_000)
    expect(page.locator(f"{PANEL} h2")).to_be_focused()
    expect(page.locator("[name=subject]")).to_have_value(FIRST)
    assert axe_findings(page) == []
    sends(clerk)
    [one] = pages_that_arrived(person, clerk)
    assert picture_of(one).size == (2631, 3508), "what nobody has seen is not cut"


@pytest.mark.parametrize("part", ["edges", "cutting"])
def test_without_what_finds_the_edges_the_whole_photograph_is_used(
    person: Callable[..., Person], photo: Callable[..., Path], part: str
) -> None:
    clerk = offline_form(person)
    page = clerk.page
    page.evaluate(LOSE, page.evaluate(KEPT, part))
    page.locator("input[name=file]").set_input_files([photo("a.jpg", photographs.ASLANT)])
    if part == "edges":
        expect(page.locator(STATES)).to_have_text([FAILED])
    expect(page.locator("[data-cut-said]")).to_contain_text("dùng cả ảnh")
    enters(clerk, subject=FIRST, number="415/UBND-KGVX")
    [one] = pages_that_arrived(person, clerk)
    assert picture_of(one).size == (2631, 3508)


def test_the_worker_keeps_its_own_policy_when_it_comes_from_the_device(person: Callable[..., Person]) -> None:
    clerk = offline_form(person)
    policy = "async (url) => (await fetch(url)).headers.get('Content-Security-Policy')"
    page = clerk.page
    assert page.evaluate(policy, page.evaluate(KEPT, "edges")) == "default-src 'none'"
    assert "wasm" not in page.evaluate(policy, page.evaluate(KEPT, "cutting"))
    assert "wasm" not in page.evaluate(policy, "/incoming/new")
