"""Figure 8: CPU for a ticket, memory for an idle display, time to the first answer, each against the reference."""

from __future__ import annotations

import socket
import time
from pathlib import Path

from tests.bench.house import AREA, Process, prepare_house, serve, serve_bare
from tests.bench.issuing import CLIENTS, SERVICES
from tests.bench.report import Figure, middle
from tests.bench.wire import Line, Post, drive, open_live

DURABLE = Post.to("/api/v1/durable-tickets", "bare", {"service": "noi"})
SECONDS = 1.0
DISPLAYS = 200
#: What a start leaves behind settles; what a display asks for has been given.
SETTLE_S = 1.5


def measure(folder: Path, runs: int) -> list[Figure]:
    tokens = prepare_house(folder / "house")
    cpu, memory, start = [], [], []
    for run in range(runs):
        house, house_s = _started(serve, folder / "house")
        bare, bare_s = _started(serve_bare, folder / "bare")
        start.append((house_s, bare_s))
        try:
            memory.append((_kib_a_display(house, tokens["display"]), _kib_a_display(bare, "bare")))
            post = Post.to("/api/v1/tickets", tokens["kiosk"], {"service": SERVICES[run % len(SERVICES)]})
            cpu.append((_cpu_us(house, post), _cpu_us(bare, DURABLE)))
        finally:
            house.stop()
            bare.stop()
    return [
        _figure("8a", "CPU for a ticket, 32 clients", cpu, "{:.0f} µs", 2.0),
        _figure("8b", "memory for an idle display", memory, "{:.0f} KiB", 1.5),
        _figure("8c", "start to first answer", start, "{:.2f} s", 2.0),
    ]


def _started(begin, data: Path) -> tuple[Process, float]:  # type: ignore[no-untyped-def] # serve or serve_bare
    """The process, and the seconds from its start to its first answer."""
    process: Process = begin(data)
    with socket.create_connection(("127.0.0.1", process.port)) as asking:
        asking.sendall(b"GET /livez HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        assert asking.recv(65536).startswith(b"HTTP/1.1 200")
    return process, process.since_start_s


def _kib_a_display(process: Process, token: str) -> float:
    time.sleep(SETTLE_S)
    before = process.resident_kib
    displays = [open_live(process.port, token, [f"area:{AREA}"]) for _ in range(DISPLAYS)]
    time.sleep(SETTLE_S)
    found = (process.resident_kib - before) / DISPLAYS
    for display in displays:
        display.close()
    return found


def _cpu_us(process: Process, post: Post) -> float:
    lines = [Line(process.port) for _ in range(CLIENTS)]
    drive(lines, post, SECONDS / 3)
    before_s = process.cpu_s
    load = drive(lines, post, SECONDS)
    used_s = process.cpu_s - before_s
    for line in lines:
        line.close()
    return used_s / len(load.latencies_ms) * 1e6


def _figure(number: str, name: str, pairs: list[tuple[float, float]], unit: str, aim: float) -> Figure:
    found, bound = middle([pair[0] for pair in pairs]), middle([pair[1] for pair in pairs])
    ratios = [pair[0] / pair[1] for pair in pairs]
    return Figure(number, name, unit.format(found), "reference, " + unit.format(bound), ratios, aim)
