"""The contract of both stores: questions to declared indexes."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import pytest

from sync.ports import Database, Range, Store
from sync.stores.embedded import EmbeddedStore
from sync.stores.indexes import checked_query, declared_indexes, find_index, sql_select

RECORDS: list[dict[str, Any]] = [
    {"_id": "incoming:1", "kind": "incoming", "state": "assigned", "updated_at": "2026-11-20T08:00:00.000Z"},
    {"_id": "incoming:2", "kind": "incoming", "state": "concluded", "updated_at": "2026-11-21T08:00:00.000Z"},
    {"_id": "incoming:3", "kind": "incoming", "state": "assigned", "updated_at": "2026-11-22T08:00:00.000Z"},
    {"_id": "incoming:4", "kind": "incoming", "state": "registered", "updated_at": "2026-11-19T08:00:00.000Z"},
    {"_id": "incoming:5", "kind": "incoming", "state": "assigned"},
    {"_id": "outgoing:1", "kind": "outgoing", "state": "drafting", "updated_at": "2026-11-22T08:00:00.000Z"},
    {"_id": "other:1", "kind": "other", "state": None, "updated_at": "2026-11-22T08:00:00.000Z"},
]


def ids(docs: list[dict[str, Any]]) -> list[str]:
    """List the last parts of the ids."""
    return [doc["_id"] for doc in docs]


@pytest.fixture
def filled(records: Database) -> Database:
    """Give `records` with some documents, one of them deleted."""
    records.bulk(RECORDS)
    rev = records.put({"_id": "incoming:gone", "kind": "incoming", "state": "assigned", "updated_at": "2026"})
    records.put(
        {
            "_id": "incoming:gone",
            "_rev": rev,
            "_deleted": True,
            "kind": "incoming",
            "state": "assigned",
            "updated_at": "2026",
        }
    )
    return records


def test_equality_sorts_by_the_rest_of_the_index(filled: Database) -> None:
    found = filled.find("by_kind_state", {"kind": "incoming", "state": "assigned"})
    assert ids(found) == ["incoming:1", "incoming:3"]
    assert found[0] == {**RECORDS[0], "_rev": found[0]["_rev"]}
    assert ids(filled.find("by_kind_state", {"kind": "incoming", "state": "assigned"}, descending=True)) == [
        "incoming:3",
        "incoming:1",
    ]
    assert ids(filled.find("by_kind_state", {"kind": "incoming"})) == [
        "incoming:1",
        "incoming:3",
        "incoming:2",
        "incoming:4",
    ]


def test_a_document_without_one_of_the_fields_is_not_in_the_index(filled: Database) -> None:
    assert "incoming:5" not in ids(filled.find("by_kind_state"))
    assert "incoming:5" not in ids(filled.find("by_kind_state", {"kind": "incoming", "state": "assigned"}))
    assert len(filled.find("by_kind_state")) == 6


def test_null_is_a_value(filled: Database) -> None:
    assert ids(filled.find("by_kind_state", {"state": None})) == ["other:1"]
    assert ids(filled.find("by_kind_state", {"kind": "other"})) == ["other:1"]
    assert set(ids(filled.find("by_kind_state", any_of={"state": [None, "drafting"]}))) == {"other:1", "outgoing:1"}


def test_ranges(filled: Database) -> None:
    def read(**bounds: str) -> list[str]:
        return ids(
            filled.find(
                "by_kind_state",
                {"kind": "incoming", "state": "assigned"},
                ranges={"updated_at": Range(**bounds)},  # type: ignore[arg-type]
            )
        )

    first, last = "2026-11-20T08:00:00.000Z", "2026-11-22T08:00:00.000Z"
    assert read(at_least=first) == ["incoming:1", "incoming:3"]
    assert read(above=first) == ["incoming:3"]
    assert read(at_most=last) == ["incoming:1", "incoming:3"]
    assert read(below=last) == ["incoming:1"]
    assert read(above=first, below=last) == []
    assert read(at_least="2026-11-21", at_most="2026-11-23") == ["incoming:3"]
    assert ids(filled.find("by_kind_state", ranges={"updated_at": Range(below="2026-11-20")})) == ["incoming:4"]


def test_any_of_limit_and_skip(filled: Database) -> None:
    def read(**how: Any) -> list[str]:
        states = ["assigned", "registered", "never"]
        return ids(filled.find("by_kind_state", {"kind": "incoming"}, any_of={"state": states}, **how))

    assert read() == ["incoming:1", "incoming:3", "incoming:4"]
    assert read(descending=True) == ["incoming:4", "incoming:3", "incoming:1"]
    assert read(limit=2) == ["incoming:1", "incoming:3"]
    assert read(limit=2, skip=1) == ["incoming:3", "incoming:4"]
    assert read(skip=3) == []
    assert read(limit=0) == []
    assert filled.find("by_kind_state", any_of={"state": []}) == []


def test_same_key_is_ordered_by_id(records: Database) -> None:
    records.bulk([{"_id": f"d:{number}", "reply_to": "incoming:1"} for number in (3, 1, 2)])
    assert ids(records.find("by_reply_to", {"reply_to": "incoming:1"})) == ["d:1", "d:2", "d:3"]
    assert ids(records.find("by_reply_to", {"reply_to": "incoming:1"}, descending=True)) == ["d:3", "d:2", "d:1"]


def test_numbers_are_ordered_as_numbers(records: Database) -> None:
    for number in (10, 9, 100, 9.5):
        records.put({"_id": f"n:{number}", "kind": "incoming", "book": "2026", "arrival_number": number})
    records.put({"_id": "n:text", "kind": "incoming", "book": "2026", "arrival_number": "50"})

    def read(**bounds: float) -> list[Any]:
        found = records.find(
            "by_kind_arrival",
            {"kind": "incoming", "book": "2026"},
            ranges={"arrival_number": Range(**bounds)},
        )
        return [doc["arrival_number"] for doc in found]

    assert read(at_least=0) == [9, 9.5, 10, 100]
    assert read(above=9, at_most=10) == [9.5, 10]
    assert ids(records.find("by_kind_arrival", {"kind": "incoming", "book": "2026", "arrival_number": 9})) == ["n:9"]


def test_values_are_never_taken_for_another_type(records: Database) -> None:
    values: list[Any] = [True, 1, "1", False, 0, "", None, "true", [1], {"a": 1}, "[1]", '{"a":1}']
    records.bulk([{"_id": f"v:{at:02}", "reply_to": value} for at, value in enumerate(values)])
    for at, value in enumerate(values):
        if not isinstance(value, list | dict):
            assert ids(records.find("by_reply_to", {"reply_to": value})) == [f"v:{at:02}"], value
            assert ids(records.find("by_reply_to", any_of={"reply_to": [value]})) == [f"v:{at:02}"], value


def test_vietnamese_keys_are_exact(records: Database) -> None:
    composed, decomposed = "sở nội vụ|15/snv|2026", "sơ\u0309 nội vụ|15/snv|2026"
    keys = [composed, decomposed, "so noi vu|15/snv|2026", "Sở Nội vụ|15/snv|2026", "đ", "Đ", "d", "a\u200bb", "ab"]
    records.bulk([{"_id": f"k:{at}", "duplicate_key": key} for at, key in enumerate(keys)])
    for at, key in enumerate(keys):
        assert ids(records.find("by_duplicate_key", {"duplicate_key": key})) == [f"k:{at}"], key
        assert ids(records.find("by_duplicate_key", {"duplicate_key": key}, limit=1)) == [f"k:{at}"], key
        assert records.find("by_duplicate_key", {"duplicate_key": key}, skip=1) == []
        assert ids(records.find("by_duplicate_key", any_of={"duplicate_key": [key, "never"]})) == [f"k:{at}"], key


def test_a_value_named_twice_is_found_once(records: Database) -> None:
    records.bulk([{"_id": "k:1", "duplicate_key": "ab"}, {"_id": "k:2", "duplicate_key": "a\u200bb"}])
    records.put({"_id": "k:3", "duplicate_key": 1})
    found = records.find("by_duplicate_key", any_of={"duplicate_key": ["ab", "a\u200bb", "ab", 1, 1.0]})
    assert sorted(ids(found)) == ["k:1", "k:2", "k:3"]


def test_more_than_one_page_is_found(records: Database) -> None:
    records.bulk([{"_id": f"d{n:04}", "kind": "incoming", "state": "a", "updated_at": f"{n:04}"} for n in range(1203)])
    found = records.find("by_kind_state", {"kind": "incoming", "state": "a"})
    assert ids(found) == [f"d{number:04}" for number in range(1203)]
    page = records.find("by_kind_state", {"kind": "incoming", "state": "a"}, limit=5, skip=1000, descending=True)
    assert ids(page) == ["d0202", "d0201", "d0200", "d0199", "d0198"]


def test_updates_and_deletions_move_a_document_in_the_index(records: Database) -> None:
    rev = records.put({"_id": "a", "case_file_id": "case_file:1"})
    rev = records.put({"_id": "a", "_rev": rev, "case_file_id": "case_file:2"})
    assert records.find("by_case_file", {"case_file_id": "case_file:1"}) == []
    assert ids(records.find("by_case_file", {"case_file_id": "case_file:2"})) == ["a"]
    rev = records.put({"_id": "a", "_rev": rev})
    assert records.find("by_case_file") == []
    records.put({"_id": "a", "_rev": rev, "case_file_id": "case_file:2"})
    records.delete("a", (records.get("a") or {})["_rev"])
    assert records.find("by_case_file", {"case_file_id": "case_file:2"}) == []


def test_inboxes_share_their_indexes_and_nothing_else(store: Store) -> None:
    for person in ("lan", "binh"):
        store.database(f"inbox_{person}").bulk(
            [
                {"_id": f"incoming:{person}-{n}", "kind": "incoming", "folder": "todo", "sort_key": f"{9 - n}"}
                for n in range(3)
            ]
        )
    inbox = store.database("inbox_lan")
    assert ids(inbox.find("by_folder", {"folder": "todo"})) == ["incoming:lan-2", "incoming:lan-1", "incoming:lan-0"]
    assert len(inbox.find("by_kind", {"kind": "incoming"})) == 3


@pytest.mark.parametrize(
    "how",
    [
        {"index": "by_nothing"},
        {"index": "by_folder"},
        {"index": "by_reply_to", "equals": {"kind": "incoming"}},
        {"index": "by_reply_to", "equals": {"reply_to": ["a"]}},
        {"index": "by_reply_to", "equals": {"reply_to": 2**60}},
        {"index": "by_reply_to", "equals": {"reply_to": float("inf")}},
        {"index": "by_reply_to", "any_of": {"reply_to": [{}]}},
        {"index": "by_reply_to", "ranges": {"reply_to": Range()}},
        {"index": "by_reply_to", "ranges": {"reply_to": Range(above=True)}},
        {"index": "by_reply_to", "ranges": {"reply_to": Range(above="đ")}},
        {"index": "by_reply_to", "ranges": {"reply_to": Range(above=1, below="a")}},
        {"index": "by_reply_to", "equals": {"reply_to": "a"}, "any_of": {"reply_to": ["a"]}},
        {"index": "by_reply_to", "skip": -1},
    ],
)
def test_what_is_not_promised_is_refused(records: Database, how: dict[str, Any]) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the message is for programmers
        records.find(**how)


def test_every_declared_index_is_used_by_the_embedded_store(tmp_path: Path) -> None:
    store = EmbeddedStore(tmp_path / "congvan.sqlite3")
    try:
        for family, indexes in declared_indexes().items():
            for name, index in indexes.items():
                equals = dict.fromkeys(index.fields[:-1], "x") or {index.fields[0]: "x"}
                query = checked_query(find_index(family, name), equals, None, None, descending=True, limit=5, skip=0)
                statement, values = sql_select(query, 1)
                with store.readers.reading() as connection:
                    plan = [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {statement}", values)]
                assert len(plan) == 1, plan  # one step: no sorting
                assert plan[0].startswith("SEARCH docs USING INDEX ix_"), plan
                assert plan[0].count("<expr>=?") == len(equals), plan
    finally:
        store.close()


def test_embedded_indexes_follow_their_declarations(tmp_path: Path) -> None:
    path = tmp_path / "congvan.sqlite3"
    EmbeddedStore(path).close()
    connection = sqlite3.connect(path)
    made = set(connection.execute("SELECT name, sql FROM sqlite_master WHERE name LIKE 'ix_%'"))
    connection.execute("DROP INDEX ix_inbox__by_kind__kind")
    connection.execute("CREATE INDEX ix_inbox__by_old__old ON docs(db, json_extract(body, '$.old'))")
    connection.commit()
    connection.close()
    EmbeddedStore(path).close()
    connection = sqlite3.connect(path)
    assert set(connection.execute("SELECT name, sql FROM sqlite_master WHERE name LIKE 'ix_%'")) == made
    connection.close()
