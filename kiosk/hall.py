"""
What the touch page needs to know of the hospital: its name, its services and how long each takes, and whether the
server answers. Asked again and again; the hospital's description is kept on disk so that a machine that boots before
the server still shows whose it is.
"""

import asyncio
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal, Protocol

import structlog

from kiosk.client import RefusedError, UnansweredError

log = structlog.get_logger()

Connection = Literal["connecting", "ok", "lost", "denied"]

SERVICES_EVERY_S = 2.0
HOSPITAL_EVERY_ROUNDS = 30  # a changed name or service shows within a minute
LOST_AFTER_MISSES = 2  # one lost answer is no outage: the screen stays calm


class Server(Protocol):
    """What the hall needs of ``kiosk.client.ServerClient``."""

    async def hospital(self) -> dict[str, Any]: ...
    async def services(self) -> list[dict[str, Any]]: ...


class Hall:
    """
    The latest description. ``connection`` is "denied" while the server does not accept this device; *on_back* is
    called each time the server answers again.
    """

    def __init__(self, server: Server, cache: Path, on_back: Callable[[], None]) -> None:
        self._server = server
        self._cache = cache
        self._on_back = on_back
        self._misses = 0
        self._live: dict[str, dict[str, Any]] = {}
        self.connection: Connection = "connecting"
        self.hospital: dict[str, Any] | None = self._remembered()

    async def run(self) -> None:
        """Ask the server, for ever."""
        rounds = 0
        while True:
            try:
                if rounds % HOSPITAL_EVERY_ROUNDS == 0 or self.connection != "ok":
                    self._learn_hospital(await self._server.hospital())
                self._live = {service["code"]: service for service in await self._server.services()}
                self._answered("ok")
            except UnansweredError as error:
                self._missed(error)
            except RefusedError as refusal:
                if self.connection != "denied":
                    log.error("server.refuses", code=refusal.problem["code"])
                self._answered("denied")
            rounds += 1
            await asyncio.sleep(SERVICES_EVERY_S)

    def services(self) -> list[dict[str, Any]]:
        """Each service of the hospital with ``open``, ``closed_reason``, ``opens_at``, ``waiting`` and ``wait``."""
        if self.hospital is None:
            return []
        unknown = {"open": False, "closed_reason": None, "opens_at": None, "waiting": None, "wait": None}
        return [
            {**service, **unknown, **self._live.get(service["code"], {})}
            for service in self.hospital["services"]
            if service.get("at_kiosk", True)
        ]

    def _answered(self, connection: Connection) -> None:
        self._misses = 0
        if connection == self.connection:
            return
        log.info("server.answers", connection=connection)
        self.connection = connection
        if connection == "ok":
            self._on_back()

    def _missed(self, error: UnansweredError) -> None:
        self._misses += 1
        if self._misses >= LOST_AFTER_MISSES and self.connection != "lost":
            log.warning("server.lost", reason=error.reason, **({"detail": error.detail} if error.detail else {}))
            self.connection = "lost"

    def _remembered(self) -> dict[str, Any] | None:
        try:
            hospital = json.loads(self._cache.read_bytes())
        except (OSError, ValueError):
            return None
        return hospital if isinstance(hospital, dict) and "services" in hospital else None

    def _learn_hospital(self, hospital: dict[str, Any]) -> None:
        if hospital == self.hospital:
            return
        self.hospital = hospital
        part = self._cache.with_suffix(".part")
        try:
            part.write_text(json.dumps(hospital, ensure_ascii=False), encoding="utf-8")
            os.replace(part, self._cache)
        except OSError as error:
            log.error("hospital.not_kept", reason=str(error))
