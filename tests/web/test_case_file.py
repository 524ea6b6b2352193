"""One case file: its contents list, its export as PDF and as XML, and who may have them."""

from __future__ import annotations

import io
import re
import xml.etree.ElementTree as ET
from typing import Any

import pypdf
from flask.testing import FlaskClient

from tests.fixtures import office, pdfs
from tests.web.conftest import Pages, path, pdf, section
from tests.web.test_lists import rows
from tests.web.test_printing import wait_for

TITLE = "Hồ sơ chuyển đổi số năm 2026"


def registered_with_file(pages: Pages, body: bytes, **changes: str) -> str:
    """Let the clerk register a document with a PDF, and return its id."""
    fields = {
        "sender": "Sở Tài chính",
        "number": "15/STC-NS",
        "document_on": "2026-11-10",
        "type": "CV",
        "subject": "Sở Tài chính đề nghị rà soát dự toán chuyển đổi số trước ngày 01/12/2026",
        "urgency": "normal",
        "confidentiality": "normal",
        "field": "cds",
        "arrived_on": office.TODAY,
        "leader_id": office.DIRECTOR,
        "action_id": f"act-file-{len(body)}",
        **changes,
    }
    answer = pages.browser(office.CLERK).post("/incoming", data={**fields, "file": pdf(body)})
    assert answer.status_code == 303, answer.text
    return "incoming:" + re.sub(r"^/incoming/([^/]+).*$", r"\1", answer.headers["Location"])


def concluded(pages: Pages, document_id: str, case_file_id: str) -> None:
    """Let the specialist conclude a document into their case file."""
    to = f"person:{office.IT_SPECIALIST}"
    pages.acting.does(office.DIRECTOR, "Assign", document_id, lead=to, directive="Tham mưu")
    receipt = pages.acting.does(office.IT_SPECIALIST, "Conclude", document_id, case_file_id=case_file_id)
    assert receipt["status"] == "applied", receipt


def case_file(pages: Pages, **changes: str) -> str:
    fields = {"title": TITLE, "notation": "01.CNTT", "retention": "10_years", **changes}
    return str(pages.acting.does(office.IT_SPECIALIST, "CreateCaseFile", **fields)["document_id"])


def address(case_file_id: str) -> str:
    return f"/case-files/{case_file_id.partition(':')[2]}"


def exported(browser: FlaskClient, case_file_id: str) -> pypdf.PdfReader:
    """Have the PDF made, and read it."""
    started = browser.post(address(case_file_id) + "/pdf")
    assert started.status_code == 303
    at = started.headers["Location"]
    wait_for(lambda: "đã lập xong" in browser.get(at).text)
    answer = browser.get(f"{at}/file")
    assert answer.mimetype == "application/pdf"
    return pypdf.PdfReader(io.BytesIO(answer.data))


def fields(parent: ET.Element) -> dict[str, Any]:
    return {one.tag: fields(one) if len(one) else one.text for one in parent}


def filled(pages: Pages) -> tuple[str, list[str]]:
    """Return a case file of three documents, and their ids in the order of time."""
    file_id = case_file(pages)
    late = registered_with_file(pages, pdfs.simple("Van ban sau", pages=2))
    bare = pages.acting.registers(document_on="2026-11-08", number="9/UBND-KGVX")
    early = registered_with_file(
        pages,
        pdfs.simple("Van ban truoc", pages=3),
        document_on="2026-11-02",
        number="3/BTTTT-CĐSQG",
        action_id="act-early",
    )
    for document_id in (late, bare, early):
        concluded(pages, document_id, file_id)
    pages.catch_up()
    return file_id, [early, bare, late]


def test_the_documents_stand_in_the_order_of_time(pages: Pages) -> None:
    file_id, documents = filled(pages)
    owner = pages.browser(office.IT_SPECIALIST)
    text = owner.get(address(file_id)).text
    assert [
        one.replace("/incoming/", "incoming:") for one in re.findall(r'<td class="text">.*?href="([^"]+)"', text)
    ] == documents
    assert "3 trên 3 văn bản đã giải quyết xong" in text
    assert "02/11/2026 – 10/11/2026" in text
    assert f'href="{address(file_id)}"' in owner.get("/case-files").text


