"""Talking to CouchDB through ibmcloudant: connections, retries, and errors in the port's words.

Only reads are retried: whether a write whose answer was lost took effect is for the caller to find out.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote, urlsplit, urlunsplit

import requests
from ibm_cloud_sdk_core import ApiException
from ibm_cloud_sdk_core.authenticators import Authenticator, BasicAuthenticator, NoAuthAuthenticator
from ibm_cloud_sdk_core.http_adapter import SSLHTTPAdapter
from ibmcloudant.cloudant_v1 import CloudantV1

from sync.ports import Conflict, NotFound, Rejected, StoreUnavailable

CONNECTIONS = 40
CONNECT_TIMEOUT_S = 5
ANSWER_TIMEOUT_S = 120
READ_ATTEMPTS = 3
PAUSE_S = 0.2
BUSY = frozenset({429, 502, 503, 504})
INDEX_CONFLICT = "Encountered a conflict while saving the design document"
"""What CouchDB says, with status 500, to the slower of two who declare the same index."""


class DatabaseMissing(NotFound):
    """The whole database is not there, as opposed to a document in it."""


class CouchClient:
    """A CloudantV1 with a connection pool, and with calls that raise the port's errors."""

    def __init__(self, url: str) -> None:
        """Take the server's URL, with user and password in it; nothing is sent yet."""
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise StoreUnavailable("COUCHDB_URL must be like http://user:password@host:5984")
        host = parts.netloc.rpartition("@")[2]
        self.address = urlunsplit((parts.scheme, host, parts.path.rstrip("/"), "", ""))
        self.api = CloudantV1(authenticator=_authenticator(parts.username, parts.password))
        self.api.set_service_url(self.address)
        # Compressing each request costs more than a network inside the office, and does not work for streams.
        self.api.set_enable_gzip_compression(False)
        self.api.set_http_config({"timeout": (CONNECT_TIMEOUT_S, ANSWER_TIMEOUT_S)})
        session = self.api.get_http_client()
        for scheme in ("http://", "https://"):
            session.mount(scheme, SSLHTTPAdapter(pool_connections=4, pool_maxsize=CONNECTIONS))

    def read(self, operation: Callable[..., Any], /, **arguments: Any) -> Any:
        """Call a reading operation of the API, again when the connection fails or the server is busy."""
        for attempt in range(1, READ_ATTEMPTS + 1):
            try:
                return operation(**arguments).get_result()
            except (requests.ConnectionError, requests.Timeout) as error:
                if attempt == READ_ATTEMPTS:
                    raise self._unreachable(error) from error
            except requests.RequestException as error:
                raise self._unreachable(error) from error
            except ApiException as error:
                if error.status_code not in BUSY or attempt == READ_ATTEMPTS:
                    raise self._translated(error, arguments.get("doc_id", "")) from error
            time.sleep(PAUSE_S * attempt)
        raise AssertionError("the last attempt returns or raises")

    def write(self, operation: Callable[..., Any], /, **arguments: Any) -> Any:
        """Call a writing operation of the API, once."""
        try:
            return operation(**arguments).get_result()
        except requests.RequestException as error:
            raise self._unreachable(error) from error
        except ApiException as error:
            raise self._translated(error, arguments.get("doc_id", "")) from error

    def get(self, path: str, **params: Any) -> Any:
        """Read a path of the server that the API has no quiet operation for."""

        def operation() -> Any:
            request = self.api.prepare_request("GET", path, headers={"Accept": "application/json"}, params=params)
            return self.api.send(request)

        return self.read(operation)

    def close(self) -> None:
        """Close the idle connections."""
        self.api.get_http_client().close()

    def _unreachable(self, error: Exception) -> StoreUnavailable:
        """Say that the server does not answer, and where it was looked for."""
        return StoreUnavailable(
            f"CouchDB at {self.address} does not answer ({type(error).__name__}). Is it running, and is"
            " COUCHDB_URL right?"
        )

    def _translated(self, error: ApiException, doc_id: str) -> Exception:
        """Put an error answer in the port's words."""
        status, reason = error.status_code, error.message or ""
        if status == 401:
            return StoreUnavailable(f"CouchDB at {self.address} refuses the user or password of COUCHDB_URL: {reason}")
        if status == 404 and "Database does not exist" in reason:
            return DatabaseMissing(doc_id)
        if status == 404:
            return NotFound(doc_id)
        if status == 409 or INDEX_CONFLICT in reason:
            return Conflict(doc_id)
        if status == 403:
            return Rejected(f"{doc_id}: {reason}")
        if status in {400, 413, 415}:
            return ValueError(f"CouchDB does not take the request: {reason}")
        return StoreUnavailable(f"CouchDB at {self.address} failed with status {status}: {reason}")


def _authenticator(user: str | None, password: str | None) -> Authenticator:
    """Sign in with each request; CouchDB remembers that it has checked a password."""
    if not user:
        return NoAuthAuthenticator()
    try:
        return BasicAuthenticator(unquote(user), unquote(password or ""))
    except ValueError as error:
        raise StoreUnavailable(f"the user or password of COUCHDB_URL cannot be used: {error}") from error
