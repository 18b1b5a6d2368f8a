"""Who is next and how long it takes: overlays for desks, halls and phones, once a second, never left standing."""

from server.actions.call import call_next
from tests.server.duties.hall import Hall, Member

DAY_S = 24 * 3600


async def test_a_desk_sees_the_order_of_call_with_its_reasons(hall: Hall) -> None:
    desk = Member(hall.hub, "console", ["room:p1"])
    for _ in range(3):
        await hall.issue()
    await hall.after(1.1)
    desk.read()
    queue = desk.overlays["queues"]["noi"]
    assert (queue["waiting"], len(queue["ahead_order"])) == (3, 3)
    assert queue["reasons"][queue["ahead_order"][0]]["code"] == "first_in_order"
    assert queue["wait"]["low_s"] <= queue["wait"]["high_s"]


async def test_a_hall_sees_at_most_three_numbers_that_are_next(hall: Hall) -> None:
    board = Member(hall.hub, "display", ["area:sanh"])
    numbers = [(await hall.issue())["number"] for _ in range(4)]
    await hall.after(1.1)
    board.read()
    assert board.overlays["queues"]["noi"] == {"waiting": 4, "next": numbers[:3]}


async def test_a_phone_sees_its_own_place(hall: Hall) -> None:
    await hall.issue()
    mine = (await hall.issue())["id"]
    phone = Member(hall.hub, "phone", [f"ticket:{mine}"], ticket=mine)
    await hall.after(1.1)
    phone.read()
    assert phone.overlays["ticket"]["ahead"] == 1


async def test_a_place_does_not_stand_on_a_phone_when_its_owner_is_called(hall: Hall) -> None:
    mine = (await hall.issue())["id"]
    phone = Member(hall.hub, "phone", [f"ticket:{mine}"], ticket=mine)
    await hall.after(1.1)
    await hall.act(lambda tx: call_next(tx, "p1"))
    await hall.after(1.1)
    phone.read()
    assert phone.overlays["ticket"] == {"ahead": None, "wait": None, "entry": None}
    assert Member(hall.hub, "phone", [f"ticket:{mine}"], ticket=mine).overlays == {}


async def test_queues_are_read_at_most_once_a_second(hall: Hall) -> None:
    desk = Member(hall.hub, "console", ["room:p1"])
    await hall.issue()
    await hall.after(1.1)
    await hall.issue()
    await hall.after(0.5)
    desk.read()
    assert desk.overlays["queues"]["noi"]["waiting"] == 1
    await hall.after(0.6)
    desk.read()
    assert desk.overlays["queues"]["noi"]["waiting"] == 2


async def test_a_new_day_empties_the_numbers_of_yesterday_at_once(hall: Hall) -> None:
    board = Member(hall.hub, "display", ["area:sanh"])
    await hall.issue()
    await hall.after(1.1)
    hall.clock.pass_s(DAY_S)
    await hall.issue("thuoc")
    hall.forecaster._anyway_s = hall.clock.monotonic()
    await hall.after(1.1)
    board.read()
    assert board.overlays["queues"]["noi"] == {"waiting": 0, "next": []}


async def test_a_desk_is_told_which_screens_are_connected(hall: Hall) -> None:
    desk = Member(hall.hub, "console", ["room:p1", "devices"])
    speaker = await hall.speaker()
    await hall.after(0.3)
    desk.read()
    device = str(speaker.client.device)
    assert desk.overlays["devices"][device] == {"online": True}
    hall.hub.leave(speaker.client)
    await hall.after(0.3)
    desk.read()
    assert desk.overlays["devices"][device] == {"online": False}


async def test_a_desk_is_told_on_how_many_screens_a_call_has_arrived(hall: Hall) -> None:
    desk = Member(hall.hub, "console", ["room:p1"])
    board, other = Member(hall.hub, "display", ["area:sanh"]), Member(hall.hub, "display", ["area:sanh"])
    await hall.call("p1")
    board.client.position = hall.hub.seq
    other.client.position = hall.hub.seq - 1
    await hall.after(0.3)
    desk.read()
    assert arrived(desk) == (1, 2)
    other.client.position = hall.hub.seq
    await hall.after(0.3)
    desk.read()
    assert arrived(desk) == (2, 2)


def arrived(desk: Member) -> tuple[int, int]:
    (told,) = desk.overlays["arrivals"].values()
    return told["screens"], told["screens_of"]
