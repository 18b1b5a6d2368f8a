"""
How long it will take, said as a range or not at all.

The range is a forecast from service times, open rooms and the number of people who go first. Under `SAMPLES_MIN`
times (today's or the hospital's own typical one) it says nothing rather than guess.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

SAMPLES_MIN: Final = 5
#: 80 % of waits should fall inside (10th to 90th percentile of a sum of service times).
Z_80: Final = 1.2816
#: Coefficient of variation of a consultation where only the typical time is known (DOMAIN: lognormal, CV 0.7).
TYPICAL_CV: Final = 0.7
ROUND_S: Final = 300


@dataclass(frozen=True, slots=True)
class WaitRange:
    """A wait in seconds, rounded outward to five minutes."""

    low_s: int
    high_s: int


def estimate_wait(
    ahead: int, service_times_s: Sequence[float], rooms_open: int, typical_s: float | None = None
) -> WaitRange | None:
    """
    Estimate the wait of a patient with *ahead* others before them.

    Args:
        ahead: Patients who will be called first; 0 means next.
        service_times_s: Recent times from call to finish, in seconds.
        rooms_open: Rooms that call from this queue now, at least 1.
        typical_s: The hospital's own figure for a queue without history today; None where it gave none.

    Returns:
        The range shown to the patient, rounded outward; None under ``SAMPLES_MIN`` samples without a typical time.

    Raises:
        ValueError: *ahead* is negative or no room is open.
    """
    if ahead < 0 or rooms_open < 1:
        raise ValueError(f"ahead={ahead}, rooms_open={rooms_open}")
    if len(service_times_s) >= SAMPLES_MIN:
        mean = sum(service_times_s) / len(service_times_s)
        variance = sum((value - mean) ** 2 for value in service_times_s) / (len(service_times_s) - 1)
        unsure = 1 / len(service_times_s)
    elif typical_s is not None:
        mean, variance, unsure = typical_s, (TYPICAL_CV * typical_s) ** 2, 0.0
    else:
        return None
    # The patients ahead are shared by the open rooms; the one being served now counts as half a service.
    rounds = (ahead + 0.5) / rooms_open
    # A mean of few times is itself unsure, and with many ahead that counts for more than the patients' differences.
    middle, spread = rounds * mean, Z_80 * math.sqrt(rounds * variance * (1 + rounds * unsure))
    low = max(0, math.floor((middle - spread) / ROUND_S) * ROUND_S)
    high = max(ROUND_S, math.ceil((middle + spread) / ROUND_S) * ROUND_S)
    return WaitRange(low, high)
