"""
The speech engine as seen from the agent: one child process for each utterance, watched and, if need be, ended.

A warm spare child always waits, so an utterance costs its synthesis only. Whatever a child does wrong (hangs, dies,
returns without a file, speaks with another voice) costs one retry with the next child, then a ``VoiceError``.
"""

import asyncio
import json
import subprocess
import sys
import uuid
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import structlog

from display.numerals import Region
from display.sound import Sound, SoundError, read_sound

log = structlog.get_logger()

CHILD = (sys.executable, "-m", "display.speech_child")
WARM_UP_LIMIT_S = 6.0  # a cold start on a busy old PC; 0.1 s is usual
MAKE_LIMIT_S = 1.2  # 0.02 s is usual; two tries must end before the server gives the call to another speaker (3 s)
ENDS_BY_ITSELF_S = 0.5  # then it is ended; nobody waits for this
ATTEMPTS = 2
AT_ONCE_MAX = 4  # children that speak: ten areas that call in one second must not start twenty
SPARES_MAX = 2  # a call in two languages finds both warm; one has 25 MB
LINE_BYTES_MAX = 256 * 1024  # the list of 141 voices has 15 kB
NO_WINDOW: int = getattr(subprocess, "CREATE_NO_WINDOW", 0)  # Windows would flash a console at each call
FINAL = frozenset({"voice_missing", "engine_missing"})  # a second try would end the same

TAGS = {"en": ("en-us", "en-gb", "en")}
VIETNAMESE_TAGS = {Region.NORTH: ("vi",), Region.SOUTH: ("vi-vn-x-south", "vi")}

# Seconds that espeak takes at the child's rate: per word, per pause, and around the sentence. Seen, ±15 %.
WORD_S, PAUSE_S, AROUND_S = 0.32, 0.26, 0.42
# An English voice spells Vietnamese out: twice to three times as long. Half as long is a file cut off.
LENGTH_BOUNDS = (0.5, 1.6)
NATIVE_RATES = {"sapi5": (0.3, 2.2), "nsss": (0.3, 2.2)}  # these round the rate; their voices are known by language


