"""
Print jobs that the server asks of this device, heard on the live socket: copies of a lost slip, tickets of a desk.
"""

from collections.abc import Awaitable
from typing import Protocol

from server.live.link import Link


class TakeJob(Protocol):
    """``kiosk.carrier.Carrier.take_job``."""

    def __call__(self, job: str, ticket: str, *, is_copy: bool) -> Awaitable[None]: ...


async def follow_jobs(link: Link, take_job: TakeJob) -> None:
    """
    Hand each job of the live state to *take_job*, for ever. After a reconnection the state names open jobs again;
    *take_job* knows by the id which it has.
    """
    async for _ in link.updates():
        for job, asked in list(link.state.get("jobs", {}).items()):
            await take_job(job, asked["ticket"], is_copy=asked["copy"])
