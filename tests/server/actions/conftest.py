"""A floor for each test of the actions."""

import pytest

from server.records.writer import Writer
from tests.server.actions.floor import Floor
from tests.server.small_hospital import Clock


@pytest.fixture
def floor(writer: Writer, still: Clock) -> Floor:
    return Floor(writer, still)
