"""Two leaders acted on the same document, one of them without a network: a person ends it in one step."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.fixtures import office
from tests.journeys.people import Person
from tests.journeys.test_main_story import TITLE, registers

pytestmark = [pytest.mark.chromium, pytest.mark.timeout(240)]


def test_two_leaders_assigned_the_same_document(person: Callable[..., Person], letter: Callable[[str], Path]) -> None:
    registers(person(office.CLERK).signs_in(), letter("van ban den"))
    director = person(office.DIRECTOR, on_phone=True).signs_in().is_installed()
    director.opens_document(TITLE).goes_offline()
    director.sends("assign", directive="CNTT chủ trì", lead=f"unit:{office.IT_UNIT}").sees("CNTT chủ trì")

    deputy = person(office.DEPUTY).signs_in()
    path = director.page.url.removeprefix(director.server.url)
    deputy.opens(path.split("?")[0])
    deputy.sends("assign", directive="BCVT chủ trì", lead=f"unit:{office.POST_UNIT}").sees("BCVT chủ trì")

    director.comes_online().opens("/inbox")
    expect(director.page.locator("#waiting-count")).to_have_attribute("data-count", "0", timeout=30_000)
    expect(director.page.locator("#review-count")).to_have_attribute("data-count", "1", timeout=30_000)
    director.opens("/reviews").sees(office.name_of(office.DEPUTY))
    director.sees("CNTT chủ trì").sees("BCVT chủ trì")
    director.page.locator("button[name=choice][value=both]").first.click()
    expect(director.page.locator("#review-count")).to_have_attribute("data-count", "0", timeout=30_000)

    for head in (office.IT_HEAD, office.POST_HEAD):
        person(head).signs_in().opens_document(TITLE).sees("chủ trì")


def test_one_person_at_two_devices(person: Callable[..., Person], letter: Callable[[str], Path]) -> None:
    registers(person(office.CLERK).signs_in(), letter("van ban den"))
    phone = person(office.DIRECTOR, on_phone=True).signs_in().is_installed()
    laptop = person(office.DIRECTOR).signs_in().is_installed()
    phone.opens_document(TITLE).goes_offline()
    phone.sends("add_comment", text="Ghi từ điện thoại").sees("Ghi từ điện thoại")
    laptop.opens_document(TITLE).sends("add_comment", text="Ghi từ máy tính").sees("Ghi từ máy tính")
    phone.comes_online().opens("/inbox")
    expect(phone.page.locator("#waiting-count")).to_have_attribute("data-count", "0", timeout=30_000)
    for device in (phone, laptop):
        device.opens_document(TITLE)
        for words in ("Ghi từ điện thoại", "Ghi từ máy tính"):
            expect(device.page.locator("main")).to_contain_text(words, timeout=20_000)
            assert device.page.locator("main").inner_text().count(words) == 1


def test_a_session_that_ended_offline_loses_nothing(
    person: Callable[..., Person], letter: Callable[[str], Path]
) -> None:
    registers(person(office.CLERK).signs_in(), letter("van ban den"))
    director = person(office.DIRECTOR, on_phone=True).signs_in().is_installed()
    director.opens_document(TITLE).goes_offline()
    director.context.clear_cookies()
    director.sends("add_comment", text="Viết khi đã hết phiên").sees("Viết khi đã hết phiên")
    director.comes_online().opens("/inbox")
    expect(director.page.locator("#session-bar")).to_be_visible(timeout=30_000)
    expect(director.page.locator("#waiting-count")).to_have_attribute("data-count", "1")
    director.opens_document(TITLE).sees("Viết khi đã hết phiên")

    other = Person.__new__(Person)
    other.__dict__.update(director.__dict__, person_id=office.DEPUTY)
    other.signs_in()
    assert "Viết khi đã hết phiên" not in other.page.content()
    other.opens("/outbox")
    assert "Viết khi đã hết phiên" not in other.page.content()
    other.context.clear_cookies()

    director.signs_in().opens("/inbox")
    expect(director.page.locator("#waiting-count")).to_have_attribute("data-count", "0", timeout=30_000)
    witness = person(office.DEPUTY).signs_in()
    witness.opens(f"/incoming/{_id_of(director)}")
    witness.sees("Viết khi đã hết phiên")


def _id_of(director: Person) -> str:
    href = director.page.locator("main a", has_text=TITLE).first.get_attribute("href")
    assert href is not None
    return href.rsplit("/", 1)[1]
