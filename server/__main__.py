"""The command line: `congvan` or `python -m server`."""

from __future__ import annotations

import argparse
import logging
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from server import office_command, proofs_command
from server.adapters.memory import give_back_memory
from server.config import Config, ConfigError
from server.console import Progress, say, use_unicode

if TYPE_CHECKING:
    from collections.abc import Sequence

DEMO_MARK = "demo"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return its exit code: 0 done, 1 refused with an explanation, 130 interrupted."""
    use_unicode()
    give_back_memory()
    options = _parser().parse_args(arguments)
    try:
        if options.command == "certificate":
            return certificate(options)
        config = Config.from_env()
        logging.basicConfig(level=config.log_level.upper(), format="%(asctime)s %(levelname)s %(name)s %(message)s")
        # The libraries tell at INFO what only matters when they are looked into.
        for name in ("uvicorn.error", "apscheduler"):
            logging.getLogger(name).setLevel(max(logging.WARNING, logging.root.level))
        command = {"serve": serve, "web": serve, "worker": worker, "seed": seed, "check": check, "office": office}
        command["verify-receipts"] = proofs_command.verify_receipts
        command["verify-history"] = verify_history
        return command[options.command](config, options)
    except ConfigError as error:
        say(error.key, **error.values, to=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def _parser() -> argparse.ArgumentParser:
    """Describe the commands."""
    parser = argparse.ArgumentParser(prog="congvan", description="Settings: see docs/operations.md.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="command")
    for name, help_text in (
        ("serve", "pages, fan-out and scheduler in one process"),
        ("web", "pages only; `worker` runs apart"),
    ):
        command = commands.add_parser(name, help=help_text)
        command.add_argument("--cert", type=Path, help="TLS certificate (PEM)")
        command.add_argument("--key", type=Path, help="its private key (PEM)")
    commands.add_parser("worker", help="fan-out and scheduler only")
    command = commands.add_parser("seed", help="fill an empty store")
    command.add_argument("--demo", action="store_true", required=True, help="with the demo office")
    command.add_argument("--if-empty", action="store_true", help="do nothing when it has accounts already")
    command = commands.add_parser("certificate", help="make a local authority and a server certificate")
    command.add_argument("--host", action="append", required=True, help="address or name; may be repeated")
    command.add_argument("--out", type=Path, default=Path("data/ca"), help="folder (default: data/ca)")
    proofs_command.describe(commands)
    office_command.describe(commands.add_parser("office", help="make a real office and its accounts"))
    commands.add_parser("check", help="check the settings and reach the store")
    return parser


def _services(config: Config) -> Any:
    """Build the services and see that the store answers. Raises ConfigError."""
    from server.app import build_services
    from sync.ports import StoreError

    try:
        services = build_services(config)
    except (StoreError, OSError) as error:
        raise ConfigError("operations.store_unreachable", error=error) from error
    try:
        services.store.check()
    except StoreError as error:
        services.close()
        raise ConfigError("operations.store_unreachable", error=error) from error
    return services


def serve(config: Config, options: argparse.Namespace) -> int:
    """Serve pages; with the fan-out and the scheduler unless they run apart."""
    from server import process
    from server.app import create_app
    from sync.waiting import Waiting

    tls = _tls(options)
    with process.open_socket(config) as listener:
        services = _services(config)
        waiting = Waiting()
        is_worker = options.command == "serve"
        with process.background(config, services, waiting, is_worker=is_worker, is_web=True):
            process.refuse_demo_data(config, services.store)
            if not config.is_production:
                _show_sign_ins(config)
            process.run_web(config, create_app(config, services, has_fanout=is_worker), waiting, listener, **tls)
    say("operations.stopped")
    return 0


def _show_sign_ins(config: Config) -> None:
    """Print how to sign in to the demo, when this store holds it."""
    from server.demo import sign_ins

    found = sign_ins(config.data)
    if found:
        say("operations.demo_sign_ins", password=found[0].password)
    for one in found:
        print(f"  {one.login:<8} {one.name}, {one.position} ({one.unit})", flush=True)


def _tls(options: argparse.Namespace) -> dict[str, Path | None]:
    """Return the certificate and its key. Raises ConfigError when one is missing."""
    if bool(options.cert) != bool(options.key):
        raise ConfigError("operations.half_tls")
    for path in filter(None, (options.cert, options.key)):
        if not path.is_file():
            raise ConfigError("operations.no_file", path=path)
    return {"cert": options.cert, "key": options.key}


def worker(config: Config, _options: argparse.Namespace) -> int:
    """Run the fan-out and the scheduler."""
    from server import process
    from sync.waiting import Waiting

    services = _services(config)
    with process.background(config, services, Waiting(), is_worker=True, is_web=False):
        process.refuse_demo_data(config, services.store)
        process.run_worker()
    say("operations.stopped")
    return 0


def seed(config: Config, options: argparse.Namespace) -> int:
    """Fill an empty store with the demo office; an interrupted seeding is taken up again."""
    if config.is_production:
        raise ConfigError("operations.demo_in_production")
    try:
        from server.demo import seed_demo
    except ImportError as error:
        raise ConfigError("operations.seed_missing") from error
    services = _services(config)
    try:
        accounts = services.store.database("accounts")
        mark = accounts.local_get(DEMO_MARK) or {}
        is_done = mark.get("state") == "done"
        if is_done or (not mark and accounts.info()["doc_count"]):
            if not options.if_empty:
                say("operations.seed_kept", to=sys.stderr)
            return 0 if options.if_empty else 1
        accounts.local_put(DEMO_MARK, {"state": "started"})
        say("operations.seeding")
        seed_demo(services, Progress())
        accounts.local_put(DEMO_MARK, {"state": "done"})
    finally:
        services.close()
    return 0


def office(config: Config, options: argparse.Namespace) -> int:
    """Make the office's units and people, or a new one-time password."""
    from server import process
    from server.ports import Unavailable

    services = _services(config)
    try:
        process.refuse_demo_data(config, services.store)
        return office_command.run(services, options)
    except Unavailable as error:
        raise ConfigError("operations.store_unreachable", error=error) from error
    finally:
        services.close()


def certificate(options: argparse.Namespace) -> int:
    """Make a local authority and a server certificate, and say how to trust it."""
    from server.adapters.certificates import CertificateError, fingerprint_of, make_certificates

    try:
        made = make_certificates(options.host, options.out)
    except CertificateError as error:
        raise ConfigError("operations.public_host", host=error.host) from error
    except (OSError, ValueError) as error:
        raise ConfigError("operations.certificate_failed", error=error) from error
    say(
        "operations.certificate_made",
        authority=made.authority,
        certificate=made.certificate,
        key=made.key,
        host=options.host[0],
        fingerprint=fingerprint_of(made.authority),
    )
    return 0


def verify_history(config: Config, _options: argparse.Namespace) -> int:
    """Tell whether every history is as it was written."""
    services = _services(config)
    try:
        return proofs_command.verify_history(services)
    finally:
        services.close()


def check(config: Config, _options: argparse.Namespace) -> int:
    """Tell whether the settings are complete and the store answers."""
    from server import process

    services = _services(config)
    try:
        process.refuse_demo_data(config, services.store)
    finally:
        services.close()
    say("operations.checked", mode=config.mode, store="CouchDB" if config.couchdb_url else str(config.data))
    return 0


if __name__ == "__main__":
    sys.exit(main())
