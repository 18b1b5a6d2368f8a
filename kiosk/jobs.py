"""
Print jobs that the server asks of this device, heard on the live socket: copies of a lost slip, tickets of a desk.
"""

from collections.abc import AsyncIterator, Awaitable, Mapping
from typing import Any, Protocol


class Live(Protocol):
    """What is needed of ``server.live.link.Link``."""

    @property
    def state(self) -> Mapping[str, Mapping[str, Mapping[str, Any]]]: ...
    def updates(self) -> AsyncIterator[Any]: ...


class TakeJob(Protocol):
    """``kiosk.carrier.Carrier.take_job``."""

    def __call__(self, job: str, ticket: str, *, is_copy: bool) -> Awaitable[None]: ...


async def follow_jobs(link: Live, take_job: TakeJob) -> None:
    """
    Hand each job of the live state to *take_job*, for ever. After a reconnection the state names open jobs again;
    *take_job* knows by the name which it has. The name holds the time of the request beside the server's id, because a
    server that was restored from a backup counts its jobs anew.
    """
    async for _ in link.updates():
        for job, asked in list(link.state.get("jobs", {}).items()):
            asked_at = "".join(letter for letter in asked["requested_at"] if letter.isdigit())
            await take_job(f"{job}-{asked_at}", asked["ticket"], is_copy=asked["copy"])
