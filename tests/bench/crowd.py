"""
A hall of displays in a process of its own: tells when the last of them has a call.

With ``--token`` they are live sockets that have said hello, else bare sockets; both are read by the same few lines, so
that the receivers weigh the same in a figure and in its limit. Each time all have seen the mark of a call, a line goes
out with the time at which the last had it (the monotonic clock is one for all processes of a machine). Positions are
reported after that: displays in a hall do not share a core with each other.
"""

from __future__ import annotations

import argparse
import select
import socket
import sys
import time

from tests.bench.wire import masked, open_live

MARK = b'"kind":"ticket.called"'
#: No JSON text holds these two bytes.
PING = b"\x89\x04"
#: A live socket that says nothing for 20 s is closed.
POSITION_EVERY_S = 4.0


def watch(screens: dict[int, socket.socket], *, is_live: bool) -> None:
    """For ever, or until a socket is closed."""
    poll = select.epoll()
    for fd in screens:
        poll.register(fd, select.EPOLLIN)
    position = masked({"t": "position", "seq": 0})
    tails = dict.fromkeys(screens, b"")
    arrived: set[int] = set()
    said_s = time.monotonic()
    while True:
        for fd, _ in poll.poll(1):
            chunk = screens[fd].recv(262_144)
            if not chunk:
                return
            if PING in chunk:
                _answer_ping(screens[fd], chunk)
            text = tails[fd] + chunk
            if MARK in text:
                arrived.add(fd)
                text = b""
            tails[fd] = text[-len(MARK) :]
        if len(arrived) == len(screens):
            sys.stdout.write(f"{time.perf_counter_ns()} {len(chunk)}\n")
            sys.stdout.flush()
            arrived.clear()
            said_s = 0.0
        if is_live and time.monotonic() - said_s > POSITION_EVERY_S:
            for screen in screens.values():
                screen.sendall(position)
            said_s = time.monotonic()


def _answer_ping(screen: socket.socket, chunk: bytes) -> None:
    """uvicorn closes a socket that does not answer; its pings carry four bytes."""
    at = chunk.index(PING) + len(PING)
    screen.sendall(b"\x8a\x84\0\0\0\0" + chunk[at : at + 4])


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--token", default="")
    parser.add_argument("--topic", default="")
    asked = parser.parse_args()
    opened = [
        open_live(asked.port, asked.token, [asked.topic])
        if asked.token
        else socket.create_connection(("127.0.0.1", asked.port))
        for _ in range(asked.count)
    ]
    sys.stdout.write("{}\n")
    sys.stdout.flush()
    watch({screen.fileno(): screen for screen in opened}, is_live=bool(asked.token))


if __name__ == "__main__":
    main()
