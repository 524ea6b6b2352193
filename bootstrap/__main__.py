"""Prepare this checkout and run one of the project's commands: `python3 bootstrap run|test|…`.

Needs nothing but Python 3.11 or newer; this file alone keeps to syntax that an older Python can read, so that
it can say so.
"""

import os
import shutil
import sys

WANTED = (3, 11)


def find_newer_python():
    """Return the path of a Python that is new enough, or None."""
    for minor in range(20, WANTED[1] - 1, -1):
        path = shutil.which("python3." + str(minor))
        if path:
            return path
    return None


def main():
    """Run the command named on the command line, with a Python that is new enough."""
    if sys.version_info < WANTED:
        newer = find_newer_python()
        if newer:
            os.execv(newer, [newer, *sys.argv])
        have = sys.version.split()[0]
        text = (
            f"Cần Python 3.11 trở lên (đang có {have}). Cài bản mới rồi chạy: make PYTHON=python3.12 run\n"
            f"Python 3.11 or newer is needed (this is {have}). Install one: make PYTHON=python3.12 run\n"
        )
        # As bytes: an older Python may be unable to write Vietnamese to this terminal.
        sys.stderr.buffer.write(text.encode("utf-8"))
        return 1
    import commands

    return commands.main(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
