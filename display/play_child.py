"""
Plays a WAV file with miniaudio: ``python -m display.play_child FILE``. Without FILE it only says, by its exit status,
whether this machine can play at all.

It is a process of its own because a sound driver that hangs cannot be ended from inside.
"""

import sys
import threading
from pathlib import Path

import miniaudio

from display.sound import RATE_HZ, read_sound

DRAIN_S = 0.2  # what the device still holds when the last sample has been handed over


def main(arguments: list[str]) -> int:
    """Play, and return the exit status: 0 when it was played to the end, 1 when nothing can play here."""
    try:
        if not arguments:
            return 0 if _has_device() else 1
        _play(Path(arguments[0]))
    except miniaudio.MiniaudioError:
        return 1
    return 0


def _has_device() -> bool:
    """Whether there is a real output: miniaudio's own null device plays into nothing and does not count."""
    devices = miniaudio.Devices()
    return devices.backend.lower() != "null" and bool(devices.get_playbacks())


def _play(path: Path) -> None:
    sound = read_sound(path)
    finished = threading.Event()
    with miniaudio.PlaybackDevice(miniaudio.SampleFormat.SIGNED16, 1, RATE_HZ) as device:
        stream = miniaudio.stream_raw_pcm_memory(sound.pcm, 1, 2)
        guarded = miniaudio.stream_with_callbacks(stream, end_callback=finished.set)
        next(guarded)  # miniaudio wants a generator that has begun
        device.start(guarded)
        finished.wait()  # a device that hangs is ended by the parent
        threading.Event().wait(DRAIN_S)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