def test_the_whole_file_is_one_pdf_behind_its_contents_list(pages: Pages) -> None:
    file_id, _ = filled(pages)
    whole = exported(pages.browser(office.IT_SPECIALIST), file_id)
    texts = [page.extract_text() for page in whole.pages]
    assert len(texts) == 1 + 3 + 2
    assert "MỤC LỤC VĂN BẢN, TÀI LIỆU" in texts[0]
    assert "01.CNTT" in texts[0]
    assert all(number in texts[0] for number in ("3/BTTTT-CĐSQG", "9/UBND-KGVX", "15/STC-NS"))
    assert "1–3" in texts[0]
    assert "4–5" in texts[0]
    assert "Van ban truoc" in texts[1]
    assert "Van ban sau" in texts[4]
    marks = [whole.get_destination_page_number(one) for one in whole.outline]
    assert marks == [0, 1, 4]


def test_the_xml_has_the_fields_of_the_decree(pages: Pages) -> None:
    file_id, _ = filled(pages)
    answer = pages.browser(office.IT_SPECIALIST).get(address(file_id) + "/xml")
    assert answer.mimetype == "application/xml"
    root = ET.fromstring(answer.data)
    dossier = fields(root)
    assert dossier["FileCode"] == {"FileCatalog": "2026", "FileNotation": "01.CNTT"}
    assert (dossier["Title"], dossier["Maintenance"], dossier["DocTotal"], dossier["PageTotal"]) == (
        TITLE,
        "10 năm",
        "3",
        "5",
    )
    assert (dossier["StartDate"], dossier["EndDate"]) == ("02/11/2026", "10/11/2026")
    first = fields(root.findall("Document")[0])
    assert (first["DocOrdinal"], first["CodeNumber"], first["CodeNotation"]) == ("1", "3", "BTTTT-CĐSQG")
    assert (first["OrganName"], first["TypeName"], first["PageAmount"]) == ("Sở Tài chính", "Công văn", "3")
    assert "Tham mưu" in first["TraceHeaderList"]


def test_an_approved_answer_is_in_the_file_of_what_it_answers(pages: Pages) -> None:
    draft_id = pages.acting.brings_to_leader()
    asked = pages.acting.record(draft_id)["reply_to"]
    bound = {"version_sha256": pages.acting.record(draft_id)["versions"][-1]["sha256"]}
    file_id = case_file(pages)
    pages.acting.does(office.IT_SPECIALIST, "Conclude", asked, case_file_id=file_id)
    owner = pages.browser(office.IT_SPECIALIST)
    assert rows(owner.get(address(file_id)).text) == ["/" + asked.replace(":", "/")]
    approved = pages.acting.does(
        office.DIRECTOR, "Approve", draft_id, is_content_approved=True, is_form_approved=True, **bound
    )
    assert approved["status"] == "applied", approved
    assert rows(owner.get(address(file_id)).text) == ["/" + one.replace(":", "/") for one in (asked, draft_id)]


def test_an_empty_file_says_how_it_is_filled_and_exports_an_empty_list(pages: Pages) -> None:
    file_id = case_file(pages, notation="", title="<b>Hồ sơ</b> \x07 mới")
    owner = pages.browser(office.IT_SPECIALIST)
    text = owner.get(address(file_id)).text
    assert "Khi kết thúc xử lý, chọn hồ sơ này" in text
    assert "<b>Hồ sơ" not in text
    assert fields(ET.fromstring(owner.get(address(file_id) + "/xml").data))["DocTotal"] == "0"
    assert len(exported(owner, file_id).pages) == 1


def test_who_may_not_see_the_file_finds_nothing_and_another_s_print_is_not_theirs(pages: Pages) -> None:
    file_id, _ = filled(pages)
    at = pages.browser(office.IT_SPECIALIST).post(address(file_id) + "/pdf").headers["Location"]
    for person_id in (office.IT_HEAD, office.PRESS_SPECIALIST, office.CLERK):
        other = pages.browser(person_id)
        for ending in ("", "/xml"):
            assert other.get(address(file_id) + ending).status_code == 404
        assert other.post(address(file_id) + "/pdf").status_code == 404
        assert other.get(at).status_code == 404
        assert other.get(f"{at}/file").status_code == 404
    leader = pages.browser(office.DIRECTOR)
    assert leader.get(address(file_id)).status_code == 200
    assert leader.get(at).status_code == 404
    assert pages.browser(office.NOBODY).get(address(file_id)).status_code == 403
    assert pages.browser(office.IT_SPECIALIST).get("/case-files/..%2fx").status_code == 404
    assert pages.browser(office.IT_SPECIALIST).get("/case-files/khong-co-gi").status_code == 404


