"""
Stands in for pyttsx3 in the child process, and does what the real one has been seen to do wrong.

``LUOT_TEST_FAULT`` names the fault; with ``LUOT_TEST_ONCE`` (a file's path) only the first utterance has it.
"""

import os
import threading
import wave
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

RATE_HZ = 22_050
WORD_S = 0.33


def init(_driver: str) -> "Engine":
    if _fault("engine"):
        raise RuntimeError("no engine here")
    return Engine()


class Engine:
    def __init__(self) -> None:
        self.proxy = SimpleNamespace(setBusy=lambda _busy: None)
        self._properties: dict[str, Any] = {"voice": "aav/vi", "rate": 200}
        self._finished: Callable[..., None] = lambda **_facts: None
        self._order = ("", "")

    def connect(self, _topic: str, callback: Callable[..., None]) -> None:
        self._finished = callback

    def getProperty(self, name: str) -> Any:
        english = [SimpleNamespace(id="gmw/en-us", languages=["en-us"])]
        if name == "voices":
            return (
                english if _fault("only_english") else [*english, SimpleNamespace(id="aav/vi", languages=[b"\x05vi"])]
            )
        return self._properties[name]

    def setProperty(self, name: str, value: object) -> None:
        if not (name == "voice" and _fault("other_voice")):
            self._properties[name] = value

    def save_to_file(self, text: str, path: str) -> None:
        self._order = (text, path)

    def runAndWait(self) -> None:
        text, path = self._order
        if _first("hang"):
            threading.Event().wait()
        if _first("crash"):
            os._exit(139)
        if _first("early"):
            return
        if _first("cancelled"):
            self._finished(completed=False)
            return
        if not _first("no_file"):
            share = 3 if _first("long") else 0.3 if _first("short") else 1
            _write(path, share * WORD_S * (1 + len(text.split())), b"not a sound" if _first("garbage") else None)
        self._finished(completed=True)


def _write(path: str, length_s: float, instead: bytes | None) -> None:
    if instead is not None:
        Path(path).write_bytes(instead)
        return
    with wave.open(path, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE_HZ)
        file.writeframes(b"\x00\x20" * round(length_s * RATE_HZ))


def _fault(name: str) -> bool:
    return os.environ.get("LUOT_TEST_FAULT") == name


def _first(name: str) -> bool:
    """Whether this utterance has the fault; with a mark on disk only the first one has."""
    mark = os.environ.get("LUOT_TEST_ONCE")
    if not _fault(name) or mark is None:
        return _fault(name)
    try:
        Path(mark).touch(exist_ok=False)
    except FileExistsError:
        return False
    return True
