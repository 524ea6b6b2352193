"""The contract of both stores: file bodies by the hash of their content."""

from __future__ import annotations

import hashlib
import io
import threading
import tracemalloc
from typing import BinaryIO, cast

import pytest

from sync.ports import BodyRefused, NotFound, Store

PDF = "application/pdf"
MIB = 1024 * 1024


class Pattern(io.RawIOBase):
    """A big body that is never in memory: reading makes the next bytes, and fewer than asked for."""

    BLOCK = bytes(range(251)) * 400

    def __init__(self, size: int) -> None:
        """Start at the beginning."""
        super().__init__()
        self.size = size
        self.at = 0

    def read(self, size: int = -1) -> bytes:
        """Give the next bytes."""
        begin = self.at % len(self.BLOCK)
        left = self.size - self.at
        part = self.BLOCK[begin : begin + min(size if size >= 0 else left, left)]
        self.at += len(part)
        return part


def hash_of(body: bytes) -> str:
    """Name a body."""
    return hashlib.sha256(body).hexdigest()


def put(store: Store, body: bytes, media_type: str = PDF) -> str:
    """Store a body that fits in memory."""
    assert store.files.put(hash_of(body), io.BytesIO(body), len(body), media_type) is True
    return hash_of(body)


def read(store: Store, sha256: str, start: int = 0, stop: int | None = None) -> bytes:
    """Read a body, or a part of it, whole."""
    with store.files.open(sha256, start, stop).stream as stream:
        return b"".join(stream)


