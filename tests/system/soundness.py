"""What must be true of any database that a Lượt server has written, read by plain SQL and from the log alone."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import closing
from itertools import chain, islice
from pathlib import Path
from typing import Any

PRESENT = ("called", "serving")
#: More would only hide the first ones.
FAULTS_MAX = 20


def faults(database: Path) -> list[str]:
    """Everything that is wrong, in words; empty when all is well."""
    with closing(sqlite3.connect(f"{database.resolve().as_uri()}?mode=ro", uri=True)) as rows:
        found = chain(_log(rows), _numbers(rows), _answers(rows), _calls(events(rows)))
        return list(islice(found, FAULTS_MAX))


def events(rows: sqlite3.Connection) -> Iterator[tuple[str, dict[str, Any], dict[str, Any]]]:
    """Kind, facts and changed rows of each event, in the order of the log."""
    for kind, body in rows.execute("SELECT kind, body FROM event ORDER BY seq"):
        found = json.loads(body)
        yield kind, found["facts"], found["rows"]


def _log(rows: sqlite3.Connection) -> Iterator[str]:
    count, first, last = rows.execute("SELECT count(*), min(seq), max(seq) FROM event").fetchone()
    [head] = rows.execute("SELECT seq FROM site").fetchone()
    if (first, last) != (1, count) or head != last:
        yield f"the log has gaps: {count} events from {first} to {last}, head {head}"


def _numbers(rows: sqlite3.Connection) -> Iterator[str]:
    series = rows.execute("SELECT day, series, count(*), min(number), max(number) FROM ticket GROUP BY day, series")
    for day, code, count, first, last in series.fetchall():
        if (first, last) != (1, count):
            yield f"series {code} of {day} has gaps: {count} numbers from {first} to {last}"
        [counter] = rows.execute("SELECT last FROM counter WHERE day = ? AND series = ?", (day, code)).fetchone()
        if counter != last:
            yield f"series {code} of {day} counts {counter}, its last ticket is {last}"
    for day, label, count in rows.execute("SELECT day, label, count(*) FROM ticket GROUP BY day, label"):
        if count > 1:
            yield f"{label} was issued {count} times on {day}"


def _answers(rows: sqlite3.Connection) -> Iterator[str]:
    """Each kept answer to an issue names a ticket, and no ticket is named by two keys."""
    issued = [json.loads(body) for (body,) in rows.execute("SELECT body FROM answer WHERE status = 201")]
    known = dict(rows.execute("SELECT id, label FROM ticket"))
    for answer in issued:
        if known.get(int(answer["id"])) != answer["number"]:
            yield f"the answer promised {answer['number']}, the ticket is {known.get(int(answer['id']))}"
    twice = [ticket for ticket, count in Counter(answer["id"] for answer in issued).items() if count > 1]
    if twice:
        yield f"tickets with more than one key: {twice}"


def _calls(log: Iterator[tuple[str, dict[str, Any], dict[str, Any]]]) -> Iterator[str]:
    """Nobody is called for the first time twice, is in two rooms, or shares a room: told from the log alone."""
    first_calls: Counter[str] = Counter()
    present: dict[str, dict[str, Any]] = {}
    for kind, facts, changed in log:
        if kind == "ticket.called" and facts["attempt"] == 1:
            first_calls[str(facts["entry"])] += 1
        for key, call in changed.get("calls", {}).items():
            present.pop(key, None)
            if call is not None and call["state"] in PRESENT:
                present[key] = call
        places: dict[Any, set[Any]] = defaultdict(set)
        for call in present.values():
            places["ticket", call["ticket"]].add(call["room"])
            places["room", call["room"]].add(call["ticket"])
        yield from (f"{kind}: {place} is shared by {found}" for place, found in places.items() if len(found) > 1)
    yield from (f"entry {entry} was called first {count} times" for entry, count in first_calls.items() if count > 1)
