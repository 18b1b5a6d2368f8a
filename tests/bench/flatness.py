"""Figure 7: issue and call with 100,000 waiting and 1,000,000 served, against the same with 100 waiting."""

from __future__ import annotations

import time
from pathlib import Path

from tests.bench.filling import fill
from tests.bench.house import ROOM, SERVICE, Process, prepare_house, serve
from tests.bench.report import Figure, middle
from tests.bench.wire import Line, Post

SMALL = (0, 100)
LARGE = (1_000_000, 100_000)
LARGE_QUICK = (100_000, 100_000)
EACH = 100
RUNS_FULL = 5


def measure(folder: Path, runs: int) -> list[Figure]:
    served, waiting = LARGE if runs >= RUNS_FULL else LARGE_QUICK
    small, large = _House(folder / "small", *SMALL), _House(folder / "large", served, waiting)
    issues, calls = [], []
    try:
        for house in (small, large):
            house.pair_ms()
        for _ in range(runs):
            turns = [(large.pair_ms(), small.pair_ms()) for _ in range(EACH)]
            issues.append((middle([big[0] for big, _ in turns]), middle([little[0] for _, little in turns])))
            calls.append((middle([big[1] for big, _ in turns]), middle([little[1] for _, little in turns])))
    finally:
        small.process.stop()
        large.process.stop()
    size = f"{waiting:,} waiting, {served:,} served"
    return [
        _figure("7a", f"issue p50, {size}", issues),
        _figure("7b", f"call p50, {size}", calls),
    ]


class _House:
    """A filled house with one kiosk and one desk."""

    def __init__(self, data: Path, served: int, waiting: int) -> None:
        self.tokens = prepare_house(data)
        fill(data, served, waiting)
        self.process: Process = serve(data)
        self._kiosk, self._desk = Line(self.process.port), Line(self.process.port)
        self._issue = Post.to("/api/v1/tickets", self.tokens["kiosk"], {"service": SERVICE})
        self._call = Post.to(f"/api/v1/rooms/{ROOM}/call-next", self.tokens["console"], {"previous": "finish"})

    def pair_ms(self) -> tuple[float, float]:
        """One issue and one call, in milliseconds; as many come as go."""
        return _timed_ms(self._kiosk, self._issue), _timed_ms(self._desk, self._call)


def _timed_ms(line: Line, post: Post) -> float:
    begin_ns = time.perf_counter_ns()
    line.ask(post)
    return (time.perf_counter_ns() - begin_ns) / 1e6


def _figure(number: str, name: str, pairs: list[tuple[float, float]]) -> Figure:
    found, bound = middle([pair[0] for pair in pairs]), middle([pair[1] for pair in pairs])
    ratios = [pair[0] / pair[1] for pair in pairs]
    return Figure(number, name, f"{found:.2f} ms", f"with 100 waiting, {bound:.2f} ms", ratios, 1.1)