@pytest.mark.parametrize("size", [0, 1, MIB - 1, MIB, MIB + 1, 3 * MIB + 17])
def test_body_comes_back_as_it_was_stored(store: Store, size: int) -> None:
    body = (b"%PDF-1.7\r\n--boundary\x00\xff" * (size // 20 + 1))[:size]
    sha256 = put(store, body)
    assert store.files.exists(sha256)
    opened = store.files.open(sha256)
    assert (opened.size, opened.media_type) == (size, PDF)
    with opened.stream as stream:
        parts = []
        while part := stream.read(70_001):
            parts.append(part)
    assert b"".join(parts) == body
    assert read(store, sha256) == body


def test_text_is_not_changed_on_its_way(store: Store) -> None:
    body = "Kính gửi: Sở Nội vụ\n".encode() * 5000
    sha256 = put(store, body, "text/plain; charset=utf-8")
    opened = store.files.open(sha256)
    opened.stream.close()
    assert (opened.size, opened.media_type) == (len(body), "text/plain; charset=utf-8")
    assert read(store, sha256) == body
    assert read(store, sha256, 5, 25) == body[5:25]


def test_part_of_a_body_can_be_read(store: Store) -> None:
    body = bytes(range(256)) * 10_000
    sha256 = put(store, body)
    for start, stop in ((0, 10), (MIB - 5, MIB + 5), (2 * MIB, None), (len(body) - 3, len(body) + 50), (9, 9)):
        assert read(store, sha256, start, stop) == body[start:stop]
    assert store.files.open(sha256, 5, 6).size == len(body)
    assert read(store, sha256, len(body) + 1) == b""


def test_storing_twice_is_no_harm(store: Store) -> None:
    body = b"x" * 2_000_000
    sha256 = put(store, body)
    assert store.files.put(sha256, io.BytesIO(body), len(body), PDF) is False
    assert read(store, sha256) == body
    assert list(store.files.all_hashes()) == [sha256]


@pytest.mark.parametrize("is_there", [False, True])
@pytest.mark.parametrize(
    ("given", "size", "reason"),
    [
        (b"y" * 2_500_000, 2_500_000, "hash_mismatch"),
        (b"x" * 2_400_000, 2_500_000, "truncated"),
        (b"", 2_500_000, "truncated"),
        (b"x" * 2_500_001, 2_500_000, "too_long"),
        (b"x" * 2_500_000, 2_499_999, "too_long"),
    ],
)
def test_wrong_body_is_refused_and_nothing_of_it_kept(
    store: Store, given: bytes, size: int, reason: str, is_there: bool
) -> None:
    """Also when the right one is there: knowing a hash is not having the file."""
    body = b"x" * 2_500_000
    if is_there:
        put(store, body)
    with pytest.raises(BodyRefused) as caught:
        store.files.put(hash_of(body), io.BytesIO(given), size, PDF)
    assert caught.value.reason == reason
    assert store.files.exists(hash_of(body)) is is_there
    assert list(store.files.all_hashes()) == [hash_of(body)] * is_there
    if not is_there:
        put(store, body)
    assert read(store, hash_of(body)) == body


def test_upload_that_breaks_off_leaves_nothing(store: Store) -> None:
    class Broken(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            if self.tell() > MIB:
                raise ConnectionResetError("the client is gone")
            return super().read(size)

    body = b"x" * 3 * MIB
    with pytest.raises(ConnectionResetError, match="the client is gone"):
        store.files.put(hash_of(body), Broken(body), len(body), PDF)
    assert not store.files.exists(hash_of(body))
    assert list(store.files.all_hashes()) == []
    put(store, body)


def test_malformed_announcements_are_refused(store: Store) -> None:
    for sha256, size, media_type in (
        ("x", 1, PDF),
        (hash_of(b"a").upper(), 1, PDF),
        (hash_of(b"a"), -1, PDF),
        (hash_of(b"a"), 1, "pdf"),
        (hash_of(b"a"), 1, "text/html\r\nX-Evil: 1"),
    ):
        with pytest.raises(ValueError):  # noqa: PT011 - the message is for programmers
            store.files.put(sha256, io.BytesIO(b"a"), size, media_type)


def test_missing_body(store: Store) -> None:
    assert not store.files.exists(hash_of(b"none"))
    with pytest.raises(NotFound):
        store.files.open(hash_of(b"none"))
    store.files.delete(hash_of(b"none"))
    assert list(store.files.all_hashes()) == []


def test_deleted_body_is_gone_and_can_be_stored_again(store: Store) -> None:
    body = b"abc" * 500_000
    sha256 = put(store, body)
    store.files.delete(sha256)
    assert not store.files.exists(sha256)
    with pytest.raises(NotFound):
        store.files.open(sha256)
    assert list(store.files.all_hashes()) == []
    put(store, body)
    assert read(store, sha256) == body


def test_hashes_are_listed_in_order_and_by_age(store: Store) -> None:
    hashes = sorted(put(store, bytes([number])) for number in range(20))
    assert list(store.files.all_hashes()) == hashes
    assert list(store.files.all_hashes(stored_before="2999-01-01T00:00:00.000Z")) == hashes
    assert list(store.files.all_hashes(stored_before="2000-01-01T00:00:00.000Z")) == []


def test_bodies_are_no_database(store: Store) -> None:
    store.database("records")
    put(store, b"abc")
    assert store.names() == ["records"]


def test_same_body_uploaded_by_several_at_once(store: Store) -> None:
    body = b"same" * 800_000
    answers: list[bool] = []
    threads = [
        threading.Thread(
            target=lambda: answers.append(store.files.put(hash_of(body), io.BytesIO(body), len(body), PDF))
        )
        for _ in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [False] * 5 + [True]
    assert list(store.files.all_hashes()) == [hash_of(body)]
    assert read(store, hash_of(body)) == body


def test_large_body_is_never_whole_in_memory(store: Store) -> None:
    size = 60 * MIB
    digest = hashlib.sha256()
    source = Pattern(size)
    while part := source.read(MIB):
        digest.update(part)
    tracemalloc.start()
    try:
        assert store.files.put(digest.hexdigest(), cast(BinaryIO, Pattern(size)), size, PDF)
        back = hashlib.sha256()
        with store.files.open(digest.hexdigest()).stream as stream:
            for chunk in stream:
                back.update(chunk)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert back.digest() == digest.digest()
    assert peak < 10 * MIB
