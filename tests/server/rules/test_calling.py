"""When a call is announced, by whom, and when the desk is told that it was not. Times are seconds from zero."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.rules.calling import (
    DONE_GRACE_MS,
    ENDED,
    NO_SPEAKER_MS,
    OPEN,
    STARTED_LIMIT_MS,
    TTL_S,
    Announcement,
    End,
    Send,
    expected_s,
    next_steps,
    take_over,
)
from tests.server.rules.queues import unhurried

EXPECTED_S = 12.0


def item(name: str, **values: Any) -> Announcement:
    """A call that was queued at second 0."""
    fields: dict[str, Any] = {
        "state": "queued", "room": "p1", "kind": "call", "numbers": ("A001",), "issued_at": 0, "since": 0,
        "ttl_s": TTL_S, "expected_s": EXPECTED_S, "speaker": None, "tried": (),
    }  # fmt: skip
    return Announcement(id=name, **(fields | values))


def sent(name: str, speaker: int = 1, tried: tuple[int, ...] = (1,), **values: Any) -> Announcement:
    return item(name, state="sent", speaker=speaker, tried=tried, **values)


def steps(*queue: Announcement, speakers: tuple[int, ...] = (1, 2), at_s: float = 0) -> list[Send | End]:
    return next_steps(queue, speakers, round(at_s * 1000))


# Sending


def test_an_empty_area_has_nothing_to_do() -> None:
    assert steps() == []


def test_the_oldest_call_goes_to_the_playing_speaker_and_the_others_stand_by() -> None:
    assert steps(item("a"), item("b", room="p2")) == [Send("a", 1, 2)]


def test_while_one_is_spoken_the_next_waits() -> None:
    assert steps(sent("a"), item("b"), at_s=1) == []
    assert steps(item("a", state="started", speaker=1), item("b"), at_s=1) == []


def test_a_quiet_area_says_it_twice_and_a_busy_one_once() -> None:
    rooms = [item(f"r{number}", room=f"p{number}") for number in range(3)]
    assert steps(*rooms[:2]) == [Send("r0", 1, 2)]
    assert steps(*rooms) == [Send("r0", 1, 1)]


# Merging


def test_calls_to_one_room_are_said_together() -> None:
    assert steps(item("a"), item("b", room="p2"), item("c")) == [Send("a", 1, 2, ("c",))]


def test_no_more_than_four_numbers_are_said_together() -> None:
    queue = [item(name) for name in "abcdef"]
    assert steps(*queue) == [Send("a", 1, 1, ("b", "c", "d"))]
    assert steps(item("a", numbers=("A1", "A2", "A3")), *queue[1:]) == [Send("a", 1, 1, ("b",))]
    assert steps(item("a", numbers=("A1", "A2", "A3", "A4")), *queue[1:3]) == [Send("a", 1, 1)]


def test_what_is_merged_does_not_make_an_area_busy() -> None:
    assert steps(*(item(name) for name in "abcd"))[0] == Send("a", 1, 2, ("b", "c", "d"))


@pytest.mark.parametrize("kind", ["free", "emergency"])
def test_only_calls_are_merged(kind: str) -> None:
    assert steps(item("a", kind=kind), item("b", kind=kind)) == [Send("a", 1, 2)]
    assert steps(item("a"), item("b", kind=kind)) == [Send("a", 1, 2)]


# A speaker that does not begin


def test_a_speaker_that_has_time_to_begin_is_left_alone() -> None:
    assert steps(sent("a"), at_s=STARTED_LIMIT_MS / 1000) == []


def test_a_speaker_that_does_not_begin_is_taken_over() -> None:
    assert steps(sent("a"), at_s=STARTED_LIMIT_MS / 1000 + 0.001) == [Send("a", 2, 1)]


def test_a_speaker_that_went_away_is_taken_over_at_once() -> None:
    assert steps(sent("a"), speakers=(2,), at_s=0.1) == [Send("a", 2, 1)]


def test_a_speaker_that_began_after_a_take_over_is_left_alone() -> None:
    assert steps(item("a", state="started", speaker=2, tried=(1, 2)), at_s=1) == []


def test_when_both_were_tried_the_desk_is_told() -> None:
    late = STARTED_LIMIT_MS / 1000 + 0.001
    assert steps(sent("a", 2, (1, 2)), speakers=(1, 2, 3), at_s=late) == [End("a", "failed", "no_start")]


def test_when_nobody_is_left_the_desk_is_told() -> None:
    assert steps(sent("a"), speakers=(1,), at_s=4) == [End("a", "failed", "no_start")]
    assert steps(sent("a"), speakers=(), at_s=0.1) == [End("a", "failed", "no_start")]


def test_a_speaker_that_reports_a_failure_hands_over_with_its_reason() -> None:
    assert take_over(sent("a"), (1, 2), "no_voice") == Send("a", 2, 1)
    assert take_over(sent("a"), (1,), "no_voice") == End("a", "failed", "no_voice")


# A speaker that does not end


def test_a_sentence_may_take_its_length_and_a_grace() -> None:
    playing = item("a", state="started", speaker=1)
    limit = EXPECTED_S + DONE_GRACE_MS / 1000
    assert steps(playing, at_s=limit) == []
    assert steps(playing, at_s=limit + 0.001) == [End("a", "failed", "no_done")]


def test_a_speaker_that_went_away_while_speaking_has_until_its_end_to_report() -> None:
    assert steps(item("a", state="started", speaker=1), speakers=(2,), at_s=5) == []


# Nobody to speak


def test_without_a_speaker_a_call_waits_a_moment_for_one_to_return() -> None:
    assert steps(item("a"), speakers=(), at_s=NO_SPEAKER_MS / 1000) == []


def test_a_speaker_that_returns_in_time_speaks() -> None:
    assert steps(item("a"), speakers=(2,), at_s=NO_SPEAKER_MS / 1000) == [Send("a", 2, 2)]


def test_without_a_speaker_the_desk_is_told() -> None:
    assert steps(item("a"), speakers=(), at_s=NO_SPEAKER_MS / 1000 + 0.001) == [End("a", "failed", "no_speaker")]


def test_a_call_whose_turn_just_came_gets_its_own_moment() -> None:
    assert steps(item("a", since=20_000), speakers=(), at_s=22) == []


# Too old


def test_a_call_that_waited_too_long_for_its_turn_is_not_spoken_any_more() -> None:
    assert steps(item("a"), at_s=TTL_S + 0.001) == [End("a", "expired", "too_old")]


def test_a_call_at_its_limit_is_still_spoken() -> None:
    assert steps(item("a"), at_s=TTL_S) == [Send("a", 1, 2)]


def test_after_what_is_too_old_the_next_is_spoken() -> None:
    fresh = item("b", issued_at=60_000, since=60_000)
    assert steps(item("a"), fresh, at_s=TTL_S + 1) == [End("a", "expired", "too_old"), Send("b", 1, 2)]


def test_what_is_being_spoken_does_not_grow_too_old() -> None:
    assert steps(item("a", state="started", speaker=1, since=88_000), at_s=TTL_S + 1) == []
    assert steps(sent("a", since=89_000), item("b"), at_s=TTL_S + 1) == [End("b", "expired", "too_old")]


# A whole life


def live_through(speakers: tuple[int, ...], answers: dict[int, str]) -> tuple[float, str]:
    """Run one call from its turn until it is spoken or the desk is told: at which second, and how."""
    call, now = item("a"), 0
    while True:
        for step in next_steps([call], speakers, now):
            if isinstance(step, End):
                return now / 1000, step.state
            call = sent("a", step.speaker, (*call.tried, step.speaker), since=now)
        if call.speaker is not None and answers.get(call.speaker) == "started":
            return now / 1000, "started"
        now += 100


@pytest.mark.parametrize("speakers", [(), (1,), (1, 2), (1, 2, 3, 4)])
def test_within_ten_seconds_of_its_turn_a_call_is_spoken_or_the_desk_is_told(speakers: tuple[int, ...]) -> None:
    second, state = live_through(speakers, {})
    assert state == "failed"
    assert second <= 10


def test_a_standby_that_works_speaks_within_ten_seconds() -> None:
    assert live_through((1, 2), {2: "started"}) == (3.1, "started")


@unhurried
@given(
    st.lists(
        st.tuples(st.sampled_from(("p1", "p2")), st.sampled_from(("call", "free")), st.integers(0, 100)), max_size=8
    ),
    st.sets(st.integers(1, 4), max_size=3),
    st.integers(0, 200),
)
def test_at_most_one_is_sent_at_a_time_and_each_is_named_once(
    waiting: list[tuple[str, str, int]], speakers: set[int], at_s: int
) -> None:
    queue = [
        item(str(number), room=room, kind=kind, issued_at=second * 1000, since=second * 1000)
        for number, (room, kind, second) in enumerate(waiting)
    ]
    found = next_steps(queue, sorted(speakers), at_s * 1000)
    sends = [step for step in found if isinstance(step, Send)]
    named = [step.id for step in found] + [name for step in sends for name in step.merge]
    assert len(sends) <= 1
    assert len(named) == len(set(named))


# Lengths


def test_the_expected_length_grows_with_numbers_languages_and_repeats() -> None:
    assert expected_s(1, 1, 1) == 7
    assert expected_s(1, 1, 2) == 12
    assert expected_s(1, 2, 2) == 22
    assert expected_s(4, 1, 1) == 10


def test_an_announcement_is_open_or_ended() -> None:
    assert OPEN.isdisjoint(ENDED)
    assert len(OPEN | ENDED) == 7
