"""What several folders of tests share: one running demo for the whole session."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.system.processes import Demo


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """The demo as a visitor starts it, in good mood; a test leaves it so. Whoever kills it starts one of their own."""
    running = Demo(tmp_path_factory.mktemp("demo") / "data")
    running.start()
    try:
        running.wait_ready()
        yield running
    finally:
        running.kill()
