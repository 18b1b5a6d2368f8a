"""The legal moves of an entry, written out once more by hand, and no other."""

from typing import get_args

import pytest

from server.rules.refusals import IllegalMove
from server.rules.ticket import ACTIVE, IN_ROOM, LIVE, MOVES, EntryState, move

STATES = get_args(EntryState)
LEGAL = {
    ("activate", "planned"): "waiting",
    ("call", "waiting"): "called",
    ("call_chosen", "waiting"): "called",
    ("call_chosen", "held"): "called",
    ("call_chosen", "missed"): "called",
    ("recall", "called"): "called",
    ("start", "called"): "serving",
    ("finish", "called"): "done",
    ("finish", "serving"): "done",
    ("pause", "called"): "paused",
    ("pause", "serving"): "paused",
    ("no_show", "called"): "missed",
    ("hold", "waiting"): "held",
    ("release", "held"): "waiting",
    ("defer", "waiting"): "waiting",
    ("defer", "called"): "waiting",
    ("transfer", "waiting"): "transferred",
    ("transfer", "called"): "transferred",
    ("transfer", "serving"): "transferred",
    ("transfer", "held"): "transferred",
    ("transfer", "missed"): "transferred",
    ("return", "paused"): "done",
    ("return", "missed"): "waiting",
    ("seen", "waiting"): "done",
    ("seen", "called"): "done",
    ("seen", "held"): "done",
    ("seen", "missed"): "done",
} | {
    (action, state): "cancelled"
    for action in ("leave", "cancel", "end_of_day")
    for state in ("planned", "waiting", "called", "serving", "held", "paused", "missed")
}


@pytest.mark.parametrize("action", sorted(MOVES))
@pytest.mark.parametrize("state", STATES)
def test_an_entry_makes_each_legal_move_and_no_other(action: str, state: str) -> None:
    if (action, state) in LEGAL:
        assert move(action, state) == LEGAL[action, state]
    else:
        with pytest.raises(IllegalMove) as refused:
            move(action, state)
        assert refused.value.facts == {"action": action, "state": state}


def test_each_action_that_is_written_out_is_in_the_table() -> None:
    assert {action for action, _ in LEGAL} == set(MOVES)


@pytest.mark.parametrize("state", ["done", "cancelled", "transferred"])
def test_nothing_moves_out_of_an_end(state: str) -> None:
    assert [action for action, moves in MOVES.items() if state in moves] == []


def test_every_state_but_the_ends_is_live() -> None:
    assert set(STATES) - LIVE == {"done", "cancelled", "transferred"}


def test_whoever_is_in_a_room_is_active_and_whoever_is_active_is_live() -> None:
    assert IN_ROOM < ACTIVE < LIVE


def test_an_action_that_does_not_exist_is_a_mistake_of_the_program() -> None:
    with pytest.raises(KeyError):
        move("dance", "waiting")
