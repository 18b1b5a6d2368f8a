"""Issues tickets at an even pace, in a process of its own, until it is killed."""

from __future__ import annotations

import argparse
import time

from tests.bench.wire import Line, Post

#: Not the queue that the hall calls from: its order must not grow while calls are timed. A series holds 9,999.
SERVICES = ("ngoai", "nhi", "mat", "da-lieu")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--token", required=True)
    parser.add_argument("--per-second", type=float, required=True)
    asked = parser.parse_args()
    line = Line(asked.port)
    posts = [Post.to("/api/v1/tickets", asked.token, {"service": service}) for service in SERVICES]
    begin_s, count = time.monotonic(), 0
    while True:
        line.ask(posts[count % len(posts)])
        count += 1
        time.sleep(max(0.0, begin_s + count / asked.per_second - time.monotonic()))


if __name__ == "__main__":
    main()
