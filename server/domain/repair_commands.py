"""Commands that mend a flow gone wrong (Article 12.4); `undoing` and `repairs` say what they do."""

from __future__ import annotations

from dataclasses import dataclass

from server.domain.command import TEXT_LIMIT, Command, own


@dataclass(frozen=True, kw_only=True)
class UndoAct(Command):
    """Hoàn tác: take back one's own last act on a document, while nobody has seen it whom it concerns."""

    kind = "incoming"
    undone: str = own("text", required=True, limit=100)


@dataclass(frozen=True, kw_only=True)
class RequestRepair(Command):
    """Đề nghị khắc phục: work that was finished too early is to be opened again, or has gone the wrong way.

    `wanted`: reopen or reroute; `target`: where it ought to have gone, `unit:<id>` or `person:<id>`.
    """

    kind = "incoming"
    wanted: str = own("one", required=True)
    target: str = own("one")
    reason: str = own("text", required=True, limit=TEXT_LIMIT)


@dataclass(frozen=True, kw_only=True)
class ConfirmRepair(Command):
    """Xác nhận đề nghị khắc phục: the head of the unit has it passed on to the IT division."""

    kind = "incoming"
    repair_id: str = own("text", required=True, limit=100)
    note: str = own("text", limit=TEXT_LIMIT)


@dataclass(frozen=True, kw_only=True)
class RefuseRepair(Command):
    """Không đồng ý khắc phục, with the reason: by the head of the unit, or by the head of IT."""

    kind = "incoming"
    repair_id: str = own("text", required=True, limit=100)
    reason: str = own("text", required=True, limit=TEXT_LIMIT)


@dataclass(frozen=True, kw_only=True)
class CarryOutRepair(Command):
    """Thực hiện khắc phục: the head of IT does what was asked for and confirmed, nothing else."""

    kind = "incoming"
    repair_id: str = own("text", required=True, limit=100)


@dataclass(frozen=True, kw_only=True)
class AcknowledgeRepair(Command):
    """Who asked for a repair has read what became of it."""

    kind = "incoming"
    repair_id: str = own("text", required=True, limit=100)


REPAIR_COMMANDS: tuple[type[Command], ...] = (
    UndoAct,
    RequestRepair,
    ConfirmRepair,
    RefuseRepair,
    CarryOutRepair,
    AcknowledgeRepair,
)
