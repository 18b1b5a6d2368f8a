"""Real-time commands are heard wherever and however their bytes arrive."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from printer.virtual.realtime import CLEAR, Listener

STREAM = b"\x1bJ\x05\x10\x04\x01\x10\x10\x04\x02picture\x10\x05\x02\x10\x14\x01\x00\x01" + CLEAR + b"\x10\x04\x04\x10"
COMMANDS = [b"\x10\x04\x01", b"\x10\x04\x02", b"\x10\x05\x02", b"\x10\x14\x01\x00\x01", CLEAR, b"\x10\x04\x04"]


@given(st.lists(st.integers(0, len(STREAM)), max_size=12))
def test_the_pieces_in_which_bytes_arrive_make_no_difference(cuts: list[int]) -> None:
    bounds = [0, *sorted(cuts), len(STREAM)]
    pieces = [STREAM[start:end] for start, end in pairwise(bounds)]
    listener = Listener()
    assert [heard.command for piece in pieces for heard in listener.hear(piece)] == COMMANDS


@pytest.mark.parametrize("innocent", [b"\x10\x04\x05", b"\x10\x04\x00", b"\x10\x06\x01", b"\x04\x01", b"\x10"])
def test_what_only_begins_like_a_command_is_none(innocent: bytes) -> None:
    assert list(Listener().hear(innocent)) == []


def test_it_is_told_where_in_the_piece_a_command_ended() -> None:
    listener = Listener()
    assert list(listener.hear(b"ab\x10\x04")) == []
    assert [heard.end for heard in listener.hear(b"\x01cd\x10\x04\x02")] == [1, 6]
