"""The bootstrap: what is unchanged is not done again, and what fails is explained in both languages."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def _bootstrap_modules(monkeypatch: pytest.MonkeyPatch) -> None:
    """Import the bootstrap's modules as it does itself: from its folder."""
    monkeypatch.syspath_prepend(str(ROOT / "bootstrap"))


def bootstrap(*arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run the bootstrap as make does."""
    return subprocess.run(
        [sys.executable, "bootstrap", *arguments],
        cwd=ROOT,
        env={**os.environ, **settings},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


def test_a_taken_port_is_told_before_anything_is_installed() -> None:
    """Nobody waits minutes for that."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        done = bootstrap("run", PORT=port)
    assert done.returncode == 1
    assert f"Cổng {port} đang có chương trình khác dùng" in done.stderr
    assert f"Port {port} is in use" in done.stderr
    assert done.stdout == ""


@pytest.mark.parametrize("port", ["abc", "0", "65536", "-1"])
def test_a_port_that_is_none_is_explained(port: str) -> None:
    """With what a port is."""
    done = bootstrap("run", PORT=port)
    assert (done.returncode, "1 to 65535" in done.stderr) == (1, True)


def test_an_unknown_command_lists_those_there_are() -> None:
    """And is no traceback."""
    done = bootstrap("nonsense")
    assert done.returncode == 1
    assert "run, test, lint" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("printed", "key"),
    [
        ("Temporary failure in name resolution", "why.network"),
        ("npm error code ENOTFOUND", "why.network"),
        ("ERROR: No matching distribution found for flask==3.1.3", "why.network"),
        ("OSError: [Errno 28] No space left on device", "why.disk"),
        ("SyntaxError: invalid syntax", "why.other"),
    ],
)
def test_a_failed_tools_output_is_understood(printed: str, key: str) -> None:
    """Enough of it to say what to do."""
    from progress import cause_of
    from texts import TEXTS

    assert cause_of(printed) == key
    assert all(TEXTS[key])


def test_a_failed_step_shows_its_end_and_names_the_log(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The rest is in the file."""
    import progress

    monkeypatch.setattr(progress, "LOG", tmp_path / "bootstrap.log")
    failing = [sys.executable, "-c", "print('first'); print('ECONNREFUSED'); raise SystemExit(3)"]
    with pytest.raises(progress.StopError, match=r"why\.network"):
        progress.quiet("step.npm", failing)
    shown = capsys.readouterr().out
    assert "✗" in shown
    assert "✓" not in shown
    assert "ECONNREFUSED" in shown
    assert "bootstrap.log" in shown
    assert "first" in (tmp_path / "bootstrap.log").read_text()


def test_a_step_is_repeated_when_its_inputs_change_and_not_otherwise(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Contents and names count, times do not."""
    import stamps

    monkeypatch.setattr(stamps, "ROOT", tmp_path)
    source = tmp_path / "a.js"
    source.write_text("1")
    first = stamps.hash_of(["build"], [source])
    stamp = tmp_path / "made" / "stamp"
    assert not stamps.is_current(stamp, first)
    stamps.write(stamp, first)
    os.utime(source, (1, 1))
    assert stamps.is_current(stamp, stamps.hash_of(["build"], [source]))
    source.write_text("2")
    assert not stamps.is_current(stamp, stamps.hash_of(["build"], [source]))


def test_every_text_is_in_both_languages_with_the_same_values() -> None:
    """A value that only one language shows would be a mistake."""
    import re

    from texts import TEXTS

    for key, (vietnamese, english) in TEXTS.items():
        names = [sorted(set(re.findall(r"%\((\w+)\)s", text))) for text in (vietnamese, english)]
        assert names[0] == names[1], key
        assert vietnamese != english, key
