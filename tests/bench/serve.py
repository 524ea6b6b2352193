"""The server as `python -m server serve` runs it, over a store whose databases have a prefix of their own.

Arguments: data folder, prefix of the databases (CouchDB only). COUCHDB_URL is heeded.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from server import process
from server.adapters.memory import give_back_memory
from server.adapters.passwords import cheap_passwords
from server.app import assemble, create_app
from server.config import Config
from sync.stores import open_store
from sync.waiting import Waiting


def main(folder: Path, prefix: str) -> None:
    """Serve until told to end; the first line printed tells the address."""
    give_back_memory()
    url = os.environ.get("COUCHDB_URL") or None
    config = Config(data=folder, couchdb_url=url, port=0, secret="b" * 64)
    services = assemble(open_store(url, folder, prefix), config, passwords=cheap_passwords())
    waiting = Waiting()
    with (
        process.open_socket(config) as listener,
        process.background(config, services, waiting, is_worker=True, is_web=True),
    ):
        process.run_web(config, create_app(config, services), waiting, listener)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
