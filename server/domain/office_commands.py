"""What people do to the office itself, as commands: delegations (Articles 4.5, 11, 13.3), accounts (3, 12, 16),
units, the working days.

They go through the same door as acts on documents; what they write is in the `accounts` database. They are done with a
network only: nobody gives or takes authority by an act that arrives later.
"""

from __future__ import annotations

from dataclasses import dataclass

from server.domain.commands import COMMANDS, TEXT_LIMIT, Command, own

MOMENT_LIMIT = 40
REASON_LIMIT = 200


@dataclass(frozen=True, kw_only=True)
class OfficeCommand(Command):
    """A command whose record is in the `accounts` database."""

    database = "accounts"


@dataclass(frozen=True, kw_only=True)
class RequestDelegation(OfficeCommand):
    """Đề nghị ủy quyền (Article 4.5): `from_at` and `until_at` are instants, or days of Vietnam, the last included."""

    kind = "delegation"
    makes = "delegation"
    to_person: str = own("one", required=True)
    from_at: str = own("text", required=True, limit=MOMENT_LIMIT)
    until_at: str = own("text", required=True, limit=MOMENT_LIMIT)
    reason: str = own("text", required=True, limit=TEXT_LIMIT)


@dataclass(frozen=True, kw_only=True)
class PermitDelegation(OfficeCommand):
    """Cho phép ủy quyền: the leader's permission, without which nothing takes effect (Article 4.5)."""

    kind = "delegation"
    note: str = own("text", limit=TEXT_LIMIT)


@dataclass(frozen=True, kw_only=True)
class RefuseDelegation(OfficeCommand):
    """Không cho phép ủy quyền, with the reason."""

    kind = "delegation"
    reason: str = own("text", required=True, limit=TEXT_LIMIT)


@dataclass(frozen=True, kw_only=True)
class EndDelegation(OfficeCommand):
    """Chấm dứt ủy quyền before its time, or take the request back."""

    kind = "delegation"
    note: str = own("text", limit=TEXT_LIMIT)


@dataclass(frozen=True, kw_only=True)
class LockAccount(OfficeCommand):
    """Khóa tài khoản (Article 16), with the reason."""

    kind = "person"
    reason: str = own("text", required=True)


@dataclass(frozen=True, kw_only=True)
class UnlockAccount(OfficeCommand):
    """Mở khóa tài khoản."""

    kind = "person"
    note: str = own("text")


@dataclass(frozen=True, kw_only=True)
class GrantRole(OfficeCommand):
    """Giao vai trò, from now on (Article 12)."""

    kind = "person"
    role: str = own("one", required=True)


@dataclass(frozen=True, kw_only=True)
class EndRole(OfficeCommand):
    """Thôi vai trò, from now on."""

    kind = "person"
    role: str = own("one", required=True)


@dataclass(frozen=True, kw_only=True)
class MergeUnit(OfficeCommand):
    """Sáp nhập đơn vị into another, from now on, with the decision it rests on."""

    kind = "unit"
    into: str = own("one", required=True)
    reason: str = own("text", required=True)


@dataclass(frozen=True, kw_only=True)
class MarkDay(OfficeCommand):
    """Đánh dấu ngày nghỉ hoặc ngày làm việc of a year's calendar, with the decision it rests on."""

    kind = "calendar"
    day: str | None = own("date", required=True)
    is_working: bool = own("flag")
    reason: str = own("text", required=True, limit=REASON_LIMIT)


@dataclass(frozen=True, kw_only=True)
class UnmarkDay(OfficeCommand):
    """Bỏ đánh dấu: the day is again as the law and the weekday say."""

    kind = "calendar"
    day: str | None = own("date", required=True)


@dataclass(frozen=True, kw_only=True)
class SetPlanEntry(OfficeCommand):
    """Lập danh mục hồ sơ: an entry of a year's list of case files, made or changed (decree 30/2020 Article 28)."""

    kind = "file_plan"
    code: str = own("text", required=True, limit=20)
    title: str = own("text", required=True, limit=500)
    retention: str = own("one", required=True)
    unit_id: str = own("one")


@dataclass(frozen=True, kw_only=True)
class RemovePlanEntry(OfficeCommand):
    """Bỏ khỏi danh mục hồ sơ: files that were opened by the entry stay."""

    kind = "file_plan"
    code: str = own("text", required=True, limit=20)


@dataclass(frozen=True, kw_only=True)
class SetDueTargets(OfficeCommand):
    """Đặt hạn xử lý theo độ khẩn: working days after the day of arrival; empty where nothing presses."""

    kind = "due_targets"
    normal: int | None = own("integer", limit=60)
    urgent: int | None = own("integer", limit=60)
    very_urgent: int | None = own("integer", limit=60)
    express: int | None = own("integer", limit=60)


OFFICE_COMMANDS: dict[str, type[Command]] = {
    command.__name__: command
    for command in (
        RequestDelegation,
        PermitDelegation,
        RefuseDelegation,
        EndDelegation,
        LockAccount,
        UnlockAccount,
        GrantRole,
        EndRole,
        MergeUnit,
        MarkDay,
        UnmarkDay,
        SetPlanEntry,
        RemovePlanEntry,
        SetDueTargets,
    )
}
"""Every command on the office by its name."""
ALL_COMMANDS: dict[str, type[Command]] = {**COMMANDS, **OFFICE_COMMANDS}
