"""Sound in memory: 16-bit mono PCM, our own chime, WAV files. What is played is always one whole buffer."""

import io
import math
import wave
from array import array
from dataclasses import dataclass
from functools import cache
from pathlib import Path

RATE_HZ = 22_050  # what espeak makes; enough for speech on a hall's loudspeaker
BYTES_PER_SAMPLE = 2
PEAK = 0.62  # of full scale: loud, with room before clipping when partials add up
SILENT_BELOW = 200  # of 32767: an engine's lead-in and tail are quieter
TRIM_KEPT_S = 0.04  # keeps soft beginnings and ends whole

# (start in s, pitch in Hz, length in s). A falling third, as in stations; rising and quick where help is needed.
CALL_TONES = ((0.0, 659.3, 0.8), (0.38, 523.3, 0.95))
EMERGENCY_TONES = tuple((0.22 * n, pitch, 0.5) for n, pitch in enumerate((784.0, 988.0) * 3))
PARTIALS = ((1.0, 1.0), (2.0, 0.28), (3.01, 0.10))  # of a bar that is struck: (multiple, strength)


class SoundError(Exception):
    """A file is no sound that we can read."""


@dataclass(frozen=True, slots=True)
class Sound:
    """Samples at ``RATE_HZ``, 16 bit, mono, little end first."""

    pcm: bytes

    @property
    def length_s(self) -> float:
        """How long it sounds."""
        return len(self.pcm) / (RATE_HZ * BYTES_PER_SAMPLE)


def silence(length_s: float) -> Sound:
    """Nothing, for *length_s*."""
    return Sound(bytes(BYTES_PER_SAMPLE * round(length_s * RATE_HZ)))


def join(*sounds: Sound) -> Sound:
    """Put sounds one after another into one buffer."""
    return Sound(b"".join(sound.pcm for sound in sounds))


def trim(sound: Sound) -> Sound:
    """Cut the silence at both ends, all but ``TRIM_KEPT_S``; a sound that is silent throughout becomes empty."""
    samples = array("h", sound.pcm)
    loud = (index for index, sample in enumerate(samples) if abs(sample) > SILENT_BELOW)
    first = next(loud, None)
    if first is None:
        return Sound(b"")
    last = next(index for index in range(len(samples) - 1, -1, -1) if abs(samples[index]) > SILENT_BELOW)
    kept = round(TRIM_KEPT_S * RATE_HZ)
    return Sound(samples[max(0, first - kept) : last + kept].tobytes())


@cache
def chime(is_emergency: bool = False) -> Sound:
    """The sound before a call: two struck tones; six quick ones for an emergency."""
    tones = EMERGENCY_TONES if is_emergency else CALL_TONES
    mixed = [0.0] * round(max(start + length for start, _, length in tones) * RATE_HZ)
    for start, pitch, length in tones:
        first = round(start * RATE_HZ)
        for index, value in enumerate(_tone(pitch, length)):
            mixed[first + index] += value
    loudest = max(abs(value) for value in mixed)
    return Sound(array("h", [round(value / loudest * PEAK * 32767) for value in mixed]).tobytes())


def _tone(pitch: float, length_s: float) -> list[float]:
    count = int(length_s * RATE_HZ)
    attack, release = 0.004 * RATE_HZ, 0.05 * RATE_HZ
    values = []
    for index in range(count):
        at = index / RATE_HZ
        shape = min(1.0, index / attack, (count - index) / release) * math.exp(-3.2 * at)
        wave_sum = sum(strength * math.sin(2 * math.pi * pitch * multiple * at) for multiple, strength in PARTIALS)
        values.append(shape * wave_sum)
    return values


def wav_bytes(sound: Sound) -> bytes:
    """The sound as a WAV file."""
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(BYTES_PER_SAMPLE)
        file.setframerate(RATE_HZ)
        file.writeframes(sound.pcm)
    return buffer.getvalue()


def read_sound(path: Path) -> Sound:
    """
    Read a WAV, FLAC, MP3 or OGG file of any rate and number of channels.

    Raises:
        SoundError: It is none of these, or it cannot be read.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise SoundError(f"{path.name}: {error.strerror}") from error
    plain = _plain_wav(content)
    return plain if plain is not None else _decode(path.name, content)


def _plain_wav(content: bytes) -> Sound | None:
    """Our own format, without a decoder: it is what engines write and what calls wait for."""
    try:
        with wave.open(io.BytesIO(content)) as file:
            shape = (file.getnchannels(), file.getsampwidth(), file.getframerate())
            return Sound(file.readframes(file.getnframes())) if shape == (1, BYTES_PER_SAMPLE, RATE_HZ) else None
    except (wave.Error, EOFError):
        return None


def _decode(name: str, content: bytes) -> Sound:
    import miniaudio  # 20 ms, and only for recordings in another format

    try:
        decoded = miniaudio.decode(content, miniaudio.SampleFormat.SIGNED16, 1, RATE_HZ)
    except miniaudio.MiniaudioError as error:
        raise SoundError(f"{name}: not a sound") from error
    return Sound(decoded.samples.tobytes())
