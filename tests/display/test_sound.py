import io
import math
import struct
import wave
from array import array
from pathlib import Path

import numpy as np
import pytest

from display.sound import RATE_HZ, Sound, SoundError, chime, join, read_sound, silence, trim, wav_bytes


def tone(length_s: float) -> Sound:
    samples = [round(9000 * math.sin(index / 9)) for index in range(round(length_s * RATE_HZ))]
    return Sound(array("h", samples).tobytes())


def test_a_joined_sound_is_as_long_as_its_pieces() -> None:
    assert join(tone(0.5), silence(0.25), tone(1)).length_s == pytest.approx(1.75, abs=0.001)


def test_trimming_cuts_the_silence_at_both_ends_only() -> None:
    inside = join(tone(0.3), silence(0.4), tone(0.3))
    assert trim(join(silence(1), inside, silence(2))).length_s == pytest.approx(inside.length_s + 0.08, abs=0.005)


def test_a_silent_sound_is_trimmed_to_nothing() -> None:
    assert trim(silence(1)) == Sound(b"")


def test_the_chime_is_loud_never_clips_and_fades_out() -> None:
    for is_emergency in (False, True):
        samples = np.frombuffer(chime(is_emergency).pcm, np.int16).astype(int)
        assert 0.5 * 32767 < np.abs(samples).max() < 0.7 * 32767
        assert np.abs(samples[-50:]).max() < 300


def test_the_chime_falls_by_a_third_and_an_emergency_sounds_otherwise() -> None:
    samples = np.frombuffer(chime().pcm, np.int16).astype(float)

    def pitch(start_s: float, length_s: float) -> float:
        part = samples[round(start_s * RATE_HZ) : round((start_s + length_s) * RATE_HZ)]
        spectrum = np.abs(np.fft.rfft(part * np.hanning(len(part))))
        return float(spectrum.argmax() * RATE_HZ / len(part))

    assert (pitch(0, 0.36), pitch(0.8, 0.4)) == pytest.approx((659, 523), abs=6)
    assert chime(True) != chime()


def test_a_written_sound_is_read_back_as_it_was(tmp_path: Path) -> None:
    (tmp_path / "a.wav").write_bytes(wav_bytes(tone(0.2)))
    assert read_sound(tmp_path / "a.wav") == tone(0.2)


def test_a_recording_in_another_format_is_brought_to_ours(tmp_path: Path) -> None:
    with wave.open(str(tmp_path / "a.wav"), "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(44_100)
        file.writeframes(struct.pack("<hh", 5000, 5000) * 44_100)
    assert read_sound(tmp_path / "a.wav").length_s == pytest.approx(1, abs=0.01)


@pytest.mark.parametrize("content", [b"", b"not a sound", b"RIFF\x00\x00", wav_bytes(tone(0.1))[:20]])
def test_a_file_that_is_no_sound_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.wav").write_bytes(content)
    with pytest.raises(SoundError, match=r"a\.wav"):
        read_sound(tmp_path / "a.wav")


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SoundError, match="missing"):
        read_sound(tmp_path / "missing.wav")


def test_a_sound_becomes_a_proper_wav() -> None:
    with wave.open(io.BytesIO(wav_bytes(tone(0.5)))) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, RATE_HZ)
