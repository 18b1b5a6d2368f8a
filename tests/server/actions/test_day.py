"""The service day: a row that the first action of a day opens, on a clock that can be believed."""

from tests.server.actions.floor import Floor

DAY_S = 24 * 3600


def days(floor: Floor) -> list[str]:
    return [row["day"] for row in floor._all("SELECT day FROM service_day ORDER BY day")]


def test_numbers_begin_again_on_a_new_day(floor: Floor) -> None:
    floor.issue()
    floor.clock.pass_s(DAY_S)
    assert floor.issue() == "A001"
    assert days(floor) == ["2026-03-02", "2026-03-03"]


def test_a_clock_that_jumps_back_opens_no_day_again(floor: Floor) -> None:
    floor.issue()
    floor.clock.pass_s(DAY_S)
    floor.issue()
    floor.clock.pass_s(-DAY_S)
    assert floor.issue() == "A002"
    assert days(floor) == ["2026-03-02", "2026-03-03"]


def test_a_clock_far_ahead_is_not_believed(floor: Floor) -> None:
    floor.issue()
    floor.clock.pass_s(400 * DAY_S)
    assert floor.issue() == "A002"
    assert days(floor) == ["2026-03-02"]


def test_a_night_ends_what_is_left(floor: Floor) -> None:
    number = floor.issue()
    floor.next("p1")
    floor.clock.pass_s(DAY_S)
    floor.issue("thuoc")
    assert (floor.state(number, "noi"), floor.ticket_state(number)) == ("cancelled", "closed")


def test_a_queue_that_carries_over_keeps_who_waits_and_may_call_them(floor: Floor) -> None:
    number = floor.issue("thuoc")
    floor.clock.pass_s(DAY_S)
    floor.issue("noi")
    assert (floor.state(number, "nha-thuoc"), floor.ticket_state(number)) == ("waiting", "open")
    assert floor.next("nt") == number


def test_who_was_at_another_room_at_night_may_be_called_in_the_morning(floor: Floor) -> None:
    number = floor.issue()
    floor.next("p1")
    floor.finish("p1", ["nhi", "nha-thuoc"])
    floor.next("p2")
    floor.clock.pass_s(DAY_S)
    floor.issue("nhi")
    assert floor.next("nt") == number
