"""
From a call to what is said: one sentence for each language, as parts that an engine or a pack of clips can speak. Pure.

It decides words only; whether a clip exists, which voice speaks and when, is decided elsewhere. Of a patient's class
at most "ưu tiên" is ever said: the words for anything else do not exist here.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal

from display.numerals import NumberStyle, Region, read_digits, read_letter, read_number, read_ticket

NUMBERS_MAX = 8  # a merged call of more cannot be followed by ear
TEXT_LENGTH_MAX = 400  # half a minute of speech
SHORT_LENGTH_MAX = 80  # ids, numbers and codes
REPEAT_MAX = 3
LANGUAGES_MAX = 4
TTL_DEFAULT_S = 90.0
SPELLED_LENGTH_MAX = 5  # "BHYT" is spelled, "PHÒNG" is a word in capitals
DEFAULT_LANGUAGE = "vi"
TOKEN = re.compile(r"\d{1,2}[:hH]\d{2}(?!\d)|\d+|[^\W\d_]+|[,.;:!?()–-]")
THOUSANDS_DOT = re.compile(r"(?<=\d)\.(?=\d{3}(?!\d))")
PAUSES = frozenset(",.;:!?()–-")

Kind = Literal["call", "free", "emergency"]
KINDS: tuple[Kind, ...] = ("call", "free", "emergency")


@dataclass(frozen=True, slots=True)
class Announcement:
    """What the server asks to be said, within its bounds."""

    id: str
    kind: Kind
    numbers: tuple[str, ...]
    room: str | None
    text: str | None
    priority: bool
    languages: tuple[str, ...]
    repeat: int
    issued_at: datetime
    ttl_s: float


@dataclass(frozen=True, slots=True)
class Part:
    """
    Words that belong together.

    Attributes:
        words: What an engine is given; no digits.
        clips: Ways to say it with recordings, the best first; each way is the clips' names in order. Empty = none.
        pause: A short pause follows.
    """

    words: str
    clips: tuple[tuple[str, ...], ...] = ()
    pause: bool = False


@dataclass(frozen=True, slots=True)
class Sentence:
    """One round of an announcement in one language."""

    language: str
    parts: tuple[Part, ...]

    @property
    def text(self) -> str:
        """The words for an engine: "mời bệnh nhân số a, không bốn hai, vào phòng mười hai."."""
        words = "".join(part.words + (", " if part.pause else " ") for part in self.parts)
        return words.rstrip(", ") + "."


@dataclass(frozen=True, slots=True)
class Phrasebook:
    """A language's sentences; the texts of its clips by name (see the files in ``display/packs/``)."""

    language: str
    openings: Mapping[str, Sequence[str]]
    closings: Mapping[str, Sequence[str]]
    emergency: Sequence[str]
    toward: Mapping[str, str]
    clips: Mapping[str, str]

    def clip_of(self, words: str) -> str | None:
        """Name the clip whose text is *words*; None if the list has none."""
        return next((name for name, text in self.clips.items() if text == words), None)


@dataclass(frozen=True, slots=True)
class Reading:
    """The hospital's way of reading numbers aloud."""

    style: NumberStyle = NumberStyle.ZEROS
    region: Region = Region.NORTH


def parse_announcement(message: Mapping[str, Any]) -> Announcement:
    """
    Take an ``announce`` message apart.

    Raises:
        ValueError: A field is missing, of another kind or beyond its bound; the text names the field.
    """
    kind = message.get("kind")
    if kind not in KINDS:
        raise ValueError("kind")
    numbers = _texts(message, "numbers", NUMBERS_MAX)
    languages = _texts(message, "languages", LANGUAGES_MAX) or (DEFAULT_LANGUAGE,)
    room, text = _optional(message, "room", SHORT_LENGTH_MAX), _optional(message, "text", TEXT_LENGTH_MAX)
    if not (numbers or text or (room and kind == "emergency")):
        raise ValueError("nothing to say")
    return Announcement(
        id=_required(message, "id"),
        kind=kind,
        numbers=numbers,
        room=room,
        text=text,
        priority=message.get("priority") is True,
        languages=tuple(dict.fromkeys(languages)),
        repeat=min(max(int(_number(message, "repeat", 1)), 1), REPEAT_MAX),
        issued_at=_time(message, "issued_at"),
        ttl_s=_number(message, "ttl_s", TTL_DEFAULT_S),
    )


def compose(
    announcement: Announcement,
    spoken: Mapping[str, str],
    books: Mapping[str, Phrasebook],
    reading: Reading,
) -> list[Sentence]:
    """
    Say one round of an announcement, a sentence for each of its languages in order.

    Args:
        spoken: The room's spoken label for each language ("phòng 12"); empty where unknown: then the hall is told to
            look at the screen. A language without a label uses the Vietnamese one.
        books: The phrasebooks by language; Vietnamese must be there. A language without one is laid out like
            Vietnamese, digit by digit, for clips recorded by the hospital.

    Returns:
        Free text is written in one language, so it is said in the first only.
    """
    languages = announcement.languages[:1] if announcement.text else announcement.languages
    return [_sentence(announcement, language, spoken, books, reading) for language in languages]


