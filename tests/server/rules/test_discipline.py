"""Who is next and why: each reason, and the properties that make the order fair."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server import words
from server.rules.discipline import MINUTE_MS, Choice, Head, Memory, Policy, ahead, choose, order
from tests.server.rules.queues import (
    CLASSES,
    NOW_MS,
    WAYS,
    crowds,
    head,
    joiner,
    kinds,
    lanes_of,
    memories,
    policies,
    stale_memories,
    unhurried,
)

POLICY = Policy()
REASONS = (
    "first_in_order", "priority_turn", "normal_turn", "return_turn", "new_turn", "strict_rank", "bound_exceeded",
    "appointment_due",
)  # fmt: skip


def choice(heads: Sequence[Head], memory: Memory | None = None, policy: Policy = POLICY) -> Choice:
    found = choose(heads, memory or Memory(), policy, NOW_MS)
    assert found is not None
    return found


def run(people: Sequence[Head], memory: Memory | None = None, policy: Policy = POLICY) -> list[int]:
    return [item.head.entry for item in order(lanes_of(people), memory or Memory(), policy, NOW_MS)]


# Each reason


def test_nobody_is_chosen_where_nobody_waits() -> None:
    assert choose([], Memory(), POLICY, NOW_MS) is None
    assert order([], Memory(), POLICY, NOW_MS) == []


def test_of_one_class_whoever_came_first_goes_first() -> None:
    found = choice([head(1, waited_min=3), head(2, waited_min=5)])
    assert (found.head.entry, found.code) == (2, "first_in_order")


def test_two_who_came_in_the_same_millisecond_go_by_their_entries() -> None:
    assert choice([head(2), head(1)]).head.entry == 1


def test_priority_goes_first_three_times_and_says_which_turn_it_is() -> None:
    found = choice([head(1, waited_min=30), head(2, "age_75")], Memory(turn=2))
    assert (found.head.entry, found.code, found.facts) == (2, "priority_turn", {"n": 3, "k": 3})
    assert found.memory.turn == 3


def test_after_three_with_priority_one_without_goes() -> None:
    found = choice([head(1), head(2, "age_75", waited_min=30)], Memory(turn=3))
    assert (found.head.entry, found.code, found.facts, found.memory.turn) == (1, "normal_turn", {"k": 3}, 0)


def test_all_priority_classes_go_together_in_order_of_arrival() -> None:
    assert choice([head(1, "pregnant", waited_min=1), head(2, "merit", waited_min=2)]).head.entry == 2


def test_calls_without_a_rival_count_towards_the_turn_of_the_next_normal_one() -> None:
    memory = choice([head(1, "age_75")], Memory(turn=2)).memory
    assert choice([head(2, "age_75"), head(3)], memory).code == "normal_turn"


def test_calls_without_a_rival_count_no_further_than_a_round() -> None:
    assert choice([head(1, "age_75")], Memory(turn=3)).memory.turn == 3


def test_a_normal_call_without_a_rival_begins_a_new_round() -> None:
    assert choice([head(1)], Memory(turn=3)).memory.turn == 0


def test_strict_rank_puts_priority_first_each_time() -> None:
    people = [head(1, waited_min=30), *(head(n, "age_75") for n in range(2, 9))]
    strict = replace(POLICY, kind="strict")
    assert run(people, policy=strict) == [2, 3, 4, 5, 6, 7, 8, 1]
    assert choice([head(1), head(2, "merit")], policy=strict).code == "strict_rank"


def test_one_return_goes_before_two_new_ones() -> None:
    people = [head(n, waited_min=20 - n) for n in range(1, 5)] + [head(n, way="return", waited_min=1) for n in (11, 12)]
    found = order(lanes_of(people), Memory(), POLICY, NOW_MS)
    assert [item.head.entry for item in found] == [11, 1, 2, 12, 3, 4]
    assert [item.code for item in found[:3]] == ["return_turn", "new_turn", "new_turn"]
    assert found[0].facts == {"a": 1, "b": 2}


def test_returns_and_new_ones_take_turns_within_their_own_class_only() -> None:
    people = [head(1), head(2, way="return"), head(3, "merit"), head(4, "merit", "return")]
    found = choice(people, Memory(ways=(0, 2)))
    assert (found.head.entry, found.code, found.memory.ways) == (4, "priority_turn", (1, 2))
    found = choice(people, Memory(turn=3, ways=(0, 1)))
    assert (found.head.entry, found.code, found.memory.ways) == (1, "normal_turn", (0, 2))


def test_somebody_with_an_appointment_who_is_not_due_is_a_new_patient() -> None:
    later = NOW_MS + 16 * MINUTE_MS
    found = choice([head(1, way="return"), head(2, way="appointment", due_at=later)], Memory(ways=(0, 1)))
    assert (found.head.entry, found.code) == (2, "new_turn")


@pytest.mark.parametrize("minutes", [-15, 0, 15])
def test_an_appointment_that_is_due_goes_before_the_turns(minutes: int) -> None:
    due = NOW_MS + minutes * MINUTE_MS
    found = choice([head(1, "age_75", waited_min=60), head(2, way="appointment", due_at=due)])
    assert (found.head.entry, found.code, found.facts) == (2, "appointment_due", {"due": due})


@pytest.mark.parametrize("minutes", [-16, 16])
def test_an_appointment_outside_its_window_waits_its_turn(minutes: int) -> None:
    due = NOW_MS + minutes * MINUTE_MS
    assert choice([head(1, "age_75"), head(2, way="appointment", due_at=due)]).head.entry == 1


def test_of_two_that_are_due_the_earlier_appointment_goes_first() -> None:
    first, second = head(2, way="appointment", due_at=NOW_MS), head(1, way="appointment", due_at=NOW_MS + 1)
    assert choice([second, first]).head.entry == 2


def test_an_appointment_without_a_time_is_never_due() -> None:
    assert choice([head(1, way="appointment")]).code == "first_in_order"


def test_whoever_waited_beyond_the_bound_goes_before_everybody_else() -> None:
    people = [head(1, "age_75"), head(2, way="appointment", due_at=NOW_MS), head(3, waited_min=121)]
    found = choice(people, Memory(turn=1))
    assert (found.head.entry, found.code) == (3, "bound_exceeded")
    assert (found.facts, found.memory) == ({"waited_min": 121, "bound_min": 120}, Memory(turn=1))


def test_the_bound_itself_is_not_beyond_it() -> None:
    assert choice([head(1, "age_75"), head(2, waited_min=120)]).head.entry == 1


def test_of_two_beyond_the_bound_the_one_who_waited_longest_goes_first() -> None:
    assert choice([head(1, "age_75", waited_min=130), head(2, waited_min=131)]).head.entry == 2


def test_a_look_ahead_ends_where_it_was_told_to() -> None:
    people = [head(n) for n in range(1, 20)]
    assert [item.head.entry for item in order(lanes_of(people), Memory(), POLICY, NOW_MS, limit=3)] == [1, 2, 3]
    assert order(lanes_of(people), Memory(), POLICY, NOW_MS, limit=0) == []


@unhurried
@given(crowds(), policies().flatmap(lambda policy: st.tuples(st.just(policy), memories(policy))))
def test_each_choice_is_explained_by_a_sentence(people: list[Head], rules: tuple[Policy, Memory]) -> None:
    policy, memory = rules
    for item in order(lanes_of(people), memory, policy, NOW_MS):
        assert item.code in REASONS
        for language in words.LANGUAGES:
            sentence = words.sentence("reasons", item.code, language, item.facts)
            assert "…" not in sentence
            assert sentence != item.code


# Properties of the order


rules_of = policies().flatmap(lambda policy: st.tuples(st.just(policy), memories(policy)))


@unhurried
@given(crowds(), rules_of)
def test_everybody_is_called_once(people: list[Head], rules: tuple[Policy, Memory]) -> None:
    policy, memory = rules
    assert sorted(run(people, memory, policy)) == sorted(person.entry for person in people)


@unhurried
@given(crowds(), rules_of, st.randoms())
def test_the_same_people_are_called_in_the_same_order_however_they_are_listed(
    people: list[Head], rules: tuple[Policy, Memory], chance: st.DataObject
) -> None:
    policy, memory = rules
    shuffled = lanes_of(people)
    chance.shuffle(shuffled)  # type: ignore[attr-defined] # st.randoms gives a random.Random
    once = [item.head.entry for item in order(shuffled, memory, policy, NOW_MS)]
    assert once == run(people, memory, policy)


@unhurried
@given(crowds(), rules_of, st.integers(0, 30))
def test_a_shorter_look_ahead_is_the_beginning_of_a_longer_one(
    people: list[Head], rules: tuple[Policy, Memory], limit: int
) -> None:
    policy, memory = rules
    lanes = lanes_of(people)
    assert order(lanes, memory, policy, NOW_MS, limit) == order(lanes, memory, policy, NOW_MS)[:limit]


@unhurried
@given(crowds(), rules_of)
def test_within_a_lane_nobody_without_an_appointment_overtakes(
    people: list[Head], rules: tuple[Policy, Memory]
) -> None:
    policy, memory = rules
    called = run(people, memory, policy)
    for lane in lanes_of(people):
        places = [called.index(person.entry) for person in lane]
        assert all(before < after for before, after in pairwise(places))


@unhurried
@given(crowds(), rules_of, kinds)
def test_somebody_who_joins_behind_lets_nobody_past_anybody_of_the_same_band(
    people: list[Head], rules: tuple[Policy, Memory], kind: tuple[str, str]
) -> None:
    policy, memory = rules
    normal = {person.entry for person in people if person.is_normal}
    before = run(people, memory, policy)
    after = [entry for entry in run([*people, joiner(kind)], memory, policy) if entry != 999]
    for is_normal in (True, False):
        band = [[entry for entry in called if (entry in normal) is is_normal] for called in (before, after)]
        assert band[0] == band[1]


@unhurried
@given(crowds(), rules_of, kinds)
def test_somebody_who_joins_behind_moves_nobody_ahead(
    people: list[Head], rules: tuple[Policy, Memory], kind: tuple[str, str]
) -> None:
    policy, memory = rules
    before = run(people, memory, policy)
    after = run([*people, joiner(kind)], memory, policy)
    assert all(after.index(entry) >= before.index(entry) for entry in before)


@unhurried
@given(crowds(longest_wait_min=29, with_due=False), policies("ratio"), st.data())
def test_in_each_window_in_which_both_wait_one_of_k_and_one_is_normal(
    people: list[Head], policy: Policy, data: st.DataObject
) -> None:
    memory = data.draw(memories(policy))
    called = [item.head for item in order(lanes_of(people), memory, policy, NOW_MS)]
    left = [sum(1 for person in called[place:] if person.is_normal) for place in range(len(called))]
    both = [0 < left[place] < len(called) - place for place in range(len(called))]
    size = policy.priority_to_normal + 1
    for start in range(len(called) - size + 1):
        if all(both[start : start + size]):
            assert sum(person.is_normal for person in called[start : start + size]) == 1


# Nobody starves


@unhurried
@given(
    policies(),
    st.lists(st.tuples(st.sampled_from(("age_75", "merit")), st.sampled_from(WAYS)), min_size=1, max_size=5),
    kinds,
)
def test_nobody_waits_beyond_the_bound_whoever_comes_meanwhile(
    policy: Policy, rivals: list[tuple[str, str]], kind: tuple[str, str]
) -> None:
    """One comes each minute and one is called each minute: a queue that never empties."""
    waiting = [Head(0, *kind, NOW_MS)]
    memory, minute = Memory(), 0
    while True:
        minute += 1
        now = NOW_MS + minute * MINUTE_MS
        waiting.append(Head(minute, *rivals[minute % len(rivals)], now))
        found = choose([lane[0] for lane in lanes_of(waiting)], memory, policy, now)
        assert found is not None
        waiting.remove(found.head)
        memory = found.memory
        if found.head.entry == 0:
            break
    assert minute <= policy.bound_min + 1


@unhurried
@given(policies("ratio"), st.integers(0, 10), st.data())
def test_a_normal_patient_is_called_within_their_rounds_whoever_comes_meanwhile(
    policy: Policy, place: int, data: st.DataObject
) -> None:
    memory = data.draw(memories(policy))
    policy = replace(policy, bound_min=10_000)
    waiting = [Head(number, "normal", "walk_in", NOW_MS - 100 + number) for number in range(place + 1)]
    called, entry = 0, place
    while any(person.entry == place for person in waiting):
        entry += 1
        waiting.append(Head(entry, "age_75", "walk_in", NOW_MS + entry))
        found = choose([lane[0] for lane in lanes_of(waiting)], memory, policy, NOW_MS)
        assert found is not None
        waiting.remove(found.head)
        memory, called = found.memory, called + 1
    assert called <= (place + 1) * (policy.priority_to_normal + 1)


@unhurried
@given(policies(), st.sampled_from(("return", "walk_in")), st.data())
def test_neither_returns_nor_new_ones_starve_the_other(policy: Policy, way: str, data: st.DataObject) -> None:
    memory = data.draw(memories(policy))
    other = "walk_in" if way == "return" else "return"
    waiting, called = [head(0, way=way)], 0
    while any(person.entry == 0 for person in waiting):
        called += 1
        waiting.append(head(called, way=other))
        found = choose([lane[0] for lane in lanes_of(waiting)], memory, policy, NOW_MS)
        assert found is not None
        waiting.remove(found.head)
        memory = found.memory
    assert called <= max(policy.returns, policy.new) + 1


# The closed form


def counted(people: Sequence[Head]) -> dict[tuple[str, str], int]:
    counts: dict[tuple[str, str], int] = {}
    for person in people:
        kind = (person.priority_class, person.way)
        counts[kind] = counts.get(kind, 0) + 1
    return counts


@unhurried
@given(crowds(longest_wait_min=29, with_due=False), rules_of, kinds)
def test_how_many_go_first_is_the_place_in_the_order(
    people: list[Head], rules: tuple[Policy, Memory], kind: tuple[str, str]
) -> None:
    policy, memory = rules
    place = run([*people, Head(999, *kind, NOW_MS)], memory, policy).index(999)
    assert ahead(counted(people), memory, policy, *kind) == place


@unhurried
@given(crowds(longest_wait_min=29, with_due=False), policies(), stale_memories, kinds)
def test_a_policy_changed_in_the_middle_of_the_day_leaves_the_place_right(
    people: list[Head], policy: Policy, memory: Memory, kind: tuple[str, str]
) -> None:
    place = run([*people, Head(999, *kind, NOW_MS)], memory, policy).index(999)
    assert ahead(counted(people), memory, policy, *kind) == place


@pytest.mark.parametrize("priority_class", CLASSES)
@pytest.mark.parametrize("way", WAYS)
def test_nobody_goes_before_the_first_who_comes(priority_class: str, way: str) -> None:
    assert ahead({}, Memory(), POLICY, priority_class, way) == 0


def test_how_many_go_first_costs_the_same_with_a_hundred_thousand() -> None:
    counts = {("normal", "walk_in"): 100_000, ("age_75", "walk_in"): 50_000}
    assert ahead(counts, Memory(), POLICY, "normal", "walk_in") == 150_000
    assert ahead(counts, Memory(), POLICY, "age_75", "return") == 0
    assert ahead(counts, Memory(), POLICY, "age_75", "walk_in") == 50_000 + 50_000 // 3
