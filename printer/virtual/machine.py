"""
A thermal printer without its case: bytes in, answers and papers out.

No clock, no socket, no file: `run` is told the time. Real-time commands are obeyed on arrival; everything else waits in
the buffer and is executed at the speed of the paper, so that status, cut and answers come in the order of a real
printer. It remembers like one, too: what waits when the paper ends comes out after the change, unless it was cleared.
Native text is counted, not drawn: Lượt sends pictures.
"""

from dataclasses import dataclass
from typing import Literal, get_args

from PIL import Image

from printer.virtual.commands import Command, Raster, next_command
from printer.virtual.realtime import CLEAR, Listener

State = Literal[
    "ok", "near_end", "paper_end", "cover_open", "cutter", "error", "offline",
    "mute", "stall", "reset", "one_connection", "off",
]  # fmt: skip
STATES: tuple[State, ...] = get_args(State)
STOPPED: frozenset[State] = frozenset({"paper_end", "cover_open", "cutter", "error", "offline", "stall", "off"})
SILENT: frozenset[State] = frozenset({"mute", "stall", "off"})

CLEARED = b"\x37\x25\x00"  # Epson's answer to "clear the buffers"
LINE_DOTS = 30  # the usual line spacing
DOTS_PER_MM = 8


@dataclass(frozen=True, slots=True)
class Answer:
    """Bytes for whoever is connected now."""

    data: bytes


@dataclass(frozen=True, slots=True)
class Paper:
    """A piece of paper that came out. ``is_torn``: not cut, but torn off when the roll was changed."""

    picture: Image.Image
    is_torn: bool


Effect = Answer | Paper


