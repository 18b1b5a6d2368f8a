"""A client whose connection takes frames at once: straight out while nothing waits, and nothing overtakes anything."""

import pytest

from server.live.client import Client
from tests.server.small_hospital import Clock

pytestmark = pytest.mark.usefixtures("still")


class Wire:
    """A connection that takes frames while it is open to them."""

    def __init__(self) -> None:
        self.sent: list[str] = []
        self.takes = True

    def write(self, text: str) -> bool:
        if self.takes:
            self.sent.append(text)
        return self.takes


@pytest.fixture
def wire() -> Wire:
    return Wire()


@pytest.fixture
def client(wire: Wire) -> Client:
    return Client("device:1", write=wire.write)


def test_a_frame_goes_out_at_once_while_nothing_waits(client: Client, wire: Wire) -> None:
    assert client.offer("a") is True
    assert (wire.sent, client.take_all()) == (["a"], [])


def test_a_connection_that_takes_no_more_leaves_the_frame_in_the_buffer(client: Client, wire: Wire) -> None:
    wire.takes = False
    client.offer("a")
    assert (wire.sent, client.take_all()) == ([], ["a"])


def test_what_waits_is_not_overtaken(client: Client, wire: Wire) -> None:
    client.begin(["welcome", "snapshot"])
    client.offer("event")
    assert (wire.sent, client.take_all()) == ([], ["welcome", "snapshot", "event"])


def test_the_frame_that_the_sender_holds_is_not_overtaken(client: Client, wire: Wire) -> None:
    client.begin(["welcome"])
    assert client.take() == "welcome"
    client.offer("event")
    assert wire.sent == []


def test_when_the_sender_has_nothing_left_frames_go_out_at_once_again(client: Client, wire: Wire) -> None:
    client.begin(["welcome"])
    client.take_all()
    client.offer("event")
    assert wire.sent == ["event"]


def test_a_client_that_is_closing_is_sent_nothing(client: Client, wire: Wire, still: Clock) -> None:
    client.close(4008, retry=True)
    client.offer("event")
    assert wire.sent == []
