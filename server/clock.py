"""The only module that asks the time, so that a test or a simulation can put another clock in its place."""

from __future__ import annotations

import time
from datetime import UTC, datetime


def now() -> datetime:
    """The wall clock, aware, in UTC."""
    return datetime.now(UTC)


def now_ms() -> int:
    """The wall clock in milliseconds since 1970, as rows keep it."""
    return time.time_ns() // 1_000_000


def monotonic() -> float:
    """Seconds that never run backwards, for limits and ages within one process."""
    return time.monotonic()
