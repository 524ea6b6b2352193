"""The first office of a real installation: everybody gets in, nobody with a password that is known beforehand."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from server.__main__ import main
from server.adapters.passwords import cheap_passwords
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


@dataclass
class Done:
    """What a command answered and printed."""

    returncode: int
    stdout: str
    stderr: str


class Installation:
    """A production installation on a folder, and its operator at the terminal."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder = folder
        self.capsys = capsys
        self.settings = {**PRODUCTION, "CONGVAN_DATA": str(folder), **stores.settings(folder)}
        for name, value in self.settings.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setattr("server.app.ArgonPasswords", cheap_passwords)

    def congvan(self, *arguments: str) -> Done:
        """Run a command."""
        self.capsys.readouterr()
        code = main(arguments)
        return Done(code, *self.capsys.readouterr())

    def imports(self, table: str | bytes = TABLE) -> Done:
        """Import a table from a file."""
        path = self.folder.parent / "office.csv"
        path.write_bytes(table if isinstance(table, bytes) else table.encode())
        return self.congvan("office", "import", str(path))

    @contextmanager
    def services(self) -> Iterator[Any]:
        """Open the store as another process would."""
        opened = build_services(Config.from_env())
        try:
            yield opened
        finally:
            opened.close()


@pytest.fixture
def here(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Installation]:
    """Give an installation with nobody in it."""
    with stores.cleaned():
        yield Installation(tmp_path / "data", capsys, monkeypatch)


def passwords(done: Done) -> dict[str, str]:
    """Return the passwords that were printed, by login."""
    rows = [line.split("\t") for line in done.stdout.splitlines()]
    return {row[0]: row[-1] for row in rows}


def test_the_first_office_is_made_and_everybody_gets_a_password_of_their_own(here: Installation) -> None:
    done = here.imports()
    assert (done.returncode, "Traceback" in done.stderr) == (0, False)
    given = passwords(done)
    assert list(given) == ["hoa", "minh", "quang"]
    assert len(set(given.values())) == 3
    assert all(len(password.replace("-", "")) >= 12 for password in given.values())
    assert "Đã tạo 2 đơn vị, 3 người" in done.stderr
    assert "Made 2 units and 3 people" in done.stderr
    assert "administrator" not in done.stderr

    with here.services() as services:
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


def test_containers_hand_the_table_in_and_get_the_passwords_alone_out(here: Installation) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "server", "office", "import", "-"],
        cwd=ROOT,
        input=TABLE.encode(),
        capture_output=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr.decode()
    rows = [line.split("\t") for line in done.stdout.decode().splitlines()]
    assert [row[:2] for row in rows] == [["hoa", "Trần Thị Hoa"], ["minh", "Lê Văn Minh"], ["quang", "Đỗ Quang, kỹ sư"]]
    with here.services() as services:
        assert all(accounts.sign_in(services, login, password) for login, _name, password in rows)


def test_a_second_import_leaves_who_is_there_alone_and_adds_the_rest(here: Installation) -> None:
    first = passwords(here.imports())
    longer = TABLE.replace("Lê Văn Minh", "Tên Khác").replace("cntt,,,,,\n", "cntt,,,,,dung\n", 1)
    second = here.imports(longer + "person,dung,Vũ Dũng,Trưởng phòng,cntt,division_head,Ông,,,\n")
    assert second.returncode == 0
    assert list(passwords(second)) == ["dung"]
    assert "3 người đã có được giữ nguyên" in second.stderr
    with here.services() as services:
        assert accounts.sign_in(services, "minh", first["minh"]) is not None
        assert services.directory.office().name_of("minh") == "Lê Văn Minh"
        assert services.directory.office().units["cntt"].head_id == "dung", "the head it had not got"
        assert services.directory.office().units["van-phong"].head_id == "hoa"


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
def test_a_fault_is_named_with_its_line_and_nothing_is_written(here: Installation, row: str) -> None:
    line, value, said = FAULTS[row]
    done = here.imports(TABLE + row + "\n")
    assert (done.returncode, done.stdout) == (1, "")
    assert f"dòng {line}: " in done.stderr
    found = [text for text in done.stderr.splitlines() if text.strip().startswith(f"line {line}: ")]
    assert len(found) == 1
    assert value in found[0]
    assert said in found[0]
    assert "Traceback" not in done.stderr
    with here.services() as services:
        assert services.accounts.all() == []


