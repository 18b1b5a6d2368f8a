"""A hall for each test."""

from collections.abc import AsyncIterator

import pytest_asyncio

from server.records.database import Database
from tests.server.duties.hall import Hall
from tests.server.small_hospital import Clock


@pytest_asyncio.fixture
async def hall(database: Database, still: Clock) -> AsyncIterator[Hall]:
    hall = Hall(database, still)
    hall.start()
    yield hall
    hall.stop()
