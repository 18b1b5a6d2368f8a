"""
Who is next, and why.

A queue is a few **lanes** (class × way of coming × bound to a room or free), each ordered by a stored rank. Only the
heads of the lanes are looked at, so that a choice costs the same with 100 and 100,000 waiting. The discipline asks in
this order: a bound on the wait that is exceeded (oldest first), an appointment that is due, k:1 between priority and
normal, a:b between returns and new patients. Each choice carries a reason code with its facts.

The **memory** of a queue is two small counters; the same heads and memory always give the same choice.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from server.rules.priority import NORMAL

RETURN: Final = "return"
APPOINTMENT: Final = "appointment"
WALK_IN: Final = "walk_in"
WAYS: Final = frozenset({RETURN, APPOINTMENT, WALK_IN})
MINUTE_MS: Final = 60_000


@dataclass(frozen=True, slots=True)
class Policy:
    """
    How a queue chooses.

    Attributes:
        kind: ``ratio`` (k:1) or ``strict`` (priority always first; the bound still lifts).
        priority_to_normal: k, the calls with priority before one without, while both wait.
        returns: a, the returns called per round while returns and new patients wait.
        new: b, the new patients called per round.
        appointment_window_min: Minutes before and after its time in which an appointment is due.
        bound_min: Minutes of waiting after which anybody goes first, oldest first.
    """

    kind: str = "ratio"
    priority_to_normal: int = 3
    returns: int = 1
    new: int = 2
    appointment_window_min: int = 15
    bound_min: int = 120


@dataclass(frozen=True, slots=True)
class Memory:
    """
    What a queue remembers between calls.

    Attributes:
        turn: 0 … k; at k the next call between both bands is a normal one.
        ways: Per band (priority, normal) the place 0 … a+b-1 in its round of returns and new patients.
    """

    turn: int = 0
    ways: tuple[int, int] = (0, 0)


@dataclass(frozen=True, slots=True)
class Head:
    """The first of a lane. Times in milliseconds since 1970; rank is the time by which the lane is ordered."""

    entry: int
    priority_class: str
    way: str
    rank: int
    due_at: int | None = None
    bound_room: str | None = None

    @property
    def is_normal(self) -> bool:
        return self.priority_class == NORMAL

    @property
    def order(self) -> tuple[int, int]:
        return (self.rank, self.entry)


@dataclass(frozen=True, slots=True)
class Choice:
    """Whom the discipline chose, why (code and facts for the sentence), and what to remember."""

    head: Head
    code: str
    memory: Memory
    facts: Mapping[str, object] = field(default_factory=dict)


def choose(heads: Sequence[Head], memory: Memory, policy: Policy, now_ms: int) -> Choice | None:
    """
    Choose among the heads of the lanes that a room may call from.

    Returns:
        The choice, or None when nobody waits.
    """
    if not heads:
        return None
    return (
        _bound_exceeded(heads, memory, policy, now_ms)
        or _appointment_due(heads, memory, policy, now_ms)
        or _in_turn(heads, memory, policy)
    )


def order(
    lanes: Sequence[Sequence[Head]], memory: Memory, policy: Policy, now_ms: int, limit: int | None = None
) -> list[Choice]:
    """
    The order in which those who wait now would be called if nobody else came, by running the discipline forward.

    Args:
        lanes: Each lane in its own order; only as many of each as *limit* are needed.
        limit: How many calls to look ahead; None for all.
    """
    places = [0] * len(lanes)
    where = {head.entry: index for index, lane in enumerate(lanes) for head in lane}
    chosen: list[Choice] = []
    while limit is None or len(chosen) < limit:
        heads = [lane[place] for lane, place in zip(lanes, places, strict=True) if place < len(lane)]
        choice = choose(heads, memory, policy, now_ms)
        if choice is None:
            break
        chosen.append(choice)
        memory = choice.memory
        places[where[choice.head.entry]] += 1
    return chosen


def _bound_exceeded(heads: Sequence[Head], memory: Memory, policy: Policy, now_ms: int) -> Choice | None:
    bound_ms = policy.bound_min * MINUTE_MS
    over = [head for head in heads if now_ms - head.rank > bound_ms]
    if not over:
        return None
    head = min(over, key=lambda item: item.order)
    waited_min = (now_ms - head.rank) // MINUTE_MS
    return Choice(head, "bound_exceeded", memory, {"waited_min": waited_min, "bound_min": policy.bound_min})


def _appointment_due(heads: Sequence[Head], memory: Memory, policy: Policy, now_ms: int) -> Choice | None:
    window_ms = policy.appointment_window_min * MINUTE_MS
    due = [
        head
        for head in heads
        if head.way == APPOINTMENT and head.due_at is not None and abs(now_ms - head.due_at) <= window_ms
    ]
    if not due:
        return None
    head = min(due, key=lambda item: (item.due_at, item.order))
    return Choice(head, "appointment_due", memory, {"due": head.due_at})


def _in_turn(heads: Sequence[Head], memory: Memory, policy: Policy) -> Choice:
    normal = [head for head in heads if head.is_normal]
    priority = [head for head in heads if not head.is_normal]
    if not (normal and priority):
        # Calls without a rival count towards k, so that who comes next is not made to wait for a whole round again.
        turn = 0 if normal else min(memory.turn + 1, policy.priority_to_normal)
        return _by_way(normal or priority, replace(memory, turn=turn), policy, "only_class", {})
    if policy.kind == "strict":
        return _by_way(priority, memory, policy, "strict_rank", {})
    k = policy.priority_to_normal
    if memory.turn >= k:
        return _by_way(normal, replace(memory, turn=0), policy, "normal_turn", {"k": k})
    facts = {"n": memory.turn + 1, "k": k}
    return _by_way(priority, replace(memory, turn=memory.turn + 1), policy, "priority_turn", facts)


def _by_way(heads: Sequence[Head], memory: Memory, policy: Policy, code: str, facts: Mapping[str, object]) -> Choice:
    """Within one band: a returns, then b new patients, while both wait; otherwise by rank."""
    returns = [head for head in heads if head.way == RETURN]
    new = [head for head in heads if head.way != RETURN]
    if not (returns and new):
        head = min(heads, key=lambda item: item.order)
        return Choice(head, "first_in_order" if code == "only_class" else code, memory, facts)
    band = 1 if heads[0].is_normal else 0
    place = memory.ways[band] % (policy.returns + policy.new)  # a policy changed today may have had a longer round
    is_return = place < policy.returns
    following = (place + 1) % (policy.returns + policy.new)
    ways = (following, memory.ways[1]) if band == 0 else (memory.ways[0], following)
    if code == "only_class":
        code, facts = ("return_turn" if is_return else "new_turn"), {"a": policy.returns, "b": policy.new}
    head = min(returns if is_return else new, key=lambda item: item.order)
    return Choice(head, code, replace(memory, ways=ways), facts)


def ahead(counts: Mapping[tuple[str, str], int], memory: Memory, policy: Policy, priority_class: str, way: str) -> int:
    """
    How many would be called before somebody who joins the end of their lane now, in constant time.

    The closed form of running `order` forward, while neither a bound nor an appointment intervenes.

    Args:
        counts: Waiting per (class, way) before the person joins, over the lanes that the same rooms call from.
        priority_class: The class of the person who joins.
        way: How they came.
    """
    band = 1 if priority_class == NORMAL else 0
    mine, others = _band_counts(counts, band), _band_counts(counts, 1 - band)
    place = _place_in_band(mine, memory.ways[band] % (policy.returns + policy.new), policy, way == RETURN)
    return place + _others_before(place, sum(others), memory.turn, policy, is_normal=band == 1)


def _band_counts(counts: Mapping[tuple[str, str], int], band: int) -> tuple[int, int]:
    returns = new = 0
    for (priority_class, way), number in counts.items():
        if (priority_class == NORMAL) == (band == 1):
            returns, new = (returns + number, new) if way == RETURN else (returns, new + number)
    return returns, new


def _place_in_band(counts: tuple[int, int], place: int, policy: Policy, is_return: bool) -> int:
    """Place within the band of somebody at the end of its returns or its new patients."""
    returns, new = counts
    a, b = policy.returns, policy.new
    if is_return:
        left = a - place
        others = b * (1 + (returns - left) // a) if returns >= left else 0
        if left <= 0:
            others = (a + b - place) + (returns // a) * b
        return returns + min(new, others)
    if place < a:
        others = (a - place) + (new // b) * a
    else:
        left = a + b - place
        others = a * (1 + (new - left) // b) if new >= left else 0
    return new + min(returns, others)


def _others_before(place: int, others: int, turn: int, policy: Policy, *, is_normal: bool) -> int:
    """Calls of the other band before the one at *place* of its own band."""
    k = policy.priority_to_normal
    if policy.kind == "strict":
        return others if is_normal else 0
    left = max(k - turn, 0)
    if is_normal:
        return min(others, left + place * k)
    return min(others, 1 + (place - left) // k) if place >= left else 0
