"""
Plays one buffer: on the sound card through a child process that can be ended, or into a WAV file where there is none.

A sound server may hang, a card may be pulled out: the child gets the sound's length and ``KILL_AFTER_S``, then it is
ended by its id. Playing that ends much too early was not heard and counts as failed.
"""

import asyncio
import os
import re
import shutil
import sys
import tempfile
import uuid
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Protocol

import structlog

from display.engine import NO_WINDOW
from display.sound import Sound, wav_bytes
from server import clock

log = structlog.get_logger()

KILL_AFTER_S = 5.0  # beyond the sound's length
START_GRACE_S = 0.15  # a player without a sound card ends at once; one that lives this long is playing
HEARD_SHARE = 0.8  # a player that took less than this share of the length played into nothing
PROBE_LIMIT_S = 3.0
FILES_KEPT = 500  # an hour of calls or more; a hall's announcements would fill a disk
NAME_LENGTH_MAX = 80
SOUND_CARDS = Path("/proc/asound/cards")

Started = Callable[[], Awaitable[None]]


class PlayError(Exception):
    """The sound was not heard; ``code`` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Player(Protocol):
    """Plays one sound after another; each area has its own."""

    name: str

    async def play(self, sound: Sound, announcement_id: str, started: Started) -> None:
        """
        Play to the end.

        Args:
            started: Awaited once, when the sound really starts.

        Raises:
            PlayError: ``player_failed``, ``player_hung`` or ``cut_short``.
        """


class CommandPlayer:
    """Plays through a command that takes a WAV file as its last word."""

    def __init__(self, name: str, command: Sequence[str], kill_after_s: float = KILL_AFTER_S) -> None:
        self.name = name
        self._command = command
        self._kill_after_s = kill_after_s

    async def play(self, sound: Sound, announcement_id: str, started: Started) -> None:
        """Play to the end (see ``Player``)."""
        handle, name = tempfile.mkstemp(suffix=".wav", prefix="luot-")
        with os.fdopen(handle, "wb") as file:
            file.write(wav_bytes(sound))
        try:
            await self._run(name, sound.length_s, started)
        finally:
            os.unlink(name)

    async def _run(self, path: str, length_s: float, started: Started) -> None:
        try:
            process = await asyncio.create_subprocess_exec(
                *self._command, path, stdin=asyncio.subprocess.DEVNULL, creationflags=NO_WINDOW
            )
        except OSError as error:
            raise PlayError("player_failed") from error
        began = clock.monotonic()
        try:
            await self._wait(process, length_s, started)
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
        if process.returncode != 0:
            raise PlayError("player_failed")
        if clock.monotonic() - began < length_s * HEARD_SHARE:
            raise PlayError("cut_short")

    async def _wait(self, process: asyncio.subprocess.Process, length_s: float, started: Started) -> None:
        try:
            async with asyncio.timeout(min(START_GRACE_S, length_s / 2)):
                await process.wait()
                return
        except TimeoutError:
            await started()
        try:
            async with asyncio.timeout(length_s + self._kill_after_s):
                await process.wait()
        except TimeoutError as error:
            raise PlayError("player_hung") from error


class FilePlayer:
    """
    Writes each announcement to a WAV file, by rename, named by its time and id, so that the names sort by time.

    It takes as long as the sound would last, so that one at a time per area is real; *paced* False skips the wait.
    """

    name = "file"

    def __init__(self, folder: Path, paced: bool = True) -> None:
        self._folder = folder
        self._paced = paced
        folder.mkdir(parents=True, exist_ok=True)

    async def play(self, sound: Sound, announcement_id: str, started: Started) -> None:
        """Write the file as the sound starts, and wait as long as it lasts (see ``Player``)."""
        try:
            self._write(sound, announcement_id)
        except OSError as error:
            log.error("speech.not_written", folder=str(self._folder), reason=str(error))
            raise PlayError("player_failed") from error
        await started()
        if self._paced:
            await asyncio.sleep(sound.length_s)

    def _write(self, sound: Sound, announcement_id: str) -> None:
        part = self._folder / f"{uuid.uuid4().hex}.part"
        part.write_bytes(wav_bytes(sound))
        part.replace(self._folder / file_name(clock.now(), announcement_id))
        for old in sorted(self._folder.glob("*.wav"))[:-FILES_KEPT]:
            old.unlink(missing_ok=True)


def file_name(at: datetime, announcement_id: str) -> str:
    """``20260302T003000-123456Z_ID.wav``; *at* in UTC."""
    safe = re.sub(r"[^A-Za-z0-9-]", "-", announcement_id)[:NAME_LENGTH_MAX]
    return f"{at:%Y%m%dT%H%M%S-%fZ}_{safe}.wav"


async def find_player(output: Path | None, otherwise: Path, paced: bool = True, device: str | None = None) -> Player:
    """
    Find what plays on this machine.

    Args:
        output: Render into this folder and look no further.
        otherwise: The folder to render into where there is no sound card.
        device: The sound output's name, as the player calls it; None means the usual one.
    """
    if output is not None:
        return FilePlayer(output, paced)
    paplay, pactl, aplay = (shutil.which(name) for name in ("paplay", "pactl", "aplay"))
    if paplay and pactl and reaches_a_sink(await _ask(pactl, "info")):
        return CommandPlayer("paplay", [paplay, *([f"--device={device}"] if device else [])])
    if aplay and has_sound_card():
        return CommandPlayer("aplay", [aplay, "-q", *(["-D", device] if device else [])])
    child = (sys.executable, "-m", "display.play_child")
    if await _ask(*child) is not None:
        return CommandPlayer("miniaudio", child)
    log.warning("sound.missing", folder=str(otherwise), reason="no sound card: announcements become WAV files")
    return FilePlayer(otherwise, paced)


def has_sound_card(cards: Path = SOUND_CARDS) -> bool:
    """Whether Linux lists a sound card."""
    try:
        return "]:" in cards.read_text(encoding="utf-8")
    except OSError:
        return False


def reaches_a_sink(info: str | None) -> bool:
    """Whether a PulseAudio server (its ``pactl info``) plays anywhere: without a card it plays into ``auto_null``."""
    return info is not None and "auto_null" not in info


async def _ask(*command: str) -> str | None:
    """What a command prints; None if it fails or takes too long."""
    try:
        process = await asyncio.create_subprocess_exec(
            *command,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            creationflags=NO_WINDOW,
        )
    except OSError:
        return None
    try:
        async with asyncio.timeout(PROBE_LIMIT_S):
            printed, _ = await process.communicate()
    except TimeoutError:
        process.kill()
        await process.wait()
        return None
    return printed.decode("utf-8", "replace") if process.returncode == 0 else None
