"""Templates of transfers: kept by name, offered where work is given out, a person's own."""

from __future__ import annotations

import json
import re

from tests.fixtures import office
from tests.web.conftest import Pages, path, section

IT, POST = f"unit:{office.IT_UNIT}", f"unit:{office.POST_UNIT}"
TEMPLATE = {
    "name": "CNTT chủ trì, BCVT phối hợp",
    "lead": IT,
    "collaborating": [POST],
    "directive": "Tham mưu, đề xuất",
}


def test_a_template_is_kept_offered_in_the_form_and_forgotten(pages: Pages) -> None:
    document_id = pages.presented()
    director = pages.browser(office.DIRECTOR)
    assert director.post("/transfers", data=TEMPLATE).headers["Location"] == "/transfers"
    shown = director.get("/transfers").text
    assert "Tham mưu, đề xuất" in section(shown, 'id="transfer-1"', "</section>")
    for page in (director.get(path(document_id)).text, director.get("/assign").text):
        offered = re.search(r'data-ticks="([^"]*)" data-directive="Tham mưu, đề xuất">CNTT chủ trì', page)
        assert offered is not None
        ticks = json.loads(offered[1].replace("&#34;", '"'))
        assert ticks == [{"name": "lead", "value": IT}, {"name": "collaborating", "value": POST}]
    pages.catch_up()
    kept = pages.acting.services.store.database(f"inbox_{office.DIRECTOR}").get("views:me")
    assert kept is not None
    assert [one["name"] for one in kept["transfers"]] == [TEMPLATE["name"]]
    assert "CNTT chủ trì, BCVT phối hợp" not in pages.browser(office.DEPUTY).get("/transfers").text
    director.post("/transfers/forget", data={"name": TEMPLATE["name"]})
    assert "Chưa có mẫu nào" in director.get("/transfers").text


def test_what_is_wrong_comes_back_filled(pages: Pages) -> None:
    director = pages.browser(office.DIRECTOR)
    for change, words in (({"name": " "}, "Tham mưu, đề xuất"), ({"lead": "", "collaborating": []}, TEMPLATE["name"])):
        answer = director.post("/transfers", data={**TEMPLATE, **change})
        assert answer.status_code == 422
        assert words in answer.text


def test_views_and_templates_stand_beside_each_other(pages: Pages) -> None:
    director = pages.browser(office.DIRECTOR)
    director.post("/inbox/views", data={"folder": "todo", "list": "", "query": "viettel", "name": "Của Viettel"})
    director.post("/transfers", data=TEMPLATE)
    assert "Của Viettel" in director.get("/inbox").text
    assert TEMPLATE["name"] in director.get("/transfers").text


def test_who_transfers_nothing_keeps_no_templates(pages: Pages) -> None:
    for person_id in (office.NOBODY, office.IT_SPECIALIST, office.ADMINISTRATOR):
        browser = pages.browser(person_id)
        assert browser.get("/transfers").status_code == 403
        assert browser.post("/transfers", data=TEMPLATE).status_code == 403
