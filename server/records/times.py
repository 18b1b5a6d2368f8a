"""Times as rows keep them (milliseconds) and as people and programs read them (RFC 3339 with the site's offset)."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from server.rules.hospital import Hospital


def time_text(ms: int | None, hospital: Hospital) -> str | None:
    """RFC 3339 with the site's offset, to the millisecond; None stays None."""
    return None if ms is None else _text(ms, hospital.timezone)


@lru_cache(maxsize=4096)
def _text(ms: int, timezone: ZoneInfo) -> str:
    # One moment is written several times: in the answer, on the slip, once per audience of screens.
    return datetime.fromtimestamp(ms / 1000, UTC).astimezone(timezone).isoformat(timespec="milliseconds")
