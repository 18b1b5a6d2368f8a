"""
The asyncio client of the live protocol, for agents: ``Link(base_url, token, topics)``.

It keeps ``state`` true, says what changed through ``updates()``, and never gives up. What to do when is decided by
``Follower``; here are the socket, the timer, and the polling over HTTP that helps where something swallows WebSockets.
"""

import asyncio
import json
import ssl
import urllib.parse
import urllib.request
from collections import deque
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import datetime
from typing import Any

import structlog
import websockets.asyncio.client
import websockets.exceptions

from server.live.follower import (
    CONNECT_LIMIT_S,
    Action,
    Connect,
    Follower,
    HangUp,
    Message,
    Poll,
    Send,
    State,
    Tell,
    Update,
)
from server.live.trust import certificate_problem, trust

log = structlog.get_logger()

__all__ = ["Link", "Message", "State", "Update"]

UPDATES_MAX = 256  # what a slow consumer may leave lying before it gets the whole state instead
FRAME_BYTES_MAX = 1 << 20  # what the protocol allows downward
SEND_LIMIT_S = 5.0
CLOSE_LIMIT_S = 1.0

Feed = Callable[[float], list[Action]]


class Link:
    """
    A live connection that mends itself.

    Args:
        base_url: Where the server is, ``http://host:port`` or ``https://…``.
        token: The device's bearer token; None for a board that needs none.
        topics: What to follow, such as ``["area:sanh"]``.
        ssl_context: Trust for https; None means the system's.

    ``state`` is ``{collection: {id: object}}`` and always the newest, even while older updates wait to be read.
    """

    def __init__(
        self, base_url: str, token: str | None, topics: Sequence[str], *, ssl_context: ssl.SSLContext | None = None
    ) -> None:
        self._base_url = base_url.rstrip("/")
        self._token = token
        self._ssl = ssl_context or trust(base_url)
        self._certificate_problem: str | None = None
        self._follower = Follower(topics)
        self._waiting: deque[Update] = deque()
        self._arrived = asyncio.Event()
        self._changed = asyncio.Event()
        self._socket: websockets.asyncio.client.ClientConnection | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._conversation: asyncio.Task[None] | None = None
        self._timer: asyncio.Task[None] | None = None
        self._is_closed = False

    @property
    def state(self) -> State:
        """The state as of the last event: ``link.state["rooms"]["p12"]``; objects are replaced, never changed."""
        return self._follower.state

    @property
    def overlays(self) -> dict[str, dict[str, Any]]:
        """What moves with time beside the state: queues, arrivals, devices."""
        return self._follower.overlays

    @property
    def silent_s(self) -> float:
        """For how long nothing true was heard of the server, in seconds."""
        return self._follower.silent_s(_now())

    @property
    def server_now(self) -> datetime | None:
        """The server's time; None before the first welcome. Ages are judged by it, not by the device's clock."""
        return self._follower.server_now(_now())

    async def updates(self) -> AsyncIterator[Update]:
        """
        Yield what happens until ``close``; the first use connects. For one reader.

        A reader that falls more than ``UPDATES_MAX`` behind finds one ``snapshot`` of the state in place of the events
        that it missed; announcements, ``lost`` and ``back`` are not thrown away for that.
        """
        self._start()
        while not self._is_closed or self._waiting:
            while self._waiting:
                yield self._waiting.popleft()
            if not self._is_closed:
                self._arrived.clear()
                await self._arrived.wait()

    async def send(self, message: Message) -> bool:
        """Send *message* upward; False when there is no connection to send it on: it is not kept."""
        socket = self._socket
        if socket is None or not self._follower.is_following:
            return False
        try:
            async with asyncio.timeout(SEND_LIMIT_S):
                await socket.send(json.dumps(message, ensure_ascii=False))
        except (websockets.exceptions.ConnectionClosed, TimeoutError):
            return False
        return True

    async def close(self) -> None:
        """End it; ``updates()`` ends after what was already there."""
        self._is_closed = True
        self._arrived.set()
        if self._socket is not None:
            await self._socket.close()
        tasks = [task for task in (self._timer, self._conversation, *self._tasks) if task is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    # The conversation: everything that happens goes through _feed.

    def _start(self) -> None:
        if self._timer is None and not self._is_closed:
            self._timer = asyncio.create_task(self._keep_time())
            self._feed(self._follower.start)

    def _feed(self, what: Feed) -> None:
        if self._is_closed:
            return
        for action in what(_now()):
            self._do(action)
        self._changed.set()

    def _do(self, action: Action) -> None:
        match action:
            case Connect():
                self._conversation = self._spawn(self._converse())
            case HangUp():
                self._hang_up()
            case Send(message):
                self._spawn(self._send_frame(message))
            case Poll(epoch, seq):
                self._spawn(self._poll(epoch, seq))
            case Tell(update):
                self._tell(update)

    async def _keep_time(self) -> None:
        while True:
            next_at = self._follower.next_at
            self._changed.clear()
            try:
                async with asyncio.timeout(None if next_at is None else max(0.0, next_at - _now())):
                    await self._changed.wait()
            except TimeoutError:
                self._feed(self._follower.tick)

    async def _converse(self) -> None:
        url = "ws" + self._base_url.removeprefix("http") + "/api/v1/live"
        code: int | None = None
        try:
            async with websockets.asyncio.client.connect(
                url,
                additional_headers=self._headers,
                compression=None,
                open_timeout=CONNECT_LIMIT_S,
                ping_interval=None,  # the protocol's heartbeat sees more than a ping does
                close_timeout=CLOSE_LIMIT_S,
                max_size=FRAME_BYTES_MAX,
                proxy=None,  # the server is on the hospital's own network
                ssl=self._ssl,
            ) as socket:
                self._socket = socket
                self._certificate_problem = None
                self._feed(self._follower.opened)
                async for frame in socket:
                    self._hear(frame)
                code = socket.close_code
        except websockets.exceptions.InvalidStatus as refusal:
            code = refusal.response.status_code
        except websockets.exceptions.ConnectionClosed as end:
            code = end.rcvd.code if end.rcvd else None
        except (OSError, TimeoutError, websockets.exceptions.WebSocketException) as error:
            self._tell_certificate(error)  # otherwise no server is there, and the retry is the answer
        self._socket = None
        self._conversation = None
        self._feed(lambda now: self._follower.closed(code, now))

    def _tell_certificate(self, error: Exception) -> None:
        """Say once what no retry mends: the server's certificate is not believed."""
        problem = certificate_problem(error)
        if problem is not None and problem != self._certificate_problem:
            log.warning("link.lost", reason="certificate", detail=problem)
        self._certificate_problem = problem or self._certificate_problem

    def _hear(self, frame: str | bytes) -> None:
        message = _parse(frame)
        self._feed(lambda now: self._follower.received(message, now))

    def _hang_up(self) -> None:
        conversation, self._conversation = self._conversation, None
        socket, self._socket = self._socket, None
        if socket is not None:
            socket.transport.abort()  # a dead peer answers no closing handshake
        if conversation is not None:
            conversation.cancel()

    async def _send_frame(self, message: Message) -> None:
        socket = self._socket
        if socket is None:
            return
        try:
            await socket.send(json.dumps(message, ensure_ascii=False))
        except websockets.exceptions.ConnectionClosed:
            pass  # the reader of the socket sees the same end and tells the follower

    async def _poll(self, epoch: str | None, seq: int | None) -> None:
        facts = {"topics": ",".join(self._follower.topics)}
        if epoch is not None and seq is not None:
            facts |= {"epoch": epoch, "seq": str(seq)}
        url = f"{self._base_url}/api/v1/live/state?{urllib.parse.urlencode(facts)}"
        messages = await asyncio.to_thread(_fetch, url, self._headers, self._ssl)
        self._feed(lambda now: self._follower.polled(messages, now))

    def _tell(self, update: Update) -> None:
        if len(self._waiting) >= UPDATES_MAX:
            self._catch_up()
        self._waiting.append(update)
        self._arrived.set()

    def _catch_up(self) -> None:
        """Put the whole state in place of the events that nobody read."""
        kept = [update for update in self._waiting if update.kind in ("announce", "lost", "back", "reload")]
        whole = {"t": "snapshot", "epoch": self._follower.epoch, "seq": self._follower.seq, "state": self.state}
        self._waiting = deque([*kept[-UPDATES_MAX // 2 :], Update("snapshot", whole)])

    @property
    def _headers(self) -> dict[str, str]:
        return {} if self._token is None else {"Authorization": f"Bearer {self._token}"}

    def _spawn(self, work: Any) -> asyncio.Task[None]:
        task: asyncio.Task[None] = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task


def _now() -> float:
    return asyncio.get_running_loop().time()


def _parse(frame: str | bytes) -> Message:
    try:
        message = json.loads(frame)
    except ValueError:
        message = None
    # An empty event is malformed, and that is what the follower will say of it.
    return message if isinstance(message, dict) else {"t": "event"}


def _fetch(url: str, headers: dict[str, str], context: ssl.SSLContext | None) -> list[Message] | None:
    """Ask once; None for whatever is not a list of messages. Runs in a thread, at most ``CONNECT_LIMIT_S`` a read."""
    handlers: list[urllib.request.BaseHandler] = [urllib.request.ProxyHandler({})]
    if context is not None:
        handlers.append(urllib.request.HTTPSHandler(context=context))
    try:
        request = urllib.request.Request(url, headers=headers)
        with urllib.request.build_opener(*handlers).open(request, timeout=CONNECT_LIMIT_S) as answer:
            messages = json.loads(answer.read(FRAME_BYTES_MAX * 2))
    except (OSError, ValueError):
        return None
    is_fit = isinstance(messages, list) and all(isinstance(message, dict) for message in messages)
    return messages if is_fit else None
