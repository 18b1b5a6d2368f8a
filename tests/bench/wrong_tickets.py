"""Figure 1, a gate: numbers given twice, patients called twice, repeats that came out different after SIGKILL."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from pathlib import Path
from typing import Any

from tests.bench.house import ROOM, SERVICE, Process, prepare_house, serve
from tests.bench.report import Figure
from tests.bench.wire import Line, Post, new_key

CLIENTS, ISSUES_EACH = 32, 12
DESKS = (ROOM, "p2", "p3")
CALLS = 120
KILLS = 3


def measure(folder: Path, runs: int) -> list[Figure]:
    """Many kiosks and desks on one queue, a kill in the middle of it, everything repeated with the same keys."""
    tokens = prepare_house(folder)
    house = serve(folder)
    known: dict[str, Any] = {}
    wrong = 0
    try:
        for _ in range(runs if runs < KILLS else KILLS):
            sent = _issue_and_kill(house, tokens["kiosk"], known)
            house = serve(folder)
            wrong += _repeat(house, tokens["kiosk"], sent, known)
        wrong += _called_twice(house, tokens["console"])
    finally:
        house.stop()
    wrong += _twice_or_gaps(folder / "luot.db", known)
    name = "wrong tickets: twice, called twice, repeated"
    return [Figure("1", name, f"{wrong} of {len(known)}", f"kills {min(runs, KILLS)}, a gate", [wrong], 0)]


def _issue_and_kill(house: Process, token: str, known: dict[str, Any]) -> list[str]:
    """Returns the keys of all requests, answered or not; the answers go to *known*."""
    post = Post.to("/api/v1/tickets", token, {"service": SERVICE})
    lines = [Line(house.port) for _ in range(CLIENTS)]
    sent = []
    for turn in range(ISSUES_EACH):
        for line in lines:
            sent.append(new_key())
            line.send(post, sent[-1])
        if turn == ISSUES_EACH - 1:
            house.kill()  # the last round is on its way: some are committed, none is answered
            break
        for line in lines:
            status, body = line.answer()
            assert status == 201, body
            known[line.key] = json.loads(body)
    for line in lines:
        line.close()
    return sent


def _repeat(house: Process, token: str, sent: list[str], known: dict[str, Any]) -> int:
    """Each key again, twice: the ticket of the first answer, and one ticket for those that had none."""
    post, line = Post.to("/api/v1/tickets", token, {"service": SERVICE}), Line(house.port)
    wrong = 0
    for key in sent * 2:
        again = line.ask(post, key)
        wrong += known.setdefault(key, again) != again
    return wrong


def _called_twice(house: Process, token: str) -> int:
    """Desks that press at the same moment; how many patients were called to more than one of them."""
    posts = [Post.to(f"/api/v1/rooms/{room}/call-next", token, {"previous": "finish"}) for room in DESKS]
    lines = [Line(house.port) for _ in DESKS]
    called: Counter[str] = Counter()
    for _ in range(CALLS):
        for line, post in zip(lines, posts, strict=True):
            line.send(post)
        for line in lines:
            status, body = line.answer()
            assert status == 200, body
            called[json.loads(body)["call"]["entry"]] += 1
    return sum(count - 1 for count in called.values())


def _twice_or_gaps(path: Path, known: dict[str, Any]) -> int:
    """What the answers and the rows say: each number once, none missing, no answered ticket lost."""
    rows = sqlite3.connect(path)
    numbers = [number for (number,) in rows.execute("SELECT number FROM ticket ORDER BY number")]
    labels = {label for (label,) in rows.execute("SELECT label FROM ticket")}
    rows.close()
    answered = [answer["number"] for answer in known.values()]
    lost = len(set(answered) - labels)
    return len(answered) - len(set(answered)) + lost + (numbers != list(range(1, len(numbers) + 1)))
