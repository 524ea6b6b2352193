"""The inbox page on the server with 10,000 documents in the store, beside rendering its template alone."""

from __future__ import annotations

from typing import Any

from flask import Flask, template_rendered

from server.app import create_app
from server.config import Config
from server.web.current import SESSION_COOKIE
from tests.bench.measure import Row, compared, in_turns, milliseconds
from tests.bench.office import open_office
from tests.bench.synthetic import BULK, cards, fill_inbox
from tests.fixtures.office import DIRECTOR

DOCUMENTS = 10_000
REPETITIONS = 60
WARM_UP = 10


def measure(*, documents: int = DOCUMENTS, repetitions: int = REPETITIONS, couchdb_url: str | None = None) -> list[Row]:
    """Measure the row; all documents are in the reader's inbox too."""
    with open_office(couchdb_url=couchdb_url) as bench_office:
        services = bench_office.services
        for start in range(0, documents, BULK):
            services.store.database("records").bulk(cards(min(BULK, documents - start), start=start))
        fill_inbox(services.store, DIRECTOR, documents)
        app = create_app(Config(data=services.data_dir, secret="b" * 64), services)
        client = app.test_client()
        client.set_cookie(SESSION_COOKIE, bench_office.signed_in(DIRECTOR))

        def request() -> str:
            response = client.get("/inbox")
            assert response.status_code == 200, response.status
            return response.get_data(as_text=True)

        template, context = rendered(app, request)

        def render() -> float:
            # in a request of its own: what a request has found out already is not found out again
            with app.test_request_context("/inbox"):
                return milliseconds(lambda: template.render(context))

        medians = in_turns({"request": lambda: milliseconds(request), "template": render}, repetitions, WARM_UP)
    name = f"inbox page on the server, {documents} documents" + (" (CouchDB)" if couchdb_url else "")
    return [compared(name, medians["request"], medians["template"], 3)]


def rendered(app: Flask, request: Any) -> tuple[Any, dict[str, Any]]:
    """Make a request and give the template that it rendered and with what."""
    found: list[tuple[Any, dict[str, Any]]] = []

    def note(_app: Flask, template: Any, context: dict[str, Any], **_more: Any) -> None:
        found.append((template, context))

    with template_rendered.connected_to(note, app):
        request()
    return found[-1]