def test_every_fault_is_named_at_once(here: Installation) -> None:
    rows = "person,an,An,Chuyên viên,khong-co,boss,,,,\nperson,,Không Tên,Chuyên viên,cntt,specialist,,,,\n"
    done = here.imports(TABLE + rows)
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
def test_what_is_no_table_is_refused_with_an_explanation(here: Installation, table: str | bytes, said: str) -> None:
    done = here.imports(table)
    assert done.returncode == 1
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    missing = here.congvan("office", "import", str(here.folder / "none.csv"))
    assert (missing.returncode, "none.csv" in missing.stderr) == (1, True)


def test_a_table_saved_by_a_spreadsheet_is_read(here: Installation) -> None:
    table = "\ufeff" + "\r\n".join(TABLE.replace('"Đỗ Quang, kỹ sư"', "Đỗ Quang").replace(",", ";").splitlines())
    done = here.imports(table)
    assert done.returncode == 0, done.stderr
    assert list(passwords(done)) == ["hoa", "minh", "quang"]


def test_an_office_without_an_administrator_is_told_of(here: Installation) -> None:
    done = here.imports(TABLE.replace("administrator", "specialist"))
    assert done.returncode == 0
    assert "Nobody has the role administrator yet" in done.stderr


def test_an_import_that_breaks_off_leaves_whole_people_and_is_run_again(here: Installation) -> None:
    with here.services() as services:
        told: dict[str, str] = {}

        class GoesAway:
            """Accounts whose store goes away with the second person."""

            def __getattr__(self, name: str) -> Any:
                return getattr(services.accounts, name)

            def put(self, document: dict[str, Any]) -> str:
                if document["_id"] == "person:minh":
                    raise Unavailable("gone")
                return str(services.accounts.put(document))

        table = read_table(TABLE, services.directory.office())
        failing = replace(services, accounts=GoesAway())
        with pytest.raises(Unavailable):
            import_office(failing, table, lambda login, _name, password: told.update({login: password}))
        assert list(told) == ["hoa"]
        assert accounts.sign_in(services, "hoa", told["hoa"]) is not None
        assert services.accounts.get("person:minh") is None
    assert list(passwords(here.imports())) == ["minh", "quang"]


def test_of_two_imports_at_once_only_one_makes_a_person(here: Installation) -> None:
    with here.services() as services:

        class Slow:
            """Accounts as another import saw them, before the first one had written."""

            def __getattr__(self, name: str) -> Any:
                return getattr(services.accounts, name)

            def get(self, _key: str) -> None:
                return None

            def find(self, *_asked: Any, **_how: Any) -> list[Any]:
                return []

        table = read_table(TABLE, services.directory.office())
        first, second = {}, {}
        import_office(services, table, lambda login, _name, password: first.update({login: password}))
        slow = replace(services, accounts=Slow())
        made = import_office(slow, table, lambda login, _name, password: second.update({login: password}))
        assert (made.units, made.people, made.kept, second) == (0, 0, 3, {})
        assert all(accounts.sign_in(services, login, password) for login, password in first.items())


def test_a_lost_password_is_replaced_and_ends_the_sessions(here: Installation) -> None:
    first = passwords(here.imports())
    with here.services() as services:
        before = accounts.sign_in(services, "minh", first["minh"])
        others = accounts.sign_in(services, "hoa", first["hoa"])
    assert before is not None
    assert others is not None
    done = here.congvan("office", "new-password", "minh")
    assert done.returncode == 0
    with here.services() as services:
        assert accounts.session_of(services, before.token) is None
        assert accounts.session_of(services, others.token) is not None
        assert accounts.sign_in(services, "minh", first["minh"]) is None
        assert accounts.sign_in(services, "minh", passwords(done)["minh"]) is not None
    unknown = here.congvan("office", "new-password", "khong-co")
    assert (unknown.returncode, unknown.stdout) == (1, "")
    assert "khong-co" in unknown.stderr


def test_the_table_that_the_documentation_shows_is_taken(here: Installation) -> None:
    text = (ROOT / "docs" / "operations.md").read_text("utf-8")
    start = text.index(HEADER)
    done = here.imports(text[start : text.index("```", start)])
    assert (done.returncode, list(passwords(done))) == (0, ["hoa", "minh", "quang"])
