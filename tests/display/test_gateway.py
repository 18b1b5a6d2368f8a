import asyncio
import contextlib
import json
import urllib.error
import urllib.request
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import websockets.exceptions
from structlog.testing import capture_logs
from websockets.asyncio.client import ClientConnection, connect

from display.gateway import NO_SERVER, SOCKETS_MAX, Upstream, build_gateway
from display.running import serve
from server.live.trust import trust
from tests.display.hall_server import TOKEN, HallServer
from tests.live_tls import Authority

HELLO = json.dumps({"t": "hello", "proto": [1], "epoch": None, "seq": None, "topics": ["area:sanh"]})


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@contextlib.asynccontextmanager
async def gateway(server_url: str, token: str = TOKEN) -> AsyncIterator[str]:
    async with serve(build_gateway(Upstream(server_url, token), "sanh"), 0) as url:
        yield url.rstrip("/")


@pytest.fixture
async def hall() -> AsyncIterator[HallServer]:
    async with HallServer().running() as server:
        yield server


async def get(url: str, **headers: str) -> Answer:
    def ask() -> Answer:
        request = urllib.request.Request(url, headers={name.replace("_", "-"): text for name, text in headers.items()})
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                return Answer(answer.status, {k.lower(): v for k, v in answer.headers.items()}, answer.read())
        except urllib.error.HTTPError as refusal:
            return Answer(refusal.code, {k.lower(): v for k, v in refusal.headers.items()}, refusal.read())

    return await asyncio.to_thread(ask)


def live(url: str, **options: Any) -> connect:
    return connect("ws" + url.removeprefix("http") + "/api/v1/live", proxy=None, **options)


async def hear(page: ClientConnection, kind: str) -> dict[str, Any]:
    """The next message of a kind."""
    async with asyncio.timeout(10):
        while True:
            message: dict[str, Any] = json.loads(await page.recv())
            if message["t"] == kind:
                return message


async def test_the_board_its_parts_and_its_letters_come_from_this_machine(hall: HallServer) -> None:
    async with gateway(hall.url) as url:
        paths = ("/", "/board.js", "/common/tokens.css", "/font/Manrope-Bold.ttf", "/locale/board.vi.json")
        assert [(await get(url + path)).status for path in paths] == [200] * len(paths)
        assert (await get(url + "/board.json")).json == {"area": "sanh"}


@pytest.mark.parametrize("path", ["/../agent.py", "/%2e%2e/agent.py", "/font/..%2f..%2fsecret", "/common/../../app.py"])
async def test_nothing_beside_the_page_is_served(hall: HallServer, path: str) -> None:
    async with gateway(hall.url) as url:
        assert (await get(url + path)).status == 404


async def test_the_token_stays_on_the_gateway_and_the_language_goes_through(hall: HallServer) -> None:
    async with gateway(hall.url) as url:
        answer = await get(url + "/api/v1/hospital", Accept_Language="en")
        assert (answer.status, answer.json["language"]) == (200, "en")
        assert TOKEN not in str(answer.headers) + answer.body.decode()


async def test_polling_goes_through_with_its_question(hall: HallServer) -> None:
    async with gateway(hall.url) as url:
        messages = (await get(url + "/api/v1/live/state?topics=area:sanh&epoch=e1&seq=5")).json
        assert [message.get("t") for message in messages[:2]] == ["welcome", "snapshot"]
        assert messages[2]["query"] == "topics=area:sanh&epoch=e1&seq=5"


async def test_a_refusal_of_the_server_is_passed_on(hall: HallServer) -> None:
    async with gateway(hall.url, token="revoked") as url:
        answer = await get(url + "/api/v1/hospital")
        assert (answer.status, answer.json["code"]) == (401, "not_signed_in")


async def test_a_server_that_is_away_is_named_and_answers_again_when_it_is_back() -> None:
    server = HallServer()
    async with contextlib.AsyncExitStack() as stack:
        async with server.running():
            url = await stack.enter_async_context(gateway(server.url))
        answer = await get(url + "/api/v1/hospital")
        assert (answer.status, answer.json["code"]) == (502, "server_unreachable")
        async with server.running():
            assert (await get(url + "/api/v1/hospital")).status == 200


