"""Delegations through the pages: asked for, permitted, announced, ended; who is not let in; what the delegate sees."""

from __future__ import annotations

import re
from typing import Any

from tests.fixtures import office
from tests.web.conftest import Pages, form, path, section


def asked(pages: Pages, person_id: str = office.IT_HEAD, **changes: Any) -> Any:
    """Send the form for a delegation from a person's browser."""
    fields = {"to_person": office.IT_SPECIALIST, "from_at": "2026-11-23", "until_at": "2026-11-27"}
    fields |= {"reason": "Đi công tác tại Chư Prông", **changes}
    return pages.browser(person_id).post("/delegations", data=form(0, **fields))


def key_of(pages: Pages) -> str:
    """Give the key of the only delegation there is."""
    (found,) = pages.acting.services.accounts.all("delegation:")
    return str(found["_id"].partition(":")[2])


def test_a_head_asks_the_director_permits_and_the_office_is_told(pages: Pages) -> None:
    document_id = pages.presented()
    pages.acting.does(office.DIRECTOR, "Assign", document_id, lead=f"unit:{office.IT_UNIT}", directive="Tham mưu")
    answer = asked(pages)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/delegations?done=request_delegation")
    mine = pages.browser(office.IT_HEAD).get(answer.headers["Location"]).text
    assert "chỉ có hiệu lực khi Lãnh đạo Sở cho phép" in mine
    assert "Chờ cho phép" in section(mine, 'id="own"', "</section>")
    others = pages.browser(office.POST_SPECIALIST).get("/delegations").text
    assert office.name_of(office.IT_HEAD) not in section(others, 'id="announced"', "</section>")

    director = pages.browser(office.DIRECTOR)
    assert 'data-count="1"' in section(director.get("/inbox").text, 'href="/delegations"', "</a>")
    page = director.get("/delegations").text
    assert "Đi công tác tại Chư Prông" in section(page, 'id="waiting"', "</section>")
    key = key_of(pages)
    address = f"/delegations/{key}/permit-delegation"
    assert address in page
    assert "end-delegation" not in section(page, 'id="waiting"', "</section>")
    assert director.post(address, data=form(1)).status_code == 303
    assert 'data-count="0"' in section(director.get("/inbox").text, 'href="/delegations"', "</a>")

    # everybody is told who, whom and until when, not why
    announced = section(pages.browser(office.POST_SPECIALIST).get("/delegations").text, 'id="announced"', "</section>")
    assert f"{office.name_of(office.IT_HEAD)} ủy quyền cho {office.name_of(office.IT_SPECIALIST)}" in announced
    assert "Từ ngày 23/11/2026 đến hết ngày 27/11/2026" in announced
    assert "Chư Prông" not in announced
    assert "end-delegation" not in announced

    delegate = pages.browser(office.IT_SPECIALIST)
    badge = f"Thay {office.name_of(office.IT_HEAD)}"
    assert badge in section(delegate.get("/inbox").text, f'data-id="{document_id}"', "</li>")
    shown = delegate.get(path(document_id)).text
    assert badge in shown
    seen = pages.acting.record(document_id)["version"]
    delegate.post(path(document_id, "take-on"), data=form(seen, note=""))
    told = pages.browser(office.DIRECTOR).get(path(document_id)).text
    entry = re.findall(r"<li>.*?</li>", section(told, 'id="timeline"', "</ol>"), re.DOTALL)[-1]
    assert office.name_of(office.IT_SPECIALIST) in entry
    assert f"thay {office.name_of(office.IT_HEAD)} theo ủy quyền" in entry

    head = pages.browser(office.IT_HEAD)
    assert head.post(f"/delegations/{key}/end-delegation", data=form(2, note="Đã về")).status_code == 303
    assert delegate.get(path(document_id)).status_code == 404
    assert document_id not in delegate.get("/inbox").text
    assert "Đã chấm dứt" in section(head.get("/delegations").text, 'id="own"', "</section>")


def test_what_is_wrong_comes_back_in_the_form(pages: Pages) -> None:
    answer = asked(pages, until_at="2027-11-27")
    assert answer.status_code == 422
    assert "không quá 31 ngày" in section(answer.text, 'action="/delegations"')
    assert 'value="2027-11-27"' in answer.text
    assert "Đi công tác tại Chư Prông" in answer.text
    assert pages.acting.services.accounts.all("delegation:") == []


def test_only_those_one_may_delegate_to_are_offered(pages: Pages) -> None:
    def offered(person_id: str) -> set[str]:
        page = pages.browser(person_id).get("/delegations").text
        return set(re.findall(r'<option value="([a-z-]+)"', section(page, 'id="ask-to_person"', "</select>")))

    unit = {office.IT_HEAD, office.IT_DEPUTY_HEAD, office.IT_SPECIALIST, office.SECOND_IT_SPECIALIST}
    assert offered(office.IT_HEAD) == (unit | {office.THIRD_IT_SPECIALIST}) - {office.IT_HEAD}
    assert {office.DEPUTY, office.POST_HEAD, office.PRESS_DEPUTY_HEAD} <= offered(office.DIRECTOR)
    assert not {office.IT_SPECIALIST, office.CLERK, office.NOBODY, office.DIRECTOR} & offered(office.DIRECTOR)


def test_a_refusal_tells_why_to_those_concerned(pages: Pages) -> None:
    asked(pages)
    director = pages.browser(office.DIRECTOR)
    address = f"/delegations/{key_of(pages)}/refuse-delegation"
    assert director.post(address, data=form(1, reason="")).status_code == 422
    assert director.post(address, data=form(1, reason="Phó Trưởng phòng đã có mặt")).status_code == 303
    assert "Phó Trưởng phòng đã có mặt" in pages.browser(office.IT_HEAD).get("/delegations").text
    assert "Phó Trưởng phòng đã có mặt" not in pages.browser(office.POST_HEAD).get("/delegations").text
    late = director.post(f"/delegations/{key_of(pages)}/permit-delegation", data=form(2))
    assert late.status_code == 409
    assert "không còn hiệu lực" in late.text


def test_who_has_no_part_in_it_is_kept_out(pages: Pages) -> None:
    asked(pages)
    key = key_of(pages)
    for person_id in (office.NOBODY, office.ADMINISTRATOR):
        browser = pages.browser(person_id)
        assert browser.get("/delegations").status_code == 403
        assert "/delegations" not in browser.get("/inbox").text
        for address in ("", f"/{key}/permit-delegation", f"/{key}/refuse-delegation", f"/{key}/end-delegation"):
            assert browser.post(f"/delegations{address}", data=form(1, reason="Tôi muốn")).status_code == 403
    for person_id in (office.IT_HEAD, office.IT_SPECIALIST):
        answer = pages.browser(person_id).post(f"/delegations/{key}/permit-delegation", data=form(1))
        assert answer.status_code == 403, person_id
    # who may not know of it is not told that it exists
    assert pages.browser(office.POST_HEAD).post(f"/delegations/{key}/end-delegation", data=form(1)).status_code == 404
    assert pages.browser().get("/delegations").status_code in (302, 303, 401)
    assert pages.acting.services.accounts.get(f"delegation:{key}")["state"] == "requested"