class VoiceError(Exception):
    """No utterance came of it; ``code`` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass
class _Child:
    process: asyncio.subprocess.Process
    voices: list[dict[str, Any]] = field(default_factory=list)


class Engine:
    """
    Makes utterances.

    Args:
        folder: For part files; made if missing, left empty.
        region: Which Vietnamese voice is preferred.
        command: The child's command line.
    """

    def __init__(
        self,
        folder: Path,
        region: Region = Region.NORTH,
        command: Sequence[str] = CHILD,
        make_limit_s: float = MAKE_LIMIT_S,
    ) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self._region = region
        self._command = command
        self._make_limit_s = make_limit_s
        self._spares: deque[asyncio.Task[_Child]] = deque()
        self._spares_kept = 1
        self._turns = asyncio.Semaphore(AT_ONCE_MAX)
        self._endings: set[asyncio.Task[None]] = set()

    async def start(self, languages: Sequence[str]) -> dict[str, str | None]:
        """Warm up, and try a word in each language: the voice that speaks it, or None where none does."""
        self._spares_kept = max(1, min(len(languages), SPARES_MAX))
        self._refill(self._spares_kept)
        voices: dict[str, str | None] = {}
        for language in languages:
            try:
                voices[language] = (await self._make("một." if language == "vi" else "one.", language))[0]
            except VoiceError as error:
                voices[language] = None
                log.warning("voice.missing", language=language, reason=error.code)
        return voices

    async def make(self, text: str, language: str) -> Sound:
        """
        Speak *text*, words only.

        Raises:
            VoiceError: ``engine_missing``, ``voice_missing``, ``wrong_voice``, ``wrong_rate``, ``wrong_length``,
                ``unfinished``, ``timeout`` or ``crashed``; the last of two tries.
        """
        return (await self._make(text, language))[1]

    async def close(self) -> None:
        """End the spare children; one that is just being started is let start first, so that it can be ended by id."""
        spares = list(self._spares)
        self._spares.clear()
        children = await asyncio.gather(*spares)
        await asyncio.gather(*(_end(child) for child in children), *self._endings)

    async def _make(self, text: str, language: str) -> tuple[str, Sound]:
        for attempt in range(1, ATTEMPTS + 1):
            try:
                async with self._turns:
                    return await self._try(text, language)
            except VoiceError as error:
                if error.code in FINAL or attempt == ATTEMPTS:
                    raise
                log.warning("voice.retried", language=language, reason=error.code)
        raise AssertionError("unreachable: the last attempt returns or raises")

    async def _try(self, text: str, language: str) -> tuple[str, Sound]:
        child = await self._take()
        part = self._folder / f"{uuid.uuid4().hex}.wav.part"
        try:
            answer = await self._ask(child, text, language, part)
            sound = read_sound(part)
        except SoundError as error:
            raise VoiceError("unfinished") from error
        finally:
            self._end_later(child, part)
        driver = next((voice["driver"] for voice in child.voices if voice["id"] == answer["voice"]), "")
        if not is_plausible(sound.length_s, text, driver):
            raise VoiceError("wrong_length")
        return answer["voice"], sound

    async def _ask(self, child: _Child, text: str, language: str, part: Path) -> dict[str, str]:
        if not child.voices:
            raise VoiceError("engine_missing")
        tags = VIETNAMESE_TAGS[self._region] if language == "vi" else TAGS.get(language, (language,))
        request = {"text": text, "tags": tags, "path": str(part)}
        answer = await _exchange(child.process, request, self._make_limit_s)
        if "voice" not in answer:
            raise VoiceError(str(answer.get("error", "crashed")))
        return answer

    async def _take(self) -> _Child:
        """Take a spare child and start the next one. One that has died meanwhile is replaced without a word."""
        for _ in range(ATTEMPTS * SPARES_MAX):
            self._refill(1)
            spare = self._spares.popleft()
            self._refill(self._spares_kept)
            try:
                child = await asyncio.shield(spare)
            except asyncio.CancelledError:
                self._spares.appendleft(spare)
                raise
            if child.process.returncode is None:
                return child
        raise VoiceError("crashed")

    def _refill(self, at_least: int) -> None:
        while len(self._spares) < at_least:
            self._spares.append(asyncio.create_task(self._warm_up()))

    async def _warm_up(self) -> _Child:
        process = await asyncio.create_subprocess_exec(
            *self._command,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            limit=LINE_BYTES_MAX,
            creationflags=NO_WINDOW,
        )
        child = _Child(process)
        try:
            child.voices = (await _exchange(process, None, WARM_UP_LIMIT_S)).get("voices", [])
        except VoiceError:
            await _end(child)
        return child

    def _end_later(self, child: _Child, part: Path) -> None:
        """Clear up behind an utterance without making the call wait for it."""

        task = asyncio.create_task(_end(child))
        self._endings.add(task)
        task.add_done_callback(self._endings.discard)
        task.add_done_callback(lambda _ended: part.unlink(missing_ok=True))


def is_plausible(length_s: float, text: str, driver: str = "") -> bool:
    """Judge by its length whether *text* was spoken, whole and by a voice of its language."""
    pauses = text.count(",") + text.count(".") - 1
    expected_s = AROUND_S + WORD_S * len(text.split()) + PAUSE_S * pauses
    shortest, longest = NATIVE_RATES.get(driver, LENGTH_BOUNDS)
    return shortest * expected_s <= length_s <= longest * expected_s


async def _exchange(
    process: asyncio.subprocess.Process, request: dict[str, Any] | None, limit_s: float
) -> dict[str, Any]:
    """Send one line, if any, and read one within *limit_s*."""
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        async with asyncio.timeout(limit_s):
            if request is not None:
                process.stdin.write(json.dumps(request).encode() + b"\n")
                await process.stdin.drain()
            answer = json.loads(await process.stdout.readline())
    except TimeoutError as error:
        raise VoiceError("timeout") from error
    except (OSError, ValueError) as error:  # a broken pipe; an end without an answer
        raise VoiceError("crashed") from error
    if not isinstance(answer, dict):
        raise VoiceError("crashed")
    return answer


async def _end(child: _Child) -> None:
    """Let a child end by itself (the end of its input ends it), else end it by its id; and wait for it."""
    if child.process.stdin is not None:
        child.process.stdin.close()
    try:
        async with asyncio.timeout(ENDS_BY_ITSELF_S):
            await child.process.wait()
    except TimeoutError:
        child.process.kill()
        await child.process.wait()
