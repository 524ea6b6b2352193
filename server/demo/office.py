"""The demo office: units and people of an invented Sở Thông tin và Truyền thông.

Pure data, read by the demo seeding and by the tests, so that both speak of the same people. The agency is
real in form only; every name of a person is invented.
"""

from __future__ import annotations

from typing import Any, NamedTuple

AGENCY_NAME = "Sở Thông tin và Truyền thông tỉnh Gia Lai"
AGENCY_SYMBOL = "STTTT"
ROLES_FROM_AT = "2025-01-01T00:00:00.000Z"


class Unit(NamedTuple):
    """One division: symbol is what follows the agency's in a document number (1234/STTTT-CNTT)."""

    unit_id: str
    name: str
    short_name: str
    symbol: str
    head_id: str


class Person(NamedTuple):
    """One account of the office; roles as in the permission tables."""

    person_id: str
    name: str
    position: str
    honorific: str
    unit_id: str
    roles: tuple[str, ...]


UNITS: tuple[Unit, ...] = (
    Unit("lanh-dao", "Lãnh đạo Sở", "Lãnh đạo Sở", "LĐ", "bao"),
    Unit("van-phong", "Văn phòng Sở", "Văn phòng", "VP", "lan"),
    Unit("cntt", "Phòng Công nghệ thông tin", "Phòng CNTT", "CNTT", "dung"),
    Unit("bcvt", "Phòng Bưu chính - Viễn thông", "Phòng BCVT", "BCVT", "phuoc"),
    Unit("ttbcxb", "Phòng Thông tin - Báo chí - Xuất bản", "Phòng TTBCXB", "TTBCXB", "thuy"),
    Unit("thanh-tra", "Thanh tra Sở", "Thanh tra", "TTr", "thang"),
)

PEOPLE: tuple[Person, ...] = (
    Person("bao", "Trần Quốc Bảo", "Giám đốc", "Ông", "lanh-dao", ("leader",)),
    Person("hanh", "Lê Thị Minh Hạnh", "Phó Giám đốc", "Bà", "lanh-dao", ("leader",)),
    Person("khoa", "Nguyễn Đình Khoa", "Phó Giám đốc", "Ông", "lanh-dao", ("leader",)),
    Person("lan", "Phạm Thị Ngọc Lan", "Chánh Văn phòng", "Bà", "van-phong", ("chief_of_office", "division_head")),
    Person("son", "Đỗ Văn Sơn", "Phó Chánh Văn phòng", "Ông", "van-phong", ("deputy_division_head",)),
    Person("mai", "Huỳnh Thị Mai", "Văn thư", "Bà", "van-phong", ("clerk",)),
    Person("hbia", "Ksor H'Bia", "Văn thư - Lưu trữ", "Bà", "van-phong", ("clerk",)),
    Person("trang", "Võ Thị Thu Trang", "Cán bộ Một cửa", "Bà", "van-phong", ("one_stop_officer",)),
    Person("tung", "Bùi Thanh Tùng", "Chuyên viên", "Ông", "van-phong", ("specialist",)),
    Person("dung", "Vũ Anh Dũng", "Trưởng phòng", "Ông", "cntt", ("it_head", "division_head")),
    Person("oanh", "Ngô Thị Kim Oanh", "Phó Trưởng phòng", "Bà", "cntt", ("deputy_division_head",)),
    Person("duc", "Hoàng Minh Đức", "Chuyên viên", "Ông", "cntt", ("specialist",)),
    Person("nam", "Phan Nhật Nam", "Chuyên viên", "Ông", "cntt", ("specialist",)),
    Person("thuan", "Rơ Châm Thuận", "Chuyên viên", "Ông", "cntt", ("specialist",)),
    Person("huy", "Lý Gia Huy", "Quản trị Hệ thống", "Ông", "cntt", ("administrator",)),
    Person("phuoc", "Đặng Hữu Phước", "Trưởng phòng", "Ông", "bcvt", ("division_head",)),
    Person("yen", "Trương Thị Hải Yến", "Phó Trưởng phòng", "Bà", "bcvt", ("deputy_division_head",)),
    Person("truong", "Cao Xuân Trường", "Chuyên viên", "Ông", "bcvt", ("specialist",)),
    Person("nhung", "Siu H'Nhung", "Chuyên viên", "Bà", "bcvt", ("specialist",)),
    Person("thuy", "Mai Thị Bích Thủy", "Trưởng phòng", "Bà", "ttbcxb", ("division_head",)),
    Person("vinh", "Lương Quang Vinh", "Phó Trưởng phòng", "Ông", "ttbcxb", ("deputy_division_head",)),
    Person("quynh", "Tạ Thị Diễm Quỳnh", "Chuyên viên", "Bà", "ttbcxb", ("specialist",)),
    Person("kien", "Hồ Trung Kiên", "Chuyên viên", "Ông", "ttbcxb", ("specialist",)),
    Person("thang", "Nguyễn Hữu Thắng", "Chánh Thanh tra", "Ông", "thanh-tra", ("division_head",)),
    Person("huong", "Kpă Thị Hương", "Thanh tra viên", "Bà", "thanh-tra", ("specialist",)),
    Person("luan", "Đinh Công Luận", "Chuyên viên", "Ông", "thanh-tra", ("specialist",)),
    Person("khach", "Tài khoản Khách", "Tài khoản chưa phân quyền", "Ông", "van-phong", ()),
)


def unit_documents() -> list[dict[str, Any]]:
    """Return the unit documents of the accounts database."""
    return [{"_id": f"unit:{unit.unit_id}", "kind": "unit", **unit._asdict()} for unit in UNITS]


def person_documents(password_hash: str) -> list[dict[str, Any]]:
    """Return the person documents of the accounts database, all with one password hash."""
    return [person_document(person, password_hash) for person in PEOPLE]


def person_document(person: Person, password_hash: str) -> dict[str, Any]:
    """Return the accounts document of one person; the login is the person id."""
    roles = [{"role": role, "from_at": ROLES_FROM_AT, "until_at": None} for role in person.roles]
    return {
        "_id": f"person:{person.person_id}",
        "kind": "person",
        **person._asdict(),
        "roles": roles,
        "login": person.person_id,
        "is_active": True,
        "password_hash": password_hash,
        "locale": "vi",
    }
