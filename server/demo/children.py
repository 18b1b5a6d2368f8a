"""The demo's other programs as processes of their own: started, watched, started again, stopped."""

from __future__ import annotations

import json
import os
import queue
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import IO, Any, Final

import structlog

log = structlog.get_logger()
READY_LIMIT_S: Final = 60.0
STOP_LIMIT_S: Final = 8.0
#: A program that ends by itself is started again, but not more often than this.
AGAIN_AFTER_S: Final = 1.0


class ChildEndedError(Exception):
    """The program ended while starting."""

    def __init__(self, name: str, problem: str) -> None:
        super().__init__(name)
        self.name, self.problem = name, problem


class ChildSilentError(Exception):
    """The program did not say that it is ready."""

    def __init__(self, name: str, log_file: Path) -> None:
        super().__init__(name)
        self.name, self.log_file = name, log_file


class StoppedError(Exception):
    """Somebody wants the end while a program is still starting."""


class Child:
    """
    One program.

    Args:
        name: For logs and messages.
        arguments: What follows ``python -m``.
        folder: Where its log file goes.
        stopping: Set when everything is to end: then nothing is waited for.
    """

    def __init__(self, name: str, arguments: Sequence[str], folder: Path, stopping: threading.Event) -> None:
        self.name = name
        self._stopping = stopping
        self.log_file = folder / f"{name}.log"
        self._arguments = [sys.executable, "-m", *arguments]
        self._process: subprocess.Popen[str] | None = None
        self._started_s = 0.0

    def start(self) -> None:
        """Start it; `wait_ready` waits for its line."""
        self._started_s = time.monotonic()
        self._lines: queue.Queue[str] = queue.Queue(maxsize=100)
        with self.log_file.open("a", encoding="utf-8") as errors:
            self._process = subprocess.Popen(
                self._arguments,
                stdout=subprocess.PIPE,
                stderr=errors,
                stdin=subprocess.DEVNULL,
                text=True,
                encoding="utf-8",
                env={**os.environ, "PYTHONUNBUFFERED": "1", "PYTHONUTF8": "1"},
            )
        threading.Thread(target=self._read, args=(self._process.stdout,), daemon=True).start()

    def wait_ready(self) -> dict[str, Any]:
        """
        The line of JSON that it prints when it is ready.

        Raises:
            ChildEndedError, ChildSilentError, StoppedError.
        """
        end_s = time.monotonic() + READY_LIMIT_S
        while time.monotonic() < end_s:
            if self._stopping.is_set():  # Ctrl-C reaches the child too, and then its end is no fault
                raise StoppedError()
            try:
                found: dict[str, Any] = json.loads(self._lines.get(timeout=0.1))
                return found
            except queue.Empty:
                if self._process is not None and self._process.poll() is not None:
                    raise ChildEndedError(self.name, self._last_line()) from None
            except ValueError:
                continue
        raise ChildSilentError(self.name, self.log_file)

    def watch(self) -> None:
        """Start it again when it has ended by itself."""
        if self._process is None or self._process.poll() is None:
            return
        if time.monotonic() - self._started_s >= AGAIN_AFTER_S:
            log.warning("demo.started_again", program=self.name, status=self._process.returncode)
            self.start()

    def ask_to_stop(self) -> None:
        """Ask; `stop` waits."""
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()

    def stop(self) -> None:
        """Wait for its end, and end it when it does not come."""
        if self._process is None:
            return
        try:
            self._process.wait(STOP_LIMIT_S)
        except subprocess.TimeoutExpired:
            log.warning("demo.killed", program=self.name)
            self._process.kill()
            self._process.wait()

    def _read(self, stream: IO[str] | None) -> None:
        for line in stream or ():
            try:
                self._lines.put_nowait(line)
            except queue.Full:
                continue

    def _last_line(self) -> str:
        lines = self.log_file.read_text(encoding="utf-8", errors="replace").strip().splitlines()
        return lines[-1][-300:] if lines else f"exit status {self._process.returncode if self._process else '?'}"


def free_ports(count: int) -> list[int]:
    """So many different ports that are free now."""
    with ExitStack() as held:
        found = [held.enter_context(socket.socket()) for _ in range(count)]
        for each in found:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in found]
