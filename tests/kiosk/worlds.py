"""The real kiosk agent as a process, beside a hospital and a virtual printer, and a patient's finger over HTTP."""

import json
import os
import ssl
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from printer.virtual.run import VirtualPrinter
from tests.kiosk.hospital import TOKEN, Hospital

ROOT = Path(__file__).parents[2]
LIMIT_S = 15.0


class Agent:
    """A running ``python -m kiosk``; ``log`` is read when it has ended."""

    def __init__(self, hospital: Hospital, printer: str, data: Path, *more: str, port: int = 0) -> None:
        command = [sys.executable, "-m", "kiosk", "--server", hospital.url, "--printer", printer, "--data", str(data)]
        self._log_path = data.parent / f"{data.name}.log"
        with self._log_path.open("ab") as log:
            self.process = subprocess.Popen(
                [*command, "--port", str(port), *more],
                cwd=ROOT,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                env={**os.environ, "LUOT_TOKEN": TOKEN},
            )
        assert self.process.stdout is not None
        self.ready: dict[str, Any] = json.loads(self.process.stdout.readline() or "{}")

    @property
    def url(self) -> str:
        return str(self.ready["url"])

    @property
    def port(self) -> int:
        return int(self.url.rsplit(":", 1)[1].rstrip("/"))

    @property
    def log(self) -> str:
        return self._log_path.read_text(encoding="utf-8")

    def kill(self) -> None:
        """As a power cut does it."""
        self.process.kill()
        self._gone()

    def end(self) -> int:
        """As a supervisor does it; returns the exit code."""
        if self.process.poll() is None:
            self.process.terminate()
        return self._gone()

    def _gone(self) -> int:
        code = self.process.wait(LIMIT_S)
        assert self.process.stdout is not None
        self.process.stdout.close()
        return code


class World:
    """One hospital, one printer and the kiosk's data folder; agents come and go."""

    def __init__(self, folder: Path, tls: ssl.SSLContext | None = None) -> None:
        self.data = folder / "kiosk"
        self.papers = folder / "papers"
        self.hospital = Hospital(tls)
        self.printer = VirtualPrinter(self.papers, speed_mm_s=1000.0)
        self._agents: list[Agent] = []

    def start(self, *more: str, port: int = 0) -> Agent:
        agent = Agent(self.hospital, self.printer.address, self.data, *more, port=port)
        self._agents.append(agent)
        return agent

    def close(self) -> None:
        for agent in self._agents:
            agent.end()
        self.hospital.close()

    def mood(self, state: str) -> None:
        """Make the printer misbehave, or mend it with ``ok``."""
        httpx.post(f"{self.printer.control_url}state", json={"state": state}, trust_env=False).raise_for_status()

    def papers_out(self) -> int:
        return len(list(self.papers.glob("*.png")))


@contextmanager
def world(folder: Path, tls: ssl.SSLContext | None = None) -> Iterator[World]:
    """A world that is up, over https with *tls*; everything of it ends with the block."""
    made = World(folder, tls)
    try:
        with made.printer:
            yield made
    finally:
        made.close()


def tap(agent: Agent, key: str, **changes: Any) -> httpx.Response:
    body = {"key": key, "service": "noi", "class": None, "language": "vi", **changes}
    return httpx.post(f"{agent.url}api/kiosk/tap", json=body, trust_env=False)


def where(agent: Agent, key: str) -> dict[str, Any]:
    answer = httpx.get(f"{agent.url}api/kiosk/tap/{key}", trust_env=False)
    return dict(answer.json())


def state(agent: Agent) -> dict[str, Any]:
    return dict(httpx.get(f"{agent.url}api/kiosk/state", trust_env=False).json())


def until(claim: Callable[[], bool], limit_s: float = LIMIT_S) -> None:
    """Wait until *claim* holds; it is asked again and again and never slept for longer than needed."""
    end = time.monotonic() + limit_s
    while not claim():
        assert time.monotonic() < end, "it did not come true"
        time.sleep(0.02)
