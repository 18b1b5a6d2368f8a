"""A real server process on a prepared directory with the provincial hospital, and the bare application beside it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from server import clock
from server.demo.seed import HOSPITALS, demo_hospital, seed
from server.records.database import Database
from server.records.schema import create_site, prepare
from server.settings import Settings

ROOT = Path(__file__).parent.parent.parent
#: One hot queue, its room, and the hall whose displays show its calls.
SERVICE, ROOM, AREA = "noi", "p1", "sanh"


def prepare_house(data: Path) -> dict[str, str]:
    """Load the provincial hospital into *data*; returns the devices' tokens by role."""
    data.mkdir(parents=True, exist_ok=True)
    database = Database(Settings(data=data).where)
    prepare(database)
    hospital = demo_hospital(HOSPITALS / "provincial.toml")
    create_site(database, hospital, clock.now_ms())
    return seed(database, hospital).tokens


class Process:
    """A program that writes one JSON line with its port when it is ready."""

    def __init__(self, *command: str | Path, cwd: Path = ROOT) -> None:
        self._begin_s = time.perf_counter()
        self._process = subprocess.Popen(
            [sys.executable, *map(str, command)], stdout=subprocess.PIPE, text=True, cwd=cwd, env=_environment()
        )
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line, f"{command} ended before it was ready"
        self.port = int(json.loads(line)["port"])

    @property
    def since_start_s(self) -> float:
        return time.perf_counter() - self._begin_s

    @property
    def cpu_s(self) -> float:
        """CPU time used so far by its threads."""
        tasks = Path(f"/proc/{self._process.pid}/task").glob("*/schedstat")
        return sum(int(task.read_text().split()[0]) for task in tasks) / 1e9

    @property
    def resident_kib(self) -> int:
        """Memory that is in use now."""
        pages = int(Path(f"/proc/{self._process.pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") // 1024

    def kill(self) -> None:
        """As a power cut would."""
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()

    def stop(self) -> None:
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(15)
        except subprocess.TimeoutExpired:
            self.kill()


def serve(data: Path, cwd: Path = ROOT) -> Process:
    """`luot-server serve` on a free port; *cwd* is the checkout that is run."""
    return Process("-m", "server", "serve", "--data", data, "--port", "0", cwd=cwd)


def serve_bare(data: Path, *options: str) -> Process:
    """The bare application, run in the same way."""
    return Process("-m", "tests.bench.bare", "--data", data, *options)


def _environment() -> dict[str, str]:
    kept: Sequence[str] = [name for name in os.environ if not name.startswith("LUOT_")]
    return {name: os.environ[name] for name in kept}
