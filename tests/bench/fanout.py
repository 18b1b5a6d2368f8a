"""Figures 5 and 6: from the press of a desk to the last of 200 displays, quiet, under load and beside a stuck one."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.bench.crowd import MARK
from tests.bench.house import AREA, ROOM, ROOT, SERVICE, Process, prepare_house, serve
from tests.bench.report import Figure, middle
from tests.bench.wire import Line, Post, framed, open_live

DISPLAYS = 200
CALLS, TAIL_CALLS = 60, 200
#: Between two calls, so that each finds the hall quiet.
PAUSE_S = 0.01
TICKETS_PER_S = 50
#: A display that never reads is closed after a while; so often a new one comes.
STUCK_EVERY = 50
SMALL_WINDOW_BYTES = 4_096


class Crowd:
    """The displays' process, and when the last of them had a call."""

    def __init__(self, port: int, token: str = "", *, listening: socket.socket | None = None) -> None:
        options = ["--token", token, "--topic", f"area:{AREA}"] if token else []
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.bench.crowd", "--port", str(port), "--count", str(DISPLAYS), *options],
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
        )
        self.accepted = [listening.accept()[0] for _ in range(DISPLAYS)] if listening else []
        for one in self.accepted:
            one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._line()

    def last(self) -> tuple[int, int]:
        """When the last display had the call (nanoseconds, monotonic), and the bytes that it read."""
        at_ns, size = self._line().split()
        return int(at_ns), int(size)

    def stop(self) -> None:
        self._process.kill()
        self._process.wait()

    def _line(self) -> str:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line, "the displays were cut off"
        return line


class Hall:
    """A server whose main hall has 200 displays, a desk that calls and a kiosk that keeps it busy."""

    def __init__(self, house: Process, tokens: dict[str, str]) -> None:
        self.house, self.tokens = house, tokens
        self.crowd = Crowd(house.port, tokens["display"])
        self._desk, self._kiosk = Line(house.port), Line(house.port)
        self._call = Post.to(f"/api/v1/rooms/{ROOM}/call-next", tokens["console"], {})
        self._finish = Post.to(f"/api/v1/rooms/{ROOM}/finish", tokens["console"], {})
        self._issue = Post.to("/api/v1/tickets", tokens["kiosk"], {"service": SERVICE})
        self.frame_bytes = 0
        time.sleep(0.5)

    def call_ms(self) -> float:
        """One call: from the request to the last display."""
        self._kiosk.ask(self._issue)
        time.sleep(PAUSE_S)
        begin_ns = time.perf_counter_ns()
        self._desk.send(self._call)
        at_ns, self.frame_bytes = self.crowd.last()
        status, body = self._desk.answer()
        assert status == 200, body
        self._desk.ask(self._finish)
        return (at_ns - begin_ns) / 1e6

    def p99_ms(self, calls: int) -> float:
        return sorted(self.call_ms() for _ in range(calls))[int(calls * 0.99)]


class BareHall:
    """The same receivers on bare sockets, and a loop of ``send``: the limit."""

    def __init__(self) -> None:
        with socket.create_server(("127.0.0.1", 0), backlog=DISPLAYS) as listening:
            self.crowd = Crowd(listening.getsockname()[1], listening=listening)

    def send_ms(self, size: int) -> float:
        frame = framed(MARK.ljust(max(size - 4, len(MARK)), b" "))
        time.sleep(PAUSE_S)
        begin_ns = time.perf_counter_ns()
        for one in self.crowd.accepted:
            one.send(frame)
        return (self.crowd.last()[0] - begin_ns) / 1e6


def measure(folder: Path, runs: int) -> list[Figure]:
    tokens = prepare_house(folder / "house")
    house = serve(folder / "house")
    hall, bare = Hall(house, tokens), BareHall()
    five, busy, stuck = [], [], []
    try:
        [hall.call_ms() for _ in range(CALLS // 2)]
        for _ in range(runs):
            pairs = [(hall.call_ms(), bare.send_ms(hall.frame_bytes)) for _ in range(CALLS)]
            five.append((middle([pair[0] for pair in pairs]), middle([pair[1] for pair in pairs])))
        for _ in range(runs):
            quiet_ms = hall.p99_ms(TAIL_CALLS)
            with _tickets(house.port, tokens["kiosk"]):
                busy.append((hall.p99_ms(TAIL_CALLS), quiet_ms))
            stuck.append((_beside_stuck_p99_ms(hall), quiet_ms))
    finally:
        hall.crowd.stop()
        bare.crowd.stop()
        house.stop()
    return [
        _figure(
            "5", "call to the last of 200 displays, p50", five, f"200 bare sockets, {hall.frame_bytes} bytes,", 3.0
        ),
        _figure("6a", "the same, p99, under 50 tickets/s", busy, "its quiet p99,", 1.3),
        _figure("6b", "the same, p99, beside a stuck display", stuck, "its quiet p99,", 1.3),
    ]


def _beside_stuck_p99_ms(hall: Hall) -> float:
    """Displays that never read: the first is stuck before the first call counts, new ones come now and then."""
    opened = [_never_reads(hall)]
    [hall.call_ms() for _ in range(STUCK_EVERY)]
    times = []
    for number in range(TAIL_CALLS):
        if number % STUCK_EVERY == 0:
            opened.append(_never_reads(hall))
        times.append(hall.call_ms())
    for one in opened:
        one.close()
    return sorted(times)[int(TAIL_CALLS * 0.99)]


def _never_reads(hall: Hall) -> socket.socket:
    return open_live(hall.house.port, hall.tokens["display"], [f"area:{AREA}"], SMALL_WINDOW_BYTES)


@contextmanager
def _tickets(port: int, token: str) -> Iterator[None]:
    """Fifty tickets a second from a process of their own."""
    command = ["--port", str(port), "--token", token, "--per-second", str(TICKETS_PER_S)]
    process = subprocess.Popen([sys.executable, "-m", "tests.bench.steady", *command], cwd=ROOT)
    try:
        time.sleep(1)
        assert process.poll() is None
        yield
        assert process.poll() is None
    finally:
        process.kill()
        process.wait()


def _figure(number: str, name: str, pairs: list[tuple[float, float]], limit: str, aim: float) -> Figure:
    found, bound = middle([pair[0] for pair in pairs]), middle([pair[1] for pair in pairs])
    ratios = [pair[0] / pair[1] for pair in pairs]
    return Figure(number, name, f"{found:.1f} ms", f"{limit} {bound:.1f} ms", ratios, aim)
