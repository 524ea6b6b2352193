"""Remember what a finished step was made from, so that an unchanged step is not done again.

A stamp is a file that holds a hash of the step's inputs; it is written last, so an interrupted step has none.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

from progress import ROOT


def hash_of(values: Iterable[str], files: Iterable[Path] = ()) -> str:
    """Return a hash of the values and of the names and contents of the files."""
    digest = hashlib.sha256()
    for value in values:
        digest.update(value.encode() + b"\0")
    for path in sorted(files):
        digest.update(path.relative_to(ROOT).as_posix().encode() + b"\0")
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def is_current(stamp: Path, value: str) -> bool:
    """Tell whether the stamp was written for this value."""
    try:
        return stamp.read_text(encoding="ascii").strip() == value
    except (OSError, UnicodeDecodeError):
        return False


def write(stamp: Path, value: str) -> None:
    """Write the stamp, in one step so that a crash leaves the old one or the new one."""
    stamp.parent.mkdir(parents=True, exist_ok=True)
    fresh = stamp.with_suffix(".new")
    fresh.write_text(value + "\n", encoding="ascii")
    fresh.replace(stamp)
