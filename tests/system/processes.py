"""Real programs for the system tests: started in a session of their own, and found again with all that they started."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final, TypeVar

ROOT: Final = Path(__file__).parents[2]
#: Two slow cores that others use too: a demo that is up in seven seconds may need a minute.
START_LIMIT_S: Final = 90.0
#: In the environment of a program and of everything that it starts, so that what is left behind can be found.
MARK: Final = "LUOT_TEST_RUN"
LOOK_S: Final = 0.05
Found = TypeVar("Found")


def until(look: Callable[[], Found], limit_s: float, what: str = "") -> Found:
    """What *look* finds as soon as that is truthy; AssertionError after *limit_s*."""
    end_s = time.monotonic() + limit_s
    while not (found := look()):
        assert time.monotonic() < end_s, f"not within {limit_s} s: {what or look}"
        time.sleep(LOOK_S)
    return found


class Program:
    """
    One command with everything that it starts.

    Args:
        arguments: The command line; `python -m` is for the caller to write.
        log: Where its standard error goes.
        environment: What differs from ours; None takes a name away.
    """

    def __init__(self, arguments: Sequence[str], log: Path, environment: dict[str, str | None] | None = None) -> None:
        self.arguments, self.log = list(arguments), log
        self.mark = uuid.uuid4().hex
        changed = {**os.environ, "PYTHONUNBUFFERED": "1", MARK: self.mark, **(environment or {})}
        self._environment = {name: value for name, value in changed.items() if value is not None}
        self.process: subprocess.Popen[str] | None = None

    def start(self) -> None:
        with self.log.open("a", encoding="utf-8") as errors:
            self.process = subprocess.Popen(
                self.arguments, cwd=ROOT, env=self._environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                stderr=errors, text=True, encoding="utf-8", start_new_session=True,
            )  # fmt: skip

    @property
    def pid(self) -> int:
        assert self.process is not None
        return self.process.pid

    @property
    def errors(self) -> str:
        return self.log.read_text(encoding="utf-8")

    def family(self) -> dict[int, str]:
        """Process ids with command lines of all living processes that carry this program's mark."""
        wanted = f"{MARK}={self.mark}".encode()
        found = {}
        for folder in Path("/proc").iterdir():
            if not folder.name.isdigit():
                continue
            try:
                if wanted in (folder / "environ").read_bytes().split(b"\0"):
                    found[int(folder.name)] = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode().strip()
            except OSError:  # ended between the listing and the look, or not ours to read
                continue
        return found

    def member(self, part: str) -> int:
        """The process whose command line holds *part*."""
        return next(pid for pid, command in self.family().items() if part in command)

    def press_ctrl_c(self) -> None:
        """What a terminal does: SIGINT to each process of the session's group."""
        os.killpg(self.pid, signal.SIGINT)

    def kill(self) -> None:
        """End all of it at once, without asking."""
        for pid in self.family():
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        if self.process is not None:
            self.process.wait()


class Demo(Program):
    """`luot-server demo` with its data folder."""

    def __init__(
        self, data: Path, *options: str, command: Sequence[str] = (sys.executable, "-m", "server", "demo"),
        environment: dict[str, str | None] | None = None,
    ) -> None:  # fmt: skip
        self.data = data
        arguments = [*command, "--data", str(data), "--port", "0", *options]
        super().__init__(arguments, data.with_suffix(".log"), environment)

    def wait_ready(self) -> dict[str, Any]:
        """Its `demo.json`, as soon as it is written."""

        def look() -> bool:
            assert self.process is not None
            assert self.process.poll() is None, self.errors
            return (self.data / "demo.json").exists()

        until(look, START_LIMIT_S, f"demo.json in {self.data}")
        return self.document

    @property
    def document(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads((self.data / "demo.json").read_text(encoding="utf-8"))
        return found
