"""The composition root: where ports get their adapters and the two doors are hung."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from flask import Flask

from server.adapters.legal_days import legal_days
from server.adapters.moments import StripedLocks, SystemClock, new_id
from server.adapters.passwords import ArgonPasswords
from server.adapters.print_jobs import PrintJobs
from server.adapters.receipt_keys import DATABASE as SIGNING
from server.adapters.receipt_keys import open_receipt_keys
from server.adapters.recognizer import Recognizer
from server.config import Config
from server.jobs import office_jobs
from server.jobs.recognition import Recognition
from server.jobs.scheduler import Job
from server.ports import Passwords, Services
from server.usecases.accounts import OfficeDirectory
from server.usecases.registering import repair_books
from sync.fanout import Fanout
from sync.gateway import default_uploads
from sync.ports import Store
from sync.stores import open_store

log = logging.getLogger(__name__)
NUDGE_WAIT_S = 0.25
REST_S = 0.15


@dataclass(frozen=True)
class Assembled(Services):
    """The services of one process with what runs beside the web: the fan-out, recognition and the scheduled jobs."""

    fanout: Any = None
    recognition: Any = None
    jobs: list[Any] = field(default_factory=list)

    def close(self) -> None:
        """Let go of the store."""
        self.store.close()


def build_services(config: Config, *, passwords: Passwords | None = None) -> Assembled:
    """Open the store and join everything; repairs what an interrupted process left in the number books."""
    return assemble(open_store(config.couchdb_url, config.data, config.couchdb_prefix), config, passwords=passwords)


def assemble(store: Store, config: Config, *, passwords: Passwords | None = None) -> Assembled:
    """Join the services around an open store."""
    accounts = store.database("accounts")
    directory = OfficeDirectory(accounts, lambda: accounts.info()["update_seq"], legal_days)

    def forget_office(names: frozenset[str]) -> None:
        if "accounts" in names:
            directory.forget()

    store.on_commit(forget_office)
    clock = SystemClock()
    services = Assembled(
        records=store.database("records"),
        registers=store.database("registers"),
        accounts=accounts,
        sessions=store.database("sessions"),
        files=store.database("files"),
        audit=store.database("audit"),
        directory=directory,
        clock=clock,
        passwords=passwords or ArgonPasswords(),
        new_id=new_id,
        lock=StripedLocks(),
        signer=open_receipt_keys(config, store.database(SIGNING), clock),
        store=store,
        data_dir=config.data,
        review_days=config.review_days,
        held_hours=config.held_hours,
    )
    repaired = repair_books(services)
    if repaired:
        log.warning("finished %d registrations that an interrupted process had left", repaired)
    uploads = default_uploads(services)
    fanout = Fanout(services)
    jobs = [
        *office_jobs.jobs(services),
        Job("clear-stale-uploads", "45 2 * * *", uploads.forget_stale),
        Job("clear-old-prints", "*/15 * * * *", PrintJobs(config.data / "prints").sweep),
        Job("clear-old-receipts", "0 3 * * 0", fanout.forget_old_receipts),
    ]
    return replace(services, fanout=fanout, jobs=jobs, recognition=Recognition(services, Recognizer()))


def create_app(config: Config, services: Assembled, *, has_fanout: bool = True) -> Flask:
    """Return the Flask app: pages for people, the gateway for devices.

    `has_fanout` tells whether this process runs the fan-out; where another one does, a page only waits for it.
    """
    from server import web
    from server.web.errors import unavailable_reason
    from server.web.session import DEMO_PEOPLE, end_sessions_of_device, identity
    from sync.gateway import create_gateway

    app = Flask("server", static_folder=None, template_folder="../templates")
    app.config.update(CONGVAN=config, SECRET_KEY=config.secret, MAX_CONTENT_LENGTH=None)
    app.config[DEMO_PEOPLE] = _demo_people(config)
    web.register(app, services, nudge=_nudge(services) if has_fanout else _rest)
    uploads = default_uploads(services, config.max_upload_bytes)
    app.register_blueprint(
        create_gateway(
            services,
            services.fanout,
            identity,
            uploads,
            on_revoked=end_sessions_of_device,
            unavailable_reason=unavailable_reason,
        )
    )
    return app


def _demo_people(config: Config) -> list[dict[str, str]]:
    """Return whom the sign-in page offers to be: the demo's people, and nobody anywhere else."""
    if config.mode != "demo":
        return []
    from server.demo.sign_ins import sign_ins

    return [asdict(one) for one in sign_ins(config.data)]


def _nudge(services: Assembled) -> Callable[[], None]:
    """Return how a page asks to see its own write: wait a moment for the fan-out, never longer."""
    lock = threading.Lock()

    def nudge() -> None:
        if lock.acquire(timeout=NUDGE_WAIT_S):
            try:
                services.fanout.catch_up()
            except Exception:
                log.exception("the fan-out could not catch up; its own thread will")
            finally:
                lock.release()

    return nudge


def _rest() -> None:
    """Give the fan-out of another process a moment, so that a person mostly sees their own write."""
    time.sleep(REST_S)
