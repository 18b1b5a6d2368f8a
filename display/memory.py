"""
What this speaker has said: the last announcement ids and how each ended, on disk.

The id is on disk before the sound starts, so not even a kill in the middle makes a patient be called twice.
"""

import json
import os
from pathlib import Path
from typing import IO

KEPT = 200  # as the live protocol promises
STARTED = "started"
DONE = "done"


class Memory:
    """
    A file of one JSON line an outcome; the last line of an id counts.

    An outcome is ``started``, ``done`` or the code of a failure. A line that was cut off by a power failure is skipped.
    """

    def __init__(self, path: Path, kept: int = KEPT) -> None:
        self._path = path
        self._kept = kept
        path.parent.mkdir(parents=True, exist_ok=True)
        self._outcomes = _read(path)
        self._file = self._rewrite()

    def outcome(self, announcement_id: str) -> str | None:
        """How it ended; None if it was never begun, or so long ago that it is forgotten."""
        return self._outcomes.get(announcement_id)

    def note(self, announcement_id: str, outcome: str) -> None:
        """Keep the outcome; it is on disk when this returns."""
        self._outcomes.pop(announcement_id, None)
        self._outcomes[announcement_id] = outcome
        self._file.write(json.dumps([announcement_id, outcome]) + "\n")
        self._file.flush()
        os.fsync(self._file.fileno())
        self._lines += 1
        if self._lines > 4 * self._kept:
            self._file.close()
            self._file = self._rewrite()

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()

    def _rewrite(self) -> IO[str]:
        """Write the newest ones anew, by rename, and go on behind them."""
        self._outcomes = dict(list(self._outcomes.items())[-self._kept :])
        part = self._path.with_suffix(".part")
        with part.open("w", encoding="utf-8") as file:
            file.writelines(json.dumps(item) + "\n" for item in self._outcomes.items())
            file.flush()
            os.fsync(file.fileno())
        part.replace(self._path)
        self._lines = len(self._outcomes)
        return self._path.open("a", encoding="utf-8")


def _read(path: Path) -> dict[str, str]:
    outcomes: dict[str, str] = {}
    try:
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    except FileNotFoundError:
        return outcomes
    for line in lines:
        try:
            announcement_id, outcome = json.loads(line)
        except (ValueError, TypeError):
            continue
        outcomes.pop(str(announcement_id), None)
        outcomes[str(announcement_id)] = str(outcome)
    return outcomes
