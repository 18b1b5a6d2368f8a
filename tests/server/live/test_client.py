"""A connected client: a bounded buffer, nothing overtakes anything, and too slow twice is closed."""

import pytest

from server.live.client import BUFFER_CHARACTERS_MAX, BUFFER_MESSAGES_MAX, OVERFLOW_AGAIN_S, Client
from tests.server.small_hospital import Clock

pytestmark = pytest.mark.usefixtures("still")


def full() -> Client:
    client = Client("device:1")
    for number in range(BUFFER_MESSAGES_MAX):
        assert client.offer(str(number))
    return client


def test_frames_come_out_in_order() -> None:
    client = Client("device:1")
    for text in "abc":
        client.offer(text)
    assert client.take_all() == ["a", "b", "c"]


def test_a_full_buffer_takes_no_frame_of_the_state() -> None:
    client = full()
    assert client.offer("one more") is False
    assert len(client.take_all()) == BUFFER_MESSAGES_MAX


def test_a_buffer_is_full_by_its_size_too() -> None:
    client = Client("device:1")
    assert client.offer("x" * (BUFFER_CHARACTERS_MAX - 1))
    assert client.offer("xx") is False


def test_an_overlay_is_dropped_without_a_snapshot_in_its_place() -> None:
    client = full()
    assert client.offer("overlay", is_state=False) is True
    assert "overlay" not in client.take_all()


def test_room_in_the_buffer_takes_the_next_frame_again() -> None:
    client = full()
    client.take()
    assert client.offer("next") is True


def test_an_overflow_is_cleared_for_a_snapshot() -> None:
    client = full()
    client.overflow("snapshot")
    assert client.take_all() == ["snapshot"]


def test_a_second_overflow_within_a_minute_closes_as_slow(still: Clock) -> None:
    client = full()
    client.overflow("first")
    still.pass_s(OVERFLOW_AGAIN_S - 1)
    client.overflow("second")
    assert client.closing == (4008, True)


def test_a_second_overflow_after_a_minute_does_not(still: Clock) -> None:
    client = full()
    client.overflow("first")
    still.pass_s(OVERFLOW_AGAIN_S + 1)
    client.overflow("second")
    assert client.closing is None


def test_a_world_drawn_again_is_no_overflow() -> None:
    client = full()
    for _ in range(5):
        client.replace("snapshot")
    assert client.closing is None
    assert client.take_all() == ["snapshot"]


def test_the_first_close_counts_and_nothing_is_sent_after_it() -> None:
    client = Client("device:1")
    client.offer("frame")
    client.close(4001, retry=False)
    client.close(4008, retry=True)
    client.offer("late")
    assert client.closing == (4001, False)
    assert client.take_all() == []


def test_a_frame_goes_out_at_once_where_the_connection_takes_it() -> None:
    sent: list[str] = []
    client = Client("device:1", write=lambda text: sent.append(text) is None)
    client.offer("now")
    assert sent == ["now"]
    assert client.take_all() == []


def test_nothing_overtakes_what_waits_or_is_on_its_way() -> None:
    sent: list[str] = []
    client = Client("device:1", write=lambda text: sent.append(text) is None)
    client.begin(["welcome"])
    client.offer("second")
    assert client.take() == "welcome"
    client.offer("third")
    assert sent == []
    assert client.take_all() == ["second", "third"]
    client.offer("fourth")
    assert sent == ["fourth"]


async def test_waiting_ends_with_a_frame_or_a_close() -> None:
    client = Client("device:1")
    client.offer("frame")
    await client.wait()
    client.take()
    client.close(4001, retry=False)
    await client.wait()
