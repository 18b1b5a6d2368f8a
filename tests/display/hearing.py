"""Listening instead of ears: how alike two sounds are, by cross-correlation."""

import numpy as np
from numpy.typing import NDArray

from display.sound import RATE_HZ, Sound

Samples = NDArray[np.float64]


def samples(sound: Sound) -> Samples:
    """The sound as numbers around zero."""
    return np.frombuffer(sound.pcm, np.int16).astype(float)


def likeness(heard: Samples, expected: Samples) -> float:
    """
    How well *expected* is found in *heard*, at its best place: 1 = there, as it is, whatever the loudness.

    Args:
        heard: At least as long as *expected*.
    """
    size = 1 << (len(heard) + len(expected)).bit_length()
    product = np.fft.irfft(np.fft.rfft(heard, size) * np.conj(np.fft.rfft(expected, size)), size)
    places = product[: len(heard) - len(expected) + 1]
    best = int(places.argmax())
    there = heard[best : best + len(expected)]
    return float(places[best] / (np.linalg.norm(there) * np.linalg.norm(expected)))


def likeness_in_pieces(heard: Samples, expected: Samples, piece_s: float = 0.6) -> float:
    """The median likeness of the pieces of *expected*: a dropout of a busy machine shifts what follows, no more."""
    size = round(piece_s * RATE_HZ)
    pieces = [expected[start : start + size] for start in range(0, len(expected) - size + 1, size)]
    return float(np.median([likeness(heard, piece) for piece in pieces if np.abs(piece).max() > 1000]))
