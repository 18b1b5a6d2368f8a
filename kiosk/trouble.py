"""
What this machine tells the server about its printer: the latest trouble, repeated until the server has heard it.
"""

import asyncio
from typing import Protocol

import structlog

from kiosk.client import RefusedError, UnansweredError

log = structlog.get_logger()

RETRY_S = 2.0


class Server(Protocol):
    """What the report needs of ``kiosk.client.ServerClient``."""

    async def report_trouble(self, trouble: str | None) -> None: ...


class TroubleReport:
    """Holds the latest trouble only: what is past when the server answers again interests nobody."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._latest: str | None = None
        self._is_new = asyncio.Event()
        self._is_new.set()  # say how the printer is at the start: the server may remember an old trouble

    def tell(self, trouble: str | None) -> None:
        self._latest = trouble
        self._is_new.set()

    async def run(self) -> None:
        """Tell the server, for ever."""
        while True:
            await self._is_new.wait()
            self._is_new.clear()
            try:
                await self._server.report_trouble(self._latest)
            except UnansweredError:
                self._is_new.set()
                await asyncio.sleep(RETRY_S)
            except RefusedError as refusal:
                log.error("trouble.refused", code=refusal.problem["code"])
