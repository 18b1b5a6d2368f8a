import asyncio
import contextlib
from collections.abc import AsyncIterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from display.announce import Announcement
from display.memory import Memory
from display.player import PlayError, Started
from display.sound import Sound
from display.speaker import QUEUE_MAX, AreaWorker, Hall, Reporter, Speaker
from display.voices import Rendering
from server.live.link import Link
from tests.display.hall_server import TOKEN, HallServer


class Voices:
    """Renders nothing, and remembers what it was asked for."""

    def __init__(self) -> None:
        self.asked: list[tuple[Announcement, Mapping[str, str]]] = []
        self.failed: dict[str, str] = {}
        self.breaks = False

    async def render(self, announcement: Announcement, spoken: Mapping[str, str]) -> Rendering:
        self.asked.append((announcement, spoken))
        if self.breaks:
            raise RuntimeError("a mistake of ours")
        return Rendering(Sound(b""), self.failed, self.failed.get("vi"))


class Ear:
    """A player whose sounds last until the test lets them end."""

    name = "ear"

    def __init__(self) -> None:
        self.heard: list[str] = []
        self.playing = 0
        self.most_at_once = 0
        self.ends = asyncio.Event()
        self.ends.set()
        self.ended = asyncio.Event()
        self.error: str | None = None

    async def play(self, sound: Sound, announcement_id: str, started: Started) -> None:
        self.playing += 1
        self.most_at_once = max(self.playing, self.most_at_once)
        try:
            await started()
            self.heard.append(announcement_id)
            await self.ends.wait()
        finally:
            self.playing -= 1
            self.ended.set()
        if self.error:
            raise PlayError(self.error)


class World:
    """A speaker for one area, with a real link to a real server."""

    def __init__(self, server: HallServer, folder: Path) -> None:
        self.server = server
        self.folder = folder
        self.ear, self.voices = Ear(), Voices()

    @contextlib.asynccontextmanager
    async def speaking(self, areas: tuple[str, ...] = ("sanh",)) -> AsyncIterator["World"]:
        link = Link(self.server.url, TOKEN, [f"area:{area}" for area in areas])
        memory, hall, reporter = Memory(self.folder / "announced.jsonl"), Hall(link), Reporter(link)
        self.ears = {area: self.ear if area == "sanh" else Ear() for area in areas}
        workers = {
            area: AreaWorker(area, ear, self.voices, memory, hall, reporter.report) for area, ear in self.ears.items()
        }
        ready = asyncio.Event()
        works = [Speaker(link, hall, reporter, workers).run(ready.set), *(worker.run() for worker in workers.values())]
        tasks = [asyncio.create_task(work) for work in works]
        async with asyncio.timeout(10):
            await ready.wait()
        try:
            yield self
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await link.close()
            memory.close()


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with HallServer().running() as server, World(server, tmp_path).speaking() as world:
        yield world


async def test_a_call_is_said_and_its_start_and_end_are_reported(world: World) -> None:
    await world.server.announce("n1")
    assert [await world.server.report(), await world.server.report()] == [("n1", "started", None), ("n1", "done", None)]
    assert world.voices.asked[0][1] == {"vi": "phòng 12", "en": "room 12"}


async def test_start_is_reported_before_the_sound_has_ended(world: World) -> None:
    world.ear.ends.clear()
    await world.server.announce("n1")
    assert await world.server.report() == ("n1", "started", None)
    assert world.ear.playing == 1
    world.ear.ends.set()
    assert await world.server.report() == ("n1", "done", None)


async def test_one_area_says_one_at_a_time_in_order(world: World) -> None:
    ids = [f"n{index}" for index in range(6)]
    for announcement_id in ids:
        await world.server.announce(announcement_id)
    for _ in range(12):
        await world.server.report()
    assert (world.ear.heard, world.ear.most_at_once) == (ids, 1)


async def test_two_areas_do_not_wait_for_each_other(tmp_path: Path) -> None:
    async with HallServer().running() as server, World(server, tmp_path).speaking(("sanh", "vien-phi")) as world:
        world.ear.ends.clear()
        await server.announce("n1")
        await server.announce("n2", room="q3")
        said = {await server.report() for _ in range(3)}
        assert said == {("n1", "started", None), ("n2", "started", None), ("n2", "done", None)}
        assert world.ears["vien-phi"].heard == ["n2"]


async def test_free_text_goes_to_the_area_that_its_announcement_names(tmp_path: Path) -> None:
    async with HallServer().running() as server, World(server, tmp_path).speaking(("sanh", "vien-phi")) as world:
        await server.set(announcements={"n9": {"id": "n9", "area": "vien-phi", "state": "sent"}})
        await server.announce("n9", kind="free", numbers=[], room=None, text="Xin giữ trật tự")
        await server.report()
        assert world.ears["vien-phi"].heard == ["n9"]


async def test_an_id_is_never_said_twice_but_answered_for(world: World) -> None:
    await world.server.announce("n1")
    await world.server.report()
    await world.server.report()
    await world.server.announce("n1")
    assert await world.server.report() == ("n1", "done", None)
    assert world.ear.heard == ["n1"]


async def test_an_id_that_waits_already_is_not_taken_again(world: World) -> None:
    world.ear.ends.clear()
    for announcement_id in ("n1", "n2", "n2", "n1"):
        await world.server.announce(announcement_id)
    world.ear.ends.set()
    for _ in range(4):
        await world.server.report()
    assert world.ear.heard == ["n1", "n2"]


