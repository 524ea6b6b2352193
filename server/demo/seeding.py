"""Fills an empty store with the demo: an office, its documents, and weeks of work on them.

Everything goes through the one write path with a clock that moves through the past weeks, so what the demo shows is
what people's acts would have left. Acts have fixed ids: seeding again, or after an interruption, repeats nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

from server.demo.content import Content
from server.demo.days import Days
from server.demo.files import CLERK, File, make_files
from server.demo.office import person_documents, unit_documents
from server.demo.sign_ins import SignIn, password_of, sign_ins
from server.demo.story import Moment, Story, fields_of, stories_of
from server.domain.closing import position_of
from server.domain.instants import parse, written
from server.domain.payloads import build
from server.ports import Services
from server.usecases.handle import handle

MARK = "demo_content"
Progress = Callable[[str, int, int], None]
"""(key of the catalogue `operations`, done, in all)."""


def seed(services: Services, progress: Progress) -> list[SignIn]:
    """Seed the demo office and return its sign-ins; an interrupted seeding is taken up where it was.

    Raises RuntimeError when the write path refuses an act of the story: the demo's data is wrong then.
    """
    accounts = services.store.database("accounts")
    mark = accounts.local_get(MARK) or {"started_at": services.clock.now()}
    accounts.local_put(MARK, {"started_at": mark["started_at"]})
    days = Days(mark["started_at"])
    content = Content(days)
    password = password_of(services.data_dir)
    _open_accounts(services, password)
    files = make_files(content, services, lambda done, total: progress("operations.seed_files", done, total))
    _Teller(services, content, files).tell(progress)
    return sign_ins(services.data_dir)


def _open_accounts(services: Services, password: str) -> None:
    documents = [*unit_documents(), *person_documents(services.passwords.hash(password))]
    known = services.accounts.get_many([document["_id"] for document in documents])
    for document in documents:
        if document["_id"] not in known:
            services.accounts.put(document)


class _Clock:
    """The clock of the story; it stands where it is put."""

    def __init__(self) -> None:
        self.instant = ""

    def now(self) -> str:
        return self.instant


class _Teller:
    """Carries the stories out, act by act, in the order of time."""

    def __init__(self, services: Services, content: Content, files: dict[tuple[str, int], File]) -> None:
        self.clock = _Clock()
        self.services = replace(services, clock=self.clock)
        self.content = content
        self.files = files
        self.stories = stories_of(content.incoming, content.days)

    def tell(self, progress: Progress) -> None:
        acts = sorted(self._acts(), key=lambda act: act[0])
        for position, (instant, story, number) in enumerate(acts, 1):
            self.clock.instant = instant
            if number < 0:
                self._register(story)
            else:
                self._act(story, number)
            if position % 100 == 0 or position == len(acts):
                progress("operations.seed_acts", position, len(acts))

    def _acts(self) -> Iterator[tuple[str, Story, int]]:
        for story in self.stories:
            yield story.arrived_at, story, -1
            for number, instant in enumerate(story.instants):
                yield instant, story, number

    def _register(self, story: Story) -> None:
        item, content = story.item, self.content
        letterhead = content.letterheads[item["from"]]
        fields: dict[str, Any] = {
            "sender": letterhead["sender"],
            "number": item["number"],
            "document_on": content.signed_on(item),
            "arrived_on": content.days.iso(-item["age"]),
            "type": item["type"],
        }
        if item.get("is_secret"):
            fields["confidentiality"] = "confidential"
        else:
            fields |= {
                "subject": item["registered"],
                "original_subject": item["subject"],
                "urgency": item.get("urgency", "normal"),
                "field": item["field"],
                "due_on": content.days.iso(item.get("due")),
                "is_priority": item.get("urgency") in ("very_urgent", "express"),
                "file": self.files[(item["id"], 0)],
                "is_provincial_task": bool(item.get("is_provincial_task")),
                "dossier_reason": item.get("dossier_reason", ""),
                "language": "Tiếng Việt",
                "signer_position": position_of(letterhead["authority"][-1]),
                "signer_name": letterhead["name"],
                "to_places": "; ".join(one.rstrip(";.") for one in item.get("recipients", [])),
            }
        clerk = next((row[1] for row in item["steps"] if row[0] == "present"), CLERK)
        receipt = self._send(story, -1, "RegisterIncoming", clerk, None, fields, 0)
        story.now = Moment(incoming=receipt["version"])

    def _act(self, story: Story, number: int) -> None:
        row = story.item["steps"][number]
        is_away = row[0].endswith("!")
        seen = story.moments[row[-1]] if is_away else story.now
        name, document_id, fields = fields_of(row, story, seen, self.content.days)
        if name in ("StartDraft", "AddVersion"):
            fields |= self._draft_fields(story, row, name)
        version = seen.outgoing if document_id.startswith("outgoing:") else seen.incoming
        receipt = self._send(story, number, name, row[1], document_id, fields, version)
        now = replace(story.now)
        if receipt["document_id"].startswith("outgoing:"):
            now.outgoing = receipt["version"]
            now.sha256 = fields["file"]["sha256"] if "file" in fields else now.sha256
        else:
            now.incoming = receipt["version"]
        story.moments.append(now)
        story.now = now

    def _draft_fields(self, story: Story, row: list[Any], name: str) -> dict[str, Any]:
        key = row[2]["file"] if name == "StartDraft" else row[2]
        story.draft_versions += 1
        file = {"file": self.files[(key, story.draft_versions)]}
        if name == "AddVersion":
            return file
        draft = self.content.drafts[key]
        about = f"{draft.get('type_name', 'Công văn')} của Sở TT&TT {draft['subject'][0].lower()}{draft['subject'][1:]}"
        return {**file, "subject": about, "type": draft["type"], "urgency": story.item.get("urgency", "normal")}

    def _send(
        self,
        story: Story,
        number: int,
        name: str,
        actor_id: str,
        document_id: str | None,
        fields: dict[str, Any],
        version: int,
    ) -> dict[str, Any]:
        is_away = number >= 0 and story.item["steps"][number][0].endswith("!")
        acted_at = self.clock.now()
        if is_away:
            left_at = story.instants[story.item["steps"][number][-1]]
            acted_at = min(acted_at, written(parse(left_at) + timedelta(minutes=20)))
        payload = {
            "action_id": story.action_id(number),
            "command": name,
            "document_id": document_id,
            "seen_version": version,
            "acted_at": acted_at,
            "device_id": f"demo-device-{actor_id}" if is_away else None,
            "fields": fields,
        }
        receipt = handle(build(payload, actor_id=actor_id, is_offline=is_away), self.services)
        expected = ("needs_review",) if is_away else ("applied", "merged")
        if receipt["status"] not in expected:
            raise RuntimeError(f"{payload['action_id']} {name} by {actor_id}: {receipt}")
        return dict(receipt)
