"""
The conversation of a client of the live protocol (``server/docs/live.md``), without a socket and without a clock.

It is fed with what happened and the time, and answers with what to do; ``link.py`` is the wiring for agents. Its twin
for pages is ``server/pages/common/follower.js``; both are driven by ``tests/server/live/follower_cases.json``. Neither
knows what a room or a call means: the state is changed by an event's ``set`` alone.
"""

import random as chance
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

Message = dict[str, Any]
State = dict[str, dict[str, dict[str, Any]]]
UpdateKind = Literal["snapshot", "event", "overlay", "announce", "lost", "back", "reload"]

CONNECT_LIMIT_S = 2.0
DEAD_AFTER_S = 6.0  # until the welcome says otherwise
POSITION_EVERY_S = 5.0  # keeps the server from closing us as silent (20 s) with room to spare
RETRY_FIRST_S = 0.5
RETRY_GROWTH = 1.6
RETRY_AT_MOST_S = 1.0  # in the first half minute: most losses are a switch that restarts
RETRY_PATIENT_S = 5.0
PATIENCE_AFTER_S = 30.0
UPGRADES_BEFORE_POLLING = 3  # some proxies swallow WebSockets and nothing else
POLL_EVERY_S = 2.0
REFUSALS = frozenset({401, 403, 4000, 4001, 4003, 4004})  # asking again at once would not help


@dataclass(frozen=True)
class Update:
    """
    Something a consumer may want to know, in the order in which it happened.

    ``message`` is the protocol's message; for ``lost`` it is ``{"reason", "code", "retry"}``, for ``back`` it is empty.
    ``lost`` and ``back`` are said once each; between them the state stands still.
    """

    kind: UpdateKind
    message: Message


@dataclass(frozen=True)
class Connect:
    """Open a socket; answer with ``opened`` or ``closed``."""


@dataclass(frozen=True)
class HangUp:
    """Drop the socket at once; nothing more of it may be fed in."""

    reason: str


@dataclass(frozen=True)
class Send:
    """Send this message on the open socket."""

    message: Message


@dataclass(frozen=True)
class Poll:
    """Ask ``/api/v1/live/state``; answer with ``polled`` in any case."""

    epoch: str | None
    seq: int | None


@dataclass(frozen=True)
class Tell:
    """Hand this to whoever follows."""

    update: Update


Action = Connect | HangUp | Send | Poll | Tell


class _MisfitError(Exception):
    """A message does not continue what we hold; its text is the reason for hanging up."""


