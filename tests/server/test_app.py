"""The composition: what the server does by itself goes on, whatever befalls it."""

import asyncio

import pytest

from server import app
from server.app import keep_up


async def test_a_duty_that_falls_begins_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app, "DUTY_AGAIN_S", 0)
    begun: list[int] = []
    is_up = asyncio.Event()

    async def duty() -> None:
        begun.append(len(begun))
        if len(begun) < 3:
            raise ConnectionError("the database restarts")
        is_up.set()
        await asyncio.sleep(60)

    task = asyncio.create_task(keep_up(duty))
    await asyncio.wait_for(is_up.wait(), 5)
    task.cancel()
    assert begun == [0, 1, 2]


async def test_a_duty_ends_when_the_server_ends() -> None:
    task = asyncio.create_task(keep_up(lambda: asyncio.sleep(60)))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
