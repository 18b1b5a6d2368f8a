"""What the child asks espeak itself."""

import os
from types import SimpleNamespace

RATE = 1


def Synchronize() -> None:
    """Everything has arrived."""


def _rate(_parameter: int, current: int) -> int:
    return 140 if current and os.environ.get("LUOT_TEST_FAULT") != "lost_rate" else 175


dll = SimpleNamespace(espeak_GetParameter=_rate)
