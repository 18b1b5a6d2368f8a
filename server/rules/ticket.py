"""
The legal moves of an entry: one table, and nothing moves without it.

An entry is a ticket's place in one queue (FHIR Task). The table maps an action to the states it may start from and the
state it leads to. `finish` leads to `paused` where tests were ordered: the rules of the journey decide that.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal

from server.rules.refusals import IllegalMove

EntryState = Literal[
    "planned", "waiting", "called", "serving", "held", "paused", "missed", "done", "cancelled", "transferred"
]
TicketState = Literal["open", "closed", "cancelled"]
Paper = Literal["pending", "confirmed", "failed", "unknown", "none"]

#: States in which a place in a queue still matters today.
LIVE: Final = frozenset({"planned", "waiting", "called", "serving", "held", "paused", "missed"})
#: States in which the person is, or is expected, at the place of the entry.
ACTIVE: Final = frozenset({"waiting", "called", "serving", "held", "missed"})
#: States in which the person is at a room now: at most one entry of a ticket.
IN_ROOM: Final = frozenset({"called", "serving"})

_ANY_LIVE = dict.fromkeys(LIVE, "cancelled")

MOVES: Final[Mapping[str, Mapping[str, str]]] = {
    "activate": {"planned": "waiting"},
    "call": {"waiting": "called"},
    "call_chosen": {"waiting": "called", "held": "called", "missed": "called"},
    "recall": {"called": "called"},
    "start": {"called": "serving"},
    "finish": {"called": "done", "serving": "done"},
    "pause": {"called": "paused", "serving": "paused"},
    "no_show": {"called": "missed"},
    "hold": {"waiting": "held"},
    "release": {"held": "waiting"},
    "defer": {"waiting": "waiting", "called": "waiting"},
    "transfer": {
        "waiting": "transferred", "called": "transferred", "serving": "transferred",
        "held": "transferred", "missed": "transferred",
    },
    "return": {"paused": "done", "missed": "waiting"},
    "seen": {"waiting": "done", "called": "done", "held": "done", "missed": "done"},
    "leave": _ANY_LIVE,
    "cancel": _ANY_LIVE,
    "end_of_day": _ANY_LIVE,
}  # fmt: skip


def move(action: str, state: str) -> str:
    """
    The state that *action* leads to from *state*.

    Raises:
        IllegalMove: The table has no such move.
    """
    target = MOVES[action].get(state)
    if target is None:
        raise IllegalMove(action=action, state=state)
    return target
