"""Serves an ASGI application on this machine's loopback address for as long as a block lasts."""

import asyncio
import contextlib
import os
import socket
from collections.abc import Callable, Iterator
from typing import Any

import uvicorn

HOST = "127.0.0.1"
STOP_LIMIT_S = 2  # the page asks again anyway
START_POLL_S = 0.01


class PortTakenError(Exception):
    """Another program listens there."""


def open_port(port: int) -> socket.socket:
    """
    Bind *port* on loopback, 0 for any free one.

    Raises:
        PortTakenError: it cannot be had.
    """
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    if os.name == "posix":  # elsewhere the option lets two programs share a port
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((HOST, port))
    except OSError as error:
        listening.close()
        raise PortTakenError(
            f"port {port} is taken or not allowed ({error.strerror}): choose another with --port"
        ) from error
    return listening


class _Server(uvicorn.Server):
    """uvicorn without its signal handling: the agent has its own."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


class Listener:
    """``async with Listener(app, port) as url``: answers from then on, and ends cleanly."""

    def __init__(self, app: Callable[..., Any], port: int) -> None:
        self._socket = open_port(port)
        config = uvicorn.Config(
            app,
            log_config=None,
            access_log=False,
            server_header=False,
            lifespan="off",
            ws="none",
            timeout_graceful_shutdown=STOP_LIMIT_S,
        )
        self._server = _Server(config)

    async def __aenter__(self) -> str:
        self._task = asyncio.create_task(self._server.serve([self._socket]))
        while not self._server.started:
            if self._task.done():
                self._task.result()
            await asyncio.sleep(START_POLL_S)
        return f"http://{HOST}:{self._socket.getsockname()[1]}/"

    async def __aexit__(self, *_: object) -> None:
        self._server.should_exit = True
        await self._task
        self._socket.close()
