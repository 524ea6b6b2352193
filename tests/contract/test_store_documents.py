"""The contract of both stores: documents, revisions, conflicts, tombstones, bulk writes, ids."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from sync.ports import Conflict, Database, NotFound, Store

CARD = {
    "_id": "incoming:a1",
    "kind": "incoming",
    "title": "Công văn số 15/SNV-TCCC",
    "number": 7,
    "parts": [1, {"x": None}],
}


def test_document_comes_back_as_it_was_written(records: Database) -> None:
    rev = records.put(CARD)
    assert records.get("incoming:a1") == {**CARD, "_rev": rev}


def test_null_and_empty_fields_are_kept(records: Database) -> None:
    doc = {"_id": "a", "none": None, "empty": "", "list": [], "object": {}, "false": False, "zero": 0, "half": 0.5}
    rev = records.put(doc)
    assert records.get("a") == {**doc, "_rev": rev}
    [written] = records.bulk([{**doc, "_id": "b"}])
    assert records.get("b") == {**doc, "_id": "b", "_rev": written.rev}


def test_missing_document_is_none(records: Database) -> None:
    assert records.get("incoming:none") is None


def test_put_does_not_change_what_it_is_given(records: Database) -> None:
    doc = dict(CARD)
    records.put(doc)
    assert doc == CARD


def test_update_needs_the_current_revision(records: Database) -> None:
    first = records.put(CARD)
    second = records.put({**CARD, "_rev": first, "number": 8})
    assert second != first
    assert second.split("-")[0] == "2"
    for stale in (first, None, "1-0123456789abcdef0123456789abcdef"):
        doc = {**CARD, "number": 9} | ({"_rev": stale} if stale else {})
        with pytest.raises(Conflict) as caught:
            records.put(doc)
        assert caught.value.doc_id == "incoming:a1"
    found = records.get("incoming:a1")
    assert found is not None
    assert (found["number"], found["_rev"]) == (8, second)


def test_revision_of_a_document_that_was_never_written_is_a_conflict(records: Database) -> None:
    with pytest.raises(Conflict):
        records.put({"_id": "a", "_rev": "1-0123456789abcdef0123456789abcdef"})


def test_same_content_twice_is_a_conflict_too(records: Database) -> None:
    first = records.put(CARD)
    records.put({**CARD, "_rev": first})
    with pytest.raises(Conflict):
        records.put({**CARD, "_rev": first})


def test_delete_leaves_a_tombstone_over_which_the_ancestry_goes_on(records: Database) -> None:
    first = records.put(CARD)
    gone = records.delete("incoming:a1", first)
    assert records.get("incoming:a1") is None
    assert records.all() == []
    assert records.revisions(["incoming:a1"])["incoming:a1"]["deleted"] is True
    again = records.put(CARD)
    line = records.revisions(["incoming:a1"])["incoming:a1"]
    assert line["rev"] == again == f"3-{line['ancestry'][0]}"
    assert [f"{3 - age}-{digest}" for age, digest in enumerate(line["ancestry"])] == [again, gone, first]
    assert (line["start"], line["deleted"]) == (3, False)


def test_delete_needs_the_current_revision(records: Database) -> None:
    first = records.put(CARD)
    second = records.put({**CARD, "_rev": first})
    with pytest.raises(Conflict):
        records.delete("incoming:a1", first)
    records.delete("incoming:a1", second)
    with pytest.raises(NotFound):
        records.delete("incoming:a1", second)
    with pytest.raises(NotFound):
        records.delete("never", second)


def test_tombstone_may_carry_fields(records: Database) -> None:
    first = records.put(CARD)
    records.put({"_id": "incoming:a1", "_rev": first, "_deleted": True, "kind": "incoming", "why": "moved"})
    assert records.get("incoming:a1") is None
    [change] = records.changes(include_docs=True).results
    assert change.deleted
    assert change.doc == {
        "_id": "incoming:a1",
        "_rev": change.rev,
        "_deleted": True,
        "kind": "incoming",
        "why": "moved",
    }


def test_ancestry_names_every_revision(records: Database) -> None:
    revs = [records.put(CARD)]
    for number in range(30):
        revs.append(records.put({**CARD, "_rev": revs[-1], "number": number}))
    line = records.revisions(["incoming:a1", "never"])
    assert line.keys() == {"incoming:a1"}
    assert line["incoming:a1"]["start"] == 31
    assert line["incoming:a1"]["ancestry"] == [rev.split("-")[1] for rev in reversed(revs)]


def test_get_many_leaves_out_what_is_not_there(records: Database) -> None:
    records.bulk([{"_id": f"d{number:04}", "n": number} for number in range(1200)])
    gone = records.get("d0003")
    assert gone is not None
    records.delete("d0003", gone["_rev"])
    wanted = [f"d{number:04}" for number in range(0, 1300)] + ["d0001"]
    found = records.get_many(wanted)
    assert len(found) == 1199
    assert found["d1199"]["n"] == 1199
    assert "d0003" not in found
    assert records.get_many([]) == {}


def test_bulk_writes_what_it_can_and_names_what_it_cannot(records: Database) -> None:
    first = records.put({"_id": "b", "n": 1})
    written = records.bulk([{"_id": "a", "n": 1}, {"_id": "b", "n": 2}, {"_id": "c", "n": 1}])
    assert [(one.id, one.error) for one in written] == [("a", None), ("b", "conflict"), ("c", None)]
    assert written[1].rev is None
    assert records.get("a") == {"_id": "a", "_rev": written[0].rev, "n": 1}
    assert records.get("b") == {"_id": "b", "_rev": first, "n": 1}
    assert records.bulk([]) == []


def test_bulk_takes_the_first_of_two_with_the_same_id(records: Database) -> None:
    written = records.bulk([{"_id": "a", "n": 1}, {"_id": "a", "n": 2}])
    assert [one.error for one in written] == [None, "conflict"]
    assert records.get("a") == {"_id": "a", "_rev": written[0].rev, "n": 1}


def test_bulk_does_not_delete_and_create_at_once(records: Database) -> None:
    first = records.put({"_id": "a", "n": 1})
    written = records.bulk([{"_id": "a", "_rev": first, "_deleted": True}, {"_id": "a", "n": 2}])
    assert [one.error for one in written] == [None, "conflict"]
    assert records.get("a") is None


def test_bulk_deletes_and_creates_again(records: Database) -> None:
    first = records.put({"_id": "a"})
    [gone] = records.bulk([{"_id": "a", "_rev": first, "_deleted": True}])
    assert records.get("a") is None
    [again] = records.bulk([{"_id": "a", "n": 2}])
    assert again.rev is not None
    assert again.rev.startswith("3-")
    assert gone.rev != again.rev


def test_several_databases_are_written_at_once(store: Store) -> None:
    store.database("inbox_head").put({"_id": "x", "kind": "incoming"})
    inboxes = [f"inbox_p-{number}" for number in range(12)]
    docs = {name: [{"_id": "x", "kind": "incoming"}, {"_id": "y", "kind": "incoming"}] for name in inboxes}
    written = store.bulk_many({**docs, "inbox_head": [{"_id": "x", "kind": "incoming"}]})
    assert written.keys() == {*inboxes, "inbox_head"}
    assert [one.error for one in written["inbox_head"]] == ["conflict"]
    assert all(one.error is None for name in inboxes for one in written[name])
    assert set(inboxes) <= set(store.names("inbox_"))
    for name in inboxes:
        assert [doc["_id"] for doc in store.database(name).all()] == ["x", "y"]
    assert store.bulk_many({}) == {}


def test_several_databases_are_read_at_once(store: Store) -> None:
    store.bulk_many({f"inbox_p-{number}": [{"_id": "x", "kind": "incoming", "n": number}] for number in range(12)})
    wanted = {f"inbox_p-{number}": ["x", "y"] for number in range(12)}
    found = store.read_many({**wanted, "inbox_new": ["x"]})
    assert {name: [doc["n"] for doc in docs.values()] for name, docs in found.items()} == {
        **{f"inbox_p-{number}": [number] for number in range(12)},
        "inbox_new": [],
    }
    assert "inbox_new" not in store.names()
    assert store.read_many({}) == {}


def test_ids_are_ordered_by_bytes_and_cut_by_prefix(records: Database) -> None:
    ids = ["incoming:1", "incoming:10", "incoming:2", "incoming:é", "incoming;", "outgoing:1", "văn-thư", "Z"]
    records.bulk([{"_id": doc_id} for doc_id in ids])
    ordered = sorted(ids, key=str.encode)

    def read(**how: object) -> list[str]:
        return [doc["_id"] for doc in records.all(**how)]  # type: ignore[arg-type]

    assert read() == ordered
    assert read(descending=True) == ordered[::-1]
    assert read(prefix="incoming:") == ["incoming:1", "incoming:10", "incoming:2", "incoming:é"]
    assert read(prefix="incoming:", descending=True, limit=2) == ["incoming:é", "incoming:2"]
    assert read(prefix="incoming:", start_after="incoming:10", limit=1) == ["incoming:2"]
    assert read(prefix="incoming:", start_after="incoming:10", descending=True) == ["incoming:1"]
    assert read(start_after="outgoing:1") == ["văn-thư"]
    assert read(prefix="incoming:", start_after="a") == read(prefix="incoming:")
    assert read(prefix="incoming:", start_after="zz") == []
    assert read(prefix="nothing:") == []
    assert read(limit=0) == []
    assert records.get("văn-thư") is not None
    assert records.get_many(["văn-thư", "incoming:é"]).keys() == {"văn-thư", "incoming:é"}


def test_all_gives_more_than_one_page(records: Database) -> None:
    records.bulk([{"_id": f"d{number:04}"} for number in range(1201)])
    assert len(records.all()) == 1201
    assert len(records.all(limit=1100)) == 1100


@pytest.mark.parametrize(
    "doc_id", ["a/b", "a b", "a+b", "a%2Fb", "a?b=c", "a#b", "Công văn: 15/SNV", "a&b", 'a"b', "a'b", "😀"]
)
def test_any_printable_id_will_do(records: Database, doc_id: str) -> None:
    rev = records.put({"_id": doc_id, "n": 1})
    assert records.get(doc_id) == {"_id": doc_id, "_rev": rev, "n": 1}
    assert [doc["_id"] for doc in records.all(prefix=doc_id)] == [doc_id]
    records.local_put(doc_id, {"n": 2})
    assert (records.local_get(doc_id) or {})["n"] == 2
    records.delete(doc_id, rev)
    assert records.get(doc_id) is None


@pytest.mark.parametrize(
    "doc",
    [
        {},
        {"_id": ""},
        {"_id": 5},
        {"_id": "_design/x"},
        {"_id": ".."},
        {"_id": "a\x00b"},
        {"_id": "a", "_attachments": {}},
        {"_id": "a", "_rev": 1},
        {"_id": "a", "n": float("nan")},
        {"_id": "a", "text": "\ud800"},
    ],
)
def test_malformed_document_is_refused_before_anything_is_written(records: Database, doc: dict[str, object]) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the message is for programmers
        records.put(doc)
    with pytest.raises(ValueError):  # noqa: PT011
        records.bulk([{"_id": "good"}, doc])
    assert records.all() == []


def test_local_documents_are_kept_apart(records: Database) -> None:
    assert records.local_get("checkpoint") is None
    records.local_put("checkpoint", {"since": "5", "none": None})
    rev = records.local_put("checkpoint", {"since": "6", "none": None})
    assert records.local_get("checkpoint") == {
        "_id": "_local/checkpoint",
        "_rev": rev,
        "since": "6",
        "none": None,
    }
    assert records.all() == []
    assert records.changes().results == []


def test_databases_are_named_and_dropped(store: Store) -> None:
    store.database("inbox_lan")
    store.database("inbox_binh").put({"_id": "a", "kind": "incoming"})
    store.database("records")
    assert store.names("inbox_") == ["inbox_binh", "inbox_lan"]
    assert set(store.names()) == {"inbox_binh", "inbox_lan", "records"}
    store.drop("inbox_binh")
    store.drop("inbox_binh")
    assert store.names("inbox_") == ["inbox_lan"]
    assert store.database("inbox_binh").all() == []
    for name in ("", "Inbox", "_users", "1a", "a/b", "a.b"):
        with pytest.raises(ValueError, match="not a database name"):
            store.database(name)


def test_database_dropped_by_another_process_can_be_written_again(
    store: Store, open_again: Callable[[], Store]
) -> None:
    inbox = store.database("inbox_lan")
    inbox.put({"_id": "a", "kind": "incoming"})
    open_again().drop("inbox_lan")
    assert inbox.get("a") is None
    assert inbox.all() == []
    assert inbox.changes().results == []
    inbox.put({"_id": "b", "kind": "incoming"})
    assert [doc["_id"] for doc in inbox.all()] == ["b"]
    assert [doc["_id"] for doc in inbox.find("by_kind", {"kind": "incoming"})] == ["b"]


def test_info_counts_documents_and_tombstones(records: Database) -> None:
    assert records.info()["doc_count"] == 0
    records.bulk([{"_id": "a"}, {"_id": "b"}, {"_id": "c"}])
    records.delete("a", (records.get("a") or {})["_rev"])
    info = records.info()
    assert (info["db_name"], info["doc_count"], info["doc_del_count"]) == ("records", 2, 1)
    assert records.changes(since=info["update_seq"]).results == []
    records.put({"_id": "a"})
    info = records.info()
    assert (info["doc_count"], info["doc_del_count"]) == (3, 0)


def test_one_writer_at_a_time_has_no_conflict_leaves(records: Database) -> None:
    rev = records.put(CARD)
    records.put({**CARD, "_rev": rev})
    assert records.conflicts("incoming:a1") == []
    assert records.conflicts("never") == []


def test_twenty_threads_count_together_and_lose_nothing(records: Database) -> None:
    records.put({"_id": "book", "count": 0})
    conflicts: list[str] = []

    def count(times: int) -> None:
        for _ in range(times):
            while True:
                book = records.get("book")
                assert book is not None
                try:
                    records.put({**book, "count": book["count"] + 1})
                    break
                except Conflict as conflict:
                    conflicts.append(conflict.doc_id)

    threads = [threading.Thread(target=count, args=(10,)) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    book = records.get("book")
    assert book is not None
    assert book["count"] == 200
    assert book["_rev"].startswith("201-")
    assert conflicts
