"""One running server for each file of tests, and its callers."""

from collections.abc import Iterator

import httpx
import pytest

from tests.server.running import Running, running


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(tmp_path_factory.mktemp("server")) as server:
        yield server


@pytest.fixture
def kiosk(server: Running) -> Iterator[httpx.Client]:
    with server.client("kiosk") as client:
        yield client


@pytest.fixture
def console(server: Running) -> Iterator[httpx.Client]:
    with server.client("console") as client:
        yield client


@pytest.fixture
def stranger(server: Running) -> Iterator[httpx.Client]:
    with server.client() as client:
        yield client
