"""Calling: the one who was chosen and nobody else, nobody who is at another room, out of turn with a reason."""

import pytest

from server.rules.refusals import (
    Elsewhere,
    NobodyWaiting,
    NumberNotWaiting,
    ReasonMissing,
    ReasonUnknown,
    RoomBusy,
)
from tests.server.actions.floor import Floor


def test_who_is_next_is_called_by_a_click_without_a_reason(floor: Floor) -> None:
    first = floor.issue()
    floor.issue()
    assert floor.choose("p1", floor.entry(first, "noi")) == first


def test_somebody_else_needs_a_reason_of_the_list(floor: Floor) -> None:
    floor.issue()
    second = floor.entry(floor.issue(), "noi")
    with pytest.raises(ReasonMissing):
        floor.choose("p1", second)
    with pytest.raises(ReasonUnknown):
        floor.choose("p1", second, "because")
    assert floor.choose("p1", second, "wheelchair") == "A002"


def test_a_call_in_turn_is_no_call_out_of_turn_whatever_reason_is_given(floor: Floor) -> None:
    first = floor.entry(floor.issue(), "noi")
    floor.choose("p1", first, "wheelchair")
    assert floor._all("SELECT out_of_turn FROM call") == [{"out_of_turn": 0}]


def test_the_clicked_patient_is_called_though_freeing_the_room_makes_another_one_next(floor: Floor) -> None:
    first = floor.issue()
    floor.next("p2")
    floor.finish("p2", ["noi", "nhi"])
    assert floor.next("p2") == first
    clicked = floor.issue("nhi")
    # While the first is in the room, the one clicked is next; finishing lets the first wait there too, and earlier.
    with pytest.raises(ReasonMissing):
        floor.choose("p2", floor.entry(clicked, "nhi"), previous="finish")
    assert floor.choose("p2", floor.entry(clicked, "nhi"), "staff_request", "finish") == clicked


def test_a_held_patient_who_is_at_another_room_is_not_called(floor: Floor) -> None:
    number = floor.issue()
    floor.next("p1")
    floor.finish("p1", ["xet-nghiem", "x-quang"])
    floor.hold(floor.entry(number, "x-quang"))
    floor.next("xn")
    with pytest.raises(Elsewhere) as refused:
        floor.choose("xq", floor.entry(number, "x-quang"), "staff_request")
    assert refused.value.facts == {"room": "xn", "number": number}


def test_when_the_other_room_is_done_the_held_patient_is_called(floor: Floor) -> None:
    number = floor.issue()
    floor.next("p1")
    floor.finish("p1", ["xet-nghiem", "x-quang"])
    floor.hold(floor.entry(number, "x-quang"))
    floor.next("xn")
    floor.finish("xn")
    assert floor.choose("xq", floor.entry(number, "x-quang"), "staff_request") == number


def test_who_is_at_a_room_is_passed_over_elsewhere_and_keeps_the_place(floor: Floor) -> None:
    number = floor.issue()
    floor.next("p1")
    floor.finish("p1", ["xet-nghiem", "x-quang"])
    floor.next("xn")
    with pytest.raises(NobodyWaiting):
        floor.next("xq")
    floor.finish("xn")
    assert floor.next("xq") == number


def test_a_busy_room_is_asked_what_becomes_of_the_one_called(floor: Floor) -> None:
    first = floor.issue()
    floor.issue()
    floor.next("p1")
    with pytest.raises(RoomBusy):
        floor.next("p1")
    assert floor.next("p1", "missed") == "A002"
    assert floor.state(first, "noi") == "missed"


def test_nobody_left_leaves_the_one_in_the_room_alone(floor: Floor) -> None:
    number = floor.issue()
    floor.next("p1")
    with pytest.raises(NobodyWaiting):
        floor.next("p1", "finish")
    assert floor.state(number, "noi") == "called"


def test_a_room_calls_from_its_own_queues_only(floor: Floor) -> None:
    number = floor.issue("nhi")
    with pytest.raises(NumberNotWaiting):
        floor.choose("p1", floor.entry(number, "nhi"), "staff_request")
