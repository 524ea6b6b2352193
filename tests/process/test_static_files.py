"""Static files: cached for good when hashed, revalidated otherwise, and nothing outside their folder."""

from __future__ import annotations

import socket

import httpx
import pytest

from tests.process.conftest import Running


def test_a_hashed_file_is_kept_for_good_and_sent_compressed(running: Running) -> None:
    """The build's .gz is sent to whoever takes it."""
    with httpx.stream("GET", running.url + "/static/build/app-ABCDEFG2.css") as answer:
        assert b"".join(answer.iter_raw()) == b"packed"
    assert answer.headers["content-encoding"] == "gzip"
    assert "immutable" in answer.headers["cache-control"]
    plain = httpx.get(running.url + "/static/build/app-ABCDEFG2.css", headers={"Accept-Encoding": "gzip;q=0, br"})
    assert plain.text == "b{color:red}"
    assert plain.headers["etag"] != answer.headers["etag"]


def test_other_files_are_revalidated(running: Running) -> None:
    """An unchanged file costs no body."""
    first = httpx.get(running.url + "/static/plain.svg")
    assert (first.text, first.headers["cache-control"]) == ("<svg/>", "no-cache")
    again = httpx.get(running.url + "/static/plain.svg", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert httpx.head(running.url + "/static/plain.svg").headers["content-length"] == "6"


def test_the_worker_is_at_the_root_and_never_stale(running: Running) -> None:
    """Its scope is the whole site, and it may load scripts from here only."""
    answer = httpx.get(running.url + "/sw.js")
    assert answer.text == "self.x = 1;"
    assert answer.headers["cache-control"] == "no-cache"
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert answer.headers["content-type"].startswith("text/javascript")


def test_webassembly_is_for_the_worker_that_decodes_pictures_in_pdf_files_only(running: Running) -> None:
    """A worker lives under its own script's policy; that of the pages is tests/web/test_security.py's."""
    paths = ["sw.js", "app-ABCDEFG2.css", "edges-ABCDEFG2.js", "pdf.worker-ABCDEFG2.mjs"]
    policies = {path: _policy(running, f"/static/build/{path}") for path in paths}
    assert [path for path, policy in policies.items() if "wasm" in policy] == ["pdf.worker-ABCDEFG2.mjs"]
    assert policies["edges-ABCDEFG2.js"] == "default-src 'none'", "what looks at photographs reaches nothing"
    assert "eval" not in _policy(running, "/sw.js") + _policy(running, "/static/plain.svg")


def _policy(running: Running, path: str) -> str:
    answer = httpx.get(running.url + path, headers={"Accept-Encoding": "identity"})
    assert answer.status_code == 200
    return answer.headers["content-security-policy"]


def test_the_manifest_is_at_the_root(running: Running) -> None:
    """The installed app is known by it."""
    answer = httpx.get(running.url + "/manifest.webmanifest")
    assert (answer.text, answer.headers["content-type"]) == ("{}", "application/manifest+json")


@pytest.mark.parametrize(
    "path",
    ["/static/../secret", "/static/%2e%2e/secret", "/static//etc/passwd", "/static/.hidden", "/static/", "/static/%00"],
)
def test_nothing_else_is_reachable(running: Running, path: str) -> None:
    """Paths that lead out, and hidden files, do not exist. Sent raw: clients tidy such paths up."""
    with socket.create_connection(("127.0.0.1", running.port)) as client:
        client.sendall(f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
        answer = b"".join(iter(lambda: client.recv(65536), b""))
    assert answer.startswith(b"HTTP/1.1 404")


def test_static_files_are_read_only(running: Running) -> None:
    """Other methods are refused."""
    assert httpx.post(running.url + "/static/plain.svg").status_code == 405


def test_headers_with_underscores_do_not_pass_for_a_proxys(running: Running) -> None:
    """WSGI would take X_Forwarded_For for X-Forwarded-For."""
    httpx.get(running.url + "/inbox", headers={"X_Forwarded_For": "1.2.3.4"})
    assert running.pages.requests[0]["underscored"] == ""


def test_health_needs_no_thread_of_the_pages(running: Running) -> None:
    """For whoever restarts containers."""
    assert httpx.get(running.url + "/health").text == "ok"
    assert running.pages.requests == []
