"""How long it will take: a range that holds, or nothing."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.rules.wait import ROUND_S, SAMPLES_MIN, WaitRange, estimate_wait
from tests.server.rules.queues import unhurried

times = st.lists(st.floats(10, 3600), min_size=SAMPLES_MIN, max_size=40)


def wait(ahead: int, service_times_s: list[float], rooms_open: int = 1) -> WaitRange:
    found = estimate_wait(ahead, service_times_s, rooms_open)
    assert found is not None
    return found


def test_too_few_times_say_nothing() -> None:
    assert estimate_wait(3, [300.0] * (SAMPLES_MIN - 1), 1) is None


def test_enough_times_say_something() -> None:
    assert wait(3, [600.0] * SAMPLES_MIN) == WaitRange(2100, 2100)


def test_a_typical_time_stands_in_for_a_day_without_history() -> None:
    assert estimate_wait(3, [], 1, typical_s=560) == WaitRange(900, 3000)


def test_the_days_own_times_come_before_the_typical_one() -> None:
    assert estimate_wait(3, [600.0] * SAMPLES_MIN, 1, typical_s=60) == WaitRange(2100, 2100)


@pytest.mark.parametrize(("ahead", "rooms"), [(-1, 1), (0, 0), (3, -1)])
def test_a_question_that_makes_no_sense_is_a_mistake_of_the_program(ahead: int, rooms: int) -> None:
    with pytest.raises(ValueError, match=f"ahead={ahead}"):
        estimate_wait(ahead, [300.0] * 9, rooms)


def test_more_rooms_make_it_shorter() -> None:
    same = [300.0] * 9
    assert wait(12, same, rooms_open=4).high_s < wait(12, same).high_s


def test_whoever_is_next_still_waits_for_the_one_inside() -> None:
    assert wait(0, [60.0] * 9) == WaitRange(0, ROUND_S)


@unhurried
@given(st.integers(0, 300), times, st.integers(1, 20))
def test_a_range_is_in_order_and_rounded_outward_to_five_minutes(
    ahead: int, service_times_s: list[float], rooms: int
) -> None:
    found = wait(ahead, service_times_s, rooms)
    mean = sum(service_times_s) / len(service_times_s)
    assert 0 <= found.low_s <= (ahead + 0.5) / rooms * mean + 1e-6
    assert found.high_s >= (ahead + 0.5) / rooms * mean - 1e-6
    assert found.low_s % ROUND_S == found.high_s % ROUND_S == 0


@unhurried
@given(st.integers(0, 300), times, st.integers(1, 20))
def test_one_more_ahead_never_makes_the_end_come_sooner(ahead: int, service_times_s: list[float], rooms: int) -> None:
    assert wait(ahead + 1, service_times_s, rooms).high_s >= wait(ahead, service_times_s, rooms).high_s


def test_few_times_make_a_wider_range_than_many_of_the_same_kind() -> None:
    few, many = wait(20, [300.0, 600.0, 900.0] * 2), wait(20, [300.0, 600.0, 900.0] * 20)
    assert few.low_s < many.low_s
    assert few.high_s > many.high_s


@pytest.mark.parametrize("ahead", [0, 3, 10, 20])
def test_about_four_of_five_waits_fall_inside_the_range(ahead: int) -> None:
    """Made-up mornings: one room, consultations as DOMAIN has them (lognormal, mean 9.3 min, CV 0.7)."""
    chance = random.Random(7)

    def consultation() -> float:
        return chance.lognormvariate(6.125, 0.632)

    inside = 0
    for _ in range(1000):
        found = wait(ahead, [consultation() for _ in range(40)])
        took = consultation() * chance.random() + sum(consultation() for _ in range(ahead))
        inside += found.low_s <= took <= found.high_s
    assert inside >= 760