async def test_an_id_is_not_said_again_after_a_restart(tmp_path: Path) -> None:
    async with HallServer().running() as server:
        async with World(server, tmp_path).speaking():
            await server.announce("n1")
            await server.report()
            await server.report()
        async with World(server, tmp_path).speaking() as later:
            await server.announce("n1")
            assert await server.report() == ("n1", "done", None)
            assert later.ear.heard == []


async def test_a_call_that_was_cut_off_is_reported_failed_and_not_said_again(tmp_path: Path) -> None:
    memory = Memory(tmp_path / "announced.jsonl")
    memory.note("n1", "started")
    memory.close()
    async with HallServer().running() as server, World(server, tmp_path).speaking() as world:
        await server.announce("n1")
        assert await server.report() == ("n1", "failed", "interrupted")
        assert world.ear.heard == []


async def test_a_call_older_than_its_life_is_not_said(world: World) -> None:
    issued_at = world.server.now() - timedelta(seconds=91)
    await world.server.announce("n1", issued_at=issued_at.isoformat())
    assert await world.server.report() == ("n1", "failed", "expired")
    assert world.ear.heard == []


@pytest.mark.parametrize("ahead", [timedelta(days=40), -timedelta(days=40)])
async def test_a_fresh_call_is_said_on_a_machine_whose_clock_is_wrong(tmp_path: Path, ahead: timedelta) -> None:
    server = HallServer()
    server.clock_ahead = ahead
    async with server.running(), World(server, tmp_path).speaking():
        await server.announce("n1")
        assert await server.report() == ("n1", "started", None)


async def test_a_call_that_was_taken_back_while_it_waited_is_not_said(world: World) -> None:
    world.ear.ends.clear()
    await world.server.announce("n1")
    await world.server.announce("n2")
    await world.server.announce("n3")
    await world.server.set(announcements={"n2": {"id": "n2", "area": "sanh", "state": "withdrawn"}})
    await world.server.report()
    world.ear.ends.set()
    assert [await world.server.report() for _ in range(3)][-1] == ("n3", "done", None)
    assert world.ear.heard == ["n1", "n3"]


async def test_a_missing_voice_is_reported_failed_and_the_chime_still_sounds(world: World) -> None:
    world.voices.failed = {"vi": "voice_missing"}
    await world.server.announce("n1")
    assert await world.server.report() == ("n1", "failed", "voice_missing")
    world.voices.failed = {}
    await world.server.announce("n2")
    assert [await world.server.report(), await world.server.report()] == [("n2", "started", None), ("n2", "done", None)]
    assert world.ear.heard == ["n1", "n2"]


async def test_a_missing_second_language_is_no_failure(world: World) -> None:
    world.voices.failed = {"en": "voice_missing"}
    await world.server.announce("n1", languages=["vi", "en"])
    assert [await world.server.report(), await world.server.report()] == [("n1", "started", None), ("n1", "done", None)]


async def test_a_player_that_fails_is_reported_and_the_next_call_is_said(world: World) -> None:
    world.ear.error = "player_hung"
    await world.server.announce("n1")
    assert [await world.server.report(), await world.server.report()][1] == ("n1", "failed", "player_hung")
    world.ear.error = None
    await world.server.announce("n2")
    assert [await world.server.report(), await world.server.report()][1] == ("n2", "done", None)


async def test_a_mistake_of_ours_does_not_silence_the_hall(world: World) -> None:
    world.voices.breaks = True
    await world.server.announce("n1")
    assert await world.server.report() == ("n1", "failed", "crashed")
    world.voices.breaks = False
    await world.server.announce("n2")
    assert await world.server.report() == ("n2", "started", None)


async def test_more_calls_than_a_hall_can_hear_are_refused_and_may_come_again(world: World) -> None:
    world.ear.ends.clear()
    await world.server.announce("first")
    await world.server.report()
    for index in range(QUEUE_MAX + 1):
        await world.server.announce(f"n{index}")
    assert await world.server.report() == (f"n{QUEUE_MAX}", "failed", "queue_full")
    world.ear.ends.set()
    for _ in range(1 + 2 * QUEUE_MAX):
        await world.server.report()
    await world.server.announce(f"n{QUEUE_MAX}")
    assert await world.server.report() == (f"n{QUEUE_MAX}", "started", None)


@pytest.mark.parametrize("changes", [{"kind": "song"}, {"numbers": "A042"}, {"issued_at": "yesterday"}])
async def test_a_malformed_announcement_is_reported_and_the_next_one_is_said(
    world: World, changes: dict[str, Any]
) -> None:
    await world.server.announce("n1", **changes)
    assert await world.server.report() == ("n1", "failed", "malformed")
    await world.server.announce("n2")
    assert await world.server.report() == ("n2", "started", None)


async def test_what_happened_while_the_server_was_away_is_reported_when_it_is_back(tmp_path: Path) -> None:
    server = HallServer()
    async with contextlib.AsyncExitStack() as stack:
        async with server.running():
            world = await stack.enter_async_context(World(server, tmp_path).speaking())
            world.ear.ends.clear()
            await server.announce("n1")
            assert await server.report() == ("n1", "started", None)
        world.ear.ends.set()
        await asyncio.wait_for(world.ear.ended.wait(), 5)
        async with server.running():
            assert await server.report() == ("n1", "done", None)
            await server.announce("n2")
            assert await server.report() == ("n2", "started", None)


async def test_a_speaker_that_is_ended_in_mid_call_says_so(tmp_path: Path) -> None:
    async with HallServer().running() as server:
        async with World(server, tmp_path).speaking() as world:
            world.ear.ends.clear()
            await server.announce("n1")
            await server.report()
        assert await server.report() == ("n1", "failed", "stopped")
