"""Times as rows keep them (milliseconds) and as people and programs read them (RFC 3339 with the site's offset)."""

from __future__ import annotations

from datetime import UTC, datetime

from server.rules.hospital import Hospital


def time_text(ms: int | None, hospital: Hospital) -> str | None:
    """RFC 3339 with the site's offset, to the millisecond; None stays None."""
    if ms is None:
        return None
    return datetime.fromtimestamp(ms / 1000, UTC).astimezone(hospital.timezone).isoformat(timespec="milliseconds")
