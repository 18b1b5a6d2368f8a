"""
When a call is announced, by whom, and when somebody is told that it was not.

One queue per area; only its head is given to the area's playing speaker. All times are milliseconds since 1970. The
machine: ``queued → sent → started → done``, or ``failed``, ``withdrawn``, ``expired``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

#: From the sending: no `started` within this time and the next speaker takes over.
STARTED_LIMIT_MS: Final = 3_000
#: An utterance that reports no `done` this long after its expected end counts as failed.
DONE_GRACE_MS: Final = 5_000
#: From its turn, a call must be spoken or escalated within 10 s: at most this many speakers are tried.
TRIES_MAX: Final = 2
#: Nobody to speak when a call's turn comes: how long a speaker that just went away may take to be back.
NO_SPEAKER_MS: Final = 5_000
TTL_S: Final = 90
#: Twice when quiet, once when busy (LIVE: busy areas repeat once and merge).
BUSY_WAITING: Final = 2
NUMBERS_MERGED_MAX: Final = 4
#: What one repeat of one language takes to say, and the chime before it, measured on the shipped voice.
SECONDS_PER_REPEAT: Final = 5.0
SECONDS_CHIME: Final = 2.0
SECONDS_PER_MORE_NUMBER: Final = 1.0

State = Literal["queued", "sent", "started", "done", "failed", "withdrawn", "expired"]
OPEN: Final = frozenset({"queued", "sent", "started"})
ENDED: Final = frozenset({"done", "failed", "withdrawn", "expired"})


@dataclass(frozen=True, slots=True)
class Announcement:
    """What the decision needs of an announcement; *since* is when its present state began."""

    id: str
    state: str
    room: str | None
    kind: str
    numbers: tuple[str, ...]
    issued_at: int
    since: int
    ttl_s: int
    expected_s: float
    speaker: int | None
    tried: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Send:
    """Give the announcement to *speaker*; *merge* are ids of queued ones that it says as well."""

    id: str
    speaker: int
    repeat: int
    merge: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class End:
    """The announcement ends without having been heard to its end; the desk is told why."""

    id: str
    state: Literal["failed", "expired"]
    error: str


Step = Send | End


def next_steps(queue: Sequence[Announcement], speakers: Sequence[int], now_ms: int) -> list[Step]:
    """
    What to do now for one area.

    Args:
        queue: The area's open announcements, oldest first.
        speakers: Ids of the speakers that are connected, in their fixed order; the first plays, the others stand by.
        now_ms: The time.
    """
    expired = [End(item.id, "expired", "too_old") for item in queue if _is_expired(item, now_ms)]
    gone = {step.id for step in expired}
    rest = [item for item in queue if item.id not in gone]
    playing = next((item for item in rest if item.state in ("sent", "started")), None)
    if playing is not None:
        return [*expired, *_watch(playing, speakers, now_ms)]
    waiting = [item for item in rest if item.state == "queued"]
    if not waiting:
        return list(expired)
    return [*expired, *_begin(waiting, speakers, now_ms)]


def expected_s(numbers: int, languages: int, repeat: int) -> float:
    """The expected length of an announcement in seconds, chime included."""
    once = SECONDS_PER_REPEAT + SECONDS_PER_MORE_NUMBER * max(0, numbers - 1)
    return SECONDS_CHIME + once * languages * repeat


def _is_expired(item: Announcement, now_ms: int) -> bool:
    return item.state == "queued" and now_ms - item.issued_at > item.ttl_s * 1000


def _begin(waiting: Sequence[Announcement], speakers: Sequence[int], now_ms: int) -> list[Step]:
    head = waiting[0]
    if not speakers:
        is_late = now_ms - max(head.issued_at, head.since) > NO_SPEAKER_MS
        return [End(head.id, "failed", "no_speaker")] if is_late else []
    more = [item for item in waiting[1:] if item.room == head.room and item.kind == head.kind == "call"]
    merge = tuple(item.id for item in more[: NUMBERS_MERGED_MAX - len(head.numbers)])
    repeat = 1 if len(waiting) - len(merge) > BUSY_WAITING else 2
    return [Send(head.id, speakers[0], repeat, merge)]


def _watch(item: Announcement, speakers: Sequence[int], now_ms: int) -> list[Step]:
    """The one that plays: nothing while it is in time, another speaker or the end when it is not."""
    age_ms = now_ms - item.since
    if item.state == "started":
        is_over = age_ms > item.expected_s * 1000 + DONE_GRACE_MS
        return [End(item.id, "failed", "no_done")] if is_over else []
    if age_ms <= STARTED_LIMIT_MS and item.speaker in speakers:
        return []
    return [take_over(item, speakers, "no_start")]


def take_over(item: Announcement, speakers: Sequence[int], error: str) -> Step:
    """The next speaker that has not tried yet, or the end when there is none."""
    left = [speaker for speaker in speakers if speaker not in item.tried]
    if left and len(item.tried) < TRIES_MAX:
        return Send(item.id, left[0], 1)
    return End(item.id, "failed", error)
