"""Who has seen a document, on the page of it and from devices."""

from __future__ import annotations

from server.usecases import openings
from tests.fixtures import office
from tests.web.conftest import Pages


def test_opening_the_page_is_noted_and_told_to_the_others(pages: Pages) -> None:
    document_id = pages.presented()
    key = document_id.partition(":")[2]
    director, clerk = pages.browser(office.DIRECTOR), pages.browser(office.CLERK)
    assert "Chưa xem" in clerk.get(f"/incoming/{key}/seen").text
    director.get(f"/incoming/{key}").close()
    assert set(openings.of_document(pages.acting.services, document_id)) == {office.DIRECTOR}
    seen = clerk.get(f"/incoming/{key}/seen").text
    assert "Đã xem lúc" in seen
    assert "Chưa xem<" not in seen


def test_who_must_see_nothing_does_not_learn_who_has_seen_it(pages: Pages) -> None:
    document_id, draft_id = pages.drafted()
    for path in (document_id.replace(":", "/"), draft_id.replace(":", "/"), "incoming/none"):
        assert pages.browser(office.NOBODY).get(f"/{path}/seen").status_code == 404
        assert pages.browser(office.ADMINISTRATOR).get(f"/{path}/seen").status_code == 404
    assert openings.of_document(pages.acting.services, document_id) == {}