def given(pages: Pages) -> str:
    """Bring a document to the specialist."""
    document_id = pages.presented(subject="UBND tỉnh đề nghị báo cáo kết quả chuyển đổi số quý IV năm 2026")
    to = f"person:{office.IT_SPECIALIST}"
    pages.acting.does(office.DIRECTOR, "Assign", document_id, lead=to, directive="Tham mưu")
    return document_id


def test_a_document_is_put_into_a_proposed_file_on_its_own_page_and_taken_out_on_the_file_s(pages: Pages) -> None:
    document_id, file_id = given(pages), case_file(pages)
    case_file(pages, title="Hồ sơ văn thư", notation="")
    pages.catch_up()
    browser = pages.browser(office.IT_SPECIALIST)
    page = browser.get(path(document_id)).text
    filing = section(page, 'id="filing"', "</details>")
    assert filing.index(TITLE) < filing.index("Hồ sơ văn thư")
    assert filing.count("Gợi ý") == 1
    act = {"action_id": "act-dua-vao-01", "seen_version": "0", "document": document_id}
    answer = browser.post(f"{address(file_id)}/file-document", data=act)
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{path(document_id)}#filing")
    pages.catch_up()
    assert "Đã có" in section(browser.get(path(document_id)).text, 'id="filing"', "</details>")
    contents_page = browser.get(address(file_id)).text
    assert "Đưa ra" in contents_page
    twice = browser.post(f"{address(file_id)}/file-document", data={**act, "action_id": "act-dua-vao-02"})
    assert twice.status_code == 409
    assert "đã có trong hồ sơ" in twice.text
    out = {"action_id": "act-dua-ra-01", "seen_version": "1", "document": document_id}
    answer = browser.post(f"{address(file_id)}/unfile-document", data=out)
    assert answer.headers["Location"] == f"{address(file_id)}?done=unfile_document"
    assert document_id.partition(":")[2] not in browser.get(address(file_id)).text


def test_a_file_is_closed_and_opened_again_by_its_owner(pages: Pages) -> None:
    file_id = case_file(pages)
    pages.catch_up()
    browser = pages.browser(office.IT_SPECIALIST)
    form = {"action_id": "act-dong-01", "seen_version": "1", "note": "Xong việc"}
    answer = browser.post(f"{address(file_id)}/close-case-file", data=form)
    page = browser.get(answer.headers["Location"]).text
    assert "Đã kết thúc" in page
    pages.catch_up()
    document_id = given(pages)
    assert TITLE not in browser.get(path(document_id)).text, "nothing is offered to go into it"
    refused = browser.post(
        f"{address(file_id)}/reopen-case-file", data={**form, "action_id": "act-mo-01", "reason": ""}
    )
    assert refused.status_code == 422
    form = {"action_id": "act-mo-02", "seen_version": "2", "reason": "Bổ sung báo cáo"}
    answer = browser.post(f"{address(file_id)}/reopen-case-file", data=form)
    assert answer.headers["Location"] == f"{address(file_id)}?done=reopen_case_file"


def test_nobody_else_fills_or_closes_it(pages: Pages) -> None:
    document_id, file_id = given(pages), case_file(pages)
    for person_id in (office.NOBODY, office.PRESS_HEAD, office.DIRECTOR):
        browser = pages.browser(person_id)
        for verb in ("file-document", "unfile-document", "close-case-file", "reopen-case-file"):
            form = {"action_id": f"act-{person_id}-{verb}", "document": document_id, "reason": "x"}
            assert browser.post(f"{address(file_id)}/{verb}", data=form).status_code in (403, 404, 409), (
                person_id,
                verb,
            )
    assert pages.acting.record(file_id)["version"] == 1


def test_a_case_file_is_put_into_no_case_file(pages: Pages) -> None:
    file_id = case_file(pages)
    form = {"action_id": "act-ho-so-trong-01", "document": file_id}
    assert pages.browser(office.IT_SPECIALIST).post(f"{address(file_id)}/file-document", data=form).status_code == 404
