"""Where one command ends and the next begins."""

import pytest

from printer.virtual.commands import Command, Raster, next_command


@pytest.mark.parametrize(
    ("data", "command"),
    [
        (b"\x1b@", Command("skip", 2)),
        (b"\x1ba\x01", Command("skip", 3)),
        (b"\x1b!\x08", Command("skip", 3)),
        (b"\x1b$\x01\x00", Command("skip", 4)),
        (b"\x1bJ\x18", Command("feed", 3, 24)),
        (b"\x1bd\x03", Command("line", 3, 3)),
        (b"\n", Command("line", 1, 1)),
        (b"\x1bp\x00\x19\x19", Command("drawer", 5)),
        (b"\x1b*\x21\x02\x00" + b"\x00" * 6, Command("skip", 11)),
        (b"\x1bD\x08\x10\x00", Command("skip", 5)),
        (b"\x1dV\x00", Command("cut", 3)),
        (b"\x1dVB\x10", Command("cut", 4, 16)),
        (b"\x1dr\x01", Command("ask", 3, 1)),
        (b"\x1dr1", Command("ask", 3, 1)),
        (b"\x1da\xff", Command("automatic", 3, 255)),
        (b"\x1d(k\x03\x00\x31\x43\x05", Command("skip", 8)),
        (b"\x1dk\x04ABC\x00", Command("skip", 7)),
        (b"\x1dkI\x03ABC", Command("skip", 7)),
        (b"\x1d!\x11", Command("skip", 3)),
        (b"\x1dv0\x00\x48\x00\x02\x00", Command("raster", 8, raster=Raster(72, 2))),
        (b"\x10\x04\x01", Command("skip", 3)),
        (b"\x10\x14\x08\x01\x03\x14\x01\x06\x02\x08", Command("skip", 10)),
        (b"A", Command("text", 1)),
        (b"\x00", Command("skip", 1)),
    ],
)
def test_a_command_is_known_when_it_is_whole_and_not_before(data: bytes, command: Command) -> None:
    assert next_command(data + b"\x1b@") == command
    assert all(next_command(data[:end]) is None for end in range(len(data)))


def test_a_raster_of_no_size_is_stepped_over() -> None:
    assert next_command(b"\x1dv0\x00\x00\x00\x02\x00") == Command("skip", 8)
