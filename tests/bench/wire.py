"""
HTTP and WebSocket by hand, over blocking sockets and one epoll: so lean that the client is never the limit.

It knows just enough for the benches: keep-alive POSTs with a JSON body, answers with a Content-Length, the upgrade.
"""

from __future__ import annotations

import base64
import gc
import itertools
import json
import os
import select
import socket
import struct
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

_keys = itertools.count(1)
_HEAD_END = b"\r\n\r\n"
_LENGTH = b"content-length: "


def new_key() -> str:
    """An idempotency key that no other request of this process has."""
    return f"bench-{os.getpid()}-{next(_keys)}"


@dataclass(frozen=True, slots=True)
class Post:
    """A request that is sent again and again, each time with another key."""

    head: bytes
    tail: bytes

    @classmethod
    def to(cls, path: str, token: str, body: object) -> Post:
        text = json.dumps(body).encode()
        head = (
            f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {token}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(text)}\r\nIdempotency-Key: "
        )
        return cls(head.encode(), _HEAD_END + text)

    def bytes(self, key: str) -> bytes:
        return self.head + key.encode() + self.tail


class Line:
    """One keep-alive connection with at most one request on it."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=30)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.key = ""
        self.sent_ns = 0
        self._received = b""

    def send(self, post: Post, key: str | None = None) -> None:
        self.key = key or new_key()
        request = post.bytes(self.key)
        self.sent_ns = time.perf_counter_ns()
        self.socket.sendall(request)

    def receive(self) -> tuple[int, bytes] | None:
        """One read; the answer's status and body when it is whole."""
        chunk = self.socket.recv(65536)
        if not chunk:
            raise ConnectionError("the server closed the connection")
        self._received += chunk
        end = self._received.find(_HEAD_END)
        if end < 0:
            return None
        at = self._received.find(_LENGTH, 0, end)
        length = int(self._received[at + len(_LENGTH) : self._received.find(b"\r\n", at)]) if at >= 0 else 0
        if len(self._received) < end + 4 + length:
            return None
        answer, self._received = self._received, b""
        return int(answer[9:12]), answer[end + 4 :]

    def answer(self) -> tuple[int, bytes]:
        """The whole answer of the request that is out."""
        while (found := self.receive()) is None:
            pass
        return found

    def ask(self, post: Post, key: str | None = None) -> Any:
        """Send and read; the body as values. Raises AssertionError for anything but success."""
        self.send(post, key)
        status, body = self.answer()
        assert status in (200, 201, 204), (status, body[:300])
        return json.loads(body) if body else None

    def close(self) -> None:
        self.socket.close()


@dataclass(frozen=True, slots=True)
class Load:
    """What a load came to: sorted latencies in milliseconds, and the requests answered in a second."""

    latencies_ms: Sequence[float]
    per_s: float

    @classmethod
    def of(cls, slices: Sequence[Load]) -> Load:
        """Slices of the same length as one load."""
        latencies_ms = sorted(value for part in slices for value in part.latencies_ms)
        return cls(latencies_ms, sum(part.per_s for part in slices) / len(slices))

    def quantile(self, share: float) -> float:
        return self.latencies_ms[min(len(self.latencies_ms) - 1, int(len(self.latencies_ms) * share))]


def drive(lines: Sequence[Line], post: Post, seconds: float, hear: Callable[[bytes], None] | None = None) -> Load:
    """Keep each line busy for *seconds*: the next request goes out when the answer is in."""
    poll = select.epoll()
    by_fd = {line.socket.fileno(): line for line in lines}
    for fd in by_fd:
        poll.register(fd, select.EPOLLIN)
    latencies: list[int] = []
    gc.disable()
    begin_ns = time.perf_counter_ns()
    end_ns = begin_ns + int(seconds * 1e9)
    out = len(lines)
    for line in lines:
        line.send(post)
    while out:
        for fd, _ in poll.poll(30):
            line = by_fd[fd]
            answer = line.receive()
            if answer is None:
                continue
            now_ns = time.perf_counter_ns()
            latencies.append(now_ns - line.sent_ns)
            assert answer[0] in (200, 201), answer
            if hear is not None:
                hear(answer[1])
            if now_ns < end_ns:
                line.send(post)
            else:
                out -= 1
    elapsed_s = (time.perf_counter_ns() - begin_ns) / 1e9
    gc.enable()
    poll.close()
    return Load(sorted(value / 1e6 for value in latencies), len(latencies) / elapsed_s)


def open_live(port: int, token: str, topics: Sequence[str], receive_bytes: int | None = None) -> socket.socket:
    """A live socket that has said hello; *receive_bytes* makes its window small."""
    live = socket.socket()
    if receive_bytes is not None:
        live.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_bytes)
    live.settimeout(30)
    live.connect(("127.0.0.1", port))
    live.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    key = base64.b64encode(os.urandom(16)).decode()
    live.sendall(
        (
            "GET /api/v1/live HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
            f"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\nAuthorization: Bearer {token}\r\n\r\n"
        ).encode()
    )
    answer = b""
    while _HEAD_END not in answer:
        answer += live.recv(1)
    assert b" 101 " in answer, answer
    live.sendall(masked({"t": "hello", "proto": [1], "epoch": None, "seq": None, "topics": list(topics)}))
    return live


def masked(message: dict[str, object]) -> bytes:
    """A text frame as a client sends it; a mask of zeros is a mask."""
    text = json.dumps(message).encode()
    size = struct.pack("!BB", 0x81, 0x80 | len(text)) if len(text) < 126 else struct.pack("!BBH", 0x81, 0xFE, len(text))
    return size + b"\0\0\0\0" + text


def framed(text: bytes) -> bytes:
    """A text frame as a server sends it."""
    if len(text) < 126:
        return struct.pack("!BB", 0x81, len(text)) + text
    return struct.pack("!BBH", 0x81, 126, len(text)) + text
