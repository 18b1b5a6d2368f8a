"""Print jobs heard on the live socket: each is handed on under a name that no other job ever has."""

from collections.abc import AsyncIterator
from typing import Any

from kiosk.jobs import follow_jobs


class FakeLink:
    """Shows the given states one after the other."""

    def __init__(self, *states: dict[str, Any]) -> None:
        self._states = states
        self.state: dict[str, Any] = {}

    async def updates(self) -> AsyncIterator[str]:
        for state in self._states:
            self.state = state
            yield "snapshot"


def jobs(at: str, *, copy: bool = True) -> dict[str, Any]:
    return {"jobs": {"7": {"id": "7", "ticket": "t1", "copy": copy, "requested_at": at}}}


async def names_of(*states: dict[str, Any]) -> list[tuple[str, str, bool]]:
    taken: list[tuple[str, str, bool]] = []

    async def take_job(job: str, ticket: str, *, is_copy: bool) -> None:
        taken.append((job, ticket, is_copy))

    await follow_jobs(FakeLink(*states), take_job)
    return taken


async def test_a_job_is_handed_on_with_its_ticket_and_whether_it_is_a_copy() -> None:
    taken = await names_of({}, jobs("2026-11-23T07:31:00+07:00", copy=False))
    assert taken == [("7-202611230731000700", "t1", False)]


async def test_a_job_that_is_shown_again_has_the_same_name() -> None:
    first, second = await names_of(*[jobs("2026-11-23T07:31:00+07:00")] * 2)
    assert first == second


async def test_a_restored_server_that_counts_anew_asks_for_another_job() -> None:
    first, second = await names_of(jobs("2026-11-23T07:31:00+07:00"), jobs("2026-11-24T09:00:00+07:00"))
    assert first != second
