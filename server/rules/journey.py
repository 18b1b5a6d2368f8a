"""
The patient's way through the house: which queues follow when a step ends.

One ticket goes all the way. A step that sends the patient to tests is **paused**: the patient returns to the same queue
as a new entry with the way `return`. Steps of one stage run in parallel; a stage begins when the one before has ended.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from server.rules.refusals import QueueUnknown
from server.rules.ticket import ACTIVE

#: Kinds of place where something is examined: the patient comes back from there to the doctor who ordered it.
TEST_KINDS: Final = frozenset({"laboratory", "imaging"})
STAGES_MAX: Final = 12
STEPS_MAX: Final = 12


@dataclass(frozen=True, slots=True)
class Onward:
    """
    What follows a finished step.

    Attributes:
        stages: Queues to go to, stage after stage; those of one stage in any order.
        is_pause: True when the patient is expected back at the step that ended.
    """

    stages: tuple[tuple[str, ...], ...]
    is_pause: bool


def parse_next(given: Sequence[object], queue_kinds: Mapping[str, str]) -> tuple[tuple[str, ...], ...]:
    """
    Read `next` of a finish: ``["a","b"]`` is one stage in parallel, ``[["a"],["b"]]`` two stages in order.

    Raises:
        QueueUnknown: A code that the hospital does not have, a mixture of both forms, or too many steps.
    """
    if not given:
        return ()
    nested = [isinstance(item, (list, tuple)) for item in given]
    if any(nested) and not all(nested):
        raise QueueUnknown(queue=str(given)[:80])
    stages = [list(item) for item in given if isinstance(item, (list, tuple))] if nested[0] else [list(given)]
    if len(stages) > STAGES_MAX or sum(map(len, stages)) > STEPS_MAX:
        raise QueueUnknown(queue=str(given)[:80])
    for code in (code for stage in stages for code in stage):
        if not isinstance(code, str) or code not in queue_kinds:
            raise QueueUnknown(queue=str(code)[:40])
    return tuple(tuple(dict.fromkeys(map(str, stage))) for stage in stages if stage)


def onward(
    queue: str, given: tuple[tuple[str, ...], ...] | None, flow: Sequence[str], queue_kinds: Mapping[str, str]
) -> Onward:
    """
    What follows when a step in *queue* ends.

    Args:
        queue: The queue of the step.
        given: The stages that the desk chose; None lets the service's flow decide, empty ends the visit here.
        flow: Queue codes of the ticket's service in order.
        queue_kinds: Kind of each queue of the hospital.
    """
    if given is None:
        return Onward(_flow_step(queue, flow, queue_kinds), is_pause=False)
    goes_to_tests = any(queue_kinds[code] in TEST_KINDS for stage in given for code in stage)
    return Onward(given, is_pause=goes_to_tests and queue_kinds[queue] == "clinic")


def _flow_step(queue: str, flow: Sequence[str], queue_kinds: Mapping[str, str]) -> tuple[tuple[str, ...], ...]:
    if queue in flow:
        following = flow[flow.index(queue) + 1 :][:1]
    elif queue_kinds[queue] == "clinic":
        # Sent here by hand from reception or another clinic: what the service still lists after its clinic applies.
        following = [code for code in flow if queue_kinds[code] not in ("reception", "clinic")][:1]
    else:
        following = []
    return ((following[0],),) if following else ()


def stage_to_begin(entries: Iterable[tuple[str, int]]) -> int | None:
    """
    The stage whose planned entries begin now.

    Args:
        entries: (state, stage) of each entry of the ticket.

    Returns:
        The lowest planned stage when nothing is active any more; None when something is, or nothing is planned.
    """
    found = list(entries)
    if any(state in ACTIVE for state, _ in found):
        return None
    return min((stage for state, stage in found if state == "planned"), default=None)
