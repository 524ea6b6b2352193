"""The pages on which somebody asks to be excused from an answer, and on which that is decided (Article 9.6)."""

from __future__ import annotations

from tests.fixtures import office
from tests.web.conftest import Pages, form, path, section

HEAD, SPECIALIST = office.POST_HEAD, office.POST_SPECIALIST


def owed(pages: Pages) -> str:
    """Bring a document for which the director asks for an answer to a specialist."""
    document_id = pages.presented()
    words = {"directive": "Trả lời", "is_answer_required": True}
    pages.acting.does(office.DIRECTOR, "Assign", document_id, lead=f"unit:{office.POST_UNIT}", **words)
    pages.acting.does(HEAD, "Assign", document_id, lead=f"person:{SPECIALIST}", directive="Dự thảo")
    return document_id


def seen(pages: Pages, document_id: str) -> int:
    """Return the version that everybody's page shows."""
    return int(pages.acting.record(document_id)["version"])


def test_it_is_asked_for_and_decided_on_the_page_of_the_document(pages: Pages) -> None:
    document_id = owed(pages)
    specialist, director = pages.browser(SPECIALIST), pages.browser(office.DIRECTOR)
    page = specialist.get(path(document_id)).text
    ending = section(page, 'id="act-conclude"', "</section>")
    assert 'popovertarget="act-request-excuse"' in ending, "where it ends it is said how else it can end"
    empty = specialist.post(path(document_id, "request-excuse"), data=form(seen(pages, document_id), reason=""))
    assert empty.status_code == 422
    assert 'id="request_excuse-reason-err"' in empty.text
    reason = "Đã trả lời <b>trực tiếp</b> tại cuộc họp"
    fields = form(seen(pages, document_id), reason=reason)
    assert specialist.post(path(document_id, "request-excuse"), data=fields).status_code == 303
    page = specialist.get(path(document_id)).text
    assert "Đã đề nghị miễn trả lời, đang chờ quyết định." in page
    inbox = director.get("/inbox").text
    assert "Đề nghị miễn trả lời" in inbox
    page = director.get(path(document_id)).text
    deciding = section(page, 'id="act-decide-excuse"', "</section>")
    assert "Đã trả lời &lt;b&gt;trực tiếp&lt;/b&gt; tại cuộc họp" in deciding
    request_id = pages.acting.record(document_id)["assignments"][-1]["excuses"][-1]["request_id"]
    decision = form(seen(pages, document_id), request_id=request_id, is_granted="1", note="Đồng ý")
    assert director.post(path(document_id, "decide-excuse"), data=decision).status_code == 303
    page = director.get(path(document_id)).text
    assert 'id="act-decide-excuse"' not in page
    assert "<b>Đồng ý</b>" in section(page, 'id="timeline"', "</section>"), "the history says which way it was decided"
    assert "Đã được miễn trả lời." in specialist.get(path(document_id)).text


def test_who_has_nothing_to_do_with_it_sees_and_does_nothing(pages: Pages) -> None:
    document_id = owed(pages)
    nobody = pages.browser(office.NOBODY)
    for verb in ("request-excuse", "decide-excuse"):
        given = {"reason": "x"} if verb == "request-excuse" else {"request_id": "act-00000001", "is_granted": "1"}
        sent = form(seen(pages, document_id), **given)
        assert nobody.post(path(document_id, verb), data=sent).status_code in (403, 404), verb
    assert "excuses" not in pages.acting.record(document_id)["assignments"][-1]
