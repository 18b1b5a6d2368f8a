"""
A whole hospital on one machine: `luot-server demo`.

Server, kiosk, virtual printer, hall display and speaker run as processes of their own, as they would on machines of
their own; this module starts them in order, writes `demo.json` when everything answers, and stops them with Ctrl-C.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
import time
import webbrowser
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any, Final

import httpx
import structlog

from server import words
from server.actions.setup import SetupError
from server.commanding import open_database, put_in_force, reader_language
from server.demo.children import Child, ChildEndedError, ChildSilentError, StoppedError, free_ports
from server.demo.life import Life
from server.demo.links import start_links
from server.demo.seed import Seeded, demo_hospital, find_hospital, seed
from server.locks import InUseError, hold
from server.serving import PortTakenError, listen

log = structlog.get_logger()
HOST: Final = "127.0.0.1"
WATCH_S: Final = 0.5
ANSWER_LIMIT_S: Final = 30.0


class DemoError(Exception):
    """The demo cannot start; *code* names the sentence."""

    def __init__(self, code: str, **facts: object) -> None:
        super().__init__(code)
        self.code, self.facts = code, facts


@dataclass(frozen=True, slots=True)
class DemoSettings:
    """What the command line said."""

    data: Path
    port: int
    hospital: str
    patients: int
    speed: float
    is_opened: bool


def run_demo(settings: DemoSettings) -> None:
    """
    Run until Ctrl-C or SIGTERM.

    Raises:
        DemoError: Something is missing or taken; nothing was left running.
    """
    stopping = threading.Event()
    _stop_on_signals(stopping)
    demo = _Demo(settings, stopping)
    try:
        demo.start()
        demo.watch()
    except StoppedError:
        log.debug("demo.stopped_while_starting")
    except ChildEndedError as error:
        raise DemoError("process_ended", name=error.name, problem=error.problem) from error
    except ChildSilentError as error:
        raise DemoError("process_silent", name=error.name, seconds=60, log=error.log_file) from error
    finally:
        demo.stop()
    sys.stderr.write(words.sentence("command", "demo_stopped", reader_language()) + "\n")


class _Demo:
    def __init__(self, settings: DemoSettings, stopping: threading.Event) -> None:
        self.settings = settings
        self.stopping = stopping
        self.folder = settings.data
        self.children: list[Child] = []
        self.life: Life | None = None

    def start(self) -> None:
        with suppress(OSError):  # a folder that cannot be written gets its sentence from `open_database`
            self.folder.mkdir(parents=True, exist_ok=True)
            self._hold()
            (self.folder / "demo.json").unlink(missing_ok=True)
        path = find_hospital(self.settings.hospital)
        if path is None:
            raise DemoError("hospital_unknown", value=self.settings.hospital)
        try:
            hospital = demo_hospital(path)
        except SetupError as error:
            raise DemoError("file_mistakes", file=path, count=len(error.mistakes)) from error
        database = open_database(self.folder)
        port = self._free_port_of_server()
        put_in_force(database, hospital)
        seeded = seed(database, hospital)
        for name in ("logs", "printer", "speech", "kiosk", "speaker", "tokens"):
            (self.folder / name).mkdir(exist_ok=True)
        self._start_programs(seeded, port)

    def _hold(self) -> None:
        """Before anything is changed: a second demo would give the first one's devices new tokens."""
        try:
            hold(self.folder, "server").close()
            self._held = hold(self.folder, "demo")
        except InUseError as error:
            raise DemoError("data_in_use", data=self.folder) from error

    def _free_port_of_server(self) -> int:
        try:
            probe = listen(HOST, self.settings.port)
        except PortTakenError as error:
            raise DemoError("port_taken", host=HOST, port=self.settings.port) from error
        port: int = probe.getsockname()[1]
        probe.close()
        return port

    def _start_programs(self, seeded: Seeded, port: int) -> None:
        folder, base = self.folder, f"http://{HOST}:{port}"
        # Chosen here and not by each program, so that one that is started again is found where it was.
        kiosk_port, display_port, paper_port, control_port = free_ports(4)
        control = f"http://{HOST}:{control_port}"
        printer = self._child(
            "printer",
            ["printer", "virtual", "--output", str(folder / "printer"), "--port", str(paper_port),
             "--control-port", str(control_port)],
        )  # fmt: skip
        printer.wait_ready()
        links = start_links(base, kiosk_port, display_port, control, seeded)
        _write(folder / "links.json", links)
        server = self._child(
            "server",
            ["server", "serve", "--data", str(folder), "--host", HOST, "--port", str(port),
             "--demo-links", str(folder / "links.json")],
        )  # fmt: skip
        server.wait_ready()
        others = [
            self._child(
                "kiosk",
                ["kiosk", "--server", base, "--token-file", self._token(seeded, "kiosk"), "--printer",
                 f"tcp://{HOST}:{paper_port}", "--port", str(kiosk_port), "--data", str(folder / "kiosk")],
            ),
            self._child(
                "display",
                ["display", "board", "--server", base, "--token-file", self._token(seeded, "display"), "--area",
                 next(iter(seeded.hospital.areas)), "--port", str(display_port)],
            ),
            self._child("speaker", self._speaker_arguments(seeded, base)),
        ]  # fmt: skip
        for child in others:
            child.wait_ready()
        document = {**links, **self._document(seeded)}
        for url in (f"{base}/readyz", f"http://{HOST}:{kiosk_port}/", f"http://{HOST}:{display_port}/"):
            self._wait_for(url)
        del document["links"]
        _write(folder / "demo.json", document)
        self._welcome(seeded, base, document)

    def _speaker_arguments(self, seeded: Seeded, base: str) -> list[str]:
        areas = [part for area in seeded.hospital.areas.values() if area.has_speaker for part in ("--area", area.code)]
        return [
            "display", "speaker", "--server", base, "--token-file", self._token(seeded, "speaker"), *areas,
            "--state-dir", str(self.folder / "speaker"), "--output", str(self.folder / "speech"),
        ]  # fmt: skip

    def _child(self, name: str, arguments: list[str]) -> Child:
        child = Child(name, arguments, self.folder / "logs", self.stopping)
        self.children.append(child)
        child.start()
        return child

    def _token(self, seeded: Seeded, role: str) -> str:
        """A file with a role's token, so that no secret stands on a command line."""
        path = self.folder / "tokens" / role
        path.touch(mode=0o600)
        path.write_text(seeded.tokens[role], encoding="ascii")
        return str(path)

    def _document(self, seeded: Seeded) -> dict[str, Any]:
        hospital = seeded.hospital
        return {
            "devices": {role: {"token": token} for role, token in seeded.tokens.items()},
            "services": [code for code, service in hospital.services.items() if service.at_kiosk],
            "rooms": list(hospital.rooms),
            "areas": list(hospital.areas),
            "printer_output": str(self.folder.resolve() / "printer"),
            "speech_output": str(self.folder.resolve() / "speech"),
        }

    def _welcome(self, seeded: Seeded, base: str, document: dict[str, Any]) -> None:
        facts = {"url": document["start_url"]}
        sys.stderr.write("\n" + words.sentence("command", "demo_ready", reader_language(), facts) + "\n\n")
        if self.settings.is_opened:
            webbrowser.open(document["start_url"])
        if self.settings.patients:
            self.life = Life(base, seeded, self.settings.patients, self.settings.speed)
            self.life.start()

    def watch(self) -> None:
        while not self.stopping.wait(WATCH_S):
            for child in self.children:
                child.watch()

    def _wait_for(self, url: str) -> None:
        """Until *url* answers."""
        end_s = time.monotonic() + ANSWER_LIMIT_S
        while not _answers(url):
            if self.stopping.wait(0.05):
                raise StoppedError()
            if time.monotonic() > end_s:
                raise DemoError("process_silent", name=url, seconds=int(ANSWER_LIMIT_S), log=self.folder / "logs")

    def stop(self) -> None:
        if self.life is not None:
            self.life.stop()
        # Those who talk go before those who listen: speaker, display and kiosk before server and printer.
        for child in reversed(self.children):
            child.ask_to_stop()
        for child in self.children:
            child.stop()


def _write(path: Path, document: dict[str, Any]) -> None:
    part = path.with_suffix(".part")
    part.touch(mode=0o600)
    part.write_text(json.dumps(document, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    os.replace(part, path)


def _answers(url: str) -> bool:
    try:
        return httpx.get(url, timeout=2.0, trust_env=False).status_code < 500
    except httpx.HTTPError:
        return False


def _stop_on_signals(stopping: threading.Event) -> None:
    def stop(_number: int, _frame: FrameType | None) -> None:
        if stopping.is_set():
            raise KeyboardInterrupt
        stopping.set()

    signal.signal(signal.SIGINT, stop)
    signal.signal(signal.SIGTERM, stop)
