"""The real child process, with the real engine and with one that misbehaves."""

import asyncio
import contextlib
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from display.engine import CHILD, Engine, VoiceError, is_plausible
from display.sound import Sound
from display.speech_child import choose_voice

ENGINES = Path(__file__).with_name("engines")
SENTENCE = "mời bệnh nhân số a, không bốn hai, vào phòng mười hai."
LIMIT_S = 0.6
PATIENT_S = 5.0


@contextlib.asynccontextmanager
async def engine(folder: Path, command: tuple[str, ...] = CHILD, limit_s: float = PATIENT_S) -> AsyncIterator[Engine]:
    engine = Engine(folder, command=command, make_limit_s=limit_s)
    try:
        yield engine
    finally:
        await engine.close()


async def outcome(folder: Path, language: str = "vi") -> Sound | str:
    """What one utterance came to: a sound or the code of its failure."""
    async with engine(folder, limit_s=LIMIT_S) as made:
        try:
            return await made.make(SENTENCE, language)
        except VoiceError as error:
            return error.code


def left_in(folder: Path) -> list[Path]:
    return list(folder.iterdir())


@pytest.fixture
def faulty(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """Children find the engine that misbehaves before the real one."""
    monkeypatch.setenv("PYTHONPATH", str(ENGINES))
    return monkeypatch


FAULTS = [
    ("hang", "timeout"),
    ("crash", "crashed"),
    ("cancelled", "unfinished"),
    ("early", "timeout"),  # returns without its report: only the report of the end counts
    ("no_file", "unfinished"),
    ("garbage", "unfinished"),
    ("long", "wrong_length"),  # an English voice spelling Vietnamese
    ("short", "wrong_length"),
]


@pytest.mark.parametrize(("fault", "code"), FAULTS)
async def test_an_engine_that_misbehaves_is_found_out(
    tmp_path: Path, faulty: pytest.MonkeyPatch, fault: str, code: str
) -> None:
    faulty.setenv("LUOT_TEST_FAULT", fault)
    assert await outcome(tmp_path / "parts") == code


@pytest.mark.parametrize("fault", [fault for fault, _ in FAULTS])
async def test_an_engine_that_misbehaves_once_speaks_on_the_second_try(
    tmp_path: Path, faulty: pytest.MonkeyPatch, fault: str
) -> None:
    faulty.setenv("LUOT_TEST_FAULT", fault)
    faulty.setenv("LUOT_TEST_ONCE", str(tmp_path / "had"))
    assert isinstance(await outcome(tmp_path / "parts"), Sound)


@pytest.mark.parametrize(("fault", "code"), [("engine", "engine_missing"), ("only_english", "voice_missing")])
async def test_vietnamese_is_refused_rather_than_read_by_another_voice(
    tmp_path: Path, faulty: pytest.MonkeyPatch, fault: str, code: str
) -> None:
    faulty.setenv("LUOT_TEST_FAULT", fault)
    assert await outcome(tmp_path) == code


@pytest.mark.parametrize(("fault", "code"), [("other_voice", "wrong_voice"), ("lost_rate", "wrong_rate")])
async def test_a_setting_that_the_engine_forgot_is_found_out(
    tmp_path: Path, faulty: pytest.MonkeyPatch, fault: str, code: str
) -> None:
    faulty.setenv("LUOT_TEST_FAULT", fault)
    assert await outcome(tmp_path, "en") == code  # it begins with a Vietnamese voice and keeps it


async def test_a_machine_without_vietnamese_still_speaks_english(tmp_path: Path, faulty: pytest.MonkeyPatch) -> None:
    faulty.setenv("LUOT_TEST_FAULT", "only_english")
    assert isinstance(await outcome(tmp_path, "en"), Sound)


async def test_nothing_is_left_of_a_failed_utterance(tmp_path: Path, faulty: pytest.MonkeyPatch) -> None:
    faulty.setenv("LUOT_TEST_FAULT", "long")
    await outcome(tmp_path)
    assert left_in(tmp_path) == []


async def test_a_child_that_says_nothing_at_all_is_ended(tmp_path: Path) -> None:
    program = "import sys; sys.stdin.buffer.readline(); sys.exit(3)"
    async with engine(tmp_path, (sys.executable, "-c", f"print('{{}}', flush=True); {program}")) as made:
        with pytest.raises(VoiceError, match="engine_missing"):
            await made.make(SENTENCE, "vi")


async def test_a_spare_child_that_died_is_replaced_without_a_failure(tmp_path: Path) -> None:
    async with engine(tmp_path) as made:
        await made.start(["vi"])
        spare = await made._spares[0]
        spare.process.kill()
        await spare.process.wait()
        assert (await made.make(SENTENCE, "vi")).length_s > 3


async def test_the_same_words_make_the_same_sound_however_many_are_made_at_once(tmp_path: Path) -> None:
    async with engine(tmp_path) as made:
        sounds = await asyncio.gather(*(made.make(SENTENCE, "vi") for _ in range(6)))
    assert len({sound.pcm for sound in sounds}) == 1


async def test_each_utterance_has_its_own_words(tmp_path: Path) -> None:
    texts = [f"mời bệnh nhân số {word}, vào phòng hai." for word in ("một", "ba mươi", "một trăm linh năm")]
    async with engine(tmp_path) as made:
        together = await asyncio.gather(*(made.make(text, "vi") for text in texts))
        alone = [await made.make(text, "vi") for text in texts]
    assert together == alone


async def test_an_utterance_is_made_under_150_ms(tmp_path: Path) -> None:
    times = []
    async with engine(tmp_path) as made:
        await made.start(["vi"])
        for _ in range(5):
            await asyncio.gather(*made._spares)
            began = time.perf_counter()
            await made.make(SENTENCE, "vi")
            times.append(time.perf_counter() - began)
    assert sorted(times)[2] < 0.150


async def test_the_start_says_which_voice_speaks_what(tmp_path: Path) -> None:
    async with engine(tmp_path) as made:
        voices = await made.start(["vi", "en", "tlh"])
    assert (voices["vi"], voices["en"], voices["tlh"]) == ("aav/vi", "gmw/en-us", None)


def test_a_wrong_voice_shows_by_its_length() -> None:
    assert is_plausible(4.5, SENTENCE)
    assert not is_plausible(13.6, SENTENCE)
    assert not is_plausible(1.5, SENTENCE)


def test_a_dialect_speaks_its_language_but_no_other_language_does() -> None:
    known = [{"id": "an", "languages": ["vi-vn"]}, {"id": "zira", "languages": ["en-us"]}]
    assert choose_voice(known, ["vi"]) == known[0]
    assert choose_voice(known[1:], ["vi-vn-x-south", "vi"]) is None
