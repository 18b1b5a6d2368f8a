from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from display.announce import Announcement, Reading
from display.engine import Engine, VoiceError
from display.phrasebook import load_phrasebooks
from display.sound import Sound, chime, wav_bytes
from display.voices import ClipPack, Voices
from tests.display.hearing import likeness, samples

BOOKS = load_phrasebooks()
ROOM = {"vi": "phòng 12", "en": "room 12"}
CALL = Announcement("n1", "call", ("A042",), "p12", None, False, ("vi",), 1, datetime(2026, 3, 2, tzinfo=UTC), 90)
BEEP = Sound(b"\x00\x20" * 4000)


class Mouth:
    """An engine that says what it was given by a sound as long as the text; or nothing in some languages."""

    def __init__(self, missing: tuple[str, ...] = ()) -> None:
        self.missing = missing
        self.texts: list[tuple[str, str]] = []

    async def make(self, text: str, language: str) -> Sound:
        if language in self.missing:
            raise VoiceError("voice_missing")
        self.texts.append((language, text))
        return Sound(b"\x00\x20" * 100 * len(text))


def voices(engine: object, *packs: Path) -> Voices:
    return Voices(engine, [ClipPack(pack) for pack in packs], BOOKS, Reading())  # type: ignore[arg-type]  # a fake engine


def record(pack: Path, language: str, *names: str, content: bytes | None = None) -> None:
    folder = pack / language
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        (folder / f"{name}.wav").write_bytes(wav_bytes(BEEP) if content is None else content)


A042_CLIPS = ("invite", "letter-a", "0", "4", "2", "into", "place-room", "10")


@pytest.fixture
async def engine(tmp_path: Path) -> AsyncIterator[Engine]:
    engine = Engine(tmp_path / "parts", make_limit_s=5)
    yield engine
    await engine.close()


async def test_an_announcement_begins_with_the_chime() -> None:
    rendering = await voices(Mouth()).render(CALL, ROOM)
    assert rendering.sound.pcm.startswith(chime().pcm)
    assert rendering.sound.length_s > chime().length_s + 0.2


async def test_an_emergency_begins_with_its_own_chime() -> None:
    rendering = await voices(Mouth()).render(replace(CALL, kind="emergency"), ROOM)
    assert rendering.sound.pcm.startswith(chime(True).pcm)


async def test_a_repeat_says_the_first_language_again_after_the_others() -> None:
    mouth = Mouth()
    once = await voices(mouth).render(replace(CALL, languages=("vi", "en")), ROOM)
    twice = await voices(mouth).render(replace(CALL, languages=("vi", "en"), repeat=2), ROOM)
    vietnamese = await voices(mouth).render(CALL, ROOM)
    alone_s = vietnamese.sound.length_s - chime().length_s
    assert twice.sound.length_s - once.sound.length_s == pytest.approx(alone_s, abs=0.2)
    assert len(mouth.texts) == 5


async def test_clips_are_preferred_where_a_pack_has_every_part(tmp_path: Path) -> None:
    record(tmp_path, "vi", *A042_CLIPS)
    mouth = Mouth()
    assert (await voices(mouth, tmp_path).render(CALL, ROOM)).failed == {}
    assert mouth.texts == []


async def test_a_room_with_its_own_clip_needs_no_words(tmp_path: Path) -> None:
    record(tmp_path, "vi", "invite", "letter-a", "0", "4", "2", "into", "room-p12")
    mouth = Mouth()
    await voices(mouth, tmp_path).render(CALL, {"vi": "phòng nội soi bên trái"})
    assert mouth.texts == []


async def test_a_missing_clip_leaves_the_whole_sentence_to_the_engine(tmp_path: Path) -> None:
    record(tmp_path, "vi", *A042_CLIPS[:-1])
    mouth = Mouth()
    await voices(mouth, tmp_path).render(CALL, ROOM)
    assert [language for language, _ in mouth.texts] == ["vi"]


async def test_an_unreadable_clip_counts_as_missing(tmp_path: Path) -> None:
    record(tmp_path, "vi", *A042_CLIPS)
    record(tmp_path, "vi", "4", content=b"not a sound")
    mouth = Mouth()
    await voices(mouth, tmp_path).render(CALL, ROOM)
    assert [language for language, _ in mouth.texts] == ["vi"]


async def test_without_a_voice_the_clips_say_the_number_and_point_at_the_screen(tmp_path: Path) -> None:
    record(tmp_path, "vi", "invite", "letter-a", "0", "4", "2", "see-screen")
    rendering = await voices(Mouth(missing=("vi",)), tmp_path).render(CALL, ROOM)
    assert rendering.failed == {}
    assert rendering.sound.length_s > chime().length_s + 1


async def test_without_voice_and_clips_there_is_the_chime_alone_and_the_reason() -> None:
    rendering = await voices(Mouth(missing=("vi",))).render(CALL, ROOM)
    assert (rendering.sound, rendering.unsaid) == (chime(), "voice_missing")


async def test_without_any_engine_there_is_the_chime_alone_and_the_reason() -> None:
    rendering = await voices(None).render(CALL, ROOM)
    assert (rendering.sound, rendering.unsaid) == (chime(), "engine_missing")


async def test_english_alone_is_said_where_vietnamese_cannot_be_and_that_is_named() -> None:
    mouth = Mouth(missing=("vi",))
    rendering = await voices(mouth).render(replace(CALL, languages=("vi", "en")), ROOM)
    assert rendering.unsaid == "voice_missing"
    assert [language for language, _ in mouth.texts] == ["en"]


async def test_a_missing_second_language_leaves_the_call_said() -> None:
    rendering = await voices(Mouth(missing=("en",))).render(replace(CALL, languages=("vi", "en")), ROOM)
    assert (rendering.failed, rendering.unsaid) == ({"en": "voice_missing"}, None)


async def test_a_language_of_clips_falls_back_to_vietnamese_where_one_is_missing(tmp_path: Path) -> None:
    record(tmp_path, "tay", "invite", "letter-a")
    mouth = Mouth(missing=("tay",))
    rendering = await voices(mouth, tmp_path).render(replace(CALL, languages=("tay",)), ROOM)
    assert [language for language, _ in mouth.texts] == ["vi"]
    assert (rendering.failed, rendering.unsaid) == ({"tay": "voice_missing"}, None)


async def test_a_language_of_clips_is_said_where_they_are_all_there(tmp_path: Path) -> None:
    record(tmp_path, "tay", *A042_CLIPS, "2", "room-p12")
    mouth = Mouth(missing=("tay",))
    rendering = await voices(mouth, tmp_path).render(replace(CALL, languages=("tay",)), ROOM)
    assert (mouth.texts, rendering.failed) == ([], {})


async def test_the_sound_of_a_call_is_that_call_and_no_other(engine: Engine) -> None:
    speaking = voices(engine)
    heard = samples((await speaking.render(replace(CALL, languages=("vi", "en")), ROOM)).sound)
    words = {
        "right": "mời bệnh nhân số a, không bốn hai, vào phòng mười hai.",
        "number": "mời bệnh nhân số a, không bốn ba, vào phòng mười hai.",
        "room": "mời bệnh nhân số a, không bốn hai, vào phòng mười ba.",
    }
    alike = {name: likeness(heard, samples(await engine.make(text, "vi"))) for name, text in words.items()}
    assert alike["right"] > 0.98
    assert max(alike["number"], alike["room"]) < 0.9
