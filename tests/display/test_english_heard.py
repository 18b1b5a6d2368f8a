"""The English call as an outside listener hears it: pocketsphinx, with a grammar of every call that could be meant."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from pocketsphinx import Config, Decoder

from display.announce import Announcement, Reading, compose
from display.engine import Engine
from display.numerals import NumberStyle
from display.phrasebook import load_phrasebooks
from display.sound import RATE_HZ, Sound
from tests.display.hearing import samples

LISTENING_HZ = 16_000
SILENCE = np.zeros(LISTENING_HZ // 2)
GRAMMAR = """#JSGF V1.0;
grammar call;
public <call> = number (a | b | c | d | k | s) <word> <word> <word> please come to room <word>;
<word> = zero | one | two | three | four | five | six | seven | eight | nine | ten | eleven | twelve;
"""
CALL = Announcement("n1", "call", ("A042",), "p", None, False, ("en",), 1, datetime(2026, 3, 2, tzinfo=UTC), 90)


def hear(sound: Sound, grammar: Path) -> str:
    """What the listener understands."""
    spectrum = np.fft.rfft(samples(sound))
    count = int(len(samples(sound)) * LISTENING_HZ / RATE_HZ)
    slower = np.fft.irfft(spectrum[: count // 2 + 1], count) * count / len(samples(sound))
    hall = np.concatenate([SILENCE, slower / 2, SILENCE]) + np.random.default_rng(1).normal(0, 15, count + LISTENING_HZ)
    wide = {"beam": 1e-80, "wbeam": 1e-60, "pbeam": 1e-80}  # espeak's voice is unlike those that it learned from
    decoder = Decoder(Config(jsgf=str(grammar), loglevel="FATAL", samprate=LISTENING_HZ, **wide))
    decoder.start_utt()
    decoder.process_raw(hall.astype(np.int16).tobytes(), False, True)
    decoder.end_utt()
    return decoder.hyp().hypstr if decoder.hyp() else ""


@pytest.mark.parametrize(
    ("number", "room", "heard"),
    [
        ("A042", "room 12", "number a zero four two please come to room twelve"),
        ("A043", "room 12", "number a zero four three please come to room twelve"),
        ("A042", "room 10", "number a zero four two please come to room ten"),
        ("K193", "room 11", "number k one nine three please come to room eleven"),
    ],
)
async def test_a_listener_understands_number_and_room(tmp_path: Path, number: str, room: str, heard: str) -> None:
    call = replace(CALL, numbers=(number,))
    [sentence] = compose(call, {"en": room}, load_phrasebooks(), Reading(NumberStyle.DIGITS))
    engine = Engine(tmp_path / "parts", make_limit_s=5)
    try:
        sound = await engine.make(sentence.text, "en")
    finally:
        await engine.close()
    grammar = tmp_path / "call.gram"
    await asyncio.to_thread(grammar.write_text, GRAMMAR)
    assert hear(sound, grammar) == heard
