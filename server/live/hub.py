"""
The hub: publishes committed events to whom they concern, and keeps every client's buffer bounded.

Events are projected once per audience (same role, same topics) and the frame is built once. Deciding resume or
snapshot, filling the buffer and joining happen in one step, with nothing awaited between.
"""

from __future__ import annotations

import json
from collections import OrderedDict, defaultdict, deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import structlog

from server import clock
from server.live.client import Client
from server.live.messages import CLOSE_REVOKED, DEAD_AFTER_S, HEARTBEAT_S, PROTOCOL, Hello
from server.live.projection import Audience, Key, View, World, channels_of, snapshot, view
from server.records.times import time_text
from server.records.transaction import LogEvent

log = structlog.get_logger()
#: Frames kept for resuming, per audience: ten minutes of a large hospital's hall.
RESUME_FRAMES_MAX: Final = 512
#: More missing frames than this are sent as a snapshot: a buffer must hold them beside the welcome and the overlays.
RESUME_SENT_MAX: Final = 200
#: Audiences nobody follows any more are kept this many, so that a hall that was cut off can resume.
IDLE_AUDIENCES_MAX: Final = 256

encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), check_circular=False).encode


@dataclass(frozen=True, slots=True)
class Frame:
    """An event as one audience sees it; *rest* is the text after ``prev``."""

    seq: int
    rest: str

    def text(self, prev: int) -> str:
        return f'{{"t":"event","seq":{self.seq},"prev":{prev},{self.rest}'


@dataclass
class Group:
    """
    The clients of one audience.

    Attributes:
        seq: The seq that the audience has been told last.
        since: From which seq on all frames are still kept.
    """

    audience: Audience
    seq: int
    since: int
    frames: deque[Frame] = field(default_factory=deque)
    clients: set[Client] = field(default_factory=set)

    def add(self, frame: Frame) -> None:
        if len(self.frames) >= RESUME_FRAMES_MAX:
            self.since = self.frames.popleft().seq
        self.frames.append(frame)

    def missing(self, seq: int) -> list[str] | None:
        """The frames after *seq*, chained from it; None when they are not all kept, or more than a buffer holds."""
        if not self.since <= seq <= self.seq:
            return None
        texts, prev = [], seq
        for frame in self.frames:
            if frame.seq > seq:
                texts.append(frame.text(prev))
                prev = frame.seq
        return texts if len(texts) <= RESUME_SENT_MAX else None


Overlay = Callable[[Audience], dict[str, Any] | None]