class Follower:
    """
    The conversation: no socket, no clock, no chance of its own.

    Times are seconds of any steady clock. Each method returns what must be done, in order; between calls, ``tick`` is
    due at ``next_at``. ``state`` and ``overlays`` are replaced object by object, never changed inside an object.
    """

    def __init__(self, topics: Sequence[str], random: Callable[[], float] = chance.random) -> None:
        self.topics = list(topics)
        self.state: State = {}
        self.overlays: dict[str, dict[str, Any]] = {}
        self.epoch: str | None = None
        self.seq: int | None = None
        self._random = random
        self._phase: Literal["idle", "connecting", "greeting", "following", "waiting"] = "idle"
        self._present: bool | None = None
        self._heard_at = self._since = self._retry_at = self._lost_since = self._position_at = self._poll_at = 0.0
        self._dead_after_s = DEAD_AFTER_S
        self._tries = self._failed_upgrades = 0
        self._target: int | None = None
        self._awaits_snapshot = self._call_unreported = self._poll_under_way = False
        self._server_time: tuple[datetime, float] | None = None

    # What happened, and what to do about it.

    def start(self, now: float) -> list[Action]:
        """Begin: the first connection is tried at once."""
        self._heard_at = now
        return self._connect(now)

    def opened(self, now: float) -> list[Action]:
        """Answer an opened socket with the hello."""
        self._phase, self._since = "greeting", now
        hello = {"t": "hello", "proto": [1], "epoch": self.epoch, "seq": self.seq, "topics": self.topics}
        return [Send(hello)]

    def received(self, message: Message, now: float) -> list[Action]:
        """Take one message of the open socket; one that does not fit ends the conversation, unapplied."""
        if message.get("t") == "bye":
            return [HangUp("bye"), *self._ended("bye", message.get("code"), message.get("retry") is not False, now)]
        try:
            actions = self._take(message, now)
        except _MisfitError as misfit:
            self._forget_a_failed_resume()
            return [HangUp(str(misfit)), *self._ended(str(misfit), None, True, now)]
        self._heard_at = now
        return [*actions, *self._report(now)]

    def closed(self, code: int | None, now: float) -> list[Action]:
        """The socket closed by itself or never opened; *code* closed it, or is the status that refused the upgrade."""
        return self._ended("closed", code, code not in REFUSALS, now)

    def polled(self, messages: Sequence[Message] | None, now: float) -> list[Action]:
        """Take the answer to ``Poll``; None means that none came. One that a socket has overtaken is dropped."""
        self._poll_under_way = False
        actions: list[Action] = []
        if messages is None or self._phase not in ("connecting", "waiting"):
            return actions
        try:
            for message in messages:
                actions += self._take(message, now)
        except _MisfitError:
            self._forget_a_failed_resume()
            return actions
        self._heard_at = now
        return actions

    def wake(self, now: float) -> list[Action]:
        """The network or the screen came back: do not wait for the next attempt."""
        return self._connect(now) if self._phase == "waiting" else self.tick(now)

    def tick(self, now: float) -> list[Action]:
        """Do what is due."""
        if self._phase == "connecting" and now >= self._since + CONNECT_LIMIT_S:
            return [HangUp("connect_limit"), *self._ended("connect_limit", None, True, now)]
        if self._phase in ("greeting", "following") and now >= self._dead_at:
            return [HangUp("dead"), *self._ended("dead", None, True, now)]
        actions = self._lose("silent", None, True) if self._poll_went_silent(now) else []
        if self._phase == "waiting" and now >= self._retry_at:
            actions += self._connect(now)
        if self._may_poll and now >= self._poll_at:
            self._poll_under_way, self._poll_at = True, now + POLL_EVERY_S
            actions.append(Poll(self.epoch, self.seq))
        return actions + self._report(now)

    # What the wiring may ask.

    @property
    def next_at(self) -> float | None:
        """When ``tick`` is due; None while nothing can be."""
        due = [self._poll_at] if self._may_poll else []
        if self._phase == "connecting":
            due.append(self._since + CONNECT_LIMIT_S)
        elif self._phase == "waiting":
            due.append(self._retry_at)
        elif self._phase != "idle":
            due.append(self._dead_at)
        if self._caught_up:
            due.append(self._position_at)
        return min(due, default=None)

    def silent_s(self, now: float) -> float:
        """For how long nothing true was heard: what a stale screen goes by."""
        return max(0.0, now - self._heard_at)

    def server_now(self, now: float) -> datetime | None:
        """The server's time, for devices whose own clock is wrong; None before the first welcome."""
        if self._server_time is None:
            return None
        said, at = self._server_time
        return said + timedelta(seconds=now - at)

    @property
    def is_following(self) -> bool:
        """Whether a welcome has been had on the open socket."""
        return self._phase == "following"

    # Messages.

    def _take(self, message: Message, now: float) -> list[Action]:
        kind = message.get("t")
        if "now" in message:
            self._set_server_time(message["now"], now)
        if kind == "welcome":
            self._welcome(message, now)
        elif kind == "snapshot":
            self._snapshot(message)
        elif kind == "event":
            self._event(message)
        elif kind == "heartbeat":
            self._fit(message)
            self._tries = 0
        elif kind == "overlay":
            merge_overlays(self.overlays, _collections(message, "body"))
        told = [Tell(Update(kind, message))] if kind in ("snapshot", "event", "overlay", "announce", "reload") else []
        return [*told, *self._return()]

    def _welcome(self, message: Message, now: float) -> None:
        self._awaits_snapshot = message.get("mode") != "resume"
        if not self._awaits_snapshot and message.get("epoch") != self.epoch:
            raise _MisfitError("malformed")
        self._target = _number(message, "seq")
        self._dead_after_s = float(message.get("dead_after_s") or DEAD_AFTER_S)
        if self._phase == "greeting":
            self._phase, self._failed_upgrades, self._position_at = "following", 0, now + POSITION_EVERY_S

    def _snapshot(self, message: Message) -> None:
        state = _collections(message, "state")
        self.seq, self.epoch = _number(message, "seq"), message.get("epoch")
        self.state = {name: dict(objects) for name, objects in state.items()}
        self.overlays, self._awaits_snapshot, self._call_unreported = {}, False, True

    def _event(self, message: Message) -> None:
        changes = _collections(_mapping(message, "body"), "set")
        self._fit(message)
        apply_set(self.state, changes)
        self._call_unreported |= any(call is not None for call in changes.get("calls", {}).values())

    def _fit(self, message: Message) -> None:
        seq = _number(message, "seq")
        if self._awaits_snapshot or message.get("prev") != self.seq:
            raise _MisfitError("gap")
        self.seq = seq

    def _set_server_time(self, text: object, now: float) -> None:
        try:
            said = datetime.fromisoformat(str(text))
        except ValueError:
            return  # an unreadable clock is not worth a lost screen
        if said.tzinfo is not None:
            self._server_time = said, now

    # Coming and going.

    @property
    def _caught_up(self) -> bool:
        return self._phase == "following" and self._is_true

    @property
    def _is_true(self) -> bool:
        return (
            not self._awaits_snapshot and self.seq is not None and self._target is not None and self.seq >= self._target
        )

    @property
    def _dead_at(self) -> float:
        return max(self._heard_at, self._since) + self._dead_after_s

    @property
    def _may_poll(self) -> bool:
        is_apart = self._phase in ("connecting", "waiting")
        return is_apart and not self._poll_under_way and self._failed_upgrades >= UPGRADES_BEFORE_POLLING

    def _poll_went_silent(self, now: float) -> bool:
        return (
            self._present is True
            and self._phase in ("connecting", "waiting")
            and self.silent_s(now) >= self._dead_after_s
        )

    def _connect(self, now: float) -> list[Action]:
        self._phase, self._since = "connecting", now
        return [Connect()]

    def _report(self, now: float) -> list[Action]:
        if not self._caught_up or not (self._call_unreported or now >= self._position_at):
            return []
        self._call_unreported, self._position_at = False, now + POSITION_EVERY_S
        return [Send({"t": "position", "seq": self.seq})]

    def _return(self) -> list[Action]:
        if not self._is_true or self._present is True:
            return []
        was_lost, self._present = self._present is False, True
        return [Tell(Update("back", {}))] if was_lost else []

    def _ended(self, reason: str, code: int | None, retry: bool, now: float) -> list[Action]:
        was_following = self._phase == "following"
        self._failed_upgrades += not was_following
        if self._tries == 0:
            self._lost_since = now
        self._phase, self._target, self._awaits_snapshot = "waiting", None, False
        self._retry_at = now + self._retry_in(retry, now)
        self._tries += 1
        # A failed upgrade loses nothing that polling holds up; silence of the polls is seen by tick.
        return self._lose(reason, code, retry) if was_following or self._present is None else []

    def _forget_a_failed_resume(self) -> None:
        """What did not fit before we caught up would not fit a second time: ask for a snapshot then."""
        if not self._is_true:
            self.epoch = self.seq = None

    def _lose(self, reason: str, code: int | None, retry: bool) -> list[Action]:
        if self._present is False:
            return []
        self._present = False
        return [Tell(Update("lost", {"reason": reason, "code": code, "retry": retry}))]

    def _retry_in(self, retry: bool, now: float) -> float:
        if not retry:
            return RETRY_PATIENT_S
        at_most = RETRY_AT_MOST_S if now < self._lost_since + PATIENCE_AFTER_S else RETRY_PATIENT_S
        ceiling = min(RETRY_FIRST_S * RETRY_GROWTH ** min(self._tries, 10), at_most)
        return ceiling * (self._random() if self._tries == 0 else 0.5 + self._random() / 2)


