"""How the agents run and end: works beside each other until a signal, a page served on loopback."""

import asyncio
import contextlib
import os
import signal
import socket
from collections.abc import AsyncIterator, Coroutine, Iterator, Sequence
from types import FrameType
from typing import Any

import uvicorn
from starlette.types import ASGIApp

LOOPBACK = "127.0.0.1"
STOP_LIMIT_S = 2  # the page connects again anyway


@contextlib.contextmanager
def stop_on_signals() -> Iterator[asyncio.Event]:
    """Yield an event that Ctrl-C or a polite kill sets, on Windows too, where a loop takes no signal handlers."""
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()

    def on_signal(_number: int, _frame: FrameType | None) -> None:
        loop.call_soon_threadsafe(stop.set)

    known = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGBREAK") if hasattr(signal, name)]
    before = {number: signal.signal(number, on_signal) for number in known}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


async def run_until(stop: asyncio.Event, works: Sequence[Coroutine[Any, Any, None]]) -> None:
    """Run all works until *stop*; one that breaks ends the rest and raises, and a supervisor starts the agent anew."""
    tasks = [asyncio.create_task(work) for work in works]
    stopping = asyncio.create_task(stop.wait())
    try:
        ended, _ = await asyncio.wait((*tasks, stopping), return_when=asyncio.FIRST_COMPLETED)
        for task in ended - {stopping}:
            task.result()
    finally:
        for task in (*tasks, stopping):
            task.cancel()
        await asyncio.gather(*tasks, stopping, return_exceptions=True)


class _Server(uvicorn.Server):
    """uvicorn without its own handling of signals, and with a word when it answers."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.is_up = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets=sockets)
        self.is_up.set()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@contextlib.asynccontextmanager
async def serve(app: ASGIApp, port: int) -> AsyncIterator[str]:
    """
    Answer on this machine's loopback address for as long as the block lasts; yields the address.

    Raises:
        OSError: *port* is taken; 0 takes a free one.
    """
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    if os.name == "posix":  # elsewhere the option lets two programs share a port
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    with listening:
        try:
            listening.bind((LOOPBACK, port))
        except OSError as error:
            raise OSError(
                f"port {port} is taken or not allowed ({error.strerror}): choose another with --port"
            ) from error
        config = uvicorn.Config(
            app,
            log_config=None,
            access_log=False,
            server_header=False,
            lifespan="off",
            ws_per_message_deflate=False,
            timeout_graceful_shutdown=STOP_LIMIT_S,
        )
        server = _Server(config)
        serving = asyncio.create_task(server.serve([listening]))
        try:
            await server.is_up.wait()
            yield f"http://{LOOPBACK}:{listening.getsockname()[1]}/"
        finally:
            server.should_exit = True
            await serving
