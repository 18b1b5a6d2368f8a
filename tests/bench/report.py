"""A figure as it is printed: the value, the limit taken in the same run, their ratios, the aim."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """
    One line.

    Attributes:
        number: Its number in the table of the README, such as ``3`` or ``8a``.
        value, limit: What was measured, in words, as of the last run.
        ratios: One for each paired run.
        aim: The bound of the median ratio.
        at_least: True where more is better.
    """

    number: str
    name: str
    value: str
    limit: str
    ratios: Sequence[float]
    aim: float
    at_least: bool = False

    @property
    def median(self) -> float:
        return statistics.median(self.ratios)

    @property
    def is_met(self) -> bool:
        return self.median >= self.aim if self.at_least else self.median <= self.aim

    def __str__(self) -> str:
        spread = f"{min(self.ratios):.2f}–{max(self.ratios):.2f}"
        sign = "≥" if self.at_least else "≤"
        verdict = "ok" if self.is_met else "NOT MET"
        return (
            f"{self.number:3} {self.name:44} {self.value:>22} ÷ {self.limit:42} = {self.median:6.2f}"
            f"  ({spread}, {len(self.ratios)} runs)  aim {sign} {self.aim:g}  {verdict}"
        )


def middle(values: Sequence[float]) -> float:
    """The median."""
    return statistics.median(values)
