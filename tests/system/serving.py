"""A real server on data of its own, without the rest of a demo: to be put under fire, killed and started again."""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from server.commanding import open_database, put_in_force
from server.demo.children import free_ports
from server.demo.seed import Seeded, demo_hospital, find_hospital, seed
from tests.system.processes import START_LIMIT_S, Program, until


def prepare(data: Path) -> Seeded:
    """A provincial hospital with one device a role, and its staff, in a new database."""
    path = find_hospital("provincial")
    assert path is not None
    hospital = demo_hospital(path)
    database = open_database(data)
    put_in_force(database, hospital)
    return seed(database, hospital)


class Server(Program):
    """
    `luot-server serve`.

    Attributes:
        seeded: The hospital, the devices' tokens and the accounts.
        port: Where it answers, also after it was started again.
    """

    def __init__(self, data: Path, *options: str, host: str = "127.0.0.1") -> None:
        data.mkdir(parents=True, exist_ok=True)
        self.data, self.seeded = data, prepare(data)
        [self.port] = free_ports(1)
        command = [sys.executable, "-m", "server", "serve", "--data", str(data), "--host", host]
        super().__init__([*command, "--port", str(self.port), *options], data / "server.log")

    @property
    def database(self) -> Path:
        return self.data / "luot.db"

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start_ready(self) -> dict[str, Any]:
        """Start it and wait until it listens; its own line about that."""
        self.start()
        assert self.process is not None
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line, self.errors
        found: dict[str, Any] = json.loads(line)
        return found

    def kill_hard(self) -> None:
        """kill -9, and wait until it is gone."""
        os.kill(self.pid, signal.SIGKILL)
        assert self.process is not None
        self.process.wait()

    def stop(self) -> None:
        """Ask it to end, as a service manager does."""
        os.kill(self.pid, signal.SIGTERM)
        until(lambda: not self.family(), START_LIMIT_S, "the server has ended")


@contextmanager
def serving(data: Path, *options: str, host: str = "127.0.0.1") -> Iterator[Server]:
    """A running server; nothing of it is left afterwards."""
    server = Server(data, *options, host=host)
    server.start_ready()
    try:
        yield server
    finally:
        server.kill()