async def test_the_live_socket_is_relayed_both_ways(hall: HallServer) -> None:
    async with gateway(hall.url) as url, live(url) as page:
        await page.send(HELLO)
        snapshot = await hear(page, "snapshot")
        await hall.announce("n1")
        announce = await hear(page, "announce")
        await page.send(json.dumps({"t": "announced", "id": "n1", "state": "done", "error": None}))
        assert (snapshot["state"]["rooms"]["p12"]["spoken"]["vi"], announce["id"]) == ("phòng 12", "n1")
        assert await hall.report() == ("n1", "done", None)
        assert hall.hellos == [json.loads(HELLO)]


async def test_the_close_code_of_the_server_reaches_the_page(hall: HallServer) -> None:
    async with gateway(hall.url) as url, live(url) as page:
        await page.send(HELLO)
        await hear(page, "snapshot")
        await hall.drop(4001)
        with pytest.raises(websockets.exceptions.ConnectionClosed):
            await hear(page, "never")
        assert page.close_code == 4001


async def test_a_page_that_goes_frees_its_place_upstream(hall: HallServer) -> None:
    async with gateway(hall.url) as url:
        for _ in range(SOCKETS_MAX + 2):
            async with live(url) as page:
                await page.send(HELLO)
                await hear(page, "snapshot")
        assert len(hall.hellos) == SOCKETS_MAX + 2


async def test_more_sockets_than_a_machine_has_pages_are_refused(hall: HallServer) -> None:
    async with gateway(hall.url) as url, contextlib.AsyncExitStack() as stack:
        for _ in range(SOCKETS_MAX):
            await stack.enter_async_context(live(url))
        with pytest.raises(websockets.exceptions.InvalidStatus):
            await stack.enter_async_context(live(url))


async def test_without_a_server_the_socket_is_refused_and_taken_when_it_is_back() -> None:
    server = HallServer()
    async with contextlib.AsyncExitStack() as stack:
        async with server.running():
            url = await stack.enter_async_context(gateway(server.url))
        with pytest.raises(websockets.exceptions.InvalidStatus):
            await stack.enter_async_context(live(url))
        async with server.running(), live(url) as page:
            await page.send(HELLO)
            assert (await hear(page, "welcome"))["epoch"] == "e1"


async def test_a_server_that_dies_without_a_word_closes_the_page_for_a_later_try(hall: HallServer) -> None:
    async with gateway(hall.url) as url, live(url) as page:
        await page.send(HELLO)
        await hear(page, "snapshot")
        for client in list(hall._clients):
            client.transport.abort()
        with pytest.raises(websockets.exceptions.ConnectionClosed):
            await hear(page, "never")
        assert page.close_code == NO_SERVER


async def test_another_origin_in_the_same_browser_gets_nothing(hall: HallServer) -> None:
    async with gateway(hall.url) as url:
        assert (await get(url + "/api/v1/hospital", Origin="http://elsewhere.example")).status == 403
        with pytest.raises(websockets.exceptions.InvalidStatus):
            async with live(url, origin="http://elsewhere.example"):
                pass
        async with live(url, origin=url) as page:
            await page.send(HELLO)
            assert (await hear(page, "welcome"))["proto"] == 1


async def test_every_answer_has_a_strict_policy(hall: HallServer) -> None:
    async with gateway(hall.url) as url:
        headers = (await get(url + "/")).headers
        host = url.removeprefix("http://")
        assert f"default-src 'self'; connect-src 'self' ws://{host}" in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"


async def test_the_board_is_served_over_https_with_the_hospitals_own_certificate(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    async with HallServer().running(authority.server) as server:
        upstream = Upstream(server.url, TOKEN, trust(server.url, authority.file))
        async with serve(build_gateway(upstream, "sanh"), 0) as url:
            answer = await get(f"{url}api/v1/hospital")
            async with live(url.rstrip("/")) as page:
                await page.send(HELLO)
                await hear(page, "welcome")
    assert answer.status == 200


async def test_a_board_that_does_not_believe_the_certificate_says_so_by_name(tmp_path: Path) -> None:
    async with HallServer().running(Authority(tmp_path).server) as server, gateway(server.url) as url:
        with capture_logs() as told:
            answer = await get(f"{url}/api/v1/hospital")
    assert answer.status == 502
    assert [(one["reason"], one["detail"]) for one in told] == [
        ("certificate", "unable to get local issuer certificate")
    ]
