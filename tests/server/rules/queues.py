"""Made-up queues for the discipline: people in lanes, and Hypothesis strategies for them."""

from collections.abc import Sequence

from hypothesis import settings
from hypothesis import strategies as st

from server.rules.discipline import MINUTE_MS, Head, Memory, Policy

#: Machines that run the tests beside others are slow at times: no example has a time limit.
unhurried = settings(deadline=None)
#: Any moment; ranks are counted back from it.
NOW_MS = 1_800_000_000_000
CLASSES = ("normal", "age_75", "pregnant")
WAYS = ("walk_in", "return", "appointment")

kinds = st.tuples(st.sampled_from(CLASSES), st.sampled_from(WAYS))


def head(entry: int, priority_class: str = "normal", way: str = "walk_in", waited_min: float = 0, **more: int) -> Head:
    """Somebody who came *waited_min* minutes ago."""
    return Head(entry, priority_class, way, NOW_MS - round(waited_min * MINUTE_MS), **more)  # type: ignore[arg-type] # due_at only


def lanes_of(people: Sequence[Head]) -> list[list[Head]]:
    """The lanes that *people* stand in, each by rank."""
    lanes: dict[tuple[str, str], list[Head]] = {}
    for person in sorted(people, key=lambda item: item.order):
        lanes.setdefault((person.priority_class, person.way), []).append(person)
    return list(lanes.values())


@st.composite
def policies(draw: st.DrawFn, kind: str | None = None) -> Policy:
    small = st.integers(1, 5)
    return Policy(
        kind=kind or draw(st.sampled_from(("ratio", "strict"))),
        priority_to_normal=draw(small),
        returns=draw(small),
        new=draw(small),
        bound_min=draw(st.integers(30, 240)),
    )


@st.composite
def memories(draw: st.DrawFn, policy: Policy) -> Memory:
    place = st.integers(0, policy.returns + policy.new - 1)
    return Memory(draw(st.integers(0, policy.priority_to_normal)), (draw(place), draw(place)))


#: What a queue remembers of a policy that was changed in the middle of the day.
stale_memories = st.builds(Memory, st.integers(0, 12), st.tuples(st.integers(0, 12), st.integers(0, 12)))


@st.composite
def crowds(draw: st.DrawFn, longest_wait_min: int = 300, with_due: bool = True) -> list[Head]:
    """People of all classes and ways, some beyond any bound; an appointment is due and its rank is its time."""
    people = []
    for entry, (priority_class, way) in enumerate(draw(st.lists(kinds, max_size=25)), 1):
        if with_due and way == "appointment":
            due = NOW_MS + draw(st.integers(-15, 15)) * MINUTE_MS
            people.append(Head(entry, priority_class, way, due, due))
        else:
            waited = draw(st.integers(1, longest_wait_min))
            people.append(Head(entry, priority_class, way, NOW_MS - waited * MINUTE_MS))
    return people


def joiner(kind: tuple[str, str]) -> Head:
    """Somebody who comes behind everybody of *kind*: now, or with an appointment after all others."""
    priority_class, way = kind
    due = NOW_MS + 61 * MINUTE_MS if way == "appointment" else None
    return Head(999, priority_class, way, due or NOW_MS, due)
