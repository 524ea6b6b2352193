"""The queue of scans: each page once, whoever works on it, whatever is killed when; the file itself never changes."""

from __future__ import annotations

import hashlib
from typing import Any

from server.domain.fingerprints import bands_in, bands_of
from server.usecases import recognizing
from server.usecases.files import note_file
from tests.fixtures import office
from tests.fixtures.acting import Acting

FIRST, SECOND = "worker-one", "worker-two"
HEAD = """ỦY BAN NHÂN DÂN\nTỈNH GIA LAI\nSố: 412/UBND-KGVX\nGia Lai, ngày 18 tháng 11 năm 2026
V/v tăng cường an toàn thông tin mạng\nKính gửi: Sở Thông tin và Truyền thông"""


def noted(acting: Acting, name: str = "scan", bare: list[int] | None = None, **changes: Any) -> str:
    """Note a scan of three pages as its upload does, and return its hash."""
    sha256 = hashlib.sha256(name.encode()).hexdigest()
    facts = {"pages": 3, "text": "", "bare_pages": [1, 2, 3] if bare is None else bare, "coarse_pages": [], **changes}
    note_file(
        acting.services.files,
        office.CLERK,
        acting.clock.now(),
        sha256=sha256,
        size=9,
        media_type="application/pdf",
        name=f"{name}.pdf",
        facts=facts,
    )
    return sha256


def note(acting: Acting, sha256: str) -> dict[str, Any]:
    found = acting.services.files.get(f"file:{sha256}")
    assert found is not None
    return found


def progress(acting: Acting, sha256: str) -> tuple[str, int, int]:
    found = recognizing.progress_of(note(acting, sha256))
    assert found is not None
    return found["state"], found["done"], found["total"]


def claimed(acting: Acting, holder: str = FIRST) -> str | None:
    found = recognizing.claim(acting.services.files, holder, acting.clock.now())
    return found["sha256"] if found else None


def reads(acting: Acting, sha256: str, page: int, text: str | None, holder: str = FIRST) -> bool:
    return recognizing.keep_page(acting.services.files, sha256, holder, page, text, acting.clock.now())


def ends(acting: Acting, sha256: str, holder: str = FIRST) -> bool:
    return recognizing.finish(acting.services.files, sha256, holder, acting.clock.now())


def test_a_scan_waits_is_read_page_by_page_and_its_text_is_the_file_s(acting: Acting) -> None:
    sha256 = noted(acting)
    assert progress(acting, sha256) == ("waiting", 0, 3)
    assert claimed(acting) == sha256
    assert progress(acting, sha256) == ("running", 0, 3)
    for page, text in enumerate((HEAD, "Trang hai", "Trang ba"), 1):
        assert reads(acting, sha256, page, text)
        assert progress(acting, sha256) == ("running", page, 3)
    assert ends(acting, sha256)
    found = note(acting, sha256)
    assert progress(acting, sha256) == ("done", 3, 3)
    assert found["text"] == f"{HEAD}\nTrang hai\nTrang ba"
    assert (found["sha256"], found["size"]) == (sha256, 9)
    proposals = recognizing.RecognizedFacts(found).proposals()
    assert (proposals["number"].value, proposals["number"].confidence) == ("412/UBND-KGVX", "low")
    assert claimed(acting) is None


def test_a_file_with_text_of_its_own_is_not_queued(acting: Acting) -> None:
    sha256 = noted(acting, bare=[], text="Văn bản điện tử")
    assert recognizing.progress_of(note(acting, sha256)) is None
    assert claimed(acting) is None


def test_the_longest_waiting_scan_comes_first(acting: Acting) -> None:
    first = noted(acting, "một")
    acting.clock.move(minutes=1)
    second = noted(acting, "hai")
    assert [claimed(acting), claimed(acting), claimed(acting)] == [first, second, None]


def test_two_workers_never_have_the_same_scan(acting: Acting) -> None:
    sha256 = noted(acting)
    assert (claimed(acting, FIRST), claimed(acting, SECOND)) == (sha256, None)


def test_a_killed_worker_s_scan_goes_on_behind_the_last_page_kept(acting: Acting) -> None:
    sha256 = noted(acting)
    claimed(acting, FIRST)
    reads(acting, sha256, 1, "Trang một")
    acting.clock.move(seconds=recognizing.LEASE_S - 1)
    assert claimed(acting, SECOND) is None, "it may still be at work"
    acting.clock.move(seconds=2)
    assert claimed(acting, SECOND) == sha256
    assert recognizing.pages_left(note(acting, sha256)) == [2, 3]
    # the first was only slow: what it brings now is not taken, and does not disturb
    assert not reads(acting, sha256, 2, "của người cũ", FIRST)
    assert not ends(acting, sha256, FIRST)
    assert reads(acting, sha256, 2, "Trang hai", SECOND)
    assert reads(acting, sha256, 3, "Trang ba", SECOND)
    assert ends(acting, sha256, SECOND)
    assert note(acting, sha256)["text"] == "Trang một\nTrang hai\nTrang ba"


def test_each_page_holds_the_scan_for_longer(acting: Acting) -> None:
    sha256 = noted(acting)
    claimed(acting, FIRST)
    for page in (1, 2, 3):
        acting.clock.move(seconds=recognizing.LEASE_S - 10)
        assert claimed(acting, SECOND) is None
        assert reads(acting, sha256, page, "chữ", FIRST)


