"""A printer's end of a link, by script: for answers that no virtual printer would give."""

from collections.abc import Callable

from printer.address import Address
from printer.errors import LinkLostError, PrinterError, WriteTimeoutError


class ScriptedLink:
    """
    Args:
        answer: Called with all bytes written at once; returns what the printer says to them.
        first: What lies in the line before anything is asked.

    Waiting in vain takes time of its ``clock``.
    """

    def __init__(self, answer: Callable[[bytes], bytes], first: bytes = b"") -> None:
        self.clock = Clock()
        self.answer = answer
        self.written: list[bytes] = []
        self.incoming = bytearray(first)
        self.is_lost = False
        self.takes_jobs = True
        self.closed_with: bool | None = None

    def __call__(self, _address: Address) -> "ScriptedLink":
        return self

    def write(self, data: bytes, limit_s: float) -> None:
        if len(data) > 100 and not self.takes_jobs:
            raise WriteTimeoutError
        self.written.append(data)
        self.incoming += self.answer(data)

    def read(self, limit_s: float) -> bytes:
        if not self.incoming and self.is_lost:
            raise LinkLostError
        if not self.incoming:
            self.clock.pause(limit_s)
        data = bytes(self.incoming)
        self.incoming.clear()
        return data

    def close(self, is_abort: bool) -> None:
        self.closed_with = is_abort


class Refusing:
    """Raises *errors* one after another on connecting, then hands over to *then*."""

    def __init__(self, errors: list[PrinterError], then: ScriptedLink | None = None) -> None:
        self.errors = errors
        self.then = then
        self.calls = 0

    def __call__(self, _address: Address) -> ScriptedLink:
        self.calls += 1
        if self.errors:
            raise self.errors.pop(0)
        if self.then is None:
            raise LinkLostError
        return self.then


class Clock:
    """Time that passes only when somebody pauses."""

    def __init__(self) -> None:
        self.now_s = 0.0

    def monotonic_s(self) -> float:
        return self.now_s

    def pause(self, seconds: float) -> None:
        self.now_s += seconds
