"""Beside the eight: a slip drawn and encoded, an utterance made by a warm engine, against fixed aims."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

from display.engine import Engine
from printer.encode import encode
from printer.slip import draw
from tests.bench.bare import SLIP
from tests.bench.report import Figure, middle

SLIP_AIM_MS, UTTERANCE_AIM_MS = 50.0, 150.0
EACH = 10
SENTENCE = "mời bệnh nhân số a, không bốn hai, vào phòng mười hai."
#: Between two announcements of an area there are seconds: the next child is warm by then.
REST_S = 1.0


def measure(folder: Path, runs: int) -> list[Figure]:
    _slip_ms()
    slips = [middle([_slip_ms() for _ in range(EACH)]) for _ in range(runs)]
    utterances = asyncio.run(_utterances_ms(folder, runs))
    return [
        _figure("9a", "slip drawn and encoded, 80 mm", slips, SLIP_AIM_MS),
        _figure("9b", "an utterance made, warm", utterances, UTTERANCE_AIM_MS),
    ]


def _slip_ms() -> float:
    begin_ns = time.perf_counter_ns()
    encode(draw(SLIP.model_dump()))
    return (time.perf_counter_ns() - begin_ns) / 1e6


async def _utterances_ms(folder: Path, runs: int) -> list[float]:
    engine = Engine(folder / "speech")
    try:
        await engine.start(["vi"])
        found = []
        for _ in range(runs):
            await asyncio.sleep(REST_S)
            begin_ns = time.perf_counter_ns()
            await engine.make(SENTENCE, "vi")
            found.append((time.perf_counter_ns() - begin_ns) / 1e6)
        return found
    finally:
        await engine.close()


def _figure(number: str, name: str, values: list[float], aim_ms: float) -> Figure:
    ratios = [value / aim_ms for value in values]
    return Figure(number, name, f"{middle(values):.0f} ms", f"aim, {aim_ms:.0f} ms", ratios, 1.0)