def _sentence(
    announcement: Announcement,
    language: str,
    spoken: Mapping[str, str],
    books: Mapping[str, Phrasebook],
    reading: Reading,
) -> Sentence:
    book = books.get(language)
    if book is None:
        book, reading = books[DEFAULT_LANGUAGE], replace(reading, style=NumberStyle.DIGITS)
    label = spoken.get(language) or spoken.get(DEFAULT_LANGUAGE) or ""
    return Sentence(language, tuple(_Composer(book, reading, announcement.room, label).compose(announcement)))


@dataclass(frozen=True, slots=True)
class _Composer:
    book: Phrasebook
    reading: Reading
    room: str | None
    label: str

    def compose(self, announcement: Announcement) -> list[Part]:
        if announcement.text:
            return list(self._free(announcement.text))
        if not announcement.numbers:
            return list(self._phrase(self.book.emergency))
        many = len(announcement.numbers) > 1
        opening = "many" if many else "priority" if announcement.priority else "one"
        closing = "unplaced" if not self.label else "many" if many else "one"
        return [
            *self._phrase(self.book.openings[opening]),
            *(part for number in announcement.numbers for part in self._ticket(number)),
            *self._phrase(self.book.closings[closing]),
        ]

    def _phrase(self, items: Sequence[str]) -> Iterator[Part]:
        for item in items:
            if item == "{place}":
                yield from self._place()
            elif item == "{toward}":
                first = (self.label.split() or [""])[0].lower()
                yield self._clip(self.book.toward.get(first, self.book.toward["otherwise"]))
            else:
                yield self._clip(item)

    def _clip(self, name: str) -> Part:
        return Part(self.book.clips[name], ((name,),))

    def _ticket(self, number: str) -> Iterator[Part]:
        for group in read_ticket(number, self.book.language, self.reading.style, self.reading.region):
            yield self._words(group, pause=True)

    def _words(self, words: Sequence[str], pause: bool = False) -> Part:
        names = [self.book.clip_of(word) for word in words]
        known = tuple(name for name in names if name)
        return Part(" ".join(words), (known,) if len(known) == len(words) else (), pause)

    def _place(self) -> Iterator[Part]:
        """The room: its own recording if there is one, else its label word by word."""
        parts = list(self._free(self.label))
        words = " ".join(part.words for part in parts)
        whole = ((f"room-{self.room}",),) if self.room else ()
        by_word = (tuple(name for part in parts for name in part.clips[0]),) if all(p.clips for p in parts) else ()
        yield Part(words, whole + by_word)

    def _free(self, text: str) -> Iterator[Part]:
        """Any text, its numbers and abbreviations turned into words."""
        spells = text != text.upper()
        words: list[str] = []
        for token in TOKEN.findall(THOUSANDS_DOT.sub("", text)):
            if token not in PAUSES:
                words += self._token(token, spells)
            elif words:
                yield self._words(words, pause=True)
                words = []
        if words:
            yield self._words(words)

    def _token(self, token: str, spells: bool) -> list[str]:
        language = self.book.language
        if token[0].isdigit():
            return self._time_or_number(token)
        is_letter = len(token) == 1 and token.isupper()
        is_short = spells and token.isascii() and token.isupper() and len(token) <= SPELLED_LENGTH_MAX
        if is_letter or is_short:
            return [word for word in (read_letter(sign, language) for sign in token) if word]
        return [token.lower() if language == DEFAULT_LANGUAGE else token]

    def _time_or_number(self, token: str) -> list[str]:
        language, region = self.book.language, self.reading.region
        if clock := re.fullmatch(r"(\d+)[:hH](\d+)", token):
            hour, minute = int(clock[1]), int(clock[2])
            link = [] if language == "en" else ["giờ"]
            return read_number(hour, language) + link + (read_number(minute, language, region) if minute else [])
        if not token.isascii() or (token.startswith("0") and len(token) > 1):
            return read_digits(str(int(token)) if not token.isascii() else token, language)
        return read_number(int(token), language, region)


def _required(message: Mapping[str, Any], field: str) -> str:
    value = _optional(message, field, SHORT_LENGTH_MAX)
    if value is None:
        raise ValueError(field)
    return value


def _time(message: Mapping[str, Any], field: str) -> datetime:
    try:
        value = datetime.fromisoformat(_required(message, field))
    except ValueError as error:
        raise ValueError(field) from error
    if value.tzinfo is None:
        raise ValueError(field)
    return value


def _optional(message: Mapping[str, Any], field: str, length_max: int) -> str | None:
    value = message.get(field)
    if value is None or value == "":
        return None
    if not isinstance(value, str) or len(value) > length_max:
        raise ValueError(field)
    return value


def _texts(message: Mapping[str, Any], field: str, count_max: int) -> tuple[str, ...]:
    values = message.get(field) or []
    if not isinstance(values, list) or len(values) > count_max:
        raise ValueError(field)
    if not all(isinstance(value, str) and 0 < len(value) <= SHORT_LENGTH_MAX for value in values):
        raise ValueError(field)
    return tuple(values)


def _number(message: Mapping[str, Any], field: str, otherwise: float) -> float:
    value = message.get(field, otherwise)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError(field)
    return float(value)
