"""Whatever text and numbers a page of cards holds, both sides write the same."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jinja2 import DictLoader

from server.adapters.catalogues import LOCALES

_TEMPLATE = "realistic.html"

# what this Python's Unicode does not know yet has no case here, and may have one in the other renderer
known = st.characters(exclude_categories=("Cs", "Cn"))
texts = st.text(known, max_size=40) | st.sampled_from(
    [
        "",
        " ",
        "<script>",
        "&amp;",
        "\"'",
        "Trần Thị Bé",
        "👩\u200d💻",
        "a\u0302\u0323",
        "İıſßΣς",
        "\x1c\x85\ufeff",
        "1.5",
    ]
)
numbers = st.integers(-(2**53) + 1, 2**53 - 1) | st.integers(-5, 5)
dates = st.dates().map(str) | st.datetimes().map(lambda at: at.isoformat() + "Z") | texts
people = st.fixed_dictionaries({"name": texts, "weight": st.integers(-9, 9)}, optional={"note": texts})
cards = st.fixed_dictionaries(
    {"version": numbers, "state": texts, "people": st.lists(people, max_size=3), "unit": texts},
    optional={
        "title": texts,
        "author": texts,
        "due_on": dates,
        "at": dates | st.none(),
        "size": numbers | st.none() | texts,
        "note": texts | st.none(),
        "facts": st.dictionaries(st.text("aAbBđĐ_", max_size=3), texts | numbers | st.booleans(), max_size=4),
    },
)
contexts = st.fixed_dictionaries(
    {"cards": st.lists(cards, max_size=4), "today": dates}, optional={"heading": texts | st.none()}
)


@pytest.fixture(scope="module")
def realistic(pair: Any) -> Any:
    source = (Path(__file__).parent / _TEMPLATE).read_text("utf-8")
    pair.compile(DictLoader({_TEMPLATE: source}), [_TEMPLATE])
    return pair


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(context=contexts, locale=st.sampled_from(LOCALES))
def test_any_data_is_rendered_alike(realistic: Any, context: dict[str, Any], locale: str) -> None:
    realistic.same_or_both_fail(_TEMPLATE, context, locale)
