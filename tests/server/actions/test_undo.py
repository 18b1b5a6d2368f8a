"""Taking back a desk's last action: everything as it was, or nothing when somebody has built on it since."""

import pytest

from server.actions import call, journey
from server.rules.refusals import NothingToUndo
from tests.server.actions.floor import Floor


def test_a_call_taken_back_leaves_the_patient_where_they_were(floor: Floor) -> None:
    first, second = floor.issue(), floor.issue()
    floor.next("p1")
    floor.undo("p1")
    assert (floor.state(first, "noi"), floor.state(second, "noi")) == ("waiting", "waiting")
    assert floor.next("p1") == first


def test_a_finish_taken_back_brings_the_patient_back_into_the_room(floor: Floor) -> None:
    number = floor.issue()
    floor.next("p1")
    floor.finish("p1", ["thu-ngan"])
    floor.undo("p1")
    assert (floor.state(number, "noi"), floor.state(number, "thu-ngan")) == ("called", "cancelled")


def test_a_closed_ticket_is_open_again(floor: Floor) -> None:
    number = floor.issue()
    floor.next("p1")
    floor.finish("p1", [])
    assert floor.ticket_state(number) == "closed"
    floor.undo("p1")
    assert floor.ticket_state(number) == "open"


def test_nothing_is_taken_back_twice(floor: Floor) -> None:
    floor.issue()
    floor.next("p1")
    floor.undo("p1")
    with pytest.raises(NothingToUndo):
        floor.undo("p1")


def test_what_somebody_has_built_on_is_not_taken_back(floor: Floor) -> None:
    floor.issue()
    floor.next("p1")
    floor.finish("p1", ["thu-ngan"])
    floor.next("tn")
    with pytest.raises(NothingToUndo):
        floor.undo("p1")


def test_the_call_of_another_room_is_no_reason_to_refuse(floor: Floor) -> None:
    first = floor.issue(), floor.issue()
    floor.next("p1")
    floor.next("p2")
    floor.undo("p1")
    assert floor.state(first[0], "noi") == "waiting"


def parallel_held(floor: Floor) -> str:
    """A patient called to the laboratory, whose place at the X-ray is held."""
    number = floor.issue()
    floor.next("p1")
    floor.finish("p1", ["xet-nghiem", "x-quang"])
    floor.hold(floor.entry(number, "x-quang"))
    floor.next("xn")
    return number


def test_a_patient_who_went_to_another_room_is_not_drawn_back(floor: Floor) -> None:
    number = parallel_held(floor)
    floor.finish("xn")
    assert floor.choose("xq", floor.entry(number, "x-quang"), "staff_request") == number
    with pytest.raises(NothingToUndo):
        floor.undo("xn")
    assert floor.state(number, "xet-nghiem") == "done"


def test_a_ticket_that_has_ended_is_not_drawn_back(floor: Floor) -> None:
    number = parallel_held(floor)
    floor.finish("xn")
    held = floor.entry(number, "x-quang")
    paused = floor.entry(number, "noi")
    for entry in (held, paused):
        floor.act(lambda tx, entry=entry: journey.cancel(tx, entry))
    with pytest.raises(NothingToUndo):
        floor.undo("xn")


def test_a_recall_taken_back_leaves_the_first_call(floor: Floor) -> None:
    number = floor.issue()
    floor.next("p1")
    floor.act(lambda tx: call.recall(tx, "p1"))
    floor.undo("p1")
    assert floor.state(number, "noi") == "called"
    floor.finish("p1")
    assert floor.state(number, "noi") == "done"
