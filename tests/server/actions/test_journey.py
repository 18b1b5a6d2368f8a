"""The patient's way: on to the next queues, back from tests, aside and gone; each once, and nobody is forgotten."""

from typing import Any

import pytest

from server.actions import call, journey
from server.rules.refusals import ClassNotAllowed, IllegalMove, QueueUnknown
from tests.server.actions.floor import Floor
from tests.server.small_hospital import HOUR_MS


def move(floor: Floor, action: Any, number: str, queue: str, *more: Any) -> Any:
    entry = floor.entry(number, queue)
    return floor.act(lambda tx: action(tx, entry, *more))


def test_the_services_flow_leads_on(floor: Floor) -> None:
    number = floor.issue("noi")
    for room, queue in (("p1", "thu-ngan"), ("tn", "nha-thuoc")):
        assert floor.next(room) == number
        floor.finish(room)
        assert floor.state(number, queue) == "waiting"
    floor.next("nt")
    floor.finish("nt")
    assert floor.ticket_state(number) == "closed"


def test_who_was_sent_to_tests_comes_back_as_a_return_bound_to_the_room(floor: Floor) -> None:
    number = floor.issue()
    floor.next("p2")
    floor.finish("p2", ["xet-nghiem"])
    assert floor.state(number, "noi") == "paused"
    floor.next("xn")
    floor.finish("xn", [])
    move(floor, journey.return_entry, number, "noi")
    back = floor._newest(number, "noi")
    assert (back["state"], back["way"], back["bound_room"]) == ("waiting", "return", "p2")


def test_stages_follow_one_another(floor: Floor) -> None:
    number = floor.issue()
    floor.next("p1")
    floor.finish("p1", [["xet-nghiem"], ["x-quang"]])
    assert (floor.state(number, "xet-nghiem"), floor.state(number, "x-quang")) == ("waiting", "planned")
    floor.next("xn")
    floor.finish("xn", [])
    assert floor.state(number, "x-quang") == "waiting"


def test_an_unknown_queue_leaves_the_patient_in_the_room(floor: Floor) -> None:
    number = floor.issue()
    floor.next("p1")
    with pytest.raises(QueueUnknown):
        floor.finish("p1", ["gone"])
    assert floor.state(number, "noi") == "called"


def test_a_held_place_is_kept(floor: Floor) -> None:
    first, second = floor.issue(), floor.issue()
    floor.hold(floor.entry(first, "noi"))
    assert floor.next("p1") == second
    move(floor, journey.release, first, "noi")
    floor.issue()
    assert floor.next("p1", "finish") == first


def test_who_defers_lets_so_many_go_first(floor: Floor) -> None:
    numbers = [floor.issue() for _ in range(4)]
    move(floor, journey.defer, numbers[0], "noi", 2)
    order = [floor.next("p1", None if turn == 0 else "finish") for turn in range(4)]
    assert order == [numbers[1], numbers[2], numbers[0], numbers[3]]


def test_who_was_missed_and_is_back_stands_a_little_behind_the_front(floor: Floor) -> None:
    numbers = [floor.issue() for _ in range(5)]
    floor.next("p1")
    floor.act(lambda tx: call.no_show(tx, "p1"))
    move(floor, journey.return_entry, numbers[0], "noi")
    order = [floor.next("p1", None if turn == 0 else "finish") for turn in range(4)]
    assert order == [numbers[1], numbers[2], numbers[0], numbers[3]]


def test_who_is_back_after_an_hour_stands_at_the_end(floor: Floor) -> None:
    numbers = [floor.issue() for _ in range(3)]
    floor.next("p1")
    floor.act(lambda tx: call.no_show(tx, "p1"))
    floor.clock.pass_s(HOUR_MS / 1000 + 1)
    move(floor, journey.return_entry, numbers[0], "noi")
    assert [floor.next("p1"), floor.next("p1", "finish"), floor.next("p1", "finish")] == [*numbers[1:], numbers[0]]


def test_a_transfer_keeps_the_time_of_arrival(floor: Floor) -> None:
    number = floor.issue("nhi")
    arrived = floor._newest(number, "nhi")["arrived_at"]
    move(floor, journey.transfer, number, "nhi", "noi")
    assert (floor.state(number, "nhi"), floor._newest(number, "noi")["arrived_at"]) == ("transferred", arrived)


def test_who_leaves_ends_every_place(floor: Floor) -> None:
    number = floor.issue()
    floor.next("p1")
    floor.finish("p1", ["xet-nghiem", "x-quang"])
    move(floor, journey.leave, number, "x-quang")
    assert (floor.state(number, "xet-nghiem"), floor.ticket_state(number)) == ("cancelled", "cancelled")


def test_an_emergency_is_not_made_in_a_numbered_queue(floor: Floor) -> None:
    number = floor.issue("nhi")
    with pytest.raises(ClassNotAllowed):
        move(floor, journey.set_class, number, "nhi", "emergency", None)


def test_the_class_of_a_visit_that_is_over_stands(floor: Floor) -> None:
    number = floor.issue("nhi")
    move(floor, journey.cancel, number, "nhi")
    with pytest.raises(IllegalMove):
        move(floor, journey.set_class, number, "nhi", "pregnant", None)


def ticked(floor: Floor, number: str, queue: str, at_ms: int) -> str:
    entry = floor.entry(number, queue)
    answer = floor.act(lambda tx: journey.seen_by_hand(tx, "p1", [(entry, at_ms)]))
    return str(answer["results"][0]["result"])


def test_who_was_seen_by_hand_goes_on_as_if_called(floor: Floor) -> None:
    number = floor.issue()
    assert ticked(floor, number, "noi", floor.clock.ms) == "done"
    assert (floor.state(number, "noi"), floor.state(number, "thu-ngan")) == ("done", "waiting")
    assert ticked(floor, number, "noi", floor.clock.ms) == "already"


def test_a_desk_whose_clock_is_wrong_saw_nobody_before_they_came(floor: Floor) -> None:
    number = floor.issue()
    ticked(floor, number, "noi", 0)
    row = floor._newest(number, "noi")
    assert row["since"] == row["arrived_at"]


def test_an_unknown_tick_is_told_and_changes_nothing(floor: Floor) -> None:
    number = floor.issue()
    answer = floor.act(lambda tx: journey.seen_by_hand(tx, "p1", [(999, 0)]))
    assert answer["results"] == [{"entry": "999", "result": "unknown"}]
    assert floor.state(number, "noi") == "waiting"
