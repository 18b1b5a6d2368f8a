"""
The virtual printer on the network: a port like 9100 in front of `printer.virtual.machine`.

Threads, because the machine is small and the same code must run on Windows: one accepts, one a connection talks, one
drives the paper. The machine is only touched under one lock. Like a real interface card it serves one owner at a
time; the next waits, or is turned away in the state ``one_connection``.
"""

import socket
import struct
import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime

from printer.errors import PortError
from printer.virtual.machine import Answer, Effect, Machine, Paper, State
from printer.virtual.papers import Tray

PIECE_BYTES = 4096
BUFFER_BYTES_MAX = 1_000_000  # a real one holds less; ten slips are enough to look stalled
RESET_AFTER_BYTES = 8192  # in the middle of any slip
TICK_S = 0.004  # one row at 31 mm/s: finer than the eye
POLL_S = 0.05  # how fast a thread notices that it should stop
WAITING_MAX = 16


class Service:
    """
    Args:
        port: 0 takes a free one; `port` then tells which.
        monotonic_s: Seconds for the speed of the paper.
        now: The wall clock, for the names of the papers.

    Raises:
        PortError: The port is taken or not allowed.
    """

    def __init__(
        self,
        machine: Machine,
        tray: Tray,
        host: str,
        port: int,
        *,
        monotonic_s: Callable[[], float],
        now: Callable[[], datetime],
    ) -> None:
        self.machine = machine
        self.tray = tray
        self.host = host
        self.reset_after_bytes = RESET_AFTER_BYTES
        self._monotonic_s = monotonic_s
        self._now = now
        self._changed = threading.Condition()
        self._owner_lock = threading.Lock()
        self._owner: socket.socket | None = None
        self._is_stopping = False
        self._listener: socket.socket | None = self._listen(port)
        self.port = int(self._listener.getsockname()[1])
        self._threads = [
            threading.Thread(target=target, name=name, daemon=True)
            for target, name in ((self._accept, "printer-accept"), (self._drive, "printer-paper"))
        ]

    def start(self) -> None:
        """Begin to serve, in threads of its own."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Close everything and wait for the threads; what was not printed is lost, as without power."""
        with self._changed:
            self._is_stopping = True
            self._changed.notify_all()
        self._hang_up()
        for thread in self._threads:
            thread.join(timeout=2)

    def turn(self, state: State, after_bytes: int | None = None) -> None:
        """Put the printer into *state*, see `Machine.turn`. For ``reset``, *after_bytes* counts within each job."""
        with self._changed:
            self._handle(self.machine.run(self._monotonic_s()))
            if state == "reset":
                self.reset_after_bytes = after_bytes or RESET_AFTER_BYTES
                after_bytes = None
            was_off = self.machine.state == "off"
            self.machine.turn(state, after_bytes)
            self._handle(self.machine.run(self._monotonic_s()))
            self._changed.notify_all()
            if was_off and state != "off":
                self._changed.wait_for(lambda: self._listener is not None, timeout=20 * POLL_S)
        if self.machine.state == "off":
            self._hang_up()
            with self._changed:
                self._changed.wait_for(lambda: self._listener is None, timeout=20 * POLL_S)

    def _listen(self, port: int) -> socket.socket:
        try:
            listener = socket.create_server((self.host, port), backlog=WAITING_MAX)
        except (OSError, OverflowError) as error:
            raise PortError(host=self.host, port=port) from error
        listener.settimeout(POLL_S)
        return listener

    def _hang_up(self) -> None:
        owner = self._owner
        if owner:
            with suppress(OSError):
                owner.shutdown(socket.SHUT_RDWR)

    def _accept(self) -> None:
        """The only thread that touches the listener: a socket closed under a waiting thread goes on listening."""
        while not self._is_stopping:
            if self._listener is None:
                self._come_back()
            elif self.machine.state == "off":
                self._stop_listening(self._listener)
            else:
                self._take_caller(self._listener)
        if self._listener:
            self._stop_listening(self._listener)

    def _take_caller(self, listener: socket.socket) -> None:
        try:
            caller, _ = listener.accept()
        except OSError:  # nobody called within the poll, or hung up at once
            return
        threading.Thread(target=self._serve, args=(caller,), name="printer-caller", daemon=True).start()

    def _stop_listening(self, listener: socket.socket) -> None:
        listener.close()
        with self._changed:
            self._listener = None
            self._changed.notify_all()

    def _come_back(self) -> None:
        with self._changed:
            self._changed.wait_for(lambda: self._is_stopping or self.machine.state != "off", timeout=POLL_S)
            if not self._is_stopping and self.machine.state != "off":
                with suppress(PortError):  # still held by a closing socket: tried again at once
                    self._listener = self._listen(self.port)
                    self._changed.notify_all()

    def _serve(self, caller: socket.socket) -> None:
        with caller:
            if self.machine.state == "off":
                return
            if self.machine.state == "one_connection" and self._owner_lock.locked():
                _reset(caller)
                return
            while not self._owner_lock.acquire(timeout=POLL_S):
                if self._is_stopping:
                    return
            try:
                self._owner = caller
                self._talk(caller)
            except OSError:
                pass  # the caller is gone; what it sent stays with the printer
            finally:
                self._owner = None
                with self._changed:
                    self._handle(self.machine.run(self._monotonic_s()))
                    self.machine.end_of_job()
                self._owner_lock.release()

    def _talk(self, caller: socket.socket) -> None:
        caller.settimeout(POLL_S)
        received = 0
        while not self._is_stopping and self.machine.state != "off":
            if self.machine.state == "stall" or self.machine.buffered_bytes > BUFFER_BYTES_MAX:
                with self._changed:
                    self._changed.wait(timeout=POLL_S)
                continue
            try:
                data = caller.recv(PIECE_BYTES)
            except TimeoutError:
                continue
            if not data:
                return
            received += len(data)
            with self._changed:
                answers = self.machine.receive(data, self._monotonic_s())
                self._changed.notify_all()
            if answers:
                caller.sendall(answers)
            if self.machine.state == "reset" and received >= self.reset_after_bytes:
                with self._changed:
                    self._handle(self.machine.run(self._monotonic_s()))
                    self.machine.restart()
                _reset(caller)
                return

    def _drive(self) -> None:
        with self._changed:
            while not self._is_stopping:
                self._handle(self.machine.run(self._monotonic_s()))
                self._changed.wait(timeout=POLL_S if self.machine.is_idle else TICK_S)

    def _handle(self, effects: list[Effect]) -> None:
        for effect in effects:
            match effect:
                case Paper(picture=picture):
                    self.tray.keep(picture, self._now())
                case Answer(data=data) if self._owner:
                    with suppress(OSError):  # nobody listens any more: the answer is lost, as on a cable
                        self._owner.sendall(data)


def _reset(caller: socket.socket) -> None:
    """Close so that the other end sees a reset instead of an orderly end."""
    with suppress(OSError):
        caller.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    caller.close()
