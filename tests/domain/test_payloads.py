"""Payloads from outside become commands or a clear error; nothing else."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.domain.commands import COMMANDS
from server.domain.errors import DomainError
from server.domain.payloads import build, payload_of
from server.domain.versions import APP_VERSION

GOOD: dict[str, Any] = {
    "app_version": APP_VERSION,
    "action_id": "act-00000001",
    "command": "AddComment",
    "document_id": "incoming:act-00000000",
    "seen_version": 3,
    "acted_at": "2026-11-23T01:15:00.000Z",
    "device_id": "device-0001",
    "after": None,
    "fields": {"text": "Đồng ý, làm ngay."},
}


def fault(**changes: Any) -> tuple[str, dict[str, Any]]:
    """Return the code and details with which a changed payload is refused."""
    with pytest.raises(DomainError) as caught:
        build({**GOOD, **changes}, actor_id="bao")
    return caught.value.code, caught.value.details


def test_a_good_payload_keeps_everything_it_said() -> None:
    command = build(GOOD, actor_id="bao")
    assert command.actor_id == "bao"
    assert payload_of(command) == GOOD


def test_the_actor_is_never_taken_from_the_payload() -> None:
    assert build({**GOOD, "actor_id": "ai-khac"}, actor_id="bao").actor_id == "bao"


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"command": "DropEverything"}, "unknown_command", "command"),
        ({"command": ["Approve"]}, "unknown_command", "command"),
        ({"fields": {"text": "a", "is_admin": True}}, "unknown_field", "is_admin"),
        ({"fields": ["text"]}, "bad_value", "fields"),
        ({"fields": {}}, "required", "text"),
        ({"fields": {"text": "   \n "}}, "required", "text"),
        ({"fields": {"text": 7}}, "bad_value", "text"),
        ({"fields": {"text": "x" * 4001}}, "too_long", "text"),
        ({"action_id": ""}, "bad_action_id", "action_id"),
        ({"action_id": "../../etc"}, "bad_action_id", "action_id"),
        ({"action_id": "a" * 65}, "bad_action_id", "action_id"),
        ({"device_id": "x y"}, "bad_action_id", "device_id"),
        ({"seen_version": -1}, "bad_value", "seen_version"),
        ({"seen_version": True}, "bad_value", "seen_version"),
        ({"seen_version": 1.5}, "bad_value", "seen_version"),
        ({"acted_at": "hôm qua"}, "bad_instant", "acted_at"),
        ({"acted_at": "2026-13-45T00:00:00Z"}, "bad_instant", "acted_at"),
        ({"acted_at": "2026-11-23T01:15:00+07:00"}, "bad_instant", "acted_at"),
    ],
)
def test_bad_input_is_named(changes: dict[str, Any], code: str, field: str) -> None:
    found, details = fault(**changes)
    assert (found, details["field"]) == (code, field)


def test_a_subject_of_ten_thousand_characters_is_refused_with_its_limit() -> None:
    code, details = fault(command="CreateCaseFile", document_id=None, fields={"title": "ơ" * 10_000})
    assert code == "too_long"
    assert details == {"field": "title", "limit": 500, "length": 10_000}


@pytest.mark.parametrize("document_id", ["person:bao", "incoming:", "incoming:x", "incoming:a/b-c-d-e-f", 5, {"a": 1}])
def test_an_id_that_is_none_says_only_that_there_is_no_such_document(document_id: Any) -> None:
    assert fault(document_id=document_id) == ("not_found", {})


def test_control_and_direction_characters_are_taken_out() -> None:
    command = build({**GOOD, "fields": {"text": "trả\u202e lời\x00 ngay\r\ndòng hai"}}, actor_id="bao")
    assert command.own_values()["text"] == "trả lời ngay\ndòng hai"


@pytest.mark.parametrize(
    "file",
    [
        {"sha256": "z" * 64, "name": "a.pdf", "size": 1, "media_type": "application/pdf"},
        {"sha256": "a" * 64, "name": "a.pdf", "size": 0, "media_type": "application/pdf"},
        {"sha256": "a" * 64, "name": "a.pdf", "size": 1},
        {"sha256": "a" * 64, "name": "a.pdf", "size": 1, "media_type": "application/pdf", "path": "/etc/passwd"},
        "a.pdf",
    ],
)
def test_a_file_reference_has_one_shape(file: Any) -> None:
    code, details = fault(command="AddVersion", document_id="outgoing:act-00000000", fields={"file": file})
    assert (code, details["field"]) == ("bad_value", "file")


def test_a_file_name_is_never_a_path() -> None:
    file = {"sha256": "a" * 64, "name": "../../x\\y.pdf", "size": 1, "media_type": "application/pdf"}
    command = build({**GOOD, "command": "AddVersion", "fields": {"file": file}}, actor_id="bao")
    assert command.own_values()["file"]["name"] == ".._.._x_y.pdf"


SCALARS = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=30))
TREES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4)
)


@given(
    command=st.sampled_from(sorted(COMMANDS)) | SCALARS,
    fields=TREES,
    envelope=st.dictionaries(
        st.sampled_from(["action_id", "document_id", "seen_version", "acted_at", "device_id", "after"]), TREES
    ),
)
def test_no_payload_whatever_raises_anything_but_a_domain_error(command: Any, fields: Any, envelope: Any) -> None:
    payload = {**GOOD, **envelope, "command": command, "fields": fields}
    with suppress(DomainError):
        build(payload, actor_id="bao")
