"""
What this machine still owes somebody: taps and print jobs, kept on disk until they are done.

A tap is written and flushed to the disk before the server hears of it, and each step after it likewise, so that a
process that is killed at any moment goes on where it stood, with the same key. The file holds one JSON object a line:
the fields of an order that changed. A last line that was torn by a power cut is cut off; a damaged line elsewhere is
skipped and said in the log. Nothing here talks to the server or to the printer.
"""

import dataclasses
import json
import os
import threading
from collections.abc import Mapping
from datetime import datetime
from io import FileIO
from pathlib import Path
from typing import Any, Literal, get_args

import structlog

log = structlog.get_logger()

Step = Literal["taken", "issued", "printing", "printed", "done", "refused"]
FINAL_STEPS: frozenset[str] = frozenset({"done", "refused"})

FINISHED_KEPT = 200  # a page or a repeated job that asks about a key again finds its answer among these
COMPACT_LINES = 2_000  # about 1 MB with slips, read in well under a second on an old machine


@dataclasses.dataclass(frozen=True)
class Order:
    """
    One thing to be carried through: a patient's tap (``kind`` "tap") or a print job that the server asked for ("job").

    ``wish`` is what was asked: for a tap the body of ``POST /tickets``, for a job ``{ticket, copy}``. ``ticket`` is the
    server's answer with its slip, ``problem`` its refusal, ``outcome`` and ``detail`` the printer's. The step
    "printing" means that bytes may have reached the printer.
    """

    key: str
    kind: Literal["tap", "job"]
    at: datetime
    wish: Mapping[str, Any]
    step: Step = "taken"
    ticket: Mapping[str, Any] | None = None
    problem: Mapping[str, Any] | None = None
    outcome: Literal["confirmed", "failed", "unknown"] | None = None
    detail: str | None = None

    @property
    def is_final(self) -> bool:
        return self.step in FINAL_STEPS


class KeyReusedError(Exception):
    """A key came a second time with another wish."""


class Journal:
    """The orders of this machine. What writes returns when the disk has the line: call it off the event loop."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._orders: dict[str, Order] = {}
        self._lines = 0
        self._is_torn = False
        self._file: FileIO | None = None
        self._read()
        self._compact()

    def take(self, order: Order) -> Order:
        """
        Keep a new order. The same key again changes nothing and returns the order as it stands now.

        Raises:
            KeyReusedError: the key is known with another wish.
        """
        with self._lock:
            known = self._orders.get(order.key)
            if known is not None:
                if (known.kind, dict(known.wish)) != (order.kind, dict(order.wish)):
                    raise KeyReusedError(order.key)
                return known
            self._append(_as_line(order))
            self._orders[order.key] = order
            return order

    def advance(self, key: str, **changes: Any) -> Order:
        """Write the changed fields of a known order and return it as it stands now."""
        with self._lock:
            order = dataclasses.replace(self._orders[key], **changes)
            self._append({"key": key, **changes})
            self._orders[key] = order
            if self._lines > COMPACT_LINES:
                try:
                    self._compact()
                except OSError as error:
                    log.error("journal.not_compacted", reason=str(error))
            return order

    def find(self, key: str) -> Order | None:
        return self._orders.get(key)

    def unfinished(self) -> list[Order]:
        """Orders that still owe something, the oldest first."""
        return [order for order in list(self._orders.values()) if not order.is_final]

    def close(self) -> None:
        with self._lock:
            if self._file is not None:
                self._file.close()

    def _append(self, line: Mapping[str, Any]) -> None:
        if self._is_torn:  # a disk that was full may have taken half a line
            self._compact()
        raw = _encode(line)
        assert self._file is not None
        try:
            if self._file.write(raw) != len(raw):
                raise OSError("the disk took a part of the line only")
            os.fsync(self._file.fileno())
        except OSError:
            self._is_torn = True
            raise
        self._lines += 1

    def _read(self) -> None:
        if not self._path.exists():
            return
        *whole, torn = self._path.read_bytes().split(b"\n")
        if torn:
            log.warning("journal.torn", bytes=len(torn))
        for number, raw in enumerate(whole, start=1):
            try:
                self._apply(json.loads(raw))
            except (ValueError, KeyError, TypeError) as error:
                log.error("journal.damaged", line=number, error=type(error).__name__)

    def _apply(self, line: dict[str, Any]) -> None:
        known = self._orders.get(line["key"])
        if "at" in line:
            line["at"] = datetime.fromisoformat(line["at"])
        order = Order(**line) if known is None else dataclasses.replace(known, **line)
        if order.step not in get_args(Step):
            raise ValueError(order.step)
        self._orders[order.key] = order

    def _compact(self) -> None:
        """Write what still matters to a new file and put it in the place of the old one, whole or not at all."""
        finished = [key for key, order in self._orders.items() if order.is_final]
        for key in finished[:-FINISHED_KEPT]:
            del self._orders[key]
        part = self._path.with_suffix(".part")
        with part.open("wb") as file:
            for order in self._orders.values():
                file.write(_encode(_as_line(order)))
            file.flush()
            os.fsync(file.fileno())
        if self._file is not None:
            self._file.close()  # Windows replaces no file that is open
        try:
            os.replace(part, self._path)
            _flush_folder(self._path.parent)
        finally:
            self._file = self._path.open("ab", buffering=0)
        self._lines = len(self._orders)
        self._is_torn = False


def _as_line(order: Order) -> dict[str, Any]:
    fields = {field.name: getattr(order, field.name) for field in dataclasses.fields(order)}
    return {name: value for name, value in fields.items() if value is not None}


def _encode(line: Mapping[str, Any]) -> bytes:
    return json.dumps(line, ensure_ascii=False, default=_plain).encode() + b"\n"


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(type(value).__name__)


def _flush_folder(folder: Path) -> None:
    """Make a rename durable where the system can: Windows opens no folder and needs no such flush."""
    try:
        handle = os.open(folder, os.O_RDONLY)
    except OSError:
        return
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
