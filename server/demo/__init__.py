"""The demo: an invented office with its documents, for trying Congvan out and for nothing else."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from server.demo.sign_ins import SignIn, sign_ins

if TYPE_CHECKING:
    from server.ports import Services

__all__ = ["SignIn", "seed_demo", "sign_ins"]


def seed_demo(services: Services, progress: Callable[[str, int, int], None]) -> list[SignIn]:
    """Seed the demo office; see `server.demo.seeding.seed`, which loads what typesetting and reading need."""
    from server.demo.seeding import seed

    return seed(services, progress)
