"""
The only module of this package that asks the time.

Everything else is handed a time or one of these functions, so that tests can advance it.
"""

import time
from datetime import datetime


def monotonic_s() -> float:
    """Seconds that never jump, from an arbitrary start: for limits and speeds."""
    return time.monotonic()


def now() -> datetime:
    """The wall clock in the machine's own zone, with its offset: for names of papers and test slips."""
    return datetime.now().astimezone()


def pause(seconds: float) -> None:
    """Wait without doing anything."""
    time.sleep(seconds)
