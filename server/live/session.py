"""
The server's end of one conversation, without a socket: fed with frames and time, it says what to do.

It decides who may name which topic and which code closes the socket; it knows nothing of the hub or of rows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from server.live.messages import (
    CLOSE_MALFORMED,
    CLOSE_NO_HELLO,
    CLOSE_SECOND_HELLO,
    CLOSE_SILENT,
    CLOSE_TOPIC,
    PROTOCOL,
    Announced,
    Hello,
    MalformedError,
    Position,
    read,
)

HELLO_LIMIT_S: Final = 5.0
#: An agent reports its position every 5 s; four missed are silence.
SILENT_S: Final = 20.0
#: A hidden tab's timers run once a minute.
SILENT_PAGE_S: Final = 90.0

#: Which kinds of topic a role may name (`server/docs/live.md`).
TOPICS_OF_ROLE: Final[Mapping[str, frozenset[str]]] = {
    "display": frozenset({"area"}),
    "board": frozenset({"area"}),
    "speaker": frozenset({"area"}),
    "kiosk": frozenset({"devices"}),
    "console": frozenset({"area", "room", "queue", "devices"}),
    "phone": frozenset({"ticket"}),
}


@dataclass(frozen=True, slots=True)
class Close:
    """Say bye with *code* and close."""

    code: int


@dataclass(frozen=True, slots=True)
class Join:
    """A first hello in order: join the hub, then welcome."""

    hello: Hello


Said = Close | Join | Position | Announced | None


class Session:
    """
    One conversation.

    Args:
        role: Role of the client, a key of `TOPICS_OF_ROLE`.
        now_s: Monotonic time of the connection, in seconds.
        is_page: True for a browser page, which may be hidden.
        rooms: Rooms that a console may follow; None for all.
    """

    def __init__(self, role: str, now_s: float, *, is_page: bool, rooms: frozenset[str] | None = None) -> None:
        self.role = role
        self.has_joined = False
        self._rooms = rooms
        self._silent_s = SILENT_PAGE_S if is_page else SILENT_S
        self._heard_s = now_s

    def hear(self, text: str, now_s: float) -> Said:
        """What a frame from the client means."""
        self._heard_s = now_s
        try:
            message = read(text)
        except MalformedError:
            return Close(CLOSE_MALFORMED)
        if isinstance(message, Hello):
            return self._hello(message)
        if not self.has_joined:
            return Close(CLOSE_MALFORMED)
        if isinstance(message, Announced):
            return message if self.role == "speaker" else Close(CLOSE_MALFORMED)
        return message if isinstance(message, Position) else None

    def tick(self, now_s: float) -> Close | None:
        """What the passing of time means."""
        silent_s = now_s - self._heard_s
        if not self.has_joined:
            return Close(CLOSE_NO_HELLO) if silent_s > HELLO_LIMIT_S else None
        return Close(CLOSE_SILENT) if silent_s > self._silent_s else None

    def _hello(self, hello: Hello) -> Close | Join:
        if self.has_joined:
            return Close(CLOSE_SECOND_HELLO)
        if PROTOCOL not in hello.proto:
            return Close(CLOSE_MALFORMED)
        if not all(may_follow(self.role, topic, self._rooms) for topic in hello.topics):
            return Close(CLOSE_TOPIC)
        self.has_joined = True
        return Join(hello)


def may_follow(role: str, topic: str, rooms: frozenset[str] | None) -> bool:
    """True when *role* may name *topic*; *rooms* limits a member of staff to rooms, None does not."""
    kind, _, code = topic.partition(":")
    if kind not in TOPICS_OF_ROLE.get(role, ()):
        return False
    return kind != "room" or rooms is None or code in rooms
