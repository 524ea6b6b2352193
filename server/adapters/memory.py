"""How the process keeps memory that it has freed.

With the C library's own settings (glibc) the answers of many threads leave the process full of holes: a server with 300
devices waiting grew by half in ten minutes, and with these by 4 % in four.
"""

from __future__ import annotations

import ctypes
import os

M_TRIM_THRESHOLD, M_MMAP_THRESHOLD, M_ARENA_MAX = -1, -3, -8
SETTINGS = ((M_ARENA_MAX, 2), (M_MMAP_THRESHOLD, 128 * 1024), (M_TRIM_THRESHOLD, 128 * 1024))
OWN = ("MALLOC_ARENA_MAX", "MALLOC_MMAP_THRESHOLD_", "MALLOC_TRIM_THRESHOLD_", "GLIBC_TUNABLES")


def give_back_memory() -> bool:
    """Let freed memory go back to the system at once; to be called before there are threads.

    False where nothing was set: another C library, or the operator's own settings in the environment.
    """
    if any(name in os.environ for name in OWN):
        return False
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (OSError, AttributeError, TypeError):
        return False
    return all(mallopt(name, value) == 1 for name, value in SETTINGS)