def apply_set(state: State, changes: Mapping[str, Mapping[str, dict[str, Any] | None]]) -> None:
    """Change *state* as an event's ``set`` says: an object replaces the one held, None removes it."""
    for name, objects in changes.items():
        collection = state.setdefault(name, {})
        for key, value in objects.items():
            if value is None:
                collection.pop(key, None)
            else:
                collection[key] = value


def merge_overlays(overlays: dict[str, dict[str, Any]], body: Mapping[str, Mapping[str, Any]]) -> None:
    """Lay *body* over *overlays*: what it names is replaced, None removes, the rest stays until the next snapshot."""
    for name, values in body.items():
        layer = overlays.setdefault(name, {})
        for key, value in values.items():
            if value is None:
                layer.pop(key, None)
            else:
                layer[key] = value


def _mapping(message: Mapping[str, Any], key: str) -> dict[str, Any]:
    value = message.get(key)
    if not isinstance(value, dict):
        raise _MisfitError("malformed")
    return value


def _collections(message: Mapping[str, Any], key: str) -> dict[str, dict[str, Any]]:
    value = _mapping(message, key)
    if not all(isinstance(objects, dict) for objects in value.values()):
        raise _MisfitError("malformed")
    return value


def _number(message: Mapping[str, Any], key: str) -> int:
    value = message.get(key)
    if not isinstance(value, int):
        raise _MisfitError("malformed")
    return value
