"""Frames built once are what the websockets library itself would have sent."""

import pytest
from websockets.frames import Frame, Opcode

from server.http.frames import frame


@pytest.mark.parametrize("size", [0, 1, 125, 126, 65_535, 65_536, 200_000])
def test_a_frame_is_the_library_s_own_at_every_size(size: int) -> None:
    text = "x" * size
    assert frame(text) == Frame(Opcode.TEXT, text.encode()).serialize(mask=False)


def test_a_frame_counts_bytes_and_not_letters() -> None:
    text = "Mời số A042 vào phòng 12 " * 5
    assert frame(text) == Frame(Opcode.TEXT, text.encode()).serialize(mask=False)
