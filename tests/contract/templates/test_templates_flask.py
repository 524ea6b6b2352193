"""Flask renders pages with the environment that the compiler reads."""

from __future__ import annotations

import pytest
from flask import Flask, render_template_string, request
from flask_babel import Babel, get_locale
from jinja2 import Environment

from server.adapters import rendering


@pytest.fixture
def app() -> Flask:
    app = Flask(__name__)
    Babel(app, locale_selector=lambda: request.args.get("lang", "vi"))
    rendering.configure(app, lambda: str(get_locale()))
    return app


@pytest.mark.parametrize(("lang", "expected"), [("vi", "Lưu 05/02/2026 1.000"), ("en", "Save 05/02/2026 1,000")])
def test_words_and_formats_follow_the_language_of_the_request(app: Flask, lang: str, expected: str) -> None:
    with app.test_request_context(f"/?lang={lang}"):
        source = "{{ _('common.save') }} {{ '2026-02-05'|date }} {{ 1000|number }}"
        assert render_template_string(source) == expected


def test_settings_are_those_of_the_compiler(app: Flask) -> None:
    ours = rendering.page_environment()
    for setting in ("trim_blocks", "lstrip_blocks", "keep_trailing_newline", "finalize", "undefined"):
        assert getattr(app.jinja_env, setting) == getattr(ours, setting), setting
    assert app.jinja_env.policies["json.dumps_kwargs"] == ours.policies["json.dumps_kwargs"]
    with app.test_request_context("/"):
        assert render_template_string("{{ x }}{{ y|tojson }}", x="<b>", y={"b": None, "a": "đ"}) == (
            '&lt;b&gt;{"a": "\\u0111", "b": null}'
        )


@pytest.mark.parametrize("value", [[1], {"a": 1}, ()])
def test_printing_a_list_or_mapping_is_a_mistake(value: object) -> None:
    env = rendering.configure(Environment(autoescape=True), lambda: "vi")
    assert env.from_string("[{{ x }}]").render(x=None) == "[]"
    with pytest.raises(TypeError, match="not text"):
        env.from_string("{{ x }}").render(x=value)
