"""
Who speaks a sentence: clips where a pack has every part, else the engine, else the clips that say the number.

What nobody can speak is left out and named, and never spoken by the voice of another language. The result is one
buffer: chime, gap, and the sentences one after another.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

import structlog

from display.announce import (
    DEFAULT_LANGUAGE,
    Announcement,
    Phrasebook,
    Reading,
    Sentence,
    compose,
)
from display.engine import Engine, VoiceError
from display.sound import Sound, SoundError, chime, join, read_sound, silence, trim

log = structlog.get_logger()

AFTER_CHIME_S = 0.15
BETWEEN_PARTS_S = 0.05
PAUSE_S = 0.22  # at a comma
BETWEEN_SENTENCES_S = 0.5  # also after the last: until the next chime
CLIPS_CACHED_MAX = 512  # some 60 a language, half a second each: 10 MB
SUFFIXES = (".wav", ".flac", ".ogg", ".mp3")


@dataclass(frozen=True, slots=True)
class Rendering:
    """
    What will be heard.

    Attributes:
        sound: Chime and speech; at least the chime.
        failed: Why a language is not in it, by language.
        unsaid: Why the call must count as not said: Vietnamese was asked for and is missing, or nothing is said at
            all. None otherwise; a language missing beside the others is no failure of the call.
    """

    sound: Sound
    failed: Mapping[str, str]
    unsaid: str | None = None


class ClipPack:
    """Recordings in ``FOLDER/LANGUAGE/CLIP.wav``; a file that cannot be read counts as missing, and is named once."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._read = lru_cache(CLIPS_CACHED_MAX)(self._load)

    def speak(self, sentence: Sentence) -> Sound | None:
        """Speak the sentence; None if a part of it has no recording."""
        sounds: list[Sound] = []
        for part in sentence.parts:
            spoken = next(filter(None, (self._all(sentence.language, names) for names in part.clips)), None)
            if spoken is None:
                return None
            sounds += [*spoken, silence(PAUSE_S)] if part.pause else spoken
        return join(*sounds)

    def _all(self, language: str, names: Sequence[str]) -> list[Sound] | None:
        sounds = []
        for name in names:
            sound = self._read(language, name)
            if sound is None:
                return None
            sounds += [sound, silence(BETWEEN_PARTS_S)]
        return sounds

    def _load(self, language: str, name: str) -> Sound | None:
        for suffix in SUFFIXES:
            path = self._folder / language / (name + suffix)
            if path.is_file():
                try:
                    return trim(read_sound(path))
                except SoundError as error:
                    log.warning("clip.unreadable", language=language, clip=name, reason=str(error))
        return None


class Voices:
    """Renders announcements with the packs, in order, and the engine."""

    def __init__(
        self, engine: Engine | None, packs: Sequence[ClipPack], books: Mapping[str, Phrasebook], reading: Reading
    ) -> None:
        self._engine = engine
        self._packs = packs
        self._books = books
        self._reading = reading

    async def render(self, announcement: Announcement, spoken: Mapping[str, str]) -> Rendering:
        """Render an announcement; *spoken* is its room's label for each language."""
        sentences = compose(announcement, spoken, self._books, self._reading)
        unplaced = compose(announcement, {}, self._books, self._reading)
        made = await asyncio.gather(*map(self._speak, sentences, unplaced))
        failed = {
            sentence.language: outcome
            for sentence, outcome in zip(sentences, made, strict=True)
            if isinstance(outcome, str)
        }
        sounds = [outcome for outcome in made if isinstance(outcome, Sound)]
        if not sounds and DEFAULT_LANGUAGE not in failed:
            sounds = await self._in_vietnamese(announcement, spoken)
        unsaid = failed.get(DEFAULT_LANGUAGE) or (None if sounds else next(iter(failed.values())))
        return Rendering(_lay_out(announcement, sounds), failed, unsaid)

    async def _speak(self, sentence: Sentence, unplaced: Sentence) -> Sound | str:
        """Make one sentence; the code of the failure if nothing could."""
        clips = self._from_clips(sentence)
        if clips is not None:
            return clips
        try:
            if self._engine is None:
                raise VoiceError("engine_missing")
            return trim(await self._engine.make(sentence.text, sentence.language))
        except VoiceError as error:
            log.warning("voice.failed", language=sentence.language, reason=error.code)
            return self._from_clips(unplaced) or error.code

    def _from_clips(self, sentence: Sentence) -> Sound | None:
        return next(filter(None, (pack.speak(sentence) for pack in self._packs)), None)

    async def _in_vietnamese(self, announcement: Announcement, spoken: Mapping[str, str]) -> list[Sound]:
        """The fallback of a language that exists as clips only, where a clip is missing."""
        only = replace(announcement, languages=(DEFAULT_LANGUAGE,))
        sentence, unplaced = (compose(only, label, self._books, self._reading)[0] for label in (spoken, {}))
        outcome = await self._speak(sentence, unplaced)
        return [outcome] if isinstance(outcome, Sound) else []


def _lay_out(announcement: Announcement, sounds: Sequence[Sound]) -> Sound:
    opening = chime(announcement.kind == "emergency")
    if not sounds:
        return opening
    # The first language is repeated after the others, which are said once: a call of 20 s would hold up the next.
    order = [*sounds, *[sounds[0]] * (announcement.repeat - 1)]
    spoken = (piece for sound in order for piece in (sound, silence(BETWEEN_SENTENCES_S)))
    return join(opening, silence(AFTER_CHIME_S), *spoken)
