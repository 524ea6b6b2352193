"""The first office of a real installation, made on the command line: everybody gets in, nobody with a known password."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from server.app import build_services
from server.config import Config
from server.ports import Unavailable
from server.usecases import accounts
from server.usecases.office_import import import_office
from server.usecases.office_table import read_table
from tests.fixtures import stores
from tests.process.test_commands import ROOT, SECRET

HEADER = "kind,login,name,position,unit,roles,honorific,short_name,symbol,head"
TABLE = f"""{HEADER}
unit,,Văn phòng Sở,,van-phong,,,Văn phòng,VP,hoa
unit,,Phòng Công nghệ thông tin,,cntt,,,,,
person,hoa,Trần Thị Hoa,Chánh Văn phòng,van-phong,chief_of_office division_head,Bà,,,
person,minh,Lê Văn Minh,Văn thư,van-phong,clerk,Ông,,,
person,quang,"Đỗ Quang, kỹ sư",Quản trị Hệ thống,cntt,administrator,,,,
"""
PRODUCTION = {"CONGVAN_ENV": "production", "CONGVAN_SECRET": SECRET, "CONGVAN_URL": "https://cv.example.vn"}


def congvan(folder: Path, *arguments: str, table: str | bytes = "", **settings: str) -> subprocess.CompletedProcess[str]:
    """Run a command on a folder's store, with a table as its standard input."""
    kept = {key: os.environ[key] for key in ("PATH", "HOME", "LANG") if key in os.environ}
    raw = table if isinstance(table, bytes) else table.encode()
    done = subprocess.run(
        [sys.executable, "-m", "server", *arguments],
        cwd=ROOT,
        env={**kept, **PRODUCTION, "CONGVAN_DATA": str(folder), **stores.settings(folder), **settings},
        input=raw,
        capture_output=True,
        check=False,
        timeout=60,
    )
    return subprocess.CompletedProcess(done.args, done.returncode, done.stdout.decode(), done.stderr.decode())


def imports(folder: Path, table: str | bytes = TABLE) -> subprocess.CompletedProcess[str]:
    """Import a table."""
    return congvan(folder, "office", "import", "-", table=table)


def passwords(done: subprocess.CompletedProcess[str]) -> dict[str, str]:
    """Return the passwords that were printed, by login."""
    rows = [line.split("\t") for line in done.stdout.splitlines()]
    return {row[0]: row[-1] for row in rows}


