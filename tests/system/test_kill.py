"""A server that is killed in the middle of its work loses nothing that it has acknowledged."""

from __future__ import annotations

from pathlib import Path

from tests.system.kill import kill_loop

OPERATIONS = 1_000
KILLS = 20


async def test_killed_twenty_times_a_server_keeps_each_acknowledged_ticket_once(tmp_path: Path) -> None:
    loop = await kill_loop(tmp_path / "data", OPERATIONS, KILLS)
    assert loop.cut > KILLS  # the kills fell into work
    assert loop.done == OPERATIONS
    assert loop.faults() == []
