"""Every code has its words in both languages, and every text only names what it is given."""

from __future__ import annotations

import pytest

from server.adapters import catalogues
from server.domain.conflicts import TABLE
from server.domain.errors import CODES
from server.usecases.receipts import STATUSES
from server.web.errors import KNOWN_STATUSES

REASONS = {reason for entries in TABLE.values() for _, reason in entries.values()} | {"no_longer_yours"}
GIVEN = {"limit", "pages"}
"""What both renderers have for every error (the macro `fault`)."""


@pytest.mark.parametrize("locale", catalogues.LOCALES)
def test_every_code_has_words(locale: str) -> None:
    known = catalogues.load(locale)
    wanted = {f"errors.{code}" for code in CODES}
    wanted |= {f"errors.http_{status}" for status in KNOWN_STATUSES}
    wanted |= {f"conflicts.reason.{reason}" for reason in REASONS}
    wanted |= {f"receipts.{status}" for status in STATUSES if status not in ("refused", "held")}
    assert wanted - set(known) == set()


@pytest.mark.parametrize("locale", catalogues.LOCALES)
def test_words_of_errors_name_only_what_they_are_given(locale: str) -> None:
    for key, text in catalogues.load(locale).items():
        if key.startswith("errors."):
            assert catalogues.placeholders(text) <= GIVEN, key


def test_both_languages_have_the_same_keys() -> None:
    first, second = (set(catalogues.load(locale)) for locale in catalogues.LOCALES)
    assert first ^ second == set()