def services_of(folder: Path) -> Any:
    """Open a folder's store as a process would."""
    return build_services(Config(data=folder))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Give the folder of an installation."""
    return tmp_path / "data"


def test_the_first_office_is_made_and_everybody_gets_a_password_of_their_own(folder: Path) -> None:
    done = imports(folder)
    assert (done.returncode, "Traceback" in done.stderr) == (0, False)
    given = passwords(done)
    assert list(given) == ["hoa", "minh", "quang"]
    assert len(set(given.values())) == 3
    assert all(len(password.replace("-", "")) >= 12 for password in given.values())
    assert "Đã tạo 2 đơn vị, 3 người" in done.stderr
    assert "Made 2 units and 3 people" in done.stderr
    assert "administrator" not in done.stderr

    services = services_of(folder)
    try:
        stored = repr(services.accounts.all())
        assert not any(password in stored for password in given.values())
        assert "argon2id" in stored
        for login, password in given.items():
            session = accounts.sign_in(services, login, password)
            assert session is not None
            person = services.directory.office().person(session.person_id)
            assert person is not None
            assert person.must_change_password
        office, now = services.directory.office(), services.clock.now()
        assert office.with_role("administrator", now) == ["quang"]
        assert office.heads("hoa", "van-phong", now)
        assert office.units["van-phong"].head_id == "hoa"
        assert office.unit_name("cntt") == "Phòng Công nghệ thông tin"
        assert office.name_of("quang") == "Đỗ Quang, kỹ sư"
    finally:
        services.close()


def test_a_second_import_leaves_who_is_there_alone_and_adds_the_rest(folder: Path) -> None:
    first = passwords(imports(folder))
    longer = TABLE.replace("Lê Văn Minh", "Tên Khác").replace("cntt,,,,,\n", "cntt,,,,,dung\n", 1)
    second = imports(folder, longer + "person,dung,Vũ Dũng,Trưởng phòng,cntt,division_head,Ông,,,\n")
    assert second.returncode == 0
    assert list(passwords(second)) == ["dung"]
    assert "3 người đã có được giữ nguyên" in second.stderr
    services = services_of(folder)
    try:
        assert accounts.sign_in(services, "minh", first["minh"]) is not None
        assert services.directory.office().name_of("minh") == "Lê Văn Minh"
        assert services.directory.office().units["cntt"].head_id == "dung", "a unit without a head gets the one it has now"
        assert services.directory.office().units["van-phong"].head_id == "hoa"
    finally:
        services.close()


FAULTS = {
    "person,an,An,Chuyên viên,cntt,boss,,,,": (7, "boss", "no role"),
    "person,an,An,Chuyên viên,khong-co,specialist,,,,": (7, "khong-co", "no unit"),
    "person,minh,Minh khác,Chuyên viên,cntt,specialist,,,,": (7, "minh", "line 5"),
    "unit,,Phòng nữa,,cntt,,,,,": (7, "cntt", "line 3"),
    "person,An Bình,An,Chuyên viên,cntt,specialist,,,,": (7, "an bình", "lower-case"),
    "person,an,,Chuyên viên,cntt,specialist,,,,": (7, "name", "empty"),
    "person,an,An,Chuyên viên,cntt,,,,,": (7, "roles", "empty"),
    "division,,Phòng,,phong,,,,,": (7, "division", "unit or person"),
    "unit,,Thanh tra,,thanh-tra,,,,,minh": (7, "minh", "nobody of the unit"),
    "person,an,An,Chuyên viên,cntt,specialist,,,,,thừa": (7, "11", "more than"),
    f"person,an,{'A' * 201},Chuyên viên,cntt,specialist,,,,": (7, "name", "longer than 200"),
}


@pytest.mark.parametrize("row", FAULTS)
def test_a_fault_is_named_with_its_line_and_nothing_is_written(folder: Path, row: str) -> None:
    line, value, said = FAULTS[row]
    done = imports(folder, TABLE + row + "\n")
    assert (done.returncode, done.stdout) == (1, "")
    assert f"dòng {line}: " in done.stderr
    found = [text for text in done.stderr.splitlines() if text.strip().startswith(f"line {line}: ")]
    assert len(found) == 1
    assert value in found[0]
    assert said in found[0]
    assert "Traceback" not in done.stderr
    services = services_of(folder)
    try:
        assert services.accounts.all() == []
    finally:
        services.close()


def test_every_fault_is_named_at_once(folder: Path) -> None:
    rows = "person,an,An,Chuyên viên,khong-co,boss,,,,\nperson,,Không Tên,Chuyên viên,cntt,specialist,,,,\n"
    done = imports(folder, TABLE + rows)
    said = [text.strip().split(": ")[0] for text in done.stderr.splitlines() if text.startswith("  line")]
    assert said == ["line 7", "line 7", "line 8"]


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ("", "missing: kind"),
        (HEADER + "\n", "no unit and no person"),
        (TABLE.replace("symbol", "symbols"), "no such columns: symbols"),
        (TABLE.replace("position,", "", 1), "missing: position"),
        (TABLE.replace("head", "login", 1), "twice: login"),
        (TABLE + 'person,"an,', "CSV"),
        (TABLE.encode("utf-16"), "UTF-8"),
    ],
)
def test_what_is_no_table_is_refused_with_an_explanation(folder: Path, table: str | bytes, said: str) -> None:
    done = imports(folder, table)
    assert done.returncode == 1
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    missing = congvan(folder, "office", "import", str(folder / "none.csv"))
    assert (missing.returncode, "none.csv" in missing.stderr) == (1, True)


def test_a_table_saved_by_a_spreadsheet_is_read(folder: Path) -> None:
    table = "\ufeff" + "\r\n".join(TABLE.replace('"Đỗ Quang, kỹ sư"', "Đỗ Quang").replace(",", ";").splitlines())
    path = folder.parent / "office.csv"
    path.write_text(table, "utf-8", newline="")
    done = congvan(folder, "office", "import", str(path))
    assert done.returncode == 0, done.stderr
    assert list(passwords(done)) == ["hoa", "minh", "quang"]


def test_an_office_without_an_administrator_is_told_of(folder: Path) -> None:
    done = imports(folder, TABLE.replace("administrator", "specialist"))
    assert done.returncode == 0
    assert "Nobody has the role administrator yet" in done.stderr


def test_an_import_that_breaks_off_leaves_whole_people_and_is_run_again(folder: Path) -> None:
    services = services_of(folder)
    told: dict[str, str] = {}

    class GoesAway:
        """Accounts whose store goes away with the second person."""

        def __getattr__(self, name: str) -> Any:
            return getattr(services.accounts, name)

        def put(self, document: dict[str, Any]) -> str:
            if document["_id"] == "person:minh":
                raise Unavailable("gone")
            return str(services.accounts.put(document))

    try:
        table = read_table(TABLE, services.directory.office())
        failing = replace(services, accounts=GoesAway())
        with pytest.raises(Unavailable):
            import_office(failing, table, lambda login, _name, password: told.update({login: password}))
        assert list(told) == ["hoa"]
        assert accounts.sign_in(services, "hoa", told["hoa"]) is not None
        assert services.accounts.get("person:minh") is None
    finally:
        services.close()
    assert list(passwords(imports(folder))) == ["minh", "quang"]


def test_a_lost_password_is_replaced_and_ends_the_sessions(folder: Path) -> None:
    first = passwords(imports(folder))
    services = services_of(folder)
    try:
        before = accounts.sign_in(services, "minh", first["minh"])
        others = accounts.sign_in(services, "hoa", first["hoa"])
    finally:
        services.close()
    assert before is not None
    assert others is not None
    done = congvan(folder, "office", "new-password", "minh")
    assert done.returncode == 0
    services = services_of(folder)
    try:
        assert accounts.session_of(services, before.token) is None
        assert accounts.session_of(services, others.token) is not None
        assert accounts.sign_in(services, "minh", first["minh"]) is None
        assert accounts.sign_in(services, "minh", passwords(done)["minh"]) is not None
    finally:
        services.close()
    unknown = congvan(folder, "office", "new-password", "khong-co")
    assert (unknown.returncode, unknown.stdout) == (1, "")
    assert "khong-co" in unknown.stderr
