"""Everything that page templates may use gives the same bytes in Python and in JavaScript."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jinja2 import DictLoader

_DATA: dict[str, Any] = json.loads((Path(__file__).parent / "features.json").read_text("utf-8"))
_FEATURES = dict(_DATA["features"])


@pytest.fixture(scope="module")
def features(pair: Any) -> Any:
    names = {f"{title}.html": source for title, source in _FEATURES.items()}
    pair.compile(DictLoader({**_DATA["templates"], **names}), list(names))
    return pair


@pytest.mark.parametrize("title", _FEATURES)
def test_feature_is_rendered_alike(features: Any, title: str) -> None:
    for locale in ("vi", "en"):
        assert features.same(f"{title}.html", _DATA["context"], locale)
