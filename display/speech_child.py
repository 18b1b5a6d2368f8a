"""
The child process that makes one utterance with pyttsx3 and ends: ``python -m display.speech_child``.

pyttsx3 may mix up, repeat or lose utterances when one process makes several; a process that makes a single one cannot.
It warms up first, says which voices it has, and waits for its one request. Both ways one JSON object a line:

    ->  {"voices": [{"driver", "id", "languages": ["vi"]}]}    ready; an empty list = no engine here
    <-  {"text", "tags": ["vi"], "path": "….part"}             tags: languages, the best first
    ->  {"voice": "aav/vi"}  or  {"error": "voice_missing" | "wrong_voice" | "wrong_rate" | "unfinished"}

It never speaks with a voice of another language. The end of its input, before a request, ends it: it outlives nobody.
"""

import ctypes
import importlib
import io
import json
import os
import signal
import sys
import threading
from collections.abc import Sequence
from typing import Any, TextIO

DRIVERS = {"win32": ("sapi5", "espeak"), "darwin": ("nsss", "espeak")}
WAITS_BY_ITSELF = frozenset({"sapi5"})  # its save_to_file returns when the file is whole, and reports nothing
FINISH_LIMIT_S = 5.0  # the parent loses patience earlier; this ends a child whose parent is gone
RATE_WPM = 140  # 110 to 140 suits a hall, and more calls fit into a minute


def main() -> None:
    """Warm up, make one utterance, end."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C in a terminal reaches children too; the parent decides
    answers, sys.stdout = sys.stdout, io.StringIO()  # pyttsx3 prints
    engines = open_engines()
    voices = {driver: list(engine.getProperty("voices")) for driver, engine in engines.items()}
    known = [
        {"driver": driver, "id": voice.id, "languages": tags_of(voice)}
        for driver, found in voices.items()
        for voice in found
    ]
    _answer(answers, {"voices": known})
    request = sys.stdin.buffer.readline()
    if request:
        _answer(answers, make(engines, known, **json.loads(request)))
    os._exit(0)  # espeak may fail an assertion when it is taken down in order


def open_engines() -> dict[str, Any]:
    """Open pyttsx3 with each of this system's drivers that works, the preferred one first."""
    found = {}
    for driver in DRIVERS.get(sys.platform, ("espeak",)):
        for prepare in (_nothing, _use_bundled_espeak):
            try:
                prepare()
                found[driver] = _open(driver)
                break
            except (ImportError, OSError, RuntimeError, KeyError):
                continue  # no such engine on this machine: the next way, or an empty list of voices
    return found


def _open(driver: str) -> Any:
    engine = importlib.import_module("pyttsx3").init(driver)
    if driver != "espeak":
        engine.setProperty("rate", RATE_WPM)
        return engine
    engine.proxy.setBusy(False)  # from now on settings are made at once and not queued for the loop
    engine.setProperty("rate", RATE_WPM)
    # espeak takes the rate in a thread of its own. If pyttsx3 starts an utterance meanwhile it cancels what is in that
    # thread, and the rate is lost (seen: one utterance in fifteen half as fast again). So: wait until it has arrived.
    _espeak().Synchronize()
    return engine


def _espeak() -> Any:
    return importlib.import_module("pyttsx3.drivers._espeak")


def _has_lost_its_rate(driver: str) -> bool:
    """Ask espeak itself: pyttsx3's own question leaves out "current", and the answer is the default by chance."""
    return driver == "espeak" and _espeak().dll.espeak_GetParameter(_espeak().RATE, 1) != RATE_WPM


def _nothing() -> None:
    pass


def _use_bundled_espeak() -> None:
    """Load the espeak of PyPI's espeakng-loader under the name that pyttsx3 looks for."""
    loader = importlib.import_module("espeakng_loader")
    ctypes.CDLL(loader.get_library_path(), ctypes.RTLD_GLOBAL)
    os.environ["ESPEAK_DATA_PATH"] = loader.get_data_path()


def tags_of(voice: Any) -> list[str]:
    """The languages of a pyttsx3 voice as lower-case tags; drivers disagree on bytes, case and the sign between."""
    texts = [tag.decode("ascii", "ignore") if isinstance(tag, bytes) else str(tag) for tag in voice.languages or []]
    return [text.strip("\0\x05 ").lower().replace("_", "-") for text in texts]


def choose_voice(known: Sequence[dict[str, Any]], tags: Sequence[str]) -> dict[str, Any] | None:
    """Choose the first voice of the first tag that has one, exactly or as its dialect; None rather than another's."""
    for tag in tags:
        for prefix in (None, tag + "-"):
            for voice in known:
                if any(own.startswith(prefix) if prefix else own == tag for own in voice["languages"]):
                    return voice
    return None


def make(
    engines: dict[str, Any], known: Sequence[dict[str, Any]], text: str, tags: list[str], path: str
) -> dict[str, str]:
    """Make the utterance into *path* and answer for the parent."""
    voice = choose_voice(known, tags)
    if voice is None:
        return {"error": "voice_missing"}
    engine = engines[voice["driver"]]
    finished = threading.Event()
    ends: list[bool] = []

    def finish(completed: bool, **_facts: object) -> None:
        ends.append(completed)
        finished.set()

    engine.connect("finished-utterance", finish)
    engine.setProperty("voice", voice["id"])
    engine.save_to_file(text, path)
    engine.runAndWait()
    # runAndWait returns early, nine times of ten under load: the report of the end is what counts.
    if voice["driver"] not in WAITS_BY_ITSELF and not (finished.wait(FINISH_LIMIT_S) and all(ends)):
        return {"error": "unfinished"}
    if engine.getProperty("voice") != voice["id"]:
        return {"error": "wrong_voice"}  # an unknown voice silently becomes English
    if _has_lost_its_rate(voice["driver"]):
        return {"error": "wrong_rate"}
    return {"voice": voice["id"]}


def _answer(answers: TextIO, facts: dict[str, Any]) -> None:
    answers.write(json.dumps(facts) + "\n")
    answers.flush()


if __name__ == "__main__":
    main()