class Hub:
    """
    Args:
        world: What is live now.
        epoch: The log's epoch.
        seq: The log's head.
    """

    def __init__(self, world: World, epoch: str, seq: int) -> None:
        self.world = world
        self.epoch = epoch
        self.seq = seq
        #: Listeners hear each event once, also those that came with a world drawn again.
        self._heard = seq
        self.listeners: list[Callable[[LogEvent], None]] = []
        self._groups: OrderedDict[Audience, Group] = OrderedDict()
        self._channels: dict[str, set[Audience]] = defaultdict(set)
        self._overlays: dict[str, Overlay] = {}

    @property
    def clients(self) -> list[Client]:
        return [client for group in self._groups.values() for client in group.clients]

    # Publishing

    def publish(self, events: Sequence[LogEvent]) -> None:
        """Apply committed events and give each audience its frames."""
        for event in events:
            if event.seq > self.seq:  # a world that was drawn again since holds it already
                if event.seq != self.seq + 1:
                    log.error("hub.gap", have=self.seq, got=event.seq)
                self._publish_one(event)
            if event.seq > self._heard:
                self._heard = event.seq
                for listener in self.listeners:
                    listener(event)

    def _publish_one(self, event: LogEvent) -> None:
        touched = self.world.touched(event)
        channels = self._touched_channels(touched, event)
        audiences = {audience for channel in channels for audience in self._channels.get(channel, ())}
        before = {(audience, key): view(self.world, audience, key) for audience in audiences for key in touched}
        self.world.apply(event)
        self.seq = event.seq
        for audience in audiences:
            self._tell(audience, event, touched, before)

    def _touched_channels(self, touched: set[Key], event: LogEvent) -> set[str]:
        channels: set[str] = set()
        for collection, name in touched:
            for row in (self.world.rows[collection].get(name), event.rows.get(collection, {}).get(name)):
                if row is not None:
                    channels.update(channels_of(collection, row, self.world))
        return channels

    def _tell(
        self, audience: Audience, event: LogEvent, touched: set[Key], before: dict[tuple[Audience, Key], View | None]
    ) -> None:
        changes: dict[str, dict[str, View | None]] = {}
        for key in touched:
            after = view(self.world, audience, key)
            if after != before[audience, key]:
                changes.setdefault(key[0], {})[key[1]] = after
        if not changes:
            return
        group = self._groups[audience]
        frame = self._frame(event, changes, audience)
        text = frame.text(group.seq)
        group.add(frame)
        group.seq = event.seq
        for client in list(group.clients):
            if not client.offer(text):
                self._overflow(group, client)

    def _frame(self, event: LogEvent, changes: dict[str, dict[str, View | None]], audience: Audience) -> Frame:
        body: dict[str, Any] = {"set": changes, "facts": self._facts(event, audience)}
        rest = {"kind": event.kind, "ts": time_text(event.ts, self.world.hospital), "body": body}
        return Frame(event.seq, encode(rest)[1:])

    def _facts(self, event: LogEvent, audience: Audience) -> dict[str, Any]:
        names = ("call", "room", "announcement", "entry") if audience.role == "console" else ("call", "room")
        facts = {name: event.facts[name] for name in names if event.facts.get(name) is not None}
        return {name: str(value) for name, value in facts.items()} if audience.role != "phone" else {}

    def reset(self, world: World, seq: int) -> None:
        """A new service day or a new description: everybody gets a snapshot of the new world."""
        self.world, self.seq = world, seq
        # Nobody can resume across a world that was drawn again: audiences without a client are forgotten.
        followed = [group for group in self._groups.values() if group.clients]
        self._groups.clear()
        self._channels.clear()
        for group in followed:
            audience = self._resolve_again(group.audience)
            fresh = self._group(audience)
            fresh.clients |= group.clients
            for client in group.clients:
                client.audience = audience
                client.replace(self.snapshot_text(fresh))
                self._offer_overlays(client)

    def _resolve_again(self, audience: Audience) -> Audience:
        return Audience.of(
            audience.role, audience.topics, self.world.hospital, ticket=audience.ticket, device=audience.device
        )

    # Joining and leaving

    def join(self, client: Client, audience: Audience, hello: Hello) -> None:
        """Welcome *client*: resume where it is possible, else a snapshot; then the overlays. Nothing is awaited."""
        group = self._group(audience)
        client.audience = audience
        known = hello.seq if hello.epoch == self.epoch else None
        if known is not None and known > self.seq:
            log.error("hub.client_ahead", client_seq=known, log_seq=self.seq, role=audience.role)
        texts = group.missing(known) if known is not None else None
        welcome = {
            "t": "welcome",
            "proto": PROTOCOL,
            "epoch": self.epoch,
            "mode": "snapshot" if texts is None else "resume",
            "seq": group.seq,
            "heartbeat_s": HEARTBEAT_S,
            "dead_after_s": DEAD_AFTER_S,
            "now": self._now_text(),
        }
        client.begin([encode(welcome), *([self.snapshot_text(group)] if texts is None else texts)])
        self._offer_overlays(client)
        group.clients.add(client)

    def leave(self, client: Client) -> None:
        """Forget a client; its audience is kept for a while, so that it can resume."""
        group = self._groups.get(client.audience) if client.audience else None
        if group is not None:
            group.clients.discard(client)

    def revoke(self, identity: str) -> None:
        """Close each socket of a device or session whose right has ended."""
        for client in self.clients:
            if client.identity == identity:
                client.close(CLOSE_REVOKED, retry=False)

    def heartbeat(self) -> None:
        """To everybody, every `HEARTBEAT_S`: the head of the log, so that a loss at the very end shows."""
        now = self._now_text()
        for group in self._groups.values():
            text = encode({"t": "heartbeat", "seq": self.seq, "prev": group.seq, "now": now})
            group.seq = self.seq
            for client in list(group.clients):
                if not client.offer(text):
                    self._overflow(group, client)

    def messages_since(self, audience: Audience, epoch: str | None, seq: int | None) -> list[str]:
        """The fallback over HTTP: the same messages as a hello with this place would get."""
        client = Client("fallback")
        self.join(client, audience, Hello(t="hello", proto=[PROTOCOL], epoch=epoch, seq=seq, topics=["devices"]))
        self.leave(client)
        return client.take_all()

    # Beside the state

    def set_overlay(self, channels: Iterable[str], name: str, overlay: Overlay) -> None:
        """Tell what moves with time (waits, arrivals) to the audiences of *channels*, and to who joins later."""
        self._overlays[name] = overlay
        for audience in {item for channel in channels for item in self._channels.get(channel, ())}:
            body = overlay(audience)
            text = encode({"t": "overlay", "body": body}) if body else ""
            for client in self._groups[audience].clients if body else ():
                client.offer(text, is_state=False)

    def drop_overlay(self, name: str) -> None:
        self._overlays.pop(name, None)

    def followers(self, channel: str, role: str) -> list[Client]:
        """The connected clients of *role* on *channel*, in the order in which they came."""
        found = [
            client
            for audience in self._channels.get(channel, ())
            if audience.role == role
            for client in self._groups[audience].clients
        ]
        return sorted(found, key=lambda client: client.joined)

    def _offer_overlay(self, client: Client, overlay: Overlay) -> None:
        body = overlay(client.audience) if client.audience else None
        if body:
            client.offer(encode({"t": "overlay", "body": body}), is_state=False)

    # Groups

    def _group(self, audience: Audience) -> Group:
        group = self._groups.get(audience)
        if group is None:
            group = self._groups[audience] = Group(audience, self.seq, self.seq)
            for channel in audience.channels:
                self._channels[channel].add(audience)
            self._drop_idle()
        self._groups.move_to_end(audience)
        return group

    def _drop_idle(self) -> None:
        idle = [group for group in self._groups.values() if not group.clients]
        for group in idle[: max(0, len(idle) - IDLE_AUDIENCES_MAX)]:
            self._drop(group)

    def _drop(self, group: Group) -> None:
        del self._groups[group.audience]
        for channel in group.audience.channels:
            self._channels[channel].discard(group.audience)
            if not self._channels[channel]:
                del self._channels[channel]

    def _overflow(self, group: Group, client: Client) -> None:
        """A snapshot in place of what was lost; it clears the overlays, so they follow it."""
        client.overflow(self.snapshot_text(group))
        self._offer_overlays(client)

    def _offer_overlays(self, client: Client) -> None:
        for overlay in self._overlays.values():
            self._offer_overlay(client, overlay)

    def snapshot_text(self, group: Group) -> str:
        """The state as *group* sees it, at the seq that it was told last."""
        state = snapshot(self.world, group.audience)
        return encode({"t": "snapshot", "epoch": self.epoch, "seq": group.seq, "state": state})

    def _now_text(self) -> str | None:
        return time_text(clock.now_ms(), self.world.hospital)
