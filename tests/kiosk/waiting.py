"""Waiting for something to come true in asyncio tests, with a bound."""

import asyncio
from collections.abc import Callable

TURNS = 5000


async def come_true(claim: Callable[[], bool]) -> None:
    """Let the loop run until *claim* holds."""
    for _ in range(TURNS):
        if claim():
            return
        await asyncio.sleep(0.001)
    raise AssertionError("it did not come true")