class Machine:
    """
    Args:
        width_dots: Of the head, a multiple of 8. Wider pictures lose their right edge, as on paper.
        speed_mm_s: Of the paper; 0 prints in no time.
    """

    def __init__(self, width_dots: int = 576, speed_mm_s: float = 250.0) -> None:
        self.width_dots = width_dots
        self.speed_mm_s = speed_mm_s
        self.state: State = "ok"
        self.drawer_pulses = 0
        self.text_bytes = 0
        self.executed_bytes = 0
        self._listener = Listener()
        self._buffer = bytearray()
        self._raster: Raster | None = None
        self._paper = bytearray()
        self._ready_at_s = 0.0
        self._is_starved = True
        self._automatic = 0
        self._trap: tuple[int, State] | None = None
        self._pending: list[Effect] = []

    @property
    def buffered_bytes(self) -> int:
        """Bytes received and not yet executed."""
        return len(self._buffer)

    @property
    def is_idle(self) -> bool:
        """Nothing to do until bytes or a new state come."""
        return not self._pending and (self.state in STOPPED or self._is_starved)

    def receive(self, data: bytes, now_s: float) -> bytes:
        """Take bytes in; returns what is answered at once."""
        if self._is_starved:
            self._ready_at_s = max(self._ready_at_s, now_s)  # paper that was not asked for did not move meanwhile
            self._is_starved = False
        answers = bytearray()
        kept_from = 0
        for heard in self._listener.hear(data):
            if heard.command == CLEAR:
                self._forget()
                kept_from = max(0, heard.end)
            answers += self._obey(heard.command)
        self._buffer += data[kept_from:]
        return b"" if self.state in SILENT else bytes(answers)

    def run(self, now_s: float) -> list[Effect]:
        """Execute what the time allows; *now_s* never falls."""
        if self.speed_mm_s <= 0 or self.state in STOPPED:
            self._ready_at_s = now_s
        while self.state not in STOPPED and self._ready_at_s <= now_s:
            if not self._step(now_s):
                self._is_starved = True
                break
            self._spring()
        effects, self._pending = self._pending, []
        return effects

    def turn(self, state: State, after_bytes: int | None = None) -> None:
        """
        Put the printer into *state*: now, or in mid-job once *after_bytes* more have been executed.

        Leaving ``paper_end`` is a change of the roll: what had come out without a cut is torn off.
        """
        if after_bytes:
            self._trap = (self.executed_bytes + after_bytes, state)
            return
        self._trap = None
        before, self.state = self.state, state
        if state == "off":
            self.restart()
        if before == "paper_end" and state != "paper_end" and self._paper:
            self._emit(is_torn=True)
        if self._automatic and state != before and state not in SILENT:
            self._pending.append(Answer(self._automatic_status()))

    def end_of_job(self) -> None:
        """The connection ended: a command cut off in its middle is given up after the printer's own time limit."""
        if self.state not in STOPPED and next_command(self._buffer) is None and not self._whole_row():
            self._buffer.clear()
            self._raster = None

    def restart(self) -> None:
        """Power off and on: the buffer is lost, the paper stays where it is."""
        self._forget()
        self._automatic = 0

    def realtime_status(self, question: int) -> int:
        """The answer byte to ``DLE EOT question``."""
        cause = {
            2: {"cover_open": 0x04, "paper_end": 0x20, "error": 0x40, "cutter": 0x40},
            3: {"cutter": 0x08, "error": 0x20},
            4: {"near_end": 0x0C, "paper_end": 0x6C},
        }
        if question == 1:
            return 0x12 | (0x08 if self.state in STOPPED else 0)
        return 0x12 | cause[question].get(self.state, 0)

    def _obey(self, command: bytes) -> bytes:
        if command == CLEAR:
            return CLEARED
        if command[1] == 0x04:
            return bytes((self.realtime_status(command[2]),))
        if command[1] == 0x14:
            self.drawer_pulses += 1
        elif command[2] == 2:
            self._forget()
        return b""

    def _forget(self) -> None:
        self._buffer.clear()
        self._raster = None

    def _spring(self) -> None:
        if self._trap and self.executed_bytes >= self._trap[0]:
            self.turn(self._trap[1])

    def _whole_row(self) -> bool:
        return self._raster is not None and len(self._buffer) >= self._raster.width_bytes

    def _step(self, now_s: float) -> bool:
        """Execute one command or some rows; False when more bytes must come first."""
        if self._raster:
            return self._rows(self._raster, now_s)
        command = next_command(self._buffer)
        if command is None:
            return False
        self._consume(command.length)
        self._execute(command)
        return True

    def _rows(self, raster: Raster, now_s: float) -> bool:
        rows = min(raster.rows, len(self._buffer) // raster.width_bytes)
        if self.speed_mm_s > 0:
            rows = min(rows, int((now_s - self._ready_at_s) * self.speed_mm_s * DOTS_PER_MM) + 1)
        if self._trap:
            rows = min(rows, max(1, (self._trap[0] - self.executed_bytes) // raster.width_bytes))
        if rows == 0:
            return False
        for row in range(rows):
            dots = self._buffer[row * raster.width_bytes : (row + 1) * raster.width_bytes]
            self._feed_row(bytes(dots))
        self._consume(rows * raster.width_bytes)
        left = raster.rows - rows
        self._raster = Raster(raster.width_bytes, left) if left else None
        return True

    def _execute(self, command: Command) -> None:
        match command.kind:
            case "raster":
                self._raster = command.raster
            case "feed":
                self._feed(command.value)
            case "line":
                self._feed(command.value * LINE_DOTS)
            case "cut":
                self._feed(command.value)
                self._emit(is_torn=False)
            case "ask":
                self._answer_in_order(command.value)
            case "automatic":
                self._automatic = command.value
                if command.value and self.state not in SILENT:
                    self._pending.append(Answer(self._automatic_status()))
            case "drawer":
                self.drawer_pulses += 1
            case "text":
                self.text_bytes += 1

    def _answer_in_order(self, question: int) -> None:
        if self.state not in SILENT:
            near = 0x03 if question == 1 and self.state == "near_end" else 0
            self._pending.append(Answer(bytes((near,))))

    def _automatic_status(self) -> bytes:
        first = 0x10 | (0x08 if self.state in STOPPED else 0) | (0x20 if self.state == "cover_open" else 0)
        second = {"cutter": 0x08, "error": 0x20}.get(self.state, 0)
        third = {"near_end": 0x03, "paper_end": 0x0F}.get(self.state, 0)
        return bytes((first, second, third, 0))

    def _consume(self, count: int) -> None:
        del self._buffer[:count]
        self.executed_bytes += count

    def _feed_row(self, dots: bytes) -> None:
        width_bytes = self.width_dots // 8
        self._paper += dots[:width_bytes].ljust(width_bytes, b"\0")
        self._take_time(1)

    def _feed(self, rows: int) -> None:
        self._paper += bytes(rows * (self.width_dots // 8))
        self._take_time(rows)

    def _take_time(self, rows: int) -> None:
        if self.speed_mm_s > 0:
            self._ready_at_s += rows / DOTS_PER_MM / self.speed_mm_s

    def _emit(self, is_torn: bool) -> None:
        rows = len(self._paper) // (self.width_dots // 8)
        if rows:
            picture = Image.frombytes("1", (self.width_dots, rows), bytes(self._paper), "raw", "1;I")
            self._pending.append(Paper(picture, is_torn))
        self._paper.clear()
