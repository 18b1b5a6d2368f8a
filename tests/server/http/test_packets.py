"""What is written in one turn of the loop is one packet; nothing is held longer, and nothing is lost at a close."""

import asyncio
from typing import Any, cast

from server.http.packets import HELD_BYTES_MAX, Gathering


class Transport:
    def __init__(self) -> None:
        self.sent: list[bytes] = []

    def write(self, data: bytes) -> None:
        self.sent.append(data)

    def close(self) -> None:
        self.sent.append(b"closed")

    def get_extra_info(self, name: str) -> str:
        return name


def gathering() -> tuple[Gathering, Transport]:
    bare = Transport()
    return Gathering(cast(Any, bare), asyncio.get_running_loop()), bare


async def test_head_and_body_go_out_together() -> None:
    transport, bare = gathering()
    transport.write(b"head ")
    transport.write(b"body")
    await asyncio.sleep(0)
    assert bare.sent == [b"head body"]


async def test_the_next_turn_sends_again() -> None:
    transport, bare = gathering()
    transport.write(b"one")
    await asyncio.sleep(0)
    transport.write(b"two")
    await asyncio.sleep(0)
    assert bare.sent == [b"one", b"two"]


async def test_a_close_sends_what_is_held_first() -> None:
    transport, bare = gathering()
    transport.write(b"answer")
    transport.close()
    await asyncio.sleep(0)
    assert bare.sent == [b"answer", b"closed"]


async def test_a_large_piece_is_not_held_back() -> None:
    transport, bare = gathering()
    transport.write(b"x" * (HELD_BYTES_MAX + 1))
    assert len(bare.sent) == 1


async def test_all_else_is_the_transport_s_own() -> None:
    transport, _ = gathering()
    assert transport.get_extra_info("peername") == "peername"
