"""Figures 2, 3 and 4: how long one issue takes, how many go through at once, how steady they are."""

from __future__ import annotations

import sqlite3
import time
from pathlib import Path

from tests.bench.house import prepare_house, serve, serve_bare
from tests.bench.report import Figure, middle
from tests.bench.wire import Line, Load, Post, drive

CLIENTS = 32
SLICES = 5
ONE_S, MANY_S = 0.15, 0.3
#: A series holds 9,999 numbers a day: each run has a service with a series of its own.
SERVICES = ("noi", "ngoai", "nhi", "mat", "da-lieu")
BARE = Post.to("/api/v1/tickets", "bare", {"service": "noi"})


def measure(folder: Path, runs: int) -> list[Figure]:
    """Paired runs, each of a few slices in turn, so that what else the machine does falls on both sides alike."""
    tokens = prepare_house(folder / "house")
    house, bare = serve(folder / "house"), serve_bare(folder / "bare")
    two, three, four = [], [], []
    try:
        for run in range(runs):
            post = Post.to("/api/v1/tickets", tokens["kiosk"], {"service": SERVICES[run % len(SERVICES)]})
            commits, empty, issue, empties, issues = [], [], [], [], []
            for _ in range(SLICES):
                commits.append(commit_p50_ms(folder / "commit.db"))
                empty.append(load(bare.port, BARE, 1, ONE_S))
                issue.append(load(house.port, post, 1, ONE_S))
                empties.append(load(bare.port, BARE, CLIENTS, MANY_S))
                issues.append(load(house.port, post, CLIENTS, MANY_S))
            two.append((Load.of(issue).quantile(0.5), middle(commits) + Load.of(empty).quantile(0.5)))
            three.append((Load.of(issues).per_s, Load.of(empties).per_s))
            four.append((Load.of(issues).quantile(0.99), Load.of(issues).quantile(0.5)))
    finally:
        house.stop()
        bare.stop()
    return [
        _figure("2", "issue, 1 client, p50", two, "{:.2f} ms", "commit + empty endpoint, {:.2f} ms", 2.5),
        _figure("3", "tickets a second, 32 clients", three, "{:.0f}/s", "empty endpoint, {:.0f}/s", 0.5, at_least=True),
        _figure("4", "issue, 32 clients, p99", four, "{:.1f} ms", "its p50, {:.1f} ms", 2.0),
    ]


def load(port: int, post: Post, clients: int, seconds: float) -> Load:
    """Closed loop with that many connections of its own; a short one before it is thrown away."""
    lines = [Line(port) for _ in range(clients)]
    drive(lines, post, seconds / 10)
    found = drive(lines, post, seconds)
    for line in lines:
        line.close()
    return found


def commit_p50_ms(path: Path, count: int = 30) -> float:
    """A durable commit of one row: SQLite, WAL, FULL, on the same disk."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("CREATE TABLE IF NOT EXISTS row (value INTEGER)")
    times = []
    for value in range(count):
        begin_ns = time.perf_counter_ns()
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("INSERT INTO row VALUES (?)", (value,))
        connection.execute("COMMIT")
        times.append((time.perf_counter_ns() - begin_ns) / 1e6)
    connection.close()
    return middle(times)


def _figure(
    number: str,
    name: str,
    pairs: list[tuple[float, float]],
    value: str,
    limit: str,
    aim: float,
    *,
    at_least: bool = False,
) -> Figure:
    found, bound = middle([pair[0] for pair in pairs]), middle([pair[1] for pair in pairs])
    ratios = [pair[0] / pair[1] for pair in pairs]
    return Figure(number, name, value.format(found), limit.format(bound), ratios, aim, at_least)