def test_a_scan_that_kills_its_workers_is_given_up(acting: Acting) -> None:
    sha256 = noted(acting)
    for _ in range(recognizing.ATTEMPTS):
        assert claimed(acting) == sha256
        acting.clock.move(seconds=recognizing.LEASE_S + 1)
    assert claimed(acting) is None
    assert progress(acting, sha256)[0] == "failed"
    assert recognizing.progress_of(note(acting, sha256))["problem"] == "gave_up"


def test_who_brings_the_same_scan_meanwhile_loses_nothing_of_it(acting: Acting) -> None:
    sha256 = noted(acting)
    claimed(acting)
    reads(acting, sha256, 1, "Trang một")
    again = {"sha256": sha256, "size": 9, "media_type": "application/pdf", "name": "khác.pdf"}
    facts = {"pages": 3, "text": "", "bare_pages": [1, 2, 3], "coarse_pages": []}
    note_file(acting.services.files, office.SECOND_CLERK, acting.clock.now(), **again, facts=facts)
    assert note(acting, sha256)["uploaded_by"] == [office.CLERK, office.SECOND_CLERK]
    assert progress(acting, sha256) == ("running", 1, 3)
    for page in (2, 3):
        assert reads(acting, sha256, page, f"Trang {page}")
    assert ends(acting, sha256)
    note_file(acting.services.files, office.SECOND_CLERK, acting.clock.now(), **again, facts=facts)
    assert note(acting, sha256)["text"] == "Trang một\nTrang 2\nTrang 3"


def test_pages_that_cannot_be_read_are_named_and_tried_again_when_asked(acting: Acting) -> None:
    sha256 = noted(acting)
    claimed(acting)
    for page, text in ((1, "Một"), (2, None), (3, "Ba")):
        reads(acting, sha256, page, text)
    ends(acting, sha256)
    found = recognizing.progress_of(note(acting, sha256))
    assert (found["state"], found["failed_pages"]) == ("done", [2])
    assert recognizing.retry(acting.services.files, sha256, office.CLERK, acting.clock.now())
    assert progress(acting, sha256) == ("waiting", 0, 3)
    assert claimed(acting) == sha256
    for page, text in ((1, "Một"), (2, "Hai"), (3, "Ba")):
        reads(acting, sha256, page, text)
    ends(acting, sha256)
    assert note(acting, sha256)["text"] == "Một\nHai\nBa"
    assert not recognizing.retry(acting.services.files, sha256, office.CLERK, acting.clock.now()), "nothing is amiss"


def test_a_scan_of_which_no_page_came_out_has_failed(acting: Acting) -> None:
    sha256 = noted(acting)
    claimed(acting)
    for page in (1, 2, 3):
        reads(acting, sha256, page, None)
    ends(acting, sha256)
    assert recognizing.progress_of(note(acting, sha256))["problem"] == "no_page"
    assert recognizing.retry(acting.services.files, sha256, office.CLERK, acting.clock.now())
    assert note(acting, sha256)["recognition"]["retried_by"] == office.CLERK
    assert progress(acting, sha256) == ("waiting", 0, 3)


def test_recognised_pages_stand_behind_what_the_file_says_itself(acting: Acting) -> None:
    sha256 = noted(acting, bare=[3], text="Công văn điện tử")
    claimed(acting)
    reads(acting, sha256, 3, "Phụ lục quét")
    ends(acting, sha256)
    found = note(acting, sha256)
    assert found["text"] == "Công văn điện tử\nPhụ lục quét"
    assert recognizing.RecognizedFacts(found).proposals() == {}


def test_a_recognised_text_can_be_found_to_be_that_of_another_file(acting: Acting) -> None:
    sha256 = noted(acting, bare=[1], pages=1)
    assert bands_in(note(acting, sha256)) == {}
    claimed(acting)
    text = (
        "Ủy ban nhân dân tỉnh yêu cầu các sở, ban, ngành báo cáo kết quả chuyển đổi số năm 2026 trước ngày 05/12/2026. "
        * 9
    )
    reads(acting, sha256, 1, text)
    ends(acting, sha256)
    assert bands_in(note(acting, sha256)) == {key: value for key, value in bands_of(text).items() if value}


def test_a_mark_of_secrecy_on_the_scan_is_noticed(acting: Acting) -> None:
    sha256 = noted(acting)
    claimed(acting)
    for page, text in ((1, "ỦY BAN NHÂN DÂN TỈNH\nTỐI MẬT\nSố: 9/UBND-NC\nKính gửi: Sở"), (2, "x"), (3, "y")):
        reads(acting, sha256, page, text)
    ends(acting, sha256)
    assert recognizing.progress_of(note(acting, sha256))["secrecy"] == "secret"


def test_the_text_kept_is_bounded(acting: Acting) -> None:
    sha256 = noted(acting)
    claimed(acting)
    for page in (1, 2, 3):
        reads(acting, sha256, page, "ệ" * recognizing.TEXT_BYTES)
    ends(acting, sha256)
    assert len(note(acting, sha256)["text"].encode()) <= recognizing.TEXT_BYTES


def test_a_scan_that_was_cleared_away_is_let_go(acting: Acting) -> None:
    sha256 = noted(acting)
    claimed(acting)
    found = note(acting, sha256)
    acting.services.store.database("files").delete(found["_id"], found["_rev"])
    assert not reads(acting, sha256, 1, "chữ")
    assert not ends(acting, sha256)
    assert claimed(acting) is None
